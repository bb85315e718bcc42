"""Keys go with requests to one place alone."""

from __future__ import annotations

import pytest

from crawler.fetch.keys import RequestKey, key_headers

KEY = RequestKey("https://api.example/v3/", "X-Goog-Api-Key", "a-secret")


def test_a_request_below_the_address_has_the_key() -> None:
    assert key_headers("https://api.example/v3/videos?id=a", [KEY]) == {"X-Goog-Api-Key": "a-secret"}


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example/v3/videos",
        "https://api.example:8443/v3/videos",
        "https://api.example/v3",
        "https://api.example/robots.txt",
        "https://api.example.evil.example/v3/videos",
        "https://evil.example/https://api.example/v3/videos",
    ],
)
def test_no_other_request_has(url: str) -> None:
    assert key_headers(url, [KEY]) == {}


def test_a_key_does_not_show_itself() -> None:
    assert "a-secret" not in repr(KEY)
