"""OPML 2.0 in and out: the lists of feeds that feed readers exchange (opml.org/spec2.opml). Pure.

A file that comes from elsewhere may be hostile: nothing of it is expanded, fetched or believed beyond its addresses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from pathlib import Path
from xml.etree import ElementTree
from xml.parsers import expat

from domain.errors import CatalogueError
from domain.outlet import GROUP_TITLES, Channel, ChannelKind, Group, Outlet
from domain.urls import http_url
from outlets.catalogue import Catalogue
from outlets.writing import line

MAX_FILE_BYTES = 5 << 20
MAX_DEPTH = 50
MAX_FEEDS = 5_000
_MOST_PROBLEMS = 100
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """A feed as listed. ``folders``: the titles that it stands under; ``home``: the site's page, where one is named."""

    title: str | None
    url: str
    home: str | None
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpmlList:
    """What a file lists. ``problems``: a line for each thing that was left out."""

    feeds: tuple[OpmlFeed, ...]
    problems: tuple[str, ...]


def opml_text(catalogue: Catalogue, *, now: datetime, today: date) -> str:
    """All feeds that are polled, grouped by group, as an OPML document."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = "Parallax"
    ElementTree.SubElement(head, "dateCreated").text = format_datetime(now)
    body = ElementTree.SubElement(root, "body")
    by_group: dict[Group, list[tuple[Outlet, Channel]]] = defaultdict(list)
    for outlet in catalogue.outlets.values():
        feeds = [c for c in outlet.channels if c.kind is ChannelKind.FEED and c.enabled and outlet.enabled]
        by_group[outlet.group_on(today)] += [(outlet, feed) for feed in feeds]
    for group in Group:
        if by_group[group]:
            folder = ElementTree.SubElement(body, "outline", text=GROUP_TITLES[group])
            for outlet, feed in by_group[group]:
                ElementTree.SubElement(folder, "outline", _outline(outlet, feed))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _outline(outlet: Outlet, feed: Channel) -> dict[str, str]:
    several = sum(channel.kind is ChannelKind.FEED for channel in outlet.channels) > 1
    title = f"{outlet.name} ({feed.slug})" if several else outlet.name
    told = {"type": "rss", "text": title, "title": title, "xmlUrl": feed.address}
    if outlet.home:
        told["htmlUrl"] = outlet.home
    if feed.language:
        told["language"] = feed.language
    return told


def read_opml(path: Path) -> OpmlList:
    """The feeds that a file lists, each address once, in its order.

    Raises CatalogueError for what is no OPML, declares entities, nests deeper than 50 or is larger than 5 MiB.
    """
    try:
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)  # a device or a pipe has no size that could be asked for
    except OSError as error:
        raise CatalogueError(path, "file", f"can't be read: {error.strerror}; allowed: an OPML file") from error
    if len(body) > MAX_FILE_BYTES:
        raise CatalogueError(path, "size", f"more than {MAX_FILE_BYTES:,} bytes; allowed: at most that many")
    reader = _Reader(path)
    try:
        reader.read(body)
    except expat.ExpatError as error:
        raise CatalogueError(path, "xml", f"can't be read: {error}; allowed: an OPML file") from error
    except (LookupError, ValueError) as error:  # an encoding that nobody knows
        raise CatalogueError(path, "xml", f"can't be read: {' '.join(str(error).split())}") from error
    if not reader.is_opml:
        raise CatalogueError(path, "xml", "has no element opml; allowed: an OPML file")
    return OpmlList(tuple(reader.feeds.values()), tuple(reader.problems))


class _Reader:
    """Takes outlines as expat meets them; no tree is built."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folders: list[str | None] = []  # one an open element; None: it is no folder
        self.is_opml = False
        self.feeds: dict[str, OpmlFeed] = {}
        self.problems: list[str] = []

    def read(self, body: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._refuse_entity
        parser.Parse(body, True)

    def _refuse_entity(self, *_declared: object) -> None:
        raise CatalogueError(self._path, "xml", "declares entities, which could grow without end; allowed: none")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._folders) >= MAX_DEPTH:
            raise CatalogueError(self._path, "xml", f"nests deeper than {MAX_DEPTH} elements")
        self.is_opml = self.is_opml or (name.lower() == "opml" and not self._folders)
        told = {key.lower(): value for key, value in attributes.items()} if name.lower() == "outline" else {}
        title = line(told.get("title")) or line(told.get("text"))
        address = told.get("xmlurl", "").strip()
        if address:
            self._take(address, title, told)
        self._folders.append(title if name.lower() == "outline" and not address else None)

    def _end(self, _name: str) -> None:
        self._folders.pop()

    def _take(self, address: str, title: str | None, told: Mapping[str, str]) -> None:
        url = http_url(address)
        shown = f"{title or 'without a title'}: {(line(address) or '')[:_SHOWN_CHARS]}"
        if url is None:
            self._tell(f"{shown} is no address that can be asked for")
        elif url in self.feeds:
            self._tell(f"{shown} is listed twice")
        elif len(self.feeds) >= MAX_FEEDS:
            self._tell(f"{shown} and what follows is left out: more than {MAX_FEEDS} feeds")
        else:
            folders = tuple(folder for folder in self._folders if folder)
            self.feeds[url] = OpmlFeed(title, url, http_url(told.get("htmlurl", "")), folders)

    def _tell(self, problem: str) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)
