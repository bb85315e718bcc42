"""THE MEMORY: the only package that knows SQL.

A function here takes a ``Session`` and never commits; who calls owns the transaction (``Store.read``, ``Store.write``).
"""

from sqlalchemy.orm import Session

from storage.engine import Store, open_store

__all__ = ["Session", "Store", "open_store"]
