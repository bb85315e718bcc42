"""A version of an article as the blocks that are compared."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.changes.model import Block, Role


@dataclass(frozen=True, slots=True)
class Version:
    """What an article said at a time. ``text``: its paragraphs, joined by empty lines."""

    title: str | None
    text: str
    authors: tuple[str, ...] = ()


def blocks_of(version: Version) -> tuple[Block, ...]:
    """Headline, authors and paragraphs, the first of which is the lead; what is empty is left out."""
    paragraphs = [paragraph for paragraph in version.text.split("\n\n") if paragraph]
    roles = [Role.LEAD, *[Role.BODY] * (len(paragraphs) - 1)]
    return (
        *([Block(Role.HEADLINE, version.title)] if version.title else []),
        *([Block(Role.BYLINE, ", ".join(version.authors))] if version.authors else []),
        *[Block(role, text) for role, text in zip(roles, paragraphs, strict=False)],
    )
