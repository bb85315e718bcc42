"""Everyday articles put together from hand-written sentence banks, always the same for the same seed.

A bank (``data/fillers/<language>.toml``) has slots (lists of words) and themes; a theme has titles and paragraphs,
each paragraph with alternatives. ``{slot}`` takes one word, the same in the whole article, ``{slot.1}`` its second form
(forms of a word are parted by ``|``); ``{n:LOW-HIGH}`` is a number.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

_SLOT = re.compile(r"\{(\w+)(?:\.(\d))?(?::(\d+)-(\d+))?\}")
_LATIN = str.maketrans("əğışçöüâîƏĞİŞÇÖÜIыэ", "egiscouaiegiscouiye")
_CYRILLIC = dict(
    zip(
        "абвгдежзийклмнопрстуфхцчшщъыьэюяё",
        "a b v g d e j z i y k l m n o p r s t u f kh ts ch sh sch _ y _ e yu ya e".split(),
        strict=True,
    )
)


@dataclass(frozen=True, slots=True)
class Filler:
    """One everyday article; paragraphs of ``text`` are parted by an empty line."""

    slug: str
    title: str
    text: str


def write_filler(bank: Path, theme: str, seed: str) -> Filler:
    """The article of ``theme`` that ``seed`` gives."""
    written = _bank(bank)
    chance = Random(f"{theme} {seed}")
    slots: dict[str, str] = {}
    chosen = written["theme"][theme]
    title = _filled(chance.choice(chosen["titles"]), written["slots"], slots, chance)
    paragraphs = [_filled(chance.choice(options), written["slots"], slots, chance) for options in chosen["paragraphs"]]
    return Filler(slug_of(title), title, "\n\n".join(paragraphs))


def slug_of(title: str) -> str:
    """``title`` as the latin, hyphened slug that an outlet's software would make of it."""
    lowered = title.translate(_LATIN).lower()
    spelled = "".join(_CYRILLIC.get(letter, letter) for letter in lowered).replace("_", "")
    return re.sub(r"[^a-z0-9]+", "-", spelled).strip("-")[:70].rstrip("-")


@cache
def _bank(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _filled(sentence: str, words: dict[str, list[str]], slots: dict[str, str], chance: Random) -> str:
    def fill(match: re.Match[str]) -> str:
        name, form, low, high = match.groups()
        if name not in slots:
            slots[name] = str(chance.randint(int(low), int(high))) if low else chance.choice(words[name])
        return slots[name].split("|")[int(form or 0)]

    return _SLOT.sub(fill, sentence)
