"""What the gauges of a zero-pressure test proved: how low the pressure fell, and whether it stayed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.units import MPA_METRES

PASS, FAIL, REPEAT = "pass", "fail", "repeat"
# Why a verdict is what it is.
TIGHT, NEVER_FELL, RECOVERED, REFERENCE_LOST, HELD_TOO_SHORT, NO_PRESSURE = (
    "tight", "never_fell", "recovered", "reference_lost", "held_too_short", "no_pressure",
)  # fmt: skip
_VACUUM_MPA = -0.11
# Heads are told to the centimetre; the last digit of a division decides nothing.
_DECIMALS = 6


@dataclass(frozen=True)
class GaugeSeries:
    """Readings of one gauge.

    Parameters
    ----------
    node_id
        Where it stands.
    time
        Moments, rising, datetime64 in UTC (R,).
    pressure_mpa
        Pressure above the air, MPa (R,).
    reference_m
        Head that is left at the gauge when the zone is drained, m: that of the draining point above it.
    is_inside
        Whether it stands in the zone.
    """

    node_id: str
    time: Array
    pressure_mpa: Array
    reference_m: float
    is_inside: bool

    @property
    def head_m(self) -> Array:
        """Head above what is left when the zone is drained, m (R,)."""
        return np.asarray(self.pressure_mpa * MPA_METRES - self.reference_m)


@dataclass(frozen=True)
class PressureTestPeriod:
    """When a test took place: moments in UTC without their zone, ``drained_at`` None if nobody noted it."""

    start: pd.Timestamp
    end: pd.Timestamp
    drained_at: Optional[pd.Timestamp]
    time_zone: str

    def clock(self, moment: pd.Timestamp) -> str:
        """Return a moment as the clocks of the network show it."""
        return str(moment.tz_localize("UTC").tz_convert(self.time_zone).strftime("%Y-%m-%d %H:%M"))


@dataclass(frozen=True)
class GaugeResult:
    """What one gauge showed.

    Parameters
    ----------
    node_id, is_inside
        The gauge.
    first_m, lowest_m, last_m
        Head at the first reading, the lowest, and at the last, m above what is left when the zone is drained.
    rise_m
        Greatest rise while the test was held, m.
    recovered_at
        When it began to recover, in UTC; None where it did not.
    slope_m_min
        How fast it recovered, m/min.
    """

    node_id: str
    is_inside: bool
    first_m: float
    lowest_m: float
    last_m: float
    rise_m: float
    recovered_at: Optional[pd.Timestamp]
    slope_m_min: float


@dataclass(frozen=True)
class PressureTestEvidence:
    """What the readings of a test come to.

    Parameters
    ----------
    verdict, reason
        pass, fail or repeat, and why, as codes.
    p_min_m
        Lowest head, m, at the gauge in the zone where it stayed highest.
    rise_m
        Greatest rise in the zone while the test was held, m.
    hold_min
        How long it was held, min.
    drained_at
        When the zone was drained, in UTC; None where it never was.
    gauges
        In the zone first, those that recovered before the others, in the order in which they did.
    """

    verdict: str
    reason: str
    p_min_m: float
    rise_m: float
    hold_min: float
    drained_at: Optional[pd.Timestamp]
    gauges: tuple[GaugeResult, ...]

    @property
    def recovering(self) -> tuple[GaugeResult, ...]:
        """The gauges of the zone that recovered, the first one first."""
        return tuple(gauge for gauge in self.gauges if gauge.is_inside and gauge.recovered_at is not None)


def judge_test(
    series: Sequence[GaugeSeries], period: PressureTestPeriod, settings: Settings
) -> PressureTestEvidence:
    """Return what the gauges of a test proved.

    Parameters
    ----------
    series
        Readings of all gauges, those outside of the zone too.
    period
        When the test took place.

    Raises
    ------
    InputError
        For a period that runs backwards, no readings in it, none in the zone, readings in another unit and
        gaps while the test was held.
    """
    refuse_period(period)
    within = [cut for gauge in series if len((cut := _within(gauge, period)).time)]
    _refuse_readings(within, period, settings)
    inside = [gauge for gauge in within if gauge.is_inside]
    limit_m = settings.real("dma.test_p_min_m")
    lowest = {gauge.node_id: float(gauge.head_m.min()) for gauge in inside}
    p_min_m = round(max(lowest.values()), _DECIMALS)
    fell = p_min_m <= limit_m
    drained_at = period.drained_at
    if drained_at is None and fell:
        drained_at = max(_first(gauge, gauge.head_m <= limit_m) for gauge in inside)
    held_from = period.start if drained_at is None else drained_at
    if drained_at is not None:
        _refuse_gaps(inside, held_from, period, settings)
    gauges = tuple(_result(gauge, held_from, settings) for gauge in within)
    hold_min = 0.0 if drained_at is None else (period.end - drained_at).total_seconds() / 60
    rise_m = round(max(gauge.rise_m for gauge in gauges if gauge.is_inside), _DECIMALS)
    reference = [gauge for gauge in within if not gauge.is_inside]
    lost = [gauge for gauge in reference if _least(gauge, held_from) < settings.real("dma.test_reference_m")]
    if not fell:
        verdict, reason = FAIL, NEVER_FELL
    elif rise_m > settings.real("dma.test_rise_m"):
        verdict, reason = FAIL, RECOVERED
    elif all(_most(gauge, held_from) < settings.real("dma.test_reference_m") for gauge in inside):
        verdict, reason = REPEAT, NO_PRESSURE
    elif reference and len(lost) == len(reference):
        verdict, reason = REPEAT, REFERENCE_LOST
    elif hold_min < settings.real("dma.test_hold_min"):
        verdict, reason = REPEAT, HELD_TOO_SHORT
    else:
        verdict, reason = PASS, TIGHT
    ordered = tuple(sorted(gauges, key=_recovery_order))
    return PressureTestEvidence(verdict, reason, p_min_m, rise_m, hold_min, drained_at, ordered)


def refuse_period(period: PressureTestPeriod) -> None:
    """Raise an InputError for a period that runs backwards."""
    if period.start >= period.end:
        message = tr("START {start} is not before END {end}. Exchange them.")
        raise InputError(message.format(start=period.clock(period.start), end=period.clock(period.end)))
    if period.drained_at is not None and not period.start <= period.drained_at < period.end:
        raise InputError(
            tr("DRAINED_AT {moment} is not between START {start} and END {end}. Correct it.").format(
                moment=period.clock(period.drained_at),
                start=period.clock(period.start),
                end=period.clock(period.end),
            )
        )


def _within(gauge: GaugeSeries, period: PressureTestPeriod) -> GaugeSeries:
    """Return the readings of a period, in order, without those that have no value."""
    chosen = (gauge.time >= period.start.to_datetime64()) & (gauge.time <= period.end.to_datetime64())
    chosen &= np.isfinite(gauge.pressure_mpa)
    order = np.argsort(gauge.time[chosen], kind="stable")
    return GaugeSeries(
        gauge.node_id,
        gauge.time[chosen][order],
        gauge.pressure_mpa[chosen][order],
        gauge.reference_m,
        gauge.is_inside,
    )


def _refuse_readings(series: Sequence[GaugeSeries], period: PressureTestPeriod, settings: Settings) -> None:
    if not series:
        raise InputError(
            tr(
                "No pressure was read between {start} and {end}. Import or type in the readings of the "
                "gauges, or correct START and END."
            ).format(start=period.clock(period.start), end=period.clock(period.end))
        )
    if not any(gauge.is_inside for gauge in series):
        raise InputError(
            tr(
                "No gauge with readings is in the zone, only outside: {gauges}. A test needs at least one "
                "gauge in the zone."
            ).format(gauges=listed(sorted(gauge.node_id for gauge in series)))
        )
    most = settings.real("dma.test_most_mpa")
    for gauge in sorted(series, key=lambda each: each.node_id):
        wrong = gauge.pressure_mpa[(gauge.pressure_mpa > most) | (gauge.pressure_mpa < _VACUUM_MPA)]
        if len(wrong):
            raise InputError(
                tr(
                    "Gauge “{gauge}” has a reading of {value:g} MPa, which no pipe has: it was probably read "
                    "in another unit. Convert the readings to MPa (1 MPa = 1000 kPa = 10 bar = 102 m) and "
                    "try again."
                ).format(gauge=gauge.node_id, value=float(wrong[0]))
            )


def _refuse_gaps(
    inside: Sequence[GaugeSeries], held_from: pd.Timestamp, period: PressureTestPeriod, settings: Settings
) -> None:
    """Refuse gauges that were not read often enough while the test was held."""
    longest = np.timedelta64(round(settings.real("dma.test_gap_min") * 60), "s")
    for gauge in sorted(inside, key=lambda each: each.node_id):
        later_times = gauge.time[gauge.time >= held_from.to_datetime64()]
        moments = np.concatenate([[held_from.to_datetime64()], later_times, [period.end.to_datetime64()]])
        gap = np.flatnonzero(np.diff(moments) > longest)
        if len(gap):
            first, last = (pd.Timestamp(moments[at]) for at in (gap[0], gap[0] + 1))
            raise InputError(
                tr(
                    "Gauge “{gauge}” was not read from {start} to {end}, while the test was held. Add the "
                    "readings that are missing, or end the test earlier."
                ).format(gauge=gauge.node_id, start=period.clock(first), end=period.clock(last))
            )


def _first(gauge: GaugeSeries, chosen: Array) -> pd.Timestamp:
    moment: pd.Timestamp = pd.Timestamp(gauge.time[np.argmax(chosen)])
    return moment


def _least(gauge: GaugeSeries, since: pd.Timestamp) -> float:
    heads = gauge.head_m[gauge.time >= since.to_datetime64()]
    return float(heads.min()) if len(heads) else float("inf")


def _most(gauge: GaugeSeries, until: pd.Timestamp) -> float:
    """Return the highest head before a moment, m; what is at zero all along may be a gauge that is shut."""
    before = gauge.head_m[gauge.time <= until.to_datetime64()]
    return float(before.max()) if len(before) else float("-inf")


def _result(gauge: GaugeSeries, held_from: pd.Timestamp, settings: Settings) -> GaugeResult:
    """Return what a gauge showed since a test was held."""
    head = gauge.head_m
    # The last reading before is what the hold begins with.
    before = np.flatnonzero(gauge.time <= held_from.to_datetime64())
    since = int(before[-1]) if len(before) else 0
    heads, time = head[since:], gauge.time[since:]
    lowest = np.minimum.accumulate(heads)
    rise = heads - lowest
    recovering = np.round(rise, _DECIMALS) >= settings.real("dma.test_recovery_m")
    recovered_at, slope = None, 0.0
    if recovering.any():
        at, top = int(np.argmax(recovering)), int(np.argmax(rise))
        recovered_at = pd.Timestamp(time[at])
        bottom = int(np.flatnonzero(heads[: top + 1] == lowest[top])[-1])
        minutes = (time[top] - time[bottom]) / np.timedelta64(1, "s") / 60
        slope = float(rise[top] / minutes) if minutes > 0 else float("inf")
    return GaugeResult(
        node_id=gauge.node_id,
        is_inside=gauge.is_inside,
        first_m=float(head[0]),
        lowest_m=float(head.min()),
        last_m=float(head[-1]),
        rise_m=float(rise.max()),
        recovered_at=recovered_at,
        slope_m_min=slope,
    )


def _recovery_order(result: GaugeResult) -> tuple[bool, bool, int, float, str]:
    recovered = result.recovered_at is not None
    moment = int(result.recovered_at.value) if result.recovered_at is not None else 0
    return not result.is_inside, not recovered, moment, -result.slope_m_min, result.node_id
