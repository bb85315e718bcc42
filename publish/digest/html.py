"""The digest as one HTML page that loads nothing: for the browser, a phone, paper and the archive. No script.

Everything that others wrote is escaped by the template's autoescape, set to one line, and marked with its language.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment
from markupsafe import Markup

from domain.outlet import Group
from publish.digest.articles import Article
from publish.digest.geometry import Lanes, spark
from publish.digest.lines import (
    Wording,
    column_words,
    coverage_words,
    group_title,
    nothing_seen_words,
    removal_words,
    state_words,
)
from publish.digest.model import Digest, Evidence
from publish.digest.safe import one_line
from publish.digest.summary import summary
from publish.digest.words import (
    LANGUAGE_NAMES,
    figure_words,
    heading_day,
    mean_label,
    mean_words,
    pause_words,
    percent_words,
    plural,
    published_words,
    stated_words,
    window_words,
    zone_name,
)
from publish.page import page_environment

TEMPLATES = Path(__file__).parent / "templates"
ARTICLES_SHOWN = 6  # of a group on a topic; the others stand in the rows behind the figure
_SHAPES = {
    Group.OFFICIAL: '<rect x="1" y="1" width="10" height="10"/>',
    Group.PRO_GOVERNMENT: '<path d="M1 1h10v10H1z" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M1 11 11 1v10z"/>',
    Group.INDEPENDENT: '<circle cx="6" cy="6" r="5.4"/>',
    Group.EXILE: '<path d="M6 .2 11.8 11.2H.2z"/>',
    Group.INTERNATIONAL: '<path d="M6-.4 12.4 6 6 12.4-.4 6z"/>',
    Group.UNKNOWN: '<circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" stroke-width="1.6" '
    'stroke-dasharray="2 1.6"/>',
}
Piece = tuple[str, bool]  # a stretch of a sentence, and whether it is a matched word


def digest_html(digest: Digest) -> str:
    """The whole page, self-contained."""
    wording = Wording(digest)
    zone = ZoneInfo(digest.zone)
    lanes = Lanes(wording)
    quiet = [section for section in digest.topics if not section.has_articles]
    return (
        _environment()
        .get_template("digest.html.j2")
        .render(
            digest=digest,
            wording=wording,
            lanes=lanes,
            unseen_lines=wording.unseen_lines(),
            summary=summary(digest),
            heading_day=heading_day(digest.day),
            window=window_words(digest),
            published=published_words(digest),
            zone_name=zone_name(zone, digest.window_start),
            mean_days=max((row.mean.days for row in digest.glance), default=0),
            edited=frozenset(edit.article_id for edit in digest.edits),
            removed=frozenset(removal.article_id for removal in digest.removals),
            blind_shapes=lanes.blind_shapes,
            blind_words=lanes.blind_words,
            stated=lambda article: stated_words(article, zone, since=digest.window_start),
            quiet=quiet,
            quiet_pages=[page for section in quiet for page in _pages(digest, f"topic.{section.slug}.")],
            pages_of=lambda *prefixes: _pages(digest, *prefixes),
        )
    )


def _pages(digest: Digest, *prefixes: str) -> list[Evidence]:
    return [page for page in digest.evidence if page.key.startswith(prefixes)]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return page_environment(
        TEMPLATES,
        anchor=anchor,
        column_words=column_words,
        coverage_words=coverage_words,
        figure_words=figure_words,
        group_title=group_title,
        language_name=lambda code: LANGUAGE_NAMES.get(code, code),
        mean_label=mean_label,
        mean_words=mean_words,
        pause=pause_words,
        percent=percent_words,
        plural=plural,
        removal_words=removal_words,
        state_words=state_words,
        nothing_seen_words=nothing_seen_words,
        sentence_pieces=sentence_pieces,
        shape=lambda group: Markup(_SHAPES[group]),  # noqa: S704  # our own constant drawings
        shown=ARTICLES_SHOWN,
        spark=spark,
        thousands=lambda number: f"{number:,}",
        title_pieces=title_pieces,
        unknown=Group.UNKNOWN,
    )


def anchor(key: str) -> str:
    """The id of the rows behind a figure."""
    return "rows-" + re.sub(r"[^A-Za-z0-9_-]+", "-", key)


def title_pieces(article: Article) -> tuple[Piece, ...]:
    """The headline, its matched words marked where the match is in it."""
    title = one_line(article.title)
    if not title:
        return (("(no headline)", False),)
    if article.match is not None and article.match.is_title and article.match.sentence == article.title:
        return _pieces(article)
    return ((title, False),)


def sentence_pieces(article: Article) -> tuple[Piece, ...]:
    """The sentence that matched with its words marked; nothing where the headline shows it already."""
    match = article.match
    if match is None or not match.sentence.strip() or (match.is_title and match.sentence == article.title):
        return ()
    return _pieces(article)


def _pieces(article: Article) -> tuple[Piece, ...]:
    assert article.match is not None
    sentence, pieces, at = article.match.sentence, [], 0
    for span in article.match.spans:
        if span.start >= at:
            pieces += [(sentence[at : span.start], False), (sentence[span.start : span.end], True)]
            at = span.end
    pieces.append((sentence[at:], False))
    return tuple((_kept_spaces(text), is_marked) for text, is_marked in pieces if text)


def _kept_spaces(text: str) -> str:
    """One harmless line; the space at either end stays, for the next stretch goes on there."""
    line = one_line(text)
    if not line:
        return " "
    return (" " if text[0].isspace() else "") + line + (" " if text[-1].isspace() else "")
