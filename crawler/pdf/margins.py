"""Running heads and feet and page numbers: lines at a page's edge that other pages repeat. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from crawler.pdf.layout import Block, Line

_EDGE_SHARE = 0.18  # of the page's height, at its top and at its bottom
_EDGE_LINES = 3  # that may stand in an edge, counted from outside
_EDGE_CHARS = 120
_GAP = 1.45  # in sizes: what sets a running head off from the text
_FEW_PAGES = 3
_LARGE = 1.3  # times the text's size: a title, which a running head may repeat
_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"(?<![^\W_])[ivxlc]{1,7}(?![^\W_])", re.I)
_LONE_NUMBER = re.compile(r"\W*(?:(?:page|p|səh\w*|sayfa|стр\w*|страница)\W*)?1(?:\s*(?:/|of|из|-dən)\s*1)?\W*", re.I)
_Key = tuple[str, bool]  # what a line says, and whether at the top

Pages = Sequence[tuple[float, tuple[Block, ...]]]  # each page's height and its blocks


def without_margins(pages: Pages, *, text_size: float) -> tuple[tuple[Block, ...], ...]:
    """The pages' blocks without what stands at their edges and comes again.

    A line comes again where three pages have it at one edge, of three pages or fewer two; figures count as equal.
    """
    edges = [frozenset(_edge_lines(height, blocks)) for height, blocks in pages]
    counts = Counter(key for page in edges for key in {_key(line, is_top) for line, is_top in page})
    needed = 2 if len(pages) <= _FEW_PAGES else 3
    kept = []
    for (_, blocks), edge in zip(pages, edges, strict=True):
        dropped = {line for line, is_top in edge if _is_margin(line, counts[_key(line, is_top)], needed, text_size)}
        dropped |= {line for line, _ in edge if len(pages) == 1 and _LONE_NUMBER.fullmatch(line.text)}
        kept.append(tuple(block for old in blocks if (block := tuple(line for line in old if line not in dropped))))
    return tuple(kept)


def _edge_lines(height: float, blocks: tuple[Block, ...]) -> Iterator[tuple[Line, bool]]:
    """Lines at the page's edges, each with whether at the top."""
    lines = sorted((line for block in blocks for line in block), key=lambda line: -line.y)
    yield from ((line, True) for line in _set_off(lines) if line.y > height * (1 - _EDGE_SHARE))
    yield from ((line, False) for line in _set_off(lines[::-1]) if line.y < height * _EDGE_SHARE)


def _set_off(lines: list[Line]) -> list[Line]:
    """The outermost lines, given from outside, up to the last of the first few gaps behind which the text begins."""
    gaps = [
        at
        for at, (outer, inner) in enumerate(pairwise(lines[: _EDGE_LINES + 1]), start=1)
        if abs(outer.y - inner.y) > _GAP * max(outer.size, inner.size)
    ]
    outermost = lines[: gaps[-1]] if gaps else lines if len(lines) <= _EDGE_LINES else []
    return [line for line in outermost if len(line.text) <= _EDGE_CHARS]


def _key(line: Line, is_top: bool) -> _Key:
    return _ROMAN.sub("#", _DIGITS.sub("#", line.text.casefold())).strip(), is_top


def _is_margin(line: Line, count: int, needed: int, text_size: float) -> bool:
    return count >= needed and line.size < _LARGE * text_size
