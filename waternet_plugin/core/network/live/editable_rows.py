"""The rows of a network as columns that follow edits: what joining and placing ask of pipes and nodes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, with_columns
from waternet_plugin.core.network.live.editable_shapes import EditableShapes
from waternet_plugin.core.network.live.growing_columns import Columns, Growing, Slots, equal_values
from waternet_plugin.core.network.live.row_numbers import RowNumbers
from waternet_plugin.core.network.model.end_coordinates import column, end_xy, lines_of, point_xy
from waternet_plugin.core.network.model.graph import lengths_of
from waternet_plugin.core.network.model.row_groups import order_of, placed
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.shapes.packed_columns import PackedColumn
from waternet_plugin.core.shapes.packed_shapes import PackedShapes

# Distances are computed in other steps than where pairs are joined: look a little farther.
_MARGIN = 1 + 1e-9
# By what an index of points tells these apart, m, and how many such steps there may be.
_STEP_M, _MOST_STEPS = 1e-3, 2**30

PIPE_TEXTS = ("pipe_id", "system", "function", "status", "from_node", "to_node")
NODE_TEXTS = ("node_id", "kind")


@dataclass(frozen=True)
class Edit(PlainFrames):
    """What happened to the rows of one table.

    Parameters
    ----------
    frame
        Rows that were changed, then those that are new, as they are now.
    changed
        Numbers of the changed rows.
    gone, gone_ids
        Numbers and ids of the rows that are no more.
    slots
        Where rows go.
    """

    frame: pd.DataFrame
    changed: Array
    gone: Array
    gone_ids: tuple[str, ...]
    slots: Slots

    @classmethod
    def of(
        cls, frame: pd.DataFrame, name: str, removed: Iterable[str], row_of: Mapping[str, int], size: int
    ) -> Edit:
        """Tell changed rows of ``size`` from new ones by their ids, the column ``name``."""
        number = np.array([row_of.get(key, -1) for key in frame[name]], dtype=np.int64)
        known = np.flatnonzero(number >= 0)
        new = np.flatnonzero(number < 0)
        lost = {row_of[key]: key for key in removed if key in row_of}
        for row in number.tolist():
            lost.pop(row, None)
        lost_rows = np.array(sorted(lost), dtype=np.int64)
        slots = Slots.of(size, lost_rows, len(new))
        # Most edits change rows alone, in their order.
        ordered = frame.iloc[np.concatenate([known, new])] if len(new) else frame
        return cls(ordered, number[known], lost_rows, tuple(lost.values()), slots)

    @property
    def touched(self) -> int:
        """Rows that were changed, new or taken out."""
        return len(self.frame) + len(self.gone)

    @property
    def before(self) -> Array:
        """Numbers of the rows changed or gone, before the edit."""
        return np.concatenate([self.changed, self.gone])

    @property
    def after(self) -> Array:
        """Numbers of the frame's rows after the edit."""
        return np.concatenate([self.slots.mapped(self.changed), self.slots.new])

    def new_ids(self, name: str) -> list[str]:
        """Return the ids of the new rows."""
        return list(self.frame[name].iloc[len(self.changed) :])


class EditableRows:
    """A frame whose rows follow edits, found by id.

    Parameters
    ----------
    frame
        The rows; its columns are taken over.
    texts
        Columns of text that there are in any case, None for unknown; the first holds the ids.
    """

    def __init__(self, frame: pd.DataFrame, texts: tuple[str, ...]) -> None:
        self.columns = Columns(frame, {name: column(frame, name) for name in texts})
        self.id_name = texts[0]
        self.row_of = RowNumbers(self.columns.growing(self.id_name))
        self.has_ids = len(self.row_of) == len(frame) and None not in self.row_of

    def __len__(self) -> int:
        return self.columns.size

    @property
    def ids(self) -> Array:
        """The ids."""
        return self.columns[self.id_name]

    def values(self, name: str, rows: Array) -> Array | None:
        """Return a column in some rows, None for one that is not there."""
        return self.columns[name][rows] if name in self.columns else None

    def equal(
        self, rows: Array, frame: pd.DataFrame, at: Array, names: Collection[str] | None = None
    ) -> Array:
        """Return which rows hold what a frame has at some positions, as `Columns.equal` does."""
        return self.columns.equal(rows, frame, at, names)

    def edit(self, frame: pd.DataFrame | None, removed: Iterable[str]) -> Edit:
        """Return what an edit does to the rows; rows that are as they were are passed over."""
        if frame is None:
            frame = self.columns.empty
        if not len(frame):
            return Edit.of(frame, self.id_name, removed, self.row_of, len(self))
        row = np.array([self.row_of.get(key, -1) for key in frame[self.id_name]], dtype=np.int64)
        known = np.flatnonzero(row >= 0)
        same = known[self.equal(row[known], frame, known)]
        if len(same):
            frame = frame.iloc[np.setdiff1d(np.arange(len(frame)), same)]
        return Edit.of(frame, self.id_name, removed, self.row_of, len(self))

    def write_frame(self, edit: Edit) -> None:
        """Follow an edit in the frame alone."""
        self.columns.shift(edit.slots)
        self.columns.clear(edit.slots.new)
        if len(edit.frame):
            self.columns.set(edit.after, edit.frame)

    def write(self, edit: Edit) -> None:
        """Follow an edit."""
        for row in edit.gone.tolist():
            del self.row_of[self.ids[row]]
        for before, after in zip(edit.slots.moved_from.tolist(), edit.slots.moved_to.tolist()):
            self.row_of[self.ids[before]] = after
        self.write_frame(edit)
        self.row_of.update(zip(edit.new_ids(self.id_name), edit.slots.new.tolist()))


def without_shapes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the other columns of a frame; they are not copied, as `drop` would."""
    plain = pd.DataFrame(frame)
    names = [name for name in plain.columns if name != "geom"]
    columns: pd.DataFrame = pd.DataFrame({name: plain[name] for name in names}, index=plain.index, copy=False)
    return columns


class DrawnRows(EditableRows):
    """Rows with a shape each, which is made when it is read.

    Parameters
    ----------
    name
        The table.
    frame, texts
        As `EditableRows` takes them; ``geom`` is a column of the frame, which may be compact.
    crs
        That of a compact frame, which knows none.
    """

    # Places of points, or of both ends of lines, m.
    _place: Growing

    def __init__(self, name: str, frame: pd.DataFrame, texts: tuple[str, ...], crs: Any) -> None:
        self._table = name
        self._crs = frame.crs if isinstance(frame, gpd.GeoDataFrame) else crs
        shapes = frame["geom"].array if "geom" in frame.columns else None
        self.shapes = EditableShapes(shapes.shapes if isinstance(shapes, PackedColumn) else lines_of(frame))
        super().__init__(without_shapes(frame), texts)

    def values(self, name: str, rows: Array) -> Array | None:
        """Return a column in some rows, None for one that is not there; ``geom`` are the shapes."""
        return self.shapes[rows] if name == "geom" else super().values(name, rows)

    def equal(
        self, rows: Array, frame: pd.DataFrame, at: Array, names: Collection[str] | None = None
    ) -> Array:
        """Return which rows hold what a frame has at some positions, their shapes too."""
        same = super().equal(rows, frame, at, names)
        if len(rows) and "geom" in frame.columns and (names is None or "geom" in names):
            same &= equal_values("geom", self.shapes[rows], lines_of(frame)[at])
        return same

    def write_frame(self, edit: Edit) -> None:
        """Follow an edit in the frame alone."""
        super().write_frame(edit)
        self.shapes.shift(edit.slots)
        self.shapes.write(edit.slots.new, np.full(len(edit.slots.new), None, dtype=object))
        if "geom" in edit.frame.columns:
            self.shapes.write(edit.after, lines_of(edit.frame))

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame with all shapes; it may share columns, so it is only right until the
        next edit.
        """
        shapes = gpd.array.GeometryArray(self.shapes[:], crs=self._crs)
        columns = with_columns(self.columns.frame(), geom=shapes)
        frame: pd.DataFrame = gpd.GeoDataFrame(columns, geometry="geom", copy=False)
        return frame

    def to_join(self) -> TableRows:
        """Return the rows as `build_graph` takes them."""
        return _PackedRows(self._table, self.columns, self.shapes, self._place.values)


class _PackedRows(TableRows):
    """The rows of a table whose shapes are packed, and their places known."""

    def __init__(self, name: str, columns: Columns, shapes: PackedShapes, place: Array) -> None:
        super().__init__(name, columns.frame(), columns.texts())
        self._shapes, self._place = shapes, place

    @property
    def shapes(self) -> PackedShapes:
        """The geometries."""
        return self._shapes

    @property
    def xy(self) -> Array:
        """The places of points, (rows, 2), m."""
        return self._place

    @property
    def ends_xy(self) -> Array:
        """The places of the ends of lines, (rows, 2, 2), m."""
        return self._place


class PipeRows(DrawnRows):
    """Pipes: their lines, ends, and the nodes that they name."""

    def __init__(self, frame: pd.DataFrame, crs: Any = None) -> None:
        super().__init__("pipe", frame, PIPE_TEXTS, crs)
        self._place = Growing(end_xy(self.shapes))
        self._length = Growing(lengths_of(self.columns.frame(), self.shapes))
        self._index = PointIndex(self.xy)

    @property
    def xy(self) -> Array:
        """Place of each end, m."""
        return self._place.values.reshape(-1, 2)

    @property
    def length_m(self) -> Array:
        """Length of each pipe, m."""
        return self._length.values

    def named(self, ends: Array) -> Array:
        """Return the node that each of some ends names, None for none."""
        first, last = (self.columns[name][ends >> 1] for name in ("from_node", "to_node"))
        return np.where(ends & 1, last, first)

    def naming(self, names: Collection[str]) -> Array:
        """Return the ends that name one of some nodes, sorted."""
        first, last = (
            2 * np.flatnonzero(pd.Series(self.columns[name], dtype=object).isin(names).to_numpy())
            for name in ("from_node", "to_node")
        )
        return np.union1d(first, last + 1)

    def name_once(self, start: Array, end: Array) -> set[str]:
        """Let ends share the texts of the nodes that they are at; return the names of others.

        Parameters
        ----------
        start, end
            Ids of the nodes at the first and the last end of each pipe, None for none.
        """
        others: set[str] = set()
        for name, ids in (("from_node", start), ("to_node", end)):
            names = self.columns[name]
            is_there = np.asarray(names == ids, dtype=bool)
            names[is_there] = ids[is_there]
            others.update(names[~is_there])
        return others - {None, ""}

    def near_ends(self, points: Array, reach_m: float) -> Array:
        """Return the ends within reach of any of some points."""
        return self._index.near(self.xy, points, reach_m)

    def near_lines(self, points: Array, reach_m: float) -> Array:
        """Return the pipes whose boxes lie within reach of any of some points."""
        west, south, east, north = self.shapes.bounds.T
        near = np.zeros(len(self), dtype=bool)
        with np.errstate(invalid="ignore"):
            for x, y in points:
                near |= (
                    (west <= x + reach_m)
                    & (east >= x - reach_m)
                    & (south <= y + reach_m)
                    & (north >= y - reach_m)
                )
        return np.flatnonzero(near)

    def write(self, edit: Edit) -> None:
        """Follow an edit."""
        super().write(edit)
        for growing in (self._place, self._length):
            growing.shift(edit.slots)
        if "geom" not in edit.frame.columns:
            return
        lines = lines_of(edit.frame)
        self._place.values[edit.after] = end_xy(lines)
        self._length.values[edit.after] = lengths_of(edit.frame, lines)
        rows = np.concatenate([edit.after, edit.slots.moved_to])
        self._index.changed(self.xy, np.concatenate([2 * rows, 2 * rows + 1]))


class NodeRows(DrawnRows):
    """Nodes: their places."""

    def __init__(self, frame: pd.DataFrame, crs: Any = None) -> None:
        super().__init__("node", frame, NODE_TEXTS, crs)
        self._place = Growing(point_xy(self.shapes))
        self._index = PointIndex(self.xy)

    @property
    def xy(self) -> Array:
        """Place of each node, m."""
        return self._place.values

    def near(self, points: Array, reach_m: float) -> Array:
        """Return the nodes within reach of any of some points."""
        return self._index.near(self.xy, points, reach_m)

    def named(self, names: Iterable[str | None]) -> Array:
        """Return the rows of the names that are known, sorted."""
        rows = {self.row_of[name] for name in names if name in self.row_of}
        return np.array(sorted(rows), dtype=np.int64)

    def at(self, rows: Array) -> pd.DataFrame:
        """Return what joining asks of some nodes."""
        names = (*NODE_TEXTS, "system")
        frame: pd.DataFrame = pd.DataFrame(
            {name: self.columns[name][rows] for name in names if name in self.columns}
        )
        return frame

    def write(self, edit: Edit) -> None:
        """Follow an edit."""
        super().write(edit)
        self._place.shift(edit.slots)
        self._place.values[edit.after] = point_xy(lines_of(edit.frame))
        self._index.changed(self.xy, np.concatenate([edit.after, edit.slots.moved_to]))


class PointIndex:
    """An index of points by their first coordinate.

    Where many changed since it was made, it is made anew.

    Parameters
    ----------
    place
        Places, (points, 2), m; without a place NaN.
    """

    def __init__(self, xy: Array) -> None:
        self._sort(xy)

    def _sort(self, xy: Array) -> None:
        placed_rows = np.flatnonzero(placed(xy))
        x = xy[placed_rows, 0]
        self._west_m, east_m = (float(x.min()), float(x.max())) if len(x) else (0.0, 0.0)
        # Whole millimetres, or more where points lie very far apart: sorted several times sooner.
        self._step_m = max(_STEP_M, (east_m - self._west_m) / _MOST_STEPS)
        steps = ((x - self._west_m) / self._step_m).astype(np.int32)
        order = order_of(steps)
        # Numbers of 32 bits: half the memory.
        self._order, self._steps = placed_rows[order].astype(np.int32), steps[order]
        self._changed = np.zeros(0, dtype=np.int64)

    def _step(self, x: Array, more: int) -> Array:
        """Return the step of each place, some steps more; that of no place is before all others."""
        steps = np.floor((x - self._west_m) / self._step_m) + more
        return np.asarray(np.clip(np.nan_to_num(steps, nan=-1.0), -1, _MOST_STEPS + 1).astype(np.int32))

    def changed(self, xy: Array, numbers: Array) -> None:
        """Take note of points that have another place, or another number, than before."""
        self._changed = np.union1d(self._changed, numbers)
        self._changed = self._changed[self._changed < len(xy)]
        if len(self._changed) > max(1000, len(xy) // 50):
            self._sort(xy)

    def near(self, xy: Array, points: Array, reach_m: float) -> Array:
        """Return the numbers of all places within reach of any of some points, sorted.

        Parameters
        ----------
        xy
            The places as they are now.
        points
            Where to look, (points, 2), m; NaN finds nothing.
        reach_m
            Distance, m.
        """
        reach = reach_m * _MARGIN
        # One step more than there should be: quotients are rounded.
        low = np.searchsorted(self._steps, self._step(points[:, 0] - reach, -1), side="left")
        high = np.searchsorted(self._steps, self._step(points[:, 0] + reach, 1), side="right")
        pairs = []
        for at, first, last in zip(points, low.tolist(), high.tolist()):
            candidates = np.concatenate([self._order[first:last], self._changed])
            candidates = candidates[candidates < len(xy)]
            with np.errstate(invalid="ignore"):
                inside = np.hypot(*(xy[candidates] - at).T) <= reach
            pairs.append(candidates[inside])
        return np.unique(np.concatenate(pairs)) if pairs else np.zeros(0, dtype=np.int64)
