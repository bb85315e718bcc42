"""The digest as Markdown (CommonMark with tables): for mail, chat and repositories.

Whatever others wrote is escaped, so that no headline becomes a link, markup or HTML.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.outlet import GROUP_TITLES, Group
from publish.digest.articles import Article
from publish.digest.lines import (
    Wording,
    column_words,
    coverage_words,
    nothing_seen_words,
    quiet_words,
    repeatable,
)
from publish.digest.markdown_changes import edit_blocks, removal_blocks
from publish.digest.markdown_escape import escaped, kept_ends, link, table
from publish.digest.model import Digest, GroupColumn, TopicSection
from publish.digest.safe import one_line
from publish.digest.summary import summary
from publish.digest.words import (
    counted_words,
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
)

ARTICLES_SHOWN = 12


def digest_markdown(digest: Digest) -> str:
    """The whole digest."""
    wording = Wording(digest)
    blocks: list[str] = [
        *_masthead(digest),
        *_unseen(digest, wording),
        *_glance(digest),
        *(block for section in digest.topics if section.has_articles for block in _topic(section, wording)),
        *_quiet(digest, [section for section in digest.topics if not section.has_articles]),
        *edit_blocks(wording),
        *removal_blocks(wording),
        *_footer(digest),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _masthead(digest: Digest) -> list[str]:
    edition = f"No. {digest.edition}. " if digest.edition is not None else ""
    watched = f"{plural(digest.outlets, 'outlet')}, {plural(digest.channels, 'channel')}"
    is_open = " **The day is not over.**" if digest.is_open else ""
    notes = [f"> **Added {note.at:%Y-%m-%d %H:%M} UTC.** {escaped(note.text)}" for note in digest.notes]
    return [
        f"# Parallax: daily digest, {heading_day(digest.day)}",
        f"Window {window_words(digest)}. {edition}{published_words(digest)}. {watched}.{is_open}",
        *notes,
    ]


def _unseen(digest: Digest, wording: Wording) -> list[str]:
    share = percent_words(digest.checks.value, digest.checks_due)
    looks = f"{digest.checks.value:,} of {plural(digest.checks_due, 'look')} succeeded"
    rows = [
        (
            GROUP_TITLES[one.group],
            coverage_words(one),
            f"{one.checks.value:,}/{one.checks_due:,}",
            percent_words(one.checks.value, one.checks_due) or "no look",
        )
        for one in digest.coverage
    ]
    lines = [
        f"- **{escaped(line.who)}**{_in_group(line.group)}, {line.channel}, {line.when}: {escaped(line.why)}"
        for line in wording.unseen_lines()
    ]
    return [
        "## What we could not see",
        f"{looks} ({share or 'nothing was looked at'}). "
        + ("Read the day with the gaps in mind." if lines else "No gap."),
        table(("Group", "Channels", "Looks", "Seen"), rows, right_from=2) if rows else "",
        "\n".join(lines),
        *(escaped(sentence) for sentence in wording.unseen_sentences()),
    ]


def _in_group(group: Group | None) -> str:
    return f" ({GROUP_TITLES[group]})" if group else ""


def _glance(digest: Digest) -> list[str]:
    days = max((row.mean.days for row in digest.glance), default=0)
    header = ("Group", "Articles", mean_label(days), "On topics", "Edits (headline)", "Gone")
    rows = [
        (
            GROUP_TITLES[row.group],
            figure_words(row.articles),
            mean_words(row.mean) + (f" (n={row.mean.days})" if row.mean.days not in {0, days} else ""),
            figure_words(row.on_topics),
            f"{figure_words(row.edits)} ({row.headline_edits})",
            figure_words(row.gone),
        )
        for row in digest.glance
    ]
    said = [
        f"{number}. {escaped(''.join(part.text for part in sentence))}"
        for number, sentence in enumerate(summary(digest), 1)
    ]
    asides = ["A count with ≥ is a floor: something of its group was not seen."]
    if digest.older.value:
        older = plural(digest.older.value, "article")
        asides.append(f"{older} of these: dated before the day by the outlet itself.")
    if digest.our_changes.value:
        asides.append(
            f"{plural(digest.our_changes.value, 'change')} came with an extractor of ours: not counted as edits."
        )
    if digest.unknown_group.value:
        asides.append(f"{plural(digest.unknown_group.value, 'article')} from outlets of unknown group: kept apart.")
    return ["## The day at a glance", "\n".join(said), table(header, rows, right_from=1), " ".join(asides)]


def _topic(section: TopicSection, wording: Wording) -> list[str]:
    mean = f"{mean_label(section.mean.days)} {mean_words(section.mean)}"
    blocks = [
        f"## {escaped(section.title)}",
        f"Topic version {section.version} · {counted_words(section.count, 'article')} · {mean}",
    ]
    if section.first:
        blocks.append(f"**{wording.first_label(section)}** {escaped(wording.first_line(section.first))}")
    if before := wording.before_words(section.before, section.mean.days):
        blocks.append(f"Earlier: {before}.")
    for column in section.columns:
        blocks += _column(column, wording, days=section.mean.days)
    if section.unknown:
        blocks += [f"### {GROUP_TITLES[Group.UNKNOWN]} group, not in the figures", _articles(section.unknown, wording)]
    return blocks


def _column(column: GroupColumn, wording: Wording, *, days: int) -> list[str]:
    blocks = [f"### {GROUP_TITLES[column.group]}: {column_words(column)}", _articles(column.articles, wording)]
    if column.silence is not None:
        blocks.append(escaped(wording.silence_line(column.silence)))
        if column.silence.is_claimed:
            proof, before = column.silence, wording.before_words(column.before, days)
            blocks.append(
                f"Proof: {proof.checks.value:,} of {plural(proof.checks_due, 'look')} good; longest pause "
                f"{pause_words(proof.longest_pause_s)}; {plural(proof.other_articles.value, 'other article')} seen, "
                f"{plural(proof.unread_links, 'link')} not read; "
                f"terms tested in {', '.join(proof.languages_tested) or 'no language'}; "
                f"last look {wording.last_look(proof)}" + (f"; theirs on it earlier: {before}." if before else ".")
            )
    return blocks


def _articles(articles: Sequence[Article], wording: Wording) -> str:
    lines = []
    for article in articles[:ARTICLES_SHOWN]:
        stated = stated_words(article, wording.zone, since=wording.start)
        facts = [escaped(article.outlet_name), (article.language or "").upper(), wording.time(article), stated or ""]
        if (article.revision or 1) > 1:
            facts.append(f"now at revision {article.revision}")
        facts.append(f"article {article.article_id}")
        lines.append(f"- {link(article.title, article.url)}  \n  {' · '.join(filter(None, facts))}")
        if article.match is not None and not article.match.is_title and article.match.sentence.strip():
            lines.append(f"  > {_marked(article)}")
    if len(articles) > ARTICLES_SHOWN:
        lines.append(f"- and {len(articles) - ARTICLES_SHOWN} more")
    return "\n".join(lines)


def _marked(article: Article) -> str:
    """The sentence that matched, its words in bold."""
    match = article.match
    assert match is not None
    shown, at = [], 0
    for span in match.spans:
        before, word = match.sentence[at : span.start], match.sentence[span.start : span.end]
        shown += [kept_ends(before), f"**{escaped(word)}**" if word.strip() else word]
        at = span.end
    return "".join((*shown, kept_ends(match.sentence[at:])))


def _quiet(digest: Digest, sections: Sequence[TopicSection]) -> list[str]:
    if not sections:
        return []
    if not digest.checks.value:
        return ["## Topics without an article seen", nothing_seen_words(len(sections))]
    lines = []
    for section in sections:
        lines.append(f"- **{escaped(section.title)}** (topic version {section.version})")
        lines += [f"  - {GROUP_TITLES[column.group]}: {escaped(quiet_words(column))}" for column in section.columns]
    return ["## Topics without an article seen", "\n".join(lines)]


def _footer(digest: Digest) -> list[str]:
    commands = [f"# {'; '.join(one_line(t) for t in titles)}\n{command}" for command, titles in repeatable(digest)]
    fence = "```"
    versions = ", ".join(f"{version.name} {version.value}" for version in digest.versions)
    return [
        "## The rows behind these figures",
        f"{fence}sh\n" + "\n".join(commands).replace(fence, "'''") + f"\n{fence}" if commands else "",
        "Narrow each to one group with `--group`, to one outlet with `--outlet`.",
        f"Catalogue {(digest.catalogue_hash or 'not recorded')[:12]}. {escaped(versions)}",
        "Headlines stand in their original language. Nearness in time and shared words say nothing of intent.",
    ]
