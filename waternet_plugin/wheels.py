"""Keep packages that bring libraries of their own apart from QGIS's libraries.

The wheel of pyproj carries its own PROJ. Inside QGIS on Linux its calls are bound to QGIS's PROJ, which is
there first and another version; QGIS then crashes when it ends (exit status 134 or 139). Bound deeply, the
package finds its own library first.
"""

from __future__ import annotations

import importlib
import os
import sys

_PACKAGES = ("pyproj",)


def keep_apart() -> None:
    """Import such packages bound to their own libraries; call before anything else imports them."""
    deeply = getattr(os, "RTLD_DEEPBIND", None)
    if deeply is None or all(name in sys.modules for name in _PACKAGES):
        return
    before = sys.getdlopenflags()
    sys.setdlopenflags(os.RTLD_NOW | deeply)
    try:
        for name in _PACKAGES:
            importlib.import_module(name)
    finally:
        sys.setdlopenflags(before)
