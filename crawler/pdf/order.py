"""The order in which a page is read: columns one after the other, what stands across them before or after. Pure.

A gutter is a vertical line that many lines end before or begin behind and few cross. It counts only in a band of the
page where both sides hold several lines of prose: the cells of a table are read row by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import mean, median

from crawler.pdf.layout import Block, Line, Piece

_MIN_LINES = 4  # of a side, in one band
_MIN_CHARS = 16  # of a side's lines on average: less are cells
_MOST_DEPTH = 3  # gutters in each other: four columns
_SAME_LINE = 0.35  # of a size
_RAISED = (-0.35, 0.75)  # of a size: where the baseline of a small piece may stand beside a line's
_SMALL = 0.82
_MARKER_CHARS = 4
_WORD_GAP = 0.15
_CELL_GAP = 1.2
_CELL_GAPS = 2  # in a line that is a table's row
_ALIGNED = 2.0  # points


def in_reading_order(pieces: Sequence[Piece]) -> tuple[Block, ...]:
    """The page's lines, block after block as a reader takes them."""
    return tuple(block for part in _parts(list(pieces), 0) if (block := _lines(part)))


def _parts(pieces: list[Piece], depth: int) -> Iterator[list[Piece]]:
    """Pieces grouped by column, the groups in reading order."""
    found = _best_gutter(pieces) if depth < _MOST_DEPTH else None
    if found is None:
        yield pieces
        return
    gutter, bands = found
    ordered = sorted(pieces, key=lambda piece: -piece.y)
    across: list[Piece] = []
    at = 0
    for start, end in bands:
        across += ordered[at:start]
        if across:
            yield across
        band = ordered[start:end]
        for side in (_before(band, gutter), _behind(band, gutter)):
            yield from _parts(side, depth + 1)
        across, at = [], end
    if rest := ordered[at:]:
        yield rest


def _before(pieces: list[Piece], gutter: float) -> list[Piece]:
    return [piece for piece in pieces if piece.x0 < gutter]


def _behind(pieces: list[Piece], gutter: float) -> list[Piece]:
    return [piece for piece in pieces if piece.x0 >= gutter]


Bands = list[tuple[int, int]]  # from and to in the pieces from top to bottom


def _best_gutter(pieces: list[Piece]) -> tuple[float, Bands] | None:
    """The gutter with the most pieces in bands of columns, and these bands."""
    if len(pieces) < 2 * _MIN_LINES:
        return None
    ordered = sorted(pieces, key=lambda piece: -piece.y)
    starts = Counter(round(piece.x0) for piece in pieces)
    best: tuple[int, float, Bands] | None = None
    for start, _ in sorted((found for found in starts.items() if found[1] >= _MIN_LINES - 1), reverse=True):
        gutter = start - 1.5
        bands = _bands(ordered, gutter)
        held = sum(end - begin for begin, end in bands)
        if held and (best is None or held > best[0]):
            best = (held, gutter, bands)
    return (best[1], best[2]) if best else None


def _bands(ordered: list[Piece], gutter: float) -> Bands:
    """Runs of pieces that do not cross the gutter and are prose on both of its sides."""
    found: Bands = []
    for crosses, run in groupby(range(len(ordered)), key=lambda at: _crosses(ordered[at], gutter)):
        places = list(run)
        band = ordered[places[0] : places[-1] + 1]
        if not crosses and _is_prose(_before(band, gutter)) and _is_prose(_behind(band, gutter)):
            found.append((places[0], places[-1] + 1))
    return found


def _crosses(piece: Piece, gutter: float) -> bool:
    return piece.x0 < gutter < piece.x1 - 1.0


def _is_prose(side: list[Piece]) -> bool:
    rows: Counter[int] = Counter()
    for piece in side:
        rows[round(piece.y)] += len(piece.text)
    return len(rows) >= _MIN_LINES and mean(rows.values()) >= _MIN_CHARS


def _lines(pieces: list[Piece]) -> Block:
    """The lines of one column from top to bottom."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (-piece.y, piece.x0)):
        row = next((row for row in reversed(rows[-3:]) if _is_same_line(row, piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    kept = sorted(filter(None, map(_row, rows)), key=lambda row: -row.base)
    return tuple(_line(row, (kept[at - 1 : at] + kept[at + 1 : at + 2])) for at, row in enumerate(kept))


def _is_same_line(row: list[Piece], piece: Piece) -> bool:
    """Whether a piece belongs to a line: on its baseline, or small and a little above or below it."""
    largest = max(row, key=lambda other: (other.size, -other.x0))
    size = max(largest.size, piece.size, 0.1)
    rise = piece.y - largest.y
    if abs(rise) < _SAME_LINE * size:
        return True
    if piece.size < _SMALL * largest.size:
        return _RAISED[0] * size < rise < _RAISED[1] * size
    return largest.size < _SMALL * piece.size and _RAISED[0] * size < -rise < _RAISED[1] * size


@dataclass(frozen=True, slots=True)
class _Row:
    """A line's pieces from left to right in cells, the raised marks of footnotes taken out."""

    cells: tuple[list[Piece], ...]
    size: float
    base: float

    def is_aligned(self, other: _Row) -> bool:
        """Whether two rows have a cell behind the first that begins, or ends, at one place."""
        return any(
            abs(cell[0].x0 - beside[0].x0) < _ALIGNED or abs(cell[-1].x1 - beside[-1].x1) < _ALIGNED
            for cell in self.cells[1:-1]
            for beside in other.cells[1:-1]
        )


def _row(pieces: list[Piece]) -> _Row | None:
    pieces.sort(key=lambda piece: piece.x0)
    size = _main_size(pieces)
    base = median(piece.y for piece in pieces if piece.size >= 0.95 * size)
    kept = [piece for at, piece in enumerate(pieces) if at == 0 or not _is_marker(piece, size, base)]
    return _Row(tuple(_cells(kept, size)), size, base) if any(piece.text.strip() for piece in kept) else None


def _line(row: _Row, beside: list[_Row]) -> Line:
    """One line; of a table where it has three cells or more and those of a line beside it stand below each other."""
    is_row = len(row.cells) > _CELL_GAPS and any(row.is_aligned(other) for other in beside)
    pieces = [piece for cell in row.cells for piece in cell]
    if is_row:
        text = " | ".join(filter(None, (_text_of(cell, row.size) for cell in row.cells)))
    else:
        text = _text_of(pieces, row.size)
    chars = sum(len(piece.text) for piece in pieces)
    bold = sum(len(piece.text) for piece in pieces if piece.is_bold)
    right = max(piece.x1 for piece in pieces)
    return Line(text, pieces[0].x0, right, row.base, row.size, bold * 10 >= chars * 7, is_row)


def _cells(pieces: list[Piece], size: float) -> Iterator[list[Piece]]:
    """Pieces between which no wide gap stands."""
    held = [pieces[0]]
    for last, piece in pairwise(pieces):
        if piece.x0 - last.x1 > _CELL_GAP * size:
            yield held
            held = []
        held.append(piece)
    yield held


def _text_of(pieces: list[Piece], size: float) -> str:
    text = pieces[0].text
    for last, piece in pairwise(pieces):
        is_apart = piece.x0 - last.x1 > _WORD_GAP * size
        text += (" " if is_apart and not text.endswith(" ") else "") + piece.text
    return text.strip()


def _main_size(row: list[Piece]) -> float:
    sizes: Counter[float] = Counter()
    for piece in row:
        sizes[piece.size] += len(piece.text.strip())
    return max(sizes.items(), key=lambda counted: (counted[1], counted[0]))[0]


def _is_marker(piece: Piece, size: float, base: float) -> bool:
    """Whether a piece is a raised number or sign that leads to a footnote."""
    mark = piece.text.strip(" ,[]()")
    is_mark = 0 < len(mark) <= _MARKER_CHARS and (mark.isdecimal() or set(mark) <= set("*†‡§"))
    return is_mark and piece.size < _SMALL * size and piece.y > base + 0.1 * size
