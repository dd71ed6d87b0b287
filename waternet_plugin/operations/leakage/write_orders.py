"""Work orders on pipes: to repair or clean them, or to locate the leak that an alarm suspects on them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.leakage.stored_alarms import stored_alarm
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

LOCATE, REPAIR, CLEAN = "locate", "repair", "clean"
TYPES = (LOCATE, REPAIR, CLEAN)
# States of work that is not over.
RUNNING = ("open", "under_way")
_PREFIX = "W-"
_NAMED = 5


@dataclass(frozen=True)
class OrderRequest:
    """Which pipes get a work order.

    Parameters
    ----------
    pipe_ids
        The pipes; an order is written for each.
    type
        LOCATE, REPAIR or CLEAN.
    alarm_id
        Of LOCATE: the alarm that suspects the pipes; '' for a search without alarm.
    method
        Of LOCATE: code of the domain ``locate_method``; '' where it is not chosen yet.
    note
        Kept with each order.
    opened_on
        The day of the orders; None for today.
    due_on
        The day by which they are to be done; None where none is set.
    team, person
        Who does it; '' where it is not decided yet.

    Raises
    ------
    InputError
        Without a pipe, for an unknown type or method, for an alarm or a method of orders that locate no
        leak, and for a due day before the day of the orders.
    """

    pipe_ids: tuple[str, ...]
    type: str = LOCATE
    alarm_id: str = ""
    method: str = ""
    note: str = ""
    opened_on: Optional[datetime.date] = None
    due_on: Optional[datetime.date] = None
    team: str = ""
    person: str = ""

    def __post_init__(self) -> None:
        if not self.pipe_ids:
            locate = tr("Choose the pipe to search for the leak.")
            raise InputError(locate if self.type == LOCATE else tr("Choose the pipe of the work order."))
        if self.type not in TYPES:
            message = tr("There are no work orders of type “{type}” on pipes. Choose one of: {types}.")
            raise InputError(message.format(type=self.type, types=listed(TYPES)))
        if self.type != LOCATE and (self.alarm_id or self.method):
            raise InputError(
                tr("An alarm and a method belong to orders that locate a leak. Leave them out of others.")
            )
        refuse_method(self.method)
        if self.due_on is not None and self.due_on < self.day:
            message = tr("The orders are of {day} and can't be due on {due}. Enter a later due day.")
            raise InputError(message.format(day=self.day.isoformat(), due=self.due_on.isoformat()))

    @property
    def day(self) -> datetime.date:
        """The day of the orders."""
        return self.opened_on or datetime.date.today()


@dataclass(frozen=True)
class OrderResult(Written):
    """Work orders that were written: their ids in the order of the pipes."""

    item_ids: tuple[str, ...]


def refuse_method(method: str) -> None:
    """Refuse a method of locating that the domain does not have; '' is none."""
    methods = domain("locate_method")
    if method and method not in methods:
        message = tr("There is no method of locating “{method}”. Choose one of: {methods}.")
        raise InputError(message.format(method=method, methods=listed(methods)))


def write_orders(
    network: Network,
    request: OrderRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[OrderResult], Any] = no_outputs,
) -> OrderResult:
    """Write a work order for each pipe, in its middle, as one batch.

    Parameters
    ----------
    request
        The pipes.

    Raises
    ------
    InputError
        For an alarm or a pipe that is not there, and a pipe that has a running order already: of the alarm,
        or of the type.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _write(network, request, progress, before_commit), progress)


def _write(
    network: Network, request: OrderRequest, progress: Progress, before_commit: Callable[[OrderResult], Any]
) -> OrderResult:
    seen = network.position()
    alarm = stored_alarm(network, request.alarm_id) if request.alarm_id else None
    names = list(dict.fromkeys(request.pipe_ids))
    pipes = network.read("pipe", ["pipe_id", "dma_id"], ids=names)
    missing = sorted(set(names) - set(pipes["pipe_id"]))
    if missing:
        message = tr("There is no pipe {pipe} in this network. Check its id.")
        raise InputError(message.format(pipe=shortened(missing, _NAMED)))
    _refuse_ordered(network, names, request)
    row = pipes.set_index("pipe_id").loc[names]
    zone = row["dma_id"].tolist() if alarm is None else [alarm.zone_id] * len(names)
    lines = shapely.force_2d(row[GEOMETRY_COLUMN].to_numpy())
    orders = gpd.GeoDataFrame(
        {
            "type": request.type,
            "state": "open",
            "opened_on": pd.Timestamp(request.day),
            "due_on": pd.Timestamp(request.due_on) if request.due_on else pd.NaT,
            "team": request.team or None,
            "person": request.person or None,
            "asset": names,
            "zone_id": zone,
            "alarm_id": request.alarm_id or None,
            "method": request.method or None,
            "note": request.note or None,
            GEOMETRY_COLUMN: shapely.line_interpolate_point(lines, 0.5, normalized=True),
        },
        geometry=GEOMETRY_COLUMN,
        crs=network.crs,
    )
    title = tr("Locate a leak on {pipes}") if request.type == LOCATE else tr("Work order for {pipes}")
    facts = {"alarm": request.alarm_id} if request.alarm_id else None
    with network.write(
        "dma" if request.type == LOCATE else "edit",
        name=title.format(pipes=shortened(names, _NAMED)),
        facts=facts,
        seen=seen,
        progress=progress,
    ) as batch:
        first = int(batch.next_id("work_item", _PREFIX).removeprefix(_PREFIX))
        ids = tuple(f"{_PREFIX}{first + number:04d}" for number in range(len(names)))
        batch.insert("work_item", orders.assign(item_id=ids))
        return finish(batch, OrderResult(batch.batch_id, ids), before_commit)


def _refuse_ordered(network: Network, names: list[str], request: OrderRequest) -> None:
    """Refuse pipes with a running order of the type, or for the same leak."""
    columns = ["item_id", "asset", "state", "alarm_id"]
    items = network.read("work_item", columns, where={"type": request.type, "asset": names}, geometry=False)
    is_running = items["state"].isin(RUNNING).to_numpy()
    if request.type == LOCATE:
        is_running = is_running & (items["alarm_id"].fillna("") == request.alarm_id).to_numpy()
        message = tr("Pipe {pipe} is being searched already: work order {item}. Record what was found there.")
    else:
        message = tr("Pipe {pipe} has the open work order {item} already.")
    running = items[is_running]
    if len(running):
        raise InputError(message.format(pipe=running["asset"].iloc[0], item=running["item_id"].iloc[0]))


def open_orders(network: Network, alarm_id: str) -> list[tuple[str, str, str]]:
    """Return item, pipe and method of the open orders to locate the leak of an alarm, the newest first."""
    names = ["item_id", "type", "state", "asset", "method", "opened_on"]
    rows = network.read("work_item", names, where={"alarm_id": alarm_id}, geometry=False)
    rows = rows[(rows["type"] == LOCATE) & rows["state"].isin(RUNNING)]
    rows = rows.sort_values(["opened_on", "item_id"], ascending=False)
    return [
        (str(row["item_id"] or ""), str(row["asset"] or ""), str(row["method"] or ""))
        for row in records(rows)
    ]
