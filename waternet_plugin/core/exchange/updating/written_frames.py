"""The columns that an update writes, by rows of which the same columns are written."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.adopted_assets import placed
from waternet_plugin.core.exchange.updating.differences import Differences, PairedRows, drawn_lengths
from waternet_plugin.core.frames import plain
from waternet_plugin.core.schema.flow import turned_to_nodes
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table


def written_frames(table: Table, paired: PairedRows, found: Differences) -> tuple[pd.DataFrame, ...]:
    """Return what is written: rows whose geometry is taken apart from the others.

    A frame has the columns that any of its rows changes; the others of these keep what they have.
    """
    many = len(paired.pairs.rows)
    with_geometry = found.taken.get(GEOMETRY_COLUMN, np.zeros(many, dtype=bool))
    taken = found.any_taken(many)
    parts = (
        _frame(table, paired, found, np.flatnonzero(taken & with_geometry), takes_geometry=True),
        _frame(table, paired, found, np.flatnonzero(taken & ~with_geometry), takes_geometry=False),
    )
    return tuple(part for part in parts if part is not None)


def _frame(
    table: Table, paired: PairedRows, found: Differences, rows: Array, *, takes_geometry: bool
) -> pd.DataFrame | None:
    if not len(rows):
        return None
    columns: dict[str, pd.Series] = {table.id_field: pd.Series(paired.pairs.assets[rows], dtype=object)}
    for name, mask in found.taken.items():
        if name != GEOMETRY_COLUMN and mask[rows].any():
            columns[name] = _mixed(paired, name, rows, mask[rows])
    if table.name == "pipe":
        _add_length(paired, found, rows, columns)
        _add_flow(paired, found, rows, columns)
    frame = plain(pd.DataFrame({name: columns[name] for name in table.field_names if name in columns}))
    if not takes_geometry:
        return frame
    new, _old = paired.geometries
    return placed(frame, new[rows], getattr(paired.new, "crs", None))


def _mixed(paired: PairedRows, name: str, rows: Array, mask: Array) -> pd.Series:
    """Return a column of some pairs: that of the file where it is taken, else as it is."""
    old = paired.old[name].iloc[rows].reset_index(drop=True)
    new = paired.new[name].iloc[rows].reset_index(drop=True)
    mixed: pd.Series = old.where(~mask, new)
    return mixed


def _add_length(paired: PairedRows, found: Differences, rows: Array, columns: dict[str, pd.Series]) -> None:
    """Say where a length is from; one that nobody gives is that of the line."""
    if "length_m" not in columns:
        # The store measures lines that move.
        return
    taken = found.taken["length_m"][rows]
    cleared = found.cleared["length_m"][rows]
    source = paired.old["length_source"].iloc[rows].reset_index(drop=True).astype(object)
    source = source.where(~taken, "given").where(~cleared, "geometry")
    measured = (source != "given").to_numpy() & (cleared | found.taken[GEOMETRY_COLUMN][rows])
    drawn = drawn_lengths(paired, found.taken[GEOMETRY_COLUMN])[rows]
    columns["length_m"] = columns["length_m"].where(~measured, pd.Series(drawn))
    columns["length_source"] = source


def _add_flow(paired: PairedRows, found: Differences, rows: Array, columns: dict[str, pd.Series]) -> None:
    """Say where a flow is from, and let it follow a line that is turned."""
    flow = found.taken.get("flow", np.zeros(len(found.moved_m), dtype=bool))[rows]
    turned = found.turned[rows] & ~flow
    if not (flow | turned).any():
        return
    old = {
        name: paired.old[name].iloc[rows].reset_index(drop=True)
        for name in ("flow", "flow_source", "flow_confidence")
    }
    if turned.any():
        led = pd.Series(
            [turned_to_nodes(one, source) for one, source in zip(old["flow"], old["flow_source"])],
            dtype=object,
        )
        columns["flow"] = columns.get("flow", old["flow"]).where(~turned, led)
    lost = turned & (old["flow_source"] == "inferred").to_numpy()
    for name, given in (("flow_source", "given"), ("flow_confidence", np.nan)):
        is_told = found.taken.get(name, np.zeros(len(found.moved_m), dtype=bool))[rows]
        column = columns.get(name, old[name])
        known = columns["flow"].notna().to_numpy()
        column = column.where(~(flow & known & ~is_told), given)
        empty = None if name == "flow_source" else np.nan
        columns[name] = column.where(~((flow & ~known & ~is_told) | lost), empty)
