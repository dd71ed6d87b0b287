"""The rows of a network as columns that follow edits: what joining and placing ask of pipes and nodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.live.growing_columns import Columns, Growing, Slots
from waternet_plugin.core.network.model.end_coordinates import column, end_xy, lines_of, named_ends, point_xy
from waternet_plugin.core.network.model.graph import lengths_of
from waternet_plugin.core.network.model.row_groups import placed

# Distances are computed in other steps than where pairs are joined: look a little farther.
_MARGIN = 1 + 1e-9

PIPE_TEXTS = ("pipe_id", "system", "function", "status")
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
        cls, frame: pd.DataFrame, name: str, removed: Iterable[str], row_of: dict[str, int], size: int
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
        The rows.
    texts
        Columns of text that are kept apart; the first holds the ids.
    """

    def __init__(self, frame: pd.DataFrame, texts: tuple[str, ...]) -> None:
        self.columns = Columns(frame)
        self.id_name = texts[0]
        self.texts = {name: Growing(column(frame, name)) for name in texts}
        self.row_of = {name: row for row, name in enumerate(self.ids)}
        self.has_ids = len(self.row_of) == len(frame) and None not in self.row_of

    def __len__(self) -> int:
        return self.columns.size

    @property
    def ids(self) -> Array:
        """The ids."""
        return self.texts[self.id_name].values

    def edit(self, frame: pd.DataFrame | None, removed: Iterable[str]) -> Edit:
        """Return what an edit does to the rows; rows that are as they were are passed over."""
        if frame is None:
            frame = self.columns.empty
        if not len(frame):
            return Edit.of(frame, self.id_name, removed, self.row_of, len(self))
        row = np.array([self.row_of.get(key, -1) for key in frame[self.id_name]], dtype=np.int64)
        known = np.flatnonzero(row >= 0)
        same = known[self.columns.equal(row[known], frame, known)]
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
        for name, growing in self.texts.items():
            growing.shift(edit.slots)
            if len(edit.frame):
                growing.values[edit.after] = column(edit.frame, name)
        self.row_of.update(zip(edit.new_ids(self.id_name), edit.slots.new.tolist()))


class PipeRows(EditableRows):
    """Pipes: their lines, ends, and the nodes that they name."""

    def __init__(self, frame: pd.DataFrame) -> None:
        super().__init__(frame, PIPE_TEXTS)
        lines = lines_of(frame)
        self._lines = Growing(lines)
        self._bounds = Growing(shapely.bounds(lines).reshape(-1, 4))
        self._place = Growing(end_xy(lines))
        self._named = Growing(named_ends(frame).reshape(-1, 2))
        self._length = Growing(lengths_of(frame, lines))
        self._index = PointIndex(self.xy)

    @property
    def lines(self) -> Array:
        """The lines."""
        return self._lines.values

    @property
    def xy(self) -> Array:
        """Place of each end, m."""
        return self._place.values.reshape(-1, 2)

    @property
    def named(self) -> Array:
        """Node that each end names, None for none."""
        return self._named.values.reshape(-1)

    @property
    def length_m(self) -> Array:
        """Length of each pipe, m."""
        return self._length.values

    def near_ends(self, points: Array, reach_m: float) -> Array:
        """Return the ends within reach of any of some points."""
        return self._index.near(self.xy, points, reach_m)

    def near_lines(self, points: Array, reach_m: float) -> Array:
        """Return the pipes whose boxes lie within reach of any of some points."""
        west, south, east, north = self._bounds.values.T
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
        lines = lines_of(edit.frame)
        values = (
            (self._lines, lines),
            (self._bounds, shapely.bounds(lines).reshape(-1, 4)),
            (self._place, end_xy(lines)),
            (self._named, named_ends(edit.frame).reshape(-1, 2)),
            (self._length, lengths_of(edit.frame, lines)),
        )
        for growing, new in values:
            growing.shift(edit.slots)
            growing.values[edit.after] = new
        rows = np.concatenate([edit.after, edit.slots.moved_to])
        self._index.changed(self.xy, np.concatenate([2 * rows, 2 * rows + 1]))


class NodeRows(EditableRows):
    """Nodes: their places."""

    def __init__(self, frame: pd.DataFrame) -> None:
        super().__init__(frame, NODE_TEXTS)
        self._place = Growing(point_xy(lines_of(frame)))
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
        data = {name: growing.values[rows] for name, growing in self.texts.items()}
        if "system" in self.columns:
            data["system"] = self.columns["system"][rows]
        frame: pd.DataFrame = pd.DataFrame(data)
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
        self._order = placed_rows[np.argsort(xy[placed_rows, 0], kind="stable")]
        self._x = xy[self._order, 0]
        self._changed = np.zeros(0, dtype=np.int64)

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
        low = np.searchsorted(self._x, points[:, 0] - reach, side="left")
        high = np.searchsorted(self._x, points[:, 0] + reach, side="right")
        pairs = []
        for at, first, last in zip(points, low.tolist(), high.tolist()):
            candidates = np.concatenate([self._order[first:last], self._changed])
            candidates = candidates[candidates < len(xy)]
            with np.errstate(invalid="ignore"):
                inside = np.hypot(*(xy[candidates] - at).T) <= reach
            pairs.append(candidates[inside])
        return np.unique(np.concatenate(pairs)) if pairs else np.zeros(0, dtype=np.int64)
