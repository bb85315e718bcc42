"""The watch: from what the store knows to what a person should know. Pure; the time is an argument."""

from analysis.watch.thresholds import Thresholds
from analysis.watch.watch import PAGE_KINDS, findings, page_findings

__all__ = ["PAGE_KINDS", "Thresholds", "findings", "page_findings"]
