"""How a setting is written down: a field with what its reader needs, which docs/SETTINGS.md is made from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

Folder = Annotated[Path, BeforeValidator(lambda given: Path(str(given)).expanduser())]


def setting(default: object, description: str, *, allowed: str, shown: str | None = None, **limits: Any) -> Any:
    """A field with what its reader needs: what it means, what it may be, and its default where that is worked out."""
    extra: dict[str, Any] = {"allowed": allowed, "shown": shown}
    return Field(default, description=description, json_schema_extra=extra, validate_default=True, **limits)


def number(default: float, description: str, least: float, most: float) -> Any:
    """A whole number where the default is one, any number otherwise; both ends are allowed."""
    limits: dict[str, Any] = {"ge": least, "le": most}
    if isinstance(default, float):
        limits["allow_inf_nan"] = False
    kind = "a number" if isinstance(default, float) else "a whole number"
    return setting(default, description, allowed=f"{kind} from {least:g} to {most:g}", **limits)


def time_of_day(default: str, description: str) -> Any:
    """A time of day, or ``off``."""
    allowed = "a time of day in the time zone, such as 06:00, or off"
    return setting(default, description, allowed=allowed)
