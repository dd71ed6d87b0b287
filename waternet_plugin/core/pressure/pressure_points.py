"""What points of pressure read: lowest, night and mean pressure, hours below the required one, zones."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.readings.impossible_values import without_sentinels
from waternet_plugin.core.readings.local_clock import LocalClock, NightWindow
from waternet_plugin.core.readings.pressure_units import other_unit_sentence
from waternet_plugin.core.readings.recorded_series import seconds_of
from waternet_plugin.core.readings.usual_steps import usual_step
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import DAY_S, HOUR_S, MPA_METRES

LACKS_POINTS, LACKS_HIGH_POINT = "points", "high_point"
_TIME = "%Y-%m-%d %H:%M"


@dataclass(frozen=True)
class PointQuestion:
    """What is asked of points.

    Parameters
    ----------
    first_s, last_s
        Span of time, seconds since 1970 in UTC; None from the first reading, to the end of the last one.
    now_s
        The moment after which a reading is of the future.
    required_mpa
        Pressure that must be there, MPa.
    most_mpa
        Highest pressure that is believed, MPa: more than that is another unit.
    clock, window
        The clocks of the place, and the night by them.
    """

    first_s: float | None
    last_s: float | None
    now_s: float
    required_mpa: float
    most_mpa: float
    clock: LocalClock
    window: NightWindow


@dataclass(frozen=True)
class PointFigures(PlainFrames):
    """What points read.

    Parameters
    ----------
    frame
        node_id, lowest_mpa, lowest_at (clock of the place, text), mean_mpa, night_mpa, hours_below,
        coverage (known share of the span, 0-1), highest_mpa; by node_id.
    future, left_out
        Readings of the future or of before 1970, and those that stand for no value, by node.
    """

    frame: pd.DataFrame
    future: Mapping[str, int]
    left_out: Mapping[str, int]


def point_figures(readings: pd.DataFrame, question: PointQuestion) -> PointFigures:
    """Return what each point reads.

    A value holds for one usual step, or until the next one; means and hours are of known time.

    Parameters
    ----------
    readings
        node_id, time and value, MPa, in any order.

    Raises
    ------
    InputError
        Where there is no reading in the span, and for pressures in another unit.
    """
    seconds, value = seconds_of(readings["time"]), readings["value"].to_numpy(dtype=float)
    codes, names = pd.factorize(readings["node_id"])
    with np.errstate(invalid="ignore"):
        there = (seconds >= 0) & (seconds <= question.now_s) & np.isfinite(value)
        strange = ~there & np.isfinite(value)
    future = np.bincount(codes[strange & (codes >= 0)], minlength=len(names))
    rows = np.flatnonzero(there & (codes >= 0))
    order = rows[np.lexsort((seconds[rows], codes[rows]))]
    ends = np.searchsorted(codes[order], np.arange(len(names) + 1))
    series, left_out = {}, {}
    for code, name in enumerate(names):
        rows_of = order[ends[code] : ends[code + 1]]
        if len(rows_of):
            series[str(name)], left_out[str(name)] = _lasting(seconds[rows_of], value[rows_of])
    usual_mpa = {name: float(np.median(one[2])) for name, one in series.items() if one.size}
    strange_unit = other_unit_sentence(usual_mpa, question.most_mpa)
    if strange_unit:
        raise InputError(strange_unit)
    spans = [(one[0, 0], one[1, -1]) for one in series.values() if one.size]
    begin = question.first_s if question.first_s is not None else min((one[0] for one in spans), default=0.0)
    end = question.last_s if question.last_s is not None else max((one[1] for one in spans), default=0.0)
    found = {name: _figures(one, begin, end, question) for name, one in sorted(series.items())}
    found = {name: one for name, one in found.items() if one}
    if not found:
        raise InputError(tr("There is no reading of pressure (pressure_mpa) in that time. Adopt some first."))
    frame = pd.DataFrame([{"node_id": name, **one} for name, one in found.items()])
    many = {str(name): int(count) for name, count in zip(names, future) if count}
    return PointFigures(frame, many, {name: count for name, count in left_out.items() if count})


def _lasting(times_s: Array, value: Array) -> tuple[Array, int]:
    """Return begin, end and value of readings in order of time (3, R), and how many are left out.

    Of readings of one moment the last one counts.
    """
    last = np.append(np.diff(times_s) > 0, True)
    times_s, value = times_s[last], value[last]
    step = usual_step(times_s) or HOUR_S
    end = times_s + step
    end[:-1] = np.minimum(end[:-1], times_s[1:])
    possible = without_sentinels(value) & (value >= 0)
    return np.stack([times_s, end, value])[:, possible], int((~possible).sum())


def _figures(one: Array, begin: float, end: float, question: PointQuestion) -> dict[str, float | str | None]:
    """Return the figures of a point in a span; nothing where no value holds there."""
    start, stop = np.maximum(one[0], begin), np.minimum(one[1], end)
    inside = stop > start
    if not inside.any():
        return {}
    start, stop, value = start[inside], stop[inside], one[2][inside]
    known = stop - start
    night = _night_s(start, stop, question)
    low = int(np.argmin(value))
    local = datetime.datetime.fromtimestamp(float(start[low]), question.clock.zone)
    return {
        "lowest_mpa": float(value[low]),
        "lowest_at": f"{local:{_TIME}}",
        "mean_mpa": float((value * known).sum() / known.sum()),
        "night_mpa": float((value * night).sum() / night.sum()) if night.sum() > 0 else math.nan,
        "hours_below": float(known[value < question.required_mpa].sum() / HOUR_S),
        "coverage": float(known.sum() / (end - begin)),
        "highest_mpa": float(value.max()),
    }


def _night_s(start: Array, stop: Array, question: PointQuestion) -> Array:
    """Return how much of each span is night, s."""
    window = question.window
    days = question.clock.days(float(start[0]) - DAY_S, float(stop[-1]) + DAY_S)
    begins = question.clock.moments(days, window.start_min)
    ends = question.clock.moments(days, window.end_min, is_end=True)
    edges = np.stack([begins, ends], axis=1).reshape(-1)
    nights = np.cumsum(ends - begins)
    passed = np.stack([nights - (ends - begins), nights], axis=1).reshape(-1)
    return np.asarray(np.interp(stop, edges, passed) - np.interp(start, edges, passed))


def zone_figures(points: pd.DataFrame, zones: pd.DataFrame, required_mpa: float) -> pd.DataFrame:
    """Return the pressure zones by what their points read, by zone_id.

    Parameters
    ----------
    points
        `PointFigures.frame` with zone_id and ground_m.
    zones
        zone_id, area_km2 and ground_max_m (highest ground of the zone), NaN for unknown.

    Returns
    -------
    DataFrame
        zone_id, points, worst_node (the lowest of all, ties by id), lowest_mpa and hours_below of it,
        excess_m (its night pressure above the required one, m), area_km2, km2_per_point, lacks (points,
        high_point, with semicolons), ground_max_m.
    """
    rows = []
    for name, area, ground in zip(zones["zone_id"], zones["area_km2"], zones["ground_max_m"]):
        rows_of = points[points["zone_id"] == name].sort_values(["lowest_mpa", "node_id"], kind="stable")
        worst = rows_of.iloc[0] if len(rows_of) else None
        needed = max(3, math.ceil(area / 10.0)) if math.isfinite(area) else 3
        lacks = [LACKS_POINTS] if len(rows_of) < needed else []
        if math.isfinite(ground) and not (rows_of["ground_m"] >= ground - 5.0).any():
            lacks.append(LACKS_HIGH_POINT)
        rows.append(
            {
                "zone_id": name,
                "points": len(rows_of),
                "worst_node": None if worst is None else worst["node_id"],
                "lowest_mpa": math.nan if worst is None else worst["lowest_mpa"],
                "hours_below": math.nan if worst is None else worst["hours_below"],
                "excess_m": math.nan if worst is None else (worst["night_mpa"] - required_mpa) * MPA_METRES,
                "area_km2": area,
                "km2_per_point": area / len(rows_of) if len(rows_of) else math.nan,
                "lacks": ";".join(lacks),
                "ground_max_m": ground,
            }
        )
    names = [
        "zone_id", "points", "worst_node", "lowest_mpa", "hours_below", "excess_m", "area_km2",
        "km2_per_point", "lacks", "ground_max_m",
    ]  # fmt: skip
    frame: pd.DataFrame = pd.DataFrame(rows, columns=names)
    # Of names and gaps pandas would make numbers where there is no name.
    frame["worst_node"] = pd.Series([row["worst_node"] for row in rows], dtype=object)
    return frame
