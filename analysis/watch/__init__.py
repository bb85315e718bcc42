"""The watch: from what the store knows to what a person should know. Pure; the time is an argument."""

from analysis.watch.thresholds import Thresholds
from analysis.watch.watch import findings

__all__ = ["Thresholds", "findings"]
