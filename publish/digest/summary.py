"""The day in a few sentences, made by rule from its figures: nothing in them that the tables do not hold. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.outlet import GROUP_TITLES
from publish.digest.changes import RemovalState
from publish.digest.edits import headlines
from publish.digest.lines import Wording
from publish.digest.model import Digest, GlanceRow, Silence, TopicSection
from publish.digest.words import clock_words, counted_words, figure_words, mean_words, plural

MAX_SENTENCES = 5
MIN_MEAN_DAYS = 3  # fewer days make no mean worth a sentence
_UNUSUAL = 0.5  # a count this far from its mean, as a share of it, is worth a sentence


@dataclass(frozen=True, slots=True)
class Said:
    """A stretch of a sentence; ``key`` names the evidence behind it, or is None for mere words."""

    text: str
    key: str | None = None


Sentence = tuple[Said, ...]


def summary(digest: Digest) -> tuple[Sentence, ...]:
    """At most five sentences: topics with most articles first, then silences, edits, removals and unusual counts."""
    wording = Wording(digest)
    topics = [section for section in digest.topics if section.count.value]
    said: list[Sentence] = [_topic_sentence(wording, section) for section in topics[:2]]
    said += _silence_sentences(topics)[:1]
    said += _edit_sentence(digest) + _removal_sentence(digest) + _count_sentences(digest)
    if digest.topics and not digest.checks_due:
        return ((Said("Nothing was looked at on this day, so nothing can be said of it."),),)
    if not topics and digest.topics:
        said.insert(
            0, (Said("No article on any of the "), Said(plural(len(digest.topics), "topic")), Said(" was seen."))
        )
    if not digest.topics:
        said.insert(0, (Said("No topic is watched yet: the catalogue names none."),))
    return tuple(said[:MAX_SENTENCES])


def _topic_sentence(wording: Wording, section: TopicSection) -> Sentence:
    groups = sum(bool(column.articles) for column in section.columns)
    count = counted_words(section.count, "article")
    opening = (Said(f"{section.title}: "), Said(count, section.count.evidence), Said(f" in {plural(groups, 'group')}"))
    if section.first is None:
        return (*opening, Said("."))
    names = [article.outlet_name for article in section.first.candidates]
    if len(names) > 3:
        return (*opening, Said("; who was first is not known."))
    by = clock_words(
        max(article.seen.by for article in section.first.candidates), wording.zone, since=wording.digest.window_start
    )
    unknown = "" if section.first.is_known else "; their order is not known"
    return (*opening, Said(f"; the day's first {' or '.join(names)}, seen by {by}{unknown}."))


def _silence_sentences(topics: Sequence[TopicSection]) -> list[Sentence]:
    found: list[Sentence] = []
    for section in topics:
        silent = [column.silence for column in section.columns if column.silence and column.silence.is_claimed]
        if silent:
            names = " or ".join(GROUP_TITLES[silence.group].lower() for silence in silent)
            opening = Said(f"No {names} article on {section.title} was seen that day; ")
            found.append((opening, *_proof(silent), Said(" succeeded.")))
    return found


def _proof(silent: Sequence[Silence]) -> list[Said]:
    """``16 of 16 looks at official and 11 of 12 at exile outlets``, each with the rows behind it."""
    said: list[Said] = []
    for number, one in enumerate(silent):
        looks = plural(one.checks_due, "look") if number == 0 else f"{one.checks_due:,}"
        said.append(Said(f"{one.checks.value:,} of {looks}", one.checks.evidence))
        said.append(Said(f" at {GROUP_TITLES[one.group].lower()}"))
        said.append(Said(" outlets" if number == len(silent) - 1 else " and " if number == len(silent) - 2 else ", "))
    return said


def _edit_sentence(digest: Digest) -> list[Sentence]:
    if not digest.edits:
        return []
    changed = headlines(digest.edits)
    tail = f", {changed} of them in the headline" if changed else "; no headline among them"
    silent = sum(edit.is_silent is True for edit in digest.edits)
    tail += f"; {silent} significantly and without a note of a correction found." if silent else "."
    verb = "was" if len(digest.edits) == 1 else "were"
    count = Said(plural(len(digest.edits), "text"), digest.edited.evidence if digest.edited else None)
    return [(count, Said(f" {verb} edited after publication{tail}"))]


def _removal_sentence(digest: Digest) -> list[Sentence]:
    gone = [removal for removal in digest.removals if removal.is_gone]
    if not gone:
        return []
    back = sum(removal.back_at is not None for removal in gone)
    was, verb = ("was", "is") if len(gone) == 1 else ("were", "are")
    confirmed = sum(removal.state is RemovalState.REMOVED for removal in gone)
    sure = (
        "confirmed" if confirmed == len(gone) else f"{confirmed} confirmed" if confirmed else "suspected, not confirmed"
    )
    count = Said(plural(len(gone), "article"), digest.gone.evidence if digest.gone else None)
    if back:  # after the day, and before this was written
        since = "served" if back == len(gone) else f"{back:,} served"
        return [(count, Said(f" {was} no longer served at the day's end: {sure}; {since} again since."))]
    return [(count, Said(f" {verb} no longer served: {sure}. The last texts are kept."))]


def _count_sentences(digest: Digest) -> list[Sentence]:
    unusual = sorted((row for row in digest.glance if _distance(row) >= _UNUSUAL), key=_distance, reverse=True)
    return [
        (
            Said(f"{GROUP_TITLES[row.group]} outlets published "),
            Said(figure_words(row.articles), row.articles.evidence),
            Said(f" articles; the mean of the {row.mean.days} days before is {mean_words(row.mean)}."),
        )
        for row in unusual
    ]


def _distance(row: GlanceRow) -> float:
    """How far a count is from its mean, as a share of it; 0 where that says nothing: few days, or a floor below it."""
    mean = row.mean.value
    if not mean or row.mean.days < MIN_MEAN_DAYS or (row.articles.is_floor and row.articles.value < mean):
        return 0.0
    return abs(row.articles.value - mean) / mean
