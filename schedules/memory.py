"""Gives memory back to the system once a large job is done: a service runs for months, a digest takes a minute."""

from __future__ import annotations

import ctypes
import gc


def give_back_memory() -> None:
    """Have the allocator return what is free. Only glibc keeps it otherwise, and only there something is done."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
