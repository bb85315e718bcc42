"""``parallax check`` on a small web of outlets broken on purpose: the report names each fault, and nothing is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawler.owner import this_owner
from storage import Session, Store, open_store
from storage.hosts import claim_hosts
from storage.lending import take_back
from storage.tables.base import Table
from tests.door import parallax
from tests.kinds.check.broken import TRUTH, put_all
from tests.kinds.check.sites import Sites
from tests.world_run import ROOT


@dataclass(frozen=True, slots=True)
class SmallWeb:
    """The running web, the folder of its outlets' files, and the report of all of them."""

    sites: Sites
    catalogue: Path
    report: dict[str, Any]
    exit_code: int

    def environ(self) -> dict[str, str]:
        return self.sites.environ(self.catalogue)

    def outlet(self, slug: str) -> dict[str, Any]:
        return next(outlet for outlet in self.report["outlets"] if outlet["slug"] == slug)

    def whats(self, slug: str) -> str:
        return "\n".join(f"{found['what']} → {found['do']}" for found in self.outlet(slug)["remarks"])


def all_rows(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in an order that no update changes."""
    with store.read() as session:
        return {
            table.name: [
                dict(row._mapping) for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in Table.metadata.sorted_tables
        }


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallWeb]:
    """All outlets checked once."""
    folder = tmp_path_factory.mktemp("check")
    catalogue = folder / "catalogue"
    catalogue.mkdir()
    with Sites() as sites:
        put_all(sites, catalogue)
        out = folder / "report.json"
        done = parallax("check", "--all", "--live", "--out", str(out), home=folder / "home", **sites.environ(catalogue))
        assert out.is_file(), done.stderr
        yield SmallWeb(sites, catalogue, json.loads(out.read_text(encoding="utf-8")), done.returncode)
        assert not (folder / "home").exists()
        assert not list(folder.glob("*.work"))


def test_each_outlet_gets_its_verdict_and_exactly_its_faults(web: SmallWeb) -> None:
    found = {
        outlet["slug"]: (outlet["verdict"], {f["code"] for f in outlet["remarks"] if f["weight"] == "fault"})
        for outlet in web.report["outlets"]
    }

    assert found == dict(TRUTH)
    assert web.exit_code == 3


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("html-feed", "an HTML page (“Ana səhifə”) → that page names http://html-feed.example:"),
        ("css-bos", "body_css “div.article-text” matches nothing on 3 of 3 pages"),
        ("robots-bagli", "line 4 (`Disallow: /rss`) of robots-bagli.example:"),
        ("hami-403", "our honest user agent is refused (403 Forbidden)"),
        ("tarixsiz", "no publication date was found → name its element in hints.date_css"),
        ("sehife-tarixsiz", "the page has no date that is believed; the list's counts"),
        ("kocub", "the catalogue lists it as dead (410 Gone, 2026-01-02)"),
        ("gelecek", "“Tue, 03 Mar 2099 09:00:00 +0400” lies in the future"),
        ("bagli-seh", "a page that asks for a browser or a person came instead (“Just a moment...”)"),
        ("css-siyahi", "look whether link_css still selects its links"),
        ("bos-cavab", "not a feed: the answer is empty"),
        ("yad-dil", "the text is in en; the outlet's languages are az"),
        ("qisa", "3000 or more are expected"),
        ("tekrar", "name its element in hints.drop_css"),
        ("naxis", "4 of 4 links do not match article_url"),
        ("tls-yox", "no secure connection"),
        ("yonelib", "its address has moved to http://yonelib.example:"),
    ],
)
def test_a_fault_is_told_in_words_that_a_person_can_act_on(web: SmallWeb, slug: str, said: str) -> None:
    assert said in web.whats(slug)


def test_the_worst_outlets_stand_first(web: SmallWeb) -> None:
    order = [outlet["verdict"] for outlet in web.report["outlets"]]

    assert order == sorted(order, key=["failed", "partly", "nothing to ask", "fine"].index)


def test_a_healthy_outlet_shows_what_would_be_stored(web: SmallWeb) -> None:
    pages = web.outlet("saglam")["pages"]

    assert [page["channel"] for page in pages] == ["feed"] * 3
    assert [page["article"]["published"] for page in pages] == [
        f"2026-03-03T09:0{number}:00+04:00" for number in (1, 2, 3)
    ]
    assert {page["article"]["language"] for page in pages} == {"az"}
    assert pages[0]["article"]["first_lines"].startswith("Limanda yeni gəmi suya salınıb")


def test_expectations_are_judged(web: SmallWeb) -> None:
    a_day, chars = web.outlet("qisa")["expectations"]

    assert a_day.startswith("articles a day: 100 or more expected; what is listed says about")
    assert a_day.endswith("fewer")
    assert chars.startswith("characters of a text: 3000 or more expected; found ")


@pytest.mark.parametrize(("slug", "code"), [("saglam", 0), ("html-feed", 1), ("css-bos", 3)])
def test_one_outlet_is_checked_alone(web: SmallWeb, tmp_path: Path, slug: str, code: int) -> None:
    before = len(web.sites.asked)

    done = parallax("check", slug, "--live", "--json", home=tmp_path / "home", **web.environ())

    asked = web.sites.asked[before:]
    assert (done.returncode, done.stderr) == (code, "")
    assert [outlet["slug"] for outlet in json.loads(done.stdout)["outlets"]] == [slug]
    assert {host for _, host, _ in asked} == {f"{slug}.example"}
    assert sum(path.startswith("/xeber/") for _, _, path in asked) <= 3
    assert not (tmp_path / "home").exists()


def test_nothing_comes_into_a_store_that_is_there(web: SmallWeb, tmp_path: Path, database_url: str) -> None:
    environ = web.environ() | {"PARALLAX_DATABASE_URL": database_url}
    assert parallax("init", home=tmp_path, **environ).returncode == 0
    store = open_store(database_url)
    before, archived = all_rows(store), _files(tmp_path)

    assert parallax("check", "saglam", "--live", home=tmp_path, **environ).returncode == 0

    after = all_rows(store)
    store.close()
    hand = {"owner", "token", "heartbeat_at", "next_allowed_at"}
    for rows in (before["host"], after["host"]):
        for row in rows:
            for name in hand:
                row.pop(name)
    assert after == before
    assert _files(tmp_path) == archived


def _files(home: Path) -> dict[str, int]:
    """What lies in the archive, with its size."""
    return {str(path): path.stat().st_size for path in (home / "archive").rglob("*") if path.is_file()}


def test_a_host_in_other_hands_is_waited_for(web: SmallWeb, tmp_path: Path, database_url: str) -> None:
    environ = web.environ() | {"PARALLAX_DATABASE_URL": database_url}
    assert parallax("init", home=tmp_path, **environ).returncode == 0
    store = open_store(database_url)
    host = f"saglam.example:{web.sites.port}"
    now = datetime.now(UTC)

    def claim(session: Session) -> int:
        taken = claim_hosts(session, [host], owner=this_owner(), is_alive=lambda *_: False, real_now=now, now=now)
        return taken[0].token

    token = store.write(claim)
    before = len(web.sites.asked)
    command = [sys.executable, "-m", "parallax.cli", "check", "saglam", "--live"]
    with subprocess.Popen(
        command, cwd=ROOT, env=_environ(tmp_path, environ), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stderr is not None
        said = running.stderr.readline()
        asked_meanwhile = web.sites.asked[before:]
        store.write(
            lambda session: take_back(
                session, host, owner=this_owner(), token=token, next_allowed_at=now, paused_until=None
            )
        )
        running.stderr.read()
    store.close()

    assert "in the hands of another crawl" in said
    assert asked_meanwhile == []
    assert running.returncode == 0
    assert len(web.sites.asked) > before


def _environ(home: Path, environ: dict[str, str]) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")}
    return clean | environ | {"PARALLAX_HOME": str(home), "PARALLAX_LOG_LEVEL": "error"}


def test_a_check_that_is_interrupted_tells_what_it_has_and_goes_on(web: SmallWeb, tmp_path: Path) -> None:
    out = tmp_path / "all.json"
    words = ["check", "--all", "--live", "--out", str(out)]
    command = [sys.executable, "-m", "parallax.cli", *words]
    before = len(web.sites.asked)
    environ = _environ(tmp_path / "home", web.environ())
    with subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        while sum(path == "/rss" for _, _, path in web.sites.asked[before:]) < 10:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=60)
    polled = {(host, path) for _, host, path in web.sites.asked[before:] if path == "/rss"}
    first = json.loads(out.read_text(encoding="utf-8"))
    between = len(web.sites.asked)

    again = parallax(*words, home=tmp_path / "home", **web.environ())

    polled_again = {(host, path) for _, host, path in web.sites.asked[between:] if path == "/rss"}
    whole = json.loads(out.read_text(encoding="utf-8"))
    assert (running.returncode, first["is_whole"]) == (130, False)
    assert "not finished" in first["verdicts"]
    assert "goes on" in again.stderr
    assert polled
    assert not polled & polled_again
    assert whole["is_whole"]
    assert {outlet["slug"]: outlet["verdict"] for outlet in whole["outlets"]} == {
        slug: verdict for slug, (verdict, _) in TRUTH.items()
    }
    assert not list(tmp_path.glob("*.work"))


def test_an_archive_answers_in_place_of_the_network(web: SmallWeb, tmp_path: Path) -> None:
    slugs = ("saglam", "css-bos", "bagli-seh", "robots-bagli", "kocub")
    parallax("crawl", *slugs, home=tmp_path / "home", **web.environ())
    before = len(web.sites.asked)
    out = tmp_path / "replayed.json"
    environ = {name: value for name, value in web.environ().items() if name != "PARALLAX_CONTACT"}

    done = parallax(
        "check", "--all", "--replay", str(tmp_path / "home" / "archive"), "--out", str(out), home=tmp_path, **environ
    )

    outlets = {outlet["slug"]: outlet for outlet in json.loads(out.read_text(encoding="utf-8"))["outlets"]}
    found = {
        slug: (outlet["verdict"], {r["code"] for r in outlet["remarks"] if r["weight"] == "fault"})
        for slug, outlet in outlets.items()
    }
    (host,) = outlets["saglam"]["hosts"]
    assert host["robots"] == "is in no archive; what it had closed by then is closed"
    assert done.returncode == 3
    assert len(web.sites.asked) == before
    assert {slug: found[slug] for slug in slugs} == {slug: TRUTH[slug] for slug in slugs}
    assert found["tekrar"] == ("failed", {"not_archived"})


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check",), "say which outlet to try"),
        (("check", "saglam", "--all", "--live"), "say which outlet to try"),
        (("check", "saglam"), "allowed: --live to do so"),
        (("check", "saglam", "--replay", "nowhere"), "is no folder"),
        (("check", "saglam", "--replay", "docs"), "holds no looks"),
        (("check", "saglam", "--replay", "docs", "--live"), "stands beside --replay"),
        (("check", "--all", "--live"), "--out: is missing"),
        (("check", "--all", "--live", "--out", "x.pdf"), "of no form that is known"),
        (("check", "saqlam", "--live"), "did you mean saglam?"),
    ],
)
def test_wrong_use_says_what_is_allowed(web: SmallWeb, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = parallax(*words, home=tmp_path, **web.environ())

    assert done.returncode == 2
    assert said in done.stderr


def test_without_a_contact_nothing_live_is_asked(tmp_path: Path) -> None:
    done = parallax("check", "oc-media", "--live", home=tmp_path)

    assert done.returncode == 2
    assert "PARALLAX_CONTACT" in done.stderr
