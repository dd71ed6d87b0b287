"""Isolate a burst or a planned closing and keep it as a shut-off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core import frames
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.network.isolation_order import with_planned_times
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.network.isolate_burst import IsolateRequest, IsolateResult, isolate_burst
from waternet_plugin.operations.network.list_shutoffs import TABLE, overlaps_with
from waternet_plugin.operations.network.shutoff_times import (
    ShutoffTimes,
    clock_text,
    network_clock,
    read_times,
)
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_PREFIX = "SO-"


@dataclass(frozen=True)
class ShutoffRequest:
    """A closing that is kept.

    Parameters
    ----------
    isolation
        What is isolated, and how.
    start, end
        ``YYYY-MM-DD HH:MM`` by the clocks of the network; '' for now, and for an end that nobody knows yet.
    store
        Whether it is kept; else it is only isolated.

    Raises
    ------
    InputError
        With times of what is not kept, and to keep hypothetical valves, which nobody can close.
    """

    isolation: IsolateRequest
    start: str = ""
    end: str = ""
    store: bool = True

    def __post_init__(self) -> None:
        if not self.store and (self.start or self.end):
            raise InputError(tr("FROM and TO belong to a shut-off that is kept: set STORE too."))
        if self.store and self.isolation.what_if_valves:
            raise InputError(
                tr("STORE: a shut-off with hypothetical valves can't be kept. Leave out WHAT_IF_VALVES.")
            )


@dataclass(frozen=True)
class ShutoffResult(Written):
    """A shut-off that was kept, or only isolated.

    Parameters
    ----------
    shutoff_id
        Its id; '' where it is not kept.
    isolation
        What was found.
    overlaps
        A sentence for each stored shut-off that it overlaps; of one that is not kept, where a paper of it is
        made.
    """

    shutoff_id: str
    isolation: IsolateResult
    overlaps: tuple[str, ...]


def keep_shutoff(
    network: Network,
    request: ShutoffRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ShutoffResult], Any] = no_outputs,
) -> ShutoffResult:
    """Isolate a pipe; with ``store`` keep the shut-off as one batch, and tell what it overlaps first.

    It is planned where it begins later, else a burst that is running.

    Raises
    ------
    InputError
        As `isolate_burst`, and for times that are none or in no order.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    if not request.store:
        found = isolate_burst(network, request.isolation, progress.part(0.0, 0.7))
        overlaps: tuple[str, ...] = ()
        if request.isolation.papers:
            announced = _announced(network, found)
            overlaps = _paper_overlaps(network, found, announced, progress.part(0.7, 1.0))
            found = _with_times(network, found, announced)
        result = ShutoffResult("", "", replace(found, notes=(*overlaps, *found.notes)), overlaps)
        return finish_without_batch(result, before_commit)
    return with_newest_rows(lambda _again: _keep(network, request, progress, before_commit), progress)


def overlaps_of_paper(
    network: Network, request: IsolateRequest, progress: Progress = SILENT
) -> tuple[str, ...]:
    """Return what is to be said before a paper about a burst is printed, a sentence each; nothing is written.

    Raises
    ------
    InputError
        As `isolate_burst`.
    """
    if network.read(TABLE, ["shutoff_id"], geometry=False).empty:
        return ()
    found = isolate_burst(network, replace(request, papers=()), progress.part(0.0, 0.6))
    return _paper_overlaps(network, found, _announced(network, found), progress.part(0.6, 1.0))


def _announced(network: Network, found: IsolateResult) -> pd.DataFrame:
    """Return the row of the shut-off that a paper announces, the next of the pipe not over; or no row."""
    wanted = {"pipe_id": found.figures["pipe"], "state": ["planned", "running"]}
    stored = network.read(TABLE, where=wanted, geometry=False)
    return stored.sort_values(["starts_at", "shutoff_id"], kind="stable").head(1)


def _paper_overlaps(
    network: Network, found: IsolateResult, announced: pd.DataFrame, progress: Progress
) -> tuple[str, ...]:
    """Return a sentence for each stored shut-off that gets in the way of what a paper would announce.

    Where none is stored it announces one from now on, whose end nobody knows.
    """
    row = announced
    if announced.empty:
        times = ShutoffTimes(pd.Timestamp.now(tz="UTC").floor("min"), None)
        row = _row(tr("this shut-off"), found, times, is_planned=False)
    return overlaps_with(network, row, progress)


def _with_times(network: Network, found: IsolateResult, shutoff: pd.DataFrame) -> IsolateResult:
    """Return what was found with the planned times of a stored shut-off in the order for the crew."""
    if found.order is None or shutoff.empty:
        return found
    clock = network_clock(network.settings())
    times = [clock_text(shutoff[name].iloc[0], clock) or "" for name in ("starts_at", "ends_at")]
    return replace(found, order=with_planned_times(found.order, *times))


def _keep(
    network: Network,
    request: ShutoffRequest,
    progress: Progress,
    before_commit: Callable[[ShutoffResult], Any],
) -> ShutoffResult:
    seen = network.position()
    now = pd.Timestamp.now(tz="UTC").floor("min")
    times = read_times(request.start, request.end, network.settings(), now)
    found = isolate_burst(network, request.isolation, progress.part(0.0, 0.6))
    title = tr("Shut-off of pipe {pipe}").format(pipe=found.figures["pipe"])
    with network.write("edit", name=title, seen=seen, progress=progress) as batch:
        name = batch.next_id(TABLE, _PREFIX)
        row = _row(name, found, times, is_planned=times.starts_at > now)
        overlaps = overlaps_with(network, row, progress.part(0.6, 0.9))
        batch.insert(TABLE, row)
        told = replace(_with_times(network, found, row), notes=(*overlaps, *found.notes))
        return finish(batch, ShutoffResult(batch.batch_id, name, told, overlaps), before_commit)


def _row(name: str, found: IsolateResult, times: ShutoffTimes, *, is_planned: bool) -> pd.DataFrame:
    """Return the row of the shut-off."""
    customers, volume_m3 = found.customers, found.figures["volume_m3"]
    drained_m3 = volume_m3 if np.isfinite(volume_m3) else None
    values = {
        "shutoff_id": name,
        "kind": "planned" if is_planned else "burst",
        "state": "planned" if is_planned else "running",
        "pipe_id": found.figures["pipe"],
        "starts_at": times.starts_at,
        "ends_at": pd.NaT if times.ends_at is None else times.ends_at,
        "valves": ";".join(found.figures["close"]) or None,
        "customers": ";".join(customers["customer_id"].dropna().astype(str)) or None,
        "critical": found.figures["critical"],
        "hydrants": len(found.hydrants),
        "drained_m3": drained_m3,
        "drained_computed_m3": drained_m3,
    }
    return frames.conform(pd.DataFrame([values]), TABLE)
