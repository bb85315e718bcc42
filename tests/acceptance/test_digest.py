"""The digests of the sample world's three days, published morning after morning, claim what its truth allows."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from sqlalchemy import select

from domain.outlet import GROUP_TITLES, Group
from parallax.bootstrap import Parallax
from parallax.config import load_settings
from parallax.digests import publish_digest
from publish.digest.articles import Article
from publish.digest.changes import Edit
from publish.digest.html import digest_html
from publish.digest.json import digest_from_json, digest_json
from publish.digest.keep import DAILY, Published
from publish.digest.lines import Wording
from publish.digest.markdown import digest_markdown
from publish.digest.model import SHOWN_GROUPS, Digest, GroupColumn, TopicSection
from publish.digest.safe import one_line
from publish.digest.text import digest_text
from publish.digest.words import SIGNS, figure_words
from storage.tables import DigestNoteRow, DigestRow
from tests.acceptance import compare
from tests.databases import postgres_database, sqlite_url
from tests.world.digests import SHOWN
from tests.world.truth import CRAWL_MOMENTS, load_truth
from tests.world_days import published_at, settings_of
from tests.world_run import ROOT

pytestmark = pytest.mark.slow
DAYS = tuple(sorted({moment.date() for moment in CRAWL_MOMENTS}))
LAST_MORNING = published_at(DAYS[-1])
FORMS: dict[str, Callable[[Digest], str]] = {
    "text": lambda digest: digest_text(digest, width=120),
    "markdown": digest_markdown,
    "html": digest_html,
    "json": digest_json,
}
TITLES = {
    "az": "Aynabulaq su anbarından planlı su buraxılması aparılır",
    "ru": "Айнабулак: меньше паники, больше фактов",
    "tr": "Aynabulak Barajı'nda sızıntı: İki köy gece yarısı boşaltıldı",
    "en": "Villages evacuated after leak at reservoir dam, officials silent",
}
Row = dict[str, Any]


@dataclass
class World:
    """The crawled world, whose digests were published morning after morning."""

    environ: dict[str, str]

    def parallax(self, at: datetime) -> Parallax:
        """Parallax at that time."""
        return Parallax(load_settings({**self.environ, "PARALLAX_CLOCK": f"{at.isoformat()}@0"}))

    def publish(self, day: date, at: datetime = LAST_MORNING, *, looks_again: bool = False) -> Published:
        """Ask for a digest."""
        parallax = self.parallax(at)
        try:
            return publish_digest(parallax, day, looks_again=looks_again)
        finally:
            parallax.store.close()

    def kept(self) -> dict[str, str]:
        """What is kept as published, by day."""
        parallax = self.parallax(LAST_MORNING)
        try:
            with parallax.store.read() as session:
                rows = session.scalars(select(DigestRow).where(DigestRow.name == DAILY).order_by(DigestRow.day))
                return {row.day.isoformat(): row.content for row in rows}
        finally:
            parallax.store.close()

    def notes(self) -> list[tuple[datetime, str]]:
        """Every note added to a digest."""
        parallax = self.parallax(LAST_MORNING)
        try:
            with parallax.store.read() as session:
                return [(row.noted_at, row.note) for row in session.scalars(select(DigestNoteRow))]
        finally:
            parallax.store.close()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Twelve crawls on three days, with a digest after each day."""
    home = tmp_path_factory.mktemp("digests")
    if request.param == "sqlite":
        yield _crawled(home, sqlite_url(home))
        return
    with postgres_database(request.getfixturevalue("postgres")) as url:
        yield _crawled(home, url)


def _crawled(home: Path, url: str) -> World:
    command = [sys.executable, "-m", "tests.world_days", "--home", str(home), "--database-url", url, "--publish"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    return World(settings_of(home, url))


@pytest.fixture(scope="module")
def digests(world: World) -> dict[str, Digest]:
    """Each day's digest as it was published."""
    return {day: digest_from_json(content) for day, content in world.kept().items()}


@cache
def truth(table: str) -> list[Row]:
    """A table of the world's own account."""
    return list(load_truth()[table])


def keys(articles: tuple[Article, ...]) -> list[str]:
    """The articles as the truth names them: by outlet and headline there is one of each."""
    known = {(row["outlet"], row["title"]): row["url_key"] for row in truth("articles")}
    return sorted(known.get((a.outlet, a.title), f"? {a.url}") for a in articles)


def sections(digest: Digest) -> Iterator[tuple[TopicSection, GroupColumn]]:
    """Each group's column of each topic."""
    for section in digest.topics:
        for column in section.columns:
            yield section, column


def test_a_digest_of_each_day_was_published_the_next_morning(digests: dict[str, Digest]) -> None:
    want = {row["day"]: row["published"] for row in truth("digest_days")}

    assert {day: compare.local(digest.made_at) for day, digest in digests.items()} == want


def test_the_figures_of_every_group_are_exact(digests: dict[str, Digest]) -> None:
    got = [
        {
            "day": day,
            "group": row.group.value,
            "articles": row.articles.value,
            "on_topics": row.on_topics.value,
            "edits": row.edits.value,
            "headlines": row.headline_edits,
            "gone": row.gone.value,
            "looks": next(one.checks_due for one in digest.coverage if one.group is row.group),
            "looks_good": next(one.checks.value for one in digest.coverage if one.group is row.group),
            "is_floor": row.articles.is_floor,
        }
        for day, digest in digests.items()
        for row in digest.glance
    ]

    assert got == truth("digest_groups")


def test_the_figures_of_the_day_are_exact(digests: dict[str, Digest]) -> None:
    got = [
        (day, digest.checks_due, digest.checks.value, digest.unread_links, digest.unknown_group.value)
        for day, digest in digests.items()
    ]

    assert got == [
        (row["day"], row["looks"], row["looks_good"], len(row["unread"]), row["unknown_group"])
        for row in truth("digest_days")
    ]


def test_the_articles_of_every_topic_and_group_are_exact(digests: dict[str, Digest]) -> None:
    got = [
        {"day": day, "topic": section.slug, "group": group.value, "articles": keys(articles)}
        for day, digest in digests.items()
        for section in sorted(digest.topics, key=lambda one: one.slug)
        for group, articles in [
            *((column.group, column.articles) for column in section.columns),
            (Group.UNKNOWN, section.unknown),
        ]
        if articles
    ]

    assert got == truth("digest_topics")


def test_who_was_first_or_that_the_order_is_not_known_is_exact(digests: dict[str, Digest]) -> None:
    got = [
        {"day": day, "topic": section.slug, "first": sorted({one.outlet for one in section.first.candidates})}
        for day, digest in digests.items()
        for section in sorted(digest.topics, key=lambda one: one.slug)
        if section.first is not None
    ]

    assert got == truth("digest_firsts")


def test_that_intervals_overlap_is_said_only_where_they_do(digests: dict[str, Digest]) -> None:
    names = {row["day"]: {} for row in truth("digest_firsts")}
    for row in truth("digest_firsts"):
        names[row["day"]][row["topic"]] = len(row["first"])
    got = {
        day: {
            section.slug: "order is not known" in Wording(digest).first_line(section.first)
            for section in digest.topics
            if section.first
        }
        for day, digest in digests.items()
    }

    assert got == {day: {topic: number > 1 for topic, number in topics.items()} for day, topics in names.items()}


def _changed(edit: Edit) -> list[str]:
    is_text = any(change.kind != "headline" for change in edit.changes)
    return [name for name, is_changed in (("title", edit.is_headline), ("text", is_text)) if is_changed]


def test_edits_are_exact(digests: dict[str, Digest]) -> None:
    known = {(row["outlet"], row["title"]): row["url_key"] for row in truth("articles")}
    titles = {
        (row["outlet"], revision["title"]): row["url_key"] for row in truth("articles") for revision in row["revisions"]
    }
    got = [
        {
            "day": day,
            "outlet": edit.outlet,
            "url_key": (known | titles)[edit.outlet, edit.headline or ""],
            "from_revision": edit.old_revision,
            "to_revision": edit.new_revision,
            "changed": _changed(edit),
            "seen_at": compare.local(edit.seen.by),
        }
        for day, digest in digests.items()
        for edit in digest.edits
    ]
    shown = [row for row in truth("edits") if not row["went_back"]]
    left_out = {"text_chars", "went_back"}
    want = [{name: value for name, value in row.items() if name not in left_out} for row in shown]

    assert sorted(got, key=str) == sorted(want, key=str)
    assert all(digest.our_changes.value == 0 for digest in digests.values())


def test_removals_suspected_that_morning_are_exact(digests: dict[str, Digest]) -> None:
    published = {row["day"]: row["published"] for row in truth("digest_days")}
    want = sorted(
        (row["day"], row["outlet"], {"gone": 410, "not_found": 404}[row["outcome"]], row["seen_at"])
        for row in truth("removals")
        if row["back_at"] is None or row["back_at"] > published[row["day"]]
    )
    got = sorted(
        (day, removal.outlet, removal.status, compare.local(removal.seen.by))
        for day, digest in digests.items()
        for removal in digest.removals
    )

    assert got == want


def test_a_removed_articles_last_text_is_named_as_kept(digests: dict[str, Digest]) -> None:
    removals = [removal for digest in digests.values() for removal in digest.removals]

    assert removals
    assert all(removal.revision and removal.text_sha256 for removal in removals)


def test_gaps_and_late_channels_are_exact(digests: dict[str, Digest]) -> None:
    got = [
        {
            "day": day,
            "kind": one.kind.value,
            "outlet": one.outlet,
            "channel": one.channel,
            "from": compare.local(one.started_at),
            "to": compare.local(one.ended_at),
            "is_lost": one.is_lost,
        }
        for day, digest in digests.items()
        for one in digest.unseen
    ]

    assert sorted(got, key=str) == sorted(truth("digest_unseen"), key=str)


def test_silence_is_claimed_exactly_where_it_may_be(digests: dict[str, Digest]) -> None:
    got = {
        (day, section.slug, column.group.value): column.silence.is_claimed
        for day, digest in digests.items()
        for section, column in sections(digest)
        if column.silence is not None
    }

    assert got == {(row["day"], row["topic"], row["group"]): row["is_claimed"] for row in truth("digest_silences")}


def test_where_silence_is_not_claimed_the_outlets_not_seen_are_named(digests: dict[str, Digest]) -> None:
    names = {row.outlet: row.outlet_name for digest in digests.values() for row in digest.unseen}
    silences = {
        (day, section.slug, column.group.value): column.silence
        for day, digest in digests.items()
        for section, column in sections(digest)
    }
    unnamed = []
    for row in truth("digest_silences"):
        silence = silences[row["day"], row["topic"], row["group"]]
        assert silence is not None
        told = " ".join(silence.reasons)
        named = sum(names[outlet] in told for outlet in row["unseen"])
        is_rest_told = named == len(row["unseen"]) or (named and "other channel" in told)
        if row["unseen"] and not is_rest_told:
            unnamed.append((row, told))

    assert unnamed == []


def test_links_that_could_not_be_read_forbid_the_claim(digests: dict[str, Digest]) -> None:
    for row in (row for row in truth("digest_silences") if row["unread"]):
        section = next(one for one in digests[row["day"]].topics if one.slug == row["topic"])
        silence = next(column.silence for column in section.columns if column.group.value == row["group"])
        assert silence is not None
        assert any("could not be read" in reason for reason in silence.reasons)


def test_no_silence_is_claimed_of_a_group_that_the_worlds_own_table_does_not_call_silent(
    digests: dict[str, Digest],
) -> None:
    """An article counts there for the day it was published on; one that came to light later is told there too."""
    silent = {(row["topic"], row["day"], group) for row in truth("silence") for group in row["silent_groups"]}
    covered = {(row["topic"], row["day"]) for row in truth("silence")}
    claimed = {
        (section.slug, day, column.group.value)
        for day, digest in digests.items()
        for section, column in sections(digest)
        if column.silence and column.silence.is_claimed and (section.slug, day) in covered
    }

    assert claimed <= silent


def test_a_claim_of_silence_shows_its_proof(digests: dict[str, Digest]) -> None:
    others = {(row["day"], row["topic"], row["group"]): row["other_articles"] for row in truth("digest_silences")}
    for day, digest in digests.items():
        for section, column in sections(digest):
            if column.silence and column.silence.is_claimed:
                assert column.silence.other_articles.value == others[day, section.slug, column.group.value] > 0
                assert column.silence.checks.value > 0


@pytest.mark.parametrize("form", FORMS)
def test_what_was_not_seen_stands_above_the_first_word_on_silence(digests: dict[str, Digest], form: str) -> None:
    for digest in digests.values():
        shown = FORMS[form](digest)
        if form == "json":
            assert shown.index('"unseen"') < shown.index('"is_claimed"')
            continue
        body = shown[shown.index("<main") :] if form == "html" else shown
        silence = re.search(r"no article seen|silence not claimed|silence needs proof|silence is claimed", body, re.I)
        assert silence is not None
        for line in Wording(digest).unseen_lines():
            assert 0 <= one_line(body).find(line.who) < silence.start() + len(body)
            assert body.lower().index("what we could not see") < body.index(line.who) < silence.start()


def _rendered(form: str, digest: Digest) -> Any:
    shown = FORMS[form](digest)
    if form == "markdown":
        shown = str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(shown))
    return lxml_html.fromstring(shown)


def _glance(form: str, digest: Digest) -> dict[str, list[str]]:
    """The figures of each group as a form shows them: articles, on topics, edits, headlines, gone."""
    if form == "json":
        rows = digest_from_json(digest_json(digest)).glance
        return {
            GROUP_TITLES[row.group]: [
                figure_words(row.articles),
                figure_words(row.on_topics),
                figure_words(row.edits),
                f"{row.headline_edits}",
                figure_words(row.gone),
            ]
            for row in rows
        }
    if form == "text":
        block = digest_text(digest, width=120).split("THE DAY AT A GLANCE")[1].split("A count with")[0]
        found = {}
        for group in SHOWN_GROUPS:
            line = next(
                line for line in block.splitlines() if line.startswith(f"{SIGNS[group]} {GROUP_TITLES[group]}  ")
            )
            cells = re.split(r"\s{2,}", line.strip())
            found[GROUP_TITLES[group]] = [cells[1], *cells[3:]]
        return found
    tables = _rendered(form, digest).xpath("//table[thead//th[.='Articles']]")
    found = {}
    for row in tables[0].xpath(".//tbody/tr"):
        cells = [one_line(cell.text_content()) for cell in row.xpath("./th|./td")]
        articles, edits = cells[1], re.fullmatch(r"(.+?) \((\d+)\)", cells[-2])
        assert edits is not None
        found[cells[0].split("■◪●▲◆")[-1].strip()] = [articles, cells[-3], edits[1], edits[2], cells[-1]]
    return found


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_form_carries_the_same_figures(digests: dict[str, Digest], form: str) -> None:
    for digest in digests.values():
        assert _glance(form, digest) == _glance("json", digest)


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_form_tells_each_topics_count_and_who_was_first(digests: dict[str, Digest], form: str) -> None:
    for digest in digests.values():
        words = one_line(digest_text(digest) if form == "text" else _rendered(form, digest).text_content())
        for section in digest.topics:
            if section.first is not None:
                label = "First of the day, of the known groups:" if section.unknown else "First of the day:"
                assert one_line(f"{label} {Wording(digest).first_line(section.first)}") in words
                assert f"{figure_words(section.count)} article" in words


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_every_form_tells_each_edit_and_each_removal(digests: dict[str, Digest], form: str) -> None:
    for digest in digests.values():
        words = one_line(digest_text(digest) if form == "text" else _rendered(form, digest).text_content())
        for edit in digest.edits:
            assert f"evision {edit.old_revision} → {edit.new_revision}" in words
            assert edit.outlet_name in words
        for removal in digest.removals:
            assert one_line(removal.title) in words
            assert f"{removal.status} on" in words


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", TITLES)
def test_titles_stand_in_their_own_letters(digests: dict[str, Digest], form: str, language: str) -> None:
    digest, title = digests[DAYS[0].isoformat()], TITLES[language]
    if form == "json":
        articles = [a for section in digest_from_json(digest_json(digest)).topics for a in section.articles]
        assert title in [a.title for a in articles if a.language == language]
        assert title in digest_json(digest)
        return
    words = one_line(digest_text(digest) if form == "text" else _rendered(form, digest).text_content())
    assert title in words
    if form == "html":
        marked = _rendered(form, digest).xpath(f"//*[@lang='{language}']")
        assert title in [one_line(one.text_content()) for one in marked]


def test_no_page_loads_anything(digests: dict[str, Digest]) -> None:
    for digest in digests.values():
        page = digest_html(digest)
        tree = lxml_html.fromstring(page)
        assert tree.xpath("//script|//link|//img|//iframe|//object|//embed|//base|//form|//audio|//video|//use") == []
        assert (
            tree.xpath("//@src|//@srcset|//@action|//@poster|//@background|//@data|//@*[starts-with(name(), 'on')]")
            == []
        )
        assert tree.xpath("//*[@href and not(self::a)]") == []
        assert not re.search(r"@import|url\(\s*['\"]?(?!#)", page)


def test_a_second_request_gives_the_same_digest_and_keeps_nothing(world: World, digests: dict[str, Digest]) -> None:
    before = world.kept()
    for day in DAYS:
        again = world.publish(day, LAST_MORNING + timedelta(days=3))
        assert not again.is_new
        assert (
            FORMS["json"](again.digest).split('"notes"')[0] == digest_json(digests[day.isoformat()]).split('"notes"')[0]
        )

    assert world.kept() == before


def test_what_became_known_later_is_a_dated_note_and_the_figures_stay(world: World, digests: dict[str, Digest]) -> None:
    """On the second day a page answered 404 that came back on the third; two gaps were still open that morning."""
    before = world.kept()
    digest = world.publish(DAYS[1], LAST_MORNING, looks_again=True).digest

    assert world.kept() == before
    assert digest.glance == digests[DAYS[1].isoformat()].glance
    assert [note.at.isoformat() for note in digest.notes] == [digest.notes[0].at.isoformat()]
    assert compare.local(digest.notes[0].at) == LAST_MORNING.isoformat()
    assert "no longer served 2 → 1" in digest.notes[0].text
    assert "2 gaps closed since" in digest.notes[0].text


def test_a_link_read_too_late_for_its_day_becomes_a_note(world: World) -> None:
    """A page of the first evening came truncated and was read the next morning."""
    digest = world.publish(DAYS[0], LAST_MORNING, looks_again=True).digest

    assert "links not read 2 → 1" in digest.notes[0].text
    assert re.search(r"articles 36 → 37; on topics 10 → 11", digest.notes[0].text)


def test_looking_again_twice_adds_one_note(world: World) -> None:
    for _ in range(2):
        world.publish(DAYS[1], LAST_MORNING, looks_again=True)
    texts = [text for _, text in world.notes()]

    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("form", FORMS)
def test_a_note_stands_in_every_form(world: World, form: str) -> None:
    digest = world.publish(DAYS[1], LAST_MORNING, looks_again=True).digest
    words = one_line(FORMS[form](digest) if form in ("text", "json") else _rendered(form, digest).text_content())

    assert "no longer served 2 → 1" in words
    assert "2026-03-05" in words


def test_a_day_with_nothing_learned_gets_no_note(world: World) -> None:
    assert world.publish(DAYS[2], LAST_MORNING, looks_again=True).digest.notes == ()


def test_a_day_that_is_not_over_is_shown_and_not_kept(world: World) -> None:
    tomorrow = DAYS[-1] + timedelta(days=1)
    shown = world.publish(tomorrow, LAST_MORNING)

    assert not shown.is_new
    assert shown.digest.edition is None
    assert tomorrow.isoformat() not in world.kept()


def test_the_editions_count_the_days(digests: dict[str, Digest]) -> None:
    assert [digest.edition for digest in digests.values()] == [1, 2, 3]


def test_every_figure_leads_to_as_many_rows(digests: dict[str, Digest]) -> None:
    for digest in digests.values():
        pages = {page.key: page for page in digest.evidence}
        for section, column in sections(digest):
            assert pages[column.count.evidence].total == column.count.value, section.slug
        for row in digest.glance:
            for figure in (row.articles, row.on_topics, row.edits, row.gone):
                assert pages[figure.evidence].total == figure.value


def test_the_shown_groups_are_the_worlds_own() -> None:
    assert [group.value for group in SHOWN_GROUPS] == list(SHOWN)
    assert [day for day, _ in groupby(row["day"] for row in truth("digest_groups"))] == [d.isoformat() for d in DAYS]
