"""A disk that takes no more, for what writes files within this process."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def small_disk(most_bytes: int) -> Iterator[None]:
    """Let no file of this process grow beyond some bytes, as a full disk would.

    Modules that are imported for the first time meanwhile leave no bytecode: Python before 3.14 keeps what a
    full disk cut off, and every later import of the module fails.
    """
    limits, writes_nothing = resource.getrlimit(resource.RLIMIT_FSIZE), sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        sys.dont_write_bytecode = writes_nothing
