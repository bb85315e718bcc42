"""The script holds what the world promises: groups, languages, distinct texts, nothing that points at nobody."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.outlet import Group
from outlets.catalogue import load_catalogue
from tests.world import DAY0, load_script, world_settings, write_catalogue
from tests.world.fillers import slug_of, write_filler
from tests.world.script import DATA, ZONE, moment

SCRIPT = load_script()


def test_every_group_has_an_outlet_and_one_outlet_is_in_none() -> None:
    assert {site.group for site in SCRIPT.sites} == {group.value for group in Group}
    assert len(SCRIPT.sites) >= 12


def test_four_languages_are_written() -> None:
    assert {article.language for article in SCRIPT.articles} == {"az", "ru", "tr", "en"}


def test_every_day_brings_news() -> None:
    days = Counter(article.published.date() for article in SCRIPT.articles)
    assert all(days[DAY0 + timedelta(days=number)] >= 20 for number in range(3))
    assert 60 <= sum(days[DAY0 + timedelta(days=number)] for number in range(3)) <= 90


def test_no_two_articles_share_an_address_a_title_or_a_text() -> None:
    for shared in (
        [(a.outlet, a.path) for a in SCRIPT.articles],
        [a.versions[0].title for a in SCRIPT.articles],
        [a.versions[0].text for a in SCRIPT.articles],
    ):
        assert [row for row, count in Counter(shared).items() if count > 1] == []


def test_every_text_has_paragraphs_enough_to_be_an_article() -> None:
    assert [a.slug for a in SCRIPT.articles for v in a.versions if len(v.paragraphs) < 4] == []


def test_no_slot_of_a_sentence_bank_is_left_open() -> None:
    assert [a.slug for a in SCRIPT.articles for v in a.versions if "{" in v.title + v.text] == []


def test_every_incident_touches_an_outlet_and_an_address_that_exist() -> None:
    for incident in SCRIPT.incidents:
        site = SCRIPT.site(incident.outlet)
        assert incident.where in {"all", "pages", "robots", *(channel.slug for channel in site.channels)}
        assert incident.since < incident.until


def test_another_first_day_moves_the_whole_calendar() -> None:
    moved = load_script(date(2027, 1, 10))
    shift = timedelta(days=(date(2027, 1, 10) - DAY0).days)
    assert [a.published for a in moved.articles] == [a.published + shift for a in SCRIPT.articles]


def test_a_day_ends_where_the_next_begins() -> None:
    assert moment(DAY0, "0 24:00") == moment(DAY0, "1 00:00")
    assert moment(DAY0, "-1 12:00").tzinfo is ZONE


@given(st.text(max_size=20))
def test_one_seed_always_gives_one_article(seed: str) -> None:
    bank = DATA / "fillers" / "ru.toml"
    assert write_filler(bank, "pogoda", seed) == write_filler(bank, "pogoda", seed)


@given(st.text())
def test_a_slug_is_plain_latin(title: str) -> None:
    slug = slug_of(title)
    assert len(slug) <= 70
    assert slug == "" or all(part.isascii() and part.isalnum() for part in slug.split("-"))


def test_the_catalogue_of_the_world_loads_and_names_every_outlet(tmp_path: Path) -> None:
    catalogue = load_catalogue([write_catalogue(tmp_path, 8080)], mode="only")
    assert set(catalogue.outlets) == {site.slug for site in SCRIPT.sites}
    assert set(catalogue.topics) == {"aynabulaq", "tugrulzade", "demir-yolu", "corek"}


def test_the_catalogue_knows_groups_mirrors_and_who_refuses_scripts(tmp_path: Path) -> None:
    outlets = load_catalogue([write_catalogue(tmp_path, 8080)], mode="only").outlets
    assert {slug: outlet.group_on(DAY0).value for slug, outlet in outlets.items()} == {
        site.slug: site.group for site in SCRIPT.sites
    }
    assert outlets["azad-dalga"].host_aliases["dalga-ayna.example:8080"] == "azaddalga.example:8080"
    assert [slug for slug, outlet in outlets.items() if not outlet.page_fetch] == ["xeberci"]


@pytest.mark.parametrize("topic", sorted(path.stem for path in (DATA / "topics").glob("*.toml")))
def test_every_topic_says_how_its_truth_is_found(topic: str) -> None:
    assert f"[{topic}.az]" in (DATA / "mentions.toml").read_text(encoding="utf-8")


def test_the_settings_lead_every_host_to_loopback(tmp_path: Path) -> None:
    settings = world_settings(tmp_path)
    hosts = dict(pair.split("=") for pair in settings["PARALLAX_HOSTS"].split(","))
    assert set(hosts.values()) == {"127.0.0.1"}
    assert {host for site in SCRIPT.sites for host in site.hosts} == set(hosts)
