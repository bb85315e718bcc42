"""OPML out and in: what is written is read again; what is hostile is refused or told of."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.errors import CatalogueError
from domain.outlet import ChannelKind
from outlets.catalogue import load_catalogue
from outlets.opml import MAX_FEEDS, opml_text, read_opml
from outlets.opml_drafts import drafts_of
from outlets.writing import draft_text

NOW = datetime(2026, 3, 3, 8, tzinfo=UTC)


def _file(folder: Path, body: str | bytes) -> Path:
    path = folder / "feeds.opml"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def _opml(*outlines: str) -> str:
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{"".join(outlines)}</body></opml>'


def _outline(url: str, title: str = "Xəbər", home: str = "") -> str:
    html = f' htmlUrl="{home}"' if home else ""
    return f'<outline type="rss" text="{title}" xmlUrl="{url}"{html}/>'


def test_every_feed_of_the_shipped_catalogue_comes_back(tmp_path: Path) -> None:
    catalogue = load_catalogue()
    feeds = {
        c.address for o in catalogue.outlets.values() for c in o.channels if c.kind is ChannelKind.FEED and c.enabled
    }

    listed = read_opml(_file(tmp_path, opml_text(catalogue, now=NOW, today=date(2026, 3, 3))))

    assert {feed.url for feed in listed.feeds} == feeds
    assert listed.problems == ()
    assert {feed.folders for feed in listed.feeds} <= {
        ("Official",),
        ("Pro-government",),
        ("Independent",),
        ("Exile",),
        ("International",),
        ("Unknown",),
    }


def test_a_file_becomes_outlets_one_a_site_that_load(tmp_path: Path) -> None:
    opml = _opml(
        '<outline text="Media &amp; &quot;press&quot;">',
        _outline("https://www.liman.example/az/rss", "Liman (az)", "https://www.liman.example/"),
        _outline("https://liman.example/ru/rss", "Liman (ru)", "https://www.liman.example/"),
        "</outline>",
        _outline("https://feeds.feedburner.com/dag", "Dağ", "https://dag.example/"),
        _outline("https://www.youtube.com/feeds/videos.xml?channel_id=UC0123456789abcdefghijkl", "Kanal"),
    )
    imported = drafts_of(read_opml(_file(tmp_path, opml)).feeds, [], source="feeds.opml")
    own = tmp_path / "own"
    own.mkdir()
    for slug, draft in imported.drafts.items():
        (own / f"{slug}.toml").write_text(draft_text(draft), encoding="utf-8")

    outlets = load_catalogue([own], mode="only").outlets

    assert imported.left_out == ()
    assert {slug: [(c.kind.value, c.address) for c in outlet.channels] for slug, outlet in outlets.items()} == {
        "dag": [("feed", "https://feeds.feedburner.com/dag")],
        "kanal": [("youtube", "UC0123456789abcdefghijkl")],
        "liman": [("feed", "https://www.liman.example/az/rss"), ("feed", "https://liman.example/ru/rss")],
    }
    assert (outlets["liman"].name, outlets["liman"].hosts) == ("Liman", ("liman.example",))
    assert outlets["dag"].hosts == ("dag.example",)
    assert {outlet.verified for outlet in outlets.values()} == {False}
    assert 'It stood under: Media & "press"' in (own / "liman.toml").read_text(encoding="utf-8")


def test_what_the_catalogue_has_already_is_left_out(tmp_path: Path) -> None:
    opml = _opml(_outline("https://oc-media.org/feed/other"), _outline("https://liman.example/rss"))

    imported = drafts_of(read_opml(_file(tmp_path, opml)).feeds, [load_catalogue()], source="x")

    assert list(imported.drafts) == ["liman"]
    assert imported.left_out == ("https://oc-media.org/feed/other belongs to oc-media, which is in the catalogue",)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://x.example/", "http://", "file:///etc/passwd", "http://u:p@x.example/", "rss"]
)
def test_an_address_that_is_none_is_told_of(tmp_path: Path, url: str) -> None:
    listed = read_opml(_file(tmp_path, _opml(_outline(url), _outline("https://x.example/rss"))))

    assert [feed.url for feed in listed.feeds] == ["https://x.example/rss"]
    assert listed.problems == (f"Xəbər: {url} is no address that can be asked for",)


def test_an_address_listed_twice_is_taken_once(tmp_path: Path) -> None:
    listed = read_opml(_file(tmp_path, _opml(*[_outline("https://x.example/rss")] * 2)))

    assert (len(listed.feeds), len(listed.problems)) == (1, 1)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f'<!DOCTYPE opml [<!ENTITY a0 "x">{LAUGHS}]><opml><body><outline text="&a9;"/></body></opml>', "entities"),
        ('<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body>&x;</body></opml>', "entities"),
        ('<!DOCTYPE opml [<!ENTITY % x SYSTEM "http://127.0.0.1:9/">%x;]><opml/>', "entities"),
        ("<opml><body>" + '<outline text="a">' * 60, "deeper than 50"),
        ("<opml><body><outline", "can't be read"),
        ("", "can't be read"),
        ("not xml", "can't be read"),
        ("<rss/>", "no element opml"),
        ('<?xml version="1.0" encoding="rot13"?><opml/>', "can't be read"),
        (b"\xff\xfe\x00", "can't be read"),
        (b"<opml>" + b" " * (6 << 20) + b"</opml>", "allowed: at most"),
    ],
)
def test_a_hostile_file_is_refused_in_one_line(tmp_path: Path, body: str | bytes, said: str) -> None:
    began = time.monotonic()

    with pytest.raises(CatalogueError, match=said) as refused:
        read_opml(_file(tmp_path, body))

    assert "\n" not in str(refused.value)
    assert time.monotonic() - began < 2


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="can't be read"):
        read_opml(tmp_path)


def test_more_feeds_than_anybody_reads_are_told_of(tmp_path: Path) -> None:
    many = _opml(*(_outline(f"https://x{n}.example/rss") for n in range(MAX_FEEDS + 5)))

    listed = read_opml(_file(tmp_path, many))

    assert len(listed.feeds) == MAX_FEEDS
    assert len(listed.problems) == 5


def test_titles_of_others_write_nothing_of_their_own_into_a_file(tmp_path: Path) -> None:
    evil = "&quot;&#10;slug = &quot;x&quot;&#10;[[channels]] &#x202e; &#8232; end"
    imported = drafts_of(
        read_opml(_file(tmp_path, _opml(_outline("https://x.example/rss", evil)))).feeds, [], source="a\nb = 1"
    )

    (draft,) = imported.drafts.values()

    assert draft_text(draft).count("\n[[channels]]") == 1
    assert draft_text(draft).splitlines()[0] == (
        "# Imported from a b = 1; nothing of it was asked yet: `parallax check` tries it."
    )


@pytest.mark.parametrize("host", ["-liman.example", ".example", "a..example", f"{'x' * 70}.example"])
def test_a_host_that_no_outlet_can_have_costs_its_own_feed_alone(tmp_path: Path, host: str) -> None:
    opml = _opml(
        _outline(f"https://{host}/rss", "Pis"),
        _outline("https://liman.example/rss", "Liman", f"https://{host}/"),
        _outline("https://dag.example/rss", "Dağ"),
    )
    imported = drafts_of(read_opml(_file(tmp_path, opml)).feeds, [], source="feeds.opml")

    assert sorted(imported.drafts) == ["dag", "liman"]
    assert [draft_text(draft) for draft in imported.drafts.values()]
    assert imported.left_out == (f"https://{host}/rss has a host that no outlet can have",)


def test_a_channel_of_youtube_that_is_known_by_its_id_is_left_out(tmp_path: Path) -> None:
    known, new = "UCztIohlYx63yMJzcRTF18IA", "UC0123456789abcdefghijkl"
    feed = "https://www.youtube.com/feeds/videos.xml?"
    urls = (
        f"{feed}channel_id={known}",
        f"{feed}user=Kanal13AZ",
        f"{feed}channel_id={new}",
        f"{feed}a=b&amp;channel_id={new}",
    )
    opml = _opml(*(_outline(url, f"Kanal {number}") for number, url in enumerate(urls)))
    imported = drafts_of(read_opml(_file(tmp_path, opml)).feeds, [load_catalogue()], source="feeds.opml")

    assert [draft.channels[0]["channel_id"] for draft in imported.drafts.values()] == [new]
    assert [said.partition(" ")[2] for said in imported.left_out] == [
        "belongs to toplum-tv, which is in the catalogue",
        "belongs to kanal13, which is in the catalogue",
        "is another spelling of a feed of this file",
    ]


def test_an_address_of_any_length_may_stand_for_a_name(tmp_path: Path) -> None:
    url = f"https://www.youtube.com/feeds/videos.xml?{'y' * 1500}&amp;user=kanal"
    imported = drafts_of(read_opml(_file(tmp_path, _opml(_outline(url, "")))).feeds, [], source="feeds.opml")

    assert [draft_text(draft) for draft in imported.drafts.values()]


def test_what_never_ends_is_read_to_its_bound() -> None:
    with pytest.raises(CatalogueError, match="allowed: at most"):
        read_opml(Path("/dev/zero"))
