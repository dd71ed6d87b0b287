"""A network handed over and imported again into an empty one, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from waternet_plugin import store
from waternet_plugin.core import texts
from waternet_plugin.operations.survey.export_survey import (
    ExportSurveyRequest,
    ExportSurveyResult,
    export_survey,
)
from waternet_plugin.operations.survey.import_survey import ImportSurveyRequest, import_survey

# What tables give is rounded to the millimetre in each axis.
NEAR_M = 0.001
_PIPE = tuple(
    "system function material diameter_mm width_mm height_mm install_year street burial owner "
    "from_node to_node".split()
)
_LEVELS = "invert_start_m invert_end_m depth_start_m depth_end_m".split()


def there_and_back(
    path: Path, folder: Path, format_: str, decisions: str = ""
) -> tuple[ExportSurveyResult, Path]:
    """Hand a network over and import the files into a new one; return the export and the new one."""
    output = folder / {"cjj61_xlsx": "town.xlsx", "cjj61_csv": "tables", "dxf": "town.dxf"}[format_]
    back = folder / "back.gpkg"
    with texts.speaking(None, "zh_CN"), store.open_network(path) as network:
        crs = network.crs
        done = export_survey(network, ExportSurveyRequest(str(output), format_))
    with store.create_network(back, crs.to_wkt()) as network:
        import_survey(network, ImportSurveyRequest(str(output), decisions=decisions))
    return done, back


def tables_of(path: Path, done: ExportSurveyResult, before: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return pipes and nodes by id; ``before``: of the network that was handed over, what the files hold."""
    with store.open_network(path) as network:
        pipes, nodes = network.read("pipe"), network.read("node")
    if before:
        left = {one for ids in done.report.figures["left_out"].values() for one in ids}
        pipes = pipes[~pipes["pipe_id"].isin(left)]
        used = {*pipes["from_node"], *pipes["to_node"]}
        nodes = nodes[nodes["status"].isin(["in_use"]) | nodes["node_id"].isin(used)]
        nodes = nodes[~nodes["node_id"].isin(done.report.figures["nodes_left_out"])]
    else:
        nodes = nodes[~nodes["node_id"].isin(done.report.figures["made_ends"])]
    return pipes.set_index("pipe_id").sort_index(), nodes.set_index("node_id").sort_index()


def _unlike(one: pd.Series, other: pd.Series, near: float = 0.0) -> list[str]:
    """Return the rows whose value is known and comes back as another one."""
    known = one.notna()
    if pd.api.types.is_numeric_dtype(one):
        same = (one - other).abs() <= near + 1e-9
    else:
        same = one == other
    return list(one.index[known & ~same.fillna(value=False)])


def _far(one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """Return the rows whose vertices, in plan or known heights, come back elsewhere."""
    found = []
    for name, before, after in zip(one.index, one["geom"], other["geom"]):
        a, b = (shapely.get_coordinates(shape, include_z=True) for shape in (before, after))
        if a.shape != b.shape or (np.abs(a - b)[:, :2] > NEAR_M).any():
            found.append(str(name))
    return found


def _other_heights(pipes: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    """Return the pipes that lose the height of a vertex between their ends, or have another there.

    Levels are handed over, so heights of the axis only where the size is known; 0 is none.
    """
    found = []
    for row, other in zip(pipes.itertuples(), after["geom"]):
        a, b = (shapely.get_coordinates(shape, include_z=True)[1:-1, 2] for shape in (row.geom, other))
        size = row.height_mm if row.height_mm == row.height_mm else row.diameter_mm
        known = np.isfinite(a) & (a != 0) & (size == size)
        if len(a) == len(b) and not (np.abs(a - b)[known] <= NEAR_M + 1e-9).all():
            found.append(str(row.Index))
    return found


def differences(
    before: tuple[pd.DataFrame, pd.DataFrame], after: tuple[pd.DataFrame, pd.DataFrame]
) -> Iterator[str]:
    """Yield where a network differs from the one that was handed over: table, field, number, first ids."""
    for name, one, other in zip(("pipe", "node"), before, after):
        if list(one.index) != list(other.index):
            yield f"{name}: {sorted(set(one.index) ^ set(other.index))[:5]}"
            continue
        columns = {**dict.fromkeys(_PIPE, 0.0), **dict.fromkeys([*_LEVELS, "length_m"], NEAR_M)}
        if name == "node":
            columns = {"kind": 0.0, "system": 0.0, "ground_m": NEAR_M, "depth_m": NEAR_M}
        for column, near in columns.items():
            rows = _unlike(one[column], other[column], near)
            if rows:
                first = [(row, one[column][row], other[column][row]) for row in rows[:3]]
                yield f"{name}.{column}: {len(rows)} {first}"
        rows = _far(one, other)
        if rows:
            yield f"{name}.geom: {len(rows)} {rows[:3]}"
        if name == "pipe" and (rows := _other_heights(one, other)):
            yield f"{name} heights between the ends: {len(rows)} {rows[:3]}"
