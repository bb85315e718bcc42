"""Plants a world: so many articles a day, and in some of them edits, removals, withdrawals, or what only looks like it.

Everything is drawn from one seed. The counts are those of a hundred days and shrink with the days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from random import Random

from tests.ledger_world.bank import LANGUAGES, load_bank
from tests.ledger_world.nouns import LedgerScript, Planned, Removal, Role
from tests.ledger_world.outlets import make_outlets
from tests.ledger_world.telling import Teller
from tests.ledger_world.troubles import make_troubles
from tests.world.script import ZONE

FIRST_DAY = date(2026, 3, 2)
EDITS: Mapping[str, tuple[int, int]] = {  # by class: how many in a language, and how many of those are significant
    "headline": (8, 6),
    "lead": (5, 4),
    "number": (10, 8),
    "name": (9, 7),
    "quotation": (8, 6),
    "attribution": (9, 8),
    "negation_or_modality": (8, 8),
    "strong_term": (7, 7),
    "paragraph_added": (7, 7),
    "paragraph_removed": (7, 7),
    "moved": (4, 0),
    "correction_notice": (5, 5),
    "date_or_byline": (4, 3),
    "link": (3, 3),
    "typography": (4, 0),
    "boilerplate": (2, 0),
}
ROLES: Mapping[Role, int] = {  # articles in a hundred days, beside those that are edited
    Role.REMOVED: 60,
    Role.ABSENT: 4,
    Role.WITHDRAWN: 20,
    Role.FLAP: 40,
    Role.PARTIAL: 60,
    Role.LIVE: 20,
    Role.PLAIN: 520,
}
RETURNS = 16  # of the removed ones
RETURNS_AFTER = timedelta(days=7)
ABSENT_FOR = timedelta(hours=20)
TWICE_EDITED = 0.15
_FULL_DAYS = 100


def make_script(seed: int, part: str, days: int) -> LedgerScript:
    """The world of ``days`` days, written out of the banks of ``part``."""
    random = Random(f"{seed}:{part}")
    start = datetime.combine(FIRST_DAY, time(), ZONE)
    outlets = make_outlets()
    tellers = {
        language: Teller(load_bank(part, language), [one for one in outlets if one.language == language], start, days)
        for language in LANGUAGES
    }
    articles: list[Planned] = []
    for language, teller in tellers.items():
        of_language = Random(f"{seed}:{part}:{language}")
        articles += _edited(teller, of_language, days)
        articles += _others(teller, of_language, days, LANGUAGES.index(language))
    return LedgerScript(
        seed,
        part,
        start,
        days,
        outlets,
        tuple(sorted(articles, key=lambda one: (one.article.published, one.article.outlet, one.article.number))),
        make_troubles(outlets, start, days, random),
        upgrade_at=start + timedelta(days=days * 0.5),
        redesign_at=start + timedelta(days=days * 0.6),
    )


def scaled(count: int, days: int) -> int:
    """``count`` of a hundred days in ``days`` of them, at least one where there is any."""
    return max(1, round(count * days / _FULL_DAYS)) if count else 0


def wanted_edits(days: int) -> list[tuple[str, bool]]:
    """(class, is it significant) of every edit that is planted in one language."""
    wanted = []
    for kind, (count, significant) in EDITS.items():
        all_of_it = scaled(count, days)
        weighty = min(all_of_it, scaled(significant, days))
        wanted += [(kind, True)] * weighty + [(kind, False)] * (all_of_it - weighty)
    return wanted


def _edited(teller: Teller, random: Random, days: int) -> Iterator[Planned]:
    wanted = wanted_edits(days)
    random.shuffle(wanted)
    used: Counter[tuple[str, str, bool]] = Counter()
    while wanted:
        is_twice = random.random() < TWICE_EDITED and len(wanted) > 1 and wanted[0][0] != wanted[1][0]
        count = 2 if is_twice else 1
        taken, wanted = wanted[:count], wanted[count:]
        yield teller.edited(taken, random, used)


def _others(teller: Teller, random: Random, days: int, language: int) -> Iterator[Planned]:
    for role, count in ROLES.items():
        total = scaled(count, days)
        returns = scaled(RETURNS, days) if role is Role.REMOVED else 0
        for number in range(language, total, len(LANGUAGES)):
            removal = _removal(role, number, returns)
            yield teller.other(role, random, removal)


def _removal(role: Role, number: int, returns: int) -> Removal | None:
    if role is Role.ABSENT:
        return Removal(datetime.min.replace(tzinfo=ZONE), ABSENT_FOR)
    if role is not Role.REMOVED:
        return None
    returns_after = RETURNS_AFTER if number < returns else None
    return Removal(datetime.min.replace(tzinfo=ZONE), returns_after, leaves_feed=number % 2 == 0)
