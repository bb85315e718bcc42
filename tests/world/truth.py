"""What a right crawler ends with after ``CRAWL_MOMENTS``: made from the script, kept in ``truth.json``.

``python -m tests.world truth`` writes the file anew; a test says whether it is what the script gives. Times are
ISO 8601 in Baku's offset; url keys are without the port; texts are paragraphs joined by an empty line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from domain.outlet import Group
from tests.world.crawl import CRAWL_DAYS, RightCrawl, crawl_moments
from tests.world.dates import rfc3339
from tests.world.digests import digest_tables
from tests.world.mentions import proof, topics
from tests.world.rows import FetchRow, Gap, RevisionRow, Target, went_back
from tests.world.script import DAY0, ZONE
from tests.world.stated import best_of, stated_times
from tests.world.world import World

TRUTH = Path(__file__).parent / "truth.json"
CRAWL_MOMENTS = crawl_moments(DAY0)
Row = dict[str, Any]


def load_truth() -> Row:
    """The kept truth."""
    loaded: Row = json.loads(TRUTH.read_text(encoding="utf-8"))
    return loaded


def truth_text(world: World) -> str:
    """The truth of ``world`` as it is kept: JSON, one row a line."""
    tables = truth_of(world)
    lines = []
    for name, rows in tables.items():
        inner = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
        lines.append(f" {json.dumps(name)}: [\n{inner}\n ]")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def truth_of(world: World, moments: Sequence[datetime] = ()) -> Mapping[str, list[Any]]:
    """Every table of the truth by its name, for a crawl at ``moments``; at none: at those of the standard sequence."""
    moments = moments or crawl_moments(world.script.day0)
    crawl = RightCrawl(world).run(moments)
    targets = sorted((t for t in crawl.targets.values() if t.revisions), key=lambda t: (t.site.slug, t.key))
    mentions = [row for topic in topics() for target in targets for row in _mention_rows(topic, target)]
    articles = [_article_row(world, target) for target in targets]
    return {
        "moments": [rfc3339(at) for at in moments],
        "articles": articles,
        "fetches": [_fetch_row(row) for row in crawl.fetches],
        "failures": [_fetch_row(row) for row in crawl.fetches if not row.answer.is_success],
        "ignored_entries": [
            {"outlet": outlet, "channel": channel, "title": title, "why": why}
            for outlet, channel, title, why in crawl.ignored
        ],
        "gaps": [_gap_row(gap) for gap in crawl.gaps],
        "edits": [row for target in targets for row in _edit_rows(target)],
        "removals": [row for target in targets for row in _removal_rows(target)],
        "mentions": mentions,
        "silence": list(_silence(world, targets, mentions, crawl.gaps)),
        **digest_tables(crawl, articles, mentions),
    }


def _article_row(world: World, target: Target) -> Row:
    article = target.article
    assert article is not None
    times = stated_times(world, target.site, article)
    best = best_of(times)
    return {
        "outlet": target.site.slug,
        "url_key": target.key,
        "title": target.revisions[-1].title,
        "language": article.language,
        "first_listed": rfc3339(target.first_listed),
        "published_at": best and best["at"],
        "published_precision": best and best["precision"],
        "published_accepted": times,
        "revisions": [_revision_row(revision) for revision in target.revisions],
    }


def _revision_row(revision: RevisionRow) -> Row:
    return {
        "number": revision.number,
        "title": revision.title,
        "text": revision.text,
        "first_seen": rfc3339(revision.first_seen),
        "reason": revision.reason.value,
        "source": revision.source,
    }


def _fetch_row(row: FetchRow) -> Row:
    return {
        "moment": rfc3339(row.moment),
        "outlet": row.outlet,
        "channel" if row.reason.value == "poll" else "url_key": row.what,
        "reason": row.reason.value,
        "outcomes": [outcome.value for outcome in row.answer.outcomes],
        "readings": [reading.value for reading in row.answer.readings],
    }


def _gap_row(gap: Gap) -> Row:
    return {
        "outlet": gap.outlet,
        "channel": gap.channel,
        "from": gap.since and rfc3339(gap.since),
        "to": gap.until and rfc3339(gap.until),
        "reasons": [value.value for value in (gap.readings or gap.outcomes)],
    }


def _edit_rows(target: Target) -> Iterable[Row]:
    for before, after in zip(target.revisions, target.revisions[1:], strict=False):
        published = datetime.combine(after.first_seen.date() + timedelta(days=1), time(6), after.first_seen.tzinfo)
        yield {
            "day": after.first_seen.date().isoformat(),
            "outlet": target.site.slug,
            "url_key": target.key,
            "from_revision": before.number,
            "to_revision": after.number,
            "changed": [name for name in ("title", "text") if getattr(before, name) != getattr(after, name)],
            "text_chars": [len(before.text), len(after.text)],
            "went_back": after.number in went_back(target.revisions, published),
            "seen_at": rfc3339(after.first_seen),
        }


def _removal_rows(target: Target) -> Iterable[Row]:
    for at, outcome, back in target.removals:
        yield {
            "day": at.date().isoformat(),
            "outlet": target.site.slug,
            "url_key": target.key,
            "outcome": outcome.value,
            "seen_at": rfc3339(at),
            "back_at": back and rfc3339(back),
        }


def _mention_rows(topic: str, target: Target) -> Iterable[Row]:
    for revision in target.revisions:
        words = proof(topic, target, revision)
        if words:
            yield {
                "topic": topic,
                "outlet": target.site.slug,
                "url_key": target.key,
                "revision": revision.number,
                "words": words,
            }


def _silence(world: World, targets: list[Target], mentions: list[Row], gaps: list[Gap]) -> Iterable[Row]:
    """For every topic and day on which any group published about it: who did, who did not, and who was not seen.

    An article belongs to its publication day in Baku, without one to the day on which it was first seen.
    """
    days = {t.key: _day_of(t) for t in targets}
    outlets = {(row["topic"], days[row["url_key"]], row["outlet"]) for row in mentions}
    for topic in sorted({row["topic"] for row in mentions}):
        for number in range(CRAWL_DAYS):
            day = world.script.day0 + timedelta(days=number)
            spoke = {s.group for s in world.script.sites if (topic, day, s.slug) in outlets}
            if not spoke - {Group.UNKNOWN.value}:
                continue
            silent = [g.value for g in Group if g is not Group.UNKNOWN and g.value not in spoke]
            yield {
                "topic": topic,
                "day": day.isoformat(),
                "covered_by": sorted(s.slug for s in world.script.sites if (topic, day, s.slug) in outlets),
                "silent_groups": silent,
                "not_fully_seen": {group: _unseen(world, group, day, gaps) for group in silent},
            }


def _day_of(target: Target) -> date:
    assert target.article is not None
    at = target.revisions[0].first_seen if target.article.stated else target.article.published
    return at.astimezone(ZONE).date()


def _unseen(world: World, group: str, day: date, gaps: Iterable[Gap]) -> list[str]:
    """Outlets of ``group`` with a gap that touches ``day``."""
    start = datetime.combine(day, datetime.min.time(), ZONE)
    end = start + timedelta(days=1)
    touching = {
        gap.outlet
        for gap in gaps
        if (gap.until is None or gap.until > start) and (gap.since is None or gap.since < end)
    }
    return sorted(site.slug for site in world.script.sites if site.group == group and site.slug in touching)
