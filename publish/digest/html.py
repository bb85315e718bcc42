"""The digest as one HTML page that loads nothing: for the browser, a phone, paper and the archive. No script.

Everything that others wrote is escaped by the template's autoescape, set to one line, and marked with its language.
"""

from __future__ import annotations

import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from jinja2 import Environment

from domain.outlet import Group
from publish.diff.weight import MOST_WEIGHT, class_words
from publish.digest.articles import Article
from publish.digest.change_words import (
    EDITS_SHOWN,
    STATES_EXPLAINED,
    TAKEN_DOWN_WORDS,
    apart_words,
    changes_shown,
    diff_command,
    edits_by_group,
    edits_opening,
    has_edit_section,
    has_removal_section,
    missed_words,
    more_changes_words,
    more_edits_words,
    once_words,
    recheck_words,
    removal_words,
    removals_opening,
    silent_words,
    state_words,
)
from publish.digest.geometry import Lanes, spark
from publish.digest.lines import Wording, column_words, coverage_words, nothing_seen_words
from publish.digest.model import Digest, Evidence
from publish.digest.safe import one_line
from publish.digest.summary import summary
from publish.digest.words import (
    figure_words,
    heading_day,
    mean_label,
    mean_words,
    pause_words,
    percent_words,
    published_words,
    stated_words,
    window_words,
    zone_name,
)
from publish.page import page_environment

ARTICLES_SHOWN = 6  # of a group on a topic; the others stand in the rows behind the figure
Piece = tuple[str, bool]  # a stretch of a sentence, and whether it is a matched word


def digest_html(digest: Digest) -> str:
    """The whole page, self-contained."""
    wording = Wording(digest)
    zone = ZoneInfo(digest.zone)
    lanes = Lanes(wording)
    by_group = edits_by_group(digest)
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
            edited=frozenset(edit.article_id for _, edits in by_group for edit in edits[:EDITS_SHOWN]),
            removed=frozenset(removal.article_id for removal in digest.removals if removal.is_gone),
            edits_by_group=by_group,
            has_edit_section=has_edit_section(digest),
            has_removal_section=has_removal_section(digest),
            missed=missed_words(digest),
            missed_pages=[page for page in _pages(digest, "missing.") if page.total],
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
        anchor=anchor,
        apart_words=apart_words,
        changes_shown=changes_shown,
        class_words=class_words,
        column_words=column_words,
        coverage_words=coverage_words,
        diff_command=diff_command,
        edits_opening=edits_opening,
        edits_shown=EDITS_SHOWN,
        figure_words=figure_words,
        kept_spaces=_kept_spaces,
        mean_label=mean_label,
        mean_words=mean_words,
        more_changes_words=more_changes_words,
        more_edits_words=more_edits_words,
        most_weight=MOST_WEIGHT,
        once_words=once_words,
        pause=pause_words,
        percent=percent_words,
        recheck_words=recheck_words,
        removal_words=removal_words,
        removals_opening=removals_opening,
        silent_words=silent_words,
        state_words=state_words,
        states_explained=STATES_EXPLAINED,
        taken_down_words=TAKEN_DOWN_WORDS,
        nothing_seen_words=nothing_seen_words,
        sentence_pieces=sentence_pieces,
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
