"""Pages in a browser: none scrolls sideways on a phone, none loads anything, in light, dark and on paper."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from crawler.render.chromium import NAMES
from publish.diff.html import diff_html
from publish.diff.list_page import changes_html
from publish.digest.html import digest_html
from tests.unit.publish.hand_made import full_digest
from tests.unit.publish.revisions import BAKU, LONG_ADDRESS, LONG_WORD, page
from tests.unit.publish.test_changes_page import CHANGE, EXILE, WORDING

CHROMIUM = os.environ.get("PARALLAX_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="CHROMIUM IS NOT INSTALLED: no page was looked at in a browser"),
]


def _changes() -> str:

    wide = replace(WORDING, before=LONG_WORD, after=f"{LONG_WORD} {LONG_ADDRESS}", headline=LONG_WORD)
    return changes_html([CHANGE, wide, EXILE], zone=BAKU, names={})[0]


PAGES: dict[str, Callable[[], str]] = {
    "diff": lambda: diff_html(page(), BAKU),
    "changes": _changes,
    "digest": lambda: digest_html(full_digest()),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_scrolls_no_page_sideways_and_nothing_is_loaded(
    browser: Browser, tmp_path: Path, name: str, scheme: str
) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGES[name](), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 390, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.goto(file.as_uri())
    tab.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")

    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert requests == [file.as_uri()]
    tab.close()


def test_columns_stand_side_by_side_on_a_screen_and_below_each_other_on_a_phone(
    browser: Browser, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    file.write_text(diff_html(page(), BAKU), encoding="utf-8")
    tops = []
    for width in (1280, 390):
        tab = browser.new_page(viewport={"width": width, "height": 900})
        tab.goto(file.as_uri())
        row = ".texts > .row:has(del) >"
        tops.append([tab.locator(f"{row} {side}").first.bounding_box() for side in (".old", ".new")])
        tab.close()
    (left, right), (above, below) = tops

    assert left is not None
    assert right is not None
    assert above is not None
    assert below is not None
    assert (left["y"], left["x"] < right["x"]) == (right["y"], True)
    assert (above["x"], above["y"] < below["y"]) == (below["x"], True)
