"""What ladders on made-up towns share: numbered ids, writing to a network, the bare read of tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np


def numbered(prefix: str, many: int) -> Any:
    """Return ids of a prefix and a number from 0, objects (many,)."""
    return np.char.add(prefix, np.arange(many).astype(str)).astype(object)


def write_town(path: Path, crs: str, tables: Mapping[str, Any]) -> None:
    """Write tables to a new network, in the place of one that is there."""
    from waternet_plugin.store import create_network

    clear_town(path)
    with create_network(path, crs, by="bench") as network, network.write("adopt") as batch:
        for name, frame in tables.items():
            batch.insert(name, frame)


def clear_town(path: Path) -> None:
    """Take a network away with all that lies beside it."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()


def imported(path: Path) -> str:
    """Return what the bare read needs, everything imported."""
    import pyarrow  # noqa: F401
    from osgeo import gdal  # noqa: F401

    return str(path)


def streamed(path: str, tables: Iterable[str]) -> int:
    """Let OGR stream tables as Arrow and throw them away; return how many rows."""
    from osgeo import gdal

    dataset = gdal.OpenEx(path, gdal.OF_VECTOR | gdal.OF_READONLY, allowed_drivers=["GPKG"])
    return sum(
        len(part) for name in tables for part in dataset.GetLayerByName(name).GetArrowStreamAsPyArrow()
    )
