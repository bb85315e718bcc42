"""An article that is a post or a video: its text is what its channel carries, all of it, however short."""

from __future__ import annotations

from datetime import datetime

from crawler.extract.authors import author_names
from crawler.extract.identity import POST_EXTRACTOR, post_extractor_settings
from crawler.extract.links import MAX_LINKS
from crawler.extract.markup import collapse
from crawler.parse.post_text import lines_in
from domain.entry import Entry
from domain.extraction import Extraction, ExtractionOutcome, TextSource
from domain.times import StatedTime, is_possible
from text.clean import clean_text
from text.language import detect_language


def extract_post(entry: Entry, *, now: datetime) -> Extraction:
    """The text of a post as its channel carries it; ``no_article`` where it has none: a lone photo or video.

    A post has no headline and none is made up for it; a video has its title.
    """
    text = "\n\n".join(lines_in(entry.content_html or ""))
    published = _possible(entry.published, now)
    title = collapse(clean_text(entry.title)) if entry.title else None
    return Extraction(
        ExtractionOutcome.OK if text else ExtractionOutcome.NO_ARTICLE,
        POST_EXTRACTOR,
        post_extractor_settings(),
        error=None if text else "the post has no text",
        text=text or None,
        text_source=TextSource.FEED,
        title=title or None,
        authors=author_names(entry.authors, frozenset()),
        published=published,
        published_raw=None if published else entry.published_raw,
        modified=_possible(entry.updated, now),
        language=detect_language(text, declared=entry.language) if text else None,
        declared_language=entry.language,
        canonical_url=entry.url,
        links=(entry.links or ())[:MAX_LINKS],
    )


def _possible(stated: StatedTime | None, now: datetime) -> StatedTime | None:
    return stated if stated is not None and is_possible(stated.at, now=now) else None
