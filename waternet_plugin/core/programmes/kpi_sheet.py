"""The KPI sheet: each indicator of a unit as a numerator over a denominator, beside its target."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.units import HOUR_S

(
    LEAKAGE_RATE, RENEWED_KM, SMART_SHARE, FOUND_IN_TIME, STOPPED_IN_TIME, REPAIRED_IN_TIME, DRAINED_M3,
    SEARCH_COVERAGE, HIT_RATE, OFFSET_M,
) = INDICATORS = (
    "leakage_rate", "renewed_km", "smart_share", "found_in_time", "stopped_in_time", "repaired_in_time",
    "drained_m3", "search_coverage", "hit_rate", "offset_m",
)  # fmt: skip
# Of these less is better.
AT_MOST = (LEAKAGE_RATE, DRAINED_M3, OFFSET_M)
COLUMNS = ("unit", "indicator", "numerator", "denominator", "value", "target", "reached")
AMOUNT_COLUMNS = ("unit", "indicator", "table", "asset", "numerator", "denominator")
SIDES = NUMERATOR, DENOMINATOR = ("numerator", "denominator")
CONTRACTOR = "contractor:"


@dataclass(frozen=True)
class KpiAmount:
    """What one row of a table adds to an indicator of a unit; ``denominator`` is NaN of a sum."""

    unit: str
    indicator: str
    table: str
    asset: str
    numerator: float
    denominator: float = float("nan")


@dataclass(frozen=True)
class KpiPart:
    """One indicator of a unit; ``denominator`` is NaN of a sum, whose value is the numerator."""

    unit: str
    indicator: str
    numerator: float
    denominator: float = float("nan")


def summed_amounts(amounts: Iterable[KpiAmount], names: Iterable[str]) -> list[KpiPart]:
    """Return the sums of amounts by indicator, and by unit those of some units even where nothing adds.

    Parameters
    ----------
    amounts
        Of any indicators.
    names
        Units of which each has every indicator but the leakage rate, which may be unknown.
    """
    sums = {
        (unit, indicator): [0.0, np.nan if indicator == DRAINED_M3 else 0.0]
        for unit in names
        for indicator in INDICATORS
        if indicator != LEAKAGE_RATE
    }
    for one in amounts:
        both = sums.setdefault((one.unit, one.indicator), [0.0, 0.0])
        both[0] += one.numerator
        both[1] += one.denominator
    return [KpiPart(unit, indicator, *both) for (unit, indicator), both in sums.items()]


def amount_rows(amounts: Iterable[KpiAmount]) -> pd.DataFrame:
    """Return amounts as a frame of AMOUNT_COLUMNS."""
    rows: pd.DataFrame = pd.DataFrame(map(attrgetter(*AMOUNT_COLUMNS), amounts), columns=list(AMOUNT_COLUMNS))
    typed: pd.DataFrame = rows.astype(dict.fromkeys(AMOUNT_COLUMNS[:4], object))
    return typed


def rows_behind(amounts: pd.DataFrame, unit: str, indicator: str, side: str) -> tuple[str, tuple[str, ...]]:
    """Return the table and the ids of its rows that make up one side of an indicator, sorted.

    Parameters
    ----------
    amounts
        AMOUNT_COLUMNS.
    side
        One of SIDES; a row is behind it whose amount there is not 0.

    Returns
    -------
    tuple
        Empty text and ids where nothing adds to it.
    """
    ours = (amounts["unit"] == unit) & (amounts["indicator"] == indicator)
    found = amounts[ours & amounts[side].fillna(0.0).ne(0.0)]
    return (str(found["table"].iloc[0]) if len(found) else "", tuple(sorted(set(found["asset"].map(str)))))


def kpi_rows(parts: Iterable[KpiPart], targets: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the sheet.

    Parameters
    ----------
    parts
        The indicators, in their order.
    targets
        unit, indicator and value of the year; the last of several counts.

    Returns
    -------
    pandas.DataFrame
        unit, indicator, numerator, denominator, value (NaN over a denominator of 0), target (NaN for none),
        and reached: yes or no where both are known, else None.
    """
    wanted = {
        (str(unit), str(indicator)): float(value)
        for unit, indicator, value in zip(targets["unit"], targets["indicator"], targets["value"])
        if not pd.isna(value)
    }
    lines = []
    for part in parts:
        is_sum = np.isnan(part.denominator)
        ratio = part.numerator / part.denominator if part.denominator else float("nan")
        value = part.numerator if is_sum else ratio
        target = wanted.get((part.unit, part.indicator), float("nan"))
        reached = None
        if np.isfinite(value) and np.isfinite(target):
            is_met = value <= target if part.indicator in AT_MOST else value >= target
            reached = "yes" if is_met else "no"
        lines.append((part.unit, part.indicator, part.numerator, part.denominator, value, target, reached))
    rows: pd.DataFrame = pd.DataFrame(lines, columns=list(COLUMNS))
    typed: pd.DataFrame = rows.astype({"unit": object, "indicator": object, "reached": object})
    return typed


def hours_between(first: pd.Series, later: pd.Series) -> Array:
    """Return the hours from one moment to another, NaN where one is unknown or the later one is before."""
    seconds = (later - first).dt.total_seconds().to_numpy(dtype=float)
    return np.where(seconds >= 0, seconds / HOUR_S, np.nan)


def newest_alarm(alarms: pd.DataFrame, zones: Iterable[str], found_at: pd.Timestamp) -> pd.Timestamp | None:
    """Return when the alarm was raised that a leak explains: the newest of its zones that was open then.

    Parameters
    ----------
    alarms
        zone_id, raised_at and ended_at (moments, NaT for still open).
    zones
        The zones in which the leak lies.
    found_at
        When it was found.
    """
    ours = alarms["zone_id"].isin(list(zones)) & (alarms["raised_at"] <= found_at)
    ours &= alarms["ended_at"].isna() | (alarms["ended_at"] > found_at)
    raised = alarms["raised_at"][ours]
    return None if raised.empty else raised.max()
