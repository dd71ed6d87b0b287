"""Keep packages that bring libraries of their own apart from QGIS's libraries.

The wheel of pyproj carries its own PROJ, that of shapely its own GEOS. Inside QGIS on Linux their calls are
bound to QGIS's libraries, which are there first and another version. QGIS then crashes when it ends (PROJ,
exit status 134 or 139); what a newer shapely asks of an older GEOS is refused or answered by chance. Bound
deeply, a package finds its own library first.

From 3.7 on pyproj also ties its PROJ context to the system's thread, but frees it with Python's record of the
thread. QGIS's threads get a new record for every task, so a second task in the same thread would use a
freed context (a crash while maps are drawn). Work therefore runs in a thread that Python itself made, or
keeps the record of QGIS's.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

_PACKAGES = ("pyproj", "shapely")
_thread = threading.local()


def keep_apart() -> None:
    """Import such packages bound to their own libraries; call before anything else imports them."""
    deeply = getattr(os, "RTLD_DEEPBIND", None)
    if deeply is None or all(name in sys.modules for name in _PACKAGES):
        return
    # shapely brings numpy in, which has no quarrel with QGIS and is bound as ever.
    importlib.import_module("numpy")
    before = sys.getdlopenflags()
    sys.setdlopenflags(os.RTLD_NOW | deeply)
    try:
        for name in _PACKAGES:
            importlib.import_module(name)
    finally:
        sys.setdlopenflags(before)


def keep_thread() -> None:
    """Keep Python's record of a thread of QGIS for as long as the thread lives.

    Once more ensured than released, it is never freed; a few kilobytes stay behind when the thread ends.
    """
    if threading.current_thread() is threading.main_thread() or getattr(_thread, "is_kept", False):
        return
    ctypes.pythonapi.PyGILState_Ensure()
    _thread.is_kept = True


def run_in_thread(function: Callable[[], Any]) -> None:
    """Run a function that handles its own errors in a thread made by Python, and wait for it."""
    thread = threading.Thread(target=function, name="waternet")
    thread.start()
    thread.join()
