"""The digest's sentences, worded once for all forms: what was not seen, who was first, who was silent. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.outlet import GROUP_TITLES, Group
from publish.digest.articles import Article, First
from publish.digest.changes import Edit, Removal
from publish.digest.evidence import KNOWN_GROUPS
from publish.digest.model import Coverage, Digest, GroupColumn, Noticed, Silence, TopicSection, Unseen, UnseenKind
from publish.digest.words import (
    KIND_NAMES,
    article_time,
    between_words,
    caught_up_words,
    cause_words,
    clock_words,
    duration_words,
    plural,
)

FOLD_FROM = 4  # so many channels with one and the same trouble make one line
FIRST_NAMED = 3
UNWATCHED_NAMED = 12


@dataclass(frozen=True, slots=True)
class UnseenLine:
    """One line of what was not seen; ``group`` is None where channels of several groups share the trouble."""

    group: Group | None
    who: str
    channel: str
    when: str
    why: str


@dataclass(frozen=True, slots=True)
class FirstPart:
    """A stretch of the line that says who was first; ``article`` where it names one."""

    text: str
    article: Article | None = None


class Wording:
    """Words a digest in its own zone and day."""

    def __init__(self, digest: Digest) -> None:
        self.digest = digest
        self.zone = ZoneInfo(digest.zone)
        self.start = digest.window_start

    def time(self, article: Article) -> str:
        """When an article came, as an interval or an agreed time."""
        return article_time(article, self.zone, since=self.start)

    def between(self, change: Edit | Removal) -> str:
        """When a change happened: between two looks."""
        return between_words(change.seen, self.zone, since=self.start)

    def unseen_lines(self) -> tuple[UnseenLine, ...]:
        """What was not seen, a line a channel and cause; four channels or more with the same trouble share a line."""
        spans: dict[tuple[UnseenKind, str, str, str], list[str]] = defaultdict(list)
        caught: dict[tuple[UnseenKind, str, str, str], dict[str, None]] = defaultdict(dict)
        first: dict[tuple[UnseenKind, str, str, str], Unseen] = {}
        for one in self.digest.unseen:
            key = (one.kind, cause_words(one), one.outlet, one.channel)
            spans[key].append(self._when(one))
            caught[key][caught_up_words(one)] = None
            first.setdefault(key, one)
        alike: dict[tuple[UnseenKind, str, str], list[Unseen]] = defaultdict(list)
        for key, one in first.items():
            why = " ".join(filter(None, (key[1], *caught[key])))
            alike[key[0], why, "; again ".join(spans[key])].append(one)
        lines: list[UnseenLine] = []
        for (_, why, when), members in alike.items():
            if len(members) < FOLD_FROM:
                lines.extend(UnseenLine(m.group, m.outlet_name, KIND_NAMES[m.channel_kind], when, why) for m in members)
            else:
                lines.append(_folded(members, when, why))
        return tuple(lines)

    def unseen_sentences(self) -> tuple[str, ...]:
        """What else was not seen: what the watch noticed, links not read, texts not asked yet, outlets not watched."""
        said = [self._noticed(one) for one in self.digest.noticed]
        if self.digest.unread_links:
            said.append(f"{plural(self.digest.unread_links, 'link')} listed on the day could not be read yet.")
        if self.digest.waiting_texts:
            waiting = plural(self.digest.waiting_texts, "text")
            said.append(f"{waiting} not yet asked for topics: counts on topics are floors.")
        if self.digest.unwatched:
            named = ", ".join(self.digest.unwatched[:UNWATCHED_NAMED])
            more = len(self.digest.unwatched) - UNWATCHED_NAMED
            and_more = f" and {more} more" if more > 0 else ""
            said.append(f"Not watched, for no channel of theirs is polled: {named}{and_more}.")
        return tuple(said)

    def _noticed(self, one: Noticed) -> str:
        is_over = one.ended_at is not None and one.ended_at <= self.digest.observed_until
        until = f" until {self.clock(one.ended_at)}" if one.ended_at is not None and is_over else ", still so"
        return f"{one.summary}, since {self.clock(one.started_at)}{until}."

    def _when(self, one: Unseen) -> str:
        if one.kind is UnseenKind.NOT_POLLED:
            return "all day"
        start, until = one.started_at or self.start, self.digest.observed_until
        if one.ended_at is not None and one.ended_at <= until:
            length = duration_words(one.ended_at - start)
            of_day = f" ({duration_words(one.ended_at - self.start)} of the day)" if start < self.start else ""
            return f"{self.clock(start)}–{self.clock(one.ended_at)}, {length}{of_day}"
        open_still = ", still open" if one.kind is UnseenKind.GAP and one.ended_at is None else ""
        return f"{self.clock(start)}–{self.clock(until)}{open_still}"

    def clock(self, at: datetime) -> str:
        """A time of day in the digest's zone, with its day where that is another."""
        return clock_words(at, self.zone, since=self.start)

    def first_label(self, section: TopicSection) -> str:
        """How that line begins: outlets of unknown group are not compared, and may have been first."""
        return "First of the day, of the known groups:" if section.unknown else "First of the day:"

    def first_parts(self, first: First) -> tuple[FirstPart, ...]:
        """Who may have been first, each with its time, and whether the order is known."""
        parts: list[FirstPart] = []
        for one in first.candidates[:FIRST_NAMED]:
            if parts:
                parts.append(FirstPart(" or "))
            dated = "dated " if one.agreed_at is not None and one.agreed_at < self.start else ""  # and seen today
            parts.append(FirstPart(f"{one.outlet_name} ({dated}{self.time(one)})", one))
        more = len(first.candidates) - FIRST_NAMED
        if more > 0:
            parts.append(FirstPart(f" or one of {plural(more, 'other outlet')}"))
        if first.is_known:
            return (*parts, FirstPart("."))
        if any(one.bounds[0] is None for one in first.candidates):
            return (*parts, FirstPart(". No look came before the first of each, so the order is not known."))
        return (*parts, FirstPart(". The intervals overlap, so the order is not known."))

    def before_words(self, before: int | None, days: int) -> str:
        """``20 articles in the 2 days before``; empty where no day before was looked at, or nobody counted."""
        if before is None or not days:
            return ""
        span = "on the day before" if days == 1 else f"in the {days} days before"
        return f"{plural(before, 'article') if before else 'no article'} {span}"

    def first_line(self, first: First) -> str:
        """``Uzaq Səs (11:52–12:04) or Açıq Sual (11:58–12:09). The intervals overlap, so the order is not known.``"""
        return "".join(part.text for part in self.first_parts(first))

    def silence_headline(self, silence: Silence) -> str:
        """What may be said: no article seen and for how long, or that no silence is claimed."""
        if not silence.is_claimed:
            return "Silence not claimed"
        until = silence.until or self.digest.observed_until
        start = max(silence.since or self.start, self.start)
        length = until - start
        if silence.since is None or length < timedelta(minutes=1):
            return f"No article seen by {self.clock(until)}"
        return f"No article seen in {duration_words(length)}"

    def silence_body(self, silence: Silence) -> str:
        """The line under that headline."""
        if not silence.is_claimed:
            return f"No article was seen, but {'; '.join(silence.reasons)}."
        if silence.since is None:
            return "All its channels were seen all day."
        until = self.clock(silence.until or self.digest.observed_until)
        first = f"since {self.clock(silence.since)}, when the day's first report elsewhere was seen"
        return f"{first}, until the last look at {until}."

    def silence_line(self, silence: Silence) -> str:
        """Both in one line."""
        joint = " " if silence.is_claimed and silence.since is not None else ". "
        return joint.join((self.silence_headline(silence), self.silence_body(silence)))

    def last_look(self, silence: Silence) -> str:
        """When the channel seen longest ago was last seen."""
        return self.clock(silence.until) if silence.until else "none"


def _folded(members: Sequence[Unseen], when: str, why: str) -> UnseenLine:
    groups = {member.group for member in members}
    outlets = sorted({member.outlet_name for member in members})
    named = ", ".join(outlets[:FIRST_NAMED]) + (f" and {len(outlets) - FIRST_NAMED} more" if len(outlets) > 3 else "")
    return UnseenLine(
        next(iter(groups)) if len(groups) == 1 else None, named, plural(len(members), "channel"), when, why
    )


def coverage_words(covered: Coverage) -> str:
    """``13 channels, 3 gaps, 1 more caught up``."""
    parts = [plural(covered.channels, "channel")]
    if covered.gaps or not covered.caught_up:
        parts.append(plural(covered.gaps, "gap") if covered.gaps else "no gap")
    if covered.caught_up:
        parts.append(
            f"{covered.caught_up} more caught up" if covered.gaps else f"{plural(covered.caught_up, 'gap')} caught up"
        )
    if covered.not_polled:
        parts.append(f"{covered.not_polled} more not polled")
    return ", ".join(parts)


def column_words(column: GroupColumn) -> str:
    """``4 of 6 outlets, 5 articles; 1 not seen``."""
    if not column.outlets:
        return "no outlet watched"
    parts = f"{column.outlets_seen} of {plural(column.outlets, 'outlet')}"
    if column.count.value:
        floor = "≥\N{NO-BREAK SPACE}" if column.count.is_floor else ""
        parts += f", {floor}{plural(column.count.value, 'article')}{translated_words(column.translated)}"
    return parts + (f"; {column.outlets_unseen} not fully seen" if column.outlets_unseen else "")


def translated_words(translated: Sequence[int]) -> str:
    """`` (one text in 3 languages)``: an article in each language counts, and the reader is told."""
    if not translated:
        return ""
    least, most = min(translated), max(translated)
    texts = "one text" if len(translated) == 1 else f"{len(translated)} texts"
    return f" ({texts} in {most if least == most else f'{least} to {most}'} languages)"


def quiet_words(column: GroupColumn) -> str:
    """What may be said of a group on a topic that nobody wrote on."""
    silence = column.silence
    if silence is None:
        return "no outlet watched"
    if not silence.is_claimed:
        return f"silence not claimed: {'; '.join(silence.reasons)}"
    looks = f"{silence.checks.value:,} of {plural(silence.checks_due, 'look')} good"
    return f"none seen; {looks}, {plural(silence.other_articles.value, 'other article')} seen"


def nothing_seen_words(topics: int) -> str:
    """What stands in place of each topic's silences where no look succeeded."""
    on = "the topic" if topics == 1 else f"any of {topics:,} topics"
    return f"No look succeeded, so silence is claimed of nobody on {on}."


def group_title(group: Group | None) -> str:
    """The group's name; several groups where it is None."""
    return GROUP_TITLES[group] if group else "Several groups"


def repeatable(digest: Digest) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each command that repeats figures of all groups, with the titles of those figures; a group's own are left out."""
    titles: dict[str, list[str]] = defaultdict(list)
    for page in digest.evidence:
        if page.total and "--group" not in page.command.replace(KNOWN_GROUPS, ""):
            titles[page.command].append(f"{page.title} ({page.total:,})")
    return tuple((command, tuple(found)) for command, found in titles.items())
