"""Whether a group's silence on a topic may be claimed. It needs proof; without it the reasons are given. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.fetch import FetchOutcome
from domain.outlet import Group
from publish.digest.articles import Article, Figure
from publish.digest.model import Coverage, Silence, Unseen
from publish.digest.words import LANGUAGE_NAMES, duration_words, plural, span_words
from storage.digest_facts import NOT_RUNNING, ROLLOVER, ChannelFact, TopicFact

_OURS = {
    NOT_RUNNING: ", for Parallax was not running,",
    FetchOutcome.PROXY_ERROR.value: ", for our proxy let nothing through,",
}

MIN_WAIT = timedelta(hours=6)
MAX_UNREAD = 0.05  # links not read, as a share of the articles that were
MIN_LANGUAGE_SHARE = 0.05
ANY = "any"


@dataclass(frozen=True, slots=True)
class Watch:
    """How one group was watched on the day, whatever the topic."""

    group: Group
    coverage: Coverage
    channels: tuple[ChannelFact, ...]  # those we poll
    missing: tuple[Unseen, ...]  # gaps, failed and late channels
    articles: tuple[Article, ...]
    articles_figure: Figure
    unread_links: int  # listed and not read
    waiting_texts: int


def judged_silence(
    watch: Watch, topic: TopicFact, *, since: datetime | None, start: datetime, until: datetime, zone: ZoneInfo
) -> Silence:
    """The group had no article on ``topic`` between ``start`` and ``until``: is that a silence, and on what proof?"""
    spoken = _languages(watch.articles)
    untested = [] if ANY in topic.languages else [code for code in spoken if code not in topic.languages]
    tested = [code for code in spoken if code not in untested]
    last_looks = [channel.last_good_at for channel in watch.channels if channel.last_good_at]
    reasons = [*_gap_reasons(watch, zone), *_proof_reasons(watch), *_language_reasons(untested)]
    if until - start < MIN_WAIT:
        reasons.append(f"only {duration_words(until - start)} of the day had passed")
    pauses = [channel.longest_pause_s for channel in watch.channels if channel.longest_pause_s is not None]
    return Silence(
        group=watch.group,
        is_claimed=not reasons,
        reasons=tuple(reasons),
        since=since,
        until=min(last_looks, default=None),
        channels=len(watch.channels),
        checks=watch.coverage.checks,
        checks_due=watch.coverage.checks_due,
        longest_pause_s=max(pauses, default=None),
        other_articles=watch.articles_figure,
        unread_links=watch.unread_links,
        languages_tested=tuple(tested),
    )


def _gap_reasons(watch: Watch, zone: ZoneInfo) -> list[str]:
    named = [
        f"{one.outlet_name} ({one.channel_kind.value}) {_what_happened(one)}"
        f"{span_words(one.started_at, one.ended_at, zone)}"
        for one in watch.missing[:2]
    ]
    if len(watch.missing) > len(named):
        others = len(watch.missing) - len(named)
        named.append(f"nor {'was' if others == 1 else 'were'} {plural(others, 'other channel')} for all of the day")
    return named


def _what_happened(one: Unseen) -> str:
    if one.cause == ROLLOVER:
        return "turned its list over unseen"
    return f"was not seen{_OURS.get(one.cause or '', '')}"


def _proof_reasons(watch: Watch) -> list[str]:
    reasons = []
    if not watch.coverage.checks.value and not watch.missing:
        reasons.append("no channel of the group was looked at")
    if not watch.articles:
        reasons.append("no other article of the group was seen, so its channels prove nothing")
    elif watch.unread_links > MAX_UNREAD * len(watch.articles):
        reasons.append(f"{plural(watch.unread_links, 'link')} that the group listed could not be read")
    if watch.waiting_texts:
        reasons.append(f"{plural(watch.waiting_texts, 'text')} still had to be asked for its topics")
    return reasons


def _language_reasons(untested: Sequence[str]) -> list[str]:
    names = [LANGUAGE_NAMES.get(code, code) for code in untested]
    return [f"the topic has no terms in {', '.join(names)}, which the group also publishes in"] if names else []


def _languages(articles: Sequence[Article]) -> list[str]:
    """Languages of at least one article in twenty of these, most frequent first."""
    counted = Counter(article.language for article in articles if article.language)
    enough = max(1.0, MIN_LANGUAGE_SHARE * len(articles))
    return [language for language, number in counted.most_common() if number >= enough]
