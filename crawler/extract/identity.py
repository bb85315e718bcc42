"""Who extracted: a name, a version and the settings that change a result.

A revision cites them, so that a text changed by our own upgrade is never shown as the outlet's edit. Raise the version
with every change of what is read.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib.metadata import version

EXTRACTOR = "parallax-article/3"
POST_EXTRACTOR = "parallax-post/1"  # with it goes what the readers of platforms take for a post's text


@cache
def extractor_settings() -> str:
    """Canonical JSON of what changes a result besides our own code."""
    settings = {
        "body": {"deduplicate": False, "library": f"trafilatura/{version('trafilatura')}", "mode": "precision"},
        "dates": f"htmldate/{version('htmldate')}",
        "markup": f"lxml/{version('lxml')}",
    }
    return json.dumps(settings, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@cache
def post_extractor_settings() -> str:
    """The same of texts that are posts or videos."""
    return json.dumps({"markup": f"lxml/{version('lxml')}"}, separators=(",", ":"))


def extractor_hash() -> str:
    """SHA-256, in hex, of the extractor's name, version and settings."""
    return sha256(f"{EXTRACTOR}\n{extractor_settings()}".encode()).hexdigest()


def post_extractor_hash() -> str:
    """The same of what reads posts and videos."""
    return sha256(f"{POST_EXTRACTOR}\n{post_extractor_settings()}".encode()).hexdigest()
