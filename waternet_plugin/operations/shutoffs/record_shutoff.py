"""Record what became of a shut-off: its state, its times and those of the crew."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core import frames
from waternet_plugin.core.dma.pressure_test.typed_readings import moment_of
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.network.isolation.shutoff_volumes import is_computed
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.network.drained_volumes import computed_volume
from waternet_plugin.operations.network.list_shutoffs import TABLE, overlaps_with
from waternet_plugin.operations.network.shutoff_times import (
    CALLED_OFF,
    TIME_ZONE,
    ShutoffTimes,
    clock_text,
    network_clock,
)
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

PLANNED, RUNNING, ENDED = "planned", "running", "ended"
# Overlaps of what is over bother nobody.
_OVER = (ENDED, CALLED_OFF)
_TIMES = ("starts_at", "ends_at", "closed_at", "reopened_at")


@dataclass(frozen=True)
class ShutoffRecord:
    """A shut-off as it is from now on.

    Parameters
    ----------
    shutoff_id
        Which one.
    state
        PLANNED, RUNNING, ENDED or CALLED_OFF.
    starts_at, ends_at
        When it is planned to begin and to end, ``YYYY-MM-DD HH:MM`` by the clocks of the network; '' unknown.
    closed_at, reopened_at
        When the crew closed the valves and opened them again; '' for not yet or unknown.

    Raises
    ------
    InputError
        For an unknown state.
    """

    shutoff_id: str
    state: str
    starts_at: str = ""
    ends_at: str = ""
    closed_at: str = ""
    reopened_at: str = ""

    def __post_init__(self) -> None:
        states = domain("shutoff_state")
        if self.state not in states:
            message = tr("There is no state “{state}” of shut-offs. Choose one of: {states}.")
            raise InputError(message.format(state=self.state, states=listed(states)))


@dataclass(frozen=True)
class RecordedShutoff(Written):
    """A shut-off that was recorded, and a sentence for each stored one that it overlaps now."""

    shutoff_id: str
    overlaps: tuple[str, ...]


def record_shutoff(
    network: Network,
    request: ShutoffRecord,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[RecordedShutoff], Any] = no_outputs,
) -> RecordedShutoff:
    """Record state and times of a shut-off as one batch.

    Raises
    ------
    InputError
        For a shut-off that is not there, times in no order or that do not fit the state, and crew's times to
        come.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _record(network, request, progress, before_commit), progress)


def stored_record(network: Network, shutoff_id: str) -> ShutoffRecord:
    """Return a shut-off as it is stored.

    Raises
    ------
    InputError
        Where it is not there.
    """
    row = records(_stored(network, shutoff_id))[0]
    zone = network_clock(network.settings())
    times = {name: clock_text(row[name], zone) or "" for name in _TIMES}
    return ShutoffRecord(shutoff_id, row["state"] or PLANNED, **times)


def _stored(network: Network, shutoff_id: str) -> pd.DataFrame:
    """Return the row of a shut-off."""
    stored = network.read(TABLE, ids=[shutoff_id], geometry=False)
    if not len(stored):
        raise InputError(
            tr("There is no shut-off “{id}” in this network. Check its id.").format(id=shutoff_id)
        )
    return stored


def _record(
    network: Network,
    request: ShutoffRecord,
    progress: Progress,
    before_commit: Callable[[RecordedShutoff], Any],
) -> RecordedShutoff:
    seen = network.position()
    stored = _stored(network, request.shutoff_id)
    zone = network.settings().text(TIME_ZONE)
    times = {name: _moment(name, getattr(request, name), zone) for name in _TIMES}
    _refuse(request, times, pd.Timestamp.now(tz="UTC"))
    changes: dict[str, Any] = {
        "state": request.state,
        **{name: moment or pd.NaT for name, moment in times.items()},
    }
    row = frames.conform(stored.assign(**changes), TABLE)
    before = records(stored)[0]
    volume: Mapping[str, Optional[float]] = {}
    if is_computed(before) and any(not _same_moment(before[name], times[name]) for name in _TIMES):
        volume = computed_volume(network, before)
    overlaps = () if request.state in _OVER else overlaps_with(network, row, progress.part(0.0, 0.8))
    state = domain("shutoff_state")[request.state].label
    title = tr("Shut-off {id}: {state}").format(id=request.shutoff_id, state=state)
    result = RecordedShutoff("", request.shutoff_id, overlaps)
    with network.write("edit", name=title, seen=seen, progress=progress) as batch:
        batch.update(TABLE, pd.DataFrame([{"shutoff_id": request.shutoff_id, **changes, **volume}]))
        return finish(batch, replace(result, batch_id=batch.batch_id), before_commit)


def _moment(name: str, text: str, zone: str) -> Optional[pd.Timestamp]:
    """Return a time in UTC, None for unknown."""
    label = next(field.label for field in table(TABLE).fields if field.name == name)
    return moment_of(label, text, zone).tz_localize("UTC") if text.strip() else None


def _same_moment(before: Any, now: Optional[pd.Timestamp]) -> bool:
    return bool(pd.isna(before)) if now is None else not pd.isna(before) and pd.Timestamp(before) == now


def _refuse(request: ShutoffRecord, times: dict[str, Optional[pd.Timestamp]], now: pd.Timestamp) -> None:
    """Refuse times that are in no order or do not fit the state, in one sentence."""
    starts, ends, closed, reopened = (times[name] for name in _TIMES)
    if starts is None and closed is None:
        raise InputError(tr("Enter when the shut-off begins."))
    if starts is not None:
        ShutoffTimes(starts, ends)
    if closed is not None and reopened is not None and reopened <= closed:
        raise InputError(tr("The valves were opened again before they were closed. Correct a time."))
    if any(one is not None and one > now for one in (closed, reopened)):
        raise InputError(tr("A time of the crew is in the future. Enter when the valves were turned."))
    if request.state in (PLANNED, CALLED_OFF) and (closed is not None or reopened is not None):
        raise InputError(tr("The crew has turned the valves already: the state is running or ended."))
    if request.state == RUNNING and reopened is not None:
        raise InputError(tr("The valves are open again, so the shut-off has ended."))
