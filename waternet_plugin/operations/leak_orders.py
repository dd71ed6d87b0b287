"""Work orders for locating a leak: one on each pipe that is suspected of an alarm."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.stored_alarms import stored_alarm
from waternet_plugin.store.network import Network

LOCATE = "locate"
_OPEN = ("open", "under_way")
_PREFIX = "W-"
_NAMED = 5


@dataclass(frozen=True)
class LeakOrderRequest:
    """Which pipes are to be searched for a leak.

    Parameters
    ----------
    pipe_ids
        The suspects; an order is written for each.
    alarm_id
        The alarm that suspects them; '' for a search without alarm.
    method
        Code of the domain ``locate_method``; '' where it is not chosen yet.
    note
        Kept with each order.
    opened_on
        The day of the orders; None for today.

    Raises
    ------
    InputError
        Without a pipe, and for an unknown method.
    """

    pipe_ids: tuple[str, ...]
    alarm_id: str = ""
    method: str = ""
    note: str = ""
    opened_on: Optional[datetime.date] = None

    def __post_init__(self) -> None:
        if not self.pipe_ids:
            raise InputError(tr("Choose the pipe to search for the leak."))
        refuse_method(self.method)


@dataclass(frozen=True)
class LeakOrderResult:
    """Work orders that were written: their batch and their ids in the order of the pipes."""

    batch_id: str
    item_ids: tuple[str, ...]


def refuse_method(method: str) -> None:
    """Refuse a method of locating that the domain does not have; '' is none."""
    methods = domain("locate_method")
    if method and method not in methods:
        message = tr("There is no method of locating “{method}”. Choose one of: {methods}.")
        raise InputError(message.format(method=method, methods=listed(methods)))


def make_leak_orders(
    network: Network,
    request: LeakOrderRequest,
    *,
    before_commit: Callable[[LeakOrderResult], Any] = no_outputs,
) -> LeakOrderResult:
    """Write a work order of type locate for each suspected pipe, as one batch.

    Parameters
    ----------
    network
        The network; the caller closes it.
    request
        The pipes.
    before_commit
        Called with the result before the batch is committed: when it raises, nothing is written.

    Raises
    ------
    InputError
        For an alarm or a pipe that is not there, and a pipe that has an open order of the alarm already.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _make(network, request, before_commit))


def _make(
    network: Network, request: LeakOrderRequest, before_commit: Callable[[LeakOrderResult], Any]
) -> LeakOrderResult:
    seen = network.position()
    alarm = stored_alarm(network, request.alarm_id) if request.alarm_id else None
    names = list(dict.fromkeys(request.pipe_ids))
    pipes = network.read("pipe", ["pipe_id", "dma_id"], ids=names)
    missing = sorted(set(names) - set(pipes["pipe_id"]))
    if missing:
        message = tr("There is no pipe {pipes} in this network. Rank the pipes again.")
        raise InputError(message.format(pipes=listed(missing[:_NAMED])))
    _refuse_ordered(network, names, request.alarm_id)
    row = pipes.set_index("pipe_id").loc[names]
    zone = row["dma_id"].tolist() if alarm is None else [alarm.zone_id] * len(names)
    lines = shapely.force_2d(row[GEOMETRY_COLUMN].to_numpy())
    orders = gpd.GeoDataFrame(
        {
            "type": LOCATE,
            "state": "open",
            "opened_on": pd.Timestamp(request.opened_on or datetime.date.today()),
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
    title = tr("Locate a leak on {pipes}").format(pipes=listed(names[:_NAMED]))
    with network.write("dma", name=title, facts={"alarm": request.alarm_id}, seen=seen) as batch:
        first = int(batch.next_id("work_item", _PREFIX).removeprefix(_PREFIX))
        ids = tuple(f"{_PREFIX}{first + number:04d}" for number in range(len(names)))
        batch.insert("work_item", orders.assign(item_id=ids))
        return finish(batch, LeakOrderResult(batch.batch_id, ids), before_commit)


def _refuse_ordered(network: Network, names: list[str], alarm_id: str) -> None:
    """Refuse pipes that are being searched for the same leak."""
    items = network.read(
        "work_item", ["item_id", "asset", "state", "alarm_id"], where={"type": LOCATE, "asset": names},
        geometry=False,
    )  # fmt: skip
    running = items[
        items["state"].isin(_OPEN).to_numpy() & (items["alarm_id"].fillna("") == alarm_id).to_numpy()
    ]
    if len(running):
        message = tr("Pipe {pipe} is being searched already: work order {item}. Record what was found there.")
        raise InputError(message.format(pipe=running["asset"].iloc[0], item=running["item_id"].iloc[0]))
