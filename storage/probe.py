"""Asking the store from outside its work: whatever keeps it from answering is one error that says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from domain.errors import StorageError
from storage.engine import Store

T = TypeVar("T")


def ask(store: Store, question: Callable[[Session], T]) -> T:
    """What ``question`` gives on one state. Raises StorageError, with one line, when the store can't answer."""
    try:
        with store.read() as session:
            return question(session)
    except SQLAlchemyError as error:
        said = str(error.__cause__ or error).strip().splitlines()
        raise StorageError(f"the database does not answer: {said[0] if said else type(error).__name__}") from error
