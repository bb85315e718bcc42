"""What all our HTML pages have in common: how their templates are read, and how words of others stand in them."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from publish.digest.safe import one_line

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def page_environment(*folders: Path, **named: object) -> Environment:
    """Templates of the first of ``folders`` that has one. All is escaped; a name that is not ``named`` is an error."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["line"] = one_line
    environment.globals.update(href=href, lang=lang, **named)
    return environment


def href(url: str) -> str | None:
    """``url`` where it may stand in a link: http and https alone."""
    return url if url.lower().startswith(("http://", "https://")) else None


def lang(code: str | None) -> str | None:
    """``code`` where it has the form of a language tag."""
    return code if code and _LANGUAGE_TAG.fullmatch(code) else None
