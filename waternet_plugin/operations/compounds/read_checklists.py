"""Checklists of compounds, zones, intake points and pump rooms: what is met, missing, unknown and ticked."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.compounds.scores import zero_discharge, zone_criteria
from waternet_plugin.core.drainage.compounds.scores.checklists import (
    BETWEEN_ASSETS,
    INTAKE_POINT,
    MET,
    Known,
    checklist_cells,
    items_of,
    ticks,
)
from waternet_plugin.core.drainage.compounds.scores.intake_points import intake_points
from waternet_plugin.core.drainage.zoning.blockers import blockers
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.compounds.score_words import cell_text
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.references import target_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.texts import listed, tr, with_name
from waternet_plugin.operations.checks.judged_drains import judged_drains
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.store.network import Network

_TABLE = "checklist"
_COLUMNS = ["list", "asset", "item", "ticked_on"]
# Kind of the rows that have a list; every compound has those of compounds.
_KINDS = {zone_criteria.LIST: "zero_discharge", INTAKE_POINT: INTAKE_POINT, "pump_room": "secondary_supply"}


@dataclass(frozen=True)
class CheckedItem:
    """A cell of the matrix.

    Parameters
    ----------
    item
        Its code.
    state
        YES or NO as the map shows, TICKED or UNKNOWN.
    blocked_by
        What the map shows that is in the way.
    assets
        The ids of that.
    is_ticked
        Whether it has a tick, also where the map stands above it.
    """

    item: str
    state: str
    blocked_by: tuple[str, ...]
    assets: tuple[str, ...]
    is_ticked: bool

    @property
    def is_met(self) -> bool:
        """Whether the map or a tick shows that it holds."""
        return self.state in MET


@dataclass(frozen=True)
class CheckedAsset:
    """A row of the matrix: id of the asset, its row number, id with name as its label, and a cell an item."""

    asset: str
    fid: int
    label: str
    cells: tuple[CheckedItem, ...]

    @property
    def ticked(self) -> frozenset[str]:
        """The items that are ticked."""
        return frozenset(cell.item for cell in self.cells if cell.is_ticked)

    @property
    def met(self) -> int:
        """How many items are met."""
        return sum(cell.is_met for cell in self.cells)


@dataclass(frozen=True)
class Checklist:
    """A checklist: its items with their labels, and every asset that has one, by id."""

    list: str
    table: str
    items: tuple[tuple[str, str], ...]
    assets: tuple[CheckedAsset, ...]


def checklist_names() -> tuple[tuple[str, str], ...]:
    """Return the lists there are with their labels."""
    return tuple((code, one.label) for code, one in domain("checklist").items())


def refuse_list(name: str) -> None:
    """Refuse a list that there is not.

    Raises
    ------
    InputError
        With those there are.
    """
    lists = domain("checklist")
    if name not in lists:
        message = tr("There is no checklist “{list}”. Choose one of: {lists}.")
        raise InputError(message.format(list=name, lists=listed(lists)))


def read_checklists(
    network: Network,
    names: Sequence[str],
    progress: Progress = SILENT,
    *,
    today: Optional[datetime.date] = None,
) -> tuple[Checklist, ...]:
    """Return checklists as they stand on a day, that of the computer if None.

    What the map knows of zero discharge is what the score sheet shows, of zones what blocks them, of intake
    points their pressure.

    Raises
    ------
    InputError
        For an unknown list.
    """
    for name in names:
        refuse_list(name)
    day = today or datetime.date.today()
    settings = network.settings()
    rows = ticks(NetworkFrame({_TABLE: network.read(_TABLE, _COLUMNS, geometry=False)}, settings), day)
    drains = (
        judged_drains(network, day, progress)
        if {*names} & {zero_discharge.LIST, zone_criteria.LIST}
        else None
    )
    made = []
    for name in names:
        assets = assets_of(network, name)
        known: dict[str, Known] = {}
        if name == INTAKE_POINT:
            known = _known_pressure(network, assets["asset"].tolist(), day)
        elif drains is not None and name == zone_criteria.LIST:
            zones = TableRows("zone", assets.rename(columns={"asset": "zone_id"}))
            known = zone_criteria.zone_criteria(
                drains.subject, blockers(drains.subject, drains.issues), zones
            )
        elif drains is not None and name == zero_discharge.LIST:
            known = zero_discharge.known_criteria(drains.subject, drains.codes, day)
        cells = checklist_cells(rows, name, assets["asset"].to_numpy(dtype=object), known)
        made.append(_checklist(name, assets, cells))
    return tuple(made)


def _checklist(name: str, assets: pd.DataFrame, cells: pd.DataFrame) -> Checklist:
    items = tuple((item.item, item.label) for item in items_of(name))
    states = [
        CheckedItem(
            cell.item,
            cell.state,
            tuple(filter(None, cell.blocked_by.split(BETWEEN_ASSETS))),
            cell.assets,
            not pd.isna(cell.ticked_on),
        )
        for cell in tuples(cells)
    ]
    count = len(items)
    checked = tuple(
        CheckedAsset(row.asset, int(row.fid), row.label, tuple(states[place * count : (place + 1) * count]))
        for place, row in enumerate(tuples(assets[["asset", "fid", "label"]]))
    )
    return Checklist(name, _table_of(name), items, checked)


def _table_of(name: str) -> str:
    return target_of(_TABLE, "asset", {"list": name})


def assets_of(network: Network, name: str) -> pd.DataFrame:
    """Return what has a list, by id: asset, fid, label, and its shape in ``geom``."""
    table_name, kind = _table_of(name), _KINDS.get(name, "")
    key = table(table_name).id_field
    named = "name" if table_name != "node" else "status"
    where: Any = {"kind": kind} if kind else None
    rows = network.read(table_name, ["fid", key, named], where=where)
    if table_name == "node":
        rows = rows[~rows["status"].isin(OUT_OF_USE)]
    labels = [with_name(one, name if named == "name" else None) for one, name in zip(rows[key], rows[named])]
    made = pd.DataFrame(
        {
            "asset": rows[key].to_numpy(dtype=object),
            "fid": rows["fid"].to_numpy(),
            "label": np.array(labels, dtype=object),
            GEOMETRY_COLUMN: rows[GEOMETRY_COLUMN].to_numpy(dtype=object),
        }
    )
    return made.sort_values("asset", kind="stable", ignore_index=True)


def _known_pressure(network: Network, ids: list[str], day: datetime.date) -> dict[str, Known]:
    """Return what readings tell of intake points."""
    tables = {
        "pipe": network.read("pipe", ["pipe_id"], ids=[]),
        "node": network.read("node", ["node_id", "kind", "status"], ids=ids),
        _TABLE: network.read(_TABLE, _COLUMNS, geometry=False),
    }
    pressures = read_readings(network, ("pressure_mpa",), ids)
    return intake_points(NetworkFrame(tables, network.settings()), pressures, day).known


def network_sheets(
    network: Network,
    today: Optional[datetime.date] = None,
    names: Sequence[str] = (),
    progress: Progress = SILENT,
) -> list[tuple[str, list[str], list[list[Any]]]]:
    """Return checklists, all where none is named, as sheets of a workbook, as `read_checklists` finds them.

    A sheet has title, headings, and a row an asset: how many items are met, and each item in words.
    """
    labels = dict(checklist_names())
    sheets = []
    for one in read_checklists(network, names or list(labels), progress, today=today):
        headings = [table(one.table).label, tr("Items met"), *(label for _item, label in one.items)]
        rows = [
            [each.label, each.met, *(cell_text(cell.state, cell.blocked_by) for cell in each.cells)]
            for each in one.assets
        ]
        sheets.append((labels[one.list], headings, rows))
    return sheets
