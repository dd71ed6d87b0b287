"""Levels of foreign rows that stand for “not known” become unknown, counted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import causes
from waternet_plugin.core.exchange.coordinates.locating import Located
from waternet_plugin.core.exchange.doubts.height_doubts import datum_of
from waternet_plugin.core.exchange.mapping.depth_signs import DEPTHS
from waternet_plugin.core.exchange.mapping.filled_fields import Filled, Nulled
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.read_ways import NOT_READ, way_of
from waternet_plugin.core.network.model.unknown_levels import (
    is_never_known,
    is_unknown_size,
    stand_for_unknown,
    zeros_among_depths,
)
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr

# The levels that a network has: x, y and level_m.
KnownLevels = Callable[[], pd.DataFrame]

# Levels by table, and the end of a line at which each lies.
LEVELS = {
    "pipe": {"invert_start_m": 0, "invert_end_m": -1},
    "node": {"ground_m": 0, "weir_level_m": 0},
}
# Other numbers for which a program may have written that nobody knows.
_SIZES = {
    "pipe": ("depth_start_m", "depth_end_m", "diameter_mm", "width_mm", "height_mm"),
    "node": ("depth_m", "diameter_mm"),
}
_NOT_BURIED = ("overhead", "on_ground", "riser_to_pole")
_DIGITS = 6
_EXAMPLES = 3


def no_levels() -> pd.DataFrame:
    """Return no levels: the network has none."""
    nothing: pd.DataFrame = pd.DataFrame({"x": [], "y": [], "level_m": []}, dtype=float)
    return nothing


def drop_heights_of_other_datum(
    located: Located, frame: pd.DataFrame, mapping: Mapping, settings: Settings
) -> None:
    """Drop the heights of places, and say so, where their file names another datum than the network's."""
    datum = datum_of(mapping.geometry.get("z", ""), frame, settings)
    if not datum or not shapely.has_z(located.geometry).any():
        return
    located.geometry = shapely.force_2d(located.geometry)
    located.notes.append(
        tr("Heights of places are left out: the file names another height datum than that of the network.")
    )


def empty_unknown_levels(
    filled: Filled,
    located: Located,
    mapping: Mapping,
    table: Table,
    known_levels: KnownLevels,
    settings: Settings,
) -> None:
    """Empty the levels and sizes that stand for “not known”, and count them.

    Parameters
    ----------
    filled
        The fields by source row; changed.
    located
        Where the rows lie.
    mapping
        What the fields are filled from, and in which units.
    table
        The table.
    known_levels
        Asked for the network's levels where numbers are doubtful.
    settings
        Thresholds.
    """
    for name in _SIZES.get(table.name, ()):
        if name in mapping.fields:
            written = _written(filled, name, mapping, table)
            # In another unit 99 and 999 may be measured.
            is_unknown = is_never_known if name in mapping.units else is_unknown_size
            lost = is_unknown(written, settings)
            if name in DEPTHS:
                lost |= zeros_among_depths(filled.columns[name]) & ~_above_ground(filled)
            _empty(filled, name, mapping.fields[name].column, lost, written)
    names = [name for name in LEVELS.get(table.name, ()) if name in mapping.fields]
    if not names:
        return
    written = np.concatenate([_written(filled, name, mapping, table) for name in names])
    level_m = np.concatenate([filled.columns[name] for name in names])
    xy = np.concatenate([_places(located.geometry, LEVELS[table.name][name]) for name in names])
    if not stand_for_unknown(written, level_m, xy, np.zeros(0), np.zeros((0, 2)), settings).any():
        return
    around = known_levels()
    lost = stand_for_unknown(
        written, level_m, xy, around["level_m"].to_numpy(float), around[["x", "y"]].to_numpy(float), settings
    )
    for name, rows, words in zip(names, np.split(lost, len(names)), np.split(written, len(names))):
        _empty(filled, name, mapping.fields[name].column, rows, words)


def _above_ground(filled: Filled) -> Array:
    """Return which pipes are not buried, as their rows say: these may have no depth."""
    burial = filled.columns.get("burial")
    size = len(next(iter(filled.columns.values())))
    return np.zeros(size, dtype=bool) if burial is None else np.isin(burial.astype(str), _NOT_BURIED)


def _written(filled: Filled, name: str, mapping: Mapping, table: Table) -> Array:
    """Return the numbers of a field in the unit of the file."""
    return np.round(filled.columns[name] / mapping.factor(table.field(name)), _DIGITS)


def _places(geometry: Array, end: int) -> Array:
    """Return where rows lie, lines with one of their ends, (rows, 2); NaN for a row without a place."""
    shapes = geometry.copy()
    several = np.flatnonzero(shapely.get_num_geometries(shapes) > 1)
    shapes[several] = shapely.get_geometry(shapes[several], end)
    lines = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (1, 2)))
    shapes[lines] = shapely.get_point(shapes[lines], end)
    return np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])


def _empty(filled: Filled, name: str, column: str, rows: Array, written: Array) -> None:
    if not rows.any():
        return
    filled.columns[name] = np.where(rows, np.nan, filled.columns[name])
    words = tuple(f"{number:g}" for number in np.unique(written[rows])[:_EXAMPLES])
    filled.nulled.append(Nulled(name, causes.STANDS_FOR_UNKNOWN, int(rows.sum()), words))
    places = np.flatnonzero(rows)
    taken = filled.columns[name]
    filled.ways.append(
        way_of(name, column, NOT_READ, places, written.astype(object), taken, causes.STANDS_FOR_UNKNOWN)
    )
