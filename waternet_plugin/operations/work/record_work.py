"""What became of work orders: sent to a crew, under way, done, checked on the map, cancelled."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.leakage.locating import LOCATE, refuse_length
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.rows.work_items import CANCELLED, DONE, OPEN, RUNNING, SENT, UNDER_WAY
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

# Done, and the map compared with what was found; no state of its own, but the day in ``gis_checked_on``.
CHECKED = "checked"
STATES = (OPEN, SENT, UNDER_WAY, DONE, CHECKED, CANCELLED)
# A crew reports what it did; that the map was checked comes after it, other than where a form closes an item.
KIND = "work"
_COLUMNS = ["item_id", "type", "state", "opened_on", "closed_on", "gis_checked_on"]
_NAMED = 5


@dataclass(frozen=True)
class WorkRequest:
    """What became of some work orders.

    Parameters
    ----------
    item_ids
        The orders.
    state
        One of STATES.
    day
        Of DONE and CANCELLED the day on which they were closed, of CHECKED that of the check; None for today.
    hours
        Of DONE: the hours worked on each order; None where they are not known.
    result
        Of DONE: what was found, code of the domain ``work_item_result``; '' for none.
    is_search, contractor, length_m
        Of DONE: that leaks were searched and none was found, by whom, and how far for each order, m; '' and
        None leave what is there. A find is recorded by itself (`record_dig`).
    team, person, due_on
        Of OPEN, SENT and UNDER_WAY: who does it, by when; None leaves what is there, '' is nobody.

    Raises
    ------
    InputError
        Without an order, for an unknown state or result, hours and lengths below 0, a day to come, and for
        what does not belong to the state.
    """

    item_ids: tuple[str, ...]
    state: str
    day: Optional[datetime.date] = None
    hours: Optional[float] = None
    result: str = ""
    is_search: bool = False
    contractor: str = ""
    length_m: Optional[float] = None
    team: Optional[str] = None
    person: Optional[str] = None
    due_on: Optional[datetime.date] = None

    def __post_init__(self) -> None:
        if not self.item_ids:
            raise InputError(tr("Choose the work orders."))
        if self.state not in STATES:
            message = tr("There is no state “{state}” of work orders. Choose one of: {states}.")
            raise InputError(message.format(state=self.state, states=listed(STATES)))
        if self.state != DONE and (self.hours is not None or self.result):
            raise InputError(tr("Hours and the state found belong to orders that are done. Leave them out."))
        if not (self.state == DONE and self.is_search) and (self.contractor or self.length_m is not None):
            raise InputError(
                tr("Contractor and length belong to searches for leaks that are done. Leave them out.")
            )
        refuse_length(self.length_m)
        of_running = (self.team, self.person, self.due_on)
        if self.state not in RUNNING and any(value is not None for value in of_running):
            raise InputError(
                tr("Team, person and due day belong to orders that are not over. Leave them out.")
            )
        if self.state in RUNNING and self.day is not None:
            raise InputError(tr("A day belongs to orders that are done, checked or cancelled. Leave it out."))
        if self.hours is not None and not (math.isfinite(self.hours) and self.hours >= 0):
            raise InputError(
                tr("The hours are not 0 or more: {hours}. Correct them.").format(hours=self.hours)
            )
        results = domain("work_item_result")
        if self.result and self.result not in results:
            message = tr("There is no result “{result}”. Choose one of: {results}.")
            raise InputError(message.format(result=self.result, results=listed(results)))
        if self.on > datetime.date.today():
            raise InputError(tr("{day} is in the future. Enter a day up to today.").format(day=self.on))

    @property
    def on(self) -> datetime.date:
        """The day of it."""
        return self.day or datetime.date.today()


@dataclass(frozen=True)
class WorkResult(Written):
    """Work orders whose state was recorded: their ids."""

    item_ids: tuple[str, ...]


def record_work(
    network: Network,
    request: WorkRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[WorkResult], Any] = no_outputs,
) -> WorkResult:
    """Record the state of work orders as one batch.

    Done orders wait for a check of the map, whatever their type; a tank that was cleaned has its day in the
    same batch.

    Raises
    ------
    InputError
        For an order that is not there, that is over already or not done yet, that was opened later, or that
        locates a leak and is to be done: what was found is recorded by itself.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _record(network, request, progress, before_commit), progress)


def _record(
    network: Network, request: WorkRequest, progress: Progress, before_commit: Callable[[WorkResult], Any]
) -> WorkResult:
    seen = network.position()
    names = list(dict.fromkeys(request.item_ids))
    _refuse(network.read("work_item", _COLUMNS, ids=names, geometry=False), names, request)
    rows = pd.DataFrame({"item_id": names, **_changes(request)})
    label = (
        domain("work_item_state")[request.state].label
        if request.state != CHECKED
        else tr("Checked on the map")
    )
    title = tr("Work orders {items}: {state}").format(items=shortened(names, _NAMED), state=label)
    with network.write(KIND, name=title, seen=seen, progress=progress) as batch:
        batch.update("work_item", rows)
        return finish(batch, WorkResult(batch.batch_id, tuple(names)), before_commit)


def _changes(request: WorkRequest) -> dict[str, Any]:
    """Return the columns that change, with their values."""
    day = pd.Timestamp(request.on)
    if request.state == CHECKED:
        return {"gis_checked_on": day}
    changes: dict[str, Any] = {"state": request.state}
    if request.state in (DONE, CANCELLED):
        changes["closed_on"] = day
    given = {
        "hours": request.hours,
        "result": request.result or None,
        "due_on": pd.Timestamp(request.due_on) if request.due_on else None,
        "contractor": request.contractor or None,
        "length_m": request.length_m,
        # That nothing was found leaves nothing to draw.
        **({"found": "no", "gis_checked_on": day} if request.is_search else {}),
    }
    for name, value in (("team", request.team), ("person", request.person)):
        if value is not None:
            changes[name] = value or None
    return {**changes, **{name: value for name, value in given.items() if value is not None}}


def _refuse(items: pd.DataFrame, names: list[str], request: WorkRequest) -> None:
    """Refuse orders of which the state can't be recorded, in one sentence."""
    missing = sorted(set(names) - set(items["item_id"]))
    if missing:
        message = tr("There is no work order “{item}” in this network. Check its id.")
        raise InputError(message.format(item=shortened(missing, _NAMED)))
    state = items["state"].fillna(OPEN)
    is_done = (state == DONE) | (items["closed_on"].notna() & (state != CANCELLED))
    is_over = is_done | (state == CANCELLED)
    if request.state == CHECKED:
        _refuse_some(items[~is_done], tr("{item} is not done yet. Record that first, or leave it out."))
        early = items["closed_on"] > pd.Timestamp(request.on)
        _refuse_some(items[early], tr("{item} was done later than the check. Correct the day."))
        _refuse_some(
            items[items["gis_checked_on"].notna()], tr("{item} is checked on the map already. Leave it out.")
        )
        return
    _refuse_some(items[is_over], tr("{item} is over already. Leave it out."))
    if request.state not in (DONE, CANCELLED):
        if request.due_on is not None:
            early = items["opened_on"] > pd.Timestamp(request.due_on)
            _refuse_some(items[early], tr("{item} was opened later than that due day. Correct the day."))
        return
    early = items["opened_on"] > pd.Timestamp(request.on)
    _refuse_some(items[early], tr("{item} was opened later than that day. Correct the day."))
    if request.state == DONE and request.is_search:
        _refuse_some(
            items[items["type"] != LOCATE], tr("{item} is not a search for leaks. Record it by itself.")
        )
    elif request.state == DONE:
        leak = tr("{item} locates a leak: record what was found there, which closes it.")
        _refuse_some(items[items["type"] == LOCATE], leak)


def _refuse_some(items: pd.DataFrame, sentence: str) -> None:
    if len(items):
        raise InputError(sentence.format(item=shortened(sorted(items["item_id"]), _NAMED)))
