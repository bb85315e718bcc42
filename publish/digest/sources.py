"""What the digest needs to be told, as typed functions: the store implements them, tests write them by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from storage.digest_facts import (
    AlertFact,
    ArticleFact,
    ChannelFact,
    DayCount,
    DayLooks,
    EditFact,
    GapFact,
    MentionFact,
    OutletFact,
    RemovalFact,
    TopicFact,
    UnreadFact,
)

Window = tuple[datetime, datetime]  # start, and end exclusive; aware UTC


class DigestSource(Protocol):
    """Facts of a window of time, each in one query. Order does not matter: the digest sorts what it shows."""

    def outlets(self, day: date) -> tuple[OutletFact, ...]:
        """Every outlet ever named by the catalogue, with its group on ``day``."""
        ...

    def channels(self, window: Window) -> tuple[ChannelFact, ...]:
        """Every channel of the outlets that are enabled, with what its looks in the window came to."""
        ...

    def gaps(self, window: Window) -> tuple[GapFact, ...]:
        """Gaps that touch the window, whole (not cut to it)."""
        ...

    def articles(self, window: Window) -> tuple[ArticleFact, ...]:
        """Articles first seen in the window, merged ones left out."""
        ...

    def unread(self, window: Window) -> tuple[UnreadFact, ...]:
        """Links first listed in the window that were not read."""
        ...

    def topics(self) -> tuple[TopicFact, ...]:
        """The topics asked of every text, in their current version."""
        ...

    def mentions(self, window: Window) -> tuple[MentionFact, ...]:
        """One row a topic and article first seen in the window, under the topics' current versions."""
        ...

    def edits(self, window: Window) -> tuple[EditFact, ...]:
        """Second and later revisions first seen in the window."""
        ...

    def removals(self, window: Window) -> tuple[RemovalFact, ...]:
        """Articles found missing, confirmed as removed, served again or withdrawn in the window."""
        ...

    def still_missing(self, window: Window) -> tuple[RemovalFact, ...]:
        """Articles that were first missed before the window and were suspected at its end."""
        ...

    def passed(self, window: Window) -> tuple[RemovalFact, ...]:
        """Articles that were missed and served again in the window before that was worth a step."""
        ...

    def day_counts(self, days: Sequence[Window]) -> tuple[DayCount, ...]:
        """Articles first seen a day and outlet, and a day, outlet and topic; days without any are left out."""
        ...

    def day_looks(self, days: Sequence[Window]) -> tuple[DayLooks, ...]:
        """Good looks a day and outlet; days without any are left out."""
        ...

    def alerts(self, window: Window) -> tuple[AlertFact, ...]:
        """What the watch noticed of outlets that bears on what could be seen in the window."""
        ...

    def waiting_texts(self) -> int:
        """Texts stored that no topic was asked of yet: until they are, counts on topics are floors."""
        ...
