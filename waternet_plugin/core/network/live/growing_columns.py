"""The rows of a table as columns that can be changed, added to and shortened without copying them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import made_of, plain, plain_column
from waternet_plugin.core.network.model.end_coordinates import column as text_column
from waternet_plugin.core.shapes.wkb import to_wkb

_GEOMETRY = "geom"
# Room for this many more rows, before columns are copied once.
_SPARE = 1000


def remapped(numbers: Array, before: Array, after: Array) -> Array:
    """Return numbers with those of ``before`` replaced by ``after``."""
    if not len(before):
        return numbers
    order = np.argsort(before)
    at = np.minimum(np.searchsorted(before[order], numbers), len(before) - 1)
    return np.where(before[order][at] == numbers, after[order][at], numbers)


def equal_values(name: str, first: Array, second: Array) -> Array:
    """Return where two columns of a name hold the same; unknown equals unknown."""
    if name == _GEOMETRY:
        first, second = to_wkb(first), to_wkb(second)
    return np.asarray((first == second) | (pd.isna(first) & pd.isna(second)), dtype=bool)


@dataclass(frozen=True)
class Slots:
    """Where rows go when some are taken out and some are new.

    New rows fill the holes first; what holes are left are filled from the end.

    Parameters
    ----------
    size
        Rows afterwards.
    new
        Rows of the new ones.
    gone
        Rows taken out.
    moved_from, moved_to
        Rows that were moved, before and after.
    """

    size: int
    new: Array
    gone: Array
    moved_from: Array
    moved_to: Array

    @classmethod
    def of(cls, size: int, removed: Array, more: int) -> Slots:
        """Plan for ``size`` rows, those that go, and the number of new ones."""
        removed = np.sort(removed)
        reused = removed[:more]
        added = size + np.arange(more - len(reused))
        after = size + len(added) - (len(removed) - len(reused))
        holes = removed[len(reused) :]
        holes = holes[holes < after]
        tail = np.setdiff1d(np.arange(after, size), removed)
        return cls(after, np.concatenate([reused, added]).astype(np.int64), removed, tail, holes)

    def mapped(self, rows: Array) -> Array:
        """Return where rows are afterwards that are not gone; rows below zero stay."""
        return remapped(rows, self.moved_from, self.moved_to)


class Growing:
    """A column whose length may change; it takes the array over, unless that may not be written.

    Parameters
    ----------
    values
        The column.
    is_shared
        Whether other columns have the same array: it is copied before something is written.
    """

    def __init__(self, values: Array, *, is_shared: bool = False) -> None:
        self._buffer = values if values.flags.writeable else values.copy()
        self._size = len(values)
        self._is_shared = is_shared

    @property
    def values(self) -> Array:
        """The column; it changes with later edits."""
        return self._buffer[: self._size]

    def write(self, rows: Array, values: Any) -> None:
        """Write values to rows; where the array is shared, and so unknown throughout, unless they are too."""
        if self._is_shared:
            if np.all(pd.isna(values)):
                return
            self._buffer, self._is_shared = self._buffer.copy(), False
        self._buffer[rows] = values

    def shift(self, slots: Slots) -> None:
        """Move rows and change the length; new rows hold anything."""
        self._reach(slots.size)
        self._buffer[slots.moved_to] = self._buffer[slots.moved_from]
        self._size = slots.size

    def resize(self, size: int) -> None:
        """Change the length; new rows hold anything."""
        self._reach(size)
        self._size = size

    def _reach(self, size: int) -> None:
        if size > len(self._buffer):
            room = np.empty((size + _SPARE, *self._buffer.shape[1:]), dtype=self._buffer.dtype)
            room[: self._size] = self.values
            if self._is_shared:
                # What is unknown throughout stays so.
                room[self._size :] = _unknown(room)
            self._buffer, self._is_shared = room, False


def _unknown(values: Array) -> Any:
    """Return what stands for unknown in a column."""
    if values.dtype.kind == "M":
        return np.datetime64("NaT")
    return None if values.dtype == object else np.nan


def _kept(values: Array, nothing: dict[Any, Array]) -> Growing:
    """Return a column to be kept; those unknown throughout share one array of ``nothing`` by type."""
    if values.dtype.kind not in "OfM" or not pd.isna(values[:_SPARE]).all() or not pd.isna(values).all():
        return Growing(values)
    if values.dtype not in nothing:
        nothing[values.dtype] = values if values.flags.writeable else values.copy()
    return Growing(nothing[values.dtype], is_shared=True)


class Columns:
    """A frame that is edited row by row.

    Parameters
    ----------
    frame
        Any frame; its row labels mean nothing. Its columns are taken over.
    texts
        Columns of texts that stand for those of the frame, None for unknown.

    Attributes
    ----------
    size
        Number of rows.
    empty
        A frame like it without rows.
    """

    def __init__(self, frame: pd.DataFrame, texts: Mapping[str, Array]) -> None:
        self._crs = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
        frame = plain(frame)
        self._types = dict(frame.dtypes)
        self._texts = frozenset(texts)
        columns = {
            str(name): texts[name] if name in texts else self._plain(frame[name]) for name in frame.columns
        }
        nothing: dict[Any, Array] = {}
        self._columns = {name: _kept(values, nothing) for name, values in {**columns, **texts}.items()}
        self.size = len(frame)
        self.empty = frame.iloc[:0].copy()
        self._frame: pd.DataFrame | None = None

    @staticmethod
    def _plain(column: pd.Series) -> Array:
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.tz_convert("UTC").dt.tz_localize(None)
        return np.asarray(plain_column(column).to_numpy())

    def __contains__(self, name: str) -> bool:
        """Return whether there is such a column."""
        return name in self._columns

    def __getitem__(self, name: str) -> Array:
        """Return a column; it changes with later edits."""
        return self._columns[name].values

    def texts(self) -> dict[str, Array]:
        """Return the columns of texts, None for unknown; they change with later edits."""
        return {name: self[name] for name in self._texts}

    def growing(self, name: str) -> Growing:
        """Return a column as it is kept."""
        return self._columns[name]

    def shift(self, slots: Slots) -> None:
        """Move rows and change the length; rows that are new must be set."""
        self._frame = None
        for column in self._columns.values():
            column.shift(slots)
        self.size = slots.size

    def set(self, rows: Array, frame: pd.DataFrame) -> None:
        """Write the columns of a frame to rows; columns that it lacks stay as they are."""
        self._frame = None
        for name, column in self._columns.items():
            if name in frame.columns:
                is_text = name in self._texts
                column.write(rows, text_column(frame, name) if is_text else self._plain(frame[name]))

    def equal(
        self, rows: Array, frame: pd.DataFrame, at: Array, names: Collection[str] | None = None
    ) -> Array:
        """Return which rows hold what a frame has at some positions; columns that it lacks don't count.

        ``names`` are those of the columns that count; None for all.
        """
        same = np.ones(len(rows), dtype=bool)
        if not len(rows):
            return same
        plain = pd.DataFrame(frame)
        for name, column in self._columns.items():
            if name not in plain.columns or (names is not None and name not in names):
                continue
            same &= equal_values(name, column.values[rows], self._plain(plain[name])[at])
        return same

    def clear(self, rows: Array) -> None:
        """Make every column unknown in rows."""
        self._frame = None
        for column in self._columns.values():
            column.write(rows, _unknown(column.values))

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame, the same one until the next edit; it may share columns, so it is only
        right until then.
        """
        if self._frame is None:
            data: dict[str, Any] = {}
            for name, column in self._columns.items():
                if name == _GEOMETRY:
                    data[name] = gpd.array.GeometryArray(column.values, crs=self._crs)
                elif isinstance(self._types.get(name), pd.DatetimeTZDtype):
                    data[name] = pd.DatetimeIndex(column.values).tz_localize("UTC")
                else:
                    data[name] = column.values
            frame = made_of(data)
            self._frame = (
                gpd.GeoDataFrame(frame, geometry=_GEOMETRY, copy=False) if _GEOMETRY in data else frame
            )
        return self._frame
