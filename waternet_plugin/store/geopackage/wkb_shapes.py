"""Geometries of the file as shapes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from waternet_plugin.store.geopackage import connection


def of_wkb(path: Path, wkb: Sequence[bytes]) -> np.ndarray[Any, Any]:
    """Return shapes of WKB; what is none means that the file is damaged.

    Raises
    ------
    StoreError
        With what to do about it.
    """
    try:
        return np.asarray(shapely.from_wkb(np.array(wkb, dtype=object)), dtype=object)
    except shapely.errors.GEOSException as error:
        raise connection.damaged(path, details=(str(error),)) from error
