"""docs/SETTINGS.md tells what the code does."""

from __future__ import annotations

import tomllib
from pathlib import Path

from parallax.config import load_settings
from parallax.settings import Settings
from parallax.settings_doc import settings_document

PAGE = Path(__file__).parents[2] / "docs" / "SETTINGS.md"


def test_the_page_is_the_one_made_from_the_settings() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_document()


def test_every_setting_says_what_it_means_and_what_it_may_be() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert isinstance(field.json_schema_extra, dict), name
        assert field.json_schema_extra["allowed"], name


def test_the_example_can_be_used(tmp_path: Path) -> None:
    example = settings_document().split("```toml\n")[1].split("```")[0]
    assert tomllib.loads(example)["hosts_at_once"] == 8
    path = tmp_path / "parallax.toml"
    path.write_text(example)
    assert load_settings({}, path).hosts == {"news.example": "127.0.0.1"}
