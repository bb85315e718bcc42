"""Evidence on disk: written beside its place, renamed when it is whole. A folder under its own name is whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crawler.archive.excerpt import Excerpt, TakenRecord
from domain.errors import ArchiveError, NotEmptyError, StorageError
from publish.digest.safe import lines_of
from publish.evidence.chain import chain_of
from publish.evidence.documents import article_json, digest_of, manifest_json
from publish.evidence.model import RECORDS, Bytes, EvidenceFacts, headers_file, text_file, title_file
from publish.evidence.readme import readme_txt
from publish.evidence.tables import changes_jsonl, looks_csv, states_csv
from publish.history.text import history_text
from storage.durable import file_sha256, sync_folder, write_synced

PART = ".part"
_SUMS = "SHA256SUMS"
_TEXT_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. ``missing``: why records of looks are not there, by fetch; ``sums_sha256``: of SHA256SUMS."""

    folder: Path
    files: int
    records: int
    dropped: int
    missing: dict[int, str]
    last_link: str
    sums_sha256: str


def require_free(folder: Path) -> None:
    """Raise NotEmptyError where ``folder`` is something other than an empty folder or nothing."""
    unfinished = folder.with_name(folder.name + PART)
    if unfinished.exists():
        raise NotEmptyError(f"{unfinished}: is being written, or was left by one that was killed; remove it then")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmptyError(f"{folder}: holds something already and is left as it is; name a new folder")


def write_evidence(facts: EvidenceFacts, archive: Path, folder: Path) -> Written:
    """Write all of it to ``folder``. Hold ``places_stay`` from the reading of ``facts`` on.

    A record that can't be read in the archive is named as missing. Raises NotEmptyError where ``folder`` is not free,
    StorageError where a text is not the one that its revision names, OSError where it can't be written.
    """
    require_free(folder)
    _require_texts(facts)
    part = folder.with_name(folder.name + PART)
    part.parent.mkdir(parents=True, exist_ok=True)
    part.mkdir()
    try:
        written = _write(facts, archive, part, folder)
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    sync_folder(folder.parent)
    return written


def _write(facts: EvidenceFacts, archive: Path, part: Path, folder: Path) -> Written:
    kept, files = _copied(facts, archive, part)
    chain = chain_of(facts.history)
    content = dict(_content(facts, kept))
    files |= content
    content["manifest.json"] = manifest_json(facts, kept, chain, files)
    sums = {path: known.partition(" ")[0] for path, known in files.items() if isinstance(known, str)}
    sums |= {path: digest_of(body) for path, body in content.items()}
    content[_SUMS] = "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode()
    for path, body in content.items():
        (part / path).parent.mkdir(exist_ok=True)
        write_synced(part / path, body)
    for below in part.iterdir():
        if below.is_dir():
            sync_folder(below)
    sync_folder(part)
    return Written(
        folder=folder,
        files=len(sums) + 1,
        records=len(kept.offsets),
        dropped=sum(seen.record is not None and seen.record.dropped_at is not None for seen in facts.history.looks),
        missing=dict(kept.missing),
        last_link=chain[-1].link,
        sums_sha256=digest_of(content[_SUMS]),
    )


def _copied(facts: EvidenceFacts, archive: Path, part: Path) -> tuple[Bytes, dict[str, bytes | str]]:
    """What of the archive is here, and the file that it lies in with its digest and size; none where nothing is."""
    excerpt = Excerpt(archive)
    taken: dict[int, TakenRecord] = {}
    missing: dict[int, str] = {}
    for seen in facts.history.looks:
        record = seen.record
        if record is None or record.dropped_at is not None:
            continue
        try:
            taken[seen.look.fetch_id] = excerpt.take(record.file, record.offset, record.record_id)
        except ArchiveError as error:
            missing[seen.look.fetch_id] = str(error)
    if not taken:
        return Bytes(taken, missing), {}
    path = part / RECORDS
    path.parent.mkdir()
    offsets = excerpt.write(path)
    return Bytes(taken, missing, offsets), {RECORDS: f"{file_sha256(path)} {path.stat().st_size}"}


def _content(facts: EvidenceFacts, kept: Bytes) -> Iterator[tuple[str, bytes]]:
    """The files but for records, manifest and sums."""
    history = facts.history
    yield "README.txt", readme_txt(facts, kept)
    yield "history.txt", history_text(history, zone=facts.zone, width=_TEXT_WIDTH).encode()
    yield "article.json", article_json(facts)
    yield "looks.csv", looks_csv(history, kept)
    yield "states.csv", states_csv(history)
    yield "changes.jsonl", changes_jsonl(history)
    for revision in history.revisions:
        yield text_file(revision.number), facts.texts[revision.text_sha256].encode()
        if revision.title is not None:
            yield title_file(revision.number), revision.title.encode()
    for fetch_id, record in kept.taken.items():
        yield headers_file(fetch_id), lines_of(record.head).encode()


def _require_texts(facts: EvidenceFacts) -> None:
    for revision in facts.history.revisions:
        text = facts.texts.get(revision.text_sha256)
        if text is None or digest_of(text.encode()) != revision.text_sha256:
            raise StorageError(
                f"the text of revision {revision.number} is not the one that it names; `parallax db check`"
            )
