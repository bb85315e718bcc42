"""What a page of a document holds, as far as reading it goes: pieces of text with their places, and lines of them.

Lengths are points, with the origin at the lower left of the page as it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters that follow each other on one baseline in one size, without a wide gap."""

    text: str
    x0: float
    x1: float
    y: float  # of the baseline
    size: float  # of the font, as shown
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class PageText:
    """A page's pieces in the order in which the file draws them.

    ``image_share`` is how much of the page its pictures cover, 0 to 1. ``unmapped`` counts letters that the file gives
    no character for, so that nobody can tell what they are.
    """

    number: int  # from 1
    width: float
    height: float
    pieces: tuple[Piece, ...]
    image_share: float = 0.0
    unmapped: int = 0

    @property
    def chars(self) -> int:
        """How many characters it shows."""
        return sum(len(piece.text) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a reader sees it, in one column; ``size`` is that of most of its letters. ``is_row``: of a table."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    is_bold: bool = False
    is_row: bool = False


Block = tuple[Line, ...]  # lines of one column, or of the page's whole width, from top to bottom
