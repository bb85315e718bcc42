"""Builds the digest of a local day from what the store knows. Pure over its source: same facts, same digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.outlet import Group
from publish.digest.articles import Article, Figure, Interval
from publish.digest.changes import CountedApart, Edit, MissedBefore, Rechecks, Removal, RemovalState
from publish.digest.coverage import coverage, unseen
from publish.digest.day import DayFacts, read_day
from publish.digest.edits import day_edits, headlines
from publish.digest.evidence import EvidenceBook, group_filter
from publish.digest.model import (
    GROUP_ORDER,
    SHOWN_GROUPS,
    Coverage,
    Digest,
    GlanceRow,
    Noticed,
    TopicSection,
    Unseen,
    Version,
)
from publish.digest.silence import Watch
from publish.digest.sources import DigestSource
from publish.digest.topics import topic_section
from storage.digest_facts import RemovalFact


def build_digest(
    source: DigestSource,
    *,
    day: date,
    zone: ZoneInfo,
    now: datetime,
    catalogue_hash: str | None = None,
    versions: Mapping[str, str] | None = None,
    edition: int | None = None,
    topic: str | None = None,
    rechecks: Rechecks | None = None,
) -> Digest:
    """The digest of ``day`` in ``zone`` as known at ``now`` (aware UTC). A day that is not over is told up to now.

    ``topic`` narrows the digest to one topic's slug; the figures of all articles stay. ``rechecks``: of the day.
    """
    facts = read_day(source, day=day, zone=zone, now=now)
    book = EvidenceBook(facts)
    missing = unseen(facts)
    covered = coverage(facts, missing, book)
    articles = tuple(facts.article(fact) for fact in facts.articles)
    watches = {
        group: _watch(facts, group, articles, covered=covered, missing=missing, book=book) for group in SHOWN_GROUPS
    }
    known = {fact.article_id: fact for fact in facts.articles}
    chosen = [one for one in facts.topics if topic in {None, one.slug}]
    topics = [topic_section(facts, one, known=known, watches=watches, book=book) for one in chosen]
    topics.sort(key=lambda section: (-section.count.value, section.title))
    found = day_edits(facts)
    edits = found.edits
    removals = tuple(sorted((_removal(facts, fact) for fact in facts.removals), key=_removal_order))
    gone = [removal for removal in removals if removal.is_gone]
    unwatched = [o.name for slug, o in facts.outlets.items() if o.is_enabled and slug not in facts.watched]
    unplaced = [article for article in articles if article.group is Group.UNKNOWN]
    return Digest(
        day=day,
        zone=zone.key,
        window_start=facts.window[0],
        window_end=facts.window[1],
        made_at=now,
        outlets=len(facts.watched),
        channels=sum(channel.is_enabled for channel in facts.channels),
        catalogue_hash=catalogue_hash,
        versions=tuple(Version(name, value) for name, value in sorted((versions or {}).items())),
        checks=book.looks("looks.all", "All channels, with the looks at them", facts.outlets),
        checks_due=sum(channel.looks_done for channel in facts.channels),
        coverage=covered,
        unseen=missing,
        glance=tuple(
            _glance(facts, watches[group], topics, edits=edits, gone=gone, book=book) for group in SHOWN_GROUPS
        ),
        topics=tuple(topics),
        edits=edits,
        edited=book.edits("edits.all", "Edits, all groups", edits),
        gone=book.removals("gone.all", "No longer served, all groups", gone),
        our_changes=book.edits("edits.ours", "Changes that came with an extractor of ours", found.ours),
        apart=tuple(
            CountedApart(why, book.edits(f"edits.{why.value}", f"Changed, counted apart: {why.value}", texts))
            for why, texts in found.apart
        ),
        rechecks=rechecks,
        removals=removals,
        missed=_missed(facts, book),
        unknown_group=book.articles(
            "articles.unknown", "Articles of outlets of unknown group", unplaced, filters="--group unknown"
        ),
        older=book.articles(
            "articles.older",
            "Dated before the day",
            [one for one in articles if one.is_older],
            filters=f"--dated-before {facts.day}",
        ),
        unread_links=sum(facts.unread.values()),
        unwatched=tuple(sorted(unwatched)),
        waiting_texts=facts.waiting_texts,
        evidence=book.pages(),
        edition=edition,
        noticed=tuple(
            Noticed(fact.outlet, fact.kind, fact.summary, fact.started_at, fact.ended_at)
            for fact in facts.alerts
            if fact.outlet in facts.watched
        ),
    )


def _watch(
    facts: DayFacts,
    group: Group,
    articles: Sequence[Article],
    *,
    covered: Sequence[Coverage],
    missing: Sequence[Unseen],
    book: EvidenceBook,
) -> Watch:
    members = facts.members(group)
    own = tuple(article for article in articles if article.group is group)
    found = next((one for one in covered if one.group is group), None)
    nothing = Coverage(group, 0, 0, Figure(0, "looks.all"), 0, 0, 0)
    is_floor = found is not None and found.has_gap
    return Watch(
        group=group,
        coverage=found or nothing,
        channels=tuple(one for one in facts.channels if one.outlet in members and one.is_enabled),
        missing=tuple(one for one in missing if one.outlet in members and one.is_lost),
        articles=own,
        articles_figure=book.articles(
            f"articles.{group.value}", f"Articles, {group.value}", own, filters=group_filter(group), is_floor=is_floor
        ),
        unread_links=sum(facts.unread.get(slug, 0) for slug in members),
        waiting_texts=facts.waiting_texts,
    )


def _glance(
    facts: DayFacts,
    watch: Watch,
    topics: Sequence[TopicSection],
    *,
    edits: Sequence[Edit],
    gone: Sequence[Removal],
    book: EvidenceBook,
) -> GlanceRow:
    group = watch.group
    name = group.value
    mean, days = facts.mean(facts.of_group(group))
    on_topics = {article.article_id: article for section in topics for article in section.articles}
    mine = [edit for edit in edits if edit.group is group]
    is_floor = watch.coverage.has_gap
    narrow = group_filter(group)
    return GlanceRow(
        group=group,
        articles=watch.articles_figure,
        mean=mean,
        days=days,
        on_topics=book.articles(
            f"topics.{name}",
            f"On a topic, {name}",
            sorted((a for a in on_topics.values() if a.group is group), key=lambda a: (a.seen.by, a.article_id)),
            filters=f"{narrow} --topic any",
            is_floor=is_floor or bool(watch.waiting_texts),
        ),
        edits=book.edits(f"edits.{name}", f"Edits, {name}", mine, filters=narrow, is_floor=is_floor),
        headline_edits=headlines(mine),
        gone=book.removals(
            f"gone.{name}", f"No longer served, {name}", [one for one in gone if one.group is group], filters=narrow
        ),
    )


def _missed(facts: DayFacts, book: EvidenceBook) -> MissedBefore:
    still, passed = ([_removal(facts, fact) for fact in found] for found in (facts.still_missing, facts.passed))
    return MissedBefore(
        still=book.still_missing("missing.still", "First missed on earlier days and still missing", still),
        passed=book.passed("missing.passed", "Missed for a while and served again", passed),
        passed_earlier=sum(removal.seen.by < facts.window[0] for removal in passed),
    )


def _removal_order(removal: Removal) -> tuple[int, int, datetime, int]:
    """By group, what is sure first."""
    sure = list(RemovalState).index(removal.state)
    return GROUP_ORDER.index(removal.group), sure, removal.seen.by, removal.article_id


def _removal(facts: DayFacts, fact: RemovalFact) -> Removal:
    return Removal(
        article_id=fact.article_id,
        outlet=fact.outlet,
        outlet_name=facts.name_of(fact.outlet),
        group=facts.group_of(fact.outlet),
        url=fact.url,
        title=fact.title,
        language=fact.language,
        status=fact.status,
        seen=Interval(fact.last_served_at, fact.first_missed_at or fact.first_gone_at),
        last_at=fact.last_gone_at,
        looks=fact.looks_gone,
        revision=fact.revision,
        text_sha256=fact.text_sha256,
        state=RemovalState(fact.state),
        how=fact.how,
        confirmed_at=fact.confirmed_at,
        back_at=fact.back_at if fact.back_at is not None and fact.back_at <= facts.now else None,
    )
