"""A QGIS without the packages that WaterNet needs: whoever imports them is told that they are not there.

As ``sitecustomize`` (see ``folder``) it begins with the process, before QGIS and the plugin.
"""

from __future__ import annotations

import importlib.machinery
import sys
from pathlib import Path
from typing import Any

PACKAGES = frozenset(
    "pandas geopandas shapely scipy networkx pyproj pyogrio pyarrow fiona matplotlib openpyxl".split()
)


class _Finder:
    """Python's own search for modules, blind for some packages."""

    @classmethod
    def find_spec(cls, name: str, path: Any = None, target: Any = None) -> Any:
        """Return where a module is, None for one of the packages."""
        if name.partition(".")[0] in PACKAGES:
            return None
        return importlib.machinery.PathFinder.find_spec(name, path, target)

    @staticmethod
    def invalidate_caches() -> None:
        """Look anew."""
        importlib.machinery.PathFinder.invalidate_caches()


def blind() -> None:
    """Make this process one without the packages."""
    sys.meta_path[:] = [
        _Finder if finder is importlib.machinery.PathFinder else finder for finder in sys.meta_path
    ]


def environment(folder: Path) -> dict[str, str]:
    """Return what makes a process that loads QGIS one without the packages, by a file in a folder."""
    tests = str(Path(__file__).resolve().parents[1])
    text = f"import sys\nsys.path.insert(0, {tests!r})\nfrom support import bare_qgis\nbare_qgis.blind()\n"
    (folder / "sitecustomize.py").write_text(text, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}
