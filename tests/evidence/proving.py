"""Evidence of an article, and what others find who check it in a place where there is no Parallax."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from warcio.archiveiterator import ArchiveIterator

from domain.fetch import Reason
from publish.evidence.folder import Written, write_evidence
from publish.evidence.gather import evidence_facts
from storage.archive_lock import places_stay
from storage.history_queries import find_history
from tests.unit.crawler.small_crawl import NOW, SENTENCES, SmallCrawl, feed, item, page
from tests.world_run import ROOT

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BAKU = ZoneInfo("Asia/Baku")
EDITED = (*SENTENCES[:3], "Körpü yenidən bağlanıb.")
RECORDS = "records/records.warc.gz"


def edited_article(crawl: SmallCrawl) -> None:
    """Listed, published, seen again unchanged, changed, and no longer there."""
    crawl.read(None, feed(item("/z", "Başqa xəbər")), at=NOW)
    crawl.read(None, feed(item("/a"), item("/z", "Başqa xəbər")), at=NOW + HOUR)
    crawl.read("/a", page(), at=NOW + HOUR)
    again(crawl, page(), at=NOW + 2 * HOUR)
    crawl.read("/a", page(*EDITED), at=NOW + DAY, reason=Reason.RECHECK)
    again(crawl, b"Not here.", at=NOW + 2 * DAY, status=404)


def again(crawl: SmallCrawl, body: bytes, *, at: datetime, status: int = 200) -> int:
    """Another look at the page, which is not read; gives its fetch."""
    return crawl.fetched("/a", body, at=at, status=status, reason=Reason.RECHECK)


def proven(crawl: SmallCrawl, out: Path, article_id: int = 1, *, at: datetime = NOW + 3 * DAY) -> Written:
    """Evidence of the article, written to ``out`` at that time."""
    with places_stay(crawl.archive):
        with crawl.store.read() as session:
            history = find_history(session, article_id=article_id)
            assert history is not None
            facts = evidence_facts(session, history, made_at=at, made_by="Parallax 0", zone=BAKU)
        return write_evidence(facts, crawl.archive, out)


def checked(folder: Path, place: Path) -> dict[str, bool]:
    """What each of the three checks of README.txt says of a copy of ``folder`` in ``place``, a folder of its own."""
    place.mkdir()
    clean = shutil.copytree(folder, place / "given")
    (place / "chain.py").write_text(chain_program(folder), encoding="utf-8")
    return {
        "sums": _run(clean, "sha256sum", "-c", "SHA256SUMS"),
        "warc": _run(clean, sys.executable, "-I", "-m", "warcio.cli", "check", "-v", RECORDS),
        "chain": _run(clean, sys.executable, "-I", "../chain.py"),
    }


def chain_program(folder: Path) -> str:
    """The lines of README.txt that check the chain."""
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    found = re.search(r"^    import hashlib\n.*?^    print\(.*?\n", readme, re.M | re.S)
    assert found
    return textwrap.dedent(found[0])


def _run(folder: Path, *command: str) -> bool:
    """Whether a command succeeds there, with nothing of ours in its environment."""
    clean = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, env=clean, capture_output=True, timeout=60, check=False).returncode == 0


def sums_anew(folder: Path) -> None:
    """Make SHA256SUMS right again, as one would who changed something on purpose."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder)}\n" for p in paths]
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def manifest(folder: Path) -> dict[str, Any]:
    """``manifest.json``."""
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def change_manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change it, and make the sums right again."""
    document = manifest(folder)
    change(document)
    (folder / "manifest.json").write_text(json.dumps(document, ensure_ascii=False, indent=2), encoding="utf-8")
    sums_anew(folder)


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO((folder / name).read_text(encoding="utf-8"), newline="")))


def files_of(folder: Path) -> dict[str, bytes]:
    """All files by their path."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def warc(folder: Path) -> list[tuple[str, str, bytes]]:
    """Type, id and body of each record there, as other tools read them."""
    with (folder / RECORDS).open("rb") as stream:
        return [
            (one.rec_type, one.rec_headers["WARC-Record-ID"], one.content_stream().read())
            for one in ArchiveIterator(stream)
        ]


def command(*words: str) -> list[str]:
    """``parallax`` with ``words``."""
    return [sys.executable, "-m", "parallax.cli", *words]


def environ(crawl: SmallCrawl) -> dict[str, str]:
    """An environment in which Parallax finds the crawl's store and archive, three days after it began."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PARALLAX_")}
    return {
        **clean,
        "PARALLAX_HOME": str(crawl.archive.parent),
        "PARALLAX_DATABASE_URL": crawl.store.engine.url.render_as_string(hide_password=False),
        "PARALLAX_CLOCK": f"{(NOW + 3 * DAY).isoformat()}@0",
        "PARALLAX_LOG_LEVEL": "error",
    }


def parallax(crawl: SmallCrawl, *words: str) -> subprocess.CompletedProcess[str]:
    """``parallax`` with ``words`` over the crawl's store and archive, in a process of its own."""
    return subprocess.run(
        command(*words), cwd=ROOT, env=environ(crawl), capture_output=True, text=True, timeout=120, check=False
    )
