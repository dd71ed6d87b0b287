"""Small foreign frames, and the shortest way to adopt them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from support.built_network import EAST, NORTH
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, Destination, adopt
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.core.schema.settings import Settings

CRS = "EPSG:4547"
TODAY = datetime.date(2026, 11, 20)

# A corner of the CRS's area.


def line(*points: tuple[float, ...], east: float = EAST, north: float = NORTH) -> shapely.LineString:
    """Return a line whose points are relative to a place inside the CRS's area."""
    return shapely.LineString([(east + point[0], north + point[1], *point[2:]) for point in points])


def point(x: float, y: float) -> shapely.Point:
    return shapely.Point(EAST + x, NORTH + y)


def frame(geometry: Sequence[Any], crs: str | None = CRS, **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    """Return a foreign layer."""
    table = pd.DataFrame({name: pd.Series(list(values)) for name, values in columns.items()})
    table["geom"] = gpd.GeoSeries(list(geometry), crs=crs)
    return gpd.GeoDataFrame(table, geometry="geom")


def mapping_of(fields: dict[str, Any], **parts: Any) -> Any:
    """Return a mapping; a table of pipes gets its system where nothing else is said."""
    return from_dict({"fields": fields, **parts})


def adopted(
    foreign: pd.DataFrame,
    fields: dict[str, Any] | None = None,
    table: str = "pipe",
    *,
    existing: Sequence[str] = (),
    dry_run: bool = False,
    crs: str = CRS,
    source_crs: str | None = None,
    **parts: Any,
) -> AdoptionResult:
    """Adopt a frame; pipes are potable and in use where the mapping does not say otherwise."""
    if table in ("pipe", "node"):
        given = {"system": "potable", "status": "in_use"}
        if table == "node":
            given["kind"] = "valve"
        parts["defaults"] = {**given, **parts.get("defaults", {})}
    return adopt(
        foreign,
        mapping_of(fields or {}, **parts),
        table,
        into=Destination(crs, settings=Settings(), existing_ids=existing),
        today=TODAY,
        source_crs=source_crs,
        dry_run=dry_run,
    )


def nulled(result: AdoptionResult) -> dict[tuple[str, str], int]:
    """Return how many values became unknown by field and cause."""
    return {(one.field, one.cause): one.count for one in result.nulled}


def rejected(result: AdoptionResult) -> list[tuple[int, str]]:
    """Return source row and reason of each rejected row."""
    return list(zip(result.rejected["source_row"].tolist(), result.rejected["reason_code"].tolist()))
