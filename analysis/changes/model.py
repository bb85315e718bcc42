"""A change between two versions of a text: its class, its words and their place, and how much it matters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.topic import Span

SIGNIFICANT = 0.5  # from here on a reader would believe something else


class ChangeClass(StrEnum):
    """What was changed."""

    HEADLINE = "headline"
    LEAD = "lead"  # its sentence was rewritten
    NUMBER = "number"  # days and times inside a text too
    NAME = "name"
    QUOTATION = "quotation"
    ATTRIBUTION = "attribution"
    NEGATION_OR_MODALITY = "negation_or_modality"
    STRONG_TERM = "strong_term"
    PARAGRAPH_ADDED = "paragraph_added"  # a whole sentence inside a paragraph too
    PARAGRAPH_REMOVED = "paragraph_removed"
    MOVED = "moved"
    CORRECTION_NOTICE = "correction_notice"
    DATE_OR_BYLINE = "date_or_byline"
    LINK = "link"
    TYPOGRAPHY = "typography"
    BOILERPLATE = "boilerplate"
    WORDING = "wording"  # other words, of which none of the above can be said


class Role(StrEnum):
    """What a paragraph is to its text."""

    HEADLINE = "headline"
    LEAD = "lead"
    BYLINE = "byline"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, NFC as ``clean_text`` gives it."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One change. Spans are code points of the version's blocks joined by an empty line, end exclusive.

    What was put in or left out has an empty string and an empty span on the other side. ``significance`` runs from 0 to
    1, with ``reason`` in words. ``also``: what else it is, such as a number in a headline.
    """

    kind: ChangeClass
    before: str
    after: str
    before_span: Span
    after_span: Span
    significance: float
    reason: str
    also: frozenset[ChangeClass] = frozenset()

    @property
    def is_significant(self) -> bool:
        """Whether a reader would believe something else about what happened, who did it, who says so, or how sure."""
        return self.significance >= SIGNIFICANT


def joined(blocks: tuple[Block, ...]) -> str:
    """The text that spans count in."""
    return "\n\n".join(block.text for block in blocks)
