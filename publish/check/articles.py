"""What is wrong with the pages that were fetched and the texts that would be stored. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crawler.examine import Examined, SelectorSeen
from domain.outlet import Outlet
from outlets.platforms import is_post_address
from publish.check.dates import why_undated
from publish.check.looks import look_remark
from publish.check.model import ArticleCheck, PageCheck, Remark, Weight
from storage.trial_facts import TrialArticle, TrialPage

_FIRST_LINES_CHARS = 300
_SHORT_CHARS = 250  # a text so short is a teaser, most often
_REPEATED_CHARS = 40  # a shorter paragraph may well be in two articles
_SHOWN_CHARS = 60
_SEVERAL = 3  # texts that all hold a paragraph: it is the page's
_IT_IS_LISTED = "open it in a browser: an article that was taken down since, or a wrong link in the list"
_FOR_A_PAGE = {
    "not_found": _IT_IS_LISTED,
    "gone": _IT_IS_LISTED,
    "robots_disallowed": "it is obeyed, and such pages are not fetched: ask the outlet, or keep to what a feed carries",
}


def page_check(page: TrialPage, outlet: Outlet, examined: Examined, *, agent: str, now: datetime) -> PageCheck:
    """The page with what it gave and what is wrong with it."""
    remarks: list[Remark] = []
    last = page.looks[-1] if page.looks else None
    if last is not None:
        problem = look_remark(last, page.url, outlet, examined, agent=agent)
        if problem is not None:
            remarks.append(replace(problem, do=_FOR_A_PAGE.get(problem.code, problem.do)))
    article = article_check(page.article) if page.article is not None else None
    if page.article is not None and article is not None:
        remarks += text_remarks(page.article, article, outlet, now)
    return PageCheck(page.url, page.channel, page.title, _fetched(page), article, tuple(remarks))


def article_check(article: TrialArticle) -> ArticleCheck:
    """The text as it would be stored."""
    shown, revision = article.shown, article.shown.revisions[-1]
    return ArticleCheck(
        url=shown.url,
        title=revision.title,
        first_lines=_first_lines(revision.text),
        chars=len(revision.text),
        text_source=revision.text_source,
        published=shown.published.isoformat() if shown.published else None,
        published_precision=shown.published.precision.value if shown.published else None,
        published_source=shown.published.source.value if shown.published else None,
        language=shown.language,
        authors=revision.authors,
        topics=revision.topics,
        addresses=len(shown.addresses),
    )


def _fetched(page: TrialPage) -> str:
    """How it was fetched: each look's status, size and time."""
    said = []
    for look in page.looks:
        size = f", {look.body_bytes:,} bytes" if look.body_bytes is not None else ""
        to = f" → {look.redirect_to}" if look.redirect_to else ""
        said.append(f"{look.status or look.outcome.replace('_', ' ')}{size}, {look.seconds:.1f} s{to}")
    return "; ".join(said) or "not fetched yet"


def _first_lines(text: str) -> str:
    lines = " ".join(text.split())
    return lines if len(lines) <= _FIRST_LINES_CHARS else lines[: _FIRST_LINES_CHARS - 1].rstrip() + "…"


def text_remarks(article: TrialArticle, check: ArticleCheck, outlet: Outlet, now: datetime) -> Iterator[Remark]:
    """What one text lacks."""
    where = check.url
    is_post = is_post_address(where)  # short, most often, and without a headline
    if not check.title and not is_post:
        yield Remark(
            Weight.FAULT, "title_missing", where, "no headline was found", "name its element in hints.title_css"
        )
    yield from _date(article, check, now)
    if not is_post:
        yield from _length(check, outlet)
    if check.language and outlet.languages and check.language not in outlet.languages:
        what = f"the text is in {check.language}; the outlet's languages are {' '.join(outlet.languages)}"
        do = f"add {check.language} to languages, or find what else was taken for the text"
        yield Remark(Weight.FAULT, "language", where, what, do)
    if check.language is None:
        what = "the language could not be told"
        yield Remark(Weight.NOTE, "language_unknown", where, what, "topics of a language will not be looked for in it")


def _date(article: TrialArticle, check: ArticleCheck, now: datetime) -> Iterator[Remark]:
    published = article.shown.published
    if published is None:
        raw = article.published_raw
        what = f"the date is not believed: {why_undated(raw, now)}" if raw else "no publication date was found"
        do = "name its element in hints.date_css, and how it is written in hints.date_examples"
        yield Remark(Weight.FAULT, "date_unread" if raw else "date_missing", check.url, what, do)
    elif not article.is_dated and check.text_source == "page":
        raw = article.published_raw
        why = f" ({why_undated(raw, now)})" if raw else ""
        what = f"the page has no date that is believed{why}; the list's counts"
        do = "name its element in hints.date_css: what no list shows any more would have no date"
        yield Remark(Weight.NOTE, "date_of_list", check.url, what, do)
    elif published.at > now + timedelta(minutes=15):
        what = f"the date {check.published} lies ahead of now"
        yield Remark(
            Weight.FAULT, "date_ahead", check.url, what, "most likely a zone: the outlet's file names it in zone"
        )


def _length(check: ArticleCheck, outlet: Outlet) -> Iterator[Remark]:
    least = outlet.expectations.text_chars_min
    do = "look at the page: a teaser, a script that brings the text, or a wrong hints.body_css"
    if least is not None and check.chars < least:
        what = f"a text of {check.chars} characters; {least} or more are expected"
        yield Remark(Weight.FAULT, "text_short", check.url, what, do)
    elif least is None and check.chars < _SHORT_CHARS:
        yield Remark(Weight.NOTE, "text_short", check.url, f"a text of {check.chars} characters only", do)


def page_set_remarks(pages: Sequence[TrialPage], outlet: Outlet, examined: Examined) -> Iterator[Remark]:
    """What shows on several pages alone: selectors that match nothing, paragraphs that stand in each text."""
    seen = [
        examined.selectors[p.looks[-1].fetch_id]
        for p in pages
        if p.looks and p.looks[-1].fetch_id in examined.selectors
    ]
    yield from _selectors([selectors for selectors in seen if selectors], outlet)
    yield from _repeated([p.article for p in pages if p.article is not None], outlet)


def _selectors(seen: Sequence[tuple[SelectorSeen, ...]], outlet: Outlet) -> Iterator[Remark]:
    """A key of several selectors needs one that matches; each that never does is named."""
    if not seen:
        return
    matches: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for selectors in seen:
        for one in selectors:
            matches[one.key][one.selector] += one.matches > 0
    for key, by_selector in matches.items():
        for selector, pages in by_selector.items():
            if pages:
                continue
            others = any(by_selector.values())
            weight = Weight.NOTE if others or key in {"drop_css", "author_css"} or "." in key else Weight.FAULT
            what = f"{key} “{selector}” matches nothing on {len(seen)} of {len(seen)} pages"
            do = "look for the element's present name, or leave the selector out: most pages are read well without"
            yield Remark(weight, "selector", outlet.slug, what, do)


def _repeated(articles: Sequence[TrialArticle], outlet: Outlet) -> Iterator[Remark]:
    """Paragraphs that stand in two texts or more are the page's, not the article's."""
    texts = {a.shown.revisions[-1].text_sha256: a.shown.revisions[-1].text for a in articles}
    counted = Counter(
        paragraph
        for text in texts.values()
        for paragraph in {" ".join(p.split()) for p in text.split("\n\n")}
        if len(paragraph) >= _REPEATED_CHARS
    )
    repeated = [paragraph for paragraph, times in counted.most_common() if times > 1]
    if len({a.shown.article_id for a in articles}) > len(texts):
        what = "two articles have the very same text"
        yield Remark(
            Weight.FAULT, "same_text", outlet.slug, what, "something else than the text was read: see body_css"
        )
    elif repeated:
        shown = f"“{repeated[0][:_SHOWN_CHARS]}{'…' if len(repeated[0]) > _SHOWN_CHARS else ''}”"
        number = f"{len(repeated)} paragraphs stand" if len(repeated) > 1 else "1 paragraph stands"
        what = f"{number} in several texts, such as {shown}"
        is_everywhere = len(texts) >= _SEVERAL and counted[repeated[0]] == len(texts)
        weight = Weight.FAULT if is_everywhere else Weight.NOTE
        do = "where it is the page's and not the article's, name its element in hints.drop_css"
        yield Remark(weight, "boilerplate", outlet.slug, what, do)
