"""Tells articles of one language: which outlet publishes what, when, and when it is changed, removed or withdrawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from tests.ledger_world.bank import Bank
from tests.ledger_world.nouns import Outlet, Planned, PlantedEdit, Removal, Role
from tests.ledger_world.writing import Text, Writer
from tests.world.script import Article, Version

_AGES_H = ((0.3, 1, 12), (0.35, 12, 72), (0.25, 72, 168), (0.1, 168, 672))  # share, from, to: age at an edit
_GONE_AGES_H = ((0.3, 2, 24), (0.5, 24, 120), (0.2, 120, 400))
_LEFT_DAYS = {  # how many days of the world are left when such an article is published, at least
    Role.EDITED: 8,
    Role.REMOVED: 22,
    Role.ABSENT: 10,
    Role.WITHDRAWN: 8,
    Role.FLAP: 10,
    Role.PARTIAL: 10,
    Role.LIVE: 4,
    Role.PLAIN: 1,
}
_LISTS_FILL_DAYS = 15  # nothing is withdrawn before: lists begin empty here, which real ones never are
_LIVE_TITLES = {"az": "CANLI: {}", "ru": "Онлайн: {}", "tr": "CANLI: {}", "en": "LIVE: {}"}
_STEP = 5  # has no factor in common with the six or eight slots of a language
_AUTHORS_OF_TEN = 6
_APART = timedelta(days=2.5)  # between two edits of an article
_ANNOUNCED = 0.5  # of the edits: the feed says that something was changed
_LIVE_STEPS_H = (3, 6, 9, 14, 20, 28)


class Teller:
    """Gives articles one by one; numbers and moments never meet."""

    def __init__(self, bank: Bank, outlets: list[Outlet], start: datetime, days: int) -> None:
        self._bank = bank
        self._outlets = outlets
        self._slots = [outlet for outlet in outlets for _ in range(outlet.share)]
        self._start = start
        self._days = days
        self._told = 0
        self._turn = 0

    def edited(self, wanted: list[tuple[str, bool]], random: Random, used: Counter[tuple[str, str, bool]]) -> Planned:
        """An article with these edits (class, is it significant), each of a form that its outlet has not had yet."""
        writer, outlet = Writer(self._bank, random), self._next_outlet()
        text = writer.text()
        words = []
        for version, (kind, is_significant) in enumerate(wanted, 1):
            form = self._outlets.index(outlet) + used[outlet.site.slug, kind, is_significant]
            used[outlet.site.slug, kind, is_significant] += 1
            words.append(writer.plant(text, version, kind, form, is_significant=is_significant))
        article, at = self._article(outlet, text, Role.EDITED, random), None
        versions, edits = list(article.versions), []
        for version, (kind, is_significant) in enumerate(wanted, 1):
            at = max(
                article.published + _drawn_age(random, _AGES_H), (at or article.published) + _APART * (version > 1)
            )
            versions.append(Version(at, *text.at(version), announced=random.random() < _ANNOUNCED))
            edits.append(
                PlantedEdit(
                    outlet=article.outlet,
                    path=article.path,
                    language=outlet.language,
                    version=version,
                    at=at,
                    kind=kind,
                    is_significant=is_significant,
                    before=words[version - 1].before,
                    after=words[version - 1].after,
                )
            )
        return Planned(replace(article, versions=tuple(versions)), Role.EDITED, tuple(edits))

    def other(self, role: Role, random: Random, removal: Removal | None) -> Planned:
        """An article that is never edited, in its role."""
        writer, outlet = Writer(self._bank, random), self._next_outlet()
        text = writer.text()
        article = self._article(outlet, text, role, random)
        if role is Role.LIVE:
            return Planned(self._grown(article, writer, outlet.language), role)
        if role in (Role.REMOVED, Role.ABSENT) and removal is not None:
            at = article.published + _drawn_age(random, _GONE_AGES_H)
            return Planned(article, role, removal=replace(removal, at=at))
        if role is Role.WITHDRAWN:
            return Planned(article, role, withdrawn_at=article.published + timedelta(hours=random.uniform(8, 100)))
        if role is Role.FLAP:
            other = self._other_title(article.versions[0].title, writer)
            return Planned(
                article, role, odd_looks=frozenset(random.choice([{1}, {2}, {1, 3}, {2, 3}])), other_title=other
            )
        if role is Role.PARTIAL:
            return Planned(article, role, odd_looks=frozenset({random.choice([1, 2, 3])}))
        return Planned(article, role)

    def _other_title(self, title: str, writer: Writer) -> str:
        titles = (writer.text().at(0)[0] for _ in range(20))
        return next(one for one in titles if one != title)

    def _next_outlet(self) -> Outlet:
        """The outlets in turn, each as often as its share; neighbours do not follow each other."""
        self._turn += _STEP
        return self._slots[self._turn % len(self._slots)]

    def _article(self, outlet: Outlet, text: Text, role: Role, random: Random) -> Article:
        self._told += 1
        left = min(_LEFT_DAYS[role], self._days * 0.6)
        first = min(_LISTS_FILL_DAYS, self._days * 0.3) if role is Role.WITHDRAWN else 0
        day = random.uniform(first, self._days - left)
        hour = random.uniform(6, 22)
        published = (self._start + timedelta(days=int(day), hours=hour)).replace(microsecond=0)
        number = 1000 * (self._told + 7) + random.randrange(1000)
        path = f"/live/{number}" if role is Role.LIVE else f"/news/{number}"
        return Article(
            outlet=outlet.site.slug,
            slug=f"a{number}",
            number=number,
            path=path,
            section="news",
            language=outlet.language,
            author=random.choice(self._bank.people) if random.randrange(10) < _AUTHORS_OF_TEN else None,
            published=published,
            versions=(Version(published, *text.at(0)),),
        )

    def _grown(self, article: Article, writer: Writer, language: str) -> Article:
        """A live blog: entries are put on top while the event goes on."""
        first = article.versions[0]
        moments = [article.published + timedelta(minutes=-12 * back) for back in (4, 3, 2, 1, 0)]
        steps = [article.published + timedelta(hours=hours) for hours in _LIVE_STEPS_H]
        entries = writer.live([f"{at:%H:%M}" for at in (*moments, *steps)])
        title = _LIVE_TITLES[language].format(first.title)
        versions = [
            Version(at, title, (first.paragraphs[0], *reversed(entries[: len(moments) + step])), announced=False)
            for step, at in enumerate((article.published, *steps))
        ]
        return replace(article, versions=tuple(versions))


def _drawn_age(random: Random, ages: tuple[tuple[float, float, float], ...]) -> timedelta:
    """How old an article is when something happens to it."""
    _, least, most = random.choices(ages, weights=[share for share, _, _ in ages])[0]
    return timedelta(hours=random.uniform(least, most))
