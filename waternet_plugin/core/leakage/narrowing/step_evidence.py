"""Step tests: what the flow of a zone says of the leak while valves were shut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.narrowing.chance_factors import NO_FACT, Evidence
from waternet_plugin.core.leakage.narrowing.step_records import ValveStep
from waternet_plugin.core.leakage.narrowing.zone_pipes import ZonePipes
from waternet_plugin.core.leakage.zone_inflow import ZoneInflow
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import HOUR_S

# What is known of the use of the pipes that are shut off, and of the leak, as shares of them.
_USE_SPREAD, _LEAK_SPREAD = 0.5, 0.2
# Valves may not shut tight, or not those that were written down: one step proves no more than this.
_MOST_LOG = float(np.log(50.0))
_EVENING_S = 6 * HOUR_S


@dataclass(frozen=True)
class StepFlow:
    """A step with the flow that was read.

    Parameters
    ----------
    step
        When, and what was shut.
    flow_m3h, reference_m3h
        Net inflow during the step, and what it would have been without; NaN where readings are missing.
    spread_m3h
        Standard deviation of their difference.
    """

    step: ValveStep
    flow_m3h: float
    reference_m3h: float
    spread_m3h: float

    @property
    def is_read(self) -> bool:
        """Whether there are readings during the step, and before or after the test."""
        return bool(np.isfinite(self.flow_m3h) and np.isfinite(self.reference_m3h))


def step_flows(
    steps: Sequence[ValveStep], inflow: ZoneInflow | None, settings: Settings
) -> tuple[StepFlow, ...]:
    """Return what was read during steps.

    Parameters
    ----------
    steps
        In order of time.
    inflow
        Net inflow of the zone; None without readings.
    settings
        Times before and after a test with which its flow is compared, and how good meters are at night.
    """
    before_s, after_s = (60.0 * settings.real(f"leakage.step_{side}_min") for side in ("before", "after"))
    meter_share, least_m3h = settings.real("leakage.meter_share"), settings.real("leakage.meter_least_m3h")
    nothing = float("nan")
    if inflow is None:
        return tuple(StepFlow(planned, nothing, nothing, nothing) for planned in steps)
    flows = []
    for step in steps:
        test = [planned for planned in steps if planned.test == step.test]
        start_s, end_s = test[0].start_s, test[-1].end_s
        before, before_spread = _cells_mean(inflow, start_s - before_s, start_s, meter_share)
        after, after_spread = _cells_mean(inflow, end_s, end_s + after_s, meter_share)
        flow, spread = _cells_mean(inflow, step.start_s, step.end_s, meter_share)
        if np.isfinite(before) and np.isfinite(after):
            share = (0.5 * (step.start_s + step.end_s) - start_s) / max(end_s - start_s, 1.0)
            reference = before + share * (after - before)
            # How far it strayed in between is as unknown as it moved from the begin to the end.
            wander = 0.25 * abs(after - before)
        else:
            reference, wander = (before, before_spread) if np.isfinite(before) else (after, after_spread)
        squares = (spread, before_spread, after_spread, wander, meter_share * reference, least_m3h)
        total = float(np.sqrt(np.nansum(np.square(squares))))
        flows.append(StepFlow(step, flow, reference, total))
    return tuple(flows)


def night_of(step: ValveStep, clock: LocalClock) -> str:
    """Return the date of the morning of a step; what begins in the evening belongs to the next day."""
    return datetime.fromtimestamp(step.start_s + _EVENING_S, clock.zone).date().isoformat()


def _cells_mean(inflow: ZoneInflow, start_s: float, end_s: float, meter_share: float) -> tuple[float, float]:
    """Return the mean of the readings wholly within a span, m3/h, and its standard error; NaN for none.

    Of a single reading the error is ``meter_share`` of it.
    """
    first = max(int(np.ceil((start_s - inflow.first_s) / inflow.step_s - 1e-6)), 0)
    last = min(int(np.floor((end_s - inflow.first_s) / inflow.step_s + 1e-6)), len(inflow.volume_m3) - 1)
    if last <= first:
        return float("nan"), float("nan")
    covered = np.diff(inflow.covered_s[first : last + 1])
    flow = np.diff(inflow.volume_m3[first : last + 1])[covered > 0] / covered[covered > 0] * HOUR_S
    if not len(flow):
        return float("nan"), float("nan")
    error = float(flow.std(ddof=1) / np.sqrt(len(flow))) if len(flow) > 1 else meter_share * abs(flow[0])
    return float(flow.mean()), error


def step_evidence(
    flows: Sequence[StepFlow],
    pipes: ZonePipes,
    *,
    leak_m3h: float,
    night_use_m3h: float,
    clock: LocalClock,
) -> tuple[Evidence, ...]:
    """Return what steps say of the pipes, one piece of evidence a step that shuts off something.

    With the leak on a pipe that is shut off, flow falls by the leak and by the use of what is shut off; else
    by the use alone. Use at night goes by customers, background leakage by length.

    Parameters
    ----------
    flows
        The steps with their readings.
    pipes
        The zone.
    leak_m3h
        Flow of the leak; NaN unknown: the largest fall that use does not explain.
    night_use_m3h
        Legitimate night use of the zone; NaN unknown.
    clock
        The clocks of the network.
    """
    read = [flow for flow in flows if flow.is_read]
    lost = [pipes.cut_off(_shut(pipes, step.step)) for step in read]
    used = [_use(pipes, mask, step, leak_m3h, night_use_m3h) for step, mask in zip(read, lost)]
    falls = np.array([step.reference_m3h - step.flow_m3h for step in read])
    leak = leak_m3h
    if not np.isfinite(leak) and read:
        leak = float(np.max(falls - np.array(used)))
    evidence_list = []
    for step, mask, use, fall in zip(read, lost, used, falls.tolist()):
        if not mask.any() or not leak > 0:
            continue
        without = step.spread_m3h**2 + (_USE_SPREAD * use) ** 2
        with_leak = without + (_LEAK_SPREAD * leak) ** 2
        log_in = -((fall - use - leak) ** 2) / (2 * with_leak) - 0.5 * np.log(with_leak)
        log_out = -((fall - use) ** 2) / (2 * without) - 0.5 * np.log(without)
        ratio = float(np.clip(log_in - log_out, -_MOST_LOG, _MOST_LOG))
        night = night_of(step.step, clock)
        evidence_list.append(_evidence(mask, ratio, night, fall - use))
    return tuple(evidence_list)


def _evidence(mask: Array, ratio: float, night: str, fall_m3h: float) -> Evidence:
    """Return what a step says of pipes that were shut off (P,), and of the others if it shut off the leak."""
    factor = np.where(mask, ratio, 0.0)
    if ratio > 0:
        facts: tuple[dict[str, Any], ...] = (
            {"is": "step_in", "fall": float(f"{fall_m3h:.3g}"), "night": night},
            {"is": "step_elsewhere", "night": night},
        )
        return Evidence(factor, facts, np.where(mask, 0, 1))
    return Evidence(factor, ({"is": "step_out", "night": night},), np.where(mask, 0, NO_FACT))


def _shut(pipes: ZonePipes, step: ValveStep) -> Array:
    """Return which vertices are shut in a step, booleans (V,)."""
    shut = np.zeros(len(pipes.node_id), dtype=bool)
    vertex = pipes.vertices(np.array(step.valves, dtype=object))
    shut[vertex[vertex >= 0]] = True
    return shut


def _use(pipes: ZonePipes, mask: Array, flow: StepFlow, leak_m3h: float, night_use_m3h: float) -> float:
    """Return what pipes use without the leak, m3/h."""
    leak = leak_m3h if np.isfinite(leak_m3h) else 0.0
    usual = max(flow.reference_m3h - leak, 0.0)
    by_customers = min(night_use_m3h, usual) if np.isfinite(night_use_m3h) else usual
    customers, length = float(pipes.customers.sum()), float(pipes.length_m.sum())
    share_length = float(pipes.length_m[mask].sum()) / length if length else 0.0
    share_customers = float(pipes.customers[mask].sum()) / customers if customers else share_length
    return by_customers * share_customers + (usual - by_customers) * share_length
