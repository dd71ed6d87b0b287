"""Read a layer with pyogrio, which has a GDAL of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.store.foreign.engines.raw_layers import (
    BYTES,
    SHAPE,
    Engine,
    LayerInfo,
    RawLayer,
    as_none,
    crs_of,
    from_arrow,
    has_arrow,
    readable_file,
    redecoded,
)

_PLAIN_TYPES = frozenset(
    f"{kind}{dimension}"
    for kind in ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon")
    for dimension in ("", " Z", " 25D")
)


class PyogrioEngine(Engine):
    """Read with pyogrio, which has a GDAL of its own: never a file that SQLite keeps while QGIS runs."""

    @contextmanager
    def _opened(self, file: Path, *, headed: bool = True) -> Iterator[Path]:
        import pyogrio

        with readable_file(file, headed) as (path, wanted):
            before = {key: pyogrio.get_gdal_config_option(key) for key in wanted}
            pyogrio.set_gdal_config_options(wanted)
            try:
                yield path
            finally:
                pyogrio.set_gdal_config_options(before)

    def _layers(self, file: Path) -> list[LayerInfo]:
        """Return the layers of a file."""
        import pyogrio

        encoding = BYTES if file.suffix.lower() in SHAPE else None
        with self._opened(file) as path:
            found = []
            for name, geometry in pyogrio.list_layers(path).tolist():
                info = pyogrio.read_info(path, layer=name, encoding=encoding, force_feature_count=True)
                found.append(LayerInfo(str(name), geometry or "none", int(info["features"])))
            return found

    def _read(self, file: Path, layer: str, encoding: str, limit: int | None, *, headed: bool) -> RawLayer:
        """Return a layer, through Arrow where pyarrow is there and the geometry is plain."""
        import warnings

        import pyogrio

        shape = file.suffix.lower() in SHAPE
        with self._opened(file, headed=headed) as path, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            geometry_type = dict(pyogrio.list_layers(path).tolist()).get(layer)
            options = {"layer": layer, "encoding": BYTES if shape else None, "max_features": limit}
            plain = geometry_type is None or geometry_type in _PLAIN_TYPES
            if has_arrow() and plain and not shape:
                meta, table = pyogrio.raw.read_arrow(path, layer=layer, max_features=limit)
                columns, geometry = from_arrow(table, encoding)
                if geometry_type is not None and geometry is None:
                    geometry = np.full(table.num_rows, None, dtype=object)
                rows = table.num_rows
            else:
                meta, _, geometry, values = pyogrio.raw.read(path, **options)
                # Whole numbers with gaps come as floats: the type in the file tells.
                kinds = pyogrio.read_info(path, layer=layer, encoding=options["encoding"])["dtypes"]
                columns = {
                    str(name): _from_numpy(column, str(kind))
                    for name, column, kind in zip(meta["fields"], values, kinds)
                }
                rows = len(geometry) if geometry is not None else len(values[0]) if values else 0
        columns = {name: as_none(values) for name, values in columns.items()}
        if shape:
            columns = redecoded(columns, file, encoding)
        return RawLayer(columns, None if geometry_type is None else geometry, crs_of(meta["crs"]), rows)


def _from_numpy(values: Array, file_type: str) -> Any:
    """Return a column that pyogrio read without Arrow in the types that Arrow gives."""
    if values.dtype.kind == "M":
        return values.astype("datetime64[s]")
    if values.dtype.kind == "f":
        wide = values.astype(float)
        if file_type.startswith("int"):
            return pd.array(wide, dtype="Int64")
        return wide
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    return values
