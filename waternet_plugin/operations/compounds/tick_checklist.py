"""Checklists of compounds, zones, intake points and pump rooms: what is ticked, and ticking as one batch."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.drainage.compounds.scores.checklists import INTAKE_POINT, items_of, ticks
from waternet_plugin.core.drainage.compounds.scores.intake_points import FAIL, PASS, intake_points
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.texts import listed, shortened, tr, with_name
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_TABLE, _PREFIX = "checklist", "CL-"
_COLUMNS = ["checklist_id", "list", "asset", "item", "ticked_on"]
# Whose list each is: the table, and the kinds of its rows; the others are lists of compounds.
_KINDS = {
    "zone": ("zone", "zero_discharge"),
    INTAKE_POINT: ("node", INTAKE_POINT),
    "pump_room": ("node", "secondary_supply"),
}
_COMPOUND = ("compound", "")


@dataclass(frozen=True)
class CheckedAsset:
    """What a list says of one asset.

    Parameters
    ----------
    asset
        Its id.
    label
        Id and name.
    ticked
        The items that are ticked.
    state
        Of an intake point whether it passes, in words with what fails; else ''.
    """

    asset: str
    label: str
    ticked: frozenset[str]
    state: str = ""


@dataclass(frozen=True)
class Checklist:
    """A checklist: its items with their labels, and every asset that has one."""

    list: str
    table: str
    items: tuple[tuple[str, str], ...]
    assets: tuple[CheckedAsset, ...]


def checklist_names() -> tuple[tuple[str, str], ...]:
    """Return the lists there are with their labels."""
    return tuple((code, one.label) for code, one in domain("checklist").items())


def read_checklist(network: Network, name: str, today: Optional[datetime.date] = None) -> Checklist:
    """Return a checklist as it is ticked until a day, that of the computer if None."""
    day = today or datetime.date.today()
    items = tuple((item.item, item.label) for item in items_of(name))
    subject = NetworkFrame({_TABLE: network.read(_TABLE, _COLUMNS, geometry=False)}, network.settings())
    rows = ticks(subject, day)
    ticked = rows[rows["list"] == name].groupby("asset")["item"].agg(frozenset).to_dict()
    states = _intake_states(network, day) if name == INTAKE_POINT else {}
    assets = tuple(
        CheckedAsset(asset, label, ticked.get(asset, frozenset()), states.get(asset, ""))
        for asset, label in _assets(network, name)
    )
    return Checklist(name, _KINDS.get(name, _COMPOUND)[0], items, assets)


def _assets(network: Network, name: str) -> list[tuple[str, str]]:
    """Return id and label of what has the list, by id."""
    table_name, kind = _KINDS.get(name, _COMPOUND)
    key = table(table_name).id_field
    named = ["name"] if table_name != "node" else ["status"]
    where = {"kind": kind} if kind else None
    rows = network.read(table_name, [key, *named], where=where, geometry=False)
    if table_name == "node":
        rows = rows[~rows["status"].isin(OUT_OF_USE)]
    found = [(str(row[key]), with_name(str(row[key]), row.get("name"))) for row in records(rows)]
    return sorted(found)


def _intake_states(network: Network, day: datetime.date) -> dict[str, str]:
    """Return whether each intake point passes, with what fails."""
    tables = {
        "pipe": network.read("pipe", ["pipe_id"], ids=[]),
        "node": network.read("node", ["node_id", "kind", "status"], where={"kind": INTAKE_POINT}),
        _TABLE: network.read(_TABLE, _COLUMNS, geometry=False),
    }
    pressures = read_readings(network, ("pressure_mpa",), tables["node"]["node_id"].tolist())
    points = intake_points(NetworkFrame(tables, network.settings()), pressures, day).frame
    labels = {item.item: item.label for item in items_of(INTAKE_POINT)}
    states = {}
    for row in records(points):
        if row["state"] == PASS:
            states[row["node_id"]] = tr("pass")
        elif row["state"] == FAIL:
            failing = listed(labels[name] for name in row["failing"].split(";"))
            states[row["node_id"]] = tr("fails: {items}").format(items=failing)
        else:
            states[row["node_id"]] = tr("open", "grade")
    return states


@dataclass(frozen=True)
class TickRequest:
    """Which items of a list are ticked for some assets.

    Parameters
    ----------
    list
        Code of the domain ``checklist``.
    ticked
        By the id of each asset all items that are ticked; the others are not.
    day
        The day of new ticks; None for today.

    Raises
    ------
    InputError
        For an unknown list or item, and a day to come.
    """

    list: str
    ticked: Mapping[str, frozenset[str]]
    day: Optional[datetime.date] = None

    def __post_init__(self) -> None:
        lists = domain("checklist")
        if self.list not in lists:
            message = tr("There is no checklist “{list}”. Choose one of: {lists}.")
            raise InputError(message.format(list=self.list, lists=listed(lists)))
        known = [item.item for item in items_of(self.list)]
        unknown = sorted(frozenset().union(*self.ticked.values()) - set(known))
        if unknown:
            message = tr("There is no item “{item}” in this checklist. Choose among: {items}.")
            raise InputError(message.format(item=unknown[0], items=listed(known)))
        if self.on > datetime.date.today():
            raise InputError(tr("{day} is in the future. Enter a day up to today.").format(day=self.on))

    @property
    def on(self) -> datetime.date:
        """The day of new ticks."""
        return self.day or datetime.date.today()


@dataclass(frozen=True)
class TickResult(Written):
    """A checklist that was written: how many items were ticked, and how many ticks were taken off."""

    ticked: int
    cleared: int


def tick_checklist(
    network: Network,
    request: TickRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[TickResult], Any] = no_outputs,
) -> TickResult:
    """Tick items of a checklist and take the other ticks off, as one batch; what is ticked keeps its day.

    Raises
    ------
    InputError
        For an asset that has no such list.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _tick(network, request, progress, before_commit), progress)


def _tick(
    network: Network, request: TickRequest, progress: Progress, before_commit: Callable[[TickResult], Any]
) -> TickResult:
    seen = network.position()
    strange = sorted(set(request.ticked) - {asset for asset, _label in _assets(network, request.list)})
    if strange:
        message = tr("{asset} has no such checklist. Check its id.")
        raise InputError(message.format(asset=strange[0]))
    rows = network.read(_TABLE, _COLUMNS, where={"list": request.list}, geometry=False)
    rows = rows[rows["asset"].isin(list(request.ticked))]
    there = list(zip(rows["asset"], rows["item"]))
    wanted = [(asset, item) for asset, items in request.ticked.items() for item in sorted(items)]
    new = pd.DataFrame([pair for pair in wanted if pair not in set(there)], columns=["asset", "item"])
    gone = sorted(rows.loc[[pair not in set(wanted) for pair in there], "checklist_id"])
    result = TickResult("", len(new), len(gone))
    if new.empty and not gone:
        before_commit(result)
        return result
    name = tr("{list} of {asset}").format(
        list=domain("checklist")[request.list].label, asset=shortened(request.ticked)
    )
    with network.write("edit", name=name, seen=seen, progress=progress) as batch:
        batch.delete(_TABLE, gone)
        if len(new):
            first = int(batch.next_id(_TABLE, _PREFIX).removeprefix(_PREFIX))
            ids = [f"{_PREFIX}{first + number:04d}" for number in range(len(new))]
            batch.insert(
                _TABLE,
                new.assign(checklist_id=ids, list=request.list, ticked_on=pd.Timestamp(request.on)),
            )
        return finish(batch, result, before_commit)
