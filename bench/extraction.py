"""How well and how fast pages are read: our extractor beside plain trafilatura and newspaper4k, on the same pages.

``python bench/extraction.py SHARED`` unpacks SHARED/data/pages/*.tar into a temporary folder, lets each extractor read
every page with two processes, scores each with SHARED/data/score_extraction.py and prints one table a set. Without
SHARED it says what it skips and ends well.
"""

from __future__ import annotations

import gzip
import json
import logging
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 2
NOW = datetime(2026, 11, 22, tzinfo=UTC)
Prediction = dict[str, object]
Reader = Callable[[bytes, str], Prediction]


def read_ours(body: bytes, url: str) -> Prediction:
    """What our extractor reads, with no hints and no outlet's zone: an unknown site."""
    from crawler.extract.article import extract_article
    from domain.outlet import PageHints

    zone = ZoneInfo("UTC")
    read = extract_article(body, url=url, content_type="text/html", hints=PageHints(), zone=zone, now=NOW)
    return {
        "text": read.text,
        "title": read.title,
        "published_at": read.published.isoformat() if read.published else None,
        "authors": list(read.authors),
        "outcome": str(read.outcome),
    }


def read_trafilatura(body: bytes, url: str, *, with_metadata: bool) -> Prediction:
    """What trafilatura reads in the mode that we use; with its metadata, or as the bare body that speed is held to."""
    from trafilatura import bare_extraction

    read = bare_extraction(
        body,
        url=url,
        favor_precision=True,
        include_comments=False,
        include_formatting=False,
        with_metadata=with_metadata,
    )
    if read is None:
        return {}
    authors = [name.strip() for name in (read.author or "").split(";") if name.strip()]
    return {"text": read.text, "title": read.title, "published_at": read.date, "authors": authors}


def read_newspaper(body: bytes, url: str) -> Prediction:
    """What newspaper4k reads."""
    import newspaper

    article = newspaper.Article(url, fetch_images=False)
    article.download(input_html=body.decode("utf-8", "replace"))
    article.parse()
    published = article.publish_date
    return {
        "text": article.text,
        "title": article.title,
        "published_at": published.isoformat() if published else None,
        "authors": list(article.authors),
    }


READERS: dict[str, Reader] = {
    "parallax": read_ours,
    "trafilatura, bare": partial(read_trafilatura, with_metadata=False),
    "trafilatura, metadata": partial(read_trafilatura, with_metadata=True),
    "newspaper4k": read_newspaper,
}


def read_page(job: tuple[str, Path]) -> tuple[Prediction, float]:
    """One page read by one reader, and the seconds of CPU it took; a reader that fails reads nothing."""
    name, path = job
    body = gzip.decompress(path.read_bytes())
    url = json.loads(path.with_name(path.name.replace(".html.gz", ".json")).read_text(encoding="utf-8"))["url"]
    started = time.process_time()
    try:
        read = READERS[name](body, url)
    except Exception as error:  # a peer's crash is its result
        read = {"outcome": f"crashed: {type(error).__name__}"}
    return {"file": path.name, **read}, time.process_time() - started


def quieten() -> None:
    """Keep the libraries' complaints about single pages off the table, and load this folder's packages."""
    sys.path.insert(0, str(ROOT))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def measured(name: str, pages: list[Path], gold: Path, scorer: Path, folder: Path) -> tuple[dict[str, str], float]:
    """The scores of one reader on one set, and its pages a second of wall time on two processes."""
    with get_context("spawn").Pool(PROCESSES, initializer=quieten) as pool:
        pool.map(read_page, [(name, page) for page in pages[:PROCESSES]])  # imports are not what is measured
        started = time.perf_counter()
        results = pool.map(read_page, [(name, page) for page in pages], chunksize=4)
        elapsed_s = time.perf_counter() - started
    predictions = folder / f"{re.sub(r'[^a-z0-9]+', '-', name)}.jsonl"
    with predictions.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(read, ensure_ascii=False) + "\n" for read, _ in results)
    scored = subprocess.run(
        [sys.executable, str(scorer), str(gold), str(predictions)], check=True, capture_output=True, text=True
    ).stdout
    return dict(re.findall(r"(\w+)=([\d.]+|nan)", scored)), len(pages) / elapsed_s


def compare(tar: Path, scorer: Path) -> None:
    """Print the table of one set."""
    with tempfile.TemporaryDirectory() as unpacked:
        folder = Path(unpacked)
        with tarfile.open(tar) as archive:
            archive.extractall(folder, filter="data")
        gold = next(folder.rglob("*.gold.jsonl"))
        pages = sorted(folder.rglob("*.html.gz"))
        rows = {name: measured(name, pages, gold, scorer, folder) for name in READERS}
    bare = rows["trafilatura, bare"][1]
    print(f"\n{tar.stem}: {len(pages)} pages, {PROCESSES} processes")
    print(f"{'':24}{'F1':>8}{'P':>8}{'R':>8}{'title':>8}{'date':>8}{'authors':>9}{'pages/s':>9}{'of bare':>9}")
    for name, (scores, speed) in rows.items():
        cells = "".join(f"{scores.get(key, ''):>8}" for key in ("F1", "P", "R", "title", "date"))
        print(f"{name:24}{cells}{scores.get('authors', ''):>9}{speed:>9.1f}{speed / bare:>9.2f}")


def main(arguments: list[str]) -> int:
    """Compare on every set that is there; 0 also where none is."""
    shared = Path(arguments[0]) if arguments else None
    scorer = shared / "data" / "score_extraction.py" if shared else None
    tars = sorted((shared / "data" / "pages").glob("*.tar")) if shared else []
    if scorer is None or not scorer.is_file() or not tars:
        print("extraction: skipped, no pages with gold (give the folder that holds data/pages/*.tar)")
        return 0
    for tar in tars:
        compare(tar, scorer)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
