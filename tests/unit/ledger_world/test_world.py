"""What the hundred days answer: versions, noise, absence, and a log that says which it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from crawler.extract.article import extract_article
from domain.extraction import Extraction, ExtractionOutcome
from domain.outlet import PageHints
from tests.ledger_world.nouns import LedgerScript, Outlet, Planned, Role
from tests.ledger_world.outlets import make_outlets
from tests.ledger_world.planting import make_script
from tests.ledger_world.world import LedgerWorld
from tests.world.world import Reply

NO_HINTS = PageHints()
OUTLETS = {outlet.site.slug: outlet for outlet in make_outlets()}


@cache
def _script() -> LedgerScript:
    return make_script(7, "tuning", 40)


def _look(world: LedgerWorld, one: Planned, at: datetime, **headers: str) -> Reply:
    host = OUTLETS[one.article.outlet].site.host
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.reply(host, one.article.path, given, port=80, now=at)


def _of_role(role: Role, *, gone: str | None = None) -> Planned:
    free = {(one.outlet, one.since.date()) for one in _script().troubles}
    fitting = [one for one in _script().articles if one.role is role]
    return next(
        one
        for one in fitting
        if gone in (None, OUTLETS[one.article.outlet].gone)
        and not any(outlet == one.article.outlet for outlet, _ in free)
    )


def _quiet() -> LedgerWorld:
    """The world without its days of trouble."""
    script = _script()
    return LedgerWorld(
        LedgerScript(
            script.seed,
            script.part,
            script.start,
            script.days,
            script.outlets,
            script.articles,
            (),
            script.upgrade_at,
            script.redesign_at,
        )
    )


def _read(outlet: Outlet, reply: Reply, path: str, hints: PageHints = NO_HINTS) -> Extraction:
    return extract_article(
        reply.body,
        url=f"http://{outlet.site.host}:80{path}",
        content_type="text/html; charset=utf-8",
        hints=hints,
        zone=ZoneInfo("Asia/Baku"),
        now=datetime(2026, 9, 1, tzinfo=ZoneInfo("UTC")),
        languages=(outlet.language,),
    )


@pytest.mark.parametrize("slug", OUTLETS)
def test_each_outlets_page_is_read_as_its_headline_and_paragraphs(slug: str) -> None:
    outlet = OUTLETS[slug]
    one = next(one for one in _script().articles if one.article.outlet == slug and one.role is Role.PLAIN)
    reply = _look(_quiet(), one, one.article.published + timedelta(hours=1))
    version = one.article.versions[0]
    before = _read(outlet, reply, one.article.path, PageHints(**outlet.site.hints))
    after = _read(outlet, reply, one.article.path, PageHints(**outlet.hints_after))
    assert (before.outcome, before.title) == (ExtractionOutcome.OK, version.title)
    text = before.text or ""
    assert text.split("\n\n")[: len(version.paragraphs)] == list(version.paragraphs)
    assert len(text.split("\n\n")) == len(version.paragraphs) + bool(outlet.hints_after) + outlet.has_sponsor
    assert (after.text or "").split("\n\n")[: len(version.paragraphs)] == list(version.paragraphs)
    assert (after.text != text) is bool(outlet.hints_after)


def test_an_edit_goes_live_at_its_moment() -> None:
    world, one = (
        _quiet(),
        next(one for one in _script().articles if one.edits and not OUTLETS[one.article.outlet].rotates),
    )
    edit = one.edits[0]
    _look(world, one, edit.at - timedelta(minutes=1))
    _look(world, one, edit.at)
    assert [answer.version for answer in world.log] == [0, 1]


def test_a_removed_page_returns_so_long_after_the_first_look_that_missed_it() -> None:
    world = _quiet()
    one = next(one for one in _script().articles if one.role is Role.ABSENT)
    assert one.removal is not None
    assert one.removal.returns_after is not None
    missed_at = one.removal.at + timedelta(days=2)
    for at in (missed_at, missed_at + one.removal.returns_after - timedelta(hours=1)):
        _look(world, one, at)
        assert world.log[-1].tags == ("gone",)
    _look(world, one, missed_at + one.removal.returns_after)
    assert world.log[-1].version == 0


def test_a_withdrawn_article_leaves_the_list_and_its_page_lives() -> None:
    world = _quiet()
    one = next(one for one in _script().articles if one.role is Role.WITHDRAWN)
    assert one.withdrawn_at is not None
    outlet = OUTLETS[one.article.outlet]
    assert one.article in world.listed(outlet, one.withdrawn_at - timedelta(minutes=1))
    assert one.article not in world.listed(outlet, one.withdrawn_at)
    _look(world, one, one.withdrawn_at)
    assert world.log[-1].version == 0


def test_half_of_a_text_is_missing_in_one_answer_and_the_next_is_whole() -> None:
    world = _quiet()
    one = next(one for one in _script().articles if one.role is Role.PARTIAL)
    at = one.article.published
    for hours in range(5):
        _look(world, one, at + timedelta(hours=hours))
    odd = [number for number, answer in enumerate(world.log) if "partial" in answer.tags]
    assert odd == sorted(one.odd_looks)
    assert all(answer.is_whole for number, answer in enumerate(world.log) if number not in odd)


def test_a_headline_flips_and_comes_back() -> None:
    world = _quiet()
    one = next(one for one in _script().articles if one.role is Role.FLAP)
    for hours in range(6):
        _look(world, one, one.article.published + timedelta(hours=hours))
    assert {number for number, answer in enumerate(world.log) if "flap" in answer.tags} == one.odd_looks
    assert world.log[-1].is_whole


def test_a_page_that_holds_still_answers_304_to_its_validator() -> None:
    world = _quiet()
    one = next(one for one in _script().articles if one.role is Role.PLAIN and not OUTLETS[one.article.outlet].rotates)
    at = one.article.published + timedelta(hours=1)
    tag = dict(_look(world, one, at).headers)["ETag"]
    assert _look(world, one, at, if_none_match=tag).status == 304
    assert world.log[-1].is_whole


def test_a_soft_404_is_a_success_that_shows_no_article() -> None:
    outlet = next(outlet for outlet in OUTLETS.values() if outlet.gone == "soft")
    world = _quiet()
    one = next(one for one in _script().articles if one.article.outlet == outlet.site.slug and one.removal is not None)
    assert one.removal is not None
    reply = _look(world, one, one.removal.at)
    assert (reply.status, world.log[-1].tags) == (200, ("gone",))


def test_what_rotates_makes_two_answers_differ_whose_text_is_one() -> None:
    world = _quiet()
    one = next(one for one in _script().articles if one.role is Role.PLAIN and OUTLETS[one.article.outlet].rotates)
    outlet, at = OUTLETS[one.article.outlet], one.article.published + timedelta(hours=3)
    first, second = _look(world, one, at), _look(world, one, at)
    assert first.body != second.body
    assert _read(outlet, first, one.article.path).text == _read(outlet, second, one.article.path).text
