"""Takes pictures of the hand-made digest, to be looked at by a person: wide and narrow, light and dark, and on paper.

python -m tests.unit.publish.pictures FOLDER [CHROMIUM]
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from publish.digest.html import digest_html
from tests.unit.publish.hand_made import empty_digest, full_digest

WIDE, NARROW = 1280, 390


def take_pictures(folder: Path, chromium: str) -> None:
    """Write the pages, their pictures and their prints to ``folder``; stop where a page is wider than its window."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, digest in (("full", full_digest()), ("empty", empty_digest())):
            page = folder / f"{name}.html"
            page.write_text(digest_html(digest), encoding="utf-8")
            for width in (WIDE, NARROW):
                for scheme in ("light", "dark"):
                    _picture(browser, page, width, scheme)
        browser.close()


def _picture(browser: Browser, page: Path, width: int, scheme: str) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(page.resolve().as_uri())
    shown = tab.evaluate("document.documentElement.scrollWidth")
    assert shown <= width, f"{page.name} is {shown} px wide in a window of {width}"
    assert requests == [page.resolve().as_uri()], f"{page.name} loads {requests[1:]}"
    tab.screenshot(path=str(page.with_name(f"{page.stem}-{width}-{scheme}.png")), full_page=True)
    if (width, scheme) == (WIDE, "light"):
        tab.pdf(path=str(page.with_suffix(".pdf")), format="A4", margin={"top": "14mm", "bottom": "14mm"})
    tab.close()


if __name__ == "__main__":
    take_pictures(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "/usr/bin/chromium")
