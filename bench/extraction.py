"""How well and how fast pages are read: our extractor beside plain trafilatura and newspaper4k, on the same pages.

``python bench/extraction.py SHARED`` unpacks SHARED/data/pages/*.tar into a temporary folder, lets each extractor read
every page with two processes, scores each with SHARED/data/score_extraction.py and prints one table a set. Without
SHARED it says what it skips and ends well.

Speed is told twice. Pages a second are wall time, which a busy machine blurs. The CPU ratio is measured page by page:
one process lets ours and bare trafilatura read the same page in turn, twice, and the lesser CPU time of each counts.
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
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from statistics import median
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
BARE = "trafilatura, bare"
TIMED = (BARE, "parallax")
ROUNDS = 2


def loaded(path: Path) -> tuple[bytes, str]:
    """A page's body and its address."""
    url = json.loads(path.with_name(path.name.replace(".html.gz", ".json")).read_text(encoding="utf-8"))["url"]
    return gzip.decompress(path.read_bytes()), url


def read_page(job: tuple[str, Path]) -> Prediction:
    """One page read by one reader; a reader that fails reads nothing."""
    name, path = job
    try:
        read = READERS[name](*loaded(path))
    except Exception as error:  # a peer's crash is its result
        read = {"outcome": f"crashed: {type(error).__name__}"}
    return {"file": path.name, **read}


def cpu_of_page(path: Path) -> dict[str, float]:
    """The seconds of CPU that each of the timed readers takes for one page: the lesser of two rounds, in turn."""
    page = loaded(path)
    least = dict.fromkeys(TIMED, float("inf"))
    for _ in range(ROUNDS):
        for name in TIMED:
            started = time.process_time()
            with suppress(Exception):  # a peer's crash took its time too
                READERS[name](*page)
            least[name] = min(least[name], time.process_time() - started)
    return least


def quieten() -> None:
    """Keep the libraries' complaints about single pages off the table, and load this folder's packages."""
    sys.path.insert(0, str(ROOT))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")


def read_all(pool: Pool, name: str, pages: list[Path]) -> tuple[list[Prediction], float]:
    """What one reader reads on one set, and its pages a second of wall time."""
    pool.map(read_page, [(name, page) for page in pages[: 4 * PROCESSES]], chunksize=1)  # imports are not measured
    started = time.perf_counter()
    predictions = pool.map(read_page, [(name, page) for page in pages], chunksize=4)
    return predictions, len(pages) / (time.perf_counter() - started)


def scores_of(predictions: list[Prediction], gold: Path, scorer: Path) -> dict[str, str]:
    """What the scorer says of one reader's predictions, beside the gold."""
    path = gold.with_name("predictions.jsonl")
    with path.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(read, ensure_ascii=False) + "\n" for read in predictions)
    said = subprocess.run(
        [sys.executable, str(scorer), str(gold), str(path)], check=True, capture_output=True, text=True
    ).stdout
    return dict(re.findall(r"(\w+)=([\d.]+|nan)", said))


def cpu_ratios(pool: Pool, pages: list[Path]) -> dict[str, float]:
    """How fast each timed reader is in CPU time, as a share of bare trafilatura: the median over the pages."""
    spent = pool.map(cpu_of_page, pages, chunksize=4)
    return {name: median(page[BARE] / page[name] for page in spent) for name in TIMED}


def compare(tar: Path, scorer: Path) -> None:
    """Print the table of one set."""
    with tempfile.TemporaryDirectory() as unpacked, fresh_pool() as pool:
        folder = Path(unpacked)
        with tarfile.open(tar) as archive:
            archive.extractall(folder, filter="data")
        gold = next(folder.rglob("*.gold.jsonl"))
        pages = sorted(folder.rglob("*.html.gz"))
        read = {name: read_all(pool, name, pages) for name in READERS}
        rows = {name: (scores_of(predictions, gold, scorer), speed) for name, (predictions, speed) in read.items()}
        ratios = cpu_ratios(pool, pages)
    print_table(f"{tar.stem}: {len(pages)} pages, {PROCESSES} processes", rows, ratios)


def fresh_pool() -> Pool:
    """Processes of their own, none forked from this one."""
    return get_context("spawn").Pool(PROCESSES, initializer=quieten)


def print_table(heading: str, rows: dict[str, tuple[dict[str, str], float]], ratios: dict[str, float]) -> None:
    """Print the scores, the pages a second and the two ratios to bare trafilatura, one row a reader."""
    bare = rows[BARE][1]
    print(f"\n{heading}")
    print(
        f"{'':24}{'F1':>8}{'P':>8}{'R':>8}{'title':>8}{'date':>8}{'authors':>9}{'pages/s':>9}{'of bare':>9}{'CPU':>7}"
    )
    for name, (scores, speed) in rows.items():
        cells = "".join(f"{scores.get(key, ''):>8}" for key in ("F1", "P", "R", "title", "date"))
        cpu = f"{ratios[name]:>7.2f}" if name in ratios else ""
        print(f"{name:24}{cells}{scores.get('authors', ''):>9}{speed:>9.1f}{speed / bare:>9.2f}{cpu}")


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
