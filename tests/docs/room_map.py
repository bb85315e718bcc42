"""Every module in a line, as docs/ARCHITECTURE.md lists them: ``python -m tests.docs.room_map`` writes it anew."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from tests.world_run import ROOT

PACKAGES = ("domain", "text", "outlets", "storage", "crawler", "analysis", "publish", "schedules", "parallax")
PAGE = ROOT / "docs" / "ARCHITECTURE.md"
BEGIN, END = "<!-- rooms: python -m tests.docs.room_map -->", "<!-- end of rooms -->"
_FIRST_SENTENCE = re.compile(r"(.+?[.!?])(?=\s+[A-Z`]|\s*\Z)", re.DOTALL)


def modules() -> tuple[Path, ...]:
    """The modules of all packages, as paths below the checkout; empty ones that only mark a package are left out."""
    found = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(path.relative_to(ROOT) for path in found if path.read_text(encoding="utf-8").strip())


def purpose(module: Path) -> str:
    """The first sentence of the module's docstring, as one line of Markdown. Raises ValueError where there is none."""
    told = ast.get_docstring(ast.parse((ROOT / module).read_text(encoding="utf-8")))
    if not told:
        raise ValueError(f"{module} does not say what lives in it")
    first = " ".join(told.split("\n\n")[0].split())
    sentence = _FIRST_SENTENCE.match(first)
    line = (sentence[1] if sentence else first).rstrip(":. ")
    return line.replace("``", "`").replace("|", "\\|")


def room_map() -> str:
    """A table a package."""
    lines: list[str] = []
    for package in PACKAGES:
        lines += [f"### {package}", "", "| module | what lives there |", "|---|---|"]
        lines += [f"| `{module}` | {purpose(module)} |" for module in modules() if module.parts[0] == package]
        lines.append("")
    return "\n".join(lines)


def with_map(page: str) -> str:
    """``page`` with the present map between its marks. Raises ValueError where it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} … {END} on the page")
    return f"{before}{BEGIN}\n\n{room_map()}\n{END}{after}"


def main() -> int:
    """Write the map into the page."""
    PAGE.write_text(with_map(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
