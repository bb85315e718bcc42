"""Pages in a browser: what it shows is what is stored, and it gets out through our gate alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from warcio.archiveiterator import ArchiveIterator

from crawler.render.chromium import NAMES
from storage.tables import ArticleRow, FetchRow, RevisionRow, TargetRow, TextRow
from tests.certificates import new_authority, server_context
from tests.hostile_server import HostileServer, answer, page
from tests.kinds.reach.crawls import AT, CONTACT, Home, crawl, rows
from tests.kinds.reach.shells import TEXT, TITLE, catalogue, shells
from tests.proxies import SOURCE, LoopbackProxy
from tests.world_run import ROOT

HOST = "qum.example"
DIRECT = {"PARALLAX_ALLOWED_NETWORKS": "127.0.0.1/32", "PARALLAX_HOSTS": f"{HOST}=127.0.0.1"}
needs_browser = pytest.mark.skipif(
    not any(map(shutil.which, NAMES)), reason="CHROMIUM IS NOT INSTALLED: nothing of the rendering was tested"
)
pytestmark = pytest.mark.slow


def shown(home: Home) -> list[tuple[Any, ...]]:
    """(title, text) of each revision."""
    query = (
        select(RevisionRow.title, TextRow.body)
        .join(TextRow, TextRow.sha256 == RevisionRow.text_sha256)
        .join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
    )
    return rows(home, query)


def errors(home: Home) -> list[tuple[Any, ...]]:
    return rows(home, select(FetchRow.outcome, FetchRow.error).where(FetchRow.channel_id.is_(None)))


@needs_browser
def test_a_shell_is_stored_as_the_browser_shows_it_and_nothing_else_is_asked_for(home: Home) -> None:
    with HostileServer(behaviours={}) as canary, HostileServer(behaviours={}) as server:
        unwanted = (
            "/private/secret",
            f"http://127.0.0.1:{canary.port}/loopback",
            f"http://localhost:{canary.port}/name",
            f"http://[::ffff:127.0.0.1]:{canary.port}/mapped",
            "http://169.254.169.254/latest/meta-data/",
            "https://third.example/data",
        )
        server.behaviours = shells(unwanted)
        crawled = crawl(home, None, catalogue(home.folder, server, host=HOST, delay_s=0.3), None, environ=DIRECT)

    assert shown(home) == [(TITLE, TEXT)] * 2
    asked = [one.path for one in server.asked]
    assert asked[:3] == ["/robots.txt", "/feed", "/0"]
    assert sorted(asked[3:]) == ["/1", "/api/0", "/api/1", "/app.js"]  # the script once
    assert canary.connections == 0
    assert {one.header("User-Agent") for one in server.asked} == {server.asked[0].header("User-Agent")}
    assert CONTACT in str(server.asked[-1].header("User-Agent"))
    assert not any(one.header("Cookie") for one in server.asked)
    assert all(later.at - earlier.at >= 0.29 for earlier, later in pairwise(server.asked))
    assert crawled.dials == {f"127.0.0.1:{server.port}"}
    assert crawled.lookups <= {"127.0.0.1"}


@needs_browser
def test_the_archive_holds_what_came_and_what_was_shown_and_says_which_is_which(home: Home) -> None:
    with HostileServer(behaviours=shells(pages=1)) as server:
        crawl(home, None, catalogue(home.folder, server, host=HOST), None, environ=DIRECT)

    (archived,) = (home.folder / "archive").glob("parallax-crawl-*.warc.gz")
    with archived.open("rb") as stream:
        records = [(r.rec_type, r.rec_headers, r.content_stream().read()) for r in ArchiveIterator(stream)]
    (raw,) = [one for one in records if one[0] == "response" and one[1]["WARC-Target-URI"].endswith("/0")]
    (rendered,) = [one for one in records if one[0] == "conversion"]
    assert "Yüklənir" in raw[2].decode()
    assert TITLE in rendered[2].decode()
    assert rendered[1]["WARC-Refers-To"] == raw[1]["WARC-Record-ID"]
    assert json.loads(rendered[1]["WARC-JSON-Metadata"])["renderer"].startswith("Chrom")
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(archived)], capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stdout


@needs_browser
def test_a_second_look_at_an_unchanged_page_is_no_edit_and_a_change_behind_the_shell_is_one(home: Home) -> None:
    with HostileServer(behaviours=shells(pages=1)) as server:
        place = catalogue(home.folder, server, host=HOST)
        crawl(home, None, place, None, environ=DIRECT)
        crawl(home, None, place, None, at=AT.replace(day=3), environ=DIRECT)
        assert len(shown(home)) == 1
        changed = json.dumps({"title": TITLE, "paragraphs": [*TEXT.split("\n\n"), "Əlavə: muzey açılıb."]})
        server.behaviours = {
            **server.behaviours,
            "/api/0": answer(changed.encode(), headers=[("Content-Type", "application/json")]),
        }
        crawl(home, None, place, None, at=AT.replace(day=5), environ=DIRECT)

    assert shown(home) == [(TITLE, TEXT), (TITLE, f"{TEXT}\n\nƏlavə: muzey açılıb.")]


@needs_browser
def test_over_https_and_through_the_outlets_proxy_the_parts_go_the_same_way(home: Home) -> None:
    folder = home.folder / "world"
    folder.mkdir()
    authority = new_authority(folder)
    with HostileServer(behaviours=shells(pages=1), tls=server_context(folder, HOST, authority)) as server:
        place = catalogue(home.folder, server, host=HOST, more='proxy = "tbilisi"')
        with LoopbackProxy({f"{HOST}:{server.port}": ("127.0.0.1", server.port)}) as proxy:
            crawled = crawl(home, authority.path, place, proxy.address())

    assert shown(home) == [(TITLE, TEXT)]
    assert set(server.peers) == {SOURCE}
    assert crawled.dials == {f"127.0.0.1:{proxy.port}"}
    assert [one.path for one in server.asked] == ["/robots.txt", "/feed", "/0", "/app.js", "/api/0"]


@needs_browser
def test_a_list_that_a_script_builds_is_read_as_the_browser_shows_it(home: Home) -> None:
    links = "".join(f"<li><a href='/{n}'>Mayakdan {n} nömrəli xəbər gəldi</a></li>" for n in range(2))
    script = f"document.getElementById('root').innerHTML = `<ul class='news'>{links}</ul>`"
    shell = f"<!doctype html><html lang='az'><meta charset='utf-8'><div id='root'></div><script>{script}</script>"
    with HostileServer(behaviours={**shells(), "/news": page(shell.encode())}) as server:
        place = catalogue(home.folder, server, host=HOST)
        facts = (place / "qum.toml").read_text()
        facts = facts.replace('kind = "feed"', 'kind = "listing"\nlink_css = "ul.news a"').replace("/feed", "/news")
        (place / "qum.toml").write_text(facts.replace('body = "none"', ""))
        crawl(home, None, place, None, environ=DIRECT)

    assert shown(home) == [(TITLE, TEXT)] * 2


@needs_browser
def test_to_begin_with_a_browser_is_no_edit_of_the_outlets(home: Home) -> None:
    article = "".join(f"<p>{paragraph}</p>" for paragraph in TEXT.split("\n\n"))
    whole = (
        f"<!doctype html><html lang='az'><head><meta charset='utf-8'><title>{TITLE}</title></head><body><main><article>"
        f"<h1>{TITLE}</h1><div class='body' id='root'>{article}</div></article></main><script>"
        "document.getElementById('root').innerHTML += '<p>Bu cümləni yalnız brauzer göstərir, başqa heç kim.</p>'"
        "</script>"
    )
    with HostileServer(behaviours={**shells(pages=1), "/0": page(whole.encode())}) as server:
        place = catalogue(home.folder, server, host=HOST)
        facts = (place / "qum.toml").read_text()
        (place / "qum.toml").write_text(facts.replace("render = true", ""))
        crawl(home, None, place, None, environ=DIRECT)
        (place / "qum.toml").write_text(facts)
        crawl(home, None, place, None, at=AT.replace(day=3), environ=DIRECT)

    assert shown(home) == [(TITLE, TEXT)]
    assert errors(home) == [("ok", None)] * 2


ENDLESS = page(b"<!doctype html><title>x</title><script>while (true) {}</script>")
GREEDY = page(
    b"<!doctype html><title>x</title><script>const a = []; for (;;) a.push(new Uint8Array(1 << 24).fill(1));</script>"
)


@needs_browser
@pytest.mark.parametrize(
    ("shell", "limits", "said"),
    [
        (ENDLESS, {"PARALLAX_RENDER_SECONDS": "3"}, "the browser was not done in 3 s"),
        (GREEDY, {"PARALLAX_RENDER_MEMORY_MB": "600"}, "the browser needed more than 600 MB"),
    ],
    ids=["endless", "greedy"],
)
def test_a_page_over_the_limits_ends_in_words_and_leaves_no_process(
    shell: Any, limits: dict[str, str], said: str, home: Home
) -> None:
    with HostileServer(behaviours={**shells(pages=1), "/0": shell}) as server:
        crawl(home, None, catalogue(home.folder, server, host=HOST), None, environ={**DIRECT, **limits})

    assert errors(home) == [("render_error", said)]
    assert browsers(home) == []


def browsers(home: Home) -> list[str]:
    """Command lines of browsers that still run for these crawls."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if f"{home.passing}/parallax-browser-" in line:
            found.append(line)
    return found


def test_without_a_browser_the_outcome_says_so_and_the_channel_is_read_all_the_same(home: Home) -> None:
    with HostileServer(behaviours=shells(pages=1)) as server:
        place = catalogue(home.folder, server, host=HOST)
        crawl(home, None, place, None, environ={**DIRECT, "PARALLAX_BROWSER": str(home.folder / "none")})

    ((outcome, error),) = errors(home)
    assert (outcome, error) == ("render_error", f"PARALLAX_BROWSER names no program: {home.folder / 'none'}")
    assert rows(home, select(FetchRow.outcome).where(FetchRow.channel_id.is_not(None))) == [("ok",)]


@needs_browser
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_crawl_that_is_ended_while_a_page_is_shown_leaves_no_browser_and_the_page_due(
    number: signal.Signals, home: Home
) -> None:
    with HostileServer(behaviours={**shells(pages=1), "/0": ENDLESS}) as server:
        place = catalogue(home.folder, server, host=HOST)
        environ = {
            "PARALLAX_HOME": str(home.folder),
            "PARALLAX_DATABASE_URL": home.database_url,
            "PARALLAX_CONTACT": CONTACT,
            "PARALLAX_CATALOGUE": str(place),
            "PARALLAX_CATALOGUE_MODE": "only",
            **DIRECT,
        }
        crawling = subprocess.Popen(
            [sys.executable, "-m", "tests.kinds.reach.crawl"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            cwd=ROOT, text=True, env={**os.environ, "TMPDIR": str(home.passing)},
        )  # fmt: skip
        assert crawling.stdin is not None
        crawling.stdin.write(json.dumps({"environ": environ}))
        crawling.stdin.close()
        try:
            _wait_until(lambda: len(browsers(home)) > 2)
            crawling.send_signal(number)
            crawling.wait(60)
        finally:
            crawling.kill()
        _wait_until(lambda: browsers(home) == [])

    assert errors(home) == []
    assert rows(home, select(TargetRow.state).where(TargetRow.channel_id.is_(None))) == [("due",)]


def _wait_until(is_so: Any) -> None:
    deadline = time.monotonic() + 150  # a busy machine takes its time to start a crawl and a browser
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
