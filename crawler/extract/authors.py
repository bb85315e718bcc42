"""Who signed an article: names as printed, without roles, addresses and the outlet's own name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice

from crawler.extract.json_ld import Node, texts_of, types_of
from crawler.extract.markup import Page, collapse, select, text_of
from crawler.extract.titles import plain_key, site_names
from domain.outlet import PageHints
from text.clean import clean_text

_MAX_AUTHORS = 20
_MAX_BYLINE_CHARS = 120
_METAS = (
    "author",
    "article:author",
    "authors",
    "parsely-author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "sailthru.author",
    "citation_author",
    "og:article:author",
    "twitter:creator:name",
    "mediator_author",
)
_MARKUP = (  # words of which the source of a page must hold one, and what is looked for then
    ("itemprop", "[itemprop~=author] [itemprop~=name]"),
    ("itemprop", "[itemprop~=author]"),
    ("author", "a[rel~=author]"),
    (
        "author-name author__name authorName AuthorName",
        "[class*=author-name], [class*=author__name], [class*=authorName], [class*=AuthorName]",
    ),
    ("byline-name byline__name", "[class*=byline-name], [class*=byline__name]"),
    ("byline Byline", "[class~=byline] a, [class*=byline] a, [class*=Byline] a"),
    ("byline Byline", "[class~=byline], [class*=byline], [class*=Byline]"),
    ("submitted writer post-meta", "[class~=submitted], [class~=writer], [class*=post-meta] a[href*=author]"),
    ("/author/ /authors/", "a[href*='/author/'], a[href*='/authors/']"),
    ("author", "[class~=author], [class*=article-author], [class*=post-author], [class*=entry-author]"),
)
_BY = re.compile(
    r"^(?:(?:written|reported|story|posted|published|edited|text|words|analysis|opinion)\s+)?by\b[:\s]+|"
    r"^(?:author|authors|müəllif|müəlliflər|muəllif|hazırladı|yazdı|автор|авторы|yazar|yazan|haber)\s*:\s*",
    re.I,
)
_SPLIT = re.compile(r"\s*[;,|•·\n]\s*|\s+/\s+|\s+(?:and|və|ve|и|та|with|&)\s+|\s*&\s*", re.I)
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|staff|journalist|columnist|contributor|producer|associate|senior|chief|"
    r"photographer|fellow|director|manager|bureau|desk|newsroom|редактор|корреспондент|журналист|müxbir|redaktor|"
    r"jurnalist|muhabir|editör|admin|administrator|guest|sponsored|publisher|comments?|january|february|"
    r"march|april|june|july|august|september|october|november|december|posted|share|updated|published|"
    r"min read|minutes?)\b",
    re.I,
)
_NOT_NAME = re.compile(r"https?:|www\.|@|\d{2,}|[<>{}=]|\.(?:com|org|net|az|ru|tr)\b", re.I)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\w)@\w+")
_LEAD = re.compile(
    r"^(?:view all posts by|posts by|more (?:by|from)|about|see more by|все (?:статьи|материалы) автора)\s+", re.I
)
_AGENCY = re.compile(
    r"\b(?:the )?(?:associated press|reuters|afp|agence france.presse|bloomberg|tass|interfax|dpa|"
    r"anadolu(?: agency| ajansı)?|"
    r"тасс|интерфакс|риа новости|рейтер|apa|azərtac|azertac|turan|report\.az)\s*$",
    re.I,
)
_CREDENTIALS = re.compile(r"(?:\s+|^)(?:MD|M\.D\.|PhD|Ph\.D\.|MS|MSc|MA|MBA|RD|RDN|CPT|LDN|CDN|JD|Esq\.?)$")
_EDGES = " .,:;-–—|•·\"'“”«»"


def page_authors(page: Page, article: Node | None, *, hints: PageHints) -> tuple[str, ...]:
    """The names of the authors in the page's order; empty when it names none."""
    refused = site_names(page)
    for source in (_selected(page, hints), _stated(page, article), _marked_up(page), _searched(page)):
        for statements in source:
            names = author_names(statements, refused)
            if names:
                return names
    return ()


def _selected(page: Page, hints: PageHints) -> Iterator[Iterable[str]]:
    for selector in hints.author_css:
        yield [element.get("content") or text_of(element) for element in select(page.tree, (selector,))]


def _stated(page: Page, article: Node | None) -> Iterator[Iterable[str]]:
    """Names in structured data and meta elements: persons first, organisations where no person signed."""
    for key in ("author", "creator"):
        stated = (article or {}).get(key)
        members = stated if isinstance(stated, list) else [stated]
        persons = [member for member in members if not _is_organisation(member)]
        yield [name for member in persons for name in texts_of(member, "name")]
        yield [name for member in members for name in texts_of(member, "name")]
    for name in _METAS:
        yield page.metas.get(name, ())


def _is_organisation(stated: object) -> bool:
    return isinstance(stated, dict) and bool(
        types_of(stated) & {"Organization", "NewsMediaOrganization", "Corporation"}
    )


def _marked_up(page: Page) -> Iterator[Iterable[str]]:
    """Names in elements that are named for an author; only what is written like a name counts there."""
    for words, selector in _MARKUP:
        if not any(word in page.source for word in words.split()):
            continue
        texts = (text_of(element) for element in islice(select(page.tree, (selector,)), _MAX_AUTHORS))
        yield [name for text in texts if len(text) < _MAX_BYLINE_CHARS for name in _parts(text) if _is_like_name(name)]


def _searched(page: Page) -> Iterator[Iterable[str]]:
    from trafilatura.metadata import extract_author  # noqa: PLC0415  # half a second of imports that only a worker needs

    found = extract_author(page.tree)
    yield [name for name in _parts((found or "").replace(";", ",")) if _is_like_name(name)]


def _is_like_name(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 5 and words[0][:1].isupper() and words[-1][:1].isupper() and not re.search(r"\d", name)


def author_names(statements: Iterable[str], refused: frozenset[str]) -> tuple[str, ...]:
    """Names in ``statements``, each once; what is no person's name is left out. ``refused`` are keys of outlets.

    An agency is named only where no person is.
    """
    names: dict[str, str] = {}
    for statement in statements:
        for part in _parts(statement):
            key = plain_key(part)
            if key and key not in refused and key not in names:
                names[key] = part
    persons = [name for name in names.values() if not _AGENCY.search(name)]
    return tuple(persons or names.values())[:_MAX_AUTHORS]


def _parts(statement: str) -> Iterator[str]:
    text = collapse(clean_text(unescape(unescape(statement))))
    text = _ADDRESS.sub(" ", re.sub(r"\([^)]*\)|[<>]", " ", text))
    for part in _SPLIT.split(_BY.sub("", text.strip(" \"'“”«»"))):
        name = _LEAD.sub("", _BY.sub("", part.strip(_EDGES))).strip(_EDGES)
        if _AGENCY.search(name) and not _AGENCY.match(name):
            name = _AGENCY.sub("", name).strip(_EDGES)
        name = _CREDENTIALS.sub("", name)
        if 2 < len(name) <= 60 and not _NOT_NAME.search(name) and not _ROLE.search(name) and len(name.split()) <= 6:
            yield name
