"""The sample world's feeds, in the dialects that outlets' software writes: RSS, Atom, JSON Feed. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape
from zlib import crc32

from tests.world.dates import rfc822, rfc3339
from tests.world.script import Article, ChannelScript, Site, Stray

Item = Article | Stray


def feed_document(
    site: Site, channel: ChannelScript, items: Sequence[Item], now: datetime, port: int
) -> tuple[str, str]:
    """The feed at ``now`` and its media type; text, not yet encoded in the site's charset."""
    if channel.format == "json":
        return _json_feed(site, channel, items, now, port), "application/feed+json"
    if channel.format == "atom":
        return _atom(site, channel, items, now, port), "application/atom+xml"
    return _rss(site, channel, items, now, port), "application/rss+xml"


def item_link(site: Site, channel: ChannelScript, item: Item, port: int) -> str | None:
    """The address that an item of ``channel`` leads to; None when it has no link."""
    path = item.path if isinstance(item, Article) else item.link
    if path is None or path.startswith("http"):
        return path and path.format(port=port)
    return f"http://{channel.host or site.host}:{port}{path}"


def summary_of(article: Article, now: datetime) -> str:
    """The teaser: the first paragraph of what stands at ``now``."""
    return article.version(now).paragraphs[0]


def _stated(item: Item) -> datetime:
    if isinstance(item, Stray):
        return item.at
    return item.stated or item.published


def _title(item: Item, now: datetime) -> str:
    return item.title if isinstance(item, Stray) else item.version(now).title


def _rss(site: Site, channel: ChannelScript, items: Sequence[Item], now: datetime, port: int) -> str:
    rows = "\n".join(_rss_item(site, channel, item, now, port) for item in items)
    built = f"\n<lastBuildDate>{rfc822(now)}</lastBuildDate>" if channel.shifting else ""
    declared = site.charset if site.charset.startswith("windows") else "UTF-8"
    language = channel.language or site.languages[0]
    return f"""<?xml version="1.0" encoding="{declared}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{escape(site.name)}</title>
<link>http://{site.host}:{port}/</link>
<description>{escape(site.name)}</description>
<language>{language}</language>{built}
{rows}
</channel>
</rss>
"""


def _rss_item(site: Site, channel: ChannelScript, item: Item, now: datetime, port: int) -> str:
    link = item_link(site, channel, item, port)
    parts = [f"<title>{escape(_title(item, now))}</title>"]
    if link:
        parts.append(f"<link>{escape(link)}</link>")
    parts += _guid(site, channel, item, link)
    if channel.dated:
        parts.append(f"<pubDate>{rfc822(_stated(item))}</pubDate>")
    if isinstance(item, Article):
        if item.author and channel.text != "none":
            parts.append(f"<dc:creator>{escape(item.author)}</dc:creator>")
        parts += _rss_text(channel, item, now)
    return "<item>\n" + "\n".join(parts) + "\n</item>"


def _guid(site: Site, channel: ChannelScript, item: Item, link: str | None) -> list[str]:
    if channel.guid == "same":
        return [f'<guid isPermaLink="false">{site.host}</guid>']
    if channel.guid == "number" and isinstance(item, Article):
        return [f'<guid isPermaLink="false">{site.slug}:{item.number}</guid>']
    if channel.guid == "link" and link:
        return [f'<guid isPermaLink="true">{escape(link)}</guid>']
    return []


def _rss_text(channel: ChannelScript, article: Article, now: datetime) -> list[str]:
    summary = summary_of(article, now)
    if channel.text == "none":
        return []
    if channel.text == "double":  # the software escapes the CDATA section that it has just written
        return [f"<description>&lt;![CDATA[{escape(escape(summary))}]]&gt;</description>"]
    parts = [f"<description><![CDATA[<p>{escape(summary)}</p>]]></description>"]
    if channel.text == "full":
        parts.append(f"<content:encoded><![CDATA[{_html_of(article, now)}]]></content:encoded>")
    return parts


def _html_of(article: Article, now: datetime) -> str:
    return "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.version(now).paragraphs)


def _atom(site: Site, channel: ChannelScript, items: Sequence[Item], now: datetime, port: int) -> str:
    changed = max([_changed(item, now) for item in items], default=now)
    rows = "\n".join(_atom_entry(site, channel, item, now, port) for item in items)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{channel.language or site.languages[0]}">
<title>{escape(site.name)}</title>
<id>tag:{site.host},2024:feed</id>
<link rel="self" href="http://{site.host}:{port}{escape(channel.path)}"/>
<link href="http://{site.host}:{port}/"/>
<updated>{rfc3339(now if channel.shifting else changed)}</updated>
{rows}
</feed>
"""


def _changed(item: Item, now: datetime) -> datetime:
    return item.at if isinstance(item, Stray) else item.updated(now)


def _atom_entry(site: Site, channel: ChannelScript, item: Item, now: datetime, port: int) -> str:
    link = item_link(site, channel, item, port)
    number = item.number if isinstance(item, Article) else crc32(item.title.encode())
    parts = [f"<id>tag:{site.host},2024:{number}</id>", f"<title>{escape(_title(item, now))}</title>"]
    if link:
        parts.append(f'<link rel="alternate" type="text/html" href="{escape(link)}"/>')
    parts.append(f"<published>{rfc3339(_stated(item))}</published>")
    parts.append(f"<updated>{rfc3339(_changed(item, now))}</updated>")
    if isinstance(item, Article):
        if item.author:
            parts.append(f"<author><name>{escape(item.author)}</name></author>")
        parts.append(f'<summary type="text">{escape(summary_of(item, now))}</summary>')
        if channel.text == "full":
            parts.append(f'<content type="html">{escape(_html_of(item, now))}</content>')
    return "<entry>\n" + "\n".join(parts) + "\n</entry>"


def _json_feed(site: Site, channel: ChannelScript, items: Sequence[Item], now: datetime, port: int) -> str:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": f"http://{site.host}:{port}/",
        "feed_url": f"http://{site.host}:{port}{channel.path}",
        "language": channel.language or site.languages[0],
        "items": [_json_item(site, channel, item, now, port) for item in items],
    }
    return json.dumps(document, ensure_ascii=False, indent=1)


def _json_item(site: Site, channel: ChannelScript, item: Item, now: datetime, port: int) -> dict[str, object]:
    link = item_link(site, channel, item, port)
    row: dict[str, object] = {"id": link or _title(item, now), "title": _title(item, now)}
    if link:
        row["url"] = link
    row["date_published"] = rfc3339(_stated(item))
    if isinstance(item, Article):
        if item.updated(now) != item.published:
            row["date_modified"] = rfc3339(item.updated(now))
        if item.author:
            row["authors"] = [{"name": item.author}]
        row["summary"] = summary_of(item, now)
        if channel.text == "full":
            row["content_html"] = _html_of(item, now)
    return row
