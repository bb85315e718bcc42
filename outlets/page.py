"""The catalogue as a page for people. ``python -m outlets.page > docs/OUTLETS.md`` writes it anew."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

from domain.outlet import GROUP_TITLES, Channel, ChannelKind, Group, GroupPeriod, Outlet
from domain.topic import Topic
from outlets.catalogue import Catalogue, load_catalogue
from outlets.channels import crawlable_channels, lacking, not_crawled_yet
from outlets.platforms import Platforms

_OPENING = """# Outlets and topics

Written from the catalogue by `python -m outlets.page > docs/OUTLETS.md`; a test fails when the two differ.
Nothing here was fetched by the project: every outlet is unverified until a live run has read it.

Evidence for an address: **A** a public project fetched it, **B** three or more list it, **C** one or two list it,
**D** a guess. A group is a place in the comparison under the scheme `parallax`, with its reason; it can be disputed
and is changed in the outlet's own file. How to add an outlet: [ADDING_AN_OUTLET.md](ADDING_AN_OUTLET.md).
"""


def outlets_markdown(catalogue: Catalogue) -> str:
    """The page in Markdown: figures, the outlets by their last group, the topics."""
    outlets = tuple(catalogue.outlets.values())
    parts = [_OPENING, _figures(outlets, len(catalogue.topics))]
    for group, title in GROUP_TITLES.items():
        if members := [o for o in outlets if _last_group(o) is group]:
            parts.append(f"\n## {title}\n")
            parts.extend("\n" + "\n".join(_outlet_lines(outlet)) + "\n" for outlet in members)
    parts.append("\n## Topics\n")
    parts.extend("\n" + "\n".join(_topic_lines(topic)) + "\n" for topic in catalogue.topics.values())
    return "".join(parts)


def _figures(outlets: Sequence[Outlet], topics: int) -> str:
    channels = [c for o in outlets for c in o.channels]
    crawled = sum(len(crawlable_channels(o)) for o in outlets)
    reachable = sum(1 for o in outlets if crawlable_channels(o))
    kinds = _table(
        ("Kind", "Channels", "Not crawled yet"),
        (
            (kind, str(len(of_kind)), str(sum(1 for c in of_kind if not_crawled_yet(c))))
            for kind in ChannelKind
            if (of_kind := [c for c in channels if c.kind is kind])
        ),
    )
    sentence = (
        f"{len(outlets)} outlets, {sum(o.enabled for o in outlets)} of them enabled; {len(channels)} channels, "
        f"{crawled} of them crawled, at {reachable} outlets; {topics} topics."
    )
    return f"\n{sentence}\n\n" + "\n".join(kinds) + "\n"


def _outlet_lines(outlet: Outlet) -> Iterator[str]:
    yield from (f"### {_text(outlet.name)}", "", " · ".join(_headline(outlet)), "")
    yield from _fact_lines(outlet)
    if outlet.channels:
        yield ""
        yield from _table(
            ("Channel", "Kind", "Address", "Language", "Evidence", "Holds", "Crawled"),
            (_channel_row(outlet, channel) for channel in outlet.channels),
        )


def _fact_lines(outlet: Outlet) -> Iterator[str]:
    yield from (f"- {_group_line(period)}" for period in outlet.groups)
    if outlet.note:
        yield f"- Note: {_text(outlet.note)}"
    if outlet.expectations.articles_a_day_min:
        yield f"- Expected: at least {outlet.expectations.articles_a_day_min} articles a day"
    yield from (f"- WordPress REST: `{api}`" for api in outlet.wordpress_api)
    if outlet.quirks:
        yield f"- Quirks: {', '.join(quirk.replace('-', ' ') for quirk in outlet.quirks)}"
    yield from (f"- Dead: `{d.address}` ({_text(d.problem)})" for d in outlet.dead_addresses)


def _headline(outlet: Outlet) -> Iterator[str]:
    yield f"`{outlet.slug}`"
    if outlet.home:
        yield f"<{outlet.home}>"
    yield ", ".join(outlet.languages) or "language not known"
    if not outlet.enabled:
        yield "**disabled**"
    if not outlet.page_fetch:
        yield "pages are not fetched"
    if outlet.render:
        yield "pages are shown by a browser"
    if outlet.proxy:
        yield f"asked through the proxy `{outlet.proxy}`"
    yield "verified" if outlet.verified else "not verified"


def _group_line(period: GroupPeriod) -> str:
    since = f" from {period.valid_from}" if period.valid_from else ""
    until = f" until {period.valid_to}" if period.valid_to else ""
    return f"{GROUP_TITLES[period.group]}{since}{until}: {_text(period.reason)}"


def _channel_row(outlet: Outlet, channel: Channel) -> tuple[str, ...]:
    evidence = f"{channel.evidence}, {channel.probed_on}" if channel.probed_on else channel.evidence
    return (
        channel.slug,
        channel.kind,
        f"`{channel.address}`",
        channel.language or "–",
        evidence + (f". {_text(channel.note)}" if channel.note else ""),
        _holdings(channel),
        _crawling(outlet, channel),
    )


def _holdings(channel: Channel) -> str:
    facts = [f"{channel.items} entries" if channel.items else "", f"{channel.window_h} h" if channel.window_h else ""]
    facts.append(f"text: {channel.body}" if channel.body else "")
    return ", ".join(f for f in facts if f) or "–"


def _crawling(outlet: Outlet, channel: Channel) -> str:
    if reason := not_crawled_yet(channel):
        return f"not crawled yet: {reason}"
    if not (outlet.enabled and channel.enabled):
        return "disabled"
    wanted = "by hand" if channel.kind is ChannelKind.MANUAL else "yes"
    return lacking(channel, Platforms()) or wanted


def _topic_lines(topic: Topic) -> Iterator[str]:
    yield f"### {_text(topic.title)}"
    yield ""
    yield f"`{topic.slug}`" + (f" · {_text(topic.note)}" if topic.note else "")
    yield ""
    yield from (f"- {language}: `{query}`" for language, query in topic.queries.items())
    if topic.search_only:
        yield f"- in search only: {', '.join(topic.search_only)}"


def _last_group(outlet: Outlet) -> Group:
    own = [period for period in outlet.groups if period.valid_to is None]
    return own[-1].group if own else Group.UNKNOWN


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + " --- |" * len(head)
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)


def _text(value: str) -> str:
    """Text of the catalogue with what Markdown would read as markup escaped."""
    for sign in "\\`*_<>[]":
        value = value.replace(sign, f"\\{sign}")
    return value


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # whatever the terminal says
    sys.stdout.write(outlets_markdown(load_catalogue()))
