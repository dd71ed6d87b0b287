"""Packages of a plan as columns: counted and chosen by arrays, rows made of those that somebody looks at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import plain, with_columns
from waternet_plugin.core.shapes.wkb import to_wkb

# As many are written as bytes in a few ms.
_LINES = 10_000


class PackageRows(Sequence[dict[str, Any]]):
    """Packages in an order; of a large network there are hundreds of thousands, of which few ever show.

    A row has the columns of the packages, their lines as ``wkb``, how many ``pipes`` each has, and what was
    decided by hand: ``decision`` in words, None for nothing, ``is_open`` until the next plan decides anew.

    Parameters
    ----------
    frame
        A row a package, of all there are.
    rows
        Which of them these are, by place; all if None.
    """

    def __init__(self, frame: pd.DataFrame, rows: Array | None = None) -> None:
        self._frame = frame
        self._rows: Array = np.arange(len(frame)) if rows is None else rows

    @classmethod
    def ordered(cls, projects: pd.DataFrame) -> PackageRows:
        """Return packages by year, most benefit per cost first, those without money last.

        Parameters
        ----------
        projects
            Columns of the table of projects with ``geom``.
        """
        worth = (projects["benefit"] / projects["cost"]).fillna(0.0)
        frame = projects.assign(worth=worth).sort_values(
            ["year", "worth", "project_id"], ascending=[True, False, True], na_position="last", kind="stable"
        )
        lines = frame["geom"].to_numpy()
        # In parts, for no other thread of Python runs while shapes are written.
        parts = [to_wkb(lines[first : first + _LINES]) for first in range(0, len(lines), _LINES)]
        shapes = np.concatenate([np.zeros(0, dtype=object), *parts])
        lists = frame["pipe_ids"].fillna("").tolist()
        return cls(
            with_columns(
                plain(pd.DataFrame(frame.drop(columns="geom"))),
                wkb=shapes,
                pipes=np.array([pipe_ids.count(";") + bool(pipe_ids) for pipe_ids in lists], dtype=np.int64),
                is_open=np.zeros(len(frame), dtype=bool),
                decision=np.full(len(frame), None, dtype=object),
            )
        )

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> PackageRows: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | PackageRows:
        if isinstance(place, slice):
            return PackageRows(self._frame, self._rows[place])
        return next(iter(PackageRows(self._frame, self._rows[[place]])))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        columns = [self._frame[name].iloc[self._rows].tolist() for name in self._frame.columns]
        names = list(self._frame.columns)
        return (dict(zip(names, row)) for row in zip(*columns))

    def _values(self, column: str) -> Array:
        return np.asarray(self._frame[column].to_numpy()[self._rows])

    def _kept(self, keep: Array) -> PackageRows:
        # Rows alone: all columns of the packages would be copied each time.
        return PackageRows(self._frame, self._rows[keep])

    def only(self, *columns: str) -> PackageRows:
        """Return them with some columns alone."""
        return PackageRows(self._frame[list(columns)], self._rows)

    def of_plan(self, plan_id: str) -> PackageRows:
        """Return those of a plan: others were decided in earlier ones."""
        return self._kept(self._values("plan_id") == plan_id)

    def of_projects(self, names: Collection[str]) -> PackageRows:
        """Return those of some ids."""
        return self._kept(self._are(names))

    def of_year(self, year: int) -> PackageRows:
        """Return those of a year."""
        return self._kept(self._values("year") == year)

    def funded(self, is_funded: bool = True) -> PackageRows:
        """Return those that a year has money for, or the others."""
        return self._kept(~np.isnan(self._values("year")) == is_funded)

    @property
    def years(self) -> list[int]:
        """The years that packages have, in order."""
        years = self._values("year")
        return [int(year) for year in np.unique(years[~np.isnan(years)])]

    def total(self, column: str) -> float:
        """Return the sum of a column of numbers."""
        return float(np.nansum(self._values(column)))

    def changed(self, values: Mapping[str, Mapping[str, Any]]) -> PackageRows:
        """Return them with other values in some columns of some packages, by id and column."""
        rows = self._rows[self._are(values)]
        new: dict[str, Array] = {}
        for row, name in zip(rows.tolist(), self._frame["project_id"].iloc[rows].tolist()):
            for column, value in values[name].items():
                if column not in new:
                    new[column] = self._frame[column].to_numpy().copy()
                new[column][row] = value
        return PackageRows(with_columns(self._frame, **new), self._rows) if new else self

    def _are(self, names: Collection[str]) -> Array:
        """Return which have one of some ids."""
        if not names:
            return np.zeros(len(self), dtype=bool)
        wanted = set(names)
        return np.array([name in wanted for name in self._values("project_id").tolist()], dtype=bool)
