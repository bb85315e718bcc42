"""Two outlets on loopback with documents and long texts: what each address answers, and what must come out of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from tests.kinds.documents import texts
from tests.kinds.documents.texts import Truth
from tests.pdf_maker import PdfPage, broken, pdf

MEDIA = "lerik.example"
WATCH = "haqq.example"
REPORT_PATH = "/report/2024/10/08/we-learned-to-be-quiet/prosecution-of-those-who-write-film-and-print"
RELEASE_PATH = "/news/2024/10/08/thirty-three-prosecuted-for-their-work"
UPLOADS = "/en/wp-content/uploads/2021/05"
PDF_PATH = f"{UPLOADS}/ABC1200442017ENGLISH.pdf"
PARTS_PATH = "/az/reportaj/cayla-on-bir-gun"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answers."""

    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that gives no text: its reading, and what its error says."""

    reading: str
    error: str


HTML = "text/html; charset=utf-8"


def _page(title: str, body: str, *, head: str = "", lang: str = "en", author: str = "") -> Answer:
    byline = f'<div class="byline">By <a rel="author" href="/authors/x">{escape(author)}</a></div>' if author else ""
    return Answer(
        HTML,
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>'
        f'<body><header><nav><a href="/">Home</a> <a href="/about">About</a></nav></header><main><article>'
        f"<h1>{escape(title)}</h1>{byline}{body}</article></main>"
        "<footer><p>© The outlet, invented.</p></footer></body></html>".encode(),
    )


def _published(at: str) -> str:
    return f'<meta property="og:type" content="article"><meta property="article:published_time" content="{at}">'


def _paragraphs(paragraphs: Sequence[str]) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)


def _plain(truth: Truth, lang: str = "en", body: str | None = None) -> Answer:
    assert truth.published is not None
    head = _published(truth.published)
    author = truth.authors[0] if truth.authors else ""
    return _page(truth.title, body or _paragraphs(truth.paragraphs), head=head, lang=lang, author=author)


def _short_news() -> Answer:
    truth = texts.SHORT_NEWS
    body = f'<div class="date">Published: 27 February 2023</div>{_paragraphs(truth.paragraphs)}'
    return _page(truth.title, body, head='<meta property="og:type" content="article">')


def _report() -> Answer:
    """Headings, paragraphs with marks of notes in them, and the notes at the end, as an office program writes them."""
    truth = texts.REPORT
    levels = {title: level + 1 for level, title in truth.sections}
    body, mark = [], 0
    for paragraph in truth.paragraphs[1:]:
        if paragraph in levels:
            body.append(f"<h{levels[paragraph]}>{escape(paragraph)}</h{levels[paragraph]}>")
            continue
        note = ""
        if paragraph in texts.CASES and mark < len(truth.footnotes):
            mark += 1
            note = f'<a href="#_ftn{mark}" name="_ftnref{mark}"><sup>[{mark}]</sup></a>'
        body.append(f"<p>{escape(paragraph)}{note}</p>")
    notes = "".join(
        f'<div id="ftn{n}"><p><a href="#_ftnref{n}" name="_ftn{n}">[{n}]</a> {escape(note.partition(" ")[2])}</p></div>'
        for n, note in enumerate(truth.footnotes, start=1)
    )
    contents = "".join(f'<li><a href="#s{n}">{escape(title)}</a></li>' for n, (_, title) in enumerate(truth.sections))
    subtitle = f'<p class="subtitle">{texts.REPORT_SUBTITLE}</p>'
    return _page(
        truth.title,
        f'{subtitle}<nav class="toc"><ol>{contents}</ol></nav><div class="report-body">{"".join(body)}</div>'
        f'<div class="footnotes">{notes}</div>',
    )


def _release() -> Answer:
    first, second, third = texts.RELEASE.paragraphs
    before, named, after = second.partition("“We Learned to Be Quiet”")
    linking = f'{escape(before)}<a href="{REPORT_PATH}">{named}</a>{escape(after)}'
    body = f"<p>{escape(first)}</p><p>{linking}</p><p>{escape(third)}</p>"
    return _plain(texts.RELEASE, body=body)


def _part(number: int) -> Answer:
    pager = "".join(
        f'<a href="{PARTS_PATH}{f"?page={n}" if n > 1 else ""}">{n}</a> '
        for n in range(1, len(texts.PARTS) + 1)
        if n != number
    )
    body = f'{_paragraphs(texts.PARTS[number - 1])}<div class="pager"><span>Səhifə {number} / 3</span> {pager}</div>'
    return _plain(texts.IN_PARTS, "az", body)


def _live() -> Answer:
    entries = "".join(
        f'<div class="entry"><p><time>{entry[:5]}</time> {escape(entry[6:])}</p></div>' for entry in texts.LIVE_ENTRIES
    )
    return _plain(texts.LIVE, body=f'<div class="live-blog">{entries}</div>')


def _day() -> Answer:
    headings = {title for _, title in texts.DAY.sections}
    body = "".join(f"<h3>{p}</h3>" if p in headings else f"<p>{escape(p)}</p>" for p in texts.DAY.paragraphs)
    return _plain(texts.DAY, "az", body)


def _statement() -> Answer:
    """Two pages under a running head, divided words, a note; made anew at its upload, and served as no PDF."""
    first, second = PdfPage(), PdfPage()
    first.put("HAQQ WATCH", 60, 780, 24, bold=True).put("PUBLIC STATEMENT", 60, 750, 14)
    first.put("Index: ABC 12/0044/2017", 60, 730, 9).put("14 February 2017", 60, 712, 9)
    first.put(texts.PDF.title, 60, 680, 18, bold=True)
    top = 640.0
    for paragraph in texts.PDF_BODY[:2]:
        lines = broken(paragraph, 80)
        first.lines(lines, 60, top)
        top -= 12 * (len(lines) + 1)
    first.put("1", 60 + 5 * 40, top + 28, 6)
    first.put("1", 60, 92, 5).put("Decision of the court of grave crimes, on file with Haqq Watch.", 66, 90, 8)
    lines = broken(texts.PDF_BODY[2].replace("sentence", "sen\u00adtence"), 80)
    second.lines(lines, 60, 760)
    for number, page in enumerate((first, second), start=1):
        page.put("Haqq Watch · Index: ABC 12/0044/2017", 60, 815, 7).put(f"{number}", 300, 40, 7)
    info = {"Title": "Microsoft Word - statement youth activists FINAL.doc", "Author": "user12"}
    return Answer("application/octet-stream", pdf(first, second, info=info | {"CreationDate": "D:20210511101500Z"}))


def _columns() -> Answer:
    """Two columns, drawn line by line across both; served as HTML."""
    page = PdfPage().put(texts.PDF_AZ.title, 60, 770, 18, bold=True)
    sides = [(broken(text, 44), x) for text, x in zip(texts.AZ_COLUMNS, (60, 320), strict=True)]
    for number in range(max(len(lines) for lines, _ in sides)):
        for lines, x in sides:
            if number < len(lines):
                page.put(lines[number], x, 720 - 12 * number)
    info = {"Title": "Sənəd1", "CreationDate": "D:20190305120000+04'00'", "ModDate": "D:20240101000000Z"}
    return Answer(HTML, pdf(page, info=info))


def _bomb() -> bytes:
    """A page of 2 GB, deflated to 2 MB."""
    packer = zlib.compressobj(9)
    packed = (
        b"".join(packer.compress(b"BT /F1 9 Tf 20 700 Td (x) Tj ET " * 30_000) for _ in range(2_000)) + packer.flush()
    )
    whole = pdf(PdfPage(), packed=False)
    empty = b"<</Length 0>>\nstream\n\nendstream"
    return whole.replace(empty, b"<</Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(packed), packed))


PAGES: dict[tuple[str, str], tuple[Callable[[], Answer], Truth | Unread | None]] = {
    (MEDIA, "/deputy-speaker-mocks-exiled-blogger/"): (lambda: _plain(texts.ARTICLE), texts.ARTICLE),
    (MEDIA, PARTS_PATH): (lambda: _part(1), texts.IN_PARTS),
    (MEDIA, f"{PARTS_PATH}?page=2"): (lambda: _part(2), None),
    (MEDIA, f"{PARTS_PATH}?page=3"): (lambda: _part(3), None),
    (MEDIA, "/live/sahil-council-votes/"): (_live, texts.LIVE),
    (MEDIA, "/az/gun/2026-02-19-xulase/"): (_day, texts.DAY),
    (WATCH, "/en/news/jailed-activists-private-pictures"): (_short_news, texts.SHORT_NEWS),
    (WATCH, RELEASE_PATH): (_release, texts.RELEASE),
    (WATCH, REPORT_PATH): (_report, texts.REPORT),
    (WATCH, PDF_PATH): (_statement, texts.PDF),
    (WATCH, "/files/2024/01/qapi-arxasinda.pdf"): (_columns, texts.PDF_AZ),
    (WATCH, "/files/scan.pdf"): (
        lambda: Answer("application/pdf", pdf(PdfPage().picture(), PdfPage().picture())),
        Unread("scanned", "scanned: 2 of 2 pages are pictures without text"),
    ),
    (WATCH, "/files/locked.pdf"): (
        lambda: Answer("application/pdf", pdf(PdfPage().put("Nobody sees this.", 60, 700), password=True)),
        Unread("encrypted", "the document asks for a password"),
    ),
    (WATCH, "/files/form.pdf"): (
        lambda: Answer("application/pdf", pdf(PdfPage().put("Name: ______", 60, 700))),
        Unread("no_article", "the document (1 page) holds 12 characters of text"),
    ),
    (WATCH, "/files/cut.pdf"): (
        lambda: Answer("application/pdf", pdf(PdfPage().put("Cut.", 60, 700))[:300]),
        Unread("unreadable", "the document is damaged"),
    ),
    (WATCH, "/files/bomb.pdf"): (
        lambda: Answer("application/pdf", _bomb()),
        Unread("too_large", "needs more memory than a worker may have"),
    ),
}  # fmt: skip


def feed_of(host: str) -> Answer:
    """What the outlet lists: all but the further parts."""
    items = "".join(
        f"<item><title>Item {n}</title><link>{escape(path)}</link></item>"
        for n, ((owner, path), (_, truth)) in enumerate(PAGES.items())
        if owner == host and truth is not None
    )
    return Answer(
        "application/rss+xml", f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()
    )


def answer(host: str, path: str) -> Answer | None:
    """What ``host`` answers at ``path``; None: there is nothing."""
    if path == "/robots.txt":
        return Answer("text/plain", b"User-agent: *\nAllow: /\n")
    if path == "/feed":
        return feed_of(host)
    found = PAGES.get((host, path))
    return found[0]() if found else None


def catalogue_files(port: int) -> dict[str, str]:
    """The catalogue of the two outlets by file name."""
    watch = (
        "pdf_url = '^https?://haqq\\.example(?::\\d+)?/en/wp-content/uploads/\\d{4}/\\d{2}/(?P<region>[A-Z]{3})(?P<country>\\d{2})"
        "(?P<number>\\d{4})(?P<year>\\d{4})(?P<language>[A-Z]+)\\.pdf$'\npdf_id = '{region} {country}/{number}/{year}'"
    )
    return {
        "lerik-media.toml": _toml("lerik-media", "Lerik Media", MEDIA, port=port, zone="Asia/Baku", more=""),
        "haqq-watch.toml": _toml("haqq-watch", "Haqq Watch", WATCH, port=port, zone="UTC", more=watch),
    }


def _toml(slug: str, name: str, host: str, *, port: int, zone: str, more: str) -> str:
    return f"""slug = "{slug}"
name = "{name}"
home = "http://{host}:{port}/"
languages = ["az", "en"]
hosts = ["{host}:{port}"]
zone = "{zone}"
{more}

[[groups]]
group = "independent"
reason = "Invented."

[[channels]]
slug = "feed"
kind = "feed"
url = "http://{host}:{port}/feed"
evidence = "A"

[politeness]
delay_s = 0.0
timeout_s = 20.0
"""
