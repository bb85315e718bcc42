"""The digest as plain text for a terminal of 80 to 120 columns: no colour, no markup, nothing a title can break."""

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
from publish.digest.model import Digest, GroupColumn, TopicSection
from publish.digest.paragraphs import Paragraphs
from publish.digest.safe import one_line
from publish.digest.summary import summary
from publish.digest.text_changes import write_edits, write_removals
from publish.digest.words import (
    SIGNS,
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


def digest_text(digest: Digest, *, width: int = 100) -> str:
    """The whole digest, wrapped to ``width`` columns (kept between 80 and 120)."""
    page = _Page(digest, width)
    page.write()
    return page.text()


class _Page(Paragraphs):
    """Lines of one digest as they are written."""

    def __init__(self, digest: Digest, width: int) -> None:
        super().__init__(width)
        self.digest = digest
        self.wording = Wording(digest)

    def write(self) -> None:
        self.masthead()
        self.unseen()
        self.glance()
        for section in self.digest.topics:
            if section.has_articles:
                self.topic(section)
        self.quiet([section for section in self.digest.topics if not section.has_articles])
        write_edits(self, self.wording)
        write_removals(self, self.wording)
        self.footer()

    def masthead(self) -> None:
        digest = self.digest
        self.lines.append("═" * self.width)
        self.say(
            f"PARALLAX  Daily digest, {heading_day(digest.day)}" + (" (the day is not over)" if digest.is_open else "")
        )
        self.say(f"Window {window_words(digest)}")
        edition = f"No. {digest.edition}. " if digest.edition is not None else ""
        topics = plural(len(digest.topics), "topic")
        watched = f"{plural(digest.outlets, 'outlet')}, {plural(digest.channels, 'channel')}, {topics}"
        self.say(f"{edition}{published_words(digest)}. {watched}.")
        self.lines.append("═" * self.width)
        for note in digest.notes:
            self.say(f"Later note, {note.at:%Y-%m-%d %H:%M} UTC: {note.text}")

    def unseen(self) -> None:
        digest = self.digest
        self.heading("WHAT WE COULD NOT SEE", rule=" ")
        share = percent_words(digest.checks.value, digest.checks_due)
        self.say(
            f"{digest.checks.value:,} of {plural(digest.checks_due, 'look')} succeeded"
            + (f" ({share})." if share else ".")
            + (" Read the day with the gaps in mind." if digest.unseen else " No gap.")
        )
        self.blank()
        rows = [
            (
                f"{SIGNS[one.group]} {GROUP_TITLES[one.group]}",
                percent_words(one.checks.value, one.checks_due),
                f"{one.checks.value:,}/{one.checks_due:,}",
                coverage_words(one),
            )
            for one in digest.coverage
        ]
        self.table((("Group", "seen", "looks", ""), *rows), right={1, 2})
        for sentence in self.wording.unseen_sentences():
            self.blank()
            self.say(sentence)
        if digest.unseen:
            self.blank()
        for line in self.wording.unseen_lines():
            sign = SIGNS[line.group] if line.group else "*"
            self.say(f"{sign} {line.who}, {line.channel}: {line.when}. {line.why}", hang=2)

    def glance(self) -> None:
        self.heading("THE DAY AT A GLANCE")
        for number, sentence in enumerate(summary(self.digest), 1):
            self.say(f"{number}. {''.join(said.text for said in sentence)}", hang=3)
        self.blank()
        days = max((row.mean.days for row in self.digest.glance), default=0)
        header = ("Group", "Articles", mean_label(days), "On topics", "Edits", "headline", "Gone")
        rows = [
            (
                f"{SIGNS[row.group]} {GROUP_TITLES[row.group]}",
                figure_words(row.articles),
                mean_words(row.mean) + (f" (n={row.mean.days})" if row.mean.days not in (0, days) else ""),
                figure_words(row.on_topics),
                figure_words(row.edits),
                f"{row.headline_edits:,}",
                figure_words(row.gone),
            )
            for row in self.digest.glance
        ]
        self.table((header, *rows), right=set(range(1, 7)))
        self.blank()
        self.say("A count with ≥ is a floor: something of its group was not seen.")
        if self.digest.older.value:
            self.say(
                f"{plural(self.digest.older.value, 'article')} among them are dated before the day by their outlets."
            )
        if self.digest.our_changes.value:
            changes = plural(self.digest.our_changes.value, "further text change")
            self.say(f"{changes} came with an extractor of ours and are not counted as edits.")
        if self.digest.unknown_group.value:
            self.say(f"{plural(self.digest.unknown_group.value, 'article')} from outlets of unknown group: kept apart.")

    def topic(self, section: TopicSection) -> None:
        mean = f"{mean_label(section.mean.days)} {mean_words(section.mean)}"
        articles = counted_words(section.count, "article")
        self.heading(one_line(section.title).upper(), f"topic version {section.version} · {articles} · {mean}")
        if section.first:
            self.say(f"{self.wording.first_label(section)} {self.wording.first_line(section.first)}")
        if before := self.wording.before_words(section.before, section.mean.days):
            self.say(f"Earlier: {before}.")
        for column in section.columns:
            self.blank()
            self.column(column, days=section.mean.days)
        if section.unknown:
            self.blank()
            self.say(f"{SIGNS[Group.UNKNOWN]} Outlets of unknown group, not in the figures")
            self.articles(section.unknown)

    def quiet(self, sections: Sequence[TopicSection]) -> None:
        if not sections:
            return
        self.heading("TOPICS WITHOUT AN ARTICLE SEEN", "silence needs proof")
        if not self.digest.checks.value:
            self.say(nothing_seen_words(len(sections)))
            return
        for section in sections:
            self.say(f"{section.title} (topic version {section.version})")
            for column in section.columns:
                self.say(f"{SIGNS[column.group]} {GROUP_TITLES[column.group]}: {quiet_words(column)}", indent=2, hang=4)

    def column(self, column: GroupColumn, *, days: int) -> None:
        self.say(f"{SIGNS[column.group]} {GROUP_TITLES[column.group]}  {column_words(column)}")
        self.articles(column.articles)
        silence = column.silence
        if silence is None:
            return
        self.say(self.wording.silence_line(silence), indent=2)
        if silence.is_claimed:
            pause = pause_words(silence.longest_pause_s)
            others = plural(silence.other_articles.value, "other article")
            before = self.wording.before_words(column.before, days)
            self.say(
                f"Proof: {silence.checks.value:,} of {plural(silence.checks_due, 'look')} good; longest pause {pause}; "
                f"{others} seen, {plural(silence.unread_links, 'link')} not read; "
                f"terms tested in {', '.join(silence.languages_tested) or 'no language'}; "
                f"last look {self.wording.last_look(silence)}"
                + (f"; theirs on it earlier: {before}." if before else "."),
                indent=2,
            )

    def articles(self, articles: Sequence[Article]) -> None:
        for article in articles[:ARTICLES_SHOWN]:
            self.say(f"{article.title or '(no headline)'}", indent=2, hang=4)
            stated = stated_words(article, self.wording.zone, since=self.wording.start)
            facts = [article.outlet_name, (article.language or "").upper(), self.wording.time(article), stated or ""]
            if article.revision and article.revision > 1:
                facts.append(f"now at revision {article.revision}")
            facts.append(f"article {article.article_id}")
            self.say(" · ".join(filter(None, facts)), indent=4)
            if article.match and not article.match.is_title:
                self.say(_marked(article), indent=4)
            self.line(article.url, indent=4)
        if len(articles) > ARTICLES_SHOWN:
            self.say(f"and {len(articles) - ARTICLES_SHOWN} more: see the commands below.", indent=2)

    def footer(self) -> None:
        self.heading("THE ROWS BEHIND THESE FIGURES")
        for command, titles in repeatable(self.digest):
            self.say(f"{'; '.join(titles)}:", indent=2)
            self.line(command, indent=4)
        self.say("Narrow each to one group with --group, to one outlet with --outlet.", indent=2)
        self.blank()
        versions = ", ".join(f"{version.name} {version.value}" for version in self.digest.versions)
        self.say(f"Catalogue {(self.digest.catalogue_hash or 'not recorded')[:12]}. {versions}")
        self.say("Headlines stand in their original language. Nearness in time and shared words say nothing of intent.")


def _marked(article: Article) -> str:
    """The sentence that matched, its matched words between asterisks."""
    match = article.match
    assert match is not None
    shown, at = [], 0
    for span in match.spans:
        shown += [match.sentence[at : span.start], f"*{match.sentence[span.start : span.end]}*"]
        at = span.end
    return "".join((*shown, match.sentence[at:]))
