"""What was known on one day: the pipes in service, their records and the rates made of them.

The same steps as an assessment takes, kept apart so that a backtest can stand on many days and hand what
was known there to every way of ranking pipes.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.rates.cohorts import Cohorts, cohorts_of
from waternet_plugin.core.health.rates.counting import CountedFailures, count_failures, counts_in_rates
from waternet_plugin.core.health.rates.factors import Factors, factors_of
from waternet_plugin.core.health.rates.inservice import NOT_RATED, STREET, why_not_rated
from waternet_plugin.core.health.rates.rates import Rates, fit_rates
from waternet_plugin.core.health.rates.window import Window, find_window, watched
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import HUNDRED_KM_M


@dataclass(frozen=True)
class Events:
    """Failures of the kinds that count: ``day`` of each (NaT unknown), row of its pipe (-1 for none)."""

    day: Array
    pipe: Array

    def after(self, first: datetime.date, last: datetime.date) -> Array:
        """Return which happened after one day, up to another."""
        return np.asarray((self.day > np.datetime64(first, "D")) & (self.day <= np.datetime64(last, "D")))


def events_of(pipe_ids: pd.Series, failures: pd.DataFrame, settings: Settings) -> Events:
    """Return the failures that count, with the rows of the pipes they are matched to."""
    counts = counts_in_rates(failures, settings)
    pipe = pd.Index(pipe_ids, dtype=object).get_indexer(pd.Index(failures["pipe_id"], dtype=object))
    pipe = np.where((failures["match_state"] == "matched").to_numpy(), pipe, -1)
    return Events(failures["date"].to_numpy("datetime64[D]")[counts], pipe[counts])


@dataclass(frozen=True)
class CutoffSnapshot(PlainFrames):
    """A cut-off day and what was known on it.

    ``rows`` are the pipes that were there, by row of the whole frame; the other arrays are one each of
    these. ``rated`` are those in use, ``why`` has the reason of the others (`inservice.NOT_RATED`).
    ``exposure`` is in 100 km-years within the records, ``begin`` and ``end`` are the days of it; ``row_of``
    leads from rows of the whole frame to these (-1: not there).
    """

    cutoff: datetime.date
    frame: pd.DataFrame
    rows: Array
    row_of: Array
    why: Array
    rated: Array
    trained: Array
    length_m: Array
    install_year: Array
    window: Window
    begin: Array
    end: Array
    exposure: Array
    counted: CountedFailures
    factors: Factors
    cohorts: Cohorts
    rates: Rates

    @property
    def records(self) -> float:
        """Failures that count in the rates, ambiguous ones in cohorts included."""
        return float(self.counted.own.sum() + self.counted.in_cells.sum())


def recorded(origin: CutoffSnapshot, events: Events) -> tuple[Array, Array]:
    """Return pipe and day of the failures that count on the pipes of an origin, up to its day."""
    start = np.datetime64(origin.window.start or origin.cutoff, "D")
    known = (events.pipe >= 0) & (events.day >= start) & (events.day <= np.datetime64(origin.cutoff, "D"))
    pipe, day = origin.row_of[events.pipe[known]], events.day[known]
    has_pipe = pipe >= 0
    pipe, day = pipe[has_pipe], day[has_pipe]
    used = origin.trained[pipe] & (day >= origin.begin[pipe]) & (day < origin.end[pipe])
    return pipe[used], day[used]


def origin_at(
    pipes: pd.DataFrame,
    failures: pd.DataFrame,
    cutoff: datetime.date,
    *,
    window_start: datetime.date | None,
    radius_m: float,
    settings: Settings,
) -> CutoffSnapshot:
    """Return what was known on a day; no later failure, pipe or date is looked at.

    Parameters
    ----------
    pipes
        All pipes of all years, as `complete` returns them.
    failures
        As `assess` takes them, all years.
    cutoff
        The day.
    window_start
        From when on failures were recorded completely; None to find out from those up to the day.
    radius_m
        The radius that the failures were matched with, m.
    settings
        Everything else.
    """
    rows = np.flatnonzero(~(pipes["install_year"].to_numpy(float) > cutoff.year))
    frame = pipes.iloc[rows].reset_index(drop=True) if len(rows) < len(pipes) else pipes
    row = np.full(len(pipes), -1)
    row[rows] = np.arange(len(rows))
    why = why_not_rated(frame, cutoff, settings)
    length = frame["length_m"].to_numpy(float)
    trained = (why < 0) | (why == NOT_RATED.index("retired"))
    trained &= length >= settings.real("health.min_length_m")
    trained &= (frame["function"] != "connector").to_numpy()
    length = np.where(length > 0, length, 0.0)
    install_year = frame["install_year"].to_numpy(float)
    window = find_window(
        failures["date"][counts_in_rates(failures, settings)],
        as_of=cutoff,
        given=window_start,
        settings=settings,
    )
    factors = factors_of(frame, settings)
    cohorts = cohorts_of(frame, settings)
    begin, end, years = watched(install_year, frame["retired_on"].to_numpy("datetime64[ns]"), window)
    counted = count_failures(
        failures, frame, cohorts, trained, window=window, radius_m=radius_m, settings=settings
    )
    recorded = counted.own.sum() + counted.in_cells.sum() > 0
    exposure = years * length / HUNDRED_KM_M if recorded else np.zeros(len(frame))
    rates = fit_rates(
        factors.expected,
        exposure,
        counted.own,
        cohorts,
        counted=trained,
        cell_extra=counted.in_cells,
        street=frame[STREET].to_numpy(),
        settings=settings,
    )
    return CutoffSnapshot(
        cutoff=cutoff,
        frame=frame,
        rows=rows,
        row_of=row,
        why=why,
        rated=why < 0,
        trained=trained,
        length_m=length,
        install_year=install_year,
        window=window,
        begin=begin,
        end=end,
        exposure=exposure,
        counted=counted,
        factors=factors,
        cohorts=cohorts,
        rates=rates,
    )
