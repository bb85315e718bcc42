"""Words that others wrote, made harmless for plain output. Pure."""

from __future__ import annotations

import unicodedata

# Controls that reorder or hide what follows them: they would let a headline rewrite the line it stands in.
_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSAFE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def one_line(text: str | None) -> str:
    """``text`` on one line: control characters (terminal escapes) and direction overrides out, spaces collapsed."""
    kept = (" " if unicodedata.category(c) in _UNSAFE else c for c in text or "" if c not in _REORDERING)
    return " ".join("".join(kept).split())


def part_of_line(text: str) -> str:
    """``one_line`` of words that stand beside others: a space at either end stays one."""
    return f"{' ' * text[:1].isspace()}{one_line(text)}{' ' * (len(text) > 1 and text[-1:].isspace())}"


def lines_of(text: str | None) -> str:
    """``text`` in its own lines and spaces: other control characters and direction overrides out."""
    return "".join(
        c for c in text or "" if c in "\n\t" or (c not in _REORDERING and unicodedata.category(c) not in _UNSAFE)
    )


def columns_of(text: str) -> int:
    """How many terminal columns ``text`` takes: marks none, wide characters two."""
    width = 0
    for character in text:
        if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
            continue
        width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width
