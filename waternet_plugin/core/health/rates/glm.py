"""A ridge Poisson regression of the failures, as another way of rating pipes.

ln rate = ln(surveys' rate) + b x, with x: material, diameter, length, five years of laying (of all pipes and
of each material), age by material and, for the form with history, the pipe's own failures so far. The penalty
draws every b to 0, that is to the surveys, so that few records move little. Pipes alike are summed before the
fit: it takes as long for a million pipes as for the few thousand sorts among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.coded_columns import coded
from waternet_plugin.core.health.numbered_values import numbered
from waternet_plugin.core.health.pooling.fixed_point import BILLIONTHS, in_steps, sums_by
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.health.rates.cutoff_snapshot import CutoffSnapshot, Events, recorded
from waternet_plugin.core.health.rates.inservice import STREET
from waternet_plugin.core.health.rates.pipe_types import types_of
from waternet_plugin.core.health.rates.rates import street_factor
from waternet_plugin.core.health.rates.reasons.rate_parts import (
    COHORT,
    DIAMETER,
    LENGTH,
    RECORD,
    STREETS,
    Rated,
    in_turn,
    ln,
)
from waternet_plugin.core.health.rates.sorts import SortTable, log_diameter, sort_table
from waternet_plugin.core.health.rates.window import Window, without_gaps
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import HUNDRED_KM_M, YEAR_DAYS

_AGED = ("cast_iron", "ductile_iron", "pvc")
_REFERENCE_A = 40.0
_FIRST_YEAR, _BAND_YEARS, _BANDS = 1900, 5, 26
_RECENT_DAYS = 1826
_ITERATIONS, _LARGEST_STEP, _TOLERANCE = 50, 2.0, 1e-7
# Rates beyond this factor of the surveys' are not findings of a regression.
_LARGEST_EFFECT = 8.0


def _solved(matrix: Array, right: Array) -> Array:
    """Solve the equations of a symmetric positive definite matrix, one unknown after the other.

    LAPACK adds up in an order that depends on its threads, so that two machines would rate a pipe
    differently in the last digits; and of so few unknowns its threads wait longer than they compute.
    """
    count = len(right)
    rest = np.column_stack([matrix, right])
    for row in range(count - 1):
        below = slice(row + 1, None)
        rest[below, below] -= (rest[below, row] / rest[row, row])[:, None] * rest[row, below]
    solution = np.zeros(count)
    for row in reversed(range(count)):
        known = (rest[row, row + 1 : count] * solution[row + 1 :]).sum()
        solution[row] = (rest[row, count] - known) / rest[row, row]
    return solution


def fit_poisson(design: Any, failures: Array, offset: Array, penalty: Array) -> Array:
    """Fit a Poisson regression with a ridge penalty by Newton's method.

    Parameters
    ----------
    design
        One row an observation, one column a variable; an array or a sparse matrix.
    failures
        Count of each row.
    offset
        Logarithm of the expected count of each row when all coefficients are 0.
    penalty
        Weight of the square of each coefficient.
    """
    design = sparse.csr_matrix(design)
    # By variable, so that weighing its rows needs no other matrix.
    weighed = design.T.tocsr()
    value, row = weighed.data.copy(), weighed.indices
    beta = np.zeros(design.shape[1])

    def expected(values: Array) -> tuple[Array, float]:
        """Return the mean of each row and the loss."""
        eta = offset + design @ values
        mean = np.exp(np.minimum(eta, 50.0))
        return mean, float(mean.sum() - (failures * eta).sum() + 0.5 * (penalty * values**2).sum())

    mean, now = expected(beta)
    for _ in range(_ITERATIONS):
        slope = design.T @ (failures - mean) - penalty * beta
        weighed.data = value * mean[row]
        curve = (weighed @ design).toarray() + np.diag(penalty)
        step = np.clip(_solved(curve, slope), -_LARGEST_STEP, _LARGEST_STEP)
        if np.abs(step).max() < _TOLERANCE:
            break
        # Half steps until it gets better: far from the optimum a full one may overshoot.
        for _half in range(20):
            mean, then = expected(beta + step)
            if then <= now:
                break
            step = step / 2.0
        beta, now = beta + step, then
    return beta


@dataclass(frozen=True)
class _Term:
    """A variable of the regression: of each row the column that it has a value in, and that value."""

    part: str
    column: Array
    value: Array


_MATERIALS = len(_AGED)
_OF_MATERIAL = 1
_OF_DIAMETER = _OF_MATERIAL + _MATERIALS
_OF_LENGTH = _OF_DIAMETER + 1
# The last band holds unknown years.
_OF_BAND = _OF_LENGTH + 1
_OF_BAND_OF_MATERIAL = _OF_BAND + _BANDS + 1
_OF_AGE = _OF_BAND_OF_MATERIAL + _MATERIALS * _BANDS
_OF_HISTORY = _OF_AGE + _MATERIALS + 1
_COLUMNS = _OF_HISTORY + 2


def _terms(
    kind: Array, diameter: Array, length: Array, year: Array, *, at: float, past: Array | None
) -> list[_Term]:
    """Return the variables of rows.

    Parameters
    ----------
    kind
        Place of the material in `_AGED`, the number of those for all others.
    diameter, length
        Logarithms over the reference.
    year
        Laying year, NaN unknown.
    at
        The moment that ages are counted to, years.
    past
        ln(1 + failures) and the same of the last five years, two columns; None for none.
    """
    ones = np.ones(len(year))
    named = kind < _MATERIALS
    known = ~np.isnan(year)
    since = np.floor((np.where(known, year, _FIRST_YEAR) - _FIRST_YEAR) / _BAND_YEARS)
    band = np.clip(since, 0, _BANDS - 1).astype(np.int64)
    age = np.where(known, np.maximum(at - year, 1.0), _REFERENCE_A)
    material = np.minimum(kind, _MATERIALS - 1)
    terms = [
        _Term(COHORT, np.zeros(len(year), dtype=np.int64), ones),
        _Term(COHORT, _OF_MATERIAL + material, ones * named),
        _Term(DIAMETER, np.full(len(year), _OF_DIAMETER), diameter),
        _Term(LENGTH, np.full(len(year), _OF_LENGTH), length),
        _Term(COHORT, _OF_BAND + np.where(known, band, _BANDS), ones),
        _Term(COHORT, _OF_BAND_OF_MATERIAL + material * _BANDS + band, ones * (named & known)),
        _Term(COHORT, _OF_AGE + kind, np.log(age / _REFERENCE_A)),
    ]
    if past is not None:
        terms += [_Term(RECORD, np.full(len(year), _OF_HISTORY + k), past[:, k]) for k in (0, 1)]
    return terms


def _matrix(terms: list[_Term]) -> Any:
    """Return variables as a sparse matrix, one row an observation."""
    rows = len(terms[0].value)
    column = np.stack([term.column for term in terms], axis=1)
    value = np.stack([term.value for term in terms], axis=1)
    starts = np.arange(0, rows * len(terms) + 1, len(terms))
    return sparse.csr_matrix((value.ravel(), column.ravel(), starts), shape=(rows, _COLUMNS))


def _kinds(materials: Sequence[str] | Array) -> Array:
    """Return the place of materials in `_AGED`, the number of those for all others."""
    number_of = {name: number for number, name in enumerate(_AGED)}
    # Many rows have few materials.
    words, numbers = numbered(np.asarray(materials, dtype=object))
    return np.asarray([number_of.get(word, _MATERIALS) for word in words], dtype=np.int64)[numbers]


def _edges(origin: CutoffSnapshot, most: int) -> Array:
    """Return the days that cut the records into slices of about equal length, a year at least."""
    start = np.datetime64(origin.window.start or origin.cutoff, "D")
    end = np.datetime64(origin.cutoff, "D") + 1
    years = float((end - start).astype(int)) / YEAR_DAYS
    slices = max(1, min(most, int(years)))
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
    return float((day - np.datetime64("1970-01-01", "D")).astype(int)) / YEAR_DAYS + 1970.0


@dataclass(frozen=True)
class _Observations:
    """What a regression is fitted to: variables, failures and logarithm of the expected ones, row by row."""

    design: Any
    failures: Array
    offset: Array


def _observed(
    table: SortTable, sort: Array, failures: Array, exposure: Array, *, at: float, past: Array | None
) -> _Observations:
    """Return observations of sorts, ``sort`` is that of each; the rest is as of `_terms`."""
    kinds = _kinds(table.material[sort])
    terms = _terms(kinds, table.diameter[sort], table.length[sort], table.year[sort], at=at, past=past)
    return _Observations(_matrix(terms), failures, table.survey[sort] + ln(exposure))


def _with_history(
    origin: CutoffSnapshot, table: SortTable, edges: Array, events: tuple[Array, Array]
) -> _Observations:
    """Return an observation for each sort, slice of time and history."""
    pipe, day = events
    size = len(origin.rows)
    parts: list[_Observations] = []
    for first, last in zip(edges[:-1], edges[1:]):
        days = without_gaps(np.maximum(origin.begin, first), np.minimum(origin.end, last), origin.window)
        exposure = np.maximum(days, 0.0) / YEAR_DAYS * origin.length_m / HUNDRED_KM_M
        exposure = np.where(origin.trained, exposure, 0.0)
        in_span = (day >= first) & (day < last)
        failures = np.bincount(pipe[in_span], minlength=size).astype(float)
        exposed = np.flatnonzero(exposure > 0)
        # Pipes alike and of like history are one row.
        alike = np.round(np.expm1(_history(pipe, day, first, size)[exposed])).astype(np.int64)
        key = (origin.sorts.sort[exposed] * 64 + np.minimum(alike[:, 0], 63)) * 64 + np.minimum(
            alike[:, 1], 63
        )
        keys, group = numbered(key)
        parts.append(
            _observed(
                table,
                keys // 4096,
                np.bincount(group, failures[exposed], len(keys)),
                sums_by(group, in_steps(exposure[exposed]), len(keys)) / BILLIONTHS,
                at=(_year_of(first) + _year_of(last)) / 2.0,
                past=np.log1p(np.stack([keys // 64 % 64, keys % 64], axis=1)),
            )
        )
    return _Observations(
        sparse.vstack([part.design for part in parts]),
        np.concatenate([part.failures for part in parts]),
        np.concatenate([part.offset for part in parts]),
    )


def _fitted(observed: _Observations, settings: Settings) -> Array:
    """Return the coefficients of a regression."""
    penalty = np.full(observed.design.shape[1], settings.real("health.glm_penalty"))
    # The level is free.
    penalty[0] = 1e-6
    return fit_poisson(observed.design, observed.failures, observed.offset, penalty)


def _middle(window: Window) -> float:
    """Return the middle of the records, years."""
    start = np.datetime64(window.start or window.end, "D")
    return (_year_of(start) + _year_of(np.datetime64(window.end, "D") + 1)) / 2.0


def fit_sorts(sums: KeyedSums, window: Window, settings: Settings) -> Array:
    """Fit the regression without history to sorts of pipes and return its coefficients.

    Parameters
    ----------
    sums
        As `sort_sums` returns them, of the whole network.
    window
        Its records.
    settings
        The penalty.
    """
    table = sort_table(sums)
    exposed = np.flatnonzero(table.exposure > 0)
    observed = _observed(
        table, exposed, table.failures[exposed], table.exposure[exposed], at=_middle(window), past=None
    )
    return _fitted(observed, settings)


def _effects(origin: CutoffSnapshot, beta: Array, at: float, past: Array | None) -> dict[str, Array]:
    """Return what the regression says of each pipe at a moment, logarithms by part of the rate."""
    types = types_of(origin.frame)
    material, words = coded(types.pipes["material"])
    year = types.pipes["install_year"].to_numpy(float)
    diameter = log_diameter(types.pipes["diameter_mm"].to_numpy(float))
    # Of a type but for length and history, which each pipe has of its own.
    effects: dict[str, Array] = {}
    for term in _terms(_kinds(words)[material], diameter, np.zeros(len(year)), year, at=at, past=None):
        effects[term.part] = effects.get(term.part, 0.0) + beta[term.column] * term.value
    effects = {part: effect[types.number] for part, effect in effects.items()}
    effects[LENGTH] = beta[_OF_LENGTH] * origin.sorts.length
    if past is not None:
        effects[RECORD] = 0.0 + beta[_OF_HISTORY] * past[:, 0] + beta[_OF_HISTORY + 1] * past[:, 1]
    total = in_turn(effects.values())
    limited = np.clip(total, -_LARGEST_EFFECT, _LARGEST_EFFECT)
    limited += effects[COHORT]
    limited -= total
    return {**effects, COHORT: limited}


def regression_rates(
    origin: CutoffSnapshot, events: Events, *, history: bool, horizon_years: float, settings: Settings
) -> Rated:
    """Fit the regression to what was known at an origin and rate each pipe.

    For the middle of the years ahead. With ``history`` own failures are variables of the regression; without
    it they come in as the factor of the pipe's own record, (k + n) / (k + expected), and pipes that never
    failed learn from their street, both as in the rate engine.

    Parameters
    ----------
    origin, events
        What was known; later events are not looked at.
    history
        Which of the two forms.
    horizon_years
        Years ahead.
    settings
        Penalty, slices, weights of the priors of pipe and street.
    """
    surveys = dict(origin.factors.parts)
    if origin.records <= 0:
        return Rated.of(surveys)
    # The regression has a variable of its own for length.
    del surveys[LENGTH]
    ahead = _year_of(np.datetime64(origin.cutoff, "D")) + horizon_years / 2.0
    past = None
    if history:
        pipe, day = recorded(origin, events)
        # Time is told apart for the history only: it grows from slice to slice.
        edges = _edges(origin, settings.integer("health.glm_slices"))
        beta = _fitted(_with_history(origin, sort_table(origin.sums.sorts), edges, (pipe, day)), settings)
        past = _history(pipe, day, np.datetime64(origin.cutoff, "D") + 1, len(origin.rows))
    else:
        fitted = origin.coefficients
        beta = fit_sorts(origin.sums.sorts, origin.window, settings) if fitted is None else fitted
    parts = _added(surveys, _effects(origin, beta, ahead, past))
    if not history:
        # Between the two moments only the ages differ.
        then = Rated.of(
            {**parts, COHORT: surveys[COHORT] + _effects(origin, beta, _middle(origin.window), None)[COHORT]}
        )
        expected = then.rate * origin.exposure
        k = settings.real("health.pipe_prior")
        own = origin.counted.own
        street = origin.frame[STREET].to_numpy()
        parts[RECORD] = np.log((k + own) / (k + expected))
        parts[STREETS] = np.log(street_factor(expected, own, street, origin.trained, settings))
    return Rated.of(parts)


def _added(first: dict[str, Array], second: dict[str, Array]) -> dict[str, Array]:
    """Return the sums of two sets of parts."""
    return {
        name: first[name] + second[name] if name in first and name in second else {**first, **second}[name]
        for name in {**first, **second}
    }
