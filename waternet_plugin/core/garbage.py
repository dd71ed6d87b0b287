"""Work during which Python does not look for garbage, and memory that ended work leaves."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Opening a million pipes computes no longer with 8 MB than with 64, and no shorter with more.
_MOST_FREE_BYTES = 8 << 20
# What the C library itself comes to after a few large arrays.
_LARGEST_KEPT_BYTES = 32 << 20
# As glibc's malloc.h numbers them.
_LARGEST_FAST, _FREE_AT_END, _MAPPED_FROM = 1, -1, -3
# Looks at what is somewhat older between two looks at all objects; Python's own is 10.
_SELDOM = 1_000
# Young objects that take some ten milliseconds to look through.
_MANY_OBJECTS = 100_000
# Objects that are freed in a few milliseconds.
_AT_A_TIME = 10_000


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python from looking for garbage among millions of new texts, rows and shapes, which are none.

    Looking takes a tenth of such work; what was on before is on again at the end, whatever happens. Where
    many objects were made they are with the old ones then: as young ones a million shapes would be looked
    through twice more, for half a second each, for which every thread waits.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if gc.get_count()[0] > _MANY_OBJECTS:
                # Both move lists as they are, without a look at the objects in them.
                gc.freeze()
                gc.unfreeze()
            gc.enable()


_usual: list[tuple[int, int, int]] = []


def collect_seldom() -> None:
    """Let Python look through all objects seldom; whoever calls this looks when nobody waits for anything.

    With the lists of a million pipes one look takes 0.4 s, for which every thread stands still, and tasks
    that make many objects bring it about time and again. What is young is looked at as often as before.
    """
    if not _usual:
        _usual.append(gc.get_threshold())
        gc.set_threshold(*_usual[0][:2], _SELDOM)


def collect_as_usual() -> None:
    """Let Python look through all objects as it did before `collect_seldom`."""
    if _usual:
        gc.set_threshold(*_usual.pop())


def let_go(objects: NDArray[np.object_]) -> None:
    """Empty an array of objects, some at a time: whoever frees millions at once has every thread wait.

    The array is used no more, under another name of it neither.
    """
    # What a frame shows of a column may not be written.
    objects.flags["WRITEABLE"] = True
    for start in range(0, len(objects), _AT_A_TIME):
        objects[start : start + _AT_A_TIME] = None


def limit_free_memory() -> None:
    """Let the C library give back at once what is free at the end of a thread's heap, but for some MB.

    Its own limit grows with the largest array freed, to 64 MB for each heap, and `release_memory` reaches
    the end of the main thread's heap alone. What is small and was freed is joined at once, too: millions of
    pieces would be joined for whoever asks for memory next, and QGIS stands still for half a second. All
    are settings of the whole process; glibc alone has them.
    """
    library = _c_library("mallopt")
    if library is not None:
        # Once a limit is set, the size from which arrays lie outside heaps grows no more either.
        library.mallopt(_MAPPED_FROM, _LARGEST_KEPT_BYTES)
        library.mallopt(_FREE_AT_END, _MOST_FREE_BYTES)
        library.mallopt(_LARGEST_FAST, 0)


def release_memory() -> None:
    """Give freed memory back to the system, where the C library can do so: it takes a while."""
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    library = _c_library("malloc_trim")
    if library is not None:
        library.malloc_trim(0)


def _c_library(function: str) -> ctypes.CDLL | None:
    """Return the C library of Linux, None where it lacks a function or the system is another one."""
    # Windows gives no handle of the whole process.
    library = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    return library if library is not None and hasattr(library, function) else None
