"""Which failures count, on which pipe or in which cohort, and why the others don't.

Nobody else decides this. What people are told differs by what is asked, and each answer has its name:

- **on record** (`Counted.on_record`): of a kind that counts, dated, not after the day of the assessment,
  matched to a pipe that was in service then. Papers, sheets, packages, the strategy "most failures first".
- **in the rate** (`Counted.in_rate`): on record and since the records of the assessment begin. Rates, the
  interval around them, scenarios; the pane marks the others "not counted".
- **of a hazard**: in the rate and of the last years before the records end (`of_hazard`).

An empty kind is an unknown one, and unknown is a kind that counts.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import CompactFrame, empty_column, made_of
from waternet_plugin.core.health.coded_columns import UNKNOWN, coded_column, is_one_of, values_of
from waternet_plugin.core.health.matching.candidates import equal_candidates, near_pairs
from waternet_plugin.core.health.matching.matching import AMBIGUOUS, MATCHED, ORPHAN, PREDECESSOR
from waternet_plugin.core.health.rates.cohorts import Cohorts, shared_failures
from waternet_plugin.core.health.rates.window import Window, service_days
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import table

_LEFT_OUT = "left_out/"


# What is read of failures; street and geom where there are any.
_READ = ("date", "kind", "pipe_id", "match_state", "street", "geom")


def coded_failures(failures: pd.DataFrame) -> CompactFrame:
    """Return what is read of failures, their codes coded, rows labelled by their numbers."""
    columns = {name: values_of(failures[name]) for name in _READ if name in failures.columns}
    columns.update({name: coded_column(failures[name]) for name in ("kind", "match_state")})
    return made_of(columns)


def counts_in_rates(failures: pd.DataFrame, settings: Settings) -> Array:
    """Return which failures are of a kind that counts; an unknown kind is one of the value list."""
    kind, counting = failures["kind"], settings.words("health.rate_kinds")
    counts = is_one_of(kind, counting)
    return np.asarray(counts | kind.isna().to_numpy() if UNKNOWN in counting else counts)


def of_hazard(failures: pd.DataFrame, window: Window, settings: Settings) -> Array:
    """Return which failures lie in the years of a hazard, counted back from the end of what is known."""
    years = settings.integer("health.hazard_years")
    since = np.datetime64((pd.Timestamp(window.known_until) - pd.DateOffset(years=years)).date(), "D")
    return np.asarray(failures["date"].to_numpy("datetime64[D]") > since)


@dataclass(frozen=True)
class Counted:
    """For each failure the row of its pipe (-1 none), whether it is on record, and in the rate."""

    pipe: Array
    on_record: Array
    in_rate: Array


def known_by(failures: pd.DataFrame, day: datetime.date) -> pd.DataFrame:
    """Return the failures that could be known on a day: up to it, or without a date."""
    rows: pd.DataFrame = failures[~(failures["date"] > pd.Timestamp(day))].reset_index(drop=True)
    return rows


def within(
    failures: pd.DataFrame, *, as_of: datetime.date, window_start: datetime.date | None, settings: Settings
) -> pd.DataFrame:
    """Return the failures of a kind that counts within the records, on a pipe or not."""
    first = as_of + datetime.timedelta(days=1) if window_start is None else window_start
    date = failures["date"].to_numpy("datetime64[D]")
    inside = (date >= np.datetime64(first, "D")) & (date <= np.datetime64(as_of, "D"))
    rows: pd.DataFrame = failures[counts_in_rates(failures, settings) & inside]
    return rows


def _known(pipes: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of pipes, all unknown where the frame has none."""
    if column in pipes.columns:
        return pipes[column]
    return empty_column(table("pipe").field(column), len(pipes))


def counted(
    failures: pd.DataFrame,
    pipes: pd.DataFrame,
    *,
    as_of: datetime.date,
    window_start: datetime.date | None,
    settings: Settings,
    pipe: Array | None = None,
) -> Counted:
    """Return which failures count on their pipes.

    Parameters
    ----------
    failures
        date, kind, pipe_id, match_state.
    pipes
        pipe_id of those that may be named; install_year, retired_on, else they are unknown.
    as_of
        Day of the assessment, the last that counts.
    window_start
        The first day of its records, None where there are none: then nothing is in a rate.
    settings
        Kinds that count.
    pipe
        For each failure the row of its pipe (-1 none); None: it is looked up by its id.
    """
    if pipe is None:
        pipe = rows_of_ids(pipes["pipe_id"], failures["pipe_id"])
    date = failures["date"].to_numpy("datetime64[D]")
    on_record = counts_in_rates(failures, settings) & (date <= np.datetime64(as_of, "D"))
    on_record &= is_one_of(failures["match_state"], (MATCHED,)) & (pipe >= 0)
    rows = np.flatnonzero(on_record)
    day, row = date[rows], pipe[rows]
    first, after = service_days(
        _known(pipes, "install_year").to_numpy(float)[row],
        _known(pipes, "retired_on").to_numpy("datetime64[ns]")[row],
    )
    # A comparison with an unknown day is False.
    on_record[rows] = ~((day < first) | (day >= after))
    in_rate = np.zeros(len(date), dtype=bool)
    if window_start is not None:
        in_rate = on_record & (date >= np.datetime64(window_start, "D"))
    return Counted(pipe, on_record, in_rate)


def on_record(
    failures: pd.DataFrame, pipes: pd.DataFrame, *, as_of: datetime.date, settings: Settings
) -> pd.DataFrame:
    """Return the rows of the failures that are on record; parameters as for `counted`."""
    counts = counted(failures, pipes, as_of=as_of, window_start=None, settings=settings)
    rows: pd.DataFrame = failures[counts.on_record]
    return rows


@dataclass(frozen=True)
class CountedFailures:
    """Failures that count: own ones of each pipe, recent ones, those of cohorts, and what was left out."""

    own: Array
    recent: Array
    in_cells: Array
    left_out: dict[str, int]
    matched_share: float

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, Array]) -> CountedFailures:
        """Return what `arrays` took apart."""
        return cls(
            own=arrays["own"].astype(float),
            recent=arrays["recent"].astype(np.int64),
            in_cells=arrays["in_cells"],
            left_out={
                name[len(_LEFT_OUT) :]: int(count)
                for name, count in arrays.items()
                if name.startswith(_LEFT_OUT)
            },
            matched_share=float(arrays["matched_share"]),
        )

    def arrays(self) -> dict[str, Array]:
        """Return all of it as arrays by name, to be kept; whole numbers in as few bytes as hold them."""
        return {
            "own": _short(self.own),
            "recent": _short(self.recent),
            "in_cells": self.in_cells,
            "matched_share": np.array(self.matched_share),
            **{f"{_LEFT_OUT}{name}": np.array(count) for name, count in self.left_out.items()},
        }


def _short(counts: Array) -> Array:
    return counts.astype(np.min_scalar_type(int(counts.max(initial=0))))


def count_failures(
    failures: pd.DataFrame,
    pipes: pd.DataFrame,
    cohorts: Cohorts,
    trained: Array,
    *,
    window: Window,
    radius_m: float,
    settings: Settings,
    pipe: Array | None = None,
) -> CountedFailures:
    """Count the failures within the window for pipes and cohorts.

    Parameters
    ----------
    failures
        date, kind, pipe_id, match_state; geom where ambiguous ones shall be placed.
    pipes
        pipe_id, install_year, retired_on; what `near_pairs` asks for and geom where ambiguous failures
        shall be placed.
    cohorts
        Their cohorts.
    trained
        Which pipes count in sums.
    window
        The records.
    radius_m
        The radius that the failures were matched with, m.
    settings
        Kinds that count, years of a hazard, matching distances.
    pipe
        As of `counted`.
    """
    size = len(pipes)
    counts_kind = counts_in_rates(failures, settings)
    date = failures["date"].to_numpy("datetime64[D]")
    dated = ~np.isnat(date)
    start = window.end + datetime.timedelta(days=1) if window.start is None else window.start
    inside = (date >= np.datetime64(start, "D")) & (date <= np.datetime64(window.end, "D"))
    state = failures["match_state"]
    eligible = counts_kind & inside
    matched = is_one_of(state, (MATCHED,)) & eligible
    ambiguous = is_one_of(state, (AMBIGUOUS,)) & eligible

    counts = counted(
        failures, pipes, as_of=window.end, window_start=window.start, settings=settings, pipe=pipe
    )
    row, used = counts.pipe, counts.in_rate.copy()
    used[used] = trained[row[used]]
    own = np.bincount(row[used], minlength=size).astype(float)
    recent = np.bincount(row[used & of_hazard(failures, window, settings)], minlength=size)

    in_cells, placed = np.zeros(cohorts.size), 0
    rows = np.flatnonzero(ambiguous)
    if len(rows) and "geom" in pipes.columns and "geom" in failures.columns:
        pairs = near_pairs(failures, pipes, rows, radius_m=radius_m, settings=settings)
        pairs = equal_candidates(pairs.keep(~pairs.young), failures, pipes, settings=settings)
        placed = len(np.unique(pairs.failure[trained[pairs.pipe]]))
        in_cells = shared_failures(pairs, cohorts.cell, trained, cohorts.size)

    total = int(eligible.sum())
    matched_count = int((eligible & is_one_of(state, (MATCHED, PREDECESSOR))).sum())
    left_out = {
        "no_date": int((counts_kind & ~dated).sum()),
        "other_kind": int((~counts_kind).sum()),
        "after_as_of": int((counts_kind & dated & (date > np.datetime64(window.end, "D"))).sum()),
        "before_window": int((counts_kind & dated & (date < np.datetime64(start, "D"))).sum())
        if window.start
        else 0,
        "ambiguous": len(rows) - placed,
        "predecessor": int((eligible & is_one_of(state, (PREDECESSOR,))).sum()),
        "orphan": int((eligible & is_one_of(state, (ORPHAN,))).sum()),
        "not_matched": int((eligible & state.isna().to_numpy()).sum()),
        "pipe_not_rated": int((matched & ~used).sum()),
    }
    return CountedFailures(own, recent, in_cells, left_out, matched_count / total if total else float("nan"))
