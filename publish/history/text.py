"""An article's history as plain text. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from publish.digest.paragraphs import Paragraphs
from publish.digest.words import plural
from publish.history.steps import Step, StepKind, steps_of
from publish.history.words import moment, record_words, seen_by_words, when_words
from storage.history_facts import ArticleHistory

_COLUMN = 20  # behind two spaces and the longest moment
_INNER = _COLUMN + 11
_COPIED = frozenset({"at", "text", "body", "record"})


def history_text(history: ArticleHistory, *, zone: ZoneInfo, width: int) -> str:
    """The article in one line of time, ``width`` columns wide (80 to 120); times in ``zone``."""
    page = Paragraphs(width)
    page.say(history.title or "(no headline)")
    page.line(f"article {history.article_id} · {history.outlet} · {history.language or 'language undecided'}")
    page.line(history.url)
    page.blank()
    for key, said in _head(history, zone):
        page.keyed(key, said, column=12)
    page.blank()
    page.say(f"Everything seen of it, in time ({zone.key}):")
    for step in steps_of(history):
        page.blank()
        _put(page, step, history, zone)
    return page.text()


def _head(history: ArticleHistory, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    published = history.published
    stated = f"{published.isoformat()} ({published.precision}, from {published.source})" if published else "not stated"
    looks = [seen for seen in history.looks if seen.look.channel_id is None]
    yield "published", stated
    yield "appeared", when_words(history.absent_at, history.first_seen_at, zone)
    yield "last seen", moment(history.last_seen_at, zone)
    if history.takedowns:
        yield "now", f"taken down on {moment(history.takedowns[-1].decided_at, zone)}"
    else:
        yield (
            "now",
            history.state if history.state == "live" else f"{history.state} since {moment(history.state_at, zone)}",
        )
    yield "in all", f"{plural(len(history.revisions), 'revision')}, {plural(len(looks), 'look')} at its pages"
    if len({address.url for address in history.addresses}) > 1:
        for address in history.addresses:
            yield "address", f"{address.url} ({address.kind})"


def _put(page: Paragraphs, step: Step, history: ArticleHistory, zone: ZoneInfo) -> None:
    at = moment(step.at, zone)
    if step.kind is StepKind.LOOKS:
        said = []
        for group in step.groups:
            same = f" ({group.same_bytes} with the very same bytes)" if group.same_bytes else ""
            last = f", last {moment(group.last_at, zone)}" if group.last_at != step.at else ""
            said.append(f"{plural(group.looks, 'look')}: {group.said}{same}{last}")
        page.keyed(at, "; ".join(said), column=_COLUMN, indent=2)
        return
    page.keyed(at, step.words, column=_COLUMN, indent=2)
    for key, proof in _proof(step, history, zone):
        put = page.keyed_line if key in _COPIED else page.keyed
        put(key, proof, column=_INNER, indent=_COLUMN)


def _proof(step: Step, history: ArticleHistory, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    if step.after is not None:
        verb = {StepKind.STATE: "last good", StepKind.REVISION: "published"}.get(step.kind, "appeared")
        when = moment(step.after, zone) if step.kind is StepKind.STATE else when_words(step.after, step.at, zone)
        yield verb, when
    seen = history.looks_by_id.get(step.fetch_id) if step.fetch_id is not None else None
    if seen is None:
        return
    yield "seen by", seen_by_words(seen)
    yield "at", seen.look.url
    revision = next((one for one in history.revisions if one.number == step.revision), None)
    if revision is not None:
        yield "text", f"sha256 {revision.text_sha256}"
        yield "read by", f"{revision.extractor}, from the {revision.text_source}"
        if revision.parts:
            yield "parts", "fetches " + ", ".join(map(str, revision.parts))
    if seen.body_sha256 is not None:
        yield "body", f"sha256 {seen.body_sha256}"
    yield "record", record_words(seen, zone)
