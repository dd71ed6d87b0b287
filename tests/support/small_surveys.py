"""Small networks and the tables of points and lines that crews hand over for them, in EPSG:4547."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import shapely

from waternet_plugin.operations.survey.import_survey import (
    ImportSurveyRequest,
    ImportSurveyResult,
    import_survey,
)
from waternet_plugin.store import Network, create_network

TODAY = datetime.date(2026, 11, 22)
EAST, NORTH = 502000.0, 2513300.0
DECISIONS = '{"level_of": "top", "height_of": "ground", "crs": "EPSG:4547", "axes": "x_north"}'

# Number, metres east and north, ground, feature, appurtenance.
Point = tuple[str, float, float, float, str, str]


def empty_network(path: Path) -> Network:
    """Return a new network."""
    return create_network(path, "EPSG:4547", by="tester")


def put_pipe(network: Network, pipe_id: str, places: Sequence[tuple[float, float]], **values: object) -> None:
    """Write a pipe along places, metres east and north."""
    line = shapely.LineString([(EAST + x, NORTH + y) for x, y in places])
    row = {"pipe_id": pipe_id, "system": "reclaimed", "status": "planned", **values}
    _put(network, "pipe", row, line)


def put_node(network: Network, node_id: str, x: float, y: float, **values: object) -> None:
    """Write a node so far east and north."""
    row = {"node_id": node_id, "kind": "junction", "system": "reclaimed", "status": "planned", **values}
    _put(network, "node", row, shapely.Point(EAST + x, NORTH + y))


def _put(network: Network, table: str, row: dict[str, object], shape: shapely.Geometry) -> None:
    frame = gpd.GeoDataFrame([row], geometry=gpd.GeoSeries([shape], crs=network.crs))
    with network.write("adopt") as batch:
        batch.insert(table, frame.rename_geometry("geom"))


def write_survey(
    folder: Path,
    points: Sequence[Point],
    lines: Sequence[str],
    *,
    head: str = "起点点号,终点点号,起点埋深(m),终点埋深(m),材质,管径(mm)",
    prefix: str = "ZS",
    day: str = "2026-11-18",
) -> Path:
    """Write a table of points and one of lines, and return their folder."""
    folder.mkdir()
    rows = ["物探点号,X坐标(m),Y坐标(m),地面高程(m),特征,附属物,测量日期"]
    for number, x, y, ground, feature, thing in points:
        rows.append(f"{number},{NORTH + y:.3f},{EAST + x:.3f},{ground:.3f},{feature},{thing},{day}")
    (folder / f"{prefix}点表.csv").write_text("\n".join(rows), encoding="utf-8")
    if lines:
        (folder / f"{prefix}线表.csv").write_text("\n".join([head, *lines]), encoding="utf-8")
    return folder


def bring(network: Network, inputs: Path | str, **more: object) -> ImportSurveyResult:
    """Import files whose decisions are made."""
    given = {"decisions": DECISIONS, **more}
    return import_survey(network, ImportSurveyRequest(str(inputs), **given), today=TODAY)  # type: ignore[arg-type]
