"""The rules by which it is told who says so: a source, its verb of saying, and that it is only said."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.changes.lexicon import Lexicon, Phrases
from analysis.changes.model import ChangeClass
from analysis.changes.names import capitals, is_same
from analysis.changes.place import Place, Verdict
from analysis.changes.strong_terms import strong_words
from analysis.changes.tokens import Hunk, Token, common_start

_VERB_LAST = frozenset({"az", "tr"})  # the subject begins the sentence, the verb of saying ends it
_NOT_SOURCES = frozenset({"buna", "ona", "bunun", "gore", "hansina", "niye", "bunlara", "onlara"})
_MOST_NAMED = 6  # tokens of a source's name
_LONGEST_ENDING = 2
_TOLD = "told"  # whom it was told to follows, not who says so
_NEAR = 2  # words in which what makes somebody a source follows
_AND = frozenset({"and", "и", "və", "ve"})


def hearsay(place: Place) -> Verdict | None:
    """That something is only said to be so, put in or left out."""
    old, new = (place.words.hearsay.any_in(tokens) for tokens in (place.old, place.new))
    if old == new:
        return None
    return Verdict(ChangeClass.NEGATION_OR_MODALITY, 0.95, "that it is only said to be so, put in or left out")


def source(place: Place) -> Verdict | None:
    """According to whom: put in, left out, or another."""
    if _names_source(place):
        if _is_same_source(place):
            return Verdict(ChangeClass.ATTRIBUTION, 0.2, "the same source, in other words")
        return Verdict(ChangeClass.ATTRIBUTION, 0.8, "a source is added, dropped or replaced")
    sides = (place.old, place.new)
    if all(sides) or len(max(sides, key=len)) < 3:
        return None
    if any(verbs.any_in(tokens) for verbs in (place.words.reporting, place.words.reporting_loaded) for tokens in sides):
        return Verdict(ChangeClass.ATTRIBUTION, 0.8, "who says so is added or dropped")
    return None


def _is_same_source(place: Place) -> bool:
    """Whether both name the same, one with a verb of saying and the other without: the mine says, according to it."""
    said = place.words.reporting, place.words.sources
    named = []
    for tokens in (place.old, place.new):
        runs = [run for phrases in said for run in phrases.found(tokens)]
        taken = {n for run in runs for n in range(*run)}
        if not runs:
            return False
        named.append([t for n, t in enumerate(tokens) if n not in taken])
    (one, other), stop = named, place.words.stop
    words, others = ([t.folded for t in tokens if t.is_word and t.folded not in stop] for tokens in (one, other))
    pairs = zip(words, others, strict=False)
    return 0 < len(words) == len(others) and all(_has_other_ending(*pair) for pair in pairs)


def _has_other_ending(word: str, other: str) -> bool:
    """Whether two words differ by a short ending at most."""
    return common_start(word, other) >= max(len(word), len(other)) - _LONGEST_ENDING


def same_sources_joined(
    judgements: Sequence[tuple[Hunk, Verdict]], before: Sequence[Token], after: Sequence[Token], words: Lexicon
) -> list[tuple[Hunk, Verdict]]:
    """With one change for the two of a source that stays: according to the port, … and the port says."""
    found: list[tuple[Hunk, Verdict]] = []
    for hunk, verdict in judgements:
        if found and _frames_a_source(found[-1][0], hunk, before, after, words):
            last, _ = found.pop()
            whole = Hunk(last.b0, hunk.b1, last.a0, hunk.a1)
            found.append((whole, Verdict(ChangeClass.ATTRIBUTION, 0.2, "the same source, in other words")))
        else:
            found.append((hunk, verdict))
    return found


def _frames_a_source(one: Hunk, other: Hunk, before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> bool:
    """Whether the one side says so before a name, and the other behind it."""
    gone = [(h, before[h.b0 : h.b1]) for h in (one, other) if h.a0 == h.a1]
    come = [(h, after[h.a0 : h.a1]) for h in (one, other) if h.b0 == h.b1]
    if len(gone) != 1 or len(come) != 1 or not 0 < other.b0 - one.b1 <= _MOST_NAMED:
        return False
    sides = (gone[0][1], come[0][1])
    is_phrase = [_is_all(words.sources, tokens) for tokens in sides]
    is_verb = [_is_all(words.reporting, tokens) for tokens in sides]
    return (is_phrase[0] and is_verb[1]) or (is_phrase[1] and is_verb[0])


def _is_all(phrases: Phrases, tokens: Sequence[Token]) -> bool:
    said = [t for t in tokens if t.is_word]
    return bool(said) and sum(end - start for start, end in phrases.found(said)) == len(said)


def _names_source(place: Place) -> bool:
    """Whether a phrase of either side names a source; one that begins or ends beside what changed, too."""
    hunk = place.hunk
    sides = ((place.before, hunk.b0, hunk.b1), (place.after, hunk.a0, hunk.a1))
    return any(_has_source(tokens, start, end, place.words) for tokens, start, end in sides if start < end)


def _has_source(tokens: Sequence[Token], start: int, end: int, words: Lexicon) -> bool:
    window = tokens[max(0, start - 1) : end + 1]
    shift = start - max(0, start - 1)
    for first, last in words.sources.found(window):
        touches = first < end - start + shift and last > shift
        is_other = last - first == 1 and first and window[first - 1].folded in _NOT_SOURCES
        if touches and not is_other:
            return True
    return False


def reporting(place: Place) -> Verdict | None:
    """The verb of saying, or what it says of what it reports."""
    loaded = [place.words.reporting_loaded.any_in(tokens) for tokens in (place.old, place.new)]
    plain = [place.words.reporting.any_in(tokens) for tokens in (place.old, place.new)]
    if all(a or b for a, b in zip(loaded, plain, strict=True)):
        if loaded[0] != loaded[1]:
            also = frozenset({ChangeClass.STRONG_TERM})
            return Verdict(ChangeClass.ATTRIBUTION, 0.8, "the word for saying so judges it, or no longer", also)
        kinds = [{n for n, one in enumerate(place.words.saying) if one.any_in(t)} for t in (place.old, place.new)]
        if all(kinds) and not kinds[0] & kinds[1]:
            return Verdict(ChangeClass.ATTRIBUTION, 0.8, "the word for saying so is surer, or of another act")
        named = [_names_who(tokens, place.words) for tokens in (place.old, place.new)]
        if any(named) and not any(tokens[0].folded == _TOLD for tokens in (place.old, place.new)):
            return Verdict(ChangeClass.ATTRIBUTION, 0.8, "one more says so, or one less")
        return Verdict(ChangeClass.ATTRIBUTION, 0.2, "another word for saying so")
    return None


def _names_who(tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether more than the verb of saying stands there: who says so."""
    said = {
        n for phrases in (words.reporting, words.reporting_loaded) for run in phrases.found(tokens) for n in range(*run)
    }
    return any(t.is_word and n not in said and t.folded not in words.stop for n, t in enumerate(tokens))


def cited(place: Place) -> Verdict | None:
    """Another body or paper by whose words it is told; a person that stays in office is another name only."""
    old, new = (capitals(*side) for side in place.sides)
    if not (old or new) or not (place.old and place.new) or is_same(old, new):
        return None
    is_by = place.words.sources.any_in(place.behind[:_NEAR])
    is_paper = place.words.media.any_in(place.ahead[-1:]) and place.words.reporting.any_in(place.ahead)
    are_documents = all(place.words.documents.any_in(tokens[-1:]) for tokens in (place.old, place.new))
    is_body = not all(t.is_capital or t.folded in place.words.stop for t in (*place.old, *place.new) if t.is_word)
    is_said = is_body and any(v.any_in(place.behind[:1]) for v in (place.words.reporting, place.words.reporting_loaded))
    if is_by or is_paper or are_documents or is_said:
        return Verdict(ChangeClass.ATTRIBUTION, 0.8, "another says so", frozenset({ChangeClass.NAME}))
    return None


def said_by_others(place: Place) -> Verdict | None:
    """Somebody says so in whose place somebody else did, each with the word for saying."""
    said = place.words.reporting, place.words.reporting_loaded
    if not all(any(verbs.any_in(tokens) for verbs in said) for tokens in (place.old, place.new)):
        return None
    judging = [bool(strong_words(tokens, place.words)) for tokens in (place.old, place.new)]
    if judging[0] != judging[1] and not capitals(*place.sides[judging[0]]):
        return None  # the authorities said, the regime said
    if not all(_names_who(tokens, place.words) for tokens in (place.old, place.new)):
        return None
    return Verdict(ChangeClass.ATTRIBUTION, 0.8, "another says so")


def judging_speaker(place: Place) -> Verdict | None:
    """Another who says so, right beside the words for saying, also where one of the two is named with a judgement."""
    judging = [bool(strong_words(tokens, place.words)) for tokens in (place.old, place.new)]
    if judging[0] == judging[1]:
        return None
    if place.old and place.new:
        plain = place.old if judging[1] else place.new
        is_named = any(t.is_capital for t in plain)
    else:
        is_named = (place.old or place.new)[0].folded in _AND  # one more who says so
    beside = [*place.ahead[-1:], *place.behind[:1]]
    said = place.words.reporting, place.words.reporting_loaded, place.words.sources
    return subject(place) if is_named and any(verbs.any_in([t]) for verbs in said for t in beside) else None


def subject(place: Place) -> Verdict | None:
    """Who says so, where the verb of saying stays: words right before it or behind it."""
    if all(t.folded in place.words.stop for t in (*place.old, *place.new) if t.is_word):
        return None  # told reporters, told the reporters
    said = place.words.reporting, place.words.reporting_loaded, place.words.sources
    is_both = bool(place.old and place.new)
    near = (place.behind, place.ahead) if is_both else (place.behind[:1], place.ahead[-1:])
    if not any(verbs.any_in(tokens) for verbs in said for tokens in near):
        is_named = any(t.is_capital for t in (*place.old, *place.new)) and not (place.old and place.new)
        is_first = place.words.language in _VERB_LAST and place.old and place.new and not place.ahead
        if not ((is_named or is_first) and any(verbs.any_in(place.after) for verbs in said)):
            return None
    if len([t for t in (*place.old, *place.new) if t.is_word]) > 10:
        return None
    return Verdict(ChangeClass.ATTRIBUTION, 0.8, "another says so, or to another")
