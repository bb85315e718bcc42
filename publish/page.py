"""What all our HTML pages have in common: how their templates are read, and how words of others stand in them."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from domain.outlet import Group
from publish.digest.lines import group_title
from publish.digest.safe import lines_of, one_line, part_of_line
from publish.digest.words import LANGUAGE_NAMES, plural

BASE_TEMPLATES = Path(__file__).parent / "digest" / "templates"  # the style of all pages, and parts of them
_SHAPES = {
    Group.OFFICIAL: '<rect x="1" y="1" width="10" height="10"/>',
    Group.PRO_GOVERNMENT: '<path d="M1 1h10v10H1z" fill="none" stroke="currentColor" stroke-width="1.8"/>'
    '<path d="M1 11 11 1v10z"/>',
    Group.INDEPENDENT: '<circle cx="6" cy="6" r="5.4"/>',
    Group.EXILE: '<path d="M6 .2 11.8 11.2H.2z"/>',
    Group.INTERNATIONAL: '<path d="M6-.4 12.4 6 6 12.4-.4 6z"/>',
    Group.UNKNOWN: '<circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" stroke-width="1.6" '
    'stroke-dasharray="2 1.6"/>',
}
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def page_environment(*folders: Path, **named: object) -> Environment:
    """Templates of the first of ``folders`` that has one, then the base ones. All is escaped.

    A name that is not ``named`` and no part of all pages is an error.
    """
    environment = Environment(
        loader=FileSystemLoader((*folders, BASE_TEMPLATES)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["line"] = one_line
    environment.filters["lines"] = lines_of
    environment.filters["part"] = part_of_line
    environment.globals.update(
        group_title=group_title,
        href=href,
        lang=lang,
        language_name=lambda code: LANGUAGE_NAMES.get(code, code),
        plural=plural,
        shape=shape,
    )
    environment.globals.update(named)
    return environment


def shape(group: Group) -> Markup:
    """The group's sign as an SVG's content, 12 by 12."""
    return Markup(_SHAPES[group])  # noqa: S704  # our own constant drawings


def href(url: str) -> str | None:
    """``url`` where it may stand in a link: http and https alone."""
    return url if url.lower().startswith(("http://", "https://")) else None


def lang(code: str | None) -> str | None:
    """``code`` where it has the form of a language tag."""
    return code if code and _LANGUAGE_TAG.fullmatch(code) else None
