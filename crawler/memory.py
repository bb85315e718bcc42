"""The memory of this process: how much it holds, and that it holds no more than it uses over months."""

from __future__ import annotations

import ctypes
import gc
import resource
from pathlib import Path

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # glibc's malloc.h
_KEPT_BYTES = 128 * 1024  # glibc's own first values, which it raises as it goes unless they are set
_MOST_ARENAS = 2


def resident_bytes() -> int:
    """Memory this process holds now; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()


def settle_allocator() -> None:
    """Have the allocator keep little for later: few arenas, and large blocks returned at once.

    glibc gives every thread an arena of its own and keeps what was free in each: a service of seven threads that read
    pages of all sizes holds the sum of their largest moments. Other allocators are left as they are. Forks inherit it.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _MOST_ARENAS)
        mallopt(_M_MMAP_THRESHOLD, _KEPT_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def give_back_memory() -> None:
    """Have the allocator return what is free. Only glibc keeps it otherwise, and only there something is done."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
