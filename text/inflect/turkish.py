"""Turkish nouns."""

from __future__ import annotations

from text.inflect.endings import NounGrammar
from text.inflect.harmony import Spelling
from text.inflect.turkic import TurkicForms, TurkicGrammar, turkic_forms

_NOUNS = NounGrammar(
    spelling=Spelling(front_a="e", assimilates=True),
    mine=("(I)m", "(I)n"),
    ours=("(I)mIz", "(I)nIz"),
    third="(s)I",
    theirs=(),
    cases=("(n)In", "(y)A", "(y)I", "DA", "DAn", "(y)lA", "cA", "çA"),
    pronominal_cases=("nIn", "nA", "nI", "ndA", "ndAn", "ylA", "ncA"),
    relative=("nDAki", "nInki"),
    clitics=("DIr", "(y)DI", "(y)mIş", "(y)sA"),
)

# Closed classes, folded: nouns that drop the vowel of the second syllable before a vowel (nehir, nehri), and nouns that
# double their last letter (af, affı).
_SHORTENED = frozenset(
    "agiz akil akis alin asil asir avuc azim bagir bahis beyin boyun burun cebir cisim curum defin devir ecir emir "
    "fasil fesih fikir gogus gonul hacim haciz hapis hasim hukum ilim isim izin kabir kahir karin kavim kayip kayit "
    "kesif keyif kisim kufur lutuf metin nabiz nakil nakit nefis nehir nesil nesir ogul omur omuz ozur resim sabir "
    "sahis sehir sekil seyir sihir sukur tavir ufuk uzuv vakif vakit vasif zehir zihin zikir zulum".split()
)
_DOUBLED = {
    "af": "aff", "had": "hadd", "hak": "hakk", "hal": "hall", "hat": "hatt", "haz": "hazz", "his": "hiss",
    "ret": "redd", "sir": "sırr", "tip": "tıbb", "zam": "zamm", "zan": "zann", "zit": "zıdd",
}  # fmt: skip

GRAMMAR = TurkicGrammar(
    nouns=_NOUNS,
    softened={"p": "b", "ç": "c", "t": "d", "nk": "ng", "k": "ğ", "g": "ğ"},
    hardened={"b": "p", "c": "ç", "d": "t", "ğ": "k"},
    shortened=_SHORTENED,
    doubled=_DOUBLED,
    softens_short=True,
    fronts_loanwords=True,
)


def turkish_forms(base: str, *, is_name: bool = False) -> TurkicForms:
    """The forms of a Turkish noun given in its dictionary form, lower case."""
    return turkic_forms(base, GRAMMAR, is_name=is_name)
