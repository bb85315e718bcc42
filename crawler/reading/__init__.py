"""Reads acknowledged fetches: bytes from the archive, a killable worker, a decision, one transaction.

The second, idempotent step: it goes by fetch, so that a crawl killed between the two goes on here at its next start.
"""

from crawler.reading.reader import Reader
from crawler.reading.result import ReadResult

__all__ = ["ReadResult", "Reader"]
