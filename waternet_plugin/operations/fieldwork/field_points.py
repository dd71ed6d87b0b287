"""New nodes of a crew: each is a row of the ledger of surveys, whatever becomes of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import shapely

from waternet_plugin.core.editing.row_conflicts import RowKey
from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.fieldwork.package_cells import UnreadableCell, value_of
from waternet_plugin.core.fieldwork.returned_rows import ReturnedRow
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network

NODE = "node"
_BATCHES, _ROWS, _PREFIX = "survey_batch", "survey_row", "SV"
FORMAT = "field_gpkg"
# A new node this near to one that is there is that one, m: as surveys join.
_JOIN_M = 0.05


@dataclass(frozen=True)
class FieldPoint:
    """A new node of a crew and its row in the network, or why it is none."""

    row: ReturnedRow
    asset: str
    reason: str


def refused_points(network: Network, edits: Sequence[RowEdit]) -> dict[RowKey, dict[str, str]]:
    """Return why new nodes can't be taken: one is there already at their place."""
    new = [(one, one.now or {}) for one in edits if one.table == NODE and one.is_new and one.key < 0]
    placed = [(edit, row[GEOMETRY_COLUMN]) for edit, row in new if row.get(GEOMETRY_COLUMN) is not None]
    if not placed:
        return {}
    points = np.array([shape for _edit, shape in placed], dtype=object)
    there = network.rows_near(NODE, shapely.bounds(shapely.buffer(points, _JOIN_M)))
    shapes = np.array([row.get(GEOMETRY_COLUMN) for row in there.values()], dtype=object)
    names = [str(row["node_id"]) for row in there.values()]
    if not names:
        return {}
    nearest, distances = shapely.STRtree(shapes).query_nearest(
        points, max_distance=_JOIN_M, return_distance=True, all_matches=False
    )
    del distances
    text = tr("{node} is at this place already. Enter what was measured there, or move the point.")
    return {
        (NODE, placed[index][0].key): {"": text.format(node=names[other])}
        for index, other in zip(*nearest.tolist())
    }


def write_points(batch: Batch, points: Sequence[FieldPoint], *, file: str, mark: str) -> Optional[str]:
    """Enter new nodes as a survey and return its id, None without any.

    Parameters
    ----------
    file, mark
        Name of the package's file and the hash of what it holds.
    """
    if not points:
        return None
    survey = batch.next_id(_BATCHES, _PREFIX)
    rejected = float(sum(bool(one.reason) for one in points))
    count = float(len(points))
    batch.insert(
        _BATCHES,
        made_of(
            {
                "survey_batch_id": [survey],
                "file_name": [file],
                "file_hash": [mark],
                "format": [FORMAT],
                "rows_in": [count],
                "rows_written": [count - rejected],
                "rows_rejected": [rejected],
                "rows_merged": [0.0],
                "rows_skipped": [0.0],
            }
        ),
    )
    rows = made_of(
        {
            "survey_batch_id": [survey] * len(points),
            "sheet": [NODE] * len(points),
            "row_no": np.arange(1.0, count + 1),
            "record": ["point"] * len(points),
            "point_no": [one.row.asset or one.row.uuid for one in points],
            "verdict": ["rejected" if one.reason else "imported" for one in points],
            "reason": [one.reason or None for one in points],
            "raw": [_raw(one.row) for one in points],
            "asset": [None if one.reason else one.asset for one in points],
        }
    )
    shapes = np.array([_place(one.row) for one in points], dtype=object)
    batch.insert(_ROWS, gpd.GeoDataFrame(rows.assign(geom=shapes), geometry=GEOMETRY_COLUMN))
    return survey


def _raw(row: ReturnedRow) -> str:
    cells: dict[str, Any] = {
        name: cell.text if isinstance(cell, UnreadableCell) else cell
        for name, cell in row.returned.items()
        if cell is not None and name != GEOMETRY_COLUMN
    }
    return json.dumps({"uuid": row.uuid, **cells}, ensure_ascii=False)


def _place(row: ReturnedRow) -> Any:
    cell = row.returned.get(GEOMETRY_COLUMN)
    known = cell is not None and not isinstance(cell, UnreadableCell)
    return shapely.force_2d(value_of(cell, GEOMETRY_COLUMN)) if known else None


def with_survey(row: Row, survey: Optional[str]) -> Row:
    """Return a new node that belongs to a survey."""
    return {**row, "survey_batch": survey}
