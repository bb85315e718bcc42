"""The pages in ``digests/`` after a takedown: those of a day are written anew, others that name it are told of.

What tells of a taken-down article: an address of it, its number as our forms write it, or, while they are known, its
words. A file that is a digest as it is kept now is clean, whatever its name.
"""

from __future__ import annotations

import gzip
import html
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from domain.errors import StorageError
from parallax.bootstrap import Parallax
from publish.digest.html import digest_html
from publish.digest.json import digest_json
from publish.digest.keep import DAILY, as_published
from publish.digest.markdown import digest_markdown
from publish.digest.model import Digest
from publish.digest.redact import WORDS_GONE
from publish.digest.text import digest_text
from publish.digest.words import heading_day
from storage.kept_digests import StoredDigests
from storage.takedowns import NamedBy, named_by

FORM_OF = {
    "html": "html", "htm": "html", "md": "markdown", "markdown": "markdown", "txt": "text", "text": "text",
    "json": "json",
}  # fmt: skip
_WIDTH = 100
_URL = re.compile(r"https?://[^\s\"'<>]+")
_NUMBER = re.compile(
    r"(?:\barticle |parallax (?:diff|show|history|evidence) |\"article_id\": ?|\bid=\"(?:edit|gone)-)(\d{1,18})"
)
_TAG = re.compile(r"<[^>]*>")
_MARKS = re.compile(r"[\\*~]")  # as Markdown escapes and sets off, as JSON escapes
_LEAST_PHRASE = 25


@dataclass(slots=True)
class Pages:
    """``written``: how many hold the words no more. ``left``: those that may still. ``problems``: why one was not."""

    written: int = 0
    left: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def write_pages_again(parallax: Parallax, folder: Path, words: Collection[str] = ()) -> Pages:
    """Have no page in ``folder`` show what was taken down; ``words``: those of what was so just now, where known."""
    done = Pages()
    if not folder.is_dir():
        return done
    with parallax.store.read() as session:
        kept = StoredDigests(session)
        noted, published = kept.noted(WORDS_GONE), kept.published()
        names = named_by(session)
    ours: set[Path] = set()
    for name, day in noted:
        paths = list(_pages_of(folder, day)) if name == DAILY else []
        ours.update(paths)
        for path in paths:
            try:
                done.written += _write_anew(path, _kept(parallax, name, day))
            except OSError as error:
                done.problems.append(f"{_told(folder, path)} can't be written without its words: {error.strerror}")
            except StorageError as error:
                done.problems.append(f"{_told(folder, path)} can't be written without its words: {error}")
    phrases = _phrases(words)
    for path in sorted(folder.rglob("*")):
        if path in ours or not path.is_file():
            continue
        try:
            content = _read(path)
        except OSError as error:
            done.problems.append(f"{_told(folder, path)} can't be read: {error.strerror}")
            continue
        if _names(content, names, phrases) and not _is_clean(parallax, content, published):
            done.left.append(_told(folder, path))
    return done


def write_page(path: Path, written: str) -> None:
    """Write a page, whole or not there."""
    unfinished = _unfinished(path)
    unfinished.write_text(written, encoding="utf-8")
    unfinished.replace(path)


def in_form(digest: Digest, form: str, *, width: int = _WIDTH) -> str:
    """The digest as html, markdown, text or json."""
    if form == "text":
        return digest_text(digest, width=width)
    return {"html": digest_html, "markdown": digest_markdown, "json": digest_json}[form](digest)


def _told(folder: Path, path: Path) -> str:
    return str(path.relative_to(folder.parent))


def _unfinished(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def _pages_of(folder: Path, day: date) -> Iterator[Path]:
    """The pages named after a day; one that was being written when its writer was killed counts as there."""
    for suffix in FORM_OF:
        path = folder / f"{day}.{suffix}"
        if path.exists() or _unfinished(path).exists():
            yield path


def _kept(parallax: Parallax, name: str, day: date) -> Digest:
    """Raises StorageError where it can't be read."""
    with parallax.store.read() as session:
        found = StoredDigests(session).find(name, day)
    if found is None:
        raise StorageError(f"the digest of {day} is kept no more")
    return as_published(found)


def _write_anew(path: Path, digest: Digest) -> bool:
    """Write a page as its digest is kept now; whether it was another."""
    target = path.resolve()
    was = _read(target) if target.exists() else None
    written = in_form(digest, FORM_OF[path.suffix[1:]], width=_width_of(was or ""))
    if was is not None and was.strip("\n") == written.strip("\n"):
        _unfinished(target).unlink(missing_ok=True)
        return False
    write_page(target, written)
    return True


def _width_of(content: str) -> int:
    """That of the rule with which a digest as text begins."""
    first = content.partition("\n")[0]
    return len(first) if first and set(first) == {"═"} else _WIDTH


def _read(path: Path) -> str:
    """What a file holds, unpacked. Raises OSError."""
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError, zlib.error):
            content = gzip.decompress(content)
    return content.decode("utf-8", "replace")


def _names(content: str, names: NamedBy, phrases: Sequence[str]) -> bool:
    """Whether it may show words of what was taken down."""
    if any(int(number) in names.article_ids for number in _NUMBER.findall(content)):
        return True
    found = {html.unescape(url).replace("\\", "") for url in _URL.findall(content)}
    if any(one in names.urls for url in found for one in _ends(url)):
        return True
    as_read = (_normal(content), _normal(_TAG.sub("", content))) if phrases else ()
    return any(phrase in one for phrase in phrases for one in as_read)


def _ends(url: str) -> tuple[str, ...]:
    """An address as it was found, and without what may stand behind it: of CSV, of Markdown, of a sentence."""
    return url, url.partition(",")[0], url.partition(")")[0], url.rstrip(".,;:)")


def _phrases(words: Collection[str]) -> list[str]:
    """Headlines and sentences that are long enough to be of one article."""
    said = {_normal(one) for text in words for one in re.split(r"(?<=[.!?…])\s+|\n+", text)}
    return sorted(one for one in said if len(one) >= _LEAST_PHRASE)


def _normal(text: str) -> str:
    return " ".join(_MARKS.sub("", html.unescape(text)).split()).casefold()


def _is_clean(parallax: Parallax, content: str, published: Collection[tuple[str, date]]) -> bool:
    """Whether it is a digest as it is kept, which is without the words, with all notes or those of some time before."""
    start = content.lstrip()[:1]
    form = {"<": "html", "{": "json", "═": "text", "#": "markdown"}.get(start)
    if form is None:
        return False
    said, width = content.strip("\n"), _width_of(content)
    for name, day in published:
        if str(day) not in content and heading_day(day) not in content:
            continue
        try:
            digest = _kept(parallax, name, day)
        except StorageError:
            continue
        for count in range(len(digest.notes), -1, -1):
            if in_form(replace(digest, notes=digest.notes[:count]), form, width=width).strip("\n") == said:
                return True
    return False
