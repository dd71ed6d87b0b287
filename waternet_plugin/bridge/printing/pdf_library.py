"""The library that joins PDFs, which comes with the plugin: `pypdf`."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from waternet_plugin.paths import ROOT

_FOLDER = ROOT / "vendor"


def pypdf() -> Any:
    """Return the module; the one that another plugin has loaded, where that was first."""
    known = sys.modules.get("pypdf")
    if known is not None:
        return known
    # Only for this import: what else is in the folder must not hide what QGIS brings.
    sys.path.insert(0, str(_FOLDER))
    try:
        return importlib.import_module("pypdf")
    finally:
        sys.path.remove(str(_FOLDER))
