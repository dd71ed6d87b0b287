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
from waternet_plugin.core.frames import CompactFrame
from waternet_plugin.core.health.coded_columns import is_one_of
from waternet_plugin.core.health.pooling.sums import Norms, Sums
from waternet_plugin.core.health.rates.cohorts import Cohorts, cohorts_of, pooled_cohorts
from waternet_plugin.core.health.rates.counting import CountedFailures, count_failures, counts_in_rates
from waternet_plugin.core.health.rates.factors import Factors, factors_of, norms_of
from waternet_plugin.core.health.rates.inservice import NOT_RATED, STREET, why_not_rated
from waternet_plugin.core.health.rates.rates import CohortPrior, Rates, cohort_sums, fit_cohorts, rate_pipes
from waternet_plugin.core.health.rates.sorts import Sorts, sort_sums, sorts_of
from waternet_plugin.core.health.rates.window import Window, find_window, watched
from waternet_plugin.core.id_lookup import rows_of_ids
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


def rows_of_pipes(pipe_ids: pd.Series, failures: pd.DataFrame) -> Array:
    """Return for each failure the row of the pipe it names, -1 for none."""
    return rows_of_ids(pipe_ids, failures["pipe_id"])


def events_of(pipe: Array, failures: pd.DataFrame, settings: Settings) -> Events:
    """Return the failures that count, with the rows of the pipes they are matched to.

    Parameters
    ----------
    pipe
        The row of the pipe that each failure names (`rows_of_pipes`).
    failures
        As `assess` takes them.
    settings
        Kinds that count.
    """
    counts = counts_in_rates(failures, settings)
    pipe = np.where(is_one_of(failures["match_state"], ("matched",)), pipe, -1)
    return Events(failures["date"].to_numpy("datetime64[D]")[counts], pipe[counts])


@dataclass(frozen=True)
class CutoffSnapshot:
    """A cut-off day and what was known on it.

    ``rows`` are the pipes that were there, by row of the whole frame; the other arrays are one each of
    these. ``rated`` are those in use, ``why`` has the reason of the others (`inservice.NOT_RATED`).
    ``exposure`` is in 100 km-years within the records, ``begin`` and ``end`` are the days of it; ``row_of``
    leads from rows of the whole frame to these (-1: not there). ``sums`` are those of the network, of which
    the pipes may be a part; ``cohorts`` are its cohorts. ``coefficients`` are those of its regression
    (`glm.fit_sorts`) where they are fitted already.
    """

    cutoff: datetime.date
    frame: CompactFrame
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
    sorts: Sorts
    sums: Sums
    rates: Rates
    coefficients: Array | None = None

    @property
    def records(self) -> float:
        """Failures that count in the rates, ambiguous ones in cohorts included."""
        return self.sums.failures


def recorded(origin: CutoffSnapshot, events: Events) -> tuple[Array, Array]:
    """Return pipe and day of the failures that count on the pipes of an origin, up to its day."""
    start = np.datetime64(origin.window.start or origin.cutoff, "D")
    known = (events.pipe >= 0) & (events.day >= start) & (events.day <= np.datetime64(origin.cutoff, "D"))
    pipe, day = origin.row_of[events.pipe[known]], events.day[known]
    has_pipe = pipe >= 0
    pipe, day = pipe[has_pipe], day[has_pipe]
    used = origin.trained[pipe] & (day >= origin.begin[pipe]) & (day < origin.end[pipe])
    return pipe[used], day[used]


@dataclass(frozen=True)
class PresentPipes:
    """The pipes that were there on a day, before anything of their network is known; as `CutoffSnapshot`."""

    cutoff: datetime.date
    frame: CompactFrame
    rows: Array
    row_of: Array
    why: Array
    trained: Array
    length_m: Array


def laid_by(pipes: pd.DataFrame, cutoff: datetime.date) -> tuple[Array, pd.DataFrame]:
    """Return which rows are of pipes that were laid by a day, or in an unknown year, and those pipes."""
    rows = np.flatnonzero(~(pipes["install_year"].to_numpy(float) > cutoff.year))
    return rows, pipes.iloc[rows].reset_index(drop=True) if len(rows) < len(pipes) else pipes


def present_at(pipes: pd.DataFrame, cutoff: datetime.date, settings: Settings) -> PresentPipes:
    """Return the pipes that were there on a day.

    Parameters
    ----------
    pipes
        All pipes of all years, as `complete` returns them.
    cutoff
        The day.
    settings
        Systems that are rated, least length.
    """
    rows, frame = laid_by(pipes, cutoff)
    row = np.full(len(pipes), -1)
    row[rows] = np.arange(len(rows))
    why = why_not_rated(frame, cutoff, settings)
    length = frame["length_m"].to_numpy(float)
    trained = (why < 0) | (why == NOT_RATED.index("retired"))
    trained &= length >= settings.real("health.min_length_m")
    trained &= ~is_one_of(frame["function"], ("connector",))
    return PresentPipes(cutoff, frame, rows, row, why, trained, np.where(length > 0, length, 0.0))


def network_norms(laid: pd.DataFrame, failures: pd.DataFrame, settings: Settings) -> Norms:
    """Return what pipes that were laid by then and failures add to the norms of their network.

    Parameters
    ----------
    laid
        length_m, pressure_mpa, pressure_max_mpa.
    failures
        date, kind.
    settings
        Kinds that count, limits and exponent of lengths.
    """
    counts = counts_in_rates(failures, settings)
    return norms_of(laid, failures["date"].to_numpy("datetime64[D]")[counts], settings)


@dataclass(frozen=True)
class PipeRecords:
    """What the records say of each pipe that was there, and what surveys and cohorts are to it.

    ``years`` are those within the records; the rest is as of `CutoffSnapshot`.
    """

    present: PresentPipes
    window: Window
    begin: Array
    end: Array
    years: Array
    counted: CountedFailures
    factors: Factors
    cohorts: Cohorts
    sorts: Sorts

    @property
    def exposure(self) -> Array:
        """The exposure of each pipe, 100 km-years."""
        return np.asarray(self.years * self.present.length_m / HUNDRED_KM_M)

    def sums(self) -> Sums:
        """Return what these pipes add to the sums of their network."""
        present, counted, exposure = self.present, self.counted, self.exposure
        cohorts = cohort_sums(
            self.factors.expected,
            exposure,
            counted.own,
            self.cohorts,
            counted=present.trained,
            cell_extra=counted.in_cells,
        )
        sorts = sort_sums(
            self.sorts,
            self.factors,
            exposure=exposure * present.trained,
            failures=counted.own,
        )
        return Sums(cohorts, sorts, int(counted.own.sum()))


def pipe_records(
    present: PresentPipes,
    failures: pd.DataFrame,
    norms: Norms,
    *,
    window_start: datetime.date | None,
    radius_m: float,
    settings: Settings,
    pipe: Array | None = None,
    counted: CountedFailures | None = None,
) -> PipeRecords:
    """Return what the records say of each pipe.

    Parameters
    ----------
    present
        The pipes that were there.
    failures
        As `assess` takes them, all years.
    norms
        Those of the whole network.
    window_start
        From when on failures were recorded completely; None to find out from those up to the day.
    radius_m
        The radius that the failures were matched with, m.
    settings
        Everything else.
    pipe
        For each failure the row of its pipe among those that were there (-1 none); None: looked up by id.
    counted
        The failures where they were counted before; None: they are counted.
    """
    frame = present.frame
    window = find_window(
        norms.dates,
        as_of=present.cutoff,
        given=window_start,
        settings=settings,
        failures=norms.failures,
    )
    cohorts = cohorts_of(frame, settings)
    begin, end, years = watched(
        frame["install_year"].to_numpy(float), frame["retired_on"].to_numpy("datetime64[ns]"), window
    )
    if counted is None:
        counted = count_failures(
            failures,
            frame,
            cohorts,
            present.trained,
            window=window,
            radius_m=radius_m,
            settings=settings,
            pipe=pipe,
        )
    return PipeRecords(
        present=present,
        window=window,
        begin=begin,
        end=end,
        years=years,
        counted=counted,
        factors=factors_of(frame, settings, norms),
        cohorts=cohorts,
        sorts=sorts_of(frame, present.length_m, settings),
    )


def snapshot_of(
    records: PipeRecords,
    sums: Sums,
    settings: Settings,
    *,
    coefficients: Array | None = None,
    prior: CohortPrior | None = None,
) -> CutoffSnapshot:
    """Return what was known of pipes, rated by the sums of their network.

    Parameters
    ----------
    records
        What the records say of each pipe.
    sums
        Those of the whole network.
    settings
        Prior weights.
    coefficients
        Those of the network's regression where they are fitted already.
    prior
        What a group says of cohorts, None for a network that stands alone.
    """
    present = records.present
    cohorts = pooled_cohorts(records.cohorts, sums.cohorts, settings)
    exposure = records.exposure if sums.failures > 0 else np.zeros(len(present.frame))
    rates = rate_pipes(
        fit_cohorts(sums.cohorts, cohorts, settings, prior),
        records.factors.expected,
        exposure,
        records.counted.own,
        cohorts.cell,
        counted=present.trained,
        street=present.frame[STREET].to_numpy(),
        settings=settings,
    )
    return CutoffSnapshot(
        cutoff=present.cutoff,
        frame=present.frame,
        rows=present.rows,
        row_of=present.row_of,
        why=present.why,
        rated=present.why < 0,
        trained=present.trained,
        length_m=present.length_m,
        install_year=present.frame["install_year"].to_numpy(float),
        window=records.window,
        begin=records.begin,
        end=records.end,
        exposure=exposure,
        counted=records.counted,
        factors=records.factors,
        cohorts=cohorts,
        sorts=records.sorts,
        sums=sums,
        rates=rates,
        coefficients=coefficients,
    )


def origin_at(
    pipes: pd.DataFrame,
    failures: pd.DataFrame,
    cutoff: datetime.date,
    *,
    pipe: Array,
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
    pipe
        The row of the pipe that each failure names (`rows_of_pipes`).
    window_start
        From when on failures were recorded completely; None to find out from those up to the day.
    radius_m
        The radius that the failures were matched with, m.
    settings
        Everything else.
    """
    present = present_at(pipes, cutoff, settings)
    records = pipe_records(
        present,
        failures,
        network_norms(present.frame, failures, settings),
        window_start=window_start,
        radius_m=radius_m,
        settings=settings,
        # What names no pipe finds the last, also where there are none.
        pipe=np.append(present.row_of, -1)[pipe],
    )
    return snapshot_of(records, records.sums(), settings)
