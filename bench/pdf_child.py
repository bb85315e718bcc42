"""Reads one PDF with one reader in this process and prints how it ended as JSON; started by ``bench.pdf``."""

from __future__ import annotations

import json
import logging
import re
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

Outcome = tuple[str, str]  # a word, and the text


def read_with_pypdf(body: bytes) -> Outcome:
    """The text of all pages as pypdf puts it in order by itself."""
    import io

    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(body))
    if reader.is_encrypted:
        return "encrypted", ""
    return "ok", "\n".join(page.extract_text() for page in reader.pages)


def read_with_pypdfium2(body: bytes) -> Outcome:
    """The text of all pages as PDFium puts it in order by itself."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        return ("encrypted" if "password" in str(error).lower() else f"PdfiumError: {error}"), ""
    texts = []
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:  # a page that is none; the others may be
            continue
        text_page = page.get_textpage()
        texts.append(text_page.get_text_range())
        text_page.close()
        page.close()
    return "ok", "\n".join(texts)


def read_with_parallax(body: bytes) -> Outcome:
    """What the crawl's reader gives."""
    from crawler.pdf.document import extract_document

    now = datetime(2026, 11, 26, tzinfo=UTC)
    found = extract_document(body, zone=ZoneInfo("UTC"), now=now)
    return str(found.outcome), found.text or ""


READERS: dict[str, Callable[[bytes], Outcome]] = {
    "pypdf": read_with_pypdf,
    "pypdfium2": read_with_pypdfium2,
    "parallax": read_with_parallax,
}


def main(reader: str, path: str, memory_bytes: str) -> None:
    """Read the file under the memory limit of a worker and say how it went."""
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_DATA, (int(memory_bytes), int(memory_bytes)))
    body = Path(path).read_bytes()
    began = time.monotonic()
    try:
        outcome, text = READERS[reader](body)
    except MemoryError:
        outcome, text = "memory", ""
    except Exception as error:  # the reader's own failure is its outcome
        outcome, text = type(error).__name__, ""
    seconds = time.monotonic() - began
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    told = {
        "outcome": outcome[:60],
        "chars": len(text),
        "seconds": seconds,
        "peak_mib": int(peak[1]) / 1024 if peak else 0,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:4])
