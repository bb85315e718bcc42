"""docs/DIGEST.md tells of the digest as it is written."""

from __future__ import annotations

import re

import pytest

from parallax.commands.digest import Form
from publish.digest.markdown import digest_markdown
from publish.digest.silence import MIN_WAIT
from publish.digest.text import digest_text
from publish.digest.words import SIGNS
from tests.unit.publish.hand_made import full_digest
from tests.world_run import ROOT

PAGE = (ROOT / "docs" / "DIGEST.md").read_text(encoding="utf-8")
WORDS = "".join((ROOT / "publish" / "digest" / name).read_text(encoding="utf-8") for name in ("words.py", "lines.py"))


def _headings() -> list[str]:
    """The headings of a digest that has every section, but for those that are topics' titles."""
    digest = full_digest()
    topics = sum(section.has_articles for section in digest.topics)
    found = re.findall(r"^## (.+)$", digest_markdown(digest), re.M)
    return found[:2] + found[2 + topics :]


def test_the_page_has_the_digests_sections_in_its_order() -> None:
    headings = _headings()
    on_page = [heading for heading in re.findall(r"^##+ (.+)$", PAGE, re.M) if heading in headings]

    assert len(headings) == 6
    assert on_page == headings


def test_the_terminal_has_the_same_sections() -> None:
    lines = [line.split("  ")[0] for line in digest_text(full_digest()).splitlines()]

    assert [line for line in lines if line.capitalize() in _headings()] == [h.upper() for h in _headings()]


@pytest.mark.parametrize(
    "phrase",
    [
        *("Caught up when it returned", "No look succeeded", "No good look in this time", "Not looked at: ours"),
        *("still open", "refuses our user agent", "Silence not claimed", "The intervals overlap", "not fully seen"),
    ],
)
def test_a_phrase_that_the_page_explains_is_the_digests(phrase: str) -> None:
    assert phrase in " ".join(PAGE.split())
    assert phrase.lower() in WORDS.lower()


def test_every_form_and_every_sign_is_named() -> None:
    assert [form for form in Form if f"--format {form.value}" not in PAGE] == []
    assert [sign for sign in SIGNS.values() if sign not in PAGE] == []


def test_a_claim_of_silence_takes_the_hours_that_the_page_says() -> None:
    assert MIN_WAIT.total_seconds() == 6 * 3600
    assert "six hours of the day have passed" in " ".join(PAGE.split())
