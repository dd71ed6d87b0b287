"""To which compound and which grid every asset of a town belongs."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.facts.locations import Locations, locate
from waternet_plugin.core.drainage.compounds.membership import grid_row_of, grid_rows, ids_of, shared_ground
from waternet_plugin.core.network.analysis.drain_flow import CompoundMembership, compound_membership
from waternet_plugin.core.network.model.network_frame import DRAINS
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.checked_rows import CheckedRows
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.use import OUT_OF_USE

_ASSETS = ("pipe", "node", "customer")


class Belonging:
    """The assets of a town by the units that they belong to: compounds, then grids, by row.

    Parameters
    ----------
    tables
        pipe (of all systems), node, customer, compound and zone.
    as_of
        The day on which the town is judged.

    Attributes
    ----------
    rows
        The tables of assets as columns.
    compounds, grids
        The units as columns.
    located
        By table where its rows lie among the compounds.
    beside, in_grids
        By table the rows that belong to no compound of a grid, and where these lie among the grids.
    compound, grid
        By table the row of the compound, and of the grid, that each row belongs to; -1 for none.
    ground
        Which compounds share ground with which grids.
    grid_of_compound, grid_id_of_compound
        Row and id of the grid of each compound; -1 and None for none.
    """

    def __init__(
        self, tables: Mapping[str, pd.DataFrame], settings: Settings, *, as_of: datetime.date
    ) -> None:
        self.settings, self.as_of = settings, as_of
        self.compounds = TableRows("compound", tables["compound"])
        self.grids = grid_rows(tables["zone"])
        self.rows = {name: CheckedRows(name, tables[name]) for name in _ASSETS}
        self.ground = shared_ground(self.compounds.geometry, self.grids)
        self.grid_of_compound = grid_row_of(self.compounds, self.grids, self.ground)
        self.grid_id_of_compound = ids_of(self.grids, self.grid_of_compound)
        self.located: dict[str, Locations] = {}
        self.beside: dict[str, Array] = {}
        self.in_grids: dict[str, Locations] = {}
        self.compound: dict[str, Array] = {}
        self.grid: dict[str, Array] = {}
        for name, rows in self.rows.items():
            self.located[name] = locate(rows, self.compounds, "compound_id")
            self.compound[name] = self.located[name].member
            self.grid[name] = self.grid_where(self.compound[name], np.full(len(rows), -1))
            # What belongs to a compound of a grid is looked after with it.
            outside = self.beside[name] = np.flatnonzero(self.grid[name] < 0)
            places = rows.frame.filter([GEOMETRY_COLUMN]).iloc[outside]
            self.in_grids[name] = locate(TableRows(name, places), self.grids)
            self.grid[name][outside] = self.in_grids[name].inside

    @cached_property
    def drains(self) -> CheckContext:
        """The drains, with the compounds of drains and nodes as they are here."""
        pipes = self.rows["pipe"]
        rows = np.flatnonzero(pipes.among("system", DRAINS))
        tables = {name: each.frame for name, each in self.rows.items()}
        tables["compound"] = self.compounds.frame
        taken = dict(self.rows)
        if len(rows) < len(pipes):
            tables["pipe"] = taken.pop("pipe").frame.iloc[rows].reset_index(drop=True)
        drains = CheckContext(tables, self.settings, today=self.as_of)
        for each in taken.values():
            drains.take_rows(each)
        drains.give(
            compound_membership, CompoundMembership(self.compound["pipe"][rows], self.compound["node"])
        )
        return drains

    @property
    def count(self) -> int:
        """How many units there are."""
        return len(self.compounds) + len(self.grids)

    def grid_where(self, compound: Array, around: Array) -> Array:
        """Return the grid of things: that of their compound, else that around them; -1 for none."""
        grid = np.append(self.grid_of_compound, -1)[compound]
        return np.where(grid < 0, around, grid)

    def live(self, table: str) -> Array:
        """Return which rows of a table are in use; users always are."""
        rows = self.rows[table]
        return ~rows.among("status", OUT_OF_USE) if rows.has("status") else np.ones(len(rows), dtype=bool)

    def is_member(self, table: str) -> Array:
        """Return which rows of a table belong to any unit."""
        return np.asarray((self.compound[table] >= 0) | (self.grid[table] >= 0))

    def by_unit(self, compound: Array, grid: Array, weights: Array | None = None) -> Array:
        """Return sums of things by unit, their number without weights."""
        # What is in none comes first and is left out.
        sums = [
            np.bincount(unit + 1, weights, minlength=many + 1)[1:]
            for unit, many in ((compound, len(self.compounds)), (grid, len(self.grids)))
        ]
        return np.asarray(np.concatenate(sums), dtype=float)

    def sums(self, table: str, weights: Array | None = None) -> Array:
        """Return sums of the rows of a table by unit, their number without weights."""
        return self.by_unit(self.compound[table], self.grid[table], weights)
