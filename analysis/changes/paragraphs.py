"""The changes inside one paragraph, and what a paragraph is that was put in or left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.changes.attributions import same_sources_joined
from analysis.changes.bylines import is_line, line_verdict
from analysis.changes.headlines import headline_verdict
from analysis.changes.judge import is_markup, judged
from analysis.changes.lexicon import Lexicon
from analysis.changes.measures import parted, ranges_joined
from analysis.changes.model import ChangeClass, Role
from analysis.changes.names import capitals
from analysis.changes.numbers import values_in
from analysis.changes.place import Place, Verdict
from analysis.changes.polarity import ends_otherwise, signs
from analysis.changes.quoted import quotation_verdict
from analysis.changes.quotes import grouped, quoted_spans
from analysis.changes.standing import (
    BOILERPLATE,
    is_boilerplate,
    may_be_call,
    paragraph_verdict,
)
from analysis.changes.tokens import Hunk, Token, are_forms, hunks_between, kept_share, span_of, tokens_of
from domain.topic import Span
from text.sentences import sentences

_REWRITTEN = 0.45  # of a sentence's words; from here on it is another sentence
_SAME_SENSE = 0.58  # of what was said, said still
_MOST_COUNTER = 3  # words of a line that counts shares, readers, comments
_ELSEWHERE = Verdict(ChangeClass.WORDING, 0.1, "the same words, in another place")
_SMALL = frozenset({ChangeClass.TYPOGRAPHY, ChangeClass.WORDING})


@dataclass(frozen=True, slots=True)
class Found:
    """A change inside a paragraph, its places counted from the paragraph's beginning."""

    verdict: Verdict
    before: Span
    after: Span


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """The same paragraph of two versions."""

    role: Role
    old: str
    new: str
    words: Lexicon


def changes_inside(pair: Paragraphs) -> list[Found]:
    """All changes inside a paragraph, in order."""
    before, after = tokens_of(pair.old), tokens_of(pair.new)
    hunks = parted(ranges_joined(hunks_between(before, after), before, after, pair.words), before, after, pair.words)
    if not hunks:
        return [] if pair.old == pair.new else [_whole(pair, before, after, _spacing())]
    whole = Hunk(hunks[0].b0, hunks[-1].b1, hunks[0].a0, hunks[-1].a1)
    if (verdict := _of_whole(pair, before, after)) is not None:
        return [_found(pair, before, after, whole, verdict)]
    in_quotes = grouped(hunks, before, after, (pair.old, pair.new))
    swapped = _only_elsewhere(hunks, before, after, pair.words)
    judgements = [
        (hunk, _ELSEWHERE if hunk in swapped else _judged(before, after, hunk, quotes, pair))
        for hunk, quotes in in_quotes
    ]
    judgements = same_sources_joined(judgements, before, after, pair.words)
    if pair.role is Role.HEADLINE:
        inner = [verdict for _, verdict in judgements]
        return [_found(pair, before, after, whole, headline_verdict(before, after, inner, words=pair.words))]
    is_anew = len(hunks) > 1 or (whole.b0 < whole.b1 and whole.a0 < whole.a1)  # not only longer or shorter
    if pair.role is Role.LEAD and is_anew and _share_changed(before, after, hunks) > _REWRITTEN:
        return [_found(pair, before, after, whole, _lead(before, after, pair))]
    return _tidied(pair, before, after, judgements)


def _of_whole(pair: Paragraphs, before: Sequence[Token], after: Sequence[Token]) -> Verdict | None:
    """What a paragraph became that is none of the text: a line on author and time, a call to read on, a correction."""
    if pair.role is Role.BYLINE or (is_line(pair.old, before, pair.words) and is_line(pair.new, after, pair.words)):
        return line_verdict(pair.old, pair.new, pair.words)
    if _are_calls(pair, before, after):
        return BOILERPLATE
    if pair.role is not Role.HEADLINE and all(pair.words.correction.begin(side) for side in (before, after)):
        return Verdict(ChangeClass.CORRECTION_NOTICE, 0.7, "the outlet says otherwise what it corrected")
    return None


def _only_elsewhere(
    hunks: Sequence[Hunk], before: Sequence[Token], after: Sequence[Token], words: Lexicon
) -> frozenset[Hunk]:
    """What stands in another place of the paragraph, and nothing else does: left out there, put in here.

    What denies, doubts or says who says so means another thing in another place.
    """
    turning = words.negation, words.modality, words.hearsay, words.sources, words.reporting, words.reporting_loaded
    gone = {tuple(t.folded for t in before[h.b0 : h.b1]): h for h in hunks if h.a0 == h.a1}
    come = {tuple(t.folded for t in after[h.a0 : h.a1]): h for h in hunks if h.b0 == h.b1}
    moved = [hunk for said in gone.keys() & come.keys() for hunk in (gone[said], come[said])]
    sides = {hunk: before[hunk.b0 : hunk.b1] or after[hunk.a0 : hunk.a1] for hunk in moved}
    return frozenset(hunk for hunk in moved if not any(kind.any_in(sides[hunk]) for kind in turning))


def _are_calls(pair: Paragraphs, before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Both call to read on or count readers; one that nobody knows is told by its shape: ``Shared 21 times``."""
    if is_boilerplate(before, pair.words) and is_boilerplate(after, pair.words):
        return True
    if pair.role is not Role.BODY or not (may_be_call(pair.old) and may_be_call(pair.new)):
        return False
    labels = [text.partition(":")[0] if ":" in text else None for text in (pair.old, pair.new)]
    counted = [[t.folded for t in side if t.is_word and not t.folded[:1].isdigit()] for side in (before, after)]
    if counted[0] == counted[1]:  # nothing but figures changed
        return len(counted[0]) <= _MOST_COUNTER and pair.words.counters.any_in(before)
    return labels[0] is not None and labels[0] == labels[1]


def _spacing() -> Verdict:
    return Verdict(ChangeClass.TYPOGRAPHY, 0.0, "spaces alone")


def _whole(pair: Paragraphs, before: Sequence[Token], after: Sequence[Token], verdict: Verdict) -> Found:
    start = next((n for n, (a, b) in enumerate(zip(pair.old, pair.new, strict=False)) if a != b), 0)
    return Found(verdict, _word_at(before, start, pair.old), _word_at(after, start, pair.new))


def _word_at(tokens: Sequence[Token], at: int, text: str) -> Span:
    behind = [t for t in tokens if t.end > at]
    ahead = [t for t in tokens if t.end <= at]
    return Span(ahead[-1].start if ahead else 0, behind[0].end if behind else len(text))


def _found(pair: Paragraphs, before: Sequence[Token], after: Sequence[Token], hunk: Hunk, verdict: Verdict) -> Found:
    return Found(
        verdict,
        span_of(before, hunk.b0, hunk.b1, len(pair.old)),
        span_of(after, hunk.a0, hunk.a1, len(pair.new)),
    )


def _judged(
    before: Sequence[Token],
    after: Sequence[Token],
    hunk: Hunk,
    quotes: tuple[Span, Span] | None,
    pair: Paragraphs,
) -> Verdict:
    place = Place(before, after, hunk, pair.words)
    verdict = judged(place)
    if quotes is not None:
        return quotation_verdict(place, quotes, verdict)
    side = place.old or place.new
    if (not place.old or not place.new) and _are_sentences(side, pair.old if place.old else pair.new):
        return _sentence(side, is_added=not place.old, words=pair.words)
    return verdict


def _are_sentences(tokens: Sequence[Token], text: str) -> bool:
    """Whether they are whole sentences of ``text``."""
    starts, ends = {s.start for s in sentences(text)}, {s.end for s in sentences(text)}
    return bool(tokens) and tokens[0].start in starts and tokens[-1].end in ends


def _sentence(tokens: Sequence[Token], *, is_added: bool, words: Lexicon) -> Verdict:
    """A whole sentence that was put in or left out."""
    text = " ".join(t.text for t in tokens)
    if quoted_spans(text):
        return Verdict(ChangeClass.QUOTATION, 0.8, "a quotation is added or dropped")
    return paragraph_verdict(text, tokens, is_added=is_added, words=words)


def _lead(before: Sequence[Token], after: Sequence[Token], pair: Paragraphs) -> Verdict:
    words = pair.words
    is_denied = signs(before, words)["not"] != signs(after, words)["not"]
    is_nameless = _names_none(before, after)
    is_told = any(kind.any_in(before) != kind.any_in(after) for kind in (words.sources, words.hearsay))
    is_other = is_denied or is_told or is_nameless or _states_others(before, after, words)
    if kept_share(before, after, words.stop) >= _SAME_SENSE and not is_other:
        return Verdict(ChangeClass.LEAD, 0.2, "written anew, most of the old words are kept")
    return Verdict(ChangeClass.LEAD, 0.8, "written anew, most of the old words are gone, or it is denied")


def _states_others(before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> bool:
    """Whether each gives a value, a name or an outcome that the other does not."""
    values = [set(values_in(tokens, words)) for tokens in (before, after)]
    named = [capitals(tokens, 0, len(tokens)) for tokens in (before, after)]
    lost = [
        any(not any(are_forms(t.folded, other.folded) for other in tokens) for t in names)
        for names, tokens in zip(named, (after, before), strict=True)
    ]
    is_another_value = bool(values[0] - values[1]) and bool(values[1] - values[0])
    return is_another_value or all(lost) or ends_otherwise(before, after, words)


def _names_none(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether somebody or something is named that is named no more, nor anybody else."""
    named = capitals(before, 0, len(before))
    kept = any(are_forms(one.folded, t.folded) for one in named for t in after)
    return bool(named) and not kept and not capitals(after, 0, len(after))


def _share_changed(before: Sequence[Token], after: Sequence[Token], hunks: Sequence[Hunk]) -> float:
    changed = sum(max(h.b1 - h.b0, h.a1 - h.a0) for h in hunks)
    return changed / max(len(before), len(after), 1)


def _tidied(
    pair: Paragraphs, before: Sequence[Token], after: Sequence[Token], judgements: Sequence[tuple[Hunk, Verdict]]
) -> list[Found]:
    """Without brackets beside a link; marks with nothing else between them stand as one change."""
    has_link = any(verdict.kind is ChangeClass.LINK for _, verdict in judgements)
    also = frozenset({ChangeClass.LEAD}) if pair.role is Role.LEAD else frozenset()
    kept: list[tuple[Hunk, Verdict]] = []
    for hunk, verdict in judgements:
        is_mark = verdict.kind is ChangeClass.TYPOGRAPHY
        if has_link and is_mark and is_markup([*before[hunk.b0 : hunk.b1], *after[hunk.a0 : hunk.a1]]):
            continue
        if is_mark and kept and kept[-1][1].kind is ChangeClass.TYPOGRAPHY:
            last, _ = kept.pop()
            kept.append((Hunk(last.b0, hunk.b1, last.a0, hunk.a1), verdict))
        else:
            kept.append((hunk, verdict if is_mark else replace(verdict, also=verdict.also | also)))
    return [_found(pair, before, after, hunk, verdict) for hunk, verdict in kept]
