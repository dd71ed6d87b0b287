"""Leaks in the sample town, narrowed down by simulated step tests: readings, noise, valves that pass.

Leaks are on the pipes where failures happened after the day of the assessment, which knows nothing of them.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from waternet_plugin import store
from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.narrowing.pipe_ranking import chances, length_left, ranked
from waternet_plugin.core.leakage.narrowing.prior import Prior, prior
from waternet_plugin.core.leakage.narrowing.step_evidence import step_evidence, step_flows
from waternet_plugin.core.leakage.narrowing.step_plan import plan_steps
from waternet_plugin.core.leakage.narrowing.step_records import ValveStep
from waternet_plugin.core.leakage.narrowing.zone_pipes import ZonePipes
from waternet_plugin.core.leakage.zone_inflow import ZoneMeter, net_inflow
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.readings.meter_series import series_of_flow
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.dma.area_network import read_dma_model
from waternet_plugin.operations.dma.metered_zones import pipes_of_zone
from waternet_plugin.operations.health.assess_health import AssessRequest, assess_health
from waternet_plugin.operations.leakage.narrow_readings import read_expected, read_night_use

NIGHT_S = pd.Timestamp("2026-03-02 16:30").timestamp()
READING_S, STEP_S = 900, 1800
STEPS_A_NIGHT = 8
SHARE = 0.9
# So often a valve does not shut tight, and passes so much.
LOOSE, PASSES = 0.1, 0.3


@dataclass(frozen=True)
class ZoneCase:
    """A zone to search: pipes, chances before, night use, and the pipes that leak after the assessment."""

    zone_id: str
    pipes: ZonePipes
    prior: Prior
    use_m3h: float
    leaks: Array


@dataclass(frozen=True)
class Narrowed:
    """One leak: the rank of its pipe and the share of the length that is left, by what was known.

    Each has by length, by the assessment, after one night, after two.
    """

    zone_id: str
    ranks: tuple[int, ...]
    left: tuple[float, ...]
    searched: tuple[float, ...]


def zone_cases(town: Path, cutoff: datetime.date) -> list[ZoneCase]:
    """Return the zones of a network, assessed as of a day, with the failures after it as leaks."""
    with store.open_network(town) as network:
        assess_health(network, AssessRequest(as_of=cutoff))
        failures = network.read("failure", ["pipe_id", "date"], geometry=False)
        later = failures[failures["date"] > pd.Timestamp(cutoff)]["pipe_id"]
        model = read_dma_model(network)
        found = []
        for zone in range(model.dma.zones.count):
            pipes = pipes_of_zone(model, zone)
            expected, _run = read_expected(network, pipes.pipe_id)
            name = str(model.dma.zones.zone_id[zone])
            use = read_night_use(network, name, pipes.pipe_id, network.settings())
            leaks = np.flatnonzero(np.isin(pipes.pipe_id, later.dropna().unique()) & pipes.is_main)
            before = prior(pipes.length_m, pipes.is_main, expected)
            found.append(ZoneCase(name, pipes, before, use, leaks))
        return found


def narrow(case: ZoneCase, leak: int, dice: np.random.Generator, nights: int = 2) -> Narrowed:
    """Return what two nights of steps make of a leak."""
    pipes = case.pipes
    flow_m3h = float(dice.uniform(2.0, 8.0))
    known_m3h = flow_m3h * float(dice.normal(1.0, 0.1))
    by_length = prior(pipes.length_m, pipes.is_main, np.full(pipes.count, np.nan)).chance
    known = [by_length, case.prior.chance]
    evidence = []
    for night in range(nights):
        plan = plan_steps(pipes, known[-1], STEPS_A_NIGHT)
        start = NIGHT_S + night * 86400.0
        steps = [
            ValveStep(start + number * STEP_S, start + (number + 1) * STEP_S, one.valves)
            for number, one in enumerate(plan)
        ]
        inflow = net_inflow((ZoneMeter("M", 1),), {"M": _readings(case, steps, leak, flow_m3h, dice)})
        evidence += step_evidence(
            step_flows(steps, inflow, Settings()), pipes, leak_m3h=known_m3h, night_use_m3h=case.use_m3h,
            clock=LocalClock(datetime.timezone.utc),
        )  # fmt: skip
        known.append(chances(case.prior, evidence))
    whole = float(pipes.length_m[pipes.is_main].sum())
    ranks, left, searched = [], [], []
    for chance in known:
        # By length: the longest pipe first, as without any knowledge of failures.
        order = ranked(pipes.pipe_id, pipes.length_m, chance)
        at = int(np.flatnonzero(order == leak)[0])
        ranks.append(at + 1)
        left.append(length_left(pipes.length_m[order], chance[order], SHARE) / whole)
        searched.append(float(pipes.length_m[order[: at + 1]].sum()) / whole)
    return Narrowed(case.zone_id, tuple(ranks), tuple(left), tuple(searched))


def _readings(case: ZoneCase, steps: list[ValveStep], leak: int, flow_m3h: float, dice: np.random.Generator):  # type: ignore[no-untyped-def]
    """Return the meter's readings of a night: use falls and rises, steps take off what they shut off."""
    pipes = case.pipes
    begin, end = steps[0].start_s - 7200, steps[-1].end_s + 5400
    times = np.arange(begin, end, READING_S)
    # Use at night falls by a tenth, then rises towards morning, and varies from reading to reading.
    phase = (times - begin) / (end - begin)
    use = case.use_m3h * (1.05 - 0.2 * phase + 0.3 * phase**3)
    values = use * (1 + 0.1 * dice.normal(size=len(times))) + flow_m3h
    share = pipes.customers / max(pipes.customers.sum(), 1.0)
    for step in steps:
        shut = np.zeros(len(pipes.node_id), dtype=bool)
        shut[pipes.vertices(np.array(step.valves, dtype=object))] = True
        lost = pipes.cut_off(shut)
        kept = PASSES if dice.random() < LOOSE else 0.0
        inside = (times >= step.start_s) & (times < step.end_s)
        off = use * float(share[lost].sum()) * float(dice.uniform(0.5, 1.5)) + flow_m3h * bool(lost[leak])
        values = values - np.where(inside, (1 - kept) * off, 0.0)
    values = values * (1 + 0.005 * dice.normal(size=len(times)))
    return series_of_flow(times, values)
