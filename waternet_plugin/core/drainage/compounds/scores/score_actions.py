"""What raises the score of a compound: fewest hours to the next grade, and what hours can't buy."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.scores.indicator_table import IndicatorTable
from waternet_plugin.core.drainage.compounds.scores.score_rules import (
    COLLECTION,
    COUNT,
    COVERS,
    HANDLED,
    INDICATORS,
    LEAST_POINTS,
    MOST_POINTS,
    PIPES,
    ROUNDS,
    ROUNDS_AS,
    SAME,
    SATISFACTION,
    SEPARATION,
    ZERO_DISCHARGE,
    ScoreRules,
)
from waternet_plugin.core.drainage.compounds.work_hours import hours_of
from waternet_plugin.core.frames import made_of, stacked
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import KM_M

COLUMNS = ("compound_id", "indicator", "to_points", "quantity", "hours")
# What no hours of the month buy; cases of the month are over.
WITHOUT_HOURS = (SEPARATION, COLLECTION, ZERO_DISCHARGE, HANDLED, SATISFACTION)
# What is worked on in whole numbers.
_WHOLE = (ROUNDS, COVERS)
_MILLIMETRE_M = 0.001


@dataclass(frozen=True)
class _Option:
    """One way to more points of an indicator, for each compound; ``hours`` is infinite where it is none."""

    indicator: str
    to_points: float
    quantity: Array
    hours: Array
    gain: Array


def score_actions(
    table: IndicatorTable, low: Array, rules: ScoreRules, settings: Settings, ids: Array
) -> pd.DataFrame:
    """Return what raises the scores, `COLUMNS`: of compounds below the best grade.

    The work of fewest hours that lifts the low end of the score to the next grade; of equally many hours that
    with more points. Where no work does, none. Then, without hours, what no work buys, to its full points.

    Parameters
    ----------
    table
        The indicators of the compounds.
    low
        The low end of each score.
    rules, settings
        Bands, and hours of work.
    ids
        Ids of the compounds.
    """
    excellent, qualified = rules.excellent_from, rules.qualified_from
    target = np.where(low < qualified - SAME, qualified, excellent)
    below = low < excellent - SAME
    choices = [_options(name, table, rules, settings) for name in (ROUNDS, PIPES, COVERS)]
    best_hours = np.full(len(ids), np.inf)
    best_gain = np.zeros(len(ids))
    best = np.full(len(ids), -1)
    plans = list(itertools.product(*([None, *options] for options in choices)))
    for number, plan in enumerate(plans):
        chosen = [option for option in plan if option is not None]
        hours = np.sum([option.hours for option in chosen], axis=0) if chosen else np.full(len(ids), np.inf)
        gain = np.sum([option.gain for option in chosen], axis=0) if chosen else np.zeros(len(ids))
        less_work = (hours < best_hours - SAME) | ((hours < best_hours + SAME) & (gain > best_gain + SAME))
        better = below & np.isfinite(hours) & (low + gain >= target - SAME) & less_work
        best_hours[better], best_gain[better], best[better] = hours[better], gain[better], number
    rows = []
    for number, plan in enumerate(plans):
        chosen_rows = np.flatnonzero(best == number)
        for option in plan:
            if option is not None and len(chosen_rows):
                rows.append(
                    _rows(
                        ids[chosen_rows],
                        option.indicator,
                        option.to_points,
                        option.quantity[chosen_rows],
                        option.hours[chosen_rows],
                    )
                )
    rows += [_without_hours(name, table, rules, below, ids) for name in WITHOUT_HOURS]
    actions = stacked(rows)
    order = actions["indicator"].map({name: place for place, name in enumerate(INDICATORS)})
    actions = actions.assign(order=order, free=actions["hours"].isna())
    actions = actions.sort_values(["compound_id", "free", "order"], kind="stable", ignore_index=True)
    raising: pd.DataFrame = actions[list(COLUMNS)]
    return raising


def _options(name: str, table: IndicatorTable, rules: ScoreRules, settings: Settings) -> list[_Option]:
    """Return the ways to more points of an indicator that work buys."""
    if name == ROUNDS and rules.switches[ROUNDS_AS] != COUNT:
        # How many metres a round would cover is not known.
        return []
    column = INDICATORS.index(name)
    points, done = table.points[:, column], table.numerator[:, column]
    total = np.ones(len(done)) if name == ROUNDS else table.denominator[:, column]
    per_unit = {
        ROUNDS: hours_of("patrol", settings),
        PIPES: hours_of("clean_km", settings) / KM_M,
        COVERS: hours_of("clean", settings),
    }[name]
    bands = rules.bands[name]
    options = []
    for least, to_points in zip(bands.first, bands.points):
        if not np.isfinite(least):
            continue
        with np.errstate(invalid="ignore"):
            quantity = least * total - done
            if name in _WHOLE:
                # A limit may be met from above alone.
                quantity = (
                    np.ceil(quantity - SAME) if bands.better_at_limits else np.floor(quantity + SAME) + 1
                )
            elif not bands.better_at_limits:
                quantity = quantity + _MILLIMETRE_M
            possible = (to_points > points + SAME) & (quantity > 0) & ~table.is_entered[:, column]
            possible &= (name == ROUNDS) | (done + quantity <= total * (1 + SAME))
        hours = np.where(possible, per_unit * quantity, np.inf)
        options.append(_Option(name, to_points, quantity, hours, to_points - points))
    return options


def _without_hours(
    name: str, table: IndicatorTable, rules: ScoreRules, below: Array, ids: Array
) -> pd.DataFrame:
    """Return what would bring an indicator to its full points and takes no hours of this work."""
    column = INDICATORS.index(name)
    points, bands = table.points[:, column], rules.bands[name]
    full = max(bands.points)
    chosen_rows = np.flatnonzero(below & ~(points >= full - SAME))
    least = bands.first[bands.points.index(full)]
    total, done = table.denominator[chosen_rows, column], table.numerator[chosen_rows, column]
    missing = np.maximum(least * total - done, 0) if np.isfinite(least) else np.full(len(chosen_rows), np.nan)
    if name != SEPARATION:
        missing = np.ceil(missing - SAME)
    return _rows(ids[chosen_rows], name, full, missing, np.full(len(chosen_rows), np.nan))


def _rows(ids: Array, name: str, to_points: float, quantity: Array, hours: Array) -> pd.DataFrame:
    names = np.full(len(ids), name, dtype=object)
    points = np.full(len(ids), to_points)
    return made_of(dict(zip(COLUMNS, (ids, names, points, quantity, hours))))


def low_and_high(points: Array) -> tuple[Array, Array]:
    """Return the totals of points with unknown ones at their least and at their most, (C, 10) to (C,)."""
    ends = (np.where(np.isnan(points), end, points).sum(axis=1) for end in (LEAST_POINTS, MOST_POINTS))
    low, high = (np.round(total, 9) for total in ends)
    return low, high
