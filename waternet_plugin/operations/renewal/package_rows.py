"""Packages of a plan as columns: counted and chosen by arrays, rows made of those that somebody looks at."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, overload

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import records, with_columns
from waternet_plugin.core.wkb import to_wkb

# As many are written as bytes in a few ms.
_LINES = 10_000


class PackageRows(Sequence[dict[str, Any]]):
    """Packages in an order; of a large network there are hundreds of thousands, of which few ever show.

    A row has the columns of the packages, their lines as ``wkb``, how many ``pipes`` each has, and what was
    decided by hand: ``decision`` in words, None for nothing, ``is_open`` until the next plan decides anew.

    Parameters
    ----------
    frame
        A row a package.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

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
                pd.DataFrame(frame.drop(columns="geom")),
                wkb=shapes,
                pipes=np.array([pipe_ids.count(";") + bool(pipe_ids) for pipe_ids in lists], dtype=np.int64),
                is_open=np.zeros(len(frame), dtype=bool),
                decision=np.full(len(frame), None, dtype=object),
            )
        )

    def __len__(self) -> int:
        return len(self._frame)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> PackageRows: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | PackageRows:
        if isinstance(place, slice):
            return PackageRows(self._frame.iloc[place])
        row: dict[str, Any] = records(self._frame.iloc[[place]])[0]
        return row

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(records(self._frame))

    def _kept(self, keep: Array) -> PackageRows:
        return PackageRows(self._frame[keep])

    def only(self, *columns: str) -> PackageRows:
        """Return them with some columns alone."""
        return PackageRows(self._frame[list(columns)])

    def of_plan(self, plan_id: str) -> PackageRows:
        """Return those of a plan: others were decided in earlier ones."""
        return self._kept((self._frame["plan_id"] == plan_id).to_numpy(dtype=bool))

    def of_projects(self, names: Collection[str]) -> PackageRows:
        """Return those of some ids."""
        return self._kept(self._frame["project_id"].isin(list(names)).to_numpy(dtype=bool))

    def of_year(self, year: int) -> PackageRows:
        """Return those of a year."""
        return self._kept((self._frame["year"] == year).to_numpy(dtype=bool))

    def funded(self, is_funded: bool = True) -> PackageRows:
        """Return those that a year has money for, or the others."""
        return self._kept(self._frame["year"].notna().to_numpy(dtype=bool) == is_funded)

    @property
    def years(self) -> list[int]:
        """The years that packages have, in order."""
        return [int(year) for year in np.unique(self._frame["year"].dropna().to_numpy(dtype=float))]

    def total(self, column: str) -> float:
        """Return the sum of a column of numbers."""
        return float(self._frame[column].sum())

    def changed(self, values: Mapping[str, Mapping[str, Any]]) -> PackageRows:
        """Return them with other values in some columns of some packages, by id and column."""
        rows = np.flatnonzero(self._frame["project_id"].isin(list(values)))
        new: dict[str, Array] = {}
        for row, name in zip(rows.tolist(), self._frame["project_id"].iloc[rows].tolist()):
            for column, value in values[name].items():
                if column not in new:
                    new[column] = self._frame[column].to_numpy().copy()
                new[column][row] = value
        return PackageRows(with_columns(self._frame, **new)) if new else self
