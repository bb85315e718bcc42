"""Sections, footnotes, kinds and parts of pages."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.extract.article import extract_article
from crawler.extract.parts import MAX_PARTS, joined
from domain.extraction import ArticleKind, Extraction, Section, TextPart
from domain.outlet import PageHints

URL = "https://haqq.example/report/2024/10/08/quiet"
PROSE = (
    "The regional court in the port town of Sahil closed its doors to the public on the first morning of the hearing, "
    "and the lawyers of the three defendants were told that the list of witnesses had been shortened overnight."
)
MORE = (
    "Relatives said that letters had not arrived for five weeks. The administration of the prison answered that the "
    "post was late because of the weather, which had been mild and dry for most of the month in question."
)


def read(body: str, *, url: str = URL, title: str = "Behind closed doors", head: str = "") -> Extraction:
    page = (
        f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title>"
        f"<meta property='og:type' content='article'>{head}</head>"
        f"<body><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    )
    return extract_article(
        page.encode(),
        url=url,
        content_type="text/html",
        hints=PageHints(),
        zone=ZoneInfo("UTC"),
        now=datetime(2026, 3, 2, tzinfo=UTC),
    )


def test_headings_of_the_text_are_sections_and_those_beside_it_are_not() -> None:
    found = read(
        f"<h2>Hearings</h2><p>{PROSE}</p><h3>Letters</h3><p>{MORE}</p><aside class='related'><h2>Read more</h2></aside>"
    )

    assert found.text == f"Hearings\n\n{PROSE}\n\nLetters\n\n{MORE}"
    assert found.sections == (Section(1, "Hearings", 0), Section(2, "Letters", len(f"Hearings\n\n{PROSE}\n\n")))


WORD = """<p>{prose}<a href="#_ftn1" name="_ftnref1">[1]</a> {more}<a href="#_ftn2" name="_ftnref2">[2]</a></p>
<div><div id="ftn1"><p><a href="#_ftnref1" name="_ftn1">[1]</a> Letter on file.</p></div>
<div id="ftn2"><p><a href="#_ftnref2" name="_ftn2">[2]</a> Interview, 3 May.</p></div></div>"""
MARKDOWN = """<p>{prose}<sup id="fnref:1"><a href="#fn:1" class="footnote-ref">1</a></sup> {more}<sup id="fnref:2"><a
href="#fn:2">2</a></sup></p><section class="footnotes"><h2>Footnotes</h2><ol><li id="fn:1"><p>Letter on file. <a
href="#fnref:1">↩︎</a></p></li><li id="fn:2"><p>Interview, 3 May. <a href="#fnref:2">↩︎</a></p></li></ol></section>"""
PLAIN = """<p>{prose}<a href="#note1"><sup>1</sup></a> {more}<a href="#note2"><sup>2</sup></a></p><hr>
<p id="note1">1. Letter on file.</p><p id="note2">2. Interview, 3 May.</p>"""
NAMED_LIST = """<p>{prose}<a class="see" href="#edn1" id="r1">1</a> {more}<a href="#edn2" id="r2">2</a></p>
<h3>Qeydlər</h3><ul class="endnotes"><li><a name="edn1"></a><a href="#r1">1</a> Letter on file.</li>
<li><a name="edn2"></a><a href="#r2">2</a> Interview, 3 May.</li></ul>"""


@pytest.mark.parametrize("form", [WORD, MARKDOWN, PLAIN, NAMED_LIST], ids=["word", "markdown", "plain", "list"])
def test_footnotes_stand_apart_and_their_marks_are_gone(form: str) -> None:
    found = read(form.format(prose=PROSE, more=MORE))

    assert found.text == f"{PROSE} {MORE}"
    assert found.footnotes == ("1 Letter on file.", "2 Interview, 3 May.")
    assert found.sections == ()


def test_a_table_of_contents_and_numbers_that_are_links_are_no_footnotes() -> None:
    found = read(
        f"<ul><li><a href='#a'>1</a></li><li><a href='#b'>2</a></li></ul><h2 id='a'>Hearings</h2><p>{PROSE}</p>"
        f"<h2 id='b'>Letters</h2><p>{MORE}</p>"
    )

    assert found.footnotes == ()
    assert PROSE in (found.text or "")
    assert MORE in (found.text or "")


def test_a_page_of_marks_that_all_lead_to_one_block_is_read_in_time() -> None:
    marks = "".join(f"<a id='r{n}' href='#n'>{n}</a> word " for n in range(2_000))

    found = read(f"<p>{PROSE}</p><p>{marks}</p><p id='n'>{MORE}<a href='#r1'>back</a></p>")

    assert PROSE in (found.text or "")


def _report(*, notes: int, path: str) -> ArticleKind:
    paragraphs = ["".join(f"<p>{n}.{at} {PROSE}</p>" for at in range(12)) for n in range(6)]
    sections = "".join(f"<h2>Part {n}</h2>{body}" for n, body in enumerate(paragraphs))
    marks = "".join(f"<a href='#fn{n}' id='r{n}'>{n}</a>" for n in range(notes))
    kept = "".join(f"<p id='fn{n}'>{n} Letter {n} on file. <a href='#r{n}'>↩</a></p>" for n in range(notes))
    return read(f"{sections}<p>{MORE}{marks}</p>{kept}", url=f"https://haqq.example{path}").kind


def test_a_long_text_in_sections_is_a_report_where_it_has_notes_or_says_so() -> None:
    assert _report(notes=6, path="/a/quiet") is ArticleKind.REPORT
    assert _report(notes=0, path="/report/2024/quiet") is ArticleKind.REPORT
    assert _report(notes=0, path="/gifts/72-best") is ArticleKind.ARTICLE


ENTRIES = "".join(f"<p>{17 - n}:0{n} {PROSE}</p>" for n in range(5))


@pytest.mark.parametrize(
    ("title", "body", "kind"),
    [
        ("LIVE: council votes", ENTRIES, ArticleKind.LIVE_BLOG),
        ("Seçki günü: canlı yayım", ENTRIES, ArticleKind.LIVE_BLOG),
        ("Выборы: онлайн-трансляция", ENTRIES, ArticleKind.LIVE_BLOG),
        ("Seçim gecesi dakika dakika", ENTRIES, ArticleKind.LIVE_BLOG),
        ("Council votes", f"<div class='page liveblog'>{ENTRIES}</div>", ArticleKind.LIVE_BLOG),
        ("How the fire spread: a timeline", ENTRIES, ArticleKind.ARTICLE),
        ("LIVE: council votes", f"<p>{PROSE}</p><p>{MORE}</p>", ArticleKind.ARTICLE),
        ("5 mart: günün xəbərləri", ENTRIES, ArticleKind.DAY_PAGE),
        ("Главное за день, 5 марта: новости дня", ENTRIES, ArticleKind.DAY_PAGE),
        ("Günün özeti", "".join(f"<h3>Konu {n}</h3><p>{PROSE}</p>" for n in range(5)), ArticleKind.DAY_PAGE),
        ("News digest, 5 March", f"<p>{PROSE}</p><p>{MORE}</p>", ArticleKind.ARTICLE),
    ],
)
def test_live_blogs_and_pages_of_a_day_are_marked(title: str, body: str, kind: ArticleKind) -> None:
    assert read(body, title=title, url="https://haqq.example/a/1").kind is kind


PAGED = "https://lerik.example/az/cayla-on-bir-gun"


@pytest.mark.parametrize(
    ("url", "links", "part"),
    [
        (PAGED, f"<a href='{PAGED}?page=2'>2</a>", TextPart(1, f"{PAGED}?page=2", None)),
        (PAGED, "<a href='/az/cayla-on-bir-gun/page/2/'>Növbəti</a>", TextPart(1, f"{PAGED}/page/2/", None)),
        (f"{PAGED}/", "<a href='2/'>2</a>", TextPart(1, f"{PAGED}/2/", None)),
        (f"{PAGED}.html", "<a href='cayla-on-bir-gun_2.html'>2</a>", TextPart(1, f"{PAGED}_2.html", None)),
        (
            f"{PAGED}?page=2",
            f"<a href='{PAGED}'>1</a> <a href='{PAGED}?page=3'>3</a>",
            TextPart(2, f"{PAGED}?page=3", PAGED),
        ),
        (f"{PAGED}?page=3", f"<a href='{PAGED}?page=2'>2</a>", TextPart(3, None, PAGED)),
        (f"{PAGED}?page=3", "", None),  # nothing leads back: it stands for itself
        (PAGED, "<a rel='next' href='/az/another-article'>Next article</a>", None),
        (PAGED, f"<div class='comments'><a href='{PAGED}?page=2'>2</a></div>", None),
        (PAGED, f"<a href='{PAGED}'>Share</a>", None),
        ("https://lerik.example/2026/03", "<a href='/2026/03/2'>2</a>", None),
    ],
)
def test_a_part_is_known_by_an_address_that_differs_in_its_number_alone(
    url: str, links: str, part: TextPart | None
) -> None:
    assert read(f"<p>{PROSE}</p><p>{MORE}</p><div class='pager'>{links}</div>", url=url).part == part


def test_the_head_s_link_to_the_next_page_counts() -> None:
    found = read(f"<p>{PROSE}</p>", url=PAGED, head=f"<link rel='next' href='{PAGED}?page=2'>")

    assert found.part == TextPart(1, f"{PAGED}?page=2", None)


def test_parts_are_joined_without_what_each_repeats() -> None:
    standfirst, author = (
        "Eleven days along the river, told in three parts by one who walked.",
        "The author lives in Lerik.",
    )
    one = Extraction(
        outcome=read(f"<p>{PROSE}</p>").outcome,
        extractor="x",
        title="River",
        text="\n\n".join((standfirst, "Source", PROSE, "Page 1 of 2", author)),
        sections=(Section(1, "Source", len(standfirst) + 2),),
        links=("https://a.example/",),
    )
    text = "\n\n".join((standfirst, "Mouth", MORE, "2 / 2", author))
    two = Extraction(
        one.outcome, "x", title="River, 2", text=text, sections=(Section(1, "Mouth", len(standfirst) + 2),)
    )

    whole = joined([one, two])

    assert whole.text == "\n\n".join((standfirst, "Source", PROSE, author, "Mouth", MORE))
    assert whole.title == "River"
    assert [(s.title, (whole.text or "")[s.start :].startswith(s.title)) for s in whole.sections] == [
        ("Source", True),
        ("Mouth", True),
    ]
    assert MAX_PARTS >= 10
