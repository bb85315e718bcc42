"""``README.txt``: what the folder is, how to check it, what it proves and what it does not. Pure."""

from __future__ import annotations

import textwrap
from pathlib import Path

from publish.digest.safe import one_line
from publish.digest.words import plural
from publish.evidence.model import Bytes, EvidenceFacts, dropped_at
from publish.history.words import moment

_TEMPLATE = Path(__file__).parent / "README.txt"
_WIDTH = 88


def readme_txt(facts: EvidenceFacts, kept: Bytes) -> bytes:
    """The template with this article's own lines in it."""
    history = facts.history
    named = {
        "TITLE": one_line(history.title) or "(no headline)",
        "OUTLET": f"{one_line(facts.outlet.name)} ({facts.outlet.slug})",
        "URL": one_line(history.url),
        "REVISIONS": plural(len(history.revisions), "text") + " that the outlet published there",
        "LOOKS": plural(len(history.looks), "request"),
        "FIRST": moment(history.first_seen_at, facts.zone),
        "LAST": moment(history.last_seen_at, facts.zone),
        "ZONE": facts.zone.key,
        "MADE": f"{moment(facts.made_at, facts.zone)} by {facts.made_by}",
        "RECORDS": _records(facts, kept),
    }
    text = _TEMPLATE.read_text(encoding="utf-8")
    for name, value in named.items():
        text = text.replace(f"{{{name}}}", value)
    return text.encode()


def _records(facts: EvidenceFacts, kept: Bytes) -> str:
    """What became of the bytes of the looks, as a paragraph."""
    dropped = sum(dropped_at(seen) is not None for seen in facts.history.looks)
    none = sum(seen.record is None for seen in facts.history.looks)
    said = [f"Of {plural(len(facts.history.looks), 'request')}, {len(kept.taken)} have their record here."]
    if not kept.taken:
        said[:] = ["There are no records here, and no folder records: neither step 2 nor step 4 can be made."]
    if none:
        said.append(f"{none} left no record: nothing came, or an answer whose bytes are not kept (304, an error).")
    if dropped:
        said.append(
            f"The bytes of {dropped} were dropped from the archive before this folder was made: no text went by them, "
            "or they had to be taken down for another article's sake. manifest.json names each with its digest."
        )
    if kept.missing:
        said.append(
            f"The records of {len(kept.missing)} could not be read in the archive; manifest.json says why of each."
        )
    return textwrap.fill(" ".join(said), _WIDTH)
