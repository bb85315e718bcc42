"""Serves an archive to a crawl in place of the web: no socket is opened, every answer is one that once came."""

from crawler.replay.engine import ReplayEngine
from crawler.replay.index import Moment, ReplayIndex, moments

__all__ = ["Moment", "ReplayEngine", "ReplayIndex", "moments"]
