"""One topic's section: who wrote on it, group by group, who first, and who did not. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from domain.outlet import Group
from publish.digest.articles import Article, First
from publish.digest.day import DayFacts
from publish.digest.evidence import KNOWN_GROUPS, EvidenceBook, group_filter, topic_filter
from publish.digest.model import SHOWN_GROUPS, GroupColumn, TopicSection
from publish.digest.silence import Watch, judged_silence
from storage.digest_facts import ArticleFact, TopicFact


def topic_section(
    facts: DayFacts,
    topic: TopicFact,
    *,
    known: Mapping[int, ArticleFact],
    watches: Mapping[Group, Watch],
    book: EvidenceBook,
) -> TopicSection:
    """The topic's day. ``known`` holds the window's articles by id; a mention of another article is passed over."""
    mentioned = [mention for mention in facts.mentions.get(topic.slug, ()) if mention.article_id in known]
    found = [facts.article(known[mention.article_id], mention) for mention in mentioned]
    found.sort(key=_order_seen)
    compared = [article for article in found if article.group in SHOWN_GROUPS]
    first = first_of(compared)
    since = first.candidates[0].seen.by if first else None
    columns = tuple(
        replace(
            _column(facts, topic, watches[group], [a for a in compared if a.group is group], since=since, book=book),
            translated=_translated([known[a.article_id] for a in compared if a.group is group]),
        )
        for group in SHOWN_GROUPS
    )
    members = frozenset().union(*(facts.of_group(group) for group in SHOWN_GROUPS))
    is_floor = any(column.count.is_floor for column in columns)
    mean, days = facts.mean(members, topic=topic.slug)
    title = f"{topic.title}: articles"
    return TopicSection(
        slug=topic.slug,
        title=topic.title,
        version=topic.version,
        count=book.articles(
            f"topic.{topic.slug}.all",
            title,
            compared,
            filters=f"{KNOWN_GROUPS} {topic_filter(topic.slug)}",
            is_floor=is_floor,
        ),
        mean=mean,
        columns=columns,
        unknown=tuple(article for article in found if article.group not in SHOWN_GROUPS),
        first=first,
        before=sum(days),
    )


def _order_seen(article: Article) -> tuple[bool, datetime, int]:
    """The day's own before what is dated earlier, then by latest possible moment; the id settles ties."""
    return article.is_older, article.bounds[1], article.article_id


def _column(
    facts: DayFacts,
    topic: TopicFact,
    watch: Watch,
    articles: Sequence[Article],
    *,
    since: datetime | None,
    book: EvidenceBook,
) -> GroupColumn:
    group = watch.group
    silence = None
    if not articles and facts.members(group):
        silence = judged_silence(watch, topic, since=since, start=facts.window[0], until=facts.until, zone=facts.zone)
    filters = f"{topic_filter(topic.slug)} {group_filter(group)}"
    key, title = f"topic.{topic.slug}.{group.value}", f"{topic.title}, {group.value}"
    is_floor = watch.coverage.has_gap or bool(watch.waiting_texts)
    return GroupColumn(
        group=group,
        outlets=len(facts.members(group) | {article.outlet for article in articles}),
        outlets_seen=len({article.outlet for article in articles}),
        outlets_unseen=len({one.outlet for one in watch.missing}),
        count=book.articles(key, title, articles, filters=filters, is_floor=is_floor),
        articles=tuple(articles),
        first=first_of(articles),
        silence=silence,
        before=sum(facts.mean(facts.of_group(group), topic=topic.slug)[1]),
    )


def _translated(articles: Sequence[ArticleFact]) -> tuple[int, ...]:
    """Of each text that is there in several languages, in how many."""
    texts = Counter(article.text_of for article in articles if article.text_of is not None)
    return tuple(sorted((n for n in texts.values() if n > 1), reverse=True))


def first_of(articles: Sequence[Article]) -> First | None:
    """Every article that may have been the first; one alone where its interval ends before all others begin.

    An article that was there at our first look, or that its outlet dates before the day against our own looks, has no
    known beginning: it is a candidate beside any other.
    """
    if not articles:
        return None
    earliest = min(articles, key=lambda one: (one.bounds[1], one.article_id))
    ends = earliest.bounds[1]
    candidates = [one for one in articles if one is earliest or (begins := _begins(one)) is None or begins < ends]
    ordered = [earliest, *(one for one in candidates if one is not earliest)]
    return First(tuple(_one_an_outlet(ordered)))


def _begins(article: Article) -> datetime | None:
    """The earliest moment at which it may have been published; None where nobody knows."""
    return None if article.is_older and article.agreed_at is None else article.bounds[0]


def _one_an_outlet(articles: Sequence[Article]) -> list[Article]:
    """The first article of each outlet: an outlet is not its own rival."""
    return list({article.outlet: article for article in reversed(articles)}.values())[::-1]
