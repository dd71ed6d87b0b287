"""Rejected rows as a layer that can be mended and adopted again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

# Names that a GeoPackage keeps for itself.
_KEPT = frozenset({"fid", "ogc_fid", "geom"})


def _sink_columns(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, str]]]:
    """Return columns whose names differ by more than case, and their types for a sink."""
    import pandas as pd

    from waternet_plugin.core.cells.foreign_values import texts

    data: dict[str, Any] = {}
    columns: list[tuple[str, str]] = []
    taken: set[str] = set(_KEPT)
    for column in frame.columns:
        name, again = str(column), 1
        while name.casefold() in taken:
            name, again = f"{column}_{again}", again + 1
        taken.add(name.casefold())
        series = frame[column]
        kind = "text"
        if pd.api.types.is_bool_dtype(series.dtype):
            data[name] = texts(series)
        elif pd.api.types.is_integer_dtype(series.dtype):
            kind, data[name] = "integer", series
        elif pd.api.types.is_float_dtype(series.dtype):
            kind, data[name] = "real", series
        elif pd.api.types.is_datetime64_any_dtype(series.dtype):
            days = series.dropna()
            if bool((days == days.dt.normalize()).all()):
                kind, data[name] = "date", series
            else:
                data[name] = texts(series)
        else:
            data[name] = series.astype(object).where(series.notna(), None)
        columns.append((name, kind))
    return pd.DataFrame(data, index=frame.index), columns


def _geometry_type(frame: Any) -> str:
    """Return the one type that holds all geometries of a frame; Unknown where they are of several kinds."""
    import shapely

    shapes = frame.geometry.to_numpy()
    kinds = {str(kind) for kind in frame.geometry.dropna().geom_type}
    single = {kind.replace("Multi", "").replace("LinearRing", "LineString") for kind in kinds}
    if len(single) > 1 or "GeometryCollection" in kinds:
        return "Unknown"
    if not single:
        return "Point"
    several = any(kind.startswith("Multi") for kind in kinds)
    return ("Multi" if several else "") + single.pop() + ("Z" if shapely.has_z(shapes).any() else "")


def sink_frame(rows: pd.DataFrame, source: pd.DataFrame) -> tuple[Any, list[tuple[str, str]], str, Any]:
    """Return rejected rows for a sink: frame, columns, geometry type and CRS.

    Parameters
    ----------
    rows
        Rejected rows with their own columns.
    source
        The whole foreign frame: where no rejected row has a geometry, its kind is that of the others.
    """
    import geopandas as gpd

    spatial = isinstance(rows, gpd.GeoDataFrame)
    attributes = rows.drop(columns=rows.geometry.name) if spatial else rows
    frame, columns = _sink_columns(attributes)
    if not spatial:
        return frame, columns, "none", None
    frame["geom"] = rows.geometry.to_numpy()
    geometry = _geometry_type(rows if rows.geometry.notna().any() else source)
    return frame, columns, geometry, rows.crs
