"""Which valves were shut when, from readings of their state: the steps of step tests."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.readings.recorded_series import seconds_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import HOUR_S

VALVE_OPEN = "valve_open"


@dataclass(frozen=True)
class ValveStep:
    """A time in which the same valves were shut.

    Parameters
    ----------
    start_s, end_s
        From when to when, seconds since 1970 in UTC.
    valves
        Ids of the valves that were shut, sorted.
    test
        Number of the test that it belongs to, from 0.
    """

    start_s: float
    end_s: float
    valves: tuple[str, ...]
    test: int = 0


@dataclass(frozen=True)
class StepRecord:
    """The steps in order of time.

    Parameters
    ----------
    never_opened
        Valves that were recorded as shut for too long for a test, or never as open again.
    """

    steps: tuple[ValveStep, ...]
    never_opened: tuple[str, ...] = ()


def steps_of(readings: pd.DataFrame, settings: Settings) -> StepRecord:
    """Return the steps that readings of valves tell.

    Parameters
    ----------
    readings
        node_id, time and value (0 shut, else open) of quantity ``valve_open``, in any order.
    settings
        What is shut for longer is a valve that somebody shut; steps further apart belong to two tests.
    """
    longest_s = settings.real("leakage.step_longest_h") * HOUR_S
    apart_s = settings.real("leakage.step_apart_h") * HOUR_S
    frame = pd.DataFrame(
        {
            "valve": readings["node_id"].to_numpy(dtype=object),
            "at_s": seconds_of(readings["time"]),
            "value": readings["value"].to_numpy(dtype=float),
        }
    )
    known = frame[np.isfinite(frame["at_s"]) & np.isfinite(frame["value"])]
    spans: list[tuple[float, float, str]] = []
    never = []
    for valve, rows in known.sort_values(["valve", "at_s"], kind="stable").groupby("valve", sort=True):
        shut_at: float | None = None
        for at_s, value in zip(rows["at_s"].tolist(), rows["value"].tolist()):
            if value == 0.0:
                shut_at = at_s if shut_at is None else shut_at
            elif shut_at is not None:
                if at_s - shut_at <= longest_s:
                    spans.append((shut_at, at_s, str(valve)))
                else:
                    never.append(str(valve))
                shut_at = None
        if shut_at is not None:
            never.append(str(valve))
    return StepRecord(_steps(spans, apart_s), tuple(sorted(set(never))))


def _steps(spans: list[tuple[float, float, str]], apart_s: float) -> tuple[ValveStep, ...]:
    """Return the times between changes in which something was shut; tests lie ``apart_s`` from each other."""
    edges = sorted({moment for start, end, _valve in spans for moment in (start, end)})
    by_start: dict[float, list[str]] = {}
    by_end: dict[float, list[str]] = {}
    for start, end, valve in spans:
        by_start.setdefault(start, []).append(valve)
        by_end.setdefault(end, []).append(valve)
    shut: set[str] = set()
    steps: list[ValveStep] = []
    test = 0
    for start, end in zip(edges, edges[1:]):
        shut -= set(by_end.get(start, ()))
        shut |= set(by_start.get(start, ()))
        if not shut:
            continue
        if steps and start - steps[-1].end_s > apart_s:
            test += 1
        steps.append(ValveStep(start, end, tuple(sorted(shut)), test))
    return tuple(steps)


def step_rows(steps: tuple[ValveStep, ...]) -> pd.DataFrame:
    """Return steps as readings of their valves: node_id, time, quantity, value; one a change of a valve."""
    states: dict[tuple[str, float], float] = {}
    for step in steps:
        for valve in step.valves:
            states.setdefault((valve, step.end_s), 1.0)
    for step in steps:
        for valve in step.valves:
            states[valve, step.start_s] = 0.0
    keys = sorted(states)
    moments: Array = np.array([at_s for _valve, at_s in keys]) * 1000.0
    rows: pd.DataFrame = pd.DataFrame(
        {
            "node_id": pd.Series([valve for valve, _at_s in keys], dtype=object),
            "time": pd.to_datetime(moments.astype("int64").astype("datetime64[ms]"), utc=True),
            "quantity": VALVE_OPEN,
            "value": [states[key] for key in keys],
        }
    )
    return rows
