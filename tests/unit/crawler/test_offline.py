"""Files in, one result a file out, in their order, whatever is in them."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.offline import extract_files, parse_feed_files
from crawler.offline_lines import ExtractedFile, ParsedFeedFile
from domain.entry import ChannelReading, Entry, ParsedChannel
from domain.extraction import Extraction, ExtractionOutcome
from domain.outlet import Outlet, PageHints
from domain.times import Precision, StatedTime, TimeSource
from tests.pdf_maker import PdfPage, pdf

BAKU = ZoneInfo("Asia/Baku")
NOW = datetime(2026, 9, 14, 12, 0, tzinfo=UTC)
SENTENCES = " ".join(
    f"Şəhərin {n} küçəsində bu gün təmir işləri davam etdirilib və sakinlər məlumatlandırılıb." for n in range(12)
)
ARTICLE = f"""<!doctype html><html lang="az"><head><title>Küçələr təmir olunur</title>
<meta property="og:title" content="Küçələr təmir olunur"><meta property="og:type" content="article">
<meta property="article:published_time" content="2026-09-01T10:00:00+03:00"></head>
<body><article><h1>Küçələr təmir olunur</h1><p>{SENTENCES}</p></article></body></html>"""
FEED = """<rss version="2.0"><channel><title>T</title><item><title>A</title><link>/a</link><guid>g</guid>
<description>&lt;b&gt;x&lt;/b&gt;</description>
<pubDate>Tue, 01 Sep 2026 10:00:00 +0300</pubDate></item></channel></rss>"""


def extracted(*paths: Path, **options: object) -> list[dict[str, object]]:
    results = extract_files(paths, zone=BAKU, now=NOW, **options)  # type: ignore[arg-type]
    return [json.loads(result.as_json()) for result in results]


def parsed(*paths: Path, **options: object) -> list[dict[str, object]]:
    results = parse_feed_files(paths, zone=BAKU, now=NOW, **options)  # type: ignore[arg-type]
    return [json.loads(result.as_json()) for result in results]


def test_an_article_is_one_line_with_every_key(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(ARTICLE, encoding="utf-8")
    (line,) = extracted(page, url="https://outlet.example/a")
    assert list(line) == (
        "file url title text authors published_at published_precision published_source modified_at language "
        "canonical_url outcome error kind sections footnotes pages scanned_pages".split()
    )
    assert line["file"] == str(page)
    assert (line["url"], line["title"]) == ("https://outlet.example/a", "Küçələr təmir olunur")
    assert (line["outcome"], line["error"]) == ("ok", None)
    assert (line["published_at"], line["published_precision"], line["published_source"]) == (
        "2026-09-01T10:00:00+03:00",
        "second",
        "meta",
    )
    assert "təmir işləri" in str(line["text"])


def test_a_feed_is_one_line_with_every_key(tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    feed.write_text(FEED, encoding="utf-8")
    (line,) = parsed(feed, url="https://outlet.example/")
    assert line == {
        "file": str(feed),
        "outcome": "ok",
        "error": None,
        "title": "T",
        "entries": [
            {
                "url": "https://outlet.example/a",
                "guid": "g",
                "title": "A",
                "summary": "x",
                "published_at": "2026-09-01T10:00:00+03:00",
                "updated_at": None,
                "authors": [],
            }
        ],
    }


def test_a_folder_stands_for_its_pages_sorted_at_any_depth(tmp_path: Path) -> None:
    for name in ("b.html", "a/z.html.gz", "a/b/c.html", "a.html", "x.txt", "a/y.json", ".hidden.html", "c.HTML"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(ARTICLE.encode()) if name.endswith(".gz") else ARTICLE.encode())
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.html")
    lines = extracted(tmp_path, tmp_path / "b.html")
    names = [str(Path(str(line["file"])).relative_to(tmp_path)) for line in lines]
    assert names == ["a/b/c.html", "a/z.html.gz", "a.html", "b.html", "c.HTML", "b.html"]
    assert {line["outcome"] for line in lines} == {"ok"}


def test_every_kind_of_bad_file_ends_in_its_outcome_and_stops_no_other(tmp_path: Path) -> None:
    packed = gzip.compress(ARTICLE.encode() * 50)
    files = {
        "good": ARTICLE.encode(),
        "cut.html.gz": packed[: len(packed) // 2],
        "broken.html.gz": packed[:40] + b"\x00" * 40 + packed[80:],
        "bomb.html.gz": gzip.compress(bytes(60 << 20)),
        "large.html": b"<p>" + b"x" * (11 << 20),
        "two.html.gz": gzip.compress(ARTICLE[:200].encode()) + gzip.compress(ARTICLE[200:].encode()) + b"\x00rest",
        "empty.html": b"",
        "named.html.gz": ARTICLE.encode(),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    paths = [*(tmp_path / name for name in files), tmp_path / "missing.html", Path("a\x00b")]
    outcomes = [line["outcome"] for line in extracted(*paths)]
    assert outcomes[:6] == ["ok", "unreadable", "unreadable", "too_large", "too_large", "ok"]
    assert outcomes[6] in {"no_article", "unreadable"}
    assert outcomes[7:] == ["ok", "unreadable", "unreadable"]


def test_a_feed_that_is_missing_or_too_large_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "bomb.xml.gz").write_bytes(gzip.compress(bytes(60 << 20)))
    lines = parsed(tmp_path / "missing.xml", tmp_path / "bomb.xml.gz")
    assert [(line["outcome"], bool(line["error"])) for line in lines] == [("not_a_feed", True), ("too_large", True)]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ('{"url": "https://outlet.example/noted"}', "https://outlet.example/noted"),
        ('{"url": "javascript:x"}', None),
        ('{"url": 5}', None),
        ("[1]", None),
        ('{"url": ', None),
        ("[" * 100_000, None),
        ("\x00\xff", None),
    ],
)
def test_a_note_beside_a_page_gives_its_address(tmp_path: Path, note: str, expected: str | None) -> None:
    (tmp_path / "a.b.html.gz").write_bytes(gzip.compress(ARTICLE.encode()))
    (tmp_path / "a.b.json").write_bytes(note.encode("latin-1"))
    assert [line["url"] for line in extracted(tmp_path)] == [expected]


def test_an_outlets_hints_zone_and_languages_apply_to_its_pages(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        ARTICLE.replace('content="2026-09-01T10:00:00+03:00"', 'content="2026-09-01 10:00"'), encoding="utf-8"
    )
    outlet = Outlet(
        "o", "O", (), zone="Europe/Prague", hosts=("outlet.example",), hints=PageHints(body_css=("article",))
    )
    results = extract_files([page], zone=BAKU, now=NOW, url="https://www.outlet.example/a", outlets=[outlet])
    (line,) = [json.loads(result.as_json()) for result in results]
    assert line["published_at"] == "2026-09-01T10:00+02:00"


def test_a_file_past_its_deadline_is_a_timeout(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (line,) = extracted(tmp_path / "pipe", deadline_s=1.0)
    assert line["outcome"] == "timeout"


def test_a_document_that_needs_too_much_memory_is_too_large_as_in_a_crawl(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"BT /F1 9 Tf 20 700 Td (x) Tj ET " * 30_000) for _ in range(600))
    stream = b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream"
    packed += packer.flush()
    bomb = pdf(PdfPage(), packed=False).replace(b"<</Length 0>>\nstream\n\nendstream", stream % (len(packed), packed))
    (tmp_path / "bomb.pdf").write_bytes(bomb)
    (line,) = extracted(tmp_path / "bomb.pdf")
    assert line["outcome"] == "too_large"


def test_the_outlets_name_is_no_title_of_its_document(tmp_path: Path) -> None:
    document = PdfPage().put("Sahil Watch", 60, 780, 30).put("A closed hearing", 60, 740, 20)
    document.paragraph(SENTENCES.replace("ə", "e"), 60, 700)
    (tmp_path / "a.pdf").write_bytes(pdf(document))
    outlet = Outlet("o", "Sahil Watch", (), hosts=("outlet.example",))
    (line,) = extracted(tmp_path / "a.pdf", url="https://outlet.example/a.pdf", outlets=[outlet])
    assert line["title"] == "A closed hearing"


def test_many_files_come_in_their_order_and_can_be_left_early(tmp_path: Path) -> None:
    paths = []
    for number in range(60):
        path = tmp_path / f"{number}.xml"
        path.write_text(FEED.replace(">T<", f">{number}<") + " " * (number % 7) * 10_000, encoding="utf-8")
        paths.append(path)
    assert [line["title"] for line in parsed(*paths)] == [str(number) for number in range(60)]
    results = parse_feed_files(iter(paths), zone=BAKU, now=NOW)
    assert [result.channel.title for result in islice(results, 3)] == ["0", "1", "2"]
    results.close()  # type: ignore[attr-defined]


def test_a_line_is_one_line_of_valid_utf_8() -> None:
    hostile = "a\ud800b\u2028c\x85d\ne"
    at = StatedTime(datetime(2026, 9, 1, tzinfo=BAKU), Precision.DAY, TimeSource.TEXT, "x")
    entry = Entry(url=None, title=hostile, published=at)
    feed = ParsedFeedFile(hostile, ParsedChannel(ChannelReading.OK, entries=(entry,), title=hostile))
    page = ExtractedFile(
        hostile, None, ExtractionOutcome.OK, extraction=Extraction(ExtractionOutcome.OK, "e/1", text=hostile)
    )
    for line in (feed.as_json(), page.as_json()):
        assert line.encode("utf-8").decode("utf-8") == line
        assert len(line.splitlines()) == 1
    assert json.loads(feed.as_json())["entries"][0]["published_at"] == "2026-09-01"
    assert json.loads(page.as_json())["text"] == "a\ufffdb\u2028c\x85d\ne"
