"""What was found where a leak was searched: closes the order, makes the failure, ends the alarm."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.health.matching import matching
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.leakage.locating import LOCATE, refuse_length, refuse_method
from waternet_plugin.operations.leakage.stored_alarms import StoredAlarm, stored_alarm
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_DONE, _CANCELLED = "done", "cancelled"
_ORDER_COLUMNS = (
    "item_id", "type", "state", "opened_on", "asset", "zone_id", "alarm_id", "method", "flow_m3h", "found",
    "note", "contractor", "length_m",
)  # fmt: skip


@dataclass(frozen=True)
class DigRequest:
    """What was found.

    Parameters
    ----------
    item_id
        The work order of type locate.
    found
        Whether there was a leak.
    dug_on
        The day; None for today.
    flow_m3h
        What ran out; None unknown.
    offset_m
        How far the leak was from the marked point; None takes the distance of ``point`` from the order's.
    point
        Where it was, x and y in the network's coordinates; None for the point of the order.
    pipe_id
        The pipe that leaked; '' for that of the order.
    method
        How it was found, code of ``locate_method``; '' for that of the order.
    kind, cause
        Of the failure; the kind is a code of ``failure_kind``.
    repaired_on
        When it was repaired; None for not yet. The alarm ends on that day.
    note
        Kept with the order and the failure.
    contractor, length_m
        Who searched, and how far, m; '' and None leave what the order says.

    Raises
    ------
    InputError
        Without an order, for unknown codes, negative figures and days that are not in order.
    """

    item_id: str
    found: bool
    dug_on: Optional[datetime.date] = None
    flow_m3h: Optional[float] = None
    offset_m: Optional[float] = None
    point: Optional[tuple[float, float]] = None
    pipe_id: str = ""
    method: str = ""
    kind: str = "main_leak"
    cause: str = ""
    repaired_on: Optional[datetime.date] = None
    note: str = ""
    contractor: str = ""
    length_m: Optional[float] = None

    def __post_init__(self) -> None:
        if not self.item_id:
            raise InputError(tr("Choose the work order that was dug."))
        refuse_method(self.method)
        refuse_length(self.length_m)
        kinds = domain("failure_kind")
        if self.kind not in kinds:
            message = tr("There is no kind of failure “{kind}”. Choose one of: {kinds}.")
            raise InputError(message.format(kind=self.kind, kinds=listed(kinds)))
        for value, message in (
            (self.flow_m3h, tr("The flow of the leak is not 0 m³/h or more: {value}. Correct it.")),
            (
                self.offset_m,
                tr("The distance from the mark is not 0 m or more: {value}. Correct it."),
            ),
        ):
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise InputError(message.format(value=value))
        if self.day > datetime.date.today():
            raise InputError(tr("{day} is in the future. Enter the day of the digging.").format(day=self.day))
        if self.repaired_on is not None and self.repaired_on < self.day:
            message = tr("The repair ({repaired}) is before the digging ({dug}). Correct one of the days.")
            raise InputError(message.format(repaired=self.repaired_on, dug=self.day))

    @property
    def day(self) -> datetime.date:
        """The day of the digging."""
        return self.dug_on or datetime.date.today()


@dataclass(frozen=True)
class DigResult(Written):
    """A recorded dig.

    Parameters
    ----------
    failure_id
        The failure that was made; '' where nothing was found.
    ended_alarm
        The alarm that it explains and ends; '' for none.
    messages
        What follows, in sentences.
    """

    failure_id: str = ""
    ended_alarm: str = ""
    messages: tuple[str, ...] = ()


def record_dig(
    network: Network,
    request: DigRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[DigResult], Any] = no_outputs,
) -> DigResult:
    """Record what was found where a leak was searched, as one batch.

    The order is done. A leak becomes a failure on its pipe, which the next assessment counts. Repaired, it
    ends the alarm where the leaks that were found for it make up enough of its rise.

    Raises
    ------
    InputError
        For an order that is not there, is not for locating or is closed, a pipe that is not there, and a day
        before the order.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _record(network, request, progress, before_commit), progress)


def _record(
    network: Network, request: DigRequest, progress: Progress, before_commit: Callable[[DigResult], Any]
) -> DigResult:
    seen = network.position()
    order = _order(network, request)
    alarm = stored_alarm(network, str(order["alarm_id"])) if order["alarm_id"] else None
    failure = _failure(network, request, order) if request.found else None
    ends = alarm is not None and failure is not None and _explains(network, alarm, request)
    messages = _messages(network, request, alarm, ends=ends) if alarm is not None else ()
    title = tr("Leak search {item} recorded").format(item=request.item_id)
    with network.write(
        "dma", name=title, facts={"item": request.item_id}, seen=seen, progress=progress
    ) as batch:
        batch.update("work_item", _done(request, order))
        failure_id = ""
        if failure is not None:
            failure_id = batch.next_id("failure", "F-")
            batch.insert("failure", failure.assign(failure_id=failure_id))
        if alarm is not None and failure is not None:
            told = _note(request, failure_id, str(failure["reported_pipe_id"].iloc[0]))
            row: dict[str, Any] = {
                "alarm_id": [alarm.alarm_id],
                "note": ["\n".join(filter(None, (alarm.note, told)))],
            }
            if ends and request.repaired_on is not None:
                row["ended_on"] = [pd.Timestamp(request.repaired_on)]
            batch.update("leak_alarm", pd.DataFrame(row))
        ended = alarm.alarm_id if alarm is not None and ends else ""
        return finish(batch, DigResult(batch.batch_id, failure_id, ended, messages), before_commit)


def _order(network: Network, request: DigRequest) -> dict[str, Any]:
    """Return the row of the order."""
    found = records(network.read("work_item", [*_ORDER_COLUMNS], ids=[request.item_id]))
    if not found:
        message = tr("There is no work order “{item}”. Make one for the suspected pipe first.")
        raise InputError(message.format(item=request.item_id))
    order: dict[str, Any] = found[0]
    if order["type"] != LOCATE:
        message = tr("Work order {item} is not for locating a leak. Choose one of the type locate.")
        raise InputError(message.format(item=request.item_id))
    if order["state"] in (_DONE, _CANCELLED):
        message = tr("Work order {item} is closed. Undo its batch to record it once more.")
        raise InputError(message.format(item=request.item_id))
    if not pd.isna(order["opened_on"]) and request.day < pd.Timestamp(order["opened_on"]).date():
        message = tr("The digging ({day}) is before the work order ({opened}). Correct the day.")
        opened = pd.Timestamp(order["opened_on"]).date()
        raise InputError(message.format(day=request.day, opened=opened))
    return order


def _place(request: DigRequest, order: dict[str, Any]) -> Any:
    """Return where the leak was: the given point, else that of the order."""
    return shapely.Point(request.point) if request.point is not None else order[GEOMETRY_COLUMN]


def _done(request: DigRequest, order: dict[str, Any]) -> pd.DataFrame:
    """Return the order as it is once it is done.

    Entering what was found puts the leak on the map, so this is the check of the map, too; the repair of the
    failure has one of its own.
    """
    offset, marked = request.offset_m, order[GEOMETRY_COLUMN]
    if request.found and offset is None and request.point is not None and marked is not None:
        offset = round(float(shapely.distance(shapely.Point(request.point), marked)), 1)
    day = pd.Timestamp(request.day)
    return pd.DataFrame(
        {
            "item_id": [request.item_id],
            "state": [_DONE],
            "closed_on": [day],
            "gis_checked_on": [day],
            "found": ["yes" if request.found else "no"],
            "flow_m3h": [np.nan if request.flow_m3h is None or not request.found else request.flow_m3h],
            "offset_m": [np.nan if offset is None or not request.found else offset],
            "method": [request.method or order["method"]],
            "contractor": [request.contractor or order["contractor"]],
            "length_m": [order["length_m"] if request.length_m is None else request.length_m],
            "note": ["\n".join(filter(None, (order["note"], request.note))) or None],
        }
    )


def _failure(network: Network, request: DigRequest, order: dict[str, Any]) -> gpd.GeoDataFrame:
    """Return the row of the failure without id, matched to its pipe."""
    pipe_id = request.pipe_id or str(order["asset"] or "")
    pipes = network.read("pipe", [*matching.PIPE_COLUMNS], ids=[pipe_id])
    if not len(pipes):
        raise InputError(
            tr("There is no pipe “{pipe}” in this network. Give the pipe that leaked.").format(pipe=pipe_id)
        )
    pipe = records(pipes)[0]
    rows = gpd.GeoDataFrame(
        {
            "failure_id": [""],
            "date": [pd.Timestamp(request.day)],
            "kind": [request.kind],
            "cause": [request.cause or None],
            "street": [pipe["street"]],
            "reported_pipe_id": [pipe_id],
            "reported_diameter_mm": [pipe["diameter_mm"]],
            "reported_material": [pipe["material"]],
            "repaired_on": [pd.NaT if request.repaired_on is None else pd.Timestamp(request.repaired_on)],
            "note": [request.note or None],
            GEOMETRY_COLUMN: [_place(request, order)],
        },
        geometry=GEOMETRY_COLUMN,
        crs=network.crs,
    )
    found = matching.match_failures(rows, pipes, settings=network.settings())
    return gpd.GeoDataFrame(matching.with_matches(rows, found), geometry=GEOMETRY_COLUMN, crs=network.crs)


def _explains(network: Network, alarm: StoredAlarm, request: DigRequest) -> bool:
    """Return whether a repaired leak ends an alarm: with those before it makes up enough of the rise."""
    if request.repaired_on is None or alarm.ended_on is not None:
        return False
    if request.flow_m3h is None or alarm.rise_m3h != alarm.rise_m3h:
        return True
    before = network.read(
        "work_item", ["flow_m3h"], where={"alarm_id": alarm.alarm_id, "found": "yes"}, geometry=False
    )
    flow = request.flow_m3h + float(np.nansum(before["flow_m3h"].to_numpy(dtype=float)))
    return flow >= network.settings().real("leakage.explained_share") * alarm.rise_m3h


def _note(request: DigRequest, failure_id: str, pipe_id: str) -> str:
    """Return what the alarm says of the leak that was found."""
    if request.flow_m3h is None:
        return tr("{day}: leak found on pipe {pipe} (failure {failure}).").format(
            day=request.day, pipe=pipe_id, failure=failure_id
        )
    return tr("{day}: leak of {flow} m³/h found on pipe {pipe} (failure {failure}).").format(
        day=request.day, flow=number(request.flow_m3h, 1), pipe=pipe_id, failure=failure_id
    )


def _messages(network: Network, request: DigRequest, alarm: StoredAlarm, *, ends: bool) -> tuple[str, ...]:
    """Return what follows for the alarm, in sentences."""
    others = network.read(
        "work_item", ["item_id", "state"], where={"alarm_id": alarm.alarm_id, "type": LOCATE}, geometry=False
    )
    left = sorted(
        str(row["item_id"])
        for row in records(others)
        if row["state"] not in (_DONE, _CANCELLED) and row["item_id"] != request.item_id
    )
    told = []
    if ends:
        told.append(tr("Alarm {alarm} is explained and has ended.").format(alarm=alarm.alarm_id))
        if left:
            message = tr("Work orders of the alarm that are still open: {items}. Cancel what is not needed.")
            told.append(message.format(items=listed(left)))
    elif request.found and request.repaired_on is None:
        told.append(tr("Alarm {alarm} stays open until the leak is repaired.").format(alarm=alarm.alarm_id))
    elif request.found and alarm.ended_on is None:
        message = tr("Alarm {alarm} stays open: it rose by {rise} m³/h, more than was found.")
        told.append(message.format(alarm=alarm.alarm_id, rise=number(alarm.rise_m3h, 1)))
    elif not request.found:
        message = tr("Nothing was found: rank the pipes of alarm {alarm} again, this one counts less now.")
        told.append(message.format(alarm=alarm.alarm_id))
    return tuple(told)
