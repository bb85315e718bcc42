"""``article.json`` and ``manifest.json``. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from domain.times import StatedTime
from publish.evidence.chain import Link, utc
from publish.evidence.model import RECORDS, Bytes, EvidenceFacts, dropped_at, text_file, title_file
from storage.history_facts import ArticleHistory, GroupFact, HistoryLook, HistoryRevision

FORMAT = "parallax evidence 1"
Document = dict[str, object]


def article_json(facts: EvidenceFacts) -> bytes:
    """Who published it, where, when as stated and as seen, and what was read with each text."""
    history, outlet = facts.history, facts.outlet
    return _json(
        {
            "number": history.article_id,
            "outlet": {"slug": outlet.slug, "name": outlet.name, "home": outlet.home},
            "group": _group(outlet.group),
            "kind": history.kind,
            "external_id": history.external_id,
            "language": history.language,
            "title": history.title,
            "url": history.url,
            "addresses": [{"url": address.url, "known_as": address.kind} for address in history.addresses],
            "published": _stated(history.published),
            "not_there_at": utc(history.absent_at),
            "first_seen_at": utc(history.first_seen_at),
            "last_seen_at": utc(history.last_seen_at),
            "state": history.state,
            "state_at": utc(history.state_at),
            "listings": _listings(history),
            "merges": _merges(history),
            "revisions": [_revision(revision) for revision in history.revisions],
        }
    )


def manifest_json(facts: EvidenceFacts, kept: Bytes, chain: Sequence[Link], files: Mapping[str, bytes | str]) -> bytes:
    """Every file but this and ``SHA256SUMS``, what became of the records, and the chain.

    ``files``: the content of each by its path, or for the records' file, which lies on disk, ``sha256 bytes``.
    """
    history = facts.history
    return _json(
        {
            "format": FORMAT,
            "made_at": utc(facts.made_at),
            "made_by": facts.made_by,
            "catalogue_sha256": facts.catalogue_hash,
            "article": {"number": history.article_id, "outlet": history.outlet, "url": history.url},
            "files": [{"path": path, **_digest(files[path])} for path in sorted(files)],
            "records": {
                "here": [_here(seen, kept) for seen in history.looks if seen.look.fetch_id in kept.taken],
                "dropped": [_gone(s, utc(dropped_at(s))) for s in history.looks if dropped_at(s) is not None],
                "missing": [
                    _gone(s, kept.missing[s.look.fetch_id]) for s in history.looks if s.look.fetch_id in kept.missing
                ],
            },
            "chain": [_link(link) for link in chain],
            "last_link": chain[-1].link,
        }
    )


def digest_of(content: bytes) -> str:
    """Hex sha256."""
    return hashlib.sha256(content).hexdigest()


def _json(document: Document) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _digest(content: bytes | str) -> Document:
    if isinstance(content, str):
        sha256, _, size = content.partition(" ")
        return {"sha256": sha256, "bytes": int(size)}
    return {"sha256": digest_of(content), "bytes": len(content)}


def _group(group: GroupFact | None) -> Document | None:
    if group is None:
        return None
    return {
        "scheme": group.scheme,
        "group": group.group,
        "reason": group.reason,
        "valid_from": group.valid_from.isoformat() if group.valid_from else None,
        "valid_to": group.valid_to.isoformat() if group.valid_to else None,
        "recorded_at": utc(group.recorded_at),
    }


def _stated(published: StatedTime | None) -> Document | None:
    """The time as the outlet states it, with its own offset; a day alone has no time."""
    if published is None:
        return None
    return {"at": published.isoformat(), "precision": published.precision.value, "from": published.source.value}


def _listings(history: ArticleHistory) -> list[Document]:
    return [
        {
            "channel": listing.channel,
            "url": listing.url,
            "title": listing.title,
            "not_there_at": utc(listing.absent_at),
            "first_seen_at": utc(listing.first_seen_at),
            "last_seen_at": utc(listing.last_seen_at),
            "fetch": listing.first_fetch_id,
        }
        for listing in history.listings
    ]


def _merges(history: ArticleHistory) -> list[Document]:
    return [
        {
            "article": merge.article_id,
            "into": merge.into_id,
            "evidence": merge.evidence,
            "reason": merge.reason,
            "decided_at": utc(merge.decided_at),
            "undone_at": utc(merge.undone_at),
            "undone_reason": merge.undone_reason,
        }
        for merge in history.merges
    ]


def _revision(revision: HistoryRevision) -> Document:
    return {
        "number": revision.number,
        "title": revision.title,
        "authors": list(revision.authors),
        "language": revision.language,
        "published": _stated(revision.published),
        "published_as_given": revision.published_raw,
        "modified_at": utc(revision.modified_at),
        "not_there_at": utc(revision.absent_at),
        "first_seen_at": utc(revision.first_seen_at),
        "text": text_file(revision.number),
        "text_sha256": revision.text_sha256,
        "title_file": title_file(revision.number) if revision.title else None,
        "read_from": revision.text_source,
        "fetch": revision.fetch_id,
        "parts": list(revision.parts),
        "extractor": revision.extractor,
        "extractor_settings": revision.extractor_settings,
    }


def _here(seen: HistoryLook, kept: Bytes) -> Document:
    record, fetch_id = seen.record, seen.look.fetch_id
    assert record is not None
    return {
        "fetch": fetch_id,
        "record_id": record.record_id,
        "kind": kept.taken[fetch_id].kind,
        "payload_sha256": record.payload_sha256,
        "file": RECORDS,
        "offset": kept.offset_of(fetch_id),
        "body_offset": kept.body_offset_of(fetch_id),
    }


def _gone(seen: HistoryLook, why: str | None) -> Document:
    record = seen.record
    assert record is not None
    return {
        "fetch": seen.look.fetch_id,
        "record_id": record.record_id,
        "payload_sha256": record.payload_sha256,
        "archive_file": record.file,
        "archive_offset": record.offset,
        "dropped_at" if record.dropped_at is not None else "problem": why,
    }


def _link(link: Link) -> Document:
    named: Document = {} if link.revision is None else {"text": text_file(link.revision)}
    return {"entry": dict(link.entry), **named, "link": link.link}
