"""Words of others as Markdown: escaped, so that no headline becomes a link, markup, a mention or HTML. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from publish.digest.safe import one_line

_MARKUP = re.compile(r"([\\`*_\[\]|~$#@])")
_AT_START = re.compile(r"^([+=-])|^(\d+)([.)])")  # what would begin a list or a heading
_ENTITIES = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;"})
_URL_SAFE = "/:?#@!$&'*+,;=%~-._"


def escaped(text: str | None) -> str:
    """``text`` on one line, with whatever Markdown or HTML could read as markup, link or mention escaped."""
    marked = _MARKUP.sub(r"\\\1", one_line(text)).translate(_ENTITIES)
    started = _AT_START.sub(lambda m: f"\\{m[1]}" if m[1] else f"{m[2]}\\{m[3]}", marked)
    return started.replace("://", "\\://").replace("www.", "www\\.")


def link(text: str | None, url: str) -> str:
    """A link; mere text where the address is none that may stand in a link."""
    shown = escaped(text) or "(no headline)"
    if not url.lower().startswith(("http://", "https://")):
        return shown
    return f"[{shown}](<{quote(one_line(url), safe=_URL_SAFE)}>)"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, right_from: int) -> str:
    """A table; columns from ``right_from`` on are set to the right."""
    marks = ["---" if i < right_from else "---:" for i in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, marks, *rows))


def kept_ends(text: str) -> str:
    """Escaped, its spaces at both ends kept as one."""
    inner = escaped(text)
    if not inner:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + inner + (" " if text[-1].isspace() else "")
