"""What stands inside an article's frame and is not its text: embeds, calls to read on, notices, captions.

Two cuts: elements before the reading, by what they are called; paragraphs after it, by how they begin. The words are
those of the four languages that outlets here publish in. Every rule was kept only where it helped on both halves of two
measured collections.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from crawler.extract.links import squeezed
from crawler.extract.titles import plain_key

_CLUTTER = re.compile(
    r"(?:^|[\s_-])(?:twitter-tweet|instagram-media|tiktok-embed|fb-post|telegram-post|related|recirc\w*|recommend\w*|"
    r"read-?(?:more|also|next)|also-?read|see-?also|more-?(?:from|on|stories|news)|most-?(?:read|popular|viewed)|"
    r"you-?(?:may|might)-?\w+|trending|comments?(?:-(?:list|section|area|wrap\w*|container|block|form))?|disqus\w*|"
    r"author-?(?:bio|box|info|card|description)|about-?(?:the-)?author|newsletter\w*|subscribe|sign-?up|"
    r"promo(?:s|tile|box|block|-\w+)?|"
    r"share\w*|social\w*|follow-?us|(?:photo|image|picture|media)-?(?:credit|caption|source)|wp-caption-text|"
    r"copyright|disclaimer|ad(?:s|vert\w*)?|sponsor\w*|print-?only|screen-reader-text|visually-hidden|sr-only|"
    r"oxsar\w*|elaqeli|benzer\w*|ilgili\w*|pohozh\w*|po-teme)(?:$|[\s_-])",
    re.I,
)
_CLUTTER_TAGS = frozenset({"figcaption", "button", "dialog", "form", "nav"})
_UNREAD = ("script", "style", "svg", "template", "iframe", "link", "meta")  # copied five times by the reading
_LAYOUT_CELL_CHARS = 600
_MAX_SHARE = 0.3  # an element that holds more of the page's text than this is its frame, not clutter

_SEE_ALSO = re.compile(
    r"^\W*(?:related(?: (?:content|stories|articles|news))?|(?:also )?read(?: (?:more|also|next|now|"
    r"this))?|see also|more|don['’]t miss|"
    r"up next|watch|recommended|further reading|required reading|more (?:from|on) .{2,40}|most read|previously|"
    r"həmçinin oxu\w*|(?:bunu da|bunları da|ardını) oxu\w*|oxşar xəbərlər|digər xəbərlər|əlaqəli xəbərlər|"
    r"mövzu ilə bağlı|"
    r"читайте также|читать также|смотрите также|по теме|ещ[её] по теме|материалы по теме|похожие (?:новости|материалы)|"
    r"ayrıca (?:okuyun|bakınız)|(?:bunlar da )?ilginizi çekebilir|ilgili haber(?:ler)?|benzer haberler|"
    r"bunu da okuyun)\s*[:：](?:\s|$)",
    re.I,
)
_SEE_ALSO_ALONE = re.compile(
    r"^\W*(?:related(?: (?:content|stories|articles|news))?|read (?:more|next)|see also|don['’]t miss|"
    r"recommended|more from \w+|"
    r"you (?:might|may) (?:also )?like|həmçinin oxuyun|oxşar xəbərlər|digər xəbərlər|читайте также|"
    r"смотрите также|по теме|"
    r"ilgili haberler|benzer haberler|ilginizi çekebilir)\W*$",
    re.I,
)
_NOTICE = re.compile(
    r"^\W*(?:©|\(c\) ?\d{4}|copyright\s*(?:©|\(c\)|\d{4})|all rights reserved|все права защищены|bütün hüquqlar|"
    r"müəllif hüquqları|tüm hakları|"
    r"advertisement\W*$|реклама\W*$|reklam\W*$|sponsored\W*$|"
    r"(?:sign up|subscribe|subscribing) (?:for|to|here|now)|get the latest .{0,60}newsletter|join (?:our|"
    r"us on) |follow (?:us|\w+) on |"
    r"(?:want|for) more .{0,80}(?:sign up|newsletter)|be the first to get|install the .{2,30} app|"
    r"download (?:the|our) .{0,30}app|"
    r"abunə ol\w*|bizi (?:[\w-]+ ){0,4}(?:izləyin|takip edin)|kanalımıza|\w+ kanalımız\w* (?:abunə|qoşul)|"
    r"подпис(?:ывай|ыва|ать|ши)\w* на|следите за (?:нами|новостями)|abone ol\w*|"
    r"(?:lead |cover )?(?:image|photo|photograph|foto|fotoğraf|фото|şəkil)s?(?: credits?| via|"
    r" by)?\s*[:©/]|\[?image via|photo credits?$|"
    r"contact (?:reporter |the (?:author|reporter) )?[\w .'’-]{3,40} at \S+@|read the original article|"
    r"this (?:article|story|post) (?:originally )?(?:appeared|was (?:originally )?published)|listen to this article|"
    r"https?://\S+$|thank you for (?:subscribing|signing up))",
    re.I,
)
_TWEET_END = re.compile(r"^—\s?.{1,80}\(@\w+\)\s+\w+ \d{1,2}, \d{4}$")
_REACHED_AT = re.compile(r"can be reached at \S+@|^[\w.+-]+@[\w-]+\.[\w.]+$", re.I)
_MAX_NOTICE_CHARS = 300
_COUNT = r"\d[\d\s.,'’]*(?:k|m|тыс|млн|min|mln|bin)?\.?"
_COUNTED = (
    r"(?:views?|reads?|readers?|shares?|likes?|comments?|hits|visits|просмотр\w*|просмотрен\w*|прочитан\w*|прочтен\w*|"
    r"прочли|комментари\w*|поделил\w*|baxış\w*|baxılıb|baxılma\w*|oxunub|oxunuş\w*|oxunma\w*|oxucu|şərh\w*|paylaşım\w*|"
    r"okunma\w*|okundu|görüntülenme\w*|görüntüleme|izlenme\w*|yorum\w*|paylaşım)"
)
# "Просмотров: 1 648", "1.2K views", "👁 2 114 baxış · 3 şərh": what never stands still would make every look an edit.
_TIMES = r"(?:\s*(?:dəfə|раза?|kez|kere|times))?"
_COUNTER_PART = (
    rf"(?:{_COUNTED}(?:\s+(?:sayı|sayısı|count))?\s*[:：—–-]?\s*{_COUNT}{_TIMES}|{_COUNT}{_TIMES}\s*{_COUNTED}{_TIMES})"
)
_COUNTER = re.compile(rf"^\W*{_COUNTER_PART}(?:[\W_]+{_COUNTER_PART})*\W*$", re.I)
_MAX_COUNTER_CHARS = 80


def drop_clutter(tree: HtmlElement) -> None:
    """Cut elements out of ``tree`` that never hold an article's own text."""
    etree.strip_elements(tree, *_UNREAD, with_tail=False)
    total = sum(len(paragraph.text_content()) for paragraph in tree.iter("p"))
    named = _NAMED_OR_CLUTTER(tree)
    for element in [one for one in named if one.tag in _CLUTTER_CANDIDATES and _is_clutter(one)]:
        if element.getparent() is not None and _is_small(element, total):
            element.drop_tree()


_NAMED_OR_CLUTTER = etree.XPath(f"descendant-or-self::*[@class or @id or self::{' or self::'.join(_CLUTTER_TAGS)}]")
_CLUTTER_CANDIDATES = frozenset(_CLUTTER_TAGS) | {
    "div",
    "section",
    "ul",
    "ol",
    "p",
    "span",
    "blockquote",
    "article",
    "li",
    "aside",
    "h2",
    "h3",
    "h4",
}


def undo_layout_tables(tree: HtmlElement) -> None:
    """Turn tables that lay out a page into blocks: their cells hold texts, not values."""
    for table in list(tree.iter("table")):
        cells = [cell for cell in table.iter("td") if len(cell.text_content()) > _LAYOUT_CELL_CHARS]
        if cells:
            for part in [table, *table.iter("tbody", "thead", "tr", "td", "th")]:
                part.tag = "div"


def _is_clutter(element: HtmlElement) -> bool:
    if element.tag in _CLUTTER_TAGS:
        return True
    return _names_clutter(element.get("class") or "") or _names_clutter(element.get("id") or "")


@lru_cache(maxsize=8192)  # a page repeats its class names hundreds of times
def _names_clutter(named: str) -> bool:
    return _CLUTTER.search(named) is not None


def _is_small(element: HtmlElement, total: int) -> bool:
    said = sum(len(paragraph.text_content()) for paragraph in element.iter("p"))
    return said <= _MAX_SHARE * total


def without_boilerplate(
    paragraphs: Iterable[str], title: str | None, linked: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """``paragraphs`` without the repeated title, notices, pointers to other articles and doublings.

    ``linked`` are squeezed texts of blocks that are one link: after a pointer ("Related:") they are what it points to,
    and at the end they are what the page offers next.
    """
    kept: list[str] = []
    after_pointer = False
    heading = plain_key(title) if title else ""
    for paragraph in paragraphs:
        key = plain_key(paragraph)
        if after_pointer and (squeezed(paragraph) in linked or paragraph.startswith("- ")):
            continue
        after_pointer = _points_elsewhere(paragraph)
        if not key or after_pointer or _is_notice(paragraph) or is_counter(paragraph):
            continue
        if len(kept) < 3 and key == heading:
            continue
        if kept and paragraph == kept[-1] and len(paragraph) > 60:
            continue
        kept.append(paragraph)
    while kept and squeezed(kept[-1]) in linked:
        kept.pop()
    return tuple(kept)


def is_counter(paragraph: str) -> bool:
    """Whether a paragraph only counts readers, comments or shares."""
    return len(paragraph) <= _MAX_COUNTER_CHARS and _COUNTER.match(paragraph) is not None


def _points_elsewhere(paragraph: str) -> bool:
    short = len(paragraph) <= _MAX_NOTICE_CHARS
    return short and bool(_SEE_ALSO_ALONE.match(paragraph) or _SEE_ALSO.match(paragraph))


def _is_notice(paragraph: str) -> bool:
    if len(paragraph) > _MAX_NOTICE_CHARS:
        return False
    return bool(_NOTICE.match(paragraph) or _TWEET_END.match(paragraph) or _REACHED_AT.search(paragraph))
