"""Settings: read once, from the environment over a TOML file over defaults, into one frozen object.

A value or a key that is wrong stops the program with its name, what was written and what may be: a misspelt limit that
is silently ignored presses a host.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from domain.errors import ConfigError
from parallax.setting_values import HIDDEN, is_secret_name, without_password
from parallax.settings import Settings

__all__ = ["CONFIG_VARIABLE", "PREFIX", "Settings", "allowed_values", "load_settings"]

PREFIX = "PARALLAX_"
CONFIG_VARIABLE = "PARALLAX_CONFIG"
DEFAULT_FILE = Path("parallax.toml")
_FOREIGN = (CONFIG_VARIABLE, "PARALLAX_TEST_")  # not settings: where they are, and what the test suite is told
_MAX_SHOWN_CHARS = 100


def load_settings(environ: Mapping[str, str], toml_path: Path | None = None) -> Settings:
    """The settings that ``environ`` gives over those of a TOML file over the defaults.

    The file is ``toml_path``, or the one that PARALLAX_CONFIG names, or parallax.toml in the working folder if there
    is one. An empty variable counts as not set. Raises ConfigError at the first wrong value or unknown key.
    """
    path = toml_path or _named_file(environ)
    in_file = _read_file(path) if path else {}
    in_environ = {
        name: value
        for name, value in environ.items()
        if name.startswith(PREFIX) and not name.startswith(_FOREIGN) and value.strip()
    }
    _refuse_unknown(in_file, Settings.model_fields, where=f" (in {path})")
    _refuse_unknown(in_environ, map(_variable, Settings.model_fields))
    given = in_file | {name.removeprefix(PREFIX).lower(): value for name, value in in_environ.items()}
    try:
        return Settings.model_validate(given)
    except ValidationError as e:
        error = e.errors(include_url=False, include_context=False)[0]
        field, problem = str(error["loc"][0]), error["msg"].removeprefix("Value error, ")
    # Raised outside the handler: what pydantic raised holds the value, and a database's value holds its password.
    is_from_file = field in in_file and _variable(field) not in in_environ
    raise ConfigError(
        field if is_from_file else _variable(field),
        f"{_shown(field, given.get(field))}: {_lower_first(problem)}; allowed: {allowed_values(field)}"
        + (f" (in {path})" if is_from_file else ""),
    )


def allowed_values(field: str) -> str:
    """What the setting ``field`` may be, in words."""
    extra = Settings.model_fields[field].json_schema_extra
    assert isinstance(extra, dict)
    return str(extra["allowed"])


def _named_file(environ: Mapping[str, str]) -> Path | None:
    named = environ.get(CONFIG_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser()
    return DEFAULT_FILE if DEFAULT_FILE.is_file() else None


def _read_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as e:
        raise ConfigError(CONFIG_VARIABLE, f"{str(path)!r} can't be read: {e.strerror}; allowed: a TOML file") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ConfigError(str(path), f"not a TOML file: {e}") from e


def _refuse_unknown(given: Mapping[str, object], known: Iterable[str], *, where: str = "") -> None:
    allowed = {name.removeprefix(PREFIX).lower(): name for name in known}
    for name, value in given.items():
        if name not in allowed.values():
            near = get_close_matches(name.removeprefix(PREFIX).lower(), allowed, n=1, cutoff=0.6)
            hint = f"did you mean {allowed[near[0]]}?" if near else f"allowed: {', '.join(allowed.values())}"
            raise ConfigError(name, f"no such setting, {_shown(name, value)} has no meaning; {hint}{where}")


def _variable(field: str) -> str:
    return PREFIX + field.upper()


def _shown(name: str, value: object) -> str:
    """``value`` as it may be shown: short, and never with a password, not even in a setting's name that is misspelt."""
    if is_secret_name(name):
        return HIDDEN
    if isinstance(value, str) and ("://" in value or "@" in value or "database" in name.lower()):
        scheme, separator, _ = value.partition("://")
        # A database's address that can't be read may hide its password anywhere; others are shown without it.
        hidden = f"{scheme}{separator}{HIDDEN}" if separator else HIDDEN
        value = hidden if "database" in name.lower() else without_password(value)
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN_CHARS else text[: _MAX_SHOWN_CHARS - 1] + "…"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
