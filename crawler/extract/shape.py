"""What kind of document came: readable at all, whole or cut off, an article or a list of articles."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.extract.json_ld import ARTICLE_TYPES, LIST_TYPES, Node, types_of
from crawler.extract.markup import Page, path_of

_BINARY_STARTS = (
    b"%PDF-",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"OTTO",
    b"wOF",
    b"\x00\x00\x00",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x7fELF",
    b"MZ\x90",
    b"ID3",
    b"OggS",
    b"\xd0\xcf\x11\xe0",
    b"BM\x00",
)
_OTHER_ROOT = re.compile(
    rb"^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:rss|feed|urlset|sitemapindex|rdf:RDF|svg|opml)\b", re.S
)
_HTML = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|meta|div|p|article|title|h1|main|section|table|script|a)\b", re.I
)
_WRONG_TYPE = re.compile(r"^\s*(?:image|audio|video|font)/|^\s*application/(?:pdf|zip|msword|vnd\.|rss|atom)", re.I)
_LIST_CLASS = re.compile(r"(?:^|\s)(?:archive|category|tag|home|blog|search|search-results|author|front-page)(?:\s|$)")
_SINGLE_CLASS = re.compile(r"(?:^|\s)(?:single|single-post|postid-\d+|article|post-template-default)(?:\s|$)")
_USUAL_ENDS = ("</script>", "</style>", "</footer>")  # of pages that leave the closing of html and body out
_SCRIPTS = re.compile(r"<(script|style)\b.*?</\1\s*>|<!--.*?-->", re.I | re.S)
_CONTAINERS = re.compile(r"<(/?)(?:html|body|main|article|section|div|script|style|table|ul)\b", re.I)
_PAYWALL = re.compile(
    r"paywall|subscriber-only|subscribers-only|members?-only|members-exclusive|premium-wall|regwall|"
    r"piano-offer|content-gate|locked-content",
    re.I,
)
_STUB_CHARS = 1_200
_LONG_CHARS = 2_000
_SEARCH = re.compile(r"/(?:search|axtar\w*|poisk|arama|ara)(?:[/?]|$)|[?&](?:q|s|query|search)=", re.I)


def unreadable(body: bytes, content_type: str | None) -> str | None:
    """Why ``body`` is no page of text, or None when it may be one."""
    start = body[:4096]
    if body.startswith(_BINARY_STARTS):
        return "the body is a binary file"
    if _OTHER_ROOT.match(start):
        return "the body is XML that is no page"
    marked = body.startswith((b"\xfe\xff", b"\xff\xfe"))
    if not marked and start.count(b"\x00") * 20 > len(start):
        return "the body is binary"
    if not marked and not _HTML.search(body[:65_536]):
        return "the body is no HTML" if body.strip() else None
    if content_type and _WRONG_TYPE.match(content_type) and not _HTML.search(start):
        return f"the type is {content_type.split(';')[0].strip()}"
    return None


def is_cut_off(source: str) -> bool:
    """Whether the markup ends before its end: inside a tag, a script or a comment, or with its frame left open."""
    tail = source[-4096:].lower()
    if "</html" in tail or "</body" in tail or tail.rstrip().endswith(_USUAL_ENDS):
        return False
    if source.rfind("<") > source.rfind(">") or source.rfind("<!--") > source.rfind("-->"):
        return True
    markup = _SCRIPTS.sub("", source)
    balance = sum(-1 if match.group(1) else 1 for match in _CONTAINERS.finditer(markup))
    opened_frame = "<body" in source.lower() or "<html" in source.lower()
    return opened_frame and balance > 2


def is_stub(page: Page, article: Node | None, text: str) -> bool:
    """Whether the text is a teaser before a paywall."""
    if len(text) >= _STUB_CHARS:
        return False
    return (
        any(_closed(node) for node in page.nodes)
        or (article is not None and _closed(article))
        or any(
            _PAYWALL.search(element.get("class") or "") for element in page.tree.iter("div", "section", "aside", "p")
        )
    )


def _closed(node: Node) -> bool:
    return str(node.get("isAccessibleForFree", "")).strip().lower() in {"false", "no", "0"} and bool(
        types_of(node) & ARTICLE_TYPES
    )


def is_list(page: Page, text: str) -> bool:
    """Whether the page lists articles by what it says it is, or by its address.

    ``text`` is what stands outside its cards: much of it speaks for an article whatever the page calls itself.
    """
    if says_article(page):
        return False
    parts = urlsplit(page.url)
    is_front = path_of(page.url) == "" and "=" not in parts.query
    says_so = says_list(page) or bool(_SEARCH.search(f"{parts.path}?{parts.query}"))
    return is_front or (says_so and len(text) < _LONG_CHARS)


def says_article(page: Page) -> bool:
    """Whether the page itself states that it is one article."""
    types = frozenset(name for node in page.nodes for name in types_of(node))
    if types & LIST_TYPES and not any(node.get("articleBody") or node.get("headline") for node in page.nodes):
        return False
    if types & ARTICLE_TYPES:
        return len([node for node in page.nodes if types_of(node) & ARTICLE_TYPES]) < 5
    if (page.meta("og:type") or "").lower() in {"article", "news", "newsarticle"}:
        return not says_list(page)
    return bool(page.meta("article:published_time") or _SINGLE_CLASS.search(_body_class(page)))


def says_list(page: Page) -> bool:
    """Whether the page itself states that it is a list."""
    types = frozenset(name for node in page.nodes for name in types_of(node))
    return bool(types & LIST_TYPES - {"ItemList", "ProfilePage"}) or bool(
        _LIST_CLASS.search(_body_class(page)) and not _SINGLE_CLASS.search(_body_class(page))
    )


def _body_class(page: Page) -> str:
    body = page.tree.find(".//body")
    return body.get("class") or "" if body is not None else ""
