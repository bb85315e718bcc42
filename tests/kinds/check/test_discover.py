"""``parallax discover`` on a small web: what a site names becomes a file that loads, and what it does not is said."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.outlet import ChannelKind
from outlets.articles import is_article_url
from outlets.catalogue import load_catalogue
from parallax.commands.opening import EXIT_PARTLY
from tests.door import parallax
from tests.kinds.check.sites import RSS, Sites, feed, page

NAMED = "sahil-xeber.example"
SILENT = "sessiz.example"
CLOSED = "bagli.example"
HOSTILE = "pis.example"
LISTED = "siyahi.example"
HOME = """<!doctype html><html lang="az-AZ"><head><meta charset="utf-8">
<meta property="og:site_name" content="Sahil &quot;Xəbər&quot;"><title>Ana səhifə</title>
<link rel="alternate" type="application/rss+xml" href="/az/rss">
<link rel="alternate" type="application/rss+xml"
 href="https://www.youtube.com/feeds/videos.xml?channel_id=UC0123456789abcdefghijkl">
<link rel="https://api.w.org/" href="/wp-json/"><link rel="https://api.w.org/" href="http://elsewhere.example/wp-json/">
<link rel="alternate" hreflang="ru" href="/ru/"></head><body>
<a href="https://t.me/s/sahilxeber">Telegram</a> <a href="https://t.me/share/url?url=x">paylaş</a>
<a href="https://t.me/sahil_bot">bot</a> <a href="https://t.me/+abcdef">dəvət</a>
<a href="https://www.youtube.com/@sahil.tv">YouTube</a> <a href="https://youtube.com/c/SahilOld">köhnə</a>
<a href="https://www.youtube.com/watch?v=abc">video</a>
<a href="/az/rss/">RSS</a> <a href="/ru/rss">RSS по-русски</a> <a href="/admin/feed">RSS</a></body></html>"""
EVIL = """<html lang='"]'><head><title>Ad"
x = 1 \x07 [[channels]] \u202e </title><meta property="og:site_name" content="&#10;slug = 'evil'"></head><body>
<a href="javascript:alert(1)">RSS</a><a href="http://127.0.0.1:9/rss">RSS</a><a href="http://[::1/rss">RSS</a>
<a href="/{page}/feed">RSS</a><a href="file:///etc/passwd">RSS</a>
<a href="/a b/rss?x='y&quot;z\\">RSS</a></body></html>"""


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sites, dict[str, str]]]:
    """The web, and the settings that lead there."""
    catalogue = tmp_path_factory.mktemp("catalogue")
    with Sites() as web:
        robots = "User-agent: *\nDisallow: /admin\nSitemap: http://sahil-xeber.example:{port}/sitemap.xml\n"
        web.put(NAMED, "/robots.txt", robots, content_type="text/plain")
        web.put(NAMED, "/", HOME)
        web.put(NAMED, "/az/rss", feed(NAMED, path="/az/liman/4821{n}-korpu-acildi"), content_type=RSS)
        web.put(NAMED, "/ru/rss", "<html><body>пусто</body></html>")
        web.put(SILENT, "/", "<html><body>Salam</body></html>")
        web.put(SILENT, "/rss.xml", feed(SILENT, path="/{n}"), content_type=RSS)
        web.put(CLOSED, "/robots.txt", "User-agent: *\nDisallow: /\n", content_type="text/plain")
        web.put(HOSTILE, "/", EVIL)
        links = "".join(
            f'<div class="card"><a href="/xeber/{n}.html">Limanda yeni gəmi suya salındı, hissə {n}</a></div>'
            for n in range(101, 109)
        )
        web.put(LISTED, "/", f"<html lang='az'><body><main>{links}</main></body></html>")
        (catalogue / "known.toml").write_text('slug = "known"\nname = "Known"\n', encoding="utf-8")
        yield web, web.environ(catalogue)


def _discover(
    sites: tuple[Sites, dict[str, str]], host: str, folder: Path, *words: str
) -> subprocess.CompletedProcess[str]:
    web, environ = sites
    url = f"http://{host}:{web.port}/"
    return parallax("discover", url, "--delay", "0.05", *words, home=folder / "home", **environ)


@pytest.fixture(scope="module")
def named(sites: tuple[Sites, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the site that names its channels."""
    folder = tmp_path_factory.mktemp("named")
    out = folder / "own" / "sahil-xeber.toml"
    done = _discover(sites, NAMED, folder, "--out", str(out))
    assert done.returncode == 0, done.stderr
    assert not (folder / "home").exists()
    return out


def test_what_a_site_names_becomes_a_file_that_loads(sites: tuple[Sites, dict[str, str]], named: Path) -> None:
    port = sites[0].port

    outlet = load_catalogue([named.parent], mode="only").outlets["sahil-xeber"]

    assert (outlet.name, outlet.languages, outlet.verified) == ('Sahil "Xəbər"', ("az", "ru"), False)
    assert [(channel.kind, channel.address, channel.evidence) for channel in outlet.channels] == [
        (ChannelKind.FEED, f"http://{NAMED}:{port}/az/rss", "D"),
        (ChannelKind.SITEMAP, f"http://{NAMED}:{port}/sitemap.xml", "D"),
        (ChannelKind.TELEGRAM, "sahilxeber", "D"),
        (ChannelKind.YOUTUBE, "@sahil.tv", "D"),
        (ChannelKind.YOUTUBE, "UC0123456789abcdefghijkl", "D"),
    ]
    assert outlet.wordpress_api == (f"http://{NAMED}:{port}/wp-json/",)
    assert {str(channel.probed_on) for channel in outlet.channels} == {"2026-03-03"}
    assert is_article_url(outlet, f"http://{NAMED}:{port}/ru/liman/99999-drugoe")
    assert not is_article_url(outlet, f"http://{NAMED}:{port}/az/haqqimizda")


def test_what_was_no_channel_stands_in_comments(sites: tuple[Sites, dict[str, str]], named: Path) -> None:
    said = named.read_text(encoding="utf-8")

    assert "/ru/rss (not a feed: an HTML page)" in said
    assert "(line 2 (`Disallow: /admin`)" in said
    assert "The page names an edition in ru: http://sahil-xeber.example:" in said
    assert "look for its handle: https://youtube.com/c/SahilOld" in said
    assert "It offers WordPress REST at http://sahil-xeber.example:" in said
    assert '# group = "…"' in said
    assert not any(path.startswith("/admin") for _, _, path in sites[0].asked)


def test_common_addresses_are_tried_only_where_none_is_named(
    sites: tuple[Sites, dict[str, str]], tmp_path: Path
) -> None:
    done = _discover(sites, SILENT, tmp_path)

    told = tomllib.loads(done.stdout)
    assert [channel["url"] for channel in told["channels"]] == [f"http://{SILENT}:{sites[0].port}/rss.xml"]
    assert "# Tried, and nothing is there: http://sessiz.example:" in done.stdout
    assert "/rss.xml" not in {path for _, host, path in sites[0].asked if host == NAMED}


def test_a_site_without_a_feed_gives_its_listing_and_the_shape_of_its_addresses(
    sites: tuple[Sites, dict[str, str]], tmp_path: Path
) -> None:
    told = tomllib.loads(_discover(sites, LISTED, tmp_path).stdout)

    assert [channel["kind"] for channel in told["channels"]] == ["listing"]
    assert told["article_url"].endswith(r"/xeber/\d+\.html?/?$")


def test_a_file_of_another_name_than_the_host_loads_too(sites: tuple[Sites, dict[str, str]], tmp_path: Path) -> None:
    out = tmp_path / "own" / "the-silent-one.toml"
    done = _discover(sites, SILENT, tmp_path, "--out", str(out))

    assert done.returncode == 0, done.stderr
    assert list(load_catalogue([out.parent], mode="only").outlets) == ["the-silent-one"]


def test_a_name_that_no_outlet_can_have_is_refused_before_anybody_is_asked(
    sites: tuple[Sites, dict[str, str]], tmp_path: Path
) -> None:
    done = _discover(sites, SILENT, tmp_path, "--out", str(tmp_path / "Sahil Xəbər.toml"))

    assert (done.returncode, done.stdout) == (2, "")
    assert "--out: 'Sahil Xəbər.toml' can't be an outlet's file" in done.stderr


def test_a_site_that_robots_close_is_not_asked(sites: tuple[Sites, dict[str, str]], tmp_path: Path) -> None:
    done = _discover(sites, CLOSED, tmp_path)

    assert (done.returncode, done.stdout) == (1, "")
    assert "line 2 (`Disallow: /`) of bagli.example:" in done.stderr
    assert [path for _, host, path in sites[0].asked if host == CLOSED] == ["/robots.txt"]


def test_a_hostile_page_writes_nothing_of_its_own_into_the_file(
    sites: tuple[Sites, dict[str, str]], tmp_path: Path
) -> None:
    done = _discover(sites, HOSTILE, tmp_path)

    told = tomllib.loads(done.stdout)
    assert told["slug"] == "pis"
    assert told["name"] == "slug = 'evil'"
    assert "channels" not in told
    assert "\x07" not in done.stdout
    assert "\u202e" not in done.stdout
    assert "a fault of ours" not in done.stderr


def test_a_file_that_is_there_is_never_overwritten(sites: tuple[Sites, dict[str, str]], tmp_path: Path) -> None:
    out = tmp_path / "sahil-xeber.toml"
    out.write_text("mine", encoding="utf-8")

    done = _discover(sites, NAMED, tmp_path, "--out", str(out))

    assert done.returncode == 2
    assert "nothing is overwritten" in done.stderr
    assert out.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("url", "said"),
    [("ftp://sahil.example/", "no address of a site"), ("https://t.me/sahil", "a platform that many share")],
)
def test_what_is_no_site_is_refused(sites: tuple[Sites, dict[str, str]], tmp_path: Path, url: str, said: str) -> None:
    done = parallax("discover", url, home=tmp_path, **sites[1])

    assert done.returncode == 2
    assert said in done.stderr


def test_what_was_discovered_can_be_checked_as_it_is(
    sites: tuple[Sites, dict[str, str]], named: Path, tmp_path: Path
) -> None:
    web, environ = sites
    for number in range(1, 5):
        web.put(NAMED, f"/az/liman/4821{number}-korpu-acildi", page(number))
    quick = named.read_text(encoding="utf-8") + "\n[politeness]\ndelay_s = 0.05\n"
    (tmp_path / "sahil-xeber.toml").write_text(quick, encoding="utf-8")

    own = environ | {"PARALLAX_CATALOGUE": str(tmp_path)}
    done = parallax("check", "sahil-xeber", "--live", home=tmp_path / "home", **own)

    assert done.returncode == EXIT_PARTLY, done.stdout  # its sitemap, Telegram and YouTube lead to nobody here
    assert "✓ feed: found 4 entries" in done.stdout
