"""The report's sentences, worded once for all forms."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from publish.check.model import ArticleCheck, CheckReport, OutletCheck, PageCheck, Remark, Verdict, Weight
from publish.digest.safe import one_line
from publish.digest.words import plural

_SEVERAL = 3  # outlets
_UNREACHED = {"dns_error", "connect_error", "timeout", "robots_unreachable"}
SIGNS = {Verdict.FAILED: "✕", Verdict.PARTLY: "◐", Verdict.NOTHING: "–", Verdict.UNFINISHED: "…", Verdict.FINE: "●"}
VERDICT_WORDS = {
    Verdict.FAILED: "no text would be stored",
    Verdict.PARTLY: "texts would be stored, and something is wrong",
    Verdict.NOTHING: "none of its channels can be polled",
    Verdict.UNFINISHED: "not tried to its end",
    Verdict.FINE: "fine",
}


def sign_of(remark: Remark) -> str:
    """What stands before a remark."""
    return "✗" if remark.weight is Weight.FAULT else "○"


def headline(report: CheckReport) -> str:
    """The report in one sentence."""
    counts = report.verdicts()
    told = [f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict]]
    whole = "" if report.is_whole else " The check was interrupted; the same command goes on with it."
    ours = " Nobody answered: most likely your own connection or resolver." if _is_likely_ours(report) else ""
    return f"{plural(len(report.outlets), 'outlet')} tried: {', '.join(told)}.{ours}{whole}"


def _is_likely_ours(report: CheckReport) -> bool:
    """Whether several outlets were asked and none was so much as reached."""
    asked = [outlet for outlet in report.outlets if outlet.verdict not in {Verdict.NOTHING, Verdict.UNFINISHED}]
    codes = {remark.code for outlet in asked for remark in outlet.remarks() if remark.weight is Weight.FAULT}
    return len(asked) >= _SEVERAL and all(o.verdict is Verdict.FAILED for o in asked) and codes <= _UNREACHED


def made(report: CheckReport) -> str:
    """When and as whom."""
    at: datetime = report.made_at.astimezone(ZoneInfo(report.zone))
    how = f"as {report.user_agent}" if report.replayed is None else f"answered by the archive {report.replayed}"
    return f"{at:%Y-%m-%d %H:%M} {report.zone}, catalogue {report.catalogue_hash[:12]}, {how}"


def extracted(article: ArticleCheck) -> str:
    """What was read."""
    title = f"“{one_line(article.title)}”" if article.title else "no headline"
    by = f", by {one_line(', '.join(article.authors))}" if article.authors else ""
    return f"{title}{by}, {article.chars:,} characters of the {article.text_source}"


def date_words(article: ArticleCheck) -> str:
    """The date with its precision and source."""
    if article.published is None:
        return "none"
    source = (article.published_source or "").replace("_", " ")
    return f"{article.published} (to the {article.published_precision}, from the {source})"


def store_words(page: PageCheck) -> str:
    """What a crawl would store of the page."""
    if page.article is None:
        return "nothing"
    addresses = f" at {page.article.addresses} addresses" if page.article.addresses > 1 else ""
    return f"a new article{addresses} with its first revision"


def counts_line(outlet: OutletCheck) -> str:
    """What the outlet gave, in numbers."""
    good = sum(channel.state == "good" for channel in outlet.channels)
    asked = sum(channel.state != "not asked" for channel in outlet.channels)
    entries = sum(channel.entries for channel in outlet.channels)
    told = f"{plural(entries, 'entry', 'entries')}, {plural(len(outlet.texts()), 'text')}"
    return f"{good} of {plural(asked, 'channel')} answered, {told}"
