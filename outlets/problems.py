"""From what went wrong in a file to CatalogueErrors that name file, field, value and what is allowed."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.errors import BrokenCatalogueError, CatalogueError

_ALLOWED = {
    "missing": "is missing; the key must be given",
    "bool_type": "allowed: true or false",
    "int_type": "allowed: a whole number",
    "float_type": "allowed: a number",
    "string_type": "allowed: a text in quotes",
    "tuple_type": "allowed: a list, such as [1, 2], or tables under [[double]] brackets",
    "dict_type": "allowed: a table",
    "model_type": "allowed: a table",
    "model_attributes_type": "allowed: a table",
    "date_type": "allowed: a date without quotes, such as 2026-09-14",
    "date_from_datetime_inexact": "allowed: a date without a time, such as 2026-09-14",
    "date_from_datetime_parsing": "allowed: a date without quotes, such as 2026-09-14",
    "string_too_short": "allowed: at least {min_length} character",
    "string_too_long": "allowed: at most {max_length} characters",
    "too_short": "allowed: at least {min_length} entry",
    "greater_than_equal": "allowed: {ge} or more",
    "less_than_equal": "allowed: {le} or less",
    "enum": "allowed: {expected}",
    "literal_error": "allowed: {expected}",
}
_PATTERNS = {
    r"^[a-z0-9]+(?:-[a-z0-9]+)*$": "allowed: lower-case Latin letters, digits and single hyphens, such as oc-media",
    r"^\S[^\x00-\x1f\x7f]*$": "allowed: one line of text that does not begin with a space",
    r"^UC[A-Za-z0-9_-]{22}$": "allowed: UC and 22 letters, digits, hyphens or underscores",
}


def told_together(errors: Sequence[CatalogueError]) -> CatalogueError:
    """One error for all: itself when it is alone, else one whose message has a line for each."""
    return errors[0] if len(errors) == 1 else BrokenCatalogueError(errors)


def broken_toml(path: Path, error: tomllib.TOMLDecodeError) -> CatalogueError:
    """The error of a file that is no TOML; its field is the line where reading stopped."""
    message = str(error)
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    field = f"line {place.group(1)}" if place else "end of file"
    return CatalogueError(path, field, f"is no TOML ({message}); allowed: key = value lines and [tables]")


def schema_errors(path: Path, model: type[BaseModel], error: ValidationError) -> list[CatalogueError]:
    """One CatalogueError for each thing the schema found, in the order of the schema."""
    return [_schema_error(path, model, details) for details in error.errors(include_url=False)]


def _schema_error(path: Path, model: type[BaseModel], details: ErrorDetails) -> CatalogueError:
    context = details.get("ctx", {})
    field = field_name(details["loc"])
    if details["type"] == "catalogue":
        return CatalogueError(path, _joined(field, context["field"]), str(context["problem"]))
    if details["type"] == "extra_forbidden":
        return CatalogueError(path, field, _unknown_key(model, details["loc"]))
    if details["type"] == "missing":
        return CatalogueError(path, field, _ALLOWED["missing"])
    return CatalogueError(path, field, f"{shown(details['input'])} {_complaint(details, context)}")


def field_name(loc: Sequence[int | str]) -> str:
    """A place in a file as a person writes it: ``channels[2].url``."""
    name = ""
    for part in loc:
        name = f"{name}[{part}]" if isinstance(part, int) else _joined(name, part)
    return name or "file"


def shown(value: object, *, longest: int = 80) -> str:
    """A value for a message: quoted, in one line, cut when long."""
    text = str(value) if isinstance(value, date) else repr(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that ``word`` most likely means, or None."""
    close = difflib.get_close_matches(word.lower().replace("-", "_"), known, n=1, cutoff=0.6)
    return close[0] if close else None


def _joined(name: str, part: str) -> str:
    return part if name in ("", "file") else f"{name}{part}" if part[:1] in ("[", ".") else f"{name}.{part}"


def _complaint(details: ErrorDetails, context: dict[str, Any]) -> str:
    if details["type"] == "value_error":
        return str(context["error"])
    if details["type"] == "string_pattern_mismatch":
        rule = _PATTERNS.get(context["pattern"], f"allowed: text that matches {context['pattern']}")
        return f"is written wrongly; {rule}"
    allowed = _ALLOWED.get(details["type"])
    return f"is not allowed; {allowed.format(**context)}" if allowed else f"is wrong: {details['msg']}"


def _unknown_key(model: type[BaseModel], loc: Sequence[int | str]) -> str:
    known = tuple(_model_at(model, loc[:-1]).model_fields)
    near = nearest(str(loc[-1]), known)
    guess = f" (did you mean {near}?)" if near else ""
    return f"is an unknown key{guess}; allowed: {', '.join(known)}"


def _model_at(model: type[BaseModel], loc: Sequence[int | str]) -> type[BaseModel]:
    """The model of the table at ``loc``, found through the annotations of the one above it."""
    for part in loc:
        if isinstance(part, str) and part in model.model_fields:
            inner = _model_in(model.model_fields[part].annotation)
            model = inner or model
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)
