"""Contracts of water saving and leak detection: a result period beside a baseline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from waternet_plugin.core.leakage.balance.periods import Period

YES, NO, UNKNOWN = "yes", "no", "unknown"


@dataclass(frozen=True)
class PeriodFigures:
    """Supply (m3), leakage rate (0-1) and coverage (0-1) of an area in a period; NaN unknown."""

    supply_m3: float
    loss_rate: float
    coverage: float


@dataclass(frozen=True)
class ContractResult:
    """What became of a contract.

    Parameters
    ----------
    saved_m3
        Baseline scaled to the days of the result, less the result, m3.
    reached
        yes, no or unknown.
    coverage
        The lesser of both periods, 0-1.
    """

    baseline: PeriodFigures
    result: PeriodFigures
    saved_m3: float
    reached: str
    coverage: float


def contract_result(
    baseline: PeriodFigures,
    result: PeriodFigures,
    periods: tuple[Period, Period],
    targets: tuple[Optional[float], Optional[float]],
    *,
    enough: float,
) -> ContractResult:
    """Return what became of a contract.

    Parameters
    ----------
    baseline, result
        Figures of its area in both periods.
    periods
        Baseline and result.
    targets
        Water to be saved, m3, and leakage rate to be reached, 0-1; None where not given.
    enough
        Coverage from which figures stand.
    """
    days = periods[1].days / periods[0].days
    saved = baseline.supply_m3 * days - result.supply_m3
    coverage = min(np.nan_to_num(baseline.coverage), np.nan_to_num(result.coverage))
    return ContractResult(
        baseline,
        result,
        saved,
        _reached(saved, result.loss_rate, targets, coverage >= enough),
        float(coverage),
    )


def _reached(
    saved_m3: float, rate: float, targets: tuple[Optional[float], Optional[float]], covered: bool
) -> str:
    """Return whether each target given is met; unknown without a target, coverage or figure."""
    target_m3, target_rate = targets
    met = []
    if target_m3 is not None and np.isfinite(target_m3):
        met.append((saved_m3, saved_m3 >= target_m3))
    if target_rate is not None and np.isfinite(target_rate):
        met.append((rate, rate <= target_rate))
    if not covered or not met or not all(np.isfinite(figure) for figure, _is_met in met):
        return UNKNOWN
    return YES if all(is_met for _figure, is_met in met) else NO
