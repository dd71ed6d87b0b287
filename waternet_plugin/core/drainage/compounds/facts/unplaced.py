"""Assets in no compound or grid, in two, or in another compound than the one they name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.facts.belonging import Belonging
from waternet_plugin.core.drainage.compounds.facts.locations import NONE, OTHER, TWO
from waternet_plugin.core.drainage.compounds.membership import ids_of
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

COLUMNS = ("table", "asset", "state", "unit", "named", "lies_in")


@dataclass(frozen=True)
class UnplacedAssets(PlainFrames):
    """Assets with COLUMNS and their place in ``geom``; two figures as `CompoundFacts` has them."""

    frame: pd.DataFrame
    shared_unnamed: int
    split_compounds: int


def unplaced_assets(town: Belonging) -> UnplacedAssets:
    """Return the assets in use, and the compounds, whose place among compounds or grids is odd."""
    parts, shared_unnamed, names = [], 0, (*COLUMNS, GEOMETRY_COLUMN)
    for table, rows in town.rows.items():
        live = town.live(table)
        if len(town.compounds):
            found = town.located[table]
            state = found.state.copy()
            state[~live] = None
            shared_unnamed += int((live & ~found.has_name & (found.around > 1)).sum())
            parts.append(
                _listed(rows, state, "compound", rows.text("compound_id"), town.compounds, found.inside)
            )
        if len(town.grids):
            around, outside = town.in_grids[table], town.beside[table]
            state = np.full(len(rows), None, dtype=object)
            state[outside] = around.state
            state[~live] = None
            parts.append(_listed(rows, state, "grid", None, town.grids, town.grid[table]))
    state, most = _compounds_in_grids(town)
    if len(town.grids):
        areas = town.compounds
        parts.append(_listed(areas, state, "grid", areas.text("grid_id"), town.grids, most))
    # One frame at the end: stacking frames looks at each value that is unknown.
    columns = {name: np.concatenate([part[name] for part in parts]) for name in names} if parts else {}
    return UnplacedAssets(made_of(columns, names), shared_unnamed, int((state == TWO).sum()))


def _listed(
    rows: TableRows, state: Array, unit: str, names: Array | None, areas: TableRows, inside: Array
) -> dict[str, Array]:
    """Return rows with a state, by id, as columns."""
    chosen = np.flatnonzero(state != None)  # noqa: E711 (by element)
    chosen = chosen[np.argsort(rows.ids[chosen].astype(str), kind="stable")]
    xy = rows.xy_of(chosen)
    points = np.full(len(chosen), None, dtype=object)
    placed = np.isfinite(xy).all(axis=1)
    points[placed] = shapely.points(xy[placed])
    return {
        "table": np.full(len(chosen), rows.name, dtype=object),
        "asset": rows.ids[chosen],
        "state": state[chosen],
        "unit": np.full(len(chosen), unit, dtype=object),
        "named": np.full(len(chosen), None, dtype=object) if names is None else names[chosen],
        "lies_in": ids_of(areas, inside[chosen]),
        GEOMETRY_COLUMN: points,
    }


def _compounds_in_grids(town: Belonging) -> tuple[Array, Array]:
    """Return the state of each compound among the grids, and the grid with most of it, -1 for none."""
    areas, grids = town.compounds, town.grids
    ground = town.ground
    # Edges that were digitised twice overlap a little.
    wide = ground.area_m2 > town.settings.real("quality.overlap_m2")
    several, most = np.bincount(ground.area[wide], minlength=len(areas)) > 1, ground.most
    named = grids.row_of(areas.text("grid_id"))
    state = np.full(len(areas), None, dtype=object)
    state[(named < 0) & (most < 0)] = NONE
    state[(areas.text("grid_id") != None) & (most >= 0) & (named != most)] = OTHER  # noqa: E711
    state[several] = TWO
    return state, most
