"""Read a layer with fiona, feature by feature; like pyogrio's wheels its wheels have a GDAL of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.store.foreign.engines.raw_layers import (
    BYTES,
    SHAPE,
    Engine,
    LayerInfo,
    RawLayer,
    crs_of,
    readable_file,
    redecoded,
)


class FionaEngine(Engine):
    """Read with fiona, for Pythons without QGIS that have neither its GDAL nor pyogrio."""

    @contextmanager
    def _opened(self, file: Path, *, headed: bool = True) -> Iterator[tuple[Path, dict[str, Any]]]:
        """Give the path of a file and the options to open it with."""
        import fiona

        with readable_file(file, headed) as (path, wanted):
            encoding = BYTES if file.suffix.lower() in SHAPE else None
            with fiona.Env(**wanted):
                yield path, {"encoding": encoding, "allow_unsupported_drivers": True}

    def _layers(self, file: Path) -> list[LayerInfo]:
        """Return the layers of a file."""
        import fiona

        with self._opened(file) as (path, options):
            found = []
            for name in fiona.listlayers(path):
                with fiona.open(path, layer=name, **options) as source:
                    geometry = source.schema["geometry"]
                    found.append(LayerInfo(name, geometry if geometry != "None" else "none", len(source)))
            return found

    def _read(self, file: Path, layer: str, encoding: str, limit: int | None, *, headed: bool) -> RawLayer:
        """Return a layer; curves come as straight lines and without measures."""
        import fiona

        with ExitStack() as stack:
            path, options = stack.enter_context(self._opened(file, headed=headed))
            source = stack.enter_context(fiona.open(path, layer=layer, **options))
            types, crs = source.schema["properties"], crs_of(source.crs_wkt)
            is_plain = source.schema["geometry"] == "None"
            features = list(islice(source, limit))
        columns = {
            name: _typed([feature["properties"][name] for feature in features], kind)
            for name, kind in types.items()
            if kind != "bytes"
        }
        if file.suffix.lower() in SHAPE:
            columns = redecoded(columns, file, encoding)
        geometry = None
        if not is_plain:
            shapes = [_wkb(feature["geometry"]) for feature in features]
            geometry = np.array([*shapes, None], dtype=object)[:-1]
        return RawLayer(columns, geometry, crs, len(features))


def _wkb(shape: Any) -> bytes | None:
    return None if shape is None else bytes(to_wkb(shapely.geometry.shape(shape)))


def _typed(found: list[Any], kind: str) -> Any:
    """Return the values of a field, of a type such as ``int32:10`` or ``str``, as the other engines do."""
    name = kind.partition(":")[0]
    if name.startswith("int") or name == "bool":
        column = pd.array(found, dtype="boolean" if name == "bool" else "Int64")
        return column if column.isna().any() else column.to_numpy(dtype=bool if name == "bool" else np.int64)
    if name == "float":
        return np.array([np.nan if value is None else value for value in found], dtype=float)
    if name in ("date", "datetime"):
        # Local time as it stands in the file, whatever zone it names.
        return np.array(["NaT" if value is None else value[:19] for value in found], dtype="datetime64[s]")
    texts = [None if value is None else str(value) for value in found]
    return np.array([*texts, None], dtype=object)[:-1]
