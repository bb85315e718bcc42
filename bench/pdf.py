"""How PDFs are read by pypdf, by pypdfium2 and by our reader: each file in a child that can be killed.

``python -m bench.pdf SHARED [--write PAGE]`` unpacks SHARED/data/hostile/pdf-sample-files.tar.xz, makes sixty damaged
variants (``pdf_damage``) and lets each reader read every file: how it ended, how many characters, seconds of wall time,
peak memory. ``--write`` puts the tables into the page between its marks. Without the files it says so and ends well.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.pdf_damage import damaged_variants, whole_files
from crawler.pool import DEFAULT_DEADLINE_S

ROOT = Path(__file__).resolve().parent.parent
READERS = ("pypdf", "pypdfium2", "parallax")
MEMORY_LIMIT_BYTES = 400 << 20  # as a worker of the crawl has it
_MARKS = ("<!-- pdf: make bench-pdf -->", "<!-- end of pdf -->")


@dataclass(frozen=True, slots=True)
class Read:
    """How one file was read by one reader."""

    outcome: str
    chars: int
    seconds: float
    peak_mib: float

    @property
    def cell(self) -> str:
        """The table's cell."""
        said = (
            f"{self.chars:,}"
            if self.outcome == "ok"
            else f"{self.outcome} {self.chars:,}"
            if self.chars
            else self.outcome
        )
        return f"{said} · {self.seconds:.1f} s · {self.peak_mib:.0f} MB"


def read_in_child(reader: str, path: Path) -> Read:
    """What ``reader`` gives for a file, in a process of its own that is killed at the deadline."""
    began = time.monotonic()
    child = subprocess.Popen(
        [sys.executable, "-m", "bench.pdf_child", reader, str(path), str(MEMORY_LIMIT_BYTES)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    peak = 0.0
    while child.poll() is None and time.monotonic() - began < DEFAULT_DEADLINE_S:
        peak = max(peak, _peak_mib(child.pid))
        time.sleep(0.01)
    is_late = child.poll() is None
    child.kill()
    said = child.communicate()[0]
    seconds = time.monotonic() - began
    if is_late:
        return Read("timeout", 0, seconds, peak)
    try:
        told = json.loads(said.splitlines()[-1])
    except (IndexError, ValueError):
        return Read("too_large" if child.returncode == -signal.SIGABRT else "crashed", 0, seconds, peak)
    return Read(told["outcome"], told["chars"], told["seconds"], max(peak, told["peak_mib"]))


def _peak_mib(pid: int) -> float:
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def tables(folder: Path) -> Iterator[str]:
    """The tables as Markdown, as they come: whole files, damaged ones, and the sums."""
    whole = whole_files(folder)
    everything = [("whole", sorted(whole.items()))]
    everything.append(("damaged", [(d.name, d.body) for d in damaged_variants(whole)]))
    for heading, files in everything:
        rows: list[tuple[str, tuple[Read, ...]]] = []
        yield f"\n| {len(files)} {heading} files | " + " | ".join(READERS) + " |\n|---|" + "---|" * len(READERS)
        for name, body in files:
            path = folder / "now.pdf"
            path.write_bytes(body)
            reads = tuple(read_in_child(reader, path) for reader in READERS)
            rows.append((name, reads))
            yield f"| {name} | " + " | ".join(read.cell for read in reads) + " |"
        yield from _sums(rows)


def _sums(rows: list[tuple[str, tuple[Read, ...]]]) -> Iterator[str]:
    for at, reader in enumerate(READERS):
        reads = [cells[at] for _, cells in rows]
        counted = ", ".join(f"{n} {outcome}" for outcome, n in Counter(read.outcome for read in reads).most_common())
        longest, largest = max(read.seconds for read in reads), max(read.peak_mib for read in reads)
        total = sum(read.seconds for read in reads)
        yield f"\n{reader}: {counted}; {total:.1f} s in all, {longest:.1f} s and {largest:.0f} MB at most."


def write_into(page: Path, lines: Iterable[str]) -> None:
    """Put the tables between the page's marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition(_MARKS[0])
    after = rest.partition(_MARKS[1])[2]
    page.write_text(f"{before}{_MARKS[0]}\n" + "\n".join(lines) + f"\n\n{_MARKS[1]}{after}", encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Measure what is there; 0 also where nothing is."""
    page = Path(arguments.pop(arguments.index("--write") + 1)) if "--write" in arguments else None
    shared = next((Path(argument) for argument in arguments if argument != "--write"), None)
    archive = shared / "data" / "hostile" / "pdf-sample-files.tar.xz" if shared else None
    if archive is None or not archive.is_file():
        print("pdf: skipped, no PDFs (give the folder that holds data/hostile/pdf-sample-files.tar.xz)")
        return 0
    with tempfile.TemporaryDirectory() as unpacked, tarfile.open(archive) as packed:
        packed.extractall(unpacked, filter="data")
        lines = []
        for line in tables(Path(unpacked)):
            print(line, flush=True)
            lines.append(line)
    if page is not None:
        write_into(page, lines)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
