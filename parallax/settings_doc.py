"""docs/SETTINGS.md, made from the settings themselves: ``python -m parallax.settings_doc > docs/SETTINGS.md``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from pydantic.fields import FieldInfo

from parallax.config import CONFIG_VARIABLE, DEFAULT_FILE, PREFIX, allowed_values
from parallax.settings import Settings

_HEAD = f"""# Settings

Made by `python -m parallax.settings_doc`; a test compares it with the code.

Each setting is an environment variable and a key of a TOML file. The variable wins over the file, the file over the
default. The file is the one that `{CONFIG_VARIABLE}` names, or `{DEFAULT_FILE}` in the working folder. An empty
variable counts as not set. A value that is not allowed and a key or a `{PREFIX}` variable that is not listed here stop
the program. HOME stands for the setting `home`.

```toml
contact = "editor@example.org"
allowed_networks = ["127.0.0.0/8"]
hosts_at_once = 8

[hosts]
"news.example" = "127.0.0.1"
```
"""


def settings_document() -> str:
    """The whole page in Markdown, one section a setting."""
    sections = (_section(name, field) for name, field in Settings.model_fields.items())
    return "\n".join([_HEAD, *sections])


def _section(name: str, field: FieldInfo) -> str:
    return "\n".join(_lines(name, field))


def _lines(name: str, field: FieldInfo) -> Iterator[str]:
    yield f"## `{PREFIX}{name.upper()}`"
    yield ""
    yield f"{field.description}"
    yield ""
    yield f"- key: `{name}`"
    yield f"- allowed: {allowed_values(name)}"
    yield f"- default: {_default(field)}"
    yield ""


def _default(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    shown = extra.get("shown") if isinstance(extra, dict) else None
    if shown is not None:
        return f"`{shown}`"
    if field.default is None or field.default in ((), {}):
        return "none"
    return f"`{field.default:g}`" if isinstance(field.default, float) else f"`{field.default}`"


if __name__ == "__main__":
    sys.stdout.write(settings_document())
