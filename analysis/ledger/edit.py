"""One edit by itself: its changes, and whether it is the outlet's at all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from analysis.changes import Block, Change, ChangeClass, changes_between
from analysis.changes.versions import Version, blocks_of
from domain.extraction import ArticleKind
from text.fold import fold

RULES = "changes/2"  # another one has all edits judged anew
_ANY_LANGUAGE = "en"  # of a text whose language is not known, what English words tell
_GROWS = frozenset({ArticleKind.LIVE_BLOG.value, ArticleKind.DAY_PAGE.value})
_GROWTH = frozenset(
    {
        ChangeClass.PARAGRAPH_ADDED,
        ChangeClass.MOVED,
        ChangeClass.DATE_OR_BYLINE,
        ChangeClass.TYPOGRAPHY,
        ChangeClass.LINK,
        ChangeClass.BOILERPLATE,
    }
)
_BETWEEN = len("\n\n")
_OWN = frozenset({ChangeClass.HEADLINE, ChangeClass.BOILERPLATE})
_MOST_HEADLINE = 300
_MOST_LINE = 160  # of a sponsor, a rubric: a paragraph of news is longer


class Standing(StrEnum):
    """Whose change it is, and what of it counts."""

    EDIT = "edit"
    FLAP = "flap"
    GROWTH = "growth"
    TEMPLATE = "template"
    OURS = "ours"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Pair:
    """A revision and the one before it at the same place, both as one extractor reads them.

    ``is_ours``: two extractors read them, so what differs may be ours. ``kind`` is the later one's.
    """

    old: Version
    new: Version
    language: str | None
    kind: str = ArticleKind.ARTICLE.value
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class JudgedChange:
    """A change. Equal ones on other pages share ``digest``; that of the change back has its halves swapped."""

    change: Change
    digest: str


@dataclass(frozen=True, slots=True)
class Judged:
    """An edit by itself."""

    standing: Standing
    changes: tuple[JudgedChange, ...]


def _none(_texts: frozenset[str]) -> Collection[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What stands on other pages of the outlet: of some paragraphs those that are headlines of other articles, and
    those that stand word for word in several texts. Both lead away from this text, and are no part of it.
    """

    headlines_among: Callable[[frozenset[str]], Collection[str]] = _none
    lines_among: Callable[[frozenset[str]], Collection[str]] = _none


def judged(pair: Pair, elsewhere: Elsewhere = Elsewhere()) -> Judged:
    """What changed, and what it is as far as the two versions tell, and what stands elsewhere."""
    before, after = blocks_of(pair.old), blocks_of(pair.new)
    found = changes_between(before, after, language=pair.language or _ANY_LANGUAGE)
    sides = [_paragraphs(change, before, after) for change in found]
    others = elsewhere.headlines_among(_short(sides, _MOST_HEADLINE))
    swapped = [two for change, two in zip(found, sides, strict=True) if all(two) and change.kind not in _OWN]
    lines = elsewhere.lines_among(_short(swapped, _MOST_LINE))
    told = tuple(_judged(change, two, others, lines) for change, two in zip(found, sides, strict=True))
    return Judged(_standing(pair, told), told)


def _short(sides: Iterable[tuple[str, str]], most: int) -> frozenset[str]:
    return frozenset(text for two in sides for text in two if 0 < len(text) <= most)


def _standing(pair: Pair, changes: Sequence[JudgedChange]) -> Standing:
    if not changes:
        return Standing.SAME
    if pair.is_ours:
        return Standing.OURS
    kinds = {one.change.kind for one in changes}
    if kinds <= {ChangeClass.BOILERPLATE}:
        return Standing.TEMPLATE
    if pair.kind in _GROWS and kinds <= _GROWTH:
        return Standing.GROWTH
    return Standing.EDIT


def _judged(
    change: Change, paragraphs: tuple[str, str], headlines: Collection[str], lines: Collection[str]
) -> JudgedChange:
    old, new = paragraphs
    is_own = change.kind in _OWN
    if not is_own and all(text in headlines for text in (old, new) if text):
        change = boilerplate(change, "it is the headline of another article")
    elif not is_own and old in lines and new in lines:
        change = boilerplate(change, "both lines stand on other pages of the outlet")
    if change.kind is ChangeClass.HEADLINE:
        old, new = change.before, change.after  # a site's name in all headlines changes with none of them whole
    return JudgedChange(change, f"{_digest(old)}:{_digest(new)}")


def _paragraphs(change: Change, before: Sequence[Block], after: Sequence[Block]) -> tuple[str, str]:
    """The paragraphs that a change stands in: the same few words changed on other pages are another change there."""
    if change.kind in {ChangeClass.PARAGRAPH_ADDED, ChangeClass.PARAGRAPH_REMOVED}:
        return change.before, change.after
    return _block_at(change.before_span.start, before), _block_at(change.after_span.start, after)


def _block_at(place: int, blocks: Sequence[Block]) -> str:
    at = 0
    for block in blocks:
        if place <= at + len(block.text):
            return block.text
        at += len(block.text) + _BETWEEN
    return blocks[-1].text if blocks else ""


def boilerplate(change: Change, reason: str) -> Change:
    """``change`` as no part of the article's own text; what it was else stands beside it."""
    return replace(
        change,
        kind=ChangeClass.BOILERPLATE,
        also=frozenset({change.kind, *change.also} - {ChangeClass.BOILERPLATE}),
        significance=0.0,
        reason=reason,
    )


def _words(text: str) -> str:
    return " ".join(fold(text).split())


def _digest(text: str) -> str:
    return hashlib.sha256(_words(text).encode()).hexdigest()[:16] if text else ""
