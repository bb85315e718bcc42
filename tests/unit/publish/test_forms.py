"""Each form of the digest: complete, harmless whatever the headlines hold, and in plain words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html
from markdown_it import MarkdownIt

from domain.errors import StorageError
from publish.digest.build import build_digest
from publish.digest.html import digest_html
from publish.digest.json import digest_from_json, digest_json, digest_json_schema
from publish.digest.markdown import digest_markdown
from publish.digest.markdown_escape import escaped
from publish.digest.model import Digest, UnseenKind
from publish.digest.safe import columns_of, one_line
from publish.digest.text import digest_text
from storage.digest_facts import AlertFact, ArticleFact, MentionFact
from tests.unit.publish.hand_made import (
    BAKU,
    DAY,
    HEADLINES,
    HOSTILE_TITLES,
    MADE_AT,
    at,
    empty_digest,
    full_digest,
    full_source,
)

FORMS = {"text": digest_text, "markdown": digest_markdown, "html": digest_html, "json": digest_json}
NEVER_SAID = (
    "coordinated", "campaign", "copied", "ignored", "censored", "hid ", "no data", "n/a", "deleted", "taken down",
    "stealth", "propaganda", "biased", "reliable", "proves that", "hits",
)  # fmt: skip
VOID = {"meta", "br", "img", "input", "link", "hr"}


class Nesting(HTMLParser):
    """Follows open elements; a close that does not fit the last open one is an error."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.errors: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if len(dict(attrs)) != len(attrs):
            self.errors.append(f"<{tag}> has an attribute twice")
        if tag in {"p", "h2", "h3", "h4"} and "p" in self.open:
            self.errors.append(f"<{tag}> inside <p>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.errors.append(f"</{tag}> at {self.getpos()}")


def parsed(page: str) -> Nesting:
    nesting = Nesting()
    nesting.feed(page)
    nesting.close()
    return nesting


@pytest.fixture(scope="module", params=["full", "empty"])
def page(request: pytest.FixtureRequest) -> str:
    return digest_html(full_digest() if request.param == "full" else empty_digest())


def test_the_page_is_well_nested(page: str) -> None:
    nesting = parsed(page)
    assert nesting.errors == []
    assert nesting.open == []


def test_the_page_loads_nothing_and_runs_nothing(page: str) -> None:
    nesting = parsed(page)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(nesting.tags)
    for tag, name, value in nesting.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in {"src", "srcset", "xlink:href", "action", "poster", "background"}, (tag, name)
        if name == "href":
            assert tag == "a"
            assert value.startswith(("#", "https://", "http://"))
        assert "url(http" not in value.replace(" ", "")
    style = page[page.index("<style>") : page.index("</style>")]
    assert "@import" not in style
    assert re.search(r"url\(", style) is None


def test_every_link_into_the_page_has_its_target_and_every_id_is_there_once(page: str) -> None:
    nesting = parsed(page)
    ids = Counter(value for _, name, value in nesting.attributes if name == "id")
    assert [one for one, number in ids.items() if number > 1] == []
    targets = {
        value[1:] for tag, name, value in nesting.attributes if tag == "a" and name == "href" and value[0] == "#"
    }
    assert targets <= set(ids)
    labels = {
        v for _, name, value in nesting.attributes if name in {"aria-labelledby", "aria-describedby"} for v in [value]
    }
    assert labels <= set(ids)


def test_the_page_has_one_first_heading_landmarks_and_a_language(page: str) -> None:
    nesting = parsed(page)
    assert (nesting.tags["h1"], nesting.tags["main"], nesting.tags["header"], nesting.tags["footer"]) == (1, 1, 1, 1)
    assert ("html", "lang", "en") in nesting.attributes
    assert ("a", "class", "skip") in nesting.attributes


def test_every_number_of_the_tables_leads_to_its_rows() -> None:
    tree = lxml_html.fromstring(digest_html(full_digest()))
    for row in tree.cssselect("table.glance tbody tr"):
        assert len(row.cssselect("a.n")) == 4
    for link in tree.cssselect("a.n"):
        if link.get("href", "").startswith("#rows-"):
            (target,) = tree.cssselect(link.get("href").replace(".", "\\."))
            assert target.xpath("ancestor::details[@class='rows']")
            assert re.search(r"parallax (export|removals) ", target.text_content())


def test_foreign_text_carries_its_language() -> None:
    tree = lxml_html.fromstring(digest_html(full_digest()))
    for _number, _outlet, language, title, *_ in HEADLINES:
        (headline,) = [one for one in tree.cssselect("p.hl") if one.text_content() == title]
        assert headline.get("lang") == language


def test_matched_words_are_marked() -> None:
    tree = lxml_html.fromstring(digest_html(full_digest()))
    marked = {one.text_content() for one in tree.cssselect("p.said mark")}
    assert {"balıqların", "рыбы", "balık", "fish"} <= marked


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_a_hostile_headline_is_shown_as_the_words_it_is(title: str) -> None:
    tree = lxml_html.fromstring(digest_html(full_digest()))
    shown = one_line(title) or "(no headline)"
    assert shown in [one.text_content() for one in tree.cssselect("p.hl")]


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_plain_forms_hold_no_control_character(name: str) -> None:
    shown = FORMS[name](full_digest())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize("name", FORMS)
def test_titles_in_four_languages_stand_in_every_form(name: str) -> None:
    shown = FORMS[name](full_digest())
    for *_, title, _absent, _seen, _stated in HEADLINES:
        if name == "text":
            assert " ".join(title.split()) in " ".join(shown.split())
        else:
            assert title in shown


@pytest.mark.parametrize("name", FORMS)
def test_what_was_not_seen_stands_above_any_claim_of_silence(name: str) -> None:
    shown = FORMS[name](full_digest())
    if name == "json":
        assert shown.index('"unseen"') < shown.index('"is_claimed"')
        return
    assert shown.lower().index("what we could not see") < shown.index("No article seen")


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_words_that_claim_too_much_are_never_said(name: str) -> None:
    source = full_source()
    source.article_facts = [fact for fact in source.article_facts if fact.article_id < 100]
    shown = FORMS[name](build_digest(source, day=DAY, zone=BAKU, now=MADE_AT))
    body = shown[shown.index("<main") :] if name == "html" else shown
    for word in NEVER_SAID:
        assert not re.search(rf"\b{re.escape(word)}", body.lower()), word


@pytest.mark.parametrize("width", [80, 100, 120])
def test_lines_of_text_keep_to_the_width_but_for_addresses_and_commands(width: int) -> None:
    for line in digest_text(full_digest(), width=width).splitlines():
        if not line.lstrip().startswith(("http", "parallax ")):
            assert columns_of(line) <= width, line


def test_markdown_has_no_live_markup_of_others() -> None:
    shown = digest_markdown(full_digest())
    assert "<script" not in shown
    assert "<img" not in shown
    assert re.search(r"(?<!\\)\]\(javascript", shown) is None
    assert "(<https://dag-xeber.example/x/100?q=%3Cscript%3E>)" in shown


@given(st.text(alphabet=st.sampled_from("\\`*_[]()<>&#|~$@!-+=1.\n x"), max_size=40))
def test_escaped_markdown_reads_back_as_the_words_it_was(text: str) -> None:
    shown = escaped(text)
    for name, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        assert character not in shown.replace("&lt;", "").replace("&gt;", "").replace("&amp;", "")
        shown = shown if name == "&amp;" else shown.replace(name, character)
    assert re.sub(r"\\([\\`*_\[\]|~$#@+=\-.):])", r"\1", shown.replace("&amp;", "&")) == one_line(text)


def test_json_gives_the_digest_again() -> None:
    for digest in (full_digest(), empty_digest()):
        assert digest_from_json(digest_json(digest)) == digest


def test_json_of_another_schema_is_refused() -> None:
    with pytest.raises(StorageError, match="schema version 99"):
        digest_from_json(digest_json(empty_digest()).replace('"schema_version": 3', '"schema_version": 99'))
    with pytest.raises(StorageError, match="can't be read"):
        digest_from_json("{}")


def test_a_digest_kept_in_the_first_form_is_read_and_claims_no_more_than_it_did() -> None:
    gap = replace(full_digest().unseen[0], kind=UnseenKind.GAP, is_caught_up=False)
    kept = digest_json(replace(full_digest(), unseen=(gap, replace(gap, is_caught_up=True)), schema_version=1))

    assert [one.is_caught_up for one in digest_from_json(kept).unseen] == [None, True]


def test_the_json_schema_names_every_part() -> None:
    schema = digest_json_schema()
    assert {"day", "unseen", "glance", "topics", "edits", "removals", "evidence", "schema_version"} <= set(
        schema["properties"]
    )


def with_title(title: str) -> Digest:
    source = full_source()
    source.article_facts = [
        ArticleFact(
            1, "dag-xeber", "https://dag-xeber.example/1", at("10:00"), at("09:50"), title, "az", None, 1, "0" * 64
        )
    ]
    source.mention_facts = [MentionFact("environment", 1, title, (), is_title=True)]
    source.edit_facts, source.removal_facts = [], []
    return build_digest(source, day=DAY, zone=BAKU, now=MADE_AT)


@settings(max_examples=40)
@given(st.text(max_size=60))
def test_no_headline_breaks_any_form(title: str) -> None:
    digest = with_title(title.encode("utf-8", "replace").decode())
    nesting = parsed(digest_html(digest))
    assert nesting.errors == []
    assert nesting.tags["h1"] == 1
    digest_text(digest)
    digest_markdown(digest)
    assert digest_from_json(digest_json(digest)) == digest


def rendered(markdown: str) -> str:
    """The Markdown as a forge renders it: tables, struck words, and HTML let through, to see what would get through."""
    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown))


def test_rendered_markdown_holds_the_headlines_as_words_and_no_link_but_ours() -> None:
    digest = full_digest()
    tree = lxml_html.fromstring(rendered(digest_markdown(digest)))
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert not {"script", "img", "i", "html"} & (tags - {"div"})
    words = " ".join(tree.text_content().split())
    for title in HOSTILE_TITLES:
        assert one_line(title) in words
    ours = {article.url for section in digest.topics for article in (*section.articles, *section.unknown)}
    ours |= {change.url for change in (*digest.edits, *digest.removals)}
    assert {link.get("href") for link in tree.cssselect("a")} <= ours


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from("\\`*_[]()<>&#|~$@!-+=1.:/w \n\tə"), max_size=40))
def test_escaped_words_are_rendered_as_the_words_they_are(text: str) -> None:
    page = rendered(f"- **x**, {escaped(text)}\n")
    tree = lxml_html.fromstring(page)
    assert " ".join(tree.text_content().split()) == f"x, {one_line(text)}".strip()
    assert rendered(escaped(text)).count("<") <= 2


def test_hours_that_are_still_to_come_are_not_drawn_as_seen() -> None:
    digest = build_digest(full_source(), day=DAY, zone=BAKU, now=at("12:00"))
    tree = lxml_html.fromstring(digest_html(digest))
    assert {rect.get("width") for rect in tree.cssselect("svg.bar rect[opacity]")} == {"50.0%"}
    assert "before the day was over" in tree.cssselect(".dateline")[0].text_content()


def _with_alert() -> Digest:
    source = full_source()
    said = "Paytaxt 24: 7 of its last 9 pages gave no text, usually 1 in 100"
    source.alert_facts.append(AlertFact("paytaxt-24", "redesign", said, at("14:00"), at("18:30")))
    source.alert_facts.append(AlertFact("notebook", "silent", "Ledger <b>*rests*</b>", at("09:00", day=-1), None))
    source.alert_facts.append(AlertFact("nobody", "silent", "An outlet that is not watched", at("09:00"), None))
    return build_digest(source, day=DAY, zone=BAKU, now=MADE_AT)


@pytest.mark.parametrize("form", FORMS)
def test_what_the_watch_noticed_stands_with_what_could_not_be_seen(form: str) -> None:
    told = FORMS[form](_with_alert())

    assert "7 of its last 9 pages gave no text" in " ".join(told.split())
    assert "An outlet that is not watched" not in told
    if form != "json":
        assert "since 14:00 until 18:30" in " ".join(told.split())
    assert form != "html" or "<b>*rests*</b>" not in told


def test_a_digest_kept_before_the_watch_was_can_still_be_read() -> None:
    digest = full_digest()
    document = digest_json(digest).replace(',\n  "noticed": []', "")

    assert '"noticed"' not in document
    assert digest_from_json(document) == digest
