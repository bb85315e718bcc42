"""An outlet's file as text: what was found out, with comments on what nobody could tell. Valid by the schema."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from outlets.schema import OutletFacts
from text.clean import clean_text

Value = str | int | bool | date | Sequence[str]
_SLUG = re.compile(r"[^a-z0-9]+")
_LATIN = str.maketrans("əıöüşçğƏİÖÜŞÇĞ", "eiouscgeiouscg")
_MOST_SLUG_CHARS = 60
_MOST_LINE_CHARS = 1000


@dataclass(frozen=True, slots=True)
class Draft:
    """An outlet's file in the making. ``keys`` and ``channels`` in their order; ``notes`` stand as comments above."""

    notes: tuple[str, ...]
    keys: Mapping[str, Value]
    channels: tuple[Mapping[str, Value], ...] = ()
    ends: tuple[str, ...] = field(default=())  # comments below


def draft_text(draft: Draft) -> str:
    """The file. Raises ValueError where the schema would refuse it, which is a fault of who made the draft."""
    lines = [*map(_comment, draft.notes), *(f"{key} = {toml_value(value)}" for key, value in draft.keys.items())]
    for channel in draft.channels:
        lines += ["", "[[channels]]", *(f"{key} = {toml_value(value)}" for key, value in channel.items())]
    if draft.ends:
        lines += ["", *map(_comment, draft.ends)]
    text = "\n".join(lines) + "\n"
    OutletFacts.model_validate(tomllib.loads(text))
    return text


def toml_value(value: Value) -> str:
    """One value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | date):
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    return f"[{', '.join(_quoted(one) for one in value)}]"


def line(text: str | None) -> str | None:
    """``text`` as a line that the schema takes: cleaned, on one line, not too long; None where nothing is left."""
    kept = (
        c
        for c in clean_text(text or "")
        if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} or c in "\t\n"
    )
    return " ".join("".join(kept).split())[:_MOST_LINE_CHARS].strip() or None


def slug_from(name: str) -> str | None:
    """A slug made of a name or a host; None where none of its letters can stand in one."""
    plain = unicodedata.normalize("NFKD", name.translate(_LATIN)).encode("ascii", "ignore").decode()
    return _SLUG.sub("-", plain.lower()).strip("-")[:_MOST_SLUG_CHARS].rstrip("-") or None


def unused(slug: str, taken: Iterable[str]) -> str:
    """``slug``, or with the first number behind it that is not ``taken``."""
    known = set(taken)
    number = 1
    found = slug
    while found in known:
        number += 1
        found = f"{slug[: _MOST_SLUG_CHARS - len(str(number)) - 1].rstrip('-')}-{number}"
    return found


def _quoted(text: str) -> str:
    """A basic string; JSON's escapes are TOML's, but for DEL."""
    if "\\" in text and "'" not in text and text.isprintable():
        return f"'{text}'"  # a pattern reads better without doubled backslashes
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return f"# {line(text) or ''}".rstrip()
