"""A run of changed words in its paragraphs, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.changes.lexicon import Lexicon
from analysis.changes.model import ChangeClass
from analysis.changes.tokens import Hunk, Token

SENTENCE_ENDS = frozenset(".!?…")
_BESIDE = 3  # words from a reporting verb within which its subject stands


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a change is."""

    kind: ChangeClass
    significance: float
    reason: str
    also: frozenset[ChangeClass] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Place:
    """A hunk in its paragraphs: ``before`` and ``after`` are all tokens of these."""

    before: Sequence[Token]
    after: Sequence[Token]
    hunk: Hunk
    words: Lexicon

    @property
    def old(self) -> Sequence[Token]:
        """What stood there."""
        return self.before[self.hunk.b0 : self.hunk.b1]

    @property
    def new(self) -> Sequence[Token]:
        """What stands there now."""
        return self.after[self.hunk.a0 : self.hunk.a1]

    @property
    def sides(self) -> tuple[tuple[Sequence[Token], int, int], tuple[Sequence[Token], int, int]]:
        """Of both versions all tokens, and from where to where they changed."""
        return (self.before, self.hunk.b0, self.hunk.b1), (self.after, self.hunk.a0, self.hunk.a1)

    @property
    def behind(self) -> Sequence[Token]:
        """The words that follow it."""
        return [t for t in self.after[self.hunk.a1 : self.hunk.a1 + 2 * _BESIDE] if t.is_word][:_BESIDE]

    @property
    def ahead(self) -> Sequence[Token]:
        """The words of its sentence before it, in order."""
        start = max(0, self.hunk.a0 - 2 * _BESIDE)
        ends = [n for n in range(start, self.hunk.a0) if self.after[n].text in SENTENCE_ENDS]
        return [t for t in self.after[ends[-1] + 1 if ends else start : self.hunk.a0] if t.is_word][-_BESIDE:]
