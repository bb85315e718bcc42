"""The command line as a person and a script meet it: real processes, a real store."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.archive.slot import Slot
from tests.databases import migrated_store, sqlite_url
from tests.door import parallax as _parallax
from tests.receivers import MailBox, mail_server, webhook_receiver
from tests.storage.filling import fill
from tests.storage.filling import store as put
from tests.world_run import ROOT

PAGE = """<!doctype html><html lang="az"><head><title>Körpü bərpa olunur</title>
<meta property="article:published_time" content="2026-03-02T09:30:00+04:00"></head>
<body><article><h1>Körpü bərpa olunur</h1>
<p>Şəhərin köhnə körpüsü yazda bərpa ediləcək. İşlərə yüz nəfərdən çox fəhlə cəlb olunacaq, deyə idarə bildirib.</p>
<p>Sakinlər isə illərdir təmir gözlədiklərini, indiyə qədər heç kimin onlara cavab vermədiyini söyləyirlər.</p>
<p>Layihənin dəyəri açıqlanmayıb. Müqavilənin may ayında imzalanacağı gözlənilir.</p></article></body></html>"""
FEED = """<rss version="2.0"><channel><title>Xəbər</title><item><title>Bir</title><link>https://xeber.example/1</link>
<pubDate>Mon, 02 Mar 2026 09:30:00 +0400</pubDate></item></channel></rss>"""

OUTLET = """slug = "liman-sesi"
name = "Liman Səsi"
languages = ["az"]
hosts = ["127.0.0.1:9"]

[[groups]]
group = "independent"
reason = "Invented."

[[channels]]
slug = "feed"
kind = "feed"
url = "http://127.0.0.1:9/feed"
evidence = "D"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one article in its store."""
    folder = tmp_path_factory.mktemp("home")

    def work(session: object) -> None:
        fill(session)  # type: ignore[arg-type]
        put(session, "Su səviyyəsi qalxıb. Kəndlər köçürülüb.", title="Daşqın")  # type: ignore[arg-type]

    with migrated_store(sqlite_url(folder)) as store:
        store.write(work)
        from schedules.aftercare import Aftercare

        Aftercare(store).run()
    return folder


def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    commands = (
        "init",
        "crawl",
        "digest",
        "search",
        "show",
        "history",
        "evidence",
        "outlets",
        "topics",
        "status",
        "runs",
        "rechecks",
        "channel",
        "why",
        "alerts",
        "check",
        "discover",
        "import-opml",
        "export",
        "extract",
        "parse-feed",
    )
    for command in (*commands, "backup", "restore", "db upgrade", "db check", "db copy"):
        done = _parallax(*command.split(), "--help", home=tmp_path)
        assert done.returncode == 0
        assert "Example: parallax" in done.stdout


def test_help_imports_neither_the_crawler_nor_the_store(tmp_path: Path) -> None:
    code = "import sys, parallax.cli; print([m for m in ('scrapy', 'sqlalchemy', 'trafilatura') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_without_a_contact_nothing_live_is_asked(tmp_path: Path) -> None:
    done = _parallax("crawl", "oc-media", home=tmp_path)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "PARALLAX_CONTACT" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("crawl", "oc-medai"), "did you mean oc-media?"),
        (("digest", "--day", "tomorrow"), "2026-03-04, today, yesterday"),
        (("search", "("), "at character 2"),
        (("export", "articles", "--topic", "nothing"), "what `parallax topics` lists"),
        (("export", "articles", "--since", "gestern"), "no time"),
        (("channel", "nobody/feed"), "no channel is known"),
        (("why", "ftp://xeber.example/"), "no address of a page"),
    ],
)
def test_wrong_use_is_one_line_that_says_what_is_allowed(home: Path, words: tuple[str, ...], said: str) -> None:
    done = _parallax(*words, home=home)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_empty_database_says_what_to_do(tmp_path: Path) -> None:
    done = _parallax("status", home=tmp_path)

    assert done.returncode == 1
    assert "parallax init" in done.stderr


def test_a_database_that_does_not_answer_is_one_line(tmp_path: Path) -> None:
    address = "postgresql://reader:Quiet-Harbour-7@127.0.0.1:1/none"
    done = _parallax("status", home=tmp_path, PARALLAX_DATABASE_URL=address)

    assert done.returncode == 1
    assert done.stderr.startswith("parallax: the database can't be reached: ")
    assert done.stderr.count("\n") == 1
    assert "Quiet-Harbour-7" not in done.stderr


def test_a_database_that_is_newest_is_not_waited_for(home: Path) -> None:
    other = sqlite3.connect(home / "parallax.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        done = _parallax("db", "upgrade", home=home)
    finally:
        other.close()

    assert done.returncode == 0, done.stderr


def test_a_crawl_beside_another_writes_under_a_slot_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "liman-sesi.toml").write_text(OUTLET, encoding="utf-8")
    environ = {"PARALLAX_CATALOGUE": str(tmp_path / "own"), "PARALLAX_CATALOGUE_MODE": "only"}
    slot = Slot(tmp_path / "archive", "crawl", wait_s=0)
    try:
        done = _parallax("crawl", home=tmp_path, **environ)
    finally:
        slot.release()

    assert done.returncode == 1  # nobody answers there
    assert "slot" not in done.stderr
    assert (tmp_path / "archive" / "parallax-crawl-2.lock").is_file()


def test_status_speaks_json_and_filters_by_outlet(home: Path) -> None:
    told = json.loads(_parallax("status", "--json", home=home).stdout)
    unknown = _parallax("status", "oc-medai", home=home)

    assert [(outlet["slug"], outlet["health"]) for outlet in told["outlets"]] == [("xeber", "never looked at")]
    assert told["has_now"] is False
    assert unknown.returncode == 2
    assert "did you mean oc-media?" in unknown.stderr


def test_a_setting_that_is_misspelt_is_named(home: Path) -> None:
    done = _parallax("status", home=home, PARALLAX_TIMEZONE="Asia/Baku")

    assert done.returncode == 2
    assert "PARALLAX_TIME_ZONE" in done.stderr


def test_search_finds_any_spelling_and_speaks_json(home: Path) -> None:
    done = _parallax("search", "SEVIYYESI", "--json", home=home)

    assert [found["title"] for found in json.loads(done.stdout)] == ["Daşqın"]


def test_search_folds_letters_and_not_endings(home: Path) -> None:
    found = {
        query: len(json.loads(_parallax("search", query, "--json", home=home).stdout))
        for query in ("kendler", "kend", "kend*")
    }

    assert found == {"kendler": 1, "kend": 0, "kend*": 1}


def test_show_gives_the_proof_of_each_revision(home: Path) -> None:
    done = _parallax("show", "https://xeber.example/a", home=home)

    assert done.returncode == 0, done.stderr
    assert "proof      fetch 1, HTTP 200" in done.stdout
    assert "Su səviyyəsi qalxıb." in done.stdout


def test_rechecks_tells_what_became_of_each_age(home: Path) -> None:
    at = {"PARALLAX_CLOCK": "2026-03-02T15:00+04:00@0"}
    done = _parallax("rechecks", "--json", home=home, **at)
    by_outlet = _parallax("rechecks", "--by-outlet", home=home, **at)

    missed = {"due": 1, "in_time": 0, "late": 0, "failed": 0, "not_made": 1}
    assert json.loads(done.stdout) == [{"age": "1 h", **missed}, {"age": "4 h", **missed}]
    assert by_outlet.stdout.count("xeber") == 2


def test_why_follows_an_address_in_any_spelling_to_its_article(home: Path) -> None:
    done = _parallax("why", "www.xeber.example/a/?utm_source=x", home=home)
    told = json.loads(_parallax("why", "https://xeber.example/a", "--json", home=home).stdout)

    assert done.returncode == 0, done.stderr
    assert "It is stored as article 1, revision 1, of xeber." in done.stdout
    assert told["facts"]["articles"][0]["revisions"][0]["fetch_id"] == 1


def test_why_is_never_just_not_found(home: Path) -> None:
    done = _parallax("why", "https://oc-media.org/nothing-known", home=home)

    assert done.returncode == 1
    assert "oc-media (OC Media) claims oc-media.org." in done.stdout


def test_a_channel_is_told_by_name_and_as_json(home: Path) -> None:
    done = _parallax("channel", "xeber/feed", home=home)
    told = json.loads(_parallax("channel", "https://xeber.example/feed/", "--json", home=home).stdout)

    assert done.returncode == 0, done.stderr
    assert "It was never looked at." in done.stdout
    assert (told["outlet"], told["slug"], told["looks"]) == ("xeber", "feed", [])


def test_an_article_that_is_not_known_is_said_so(home: Path) -> None:
    assert _parallax("show", "99", home=home).returncode == 1


@pytest.mark.parametrize("what", ["articles", "revisions", "mentions", "fetches", "gaps"])
def test_every_export_has_a_head_and_lines_of_json(home: Path, what: str) -> None:
    csv = _parallax("export", what, home=home)
    lines = _parallax("export", what, "--format", "jsonl", home=home)

    assert csv.returncode == lines.returncode == 0, csv.stderr + lines.stderr
    assert "," in csv.stdout.splitlines()[0]
    assert len(csv.stdout.splitlines()) - 1 == len([json.loads(line) for line in lines.stdout.splitlines()])


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_the_digest_comes_in_every_form(home: Path, form: str) -> None:
    done = _parallax("digest", "--format", form, home=home, PARALLAX_CLOCK="2026-03-02T23:00+04:00@0")

    assert done.returncode == 0, done.stderr
    assert "Daily digest" in done.stdout or "daily digest" in done.stdout or json.loads(done.stdout)


def test_check_finds_that_the_archive_is_missing(home: Path) -> None:
    done = _parallax("db", "check", "--archive", "all", home=home)

    assert done.returncode == 1
    assert "archive" in done.stdout


def test_outlets_and_topics_are_listed_without_a_database(tmp_path: Path) -> None:
    outlets = json.loads(_parallax("outlets", "--json", home=tmp_path).stdout)
    topics = json.loads(_parallax("topics", "--json", home=tmp_path).stdout)

    assert (len(outlets), len(topics)) == (41, 22)


def test_extract_gives_a_line_of_json_a_file_in_their_order(tmp_path: Path) -> None:
    (tmp_path / "b.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "b.json").write_text('{"url": "https://xeber.example/korpu"}', encoding="utf-8")
    (tmp_path / "a.html").write_bytes(b"\x00\x01\x02 nothing")
    done = _parallax("extract", str(tmp_path), "--jsonl", home=tmp_path)
    bad, good = (json.loads(line) for line in done.stdout.splitlines())

    assert list(good) == [
        *("file", "url", "title", "text", "authors", "published_at", "published_precision", "published_source"),
        *("modified_at", "language", "canonical_url", "outcome", "error"),
        *("kind", "sections", "footnotes", "pages", "scanned_pages"),
    ]
    assert (good["outcome"], good["title"], good["language"]) == ("ok", "Körpü bərpa olunur", "az")
    assert (good["url"], good["published_at"]) == ("https://xeber.example/korpu", "2026-03-02T09:30:00+04:00")
    assert bad["outcome"] in {"unreadable", "no_article"}


def test_parse_feed_gives_its_entries(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(FEED, encoding="utf-8")
    done = _parallax("parse-feed", str(tmp_path / "feed.xml"), "--jsonl", home=tmp_path)
    (feed,) = (json.loads(line) for line in done.stdout.splitlines())

    assert (feed["outcome"], feed["title"]) == ("ok", "Xəbər")
    assert [(e["url"], e["published_at"]) for e in feed["entries"]] == [
        ("https://xeber.example/1", "2026-03-02T09:30:00+04:00")
    ]


def test_alerts_says_that_none_is_open_and_claims_no_more(home: Path) -> None:
    told = _parallax("alerts", home=home).stdout
    assert told == "No alert is open; `parallax status` tells what else needs a person.\n"
    assert json.loads(_parallax("alerts", "--all", "--json", home=home).stdout) == []


def test_a_test_of_the_routes_says_how_each_went(tmp_path: Path) -> None:
    mail = {"SMTP_HOST": "127.0.0.1", "SMTP_SECURITY": "none", "ALERT_MAIL_FROM": "a@example.org"}
    environ = {f"PARALLAX_{name}": value for name, value in mail.items()} | {"PARALLAX_ALERT_MAIL_TO": "b@example.org"}
    with webhook_receiver() as hook, mail_server(MailBox()) as box:
        routes = environ | {"PARALLAX_ALERT_WEBHOOK_URL": f"http://127.0.0.1:{hook.port}/T0K3N"}
        good = _parallax("alerts", "--test", home=tmp_path, **routes, PARALLAX_SMTP_PORT=str(box.port))
        hook.status = 500
        bad = _parallax("alerts", "--test", home=tmp_path, **routes, PARALLAX_SMTP_PORT=str(box.port))

    assert (good.returncode, good.stdout) == (0, "webhook: taken\nmail: taken\n")
    assert (bad.returncode, bad.stdout) == (1, "webhook: not taken: answered 500\nmail: taken\n")
    assert hook.got[0][2]["is_test"] is True
    assert "T0K3N" not in bad.stdout + bad.stderr


def test_a_test_without_a_route_fails_and_says_what_to_set(tmp_path: Path) -> None:
    ended = _parallax("alerts", "--test", home=tmp_path)

    assert (ended.returncode, "PARALLAX_ALERT_WEBHOOK_URL" in ended.stdout) == (1, True)


def test_status_tells_first_what_needs_a_person(tmp_path: Path) -> None:
    from domain.alerts import AlertKind, Finding, Severity
    from storage.alerts import apply_findings
    from tests.storage.filling import NOW

    found = Finding(AlertKind.SILENT, "xeber/feed", Severity.TODAY, "Xəbər has listed nothing for 3 d", outlet="xeber")
    with migrated_store(sqlite_url(tmp_path)) as store:
        store.write(lambda session: (fill(session), apply_findings(session, [found], now=NOW)))

    told = _parallax("status", home=tmp_path).stdout
    assert "◆ today" in told
    assert told.index("What needs a person") < told.index("Xəbər has listed nothing for 3 d") < told.index("Outlets")
    assert "◆ today" in _parallax("alerts", home=tmp_path).stdout
