"""Questions that researchers ask, as SQL that runs unchanged on SQLite and PostgreSQL; printed in docs/DATA.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkedQuery:
    """A question, its answer in SQL, and what to mind when reading the result."""

    question: str
    sql: str
    mind: str


WORKED_QUERIES = (
    WorkedQuery(
        "Who reported a topic, and between which two looks did each article appear?",
        """\
SELECT article.outlet, outlet_group.group_name, article.title,
       article.absent_at, article.first_seen_at, article.published_at, article.published_precision
FROM article
JOIN revision ON revision.id = article.latest_revision_id
JOIN outlet_group ON outlet_group.outlet = article.outlet
     AND outlet_group.scheme = 'parallax' AND outlet_group.withdrawn_at IS NULL
WHERE article.merged_into IS NULL
  AND EXISTS (SELECT 1 FROM mention
              JOIN topic ON topic.current_version_id = mention.topic_version_id
              WHERE mention.revision_id = revision.id AND topic.slug = 'political-prisoners')
ORDER BY article.first_seen_at, article.id""",
        "Put your topic's slug in place of `political-prisoners`: `parallax topics` lists them, the demo has others. "
        "The article appeared after `absent_at` and by `first_seen_at`; where `absent_at` is null it was there when we "
        "first looked. Two articles whose intervals overlap have no known order. An outlet whose group changed has one "
        "row a period: compare `valid_from` and `valid_to` with the day you ask about.",
    ),
    WorkedQuery(
        "Which texts did outlets change after publication, from what to what?",
        """\
SELECT article.outlet, later.number AS revision, earlier.title AS title_before, later.title AS title_after,
       later.absent_at AS changed_after, later.first_seen_at AS changed_by,
       text_before.chars AS chars_before, text_after.chars AS chars_after
FROM revision AS later
JOIN revision AS earlier ON earlier.article_id = later.article_id AND earlier.number = later.number - 1
JOIN text AS text_before ON text_before.sha256 = earlier.text_sha256
JOIN text AS text_after ON text_after.sha256 = later.text_sha256
JOIN article ON article.id = later.article_id
ORDER BY later.first_seen_at, later.id""",
        "Each revision is a change that the outlet made: texts read by two versions of our extractor are never "
        "compared. A change undone between two looks was not seen.",
    ),
    WorkedQuery(
        "What could not be seen, of whom, and why?",
        """\
SELECT channel.outlet, channel.slug AS channel, gap.from_at, gap.to_at, gap.reason, gap.detail
FROM gap
JOIN channel ON channel.id = gap.channel_id
ORDER BY gap.from_at, gap.id""",
        "No count and no silence inside these spans is complete. `to_at` is null while the gap is open.",
    ),
    WorkedQuery(
        "How many articles did each group publish a day (UTC), and on how many was a topic found?",
        """\
SELECT DATE(article.first_seen_at) AS day, outlet_group.group_name,
       COUNT(DISTINCT article.id) AS articles,
       COUNT(DISTINCT CASE WHEN mention.id IS NOT NULL THEN article.id END) AS on_topics
FROM article
JOIN outlet_group ON outlet_group.outlet = article.outlet
     AND outlet_group.scheme = 'parallax' AND outlet_group.withdrawn_at IS NULL
LEFT JOIN mention ON mention.revision_id = article.latest_revision_id
WHERE article.merged_into IS NULL AND article.absent_at IS NOT NULL
GROUP BY DATE(article.first_seen_at), outlet_group.group_name
ORDER BY day, outlet_group.group_name""",
        "What a channel already held when it was first looked at is left out (`absent_at` is null): it was not "
        "published that day. The day is UTC; Parallax's own digests use the day of PARALLAX_TIME_ZONE.",
    ),
    WorkedQuery(
        "Where is the proof of a revision: the request, the archive record, the digests?",
        """\
SELECT revision.id AS revision, "fetch".url, "fetch".requested_at, "fetch".status, record.file, record.offset,
       record.record_id, "fetch".body_sha256, revision.text_sha256, extraction.extractor
FROM revision
JOIN extraction ON extraction.id = revision.extraction_id
JOIN "fetch" ON "fetch".id = revision.fetch_id
JOIN record ON record.id = "fetch".record_id
ORDER BY revision.id""",
        "`file` and `offset` name the WARC record below the archive folder. `text_sha256` is the digest of the text's "
        "UTF-8 bytes, `body_sha256` that of the body with its content encoding undone. `fetch` is a reserved word in "
        "PostgreSQL, so it stands in quotation marks.",
    ),
)
