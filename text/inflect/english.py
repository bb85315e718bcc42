"""English nouns: plural and possessive. The possessive's s stands behind an apostrophe and is a token of its own."""

from __future__ import annotations

from collections.abc import Iterable

from text.inflect.forms import ListedForms, listed

_SUPPLETIVE = {
    "child": "children", "foot": "feet", "goose": "geese", "louse": "lice", "mouse": "mice", "ox": "oxen",
    "person": "people", "tooth": "teeth", "criterion": "criteria", "phenomenon": "phenomena", "medium": "media",
    "datum": "data", "stratum": "strata", "bacterium": "bacteria", "memorandum": "memoranda", "curriculum": "curricula",
    "alumnus": "alumni", "stimulus": "stimuli", "nucleus": "nuclei", "appendix": "appendices", "index": "indices",
    "matrix": "matrices", "emigre": "emigres",
}  # fmt: skip
_VES = frozenset("calf elf half hoof knife leaf life loaf scarf self sheaf shelf thief wharf wife wolf".split())
_SIBILANTS = ("s", "x", "z", "ch", "sh")
_VOWELS = frozenset("aeiou")


def english_forms(base: str) -> ListedForms:
    """The singular and plural of an English noun given folded; a plural base gives its plural alone."""
    return listed({base, *_plurals(base)})


def _plurals(base: str) -> Iterable[str]:
    last = base[-1]
    if base in _SUPPLETIVE:
        yield _SUPPLETIVE[base]
    if base.endswith("man") and base not in {"german", "roman", "ottoman", "human", "shaman", "talisman"}:
        yield base[:-2] + "en"
    elif base.endswith("sis"):
        yield base[:-2] + "es"
    elif base in _VES:
        yield (base[:-2] if base.endswith("fe") else base[:-1]) + "ves"
    elif last == "y" and base[-2:-1] not in _VOWELS:
        yield base[:-1] + "ies"
    elif base.endswith(_SIBILANTS):
        yield base + "es"
    else:
        yield base + "s"
        if last == "o":
            yield base + "es"
