"""Hands memory that is no longer used back to the system, where the C library keeps it otherwise.

Reading a tokenizer or widening a cache leaves tens of megabytes that glibc holds on to.
"""

import ctypes
import sys
from collections.abc import Callable
from functools import cache
from typing import cast


def give_back_memory() -> None:
    """Does nothing where the C library has no such call. Takes a few milliseconds."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    if sys.platform != "linux":
        return None
    try:
        return cast("Callable[[int], int]", ctypes.CDLL(None).malloc_trim)
    except (OSError, AttributeError):  # musl has none
        return None
