"""The rule by which words that judge are told: one put in, left out or replaced by another that judges otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.changes.lexicon import Lexicon
from analysis.changes.model import ChangeClass
from analysis.changes.place import Place, Verdict
from analysis.changes.tokens import Token, kept_share


def strong(place: Place) -> Verdict | None:
    old, new = (strong_words(tokens, place.words) for tokens in (place.old, place.new))
    if old == new or (old and new and kept_share(place.old, place.new, place.words.stop) >= 0.99):
        return None
    if any(one.any_in(place.old) and one.any_in(place.new) for one in place.words.alike):
        return Verdict(ChangeClass.STRONG_TERM, 0.2, "a word that judges as hard")
    return Verdict(ChangeClass.STRONG_TERM, 0.8, "a word that judges is put in, left out or replaced")


def strong_words(tokens: Sequence[Token], words: Lexicon) -> list[str]:
    return sorted(tokens[start].folded[:4] for start, _ in words.strong.found(tokens))
