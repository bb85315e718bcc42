"""Azerbaijani nouns."""

from __future__ import annotations

from text.inflect.endings import NounGrammar
from text.inflect.harmony import Spelling
from text.inflect.turkic import TurkicForms, TurkicGrammar, turkic_forms

_NOUNS = NounGrammar(
    spelling=Spelling(front_a="ə", assimilates=False),
    mine=("(I)m", "(I)n"),
    ours=("(I)mIz", "(I)nIz"),
    third="(s)I",
    theirs=(),
    cases=("(n)In", "(y)A", "(n)I", "dA", "dAn", "lA", "(y)lA", "cA", "dAk", "(y)AdAk"),
    pronominal_cases=("nIn", "nA", "nI", "ndA", "ndAn", "ylA", "ncA", "nAdAk"),
    relative=("ndAkI", "nInkI"),
    clitics=("dIr", "dIrlAr", "(y)dI", "(y)mIş", "(y)sA", "mI"),
)

# A closed class: nouns of two syllables that drop the vowel of the second before a vowel (şəkil, şəkli). Folded.
_SHORTENED = frozenset(
    "agiz agil alin beyin boyun burun cisim ciyin etir fesil fikir isim meyil nesil ogul omur ovuc qarin qebir qisim "
    "sebir sekil sinif xeyir zehin".split()
)

GRAMMAR = TurkicGrammar(
    nouns=_NOUNS,
    softened={"q": "ğ", "k": "y"},
    hardened={"ğ": "q", "y": "k"},
    shortened=_SHORTENED,
    doubled={},
    softens_short=False,
    fronts_loanwords=False,
)


def azerbaijani_forms(base: str, *, is_name: bool = False) -> TurkicForms:
    """The forms of an Azerbaijani noun given in its dictionary form, lower case."""
    return turkic_forms(base, GRAMMAR, is_name=is_name)
