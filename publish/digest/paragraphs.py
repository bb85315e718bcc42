"""Paragraphs, headings and tables of plain text in a fixed number of columns. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Sequence

from publish.digest.safe import columns_of, one_line

MIN_WIDTH, MAX_WIDTH = 80, 120


class Paragraphs:
    """Collects wrapped lines. Whatever is said in it is made one harmless line first."""

    def __init__(self, width: int) -> None:
        self.width = max(MIN_WIDTH, min(MAX_WIDTH, width))
        self.lines: list[str] = []

    def text(self) -> str:
        """Everything said, without blank lines at its ends."""
        return "\n".join(line.rstrip() for line in self.lines).strip("\n") + "\n"

    def blank(self) -> None:
        """An empty line."""
        self.lines.append("")

    def line(self, text: str, *, indent: int = 0) -> None:
        """One line that is never wrapped: an address or a command, to be copied whole."""
        self.lines.append(" " * indent + one_line(text))

    def say(self, text: str, *, indent: int = 0, hang: int | None = None) -> None:
        """One paragraph, wrapped; further lines hang at ``hang`` columns (else at ``indent``)."""
        later = indent if hang is None else hang
        wrapper = textwrap.TextWrapper(
            self.width, initial_indent=" " * indent, subsequent_indent=" " * later, break_on_hyphens=False
        )
        self.lines.extend(wrapper.wrap(one_line(text)) or [""])

    def keyed(self, key: str, text: str, *, column: int, indent: int = 0) -> None:
        """``text`` from ``column`` on, wrapped there, with ``key`` before it on its first line."""
        room = column - indent - 1
        known = one_line(key)[:room]
        first = " " * indent + known + " " * (column - indent - columns_of(known))
        wrapper = textwrap.TextWrapper(
            self.width, initial_indent=first, subsequent_indent=" " * column, break_on_hyphens=False
        )
        self.lines.extend(wrapper.wrap(one_line(text)) or [first])

    def keyed_line(self, key: str, text: str, *, column: int, indent: int = 0) -> None:
        """The same on one line that is never wrapped: an address, a digest, a place, to be copied whole."""
        known = one_line(key)
        self.lines.append(" " * indent + known + " " * (column - indent - columns_of(known)) + one_line(text))

    def heading(self, title: str, aside: str = "", *, rule: str = "─") -> None:
        """A rule, a title, and at the right what belongs beside it."""
        self.lines += ["", rule * self.width]
        room = self.width - columns_of(title) - columns_of(aside)
        if aside and room >= 2:
            self.lines.append(title + " " * room + aside)
        else:
            self.say(title)
            if aside:
                self.say(aside, indent=2)
        self.blank()

    def table(self, rows: Iterable[Sequence[str]], *, right: Collection[int]) -> None:
        """Columns as wide as their widest cell; ``right`` names those that are set to the right."""
        cells = [tuple(one_line(cell) for cell in row) for row in rows]
        widths = [max(columns_of(row[i]) for row in cells) for i in range(len(cells[0]))]
        for row in cells:
            padded = []
            for i, cell in enumerate(row):
                space = " " * (widths[i] - columns_of(cell))
                padded.append(space + cell if i in right else cell + space)
            self.lines.append("  ".join(padded).rstrip())
