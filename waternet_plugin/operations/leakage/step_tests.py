"""Step tests: which valves to shut in a night, and the record of what was shut when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.leakage.narrowing.step_evidence import night_of, step_flows
from waternet_plugin.core.leakage.narrowing.step_plan import plan_steps
from waternet_plugin.core.leakage.narrowing.step_records import VALVE_OPEN, ValveStep, step_rows
from waternet_plugin.core.leakage.narrowing.typed_steps import typed_steps
from waternet_plugin.core.leakage.narrowing.zone_pipes import ZonePipes
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.dma.metered_zones import number_of_zone, pipes_of_zone, refuse_empty
from waternet_plugin.operations.leakage.narrow_leak import NarrowRequest, narrow_leak
from waternet_plugin.operations.leakage.narrow_readings import read_inflow
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_TIME_ZONE = "general.time_zone"


@dataclass(frozen=True)
class StepTestRequest:
    """What was shut.

    Parameters
    ----------
    steps
        A step a line, as `typed_steps` reads them: ``2026-03-12 01:30-02:00 FM-0012, FM-0015``.

    Raises
    ------
    InputError
        Without a zone.
    """

    zone_id: str
    steps: str

    def __post_init__(self) -> None:
        if not self.zone_id:
            raise InputError(tr("Choose the zone of the step test."))


@dataclass(frozen=True)
class StepTestResult(Written):
    """A recorded step test: how many steps it has."""

    steps: int


@dataclass(frozen=True)
class StepTestPlan(PlainFrames):
    """Steps to take in a night, the likeliest first.

    Parameters
    ----------
    steps
        step (from 1), valves (listed), chance that the leak is shut off, length_m and customers that are.
    pipes
        step and pipe_id of what each step shuts off, with its line in column ``geom``.
    """

    steps: pd.DataFrame
    pipes: gpd.GeoDataFrame


def plan_step_test(
    network: Network, request: NarrowRequest, *, most: int = 8, progress: Progress = SILENT
) -> StepTestPlan:
    """Return which valves to shut one step after the other, so that each says most of where the leak is.

    Parameters
    ----------
    most
        Most steps of the night.

    Raises
    ------
    InputError
        As `narrow_leak`, for less than one step, and where no valve shuts off a part of the zone.
    """
    if most < 1:
        raise InputError(tr("A step test has at least one step. Give a number of 1 or more."))
    ranked = narrow_leak(network, request, progress.part(0.0, 0.6))
    with prepared_for_dma(network, progress.part(0.6, 0.9)) as model:
        pipes = pipes_of_zone(model, number_of_zone(model, ranked.zone_id))
        chance_of = dict(zip(ranked.pipes["pipe_id"], ranked.pipes["chance"]))
        chance = np.array([chance_of.get(one, 0.0) for one in pipes.pipe_id])
        steps = plan_steps(pipes, chance, most)
        line_of = pd.Series(model.pipes[GEOMETRY_COLUMN].to_numpy(), index=model.pipes["pipe_id"])
    if not steps:
        message = tr("No valve shuts off a part of zone {zone} alone, so a step test is of no use there.")
        raise InputError(message.format(zone=ranked.zone_id))
    step = np.repeat(np.arange(1, len(steps) + 1), [int(one.pipes.sum()) for one in steps])
    pipe_id = np.concatenate([pipes.pipe_id[one.pipes] for one in steps])
    return StepTestPlan(
        pd.DataFrame(
            {
                "step": np.arange(1, len(steps) + 1),
                "valves": pd.Series([listed(one.valves) for one in steps], dtype=object),
                "chance": [one.chance for one in steps],
                "length_m": [one.length_m for one in steps],
                "customers": [one.customers for one in steps],
            }
        ),
        gpd.GeoDataFrame(
            {"step": step, "pipe_id": pipe_id}, geometry=gpd.GeoSeries(line_of.reindex(pipe_id).to_numpy())
        ).rename_geometry(GEOMETRY_COLUMN),
    )


def record_step_test(
    network: Network,
    request: StepTestRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[StepTestResult], Any] = no_outputs,
) -> StepTestResult:
    """Record which valves of a zone were shut when, as one batch of readings of quantity ``valve_open``.

    Raises
    ------
    InputError
        For a zone that is not there, steps that can't be read, valves that are not in the zone, steps that
        are recorded already, and times without readings of the zone's meters.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _record(network, request, progress, before_commit))


def _record(
    network: Network,
    request: StepTestRequest,
    progress: Progress,
    before_commit: Callable[[StepTestResult], Any],
) -> StepTestResult:
    seen = network.position()
    settings = network.settings()
    time_zone = settings.text(_TIME_ZONE)
    clock = LocalClock(clock_of(_TIME_ZONE, time_zone))
    steps = typed_steps(request.steps, time_zone=time_zone, longest_h=settings.real("leakage.step_longest_h"))
    with prepared_for_dma(network, progress.part(0.0, 0.8)) as model:
        zone = number_of_zone(model, request.zone_id)
        pipes = pipes_of_zone(model, zone)
        refuse_empty(pipes, request.zone_id)
        _refuse_strange_valves(steps, pipes, request.zone_id)
        _refuse_unread(network, model, zone, steps, clock)
    rows = step_rows(steps)
    names = sorted(set(rows["node_id"]))
    known = pd.MultiIndex.from_frame(read_readings(network, (VALVE_OPEN,), names)[["node_id", "time"]])
    rows = rows[~pd.MultiIndex.from_frame(rows[["node_id", "time"]]).isin(known)]
    if not len(rows):
        raise InputError(tr("These steps are recorded already."))
    title = tr("Step test of {zone} recorded").format(zone=request.zone_id)
    with network.write("dma", name=title, facts={"steps": len(steps)}, seen=seen) as batch:
        batch.insert("reading", rows.reset_index(drop=True))
        return finish(batch, StepTestResult(batch.batch_id, len(steps)), before_commit)


def _refuse_strange_valves(steps: tuple[ValveStep, ...], pipes: ZonePipes, zone_id: str) -> None:
    """Refuse valves that are not valves of the zone."""
    names = np.array(sorted({name for one in steps for name in one.valves}), dtype=object)
    strange = [
        str(name)
        for name, at in zip(names, pipes.vertices(names).tolist())
        if at < 0 or not (pipes.valve | pipes.shuttable)[at]
    ]
    if strange:
        message = tr("Not valves of zone {zone}: {valves}. Write the ids of the valves that were shut there.")
        raise InputError(message.format(zone=zone_id, valves=shortened(strange)))


def _refuse_unread(
    network: Network, model: DmaModel, zone: int, steps: tuple[ValveStep, ...], clock: LocalClock
) -> None:
    """Refuse steps without readings of the zone's meters: they would tell nothing."""
    flows = step_flows(steps, read_inflow(network, model, zone), model.settings)
    nights = sorted({night_of(one.step, clock) for one in flows if not one.is_read})
    if nights:
        raise InputError(
            tr(
                "The zone's meters have no readings during these steps and right before or after them: "
                "{nights}. Adopt the readings first, or correct the times."
            ).format(nights=listed(nights))
        )
