"""A ridge Poisson regression of the failures, as another way of rating pipes.

ln rate = ln(surveys' rate) + b x, with x: material, diameter, length, age by material, decade of laying
and, for the form with history, the pipe's own failures so far. The penalty draws every b to 0, that is to
the surveys, so that few records move little. Pipes alike are summed before the fit: it takes as long for
a million pipes as for the few thousand sorts among them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.health.arrays import Array
from waternet_plugin.core.health.factors import coded
from waternet_plugin.core.health.origin import Events, Origin, recorded
from waternet_plugin.core.health.window import without_gaps
from waternet_plugin.core.schema.settings import Settings

_AGED = ("cast_iron", "ductile_iron", "pvc")
_REFERENCE_MM, _REFERENCE_M, _REFERENCE_A = 150.0, 100.0, 40.0
_STEP = 0.2
_FIRST_DECADE, _LAST_DECADE = 1900, 2030
_RECENT_DAYS = 1826
_DAYS_PER_YEAR = 365.25
_100_KM = 100_000.0
_ITERATIONS, _LARGEST_STEP, _TOLERANCE = 50, 2.0, 1e-7
# Rates beyond this factor of the surveys' are no finding of a regression.
_LARGEST_EFFECT = 8.0


def fit_poisson(design: Array, failures: Array, offset: Array, penalty: Array) -> Array:
    """Fit a Poisson regression with a ridge penalty by Newton's method.

    Parameters
    ----------
    design
        One row an observation, one column a variable.
    failures
        Count of each row.
    offset
        Logarithm of the expected count of each row when all coefficients are 0.
    penalty
        Weight of the square of each coefficient.
    """
    beta = np.zeros(design.shape[1])

    def loss(values: Array) -> float:
        eta = offset + design @ values
        return float(np.exp(np.minimum(eta, 50.0)).sum() - failures @ eta + 0.5 * penalty @ values**2)

    now = loss(beta)
    for _ in range(_ITERATIONS):
        mean = np.exp(np.minimum(offset + design @ beta, 50.0))
        slope = design.T @ (failures - mean) - penalty * beta
        curve = (design * mean[:, None]).T @ design + np.diag(penalty)
        step = np.clip(np.linalg.solve(curve, slope), -_LARGEST_STEP, _LARGEST_STEP)
        if np.abs(step).max() < _TOLERANCE:
            break
        # Half steps until it gets better: far from the optimum a full one may overshoot.
        for _half in range(20):
            then = loss(beta + step)
            if then <= now:
                break
            step = step / 2.0
        beta, now = beta + step, then
    return beta


@dataclass(frozen=True)
class _Sorts:
    """Sorts of pipes: ``sort`` of each pipe; of each sort its static variables, laying year and offset."""

    sort: Array
    static: Array
    aged: Array
    year: Array
    offset: Array


def _static(material: Array, diameter_mm: Array, length_m: Array, year: Array, settings: Settings) -> Array:
    """Return the variables that do not change with time, one row each of the given values."""
    shortest, longest = settings.real("health.length_min_m"), settings.real("health.length_max_m")
    known = diameter_mm > 0
    columns = [np.ones(len(year))]
    columns += [(material == name) * 1.0 for name in _AGED]
    columns.append(np.log(np.where(known, diameter_mm, _REFERENCE_MM) / _REFERENCE_MM))
    columns.append(np.log(np.clip(length_m, shortest, longest) / _REFERENCE_M))
    decade = np.floor(year / 10.0) * 10.0
    columns += [(decade == first) * 1.0 for first in range(_FIRST_DECADE, _LAST_DECADE, 10)]
    columns.append(np.isnan(year) * 1.0)
    return np.stack(columns, axis=1)


def _aged(material: Array) -> Array:
    """Return which age variable each material has: one of each `_AGED`, the last for all others."""
    result = np.full(len(material), len(_AGED))
    for place, name in enumerate(_AGED):
        result[material == name] = place
    return result


def _ages(aged: Array, year: Array, at: float) -> Array:
    """Return the age variables at a moment; an unknown year counts as the reference age."""
    age = np.where(np.isnan(year), _REFERENCE_A, np.maximum(at - year, 1.0))
    result = np.zeros((len(year), len(_AGED) + 1))
    result[np.arange(len(year)), aged] = np.log(age / _REFERENCE_A)
    return result


def _sorts(origin: Origin, settings: Settings) -> _Sorts:
    """Return the sorts of the trained pipes; numbers are rounded to steps of a fifth on log scales."""
    frame = origin.frame
    material, words = coded(frame["material"])
    names = np.array(words, dtype=object)
    diameter = frame["diameter_mm"].to_numpy(float)
    known = diameter > 0
    size = np.where(known, np.round(np.log(np.where(known, diameter, 1.0)) / _STEP) + 1, 0).astype(np.int64)
    shortest, longest = settings.real("health.length_min_m"), settings.real("health.length_max_m")
    length = np.round(np.log(np.clip(origin.length_m, shortest, longest)) / _STEP).astype(np.int64)
    year = np.nan_to_num(np.clip(origin.install_year, 1800, 2200), nan=1799.0).astype(np.int64) - 1799
    key = ((material * (size.max() + 1) + size) * (length.max() + 1) + length) * 512 + year
    keys, sort = np.unique(key, return_inverse=True)
    # The offset keeps what is not rounded: soil and pressure differ within a sort, their mean counts.
    weight = np.bincount(sort, minlength=len(keys)).astype(float)
    base = origin.factors.expected / origin.factors.length

    def mean(values: Array) -> Array:
        return np.asarray(np.bincount(sort, values, len(keys)) / weight)

    first = np.zeros(len(keys), dtype=np.int64)
    first[sort[::-1]] = np.arange(len(sort))[::-1]
    of_sort = names[material[first]]
    year_of = origin.install_year[first]
    static = _static(
        of_sort,
        np.exp(mean(np.log(np.where(known, diameter, _REFERENCE_MM)))),
        np.exp(mean(np.log(np.maximum(origin.length_m, shortest)))),
        year_of,
        settings,
    )
    return _Sorts(sort, static, _aged(of_sort), year_of, np.log(mean(base)))


def _edges(origin: Origin, settings: Settings) -> Array:
    """Return the days that cut the records into slices of about equal length, a year at least."""
    start = np.datetime64(origin.window.start or origin.cutoff, "D")
    end = np.datetime64(origin.cutoff, "D") + 1
    years = float((end - start).astype(int)) / _DAYS_PER_YEAR
    slices = max(1, min(settings.integer("health.glm_slices"), int(years)))
    days = np.round(np.linspace(0.0, float((end - start).astype(int)), slices + 1)).astype(int)
    return np.asarray(start + days)


def _history(pipe: Array, day: Array, at: np.datetime64, size: int) -> Array:
    """Return ln(1 + failures) and ln(1 + failures of the last five years) of each pipe before a day."""
    before = day < at
    recent = before & (day >= at - _RECENT_DAYS)
    return np.stack(
        [
            np.log1p(np.bincount(pipe[before], minlength=size)),
            np.log1p(np.bincount(pipe[recent], minlength=size)),
        ],
        axis=1,
    )


def _year_of(day: np.datetime64) -> float:
    return float((day - np.datetime64("1970-01-01", "D")).astype(int)) / _DAYS_PER_YEAR + 1970.0


def _rows(
    origin: Origin, sorts: _Sorts, edges: Array, events: tuple[Array, Array], *, history: bool
) -> tuple[Array, Array, Array]:
    """Return design, failures and offset, one row for each sort, slice of time and history."""
    pipe, day = events
    size = len(origin.rows)
    designs, counts, offsets = [], [], []
    for first, last in zip(edges[:-1], edges[1:]):
        days = without_gaps(np.maximum(origin.begin, first), np.minimum(origin.end, last), origin.window)
        exposure = np.maximum(days, 0.0) / _DAYS_PER_YEAR * origin.length_m / _100_KM
        exposure = np.where(origin.trained, exposure, 0.0)
        here = (day >= first) & (day < last)
        failures = np.bincount(pipe[here], minlength=size).astype(float)
        past = _history(pipe, day, first, size) if history else np.zeros((size, 2))
        # Pipes alike and of like history are one row.
        alike = np.round(np.expm1(past)).astype(np.int64)
        key = (sorts.sort * 64 + np.minimum(alike[:, 0], 63)) * 64 + np.minimum(alike[:, 1], 63)
        kept = np.flatnonzero(exposure > 0)
        keys, group = np.unique(key[kept], return_inverse=True)
        sort = keys // 4096
        age = _ages(sorts.aged[sort], sorts.year[sort], (_year_of(first) + _year_of(last)) / 2.0)
        columns = [sorts.static[sort], age]
        if history:
            columns.append(np.log1p(np.stack([keys // 64 % 64, keys % 64], axis=1)))
        designs.append(np.concatenate(columns, axis=1))
        counts.append(np.bincount(group, failures[kept], len(keys)))
        offsets.append(sorts.offset[sort] + np.log(np.bincount(group, exposure[kept], len(keys))))
    return np.concatenate(designs), np.concatenate(counts), np.concatenate(offsets)


def _rate(origin: Origin, beta: Array, at: float, past: Array | None, settings: Settings) -> Array:
    """Return the rate of each pipe at a moment, failures per 100 km and year."""
    frame = origin.frame
    material, words = coded(frame["material"])
    names = np.array(words, dtype=object)[material]
    parts = [
        _static(names, frame["diameter_mm"].to_numpy(float), origin.length_m, origin.install_year, settings),
        _ages(_aged(names), origin.install_year, at),
    ]
    if past is not None:
        parts.append(past)
    effect = np.zeros(len(names))
    column = 0
    for part in parts:
        effect += part @ beta[column : column + part.shape[1]]
        column += part.shape[1]
    base = origin.factors.expected / origin.factors.length
    return np.asarray(base * np.exp(np.clip(effect, -_LARGEST_EFFECT, _LARGEST_EFFECT)))


def regression_rates(
    origin: Origin, events: Events, *, history: bool, horizon_years: float, settings: Settings
) -> Array:
    """Fit the regression to what was known at an origin and return the rate of each pipe.

    Failures per 100 km and year, for the middle of the years ahead. With ``history`` own failures are
    variables of the regression; without it they come in as the factor of the pipe's own record,
    (k + n) / (k + expected), as in the rate engine.

    Parameters
    ----------
    origin, events
        What was known; later events are not looked at.
    history
        Which of the two forms.
    horizon_years
        Years ahead.
    settings
        Penalty, slices, weight of the prior of a pipe.
    """
    ahead = _year_of(np.datetime64(origin.cutoff, "D")) + horizon_years / 2.0
    if origin.records <= 0:
        return origin.factors.expected
    pipe, day = recorded(origin, events)
    size = len(origin.rows)
    sorts = _sorts(origin, settings)
    edges = _edges(origin, settings)
    design, failures, offset = _rows(origin, sorts, edges, (pipe, day), history=history)
    penalty = np.full(design.shape[1], settings.real("health.glm_penalty"))
    # The level is free.
    penalty[0] = 1e-6
    beta = fit_poisson(design, failures, offset, penalty)
    if history:
        past = _history(pipe, day, np.datetime64(origin.cutoff, "D") + 1, size)
        return _rate(origin, beta, ahead, past, settings)
    middle = (_year_of(edges[0]) + _year_of(edges[-1])) / 2.0
    expected = _rate(origin, beta, middle, None, settings) * origin.exposure
    k = settings.real("health.pipe_prior")
    rate = _rate(origin, beta, ahead, None, settings)
    return np.asarray(rate * (k + origin.counted.own) / (k + expected))
