"""The status in a few words: what is not seen, then how many outlets are, then how soon texts are stored. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from publish.digest.words import plural
from publish.status.model import Health, Lag, OutletLine
from publish.status.words import count_words, short_words

_TROUBLE = {
    Health.NOT_SEEN: "not seen",
    Health.PARTLY_SEEN: "partly seen",
    Health.LATE: "late",
    Health.QUIET: "unusually quiet",
}
_ASIDE = {
    Health.NEVER_LOOKED: "never looked at",
    Health.NOT_CRAWLED: "not crawled yet",
    Health.PAUSED: "paused",
}


def opening_sentence(outlets: Sequence[OutletLine], lag: Lag) -> str:
    """``One outlet is not seen, two are partly seen. Of 26, 21 are seen well and one is paused. Half of …``."""
    if not outlets:
        return "No outlet is known; run `parallax init`."
    counts = Counter(outlet.health for outlet in outlets)
    return " ".join(filter(None, (_trouble(counts), _seen(counts, len(outlets)), _lag(lag))))


def _trouble(counts: Counter[Health]) -> str:
    found = [(counts[health], word) for health, word in _TROUBLE.items() if counts[health]]
    if not found:
        return ""
    first, *rest = found
    said = [f"{count_words(first[0])} {'outlet is' if first[0] == 1 else 'outlets are'} {first[1]}"]
    said += [f"{count_words(count)} {_are(count)} {word}" for count, word in rest]
    return _capital(", ".join(said)) + "."


def _seen(counts: Counter[Health], total: int) -> str:
    well = counts[Health.SEEN_WELL]
    if well == total:
        return "The one outlet is seen well." if total == 1 else f"All {total:,} outlets are seen well."
    said = [f"{count_words(well) if well else 'none'} {_are(well)} seen well"]
    said += [f"{count_words(counts[h])} {_are(counts[h])} {word}" for h, word in _ASIDE.items() if counts[h]]
    joined = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    return f"Of {total:,}, {joined}."


def _lag(lag: Lag) -> str:
    if lag.median_s is None:
        return ""
    if lag.articles == 1:
        return f"Today's one new article was stored within {short_words(lag.median_s)} of being listed."
    articles = plural(lag.articles, "new article")
    return f"Half of today's {articles} were stored within {short_words(lag.median_s)} of being listed."


def _are(count: int) -> str:
    return "is" if count < 2 else "are"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
