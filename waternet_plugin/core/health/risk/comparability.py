"""Whether two assessments can be compared: what was set otherwise, and what that moves.

A pipe got worse when more is to be feared of it, not when a limit was moved. So classes are compared only
between runs that draw them alike, and rates only between runs that make them alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from waternet_plugin.core.schema.settings import defaults

BANDS, CLASSES, RATES = "bands", "classes", "rates"
# What a setting moves, by how its key begins; the first that fits. All others make rates.
_MOVES = (
    ("health.backtest_", ""),
    ("health.grade_", ""),
    ("health.warning_", ""),
    ("health.sewer_", ""),
    ("health.year_effect", ""),
    ("health.trend", ""),
    ("health.age_", ""),
    ("health.weight.", BANDS),
    ("health.band.", BANDS),
    ("health.life.", BANDS),
    ("health.renew_now_share", CLASSES),
    ("health.priority_share", CLASSES),
    ("health.policy_", CLASSES),
    ("health.hazard_", CLASSES),
    ("health.failure_cost", CLASSES),
    ("health.road_factor.", CLASSES),
    ("health.unknown_", CLASSES),
    ("health.critical_households", CLASSES),
    ("health.interruption_", CLASSES),
    ("health.crossing_factor.", CLASSES),
    ("health.", RATES),
)
# Parameters of the algorithm that do the same.
_ASKED = {"MODEL": RATES, "WINDOW_START": RATES, "RIVERS": CLASSES, "RAILWAYS": CLASSES}


@dataclass(frozen=True)
class SettingDifference:
    """A setting or parameter that two runs differ in: its key, its values as text, and what it moves."""

    key: str
    before: str
    now: str
    moves: str


def moved_by(key: str) -> str:
    """Return what a setting moves: bands, classes, rates, or '' for none of them."""
    return next((what for start, what in _MOVES if key.startswith(start)), "")


def _alike(before: str, now: str) -> bool:
    try:
        return abs(float(before) - float(now)) <= 1e-9
    except ValueError:
        return before == now


def changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[SettingDifference, ...]:
    """Return what moves bands, classes or rates and differs between two runs; what moves most comes first.

    Parameters
    ----------
    before, now
        Parameters of the runs, with the settings then in force under ``settings``. What one of them did not
        keep is not compared.
    """
    changes = []
    old, new = (run.get("settings") or {} for run in (before, now))
    for key in defaults():
        if moved_by(key) and key in old and key in new and not _alike(str(old[key]), str(new[key])):
            changes.append(SettingDifference(key, str(old[key]), str(new[key]), moved_by(key)))
    for key, moves in _ASKED.items():
        if key in before and key in now and str(before[key] or "") != str(now[key] or ""):
            changes.append(SettingDifference(key, str(before[key] or ""), str(now[key] or ""), moves))
    rank = {RATES: 0, CLASSES: 1, BANDS: 2}
    return tuple(sorted(changes, key=lambda change: rank[change.moves]))


def classes_alike(changes: tuple[SettingDifference, ...]) -> bool:
    """Say whether classes of both runs can be compared."""
    return not any(change.moves in (CLASSES, RATES) for change in changes)


def rates_alike(changes: tuple[SettingDifference, ...]) -> bool:
    """Say whether rates of both runs can be compared."""
    return not any(change.moves == RATES for change in changes)
