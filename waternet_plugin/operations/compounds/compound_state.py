"""One compound as a person looks at it: what it is, and what there is to do, each figure with its assets."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.membership import compound_of, grid_of, shared_ground
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records, stacked
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.tables import table as table_of
from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.compounds.compound_needs import (
    DUE_COLUMNS,
    MISCONNECTIONS,
    PERMIT_COLUMNS,
    PERMITS,
    TANKS,
    WORK,
    lacks_permit,
    overdue_of,
    wrong_drains,
)
from waternet_plugin.operations.compounds.compound_score import StoredScore, stored_score
from waternet_plugin.operations.drainage.pipe_defects import newest_of_pipes
from waternet_plugin.store.network import Network

DEFECTS = "defects"
# From this grade on a drain needs a repair, by CJJ 181, PACP and EN 13508-2 alike.
_BAD_GRADE = 3
_DONE, _CANCELLED = "done", "cancelled"
_SPOT_M = 0.01


@dataclass(frozen=True)
class CompoundFigure:
    """A figure of a compound and what it counts.

    Parameters
    ----------
    key
        TANKS, MISCONNECTIONS, PERMITS, DEFECTS or WORK.
    count
        How many; None where nobody knows.
    table, fids
        The rows that it counts.
    of
        Of how many, None where that says nothing.
    assets
        The ids of what a crew is sent to for it: those rows, of WORK the compound.
    """

    key: str
    count: Optional[int]
    table: str
    fids: tuple[int, ...] = ()
    of: Optional[int] = None
    assets: tuple[str, ...] = ()


@dataclass(frozen=True)
class CompoundState:
    """What a compound is and what there is to do; codes as the table has them, None for unknown.

    Parameters
    ----------
    shape
        Its polygon as WKB, None where it is not drawn.
    grid, team
        Name, else id, of its grid, and the team of that.
    figures
        In the order in which people read them.
    score
        That of the newest month that was scored and kept, None where none was.
    overlaps
        Names, else ids, of the compounds that share ground with it, more than a setting.
    """

    compound_id: str
    name: Optional[str]
    type: Optional[str]
    handover_mode: Optional[str]
    status: Optional[str]
    shape: Optional[bytes]
    grid: Optional[str]
    team: Optional[str]
    figures: tuple[CompoundFigure, ...]
    score: Optional[StoredScore] = None
    overlaps: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing is to be done and all of that is known."""
        return not any(figure.count is None or figure.count for figure in self.figures if figure.key != WORK)


def compound_at(network: Network, x_m: float, y_m: float) -> Optional[str]:
    """Return the id of the smallest compound around a place in the network's coordinates, None for none."""
    # A box without a size would not be a filter.
    box = (x_m - _SPOT_M, y_m - _SPOT_M, x_m + _SPOT_M, y_m + _SPOT_M)
    near = network.read("compound", ["compound_id"], bbox=box)
    shapes = near[GEOMETRY_COLUMN].to_numpy(dtype=object)
    inside = shapely.intersects(shapes, shapely.Point(x_m, y_m))
    around = near[inside]
    if not len(around):
        return None
    names = around["compound_id"].to_numpy(dtype=object).astype(str)
    order = np.lexsort((names, shapely.area(shapes[inside])))
    return str(around["compound_id"].iloc[order[0]])


def compound_state(
    network: Network, compound_id: str, today: Optional[datetime.date] = None
) -> CompoundState:
    """Return one compound of a network on a day; only what lies in it or names it is read.

    Raises
    ------
    InputError
        When there is no such compound.
    """
    with network.reading_together():
        return _state(network, compound_id, today or datetime.date.today())


def _state(network: Network, compound_id: str, day: datetime.date) -> CompoundState:
    columns = ["compound_id", "name", "type", "handover_mode", "status", "grid_id"]
    rows = network.read("compound", columns, ids=[compound_id])
    if not len(rows):
        raise InputError(tr("There is no compound {name} in this network.").format(name=compound_id))
    compound = records(rows)[0]
    shape = compound[GEOMETRY_COLUMN]
    members, settings = _Members(network, compound_id, shape), network.settings()
    named = [] if compound["grid_id"] is None else [compound["grid_id"]]
    zones = members.around("zone", ["zone_id", "kind", "name", "team"], ids=named)
    grid = zones[zones["zone_id"] == grid_of(rows, zones)[0]]
    zone: dict[str, Any] = records(grid)[0] if len(grid) else {}
    nodes = members.rows("node", ("node_id", "compound_id", "kind", "status", "cleaned_on"))
    pipes = members.rows("pipe", ("pipe_id", "compound_id", "system", "status"))
    return CompoundState(
        compound_id,
        compound["name"],
        compound["type"],
        compound["handover_mode"],
        compound["status"],
        None if shape is None else to_wkb(shape),
        zone.get("name") or zone.get("zone_id"),
        zone.get("team"),
        (
            _tanks(network, nodes, settings, day),
            _chosen(MISCONNECTIONS, "pipe", pipes, pipes["pipe_id"].isin(wrong_drains(network))),
            _permits(members, settings, day),
            _defects(network, pipes),
            replace(
                _work(network, members, [*nodes["node_id"], *pipes["pipe_id"]], day), assets=(compound_id,)
            ),
        ),
        stored_score(network, compound_id),
        members.overlaps(settings.real("quality.overlap_m2")),
    )


class _Members:
    """The rows of tables that belong to one compound."""

    def __init__(self, network: Network, compound_id: str, shape: Any) -> None:
        self._network, self._id = network, compound_id
        self._box = None if shape is None or shapely.is_empty(shape) else shapely.bounds(shape).tolist()
        # Of those that overlap one is around what lies in both.
        self._compounds = self.around("compound", ["compound_id", "name"], ids=[compound_id])

    def around(self, table: str, columns: list[str], **asked: Any) -> pd.DataFrame:
        """Return the rows that are asked for and those near the compound, each once, by its first column."""
        parts = [self._network.read(table, columns, **asked)]
        if self._box is not None:
            parts.append(self._network.read(table, columns, bbox=tuple(self._box)))
        # Plain: a column of a frame with a place takes ten times as long to look up.
        return (
            stacked([pd.DataFrame(part) for part in parts]).drop_duplicates(columns[0]).reset_index(drop=True)
        )

    def overlaps(self, least_m2: float) -> tuple[str, ...]:
        """Return the names, else ids, of the compounds with which it shares more ground than so much."""
        is_own = (self._compounds["compound_id"] == self._id).to_numpy(dtype=bool)
        ground = self._compounds[is_own].reset_index(drop=True)
        others = TableRows("compound", self._compounds[~is_own].reset_index(drop=True))
        shared = shared_ground(TableRows("compound", ground).geometry, others)
        rows = np.unique(shared.other[shared.area_m2 > least_m2])
        return tuple(
            sorted(name or number for name, number in zip(others.text("name")[rows], others.ids[rows]))
        )

    def rows(self, table: str, columns: Sequence[str]) -> pd.DataFrame:
        """Return the rows of a table, with fid and ``geom``, that belong to the compound."""
        every = self.around(table, ["fid", *columns], where={"compound_id": self._id})
        known = self._known(every)
        return every[compound_of(every, known) == self._id].reset_index(drop=True)

    def _known(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the compounds nearby and those that rows name: a name that none has counts as none."""
        named = sorted({*rows["compound_id"].dropna()} - {*self._compounds["compound_id"]})
        if named:
            return stacked([self._compounds, self._network.read("compound", ["compound_id"], ids=named)])
        return self._compounds


def _chosen(key: str, table: str, rows: pd.DataFrame, mask: Any) -> CompoundFigure:
    chosen = rows[mask]
    fids = tuple(int(fid) for fid in chosen["fid"])
    ids = tuple(map(str, chosen[table_of(table).id_field]))
    return CompoundFigure(key, len(fids), table, fids, assets=ids)


def _tanks(network: Network, nodes: pd.DataFrame, settings: Settings, day: datetime.date) -> CompoundFigure:
    kinds = settings.words("drainage.tanks")
    tanks = nodes[nodes["kind"].isin(kinds) & ~nodes["status"].isin(OUT_OF_USE)]
    ids = tanks["node_id"].tolist()
    due = network.read("tank_due", list(DUE_COLUMNS), where={"node_id": ids}, geometry=False)
    if ids and not len(due):
        return CompoundFigure(TANKS, None, "node", of=len(ids))
    late = overdue_of(due, tanks, day)["node_id"]
    return replace(_chosen(TANKS, "node", tanks, tanks["node_id"].isin(late)), of=len(ids))


def _permits(members: _Members, settings: Settings, day: datetime.date) -> CompoundFigure:
    users = members.rows("customer", PERMIT_COLUMNS)
    return _chosen(PERMITS, "customer", users, lacks_permit(users, settings, day))


def _defects(network: Network, pipes: pd.DataFrame) -> CompoundFigure:
    """Return the drains whose newest inspection has a bad grade; unknown where none was inspected."""
    drains = pipes[pipes["system"].isin(systems("drain")) & ~pipes["status"].isin(OUT_OF_USE)]
    columns = ["inspection_id", "pipe_id", "date", "structural_grade", "functional_grade"]
    where = {"pipe_id": drains["pipe_id"].tolist()}
    newest = newest_of_pipes(network.read("inspection", columns, where=where, geometry=False))
    if len(drains) and not len(newest):
        return CompoundFigure(DEFECTS, None, "pipe", of=len(drains))
    worst = newest[["structural_grade", "functional_grade"]].astype(float).max(axis=1)
    bad = newest.loc[worst >= _BAD_GRADE, "pipe_id"]
    return _chosen(DEFECTS, "pipe", drains, drains["pipe_id"].isin(bad))


def _work(network: Network, members: _Members, assets: list[str], day: datetime.date) -> CompoundFigure:
    """Return the work of the month: how many items are done, of how many."""
    columns = ("item_id", "compound_id", "asset", "state", "opened_on", "due_on", "closed_on")
    parts = [members.rows("work_item", columns)]
    others = network.read("work_item", ["fid", *columns], where={"asset": assets})
    parts.append(others[others["compound_id"].isna()])
    items = stacked(parts).drop_duplicates("fid").reset_index(drop=True)
    rows = TableRows("work_item", items)
    month = np.datetime64(day, "M")
    days = [rows.date(name).astype("datetime64[M]") for name in ("opened_on", "due_on", "closed_on")]
    of_month: Array = np.logical_or.reduce([each == month for each in days])
    of_month &= ~rows.among("state", (_CANCELLED,))
    done = of_month & rows.among("state", (_DONE,))
    fids = tuple(int(fid) for fid in items.loc[of_month, "fid"])
    return CompoundFigure(WORK, int(done.sum()), "work_item", fids, len(fids))
