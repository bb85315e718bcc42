"""What happened to one address, in order of time, and how it stands: never just "not found". Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.fetch import FetchOutcome, PageReading
from domain.frontier import TargetState
from publish.digest.words import plural
from publish.status.words import cause_words, late_words, look_words, moment_words
from storage.todos import MOST_ATTEMPTS
from storage.why_facts import (
    AddressFacts,
    ListingFact,
    StateStep,
    StoredArticle,
    StoredRevision,
    TargetFact,
    TodoFact,
)

_FINAL = {FetchOutcome.ADDRESS_REFUSED.value, FetchOutcome.ROBOTS_DISALLOWED.value}


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. ``fetch_id`` and ``run_id`` lead to its proof where there is one."""

    at: datetime
    outlet: str
    words: str
    fetch_id: int | None = None
    run_id: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """An address's story. ``verdict``: one sentence; ``standing``: what is so now and what is still to come."""

    verdict: str
    happenings: tuple[Happening, ...]
    standing: tuple[str, ...]


def story_of(facts: AddressFacts, *, now: datetime, zone: ZoneInfo) -> Story:
    """The story that ``facts`` tell at ``now``. They must know something of the address."""
    told = [*_listed(facts), *_asked(facts), *_looked(facts), *_read(facts), *_stored(facts)]
    return Story(
        verdict=_verdict(facts, now, zone),
        happenings=tuple(sorted(told, key=lambda h: h.at)),
        standing=tuple(_standing(facts, now, zone)),
    )


def _listed(facts: AddressFacts) -> Iterator[Happening]:
    for entry in facts.listings:
        yield Happening(entry.first_seen_at, entry.outlet, _first_listed(entry), entry.first_fetch_id)
        if entry.last_seen_at > entry.first_seen_at:
            yield Happening(entry.last_seen_at, entry.outlet, f"last listed by {entry.channel}")


def _first_listed(entry: ListingFact) -> str:
    if entry.first_fetch_id is None:
        return f"added by hand, to {entry.channel}"
    title = f" as “{entry.title}”" if entry.title else ""
    before = "" if entry.absent_at else "; it was there at our first look"
    return f"first listed by {entry.channel}{title}{before}"


def _asked(facts: AddressFacts) -> Iterator[Happening]:
    for target in facts.targets:
        if target.channel is not None:
            words = f"became the address of the channel {target.channel}"
        elif target.led_from is not None:
            words = f"put on the frontier: a redirect of {target.led_from} led here"
        else:
            words = "put on the frontier"
        yield Happening(target.created_at, target.outlet, words)


def _looked(facts: AddressFacts) -> Iterator[Happening]:
    told = _fetches_of_revisions(facts) | {reading.fetch_id for reading in facts.readings}
    for look in facts.looks:
        is_unchanged = look.reading == PageReading.ARTICLE.value and look.fetch_id not in told
        said = [f"fetched ({look.reason}): {look_words(look)}", "unchanged" if is_unchanged else None, late_words(look)]
        yield Happening(look.requested_at, look.outlet, ", ".join(filter(None, said)), look.fetch_id, look.run_id)


def _read(facts: AddressFacts) -> Iterator[Happening]:
    """Readings that became no revision: kept beside the article's text, or made to compare it with."""
    outlets = {look.fetch_id: look.outlet for look in facts.looks}
    ours = {article.article_id for article in facts.articles}
    for reading in facts.readings:
        if reading.fetch_id not in _fetches_of_revisions(facts) and reading.article_id in ours:
            words = f"read by {reading.extractor} and kept beside the text of article {reading.article_id}"
            yield Happening(reading.made_at, outlets[reading.fetch_id], words, reading.fetch_id)


def _fetches_of_revisions(facts: AddressFacts) -> set[int]:
    return {revision.fetch_id for article in facts.articles for revision in article.revisions}


def _stored(facts: AddressFacts) -> Iterator[Happening]:
    for article in facts.articles:
        known = f"known as an address of article {article.article_id} ({article.address_kind})"
        yield Happening(article.address_first_seen_at, article.outlet, known)
        for revision in article.revisions:
            yield Happening(
                revision.first_seen_at, article.outlet, _as_revision(article, revision), fetch_id=revision.fetch_id
            )
        for step in article.steps:
            yield Happening(step.at, article.outlet, _as_step(article, step), fetch_id=step.fetch_id)


def _as_step(article: StoredArticle, step: StateStep) -> str:
    named = f"article {article.article_id} is"
    match step.state:
        case "suspected" | "removed":
            shown = f"{cause_words(step.how)}, {plural(step.looks, 'look')} in a row without it"
            return f"{named} {step.state}: {shown}; its text is kept"
        case "back":
            return f"{named} served again"
        case "withdrawn":
            return f"{named} withdrawn: its list dropped it before its time, and its page is served"
        case _:
            return f"{named} listed again"


def _as_revision(article: StoredArticle, revision: StoredRevision) -> str:
    title = f": “{revision.title}”" if revision.title else ""
    found = ", ".join(f"{slug} ({count})" for slug, count in revision.topics)
    mentions = f"; mentions {found}" if found else ""
    return (
        f"stored as article {article.article_id} revision {revision.number}{title}, "
        f"{plural(revision.chars, 'character')}{mentions}"
    )


def _verdict(facts: AddressFacts, now: datetime, zone: ZoneInfo) -> str:
    """What came of the address, in one sentence."""
    if facts.articles:
        return _stored_verdict(facts.articles[-1])
    polls = [t for t in facts.targets if t.channel is not None]
    if polls and len(polls) == len(facts.targets):
        return f"It is the address of the channel {polls[0].channel}; `parallax channel` tells how it is polled."
    if not facts.targets:
        return (
            "It was listed and is not asked for: its outlet's pages are not fetched, or its text came in its channel."
        )
    return _unstored_verdict(facts, facts.targets[-1], now, zone)


def _unstored_verdict(facts: AddressFacts, target: TargetFact, now: datetime, zone: ZoneInfo) -> str:
    looks = [look for look in facts.looks if look.target_id == target.target_id]
    if not looks:
        return f"Nothing is stored yet: {_plan(target, now, zone)}."
    last = looks[-1]
    if last.outcome == FetchOutcome.REDIRECTED.value:
        return f"Nothing is stored under this address: it redirects to {last.redirect_to}."
    if last.outcome == FetchOutcome.OK.value and last.reading in {None, PageReading.ARTICLE.value}:
        return "Nothing is stored yet: the last look is not read to its end."
    return f"Nothing is stored: {look_words(last)}; {_plan(target, now, zone)}."


def _stored_verdict(article: StoredArticle) -> str:
    latest = f", revision {article.revisions[-1].number}" if article.revisions else ""
    merged = f"; it was merged into article {article.merged_into}" if article.merged_into is not None else ""
    gone = "; no longer served" if article.state != "live" else ""
    return f"It is stored as article {article.article_id}{latest}, of {article.outlet}{gone}{merged}."


def _standing(facts: AddressFacts, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    for target in facts.targets:
        of = f"channel {target.channel}" if target.channel is not None else target.outlet
        yield f"{of}: {_plan(target, now, zone)}"
    for article in facts.articles:
        if article.merged_into is not None:
            yield f"article {article.article_id} was merged into article {article.merged_into}"
    yield from map(_todo_words, facts.todos)


def _plan(target: TargetFact, now: datetime, zone: ZoneInfo) -> str:
    """What the frontier has in mind with a target."""
    if target.state == TargetState.DEAD.value:
        if target.last_outcome in _FINAL:
            return "it is not asked for again"
        why = cause_words(target.last_outcome or "failed")
        return f"given up after {plural(target.attempts, 'failure')}, the last: {why}"
    if target.state == TargetState.IDLE.value or target.next_at is None:
        return "nothing is planned before a channel or the plan asks for it again"
    at = moment_words(target.next_at, zone, now=now)
    return (
        f"due ({target.reason}) since {at}, waits for its host"
        if target.next_at <= now
        else (f"looked at again at {at} ({target.reason})")
    )


def _todo_words(todo: TodoFact) -> str:
    what = {"read": "fetch {} is to be read", "index": "revision row {} is to be indexed"}
    said = what.get(todo.kind, "topics are to be looked for in revision row {}").format(todo.subject_id)
    if not todo.attempts:
        return said
    given_up = "given up, it waits for a person" if todo.attempts >= MOST_ATTEMPTS else "tried again"
    return f"{said}: failed {todo.attempts} × ({todo.error}), {given_up}"
