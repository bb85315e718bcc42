"""Catalogue folders for tests: a sound outlet, and the same with something changed."""

from __future__ import annotations

from pathlib import Path

SOUND = """
slug = "{slug}"
name = "Sahil"
home = "https://{slug}.example/"
languages = ["az"]
{extra}
[[groups]]
group = "independent"
reason = "Owned by its staff."

[[channels]]
slug = "feed"
kind = "feed"
url = "https://{slug}.example/rss"
"""
SOUND_TOPIC = """
slug = "{slug}"
title = "Harbour"
[queries]
az = 'liman'
"""


def write_outlet(folder: Path, slug: str, *, extra: str = "", after: str = "") -> Path:
    """A file of a sound outlet; ``extra`` stands among its own keys, ``after`` behind its tables."""
    path = folder / f"{slug}.toml"
    path.write_text(SOUND.format(slug=slug, extra=extra) + after, encoding="utf-8")
    return path


def write_topic(folder: Path, slug: str, text: str | None = None) -> Path:
    """A file of a sound topic, or of ``text``."""
    path = folder / "topics" / f"{slug}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(SOUND_TOPIC.format(slug=slug) if text is None else text, encoding="utf-8")
    return path
