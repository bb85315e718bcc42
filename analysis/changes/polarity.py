"""Whether words deny, and how sure they are: by words in Russian and English, by endings too in Turkic languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from analysis.changes.lexicon import Lexicon
from analysis.changes.model import ChangeClass
from analysis.changes.place import Place, Verdict
from analysis.changes.tokens import Token, common_start

_TURKIC = frozenset({"az", "tr"})
# Folded: -mə-, -ma- before what only a verb has behind it.
_DENIED = re.compile(
    r"\w{2,}m[ae](?:y(?:ib|an|en|ec|ac|in|i[bm]|il|ip|ali|eli)|d[iu]|m[iu]s|z|s[ae]|d[ae]n)\w*|"
    r"\w{2,}m[ae]m[ae](?:[gyks]|li)\w*|"
    r"\w{2,}m[ae]s[iu]n(?:l[ae]r)?|\w+m[iu](?:r|yor)\w*"
)
_NOUNS = ("numayend", "namaz", "ramaz", "almaz", "yilmaz", "mayis", "mayor")  # that look as if they denied
_MUST = re.compile(r"\w{2,}m[ae]l[iu](?:d[iu]r\w*|y[dmsz]?\w*|s[iu]n\w*|l[ae]r)?")
_WILL = re.compile(r"\w{2,}(?:acaq|acag|ecek|eceg|acak)\w*")
_CAN = re.compile(r"\w{2,}[ae]bil\w*")
_PASSIVE = frozenset({"il", "ul", "in", "un", "l", "n"})
_TENSE = re.compile(r"[iu]b|d[iu]|[iu]r|m[iu]s|[iu]yor|[ae]ca[qk]|ece[qk]")
_WITH, _WITHOUT, _STEM = re.compile(r"(\w{3,})l[iu](\w*)"), re.compile(r"(\w{3,})s[iu]z(\w*)"), 2
_HEARSAY = re.compile(r"\w{2,}m[iu]s(?:t[iu]r?|l[ae]r)?")
_SEEN = re.compile(r"\w{2,}[dt][iu](?:l[ae]r)?")


def is_denied(folded: str) -> bool:
    """Whether a Turkic verb form denies."""
    bare = folded.partition("'")[0]
    if bare.startswith(_NOUNS):
        return False
    return _DENIED.fullmatch(bare) is not None and _MUST.fullmatch(bare) is None


def signs(tokens: Sequence[Token], words: Lexicon) -> Counter[str]:
    """What denies and what makes less or more sure, by kind."""
    found: Counter[str] = Counter()
    found["not"] = len(words.negation.found(tokens))
    for start, end in words.modality.found(tokens):
        found[_sense(tokens[start:end], words)] += 1
    if words.language in _TURKIC:
        for token in tokens:
            bare = token.folded.partition("'")[0]
            if token.is_capital:  # Almazov denies nothing
                continue
            found["not"] += is_denied(bare) and not words.negation.in_word(bare)
            found["will"] += _WILL.fullmatch(bare) is not None
            found["must"] += _MUST.fullmatch(bare) is not None
            found["can"] += _CAN.fullmatch(bare) is not None and words.language == "tr"
    return +found


def _sense(tokens: Sequence[Token], words: Lexicon) -> str:
    """The number of those that are as sure; of a word that is none of them its beginning."""
    if words.must.any_in(tokens):
        return "must"
    group = next((n for n, alike in enumerate(words.alike) if alike.any_in(tokens)), None)
    return f"may {group if group is not None else ' '.join(token.folded[:4] for token in tokens)}"


def is_hearsay_toggled(before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> bool:
    """Whether a Turkic verb only changed from what was seen to what was heard, or back."""
    if words.language not in _TURKIC or len(before) != len(after):
        return False
    pairs = [(b.folded, a.folded) for b, a in zip(before, after, strict=True) if b.folded != a.folded]
    if words.language == "az":
        return len(pairs) == 1 and any(
            one in (f"{other}mis", f"{other}mus") for one, other in (pairs[0], pairs[0][::-1])
        )
    return len(pairs) == 1 and any(
        _HEARSAY.fullmatch(one) and _SEEN.fullmatch(other) and common_start(one, other) >= 2
        for one, other in (pairs[0], pairs[0][::-1])
    )


def opposite(place: Place) -> Verdict | None:
    """A word in whose place stands one that denies it: opened, closed."""
    if place.words.language in _TURKIC and (_lacks(place.old, place.new) or _lacks(place.new, place.old)):
        return Verdict(ChangeClass.NEGATION_OR_MODALITY, 0.8, "the opposite of what was said")
    for one, other in place.words.opposites:
        for old, new in ((one, other), (other, one)):
            if old.any_in(place.old) and new.any_in(place.new) and not (old.any_in(place.new) or new.any_in(place.old)):
                return Verdict(ChangeClass.NEGATION_OR_MODALITY, 0.8, "the opposite of what was said")
    return None


def _lacks(before: Sequence[Token], after: Sequence[Token]) -> bool:
    """Whether something is without what it was with: başarılı, başarısız."""
    has = {match[1] for t in before if (match := _WITH.fullmatch(t.folded)) is not None}
    lacks = {match[1] for t in after if (match := _WITHOUT.fullmatch(t.folded)) is not None}
    return bool(has & lacks)


def voice(place: Place) -> Verdict | None:
    """Who did it has it done to him now, or the other way: öldürüb, öldürülüb; обвиняет, обвиняется."""
    old, new = ([t.folded for t in tokens if t.is_word] for tokens in (place.old, place.new))
    if len(old) != len(new):
        return None
    pairs = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
    if len(pairs) != 1 or not any(_is_passive_of(*pair, place.words) for pair in (pairs[0], pairs[0][::-1])):
        return None
    return Verdict(ChangeClass.WORDING, 0.7, "who did it, or to whom it was done, is another")


def _is_passive_of(one: str, other: str, words: Lexicon) -> bool:
    if words.language == "ru":
        return one in (f"{other}ся", f"{other}сь")
    if words.language not in _TURKIC:
        return False
    added = len(one) - len(other)
    stems = range(_STEM, min(common_start(one, other), len(other) - 1) + 1) if added > 0 else ()
    return any(
        one[at : at + added] in _PASSIVE and one[at + added :] == other[at:] and _TENSE.match(other[at:]) is not None
        for at in stems
    )


def outcome(place: Place) -> Verdict | None:
    """What became of somebody or something: charged, cleared."""
    if not ends_otherwise(place.old, place.new, place.words):
        return None
    return Verdict(ChangeClass.WORDING, 0.6, "what became of it is told otherwise")


def ends_otherwise(before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> bool:
    """Whether each tells an outcome that the other does not."""
    old, new = ({n for n, one in enumerate(words.outcomes) if one.any_in(tokens)} for tokens in (before, after))
    return bool(old - new) and bool(new - old)


def is_prefixed(before: Sequence[Token], after: Sequence[Token], words: Lexicon) -> bool:
    """Whether a word denies now what it said before by how it begins, or no longer: safe, unsafe."""
    pairs = [(b.folded, a.folded) for b in before for a in after if b.folded != a.folded]
    return any(one == start + other or other == start + one for one, other in pairs for start in words.denying_starts)
