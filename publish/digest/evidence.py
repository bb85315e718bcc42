"""The rows behind each figure, as tables of words, with the command that gives what they were made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from domain.outlet import Group
from publish.digest.articles import Article, Figure
from publish.digest.changes import Edit, Removal
from publish.digest.day import DayFacts
from publish.digest.model import Evidence
from publish.digest.safe import one_line

ROWS_KEPT = 100
HEADLINE_CHARS = 140
KNOWN_GROUPS = "--group known"
_GONE = "--state suspected --state removed"
ARTICLE_COLUMNS = (
    "article", "outlet", "lang", "absent at (UTC)", "first seen (UTC)", "stated", "rev.", "text sha256", "headline",
)  # fmt: skip
EDIT_COLUMNS = (
    "article", "outlet", "last old text (UTC)", "first new text (UTC)", "old rev.", "new rev.", "text sha256",
    "weight", "silent",
)  # fmt: skip
REMOVAL_COLUMNS = (
    "article", "outlet", "state", "answer", "last served (UTC)", "first gone (UTC)", "looks", "kept rev.",
    "text sha256",
)  # fmt: skip
LOOK_COLUMNS = ("outlet", "channel", "kind", "good looks", "looks", "last good look (UTC)", "longest pause")


class EvidenceBook:
    """Collects evidence while a digest is built; each figure names the page it is written on."""

    def __init__(self, facts: DayFacts) -> None:
        self._facts = facts
        self._pages: dict[str, Evidence] = {}

    def pages(self) -> tuple[Evidence, ...]:
        """Everything collected, in the order it was."""
        return tuple(self._pages.values())

    def articles(
        self,
        key: str,
        title: str,
        articles: Sequence[Article],
        *,
        filters: str = "",
        is_floor: bool = False,
    ) -> Figure:
        """A count of articles."""
        rows = tuple(_article_row(article) for article in articles[:ROWS_KEPT])
        self._write(key, title, ARTICLE_COLUMNS, rows, total=len(articles), command=self._command("articles", filters))
        return Figure(len(articles), key, is_floor)

    def edits(
        self, key: str, title: str, edits: Sequence[Edit], *, filters: str = "", is_floor: bool = False
    ) -> Figure:
        """A count of changes to published texts."""
        rows = tuple(_edit_row(edit) for edit in edits[:ROWS_KEPT])
        self._write(
            key, title, EDIT_COLUMNS, rows, total=len(edits), command=self._command("revisions", f"--edits {filters}")
        )
        return Figure(len(edits), key, is_floor)

    def removals(self, key: str, title: str, removals: Sequence[Removal], *, filters: str = "") -> Figure:
        """A count of articles no longer served."""
        return self._removals(key, title, removals, f"{self._span()} {_GONE} {filters}")

    def still_missing(self, key: str, title: str, removals: Sequence[Removal]) -> Figure:
        """A count of articles first missed before the window that were suspected at its end."""
        start, end = self._bounds()
        return self._removals(key, title, removals, f"--until {start} --as-of {end} --state suspected")

    def passed(self, key: str, title: str, removals: Sequence[Removal]) -> Figure:
        """A count of articles that were missed and served again in the window before that was worth a step."""
        return self._removals(key, title, removals, f"{self._span()} --state passed")

    def _removals(self, key: str, title: str, removals: Sequence[Removal], options: str) -> Figure:
        rows = tuple(_removal_row(removal) for removal in removals[:ROWS_KEPT])
        command = f"parallax removals {options.strip()}"
        self._write(key, title, REMOVAL_COLUMNS, rows, total=len(removals), command=command)
        return Figure(len(removals), key)

    def looks(self, key: str, title: str, outlets: Iterable[str], *, filters: str = "") -> Figure:
        """Good looks at the channels of these outlets."""
        chosen = frozenset(outlets)
        channels = [channel for channel in self._facts.channels if channel.outlet in chosen]
        rows = tuple(
            (
                channel.outlet,
                channel.channel,
                channel.kind.value,
                str(channel.looks_good),
                str(channel.looks_done),
                utc(channel.last_good_at),
                "" if channel.longest_pause_s is None else f"{channel.longest_pause_s} s",
            )
            for channel in channels[:ROWS_KEPT]
        )
        command = self._command("fetches", f"--channels {filters}")
        self._write(key, title, LOOK_COLUMNS, rows, total=len(channels), command=command)
        return Figure(sum(channel.looks_good for channel in channels), key)

    def _write(
        self,
        key: str,
        title: str,
        columns: tuple[str, ...],
        rows: tuple[tuple[str, ...], ...],
        *,
        total: int,
        command: str,
    ) -> None:
        self._pages[key] = Evidence(key, title, columns, rows, total, command)

    def _command(self, what: str, filters: str) -> str:
        return " ".join(filter(None, ("parallax export", what, self._span(), filters.strip())))

    def _span(self) -> str:
        start, end = self._bounds()
        return f"--since {start} --until {end}"

    def _bounds(self) -> tuple[str, str]:
        start, end = (at.strftime("%Y-%m-%dT%H:%MZ") for at in self._facts.window)
        return start, end


def group_filter(group: Group) -> str:
    """The option that narrows an export to one group."""
    return f"--group {group.value}"


def topic_filter(slug: str) -> str:
    """The option that narrows an export to one topic."""
    return f"--topic {slug}"


def utc(at: datetime | None) -> str:
    """A time in UTC to the second; nothing where it is not known."""
    return at.strftime("%Y-%m-%d %H:%M:%S") if at else ""


def _article_row(article: Article) -> tuple[str, ...]:
    return (
        str(article.article_id),
        article.outlet,
        article.language or "",
        utc(article.seen.after),
        utc(article.seen.by),
        article.stated.isoformat() if article.stated else "",
        str(article.revision or ""),
        (article.text_sha256 or "")[:12],
        one_line(article.title)[:HEADLINE_CHARS],
    )


def _edit_row(edit: Edit) -> tuple[str, ...]:
    return (
        str(edit.article_id),
        edit.outlet,
        utc(edit.seen.after),
        utc(edit.seen.by),
        str(edit.old_revision),
        str(edit.new_revision),
        (edit.text_sha256 or "")[:12],
        f"{edit.significance:.2f}",
        "yes" if edit.is_silent else "",
    )


def _removal_row(removal: Removal) -> tuple[str, ...]:
    return (
        str(removal.article_id),
        removal.outlet,
        removal.state.value,
        str(removal.status),
        utc(removal.seen.after),
        utc(removal.seen.by),
        str(removal.looks),
        str(removal.revision or ""),
        (removal.text_sha256 or "")[:12],
    )
