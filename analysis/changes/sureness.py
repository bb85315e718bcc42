"""The rule by which it is told that words deny, or are more or less sure than they were."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.changes.lexicon import Lexicon
from analysis.changes.model import ChangeClass
from analysis.changes.names import capitals
from analysis.changes.place import Place, Verdict
from analysis.changes.polarity import is_hearsay_toggled, is_prefixed, signs
from analysis.changes.strong_terms import strong_words
from analysis.changes.tokens import Token, kept_share


def polarity(place: Place) -> Verdict | None:
    """It is denied or no longer, surer or less sure, or as sure as it was in other words."""
    said = [[t for t in side[0][side[1] : side[2]] if t not in capitals(*side)] for side in place.sides]
    old, new = (signs(tokens, place.words) for tokens in said)
    if old != new and _are_alike_but_for_a_phrase(said, place.words):
        return Verdict(ChangeClass.NEGATION_OR_MODALITY, 0.2, "as sure as before, in other words")
    is_moved = bool(old) and old == new and place.old and place.new and _only_order_differs(place)
    is_prefix = is_prefixed(place.old, place.new, place.words)
    if old != new or is_moved or is_prefix or is_hearsay_toggled(place.old, place.new, place.words):
        denies = old["not"] != new["not"] or is_moved or is_prefix
        reason = "what was said is denied, or no longer" if denies else "how sure it is, or who must, may or can"
        judges = any(strong_words(tokens, place.words) for tokens in (place.old, place.new))
        also = frozenset({ChangeClass.STRONG_TERM} if judges else ())
        return Verdict(ChangeClass.NEGATION_OR_MODALITY, 0.95, reason, also)
    if old and all(_are_signs(tokens, place.words) for tokens in said) and _is_same_sign(said, place.words):
        return Verdict(ChangeClass.NEGATION_OR_MODALITY, 0.2, "as sure as before, in other words")
    return None


def _are_alike_but_for_a_phrase(sides: Sequence[Sequence[Token]], words: Lexicon) -> bool:
    """Whether each says in a phrase what the other does: must not, are not allowed to."""
    for phrases in words.alike:
        found = [phrases.found(tokens) for tokens in sides]
        if all(found):
            said = [
                signs(tokens, words) - signs([tokens[n] for run in runs for n in range(*run)], words)
                for tokens, runs in zip(sides, found, strict=True)
            ]
            return said[0] == said[1]
    return False


def _is_same_sign(sides: Sequence[Sequence[Token]], words: Lexicon) -> bool:
    """Whether they deny by grammar alone, will not, won't, or by words that are alike; refused is not failed."""
    if _are_alike_but_for_a_phrase(sides, words):
        return True
    heard = [
        {t.folded.replace("’", "'") for t in tokens if t.is_word and t.folded not in words.stop} for tokens in sides
    ]
    return all(one <= {"not"} or any(word.endswith(("n't", "nt")) for word in one) for one in heard)


def _are_signs(tokens: Sequence[Token], words: Lexicon) -> bool:
    """Whether nothing else is said."""
    kinds = (words.negation, words.modality, *words.alike)
    found = {n for phrases in kinds for run in phrases.found(tokens) for n in range(*run)}
    return all(n in found or t.folded in words.stop or not t.is_word for n, t in enumerate(tokens))


def _only_order_differs(place: Place) -> bool:
    none: frozenset[str] = frozenset()
    return kept_share(place.old, place.new, none) >= 0.6 and kept_share(place.new, place.old, none) >= 0.6
