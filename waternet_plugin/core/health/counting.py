"""Which failures count, on which pipe or in which cohort, and why the others don't."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.health.arrays import Array
from waternet_plugin.core.health.candidates import equal_candidates, near_pairs
from waternet_plugin.core.health.cohorts import Cohorts, shared_failures
from waternet_plugin.core.health.factors import UNKNOWN
from waternet_plugin.core.health.window import Window
from waternet_plugin.core.schema.settings import Settings


def counts_in_rates(failures: pd.DataFrame, settings: Settings) -> Array:
    """Return which failures are of a kind that counts; an unknown kind is one of the value list."""
    kind = failures["kind"]
    return np.asarray(kind.where(kind.notna(), UNKNOWN).isin(settings.words("health.rate_kinds")))


def hazard_since(window: Window, settings: Settings) -> np.datetime64:
    """Return the day after which own failures make a hazard, counted back from the end of what is known."""
    years = settings.integer("health.hazard_years")
    return np.datetime64((pd.Timestamp(window.known_until) - pd.DateOffset(years=years)).date(), "D")


@dataclass(frozen=True)
class CountedFailures:
    """Failures that count: own ones of each pipe, recent ones, those of cohorts, and what was left out."""

    own: Array
    recent: Array
    in_cells: Array
    left_out: dict[str, int]
    matched_share: float


def count_failures(
    failures: pd.DataFrame,
    pipes: pd.DataFrame,
    cohorts: Cohorts,
    trained: Array,
    *,
    window: Window,
    spans: tuple[Array, Array],
    radius_m: float,
    settings: Settings,
) -> CountedFailures:
    """Count the failures within the window for pipes and cohorts.

    Parameters
    ----------
    failures
        date, kind, pipe_id, match_state; geom where ambiguous ones shall be placed.
    pipes
        pipe_id; what `near_pairs` asks for and geom where ambiguous failures shall be placed.
    cohorts
        Their cohorts.
    trained
        Which pipes count in sums.
    window
        The records.
    spans
        First day and day after the last for which each pipe was watched.
    radius_m
        The radius that the failures were matched with, m.
    settings
        Kinds that count, years of a hazard, matching distances.
    """
    begin, end = spans
    size = len(pipes)
    counts_kind = counts_in_rates(failures, settings)
    date = failures["date"].to_numpy("datetime64[D]")
    dated = ~np.isnat(date)
    start = window.end + datetime.timedelta(days=1) if window.start is None else window.start
    inside = (date >= np.datetime64(start, "D")) & (date <= np.datetime64(window.end, "D"))
    state = failures["match_state"]
    eligible = counts_kind & inside
    matched = (state == "matched").to_numpy() & eligible
    ambiguous = (state == "ambiguous").to_numpy() & eligible

    pipe = pd.Index(pipes["pipe_id"].to_numpy(dtype=object)).get_indexer(
        pd.Index(failures["pipe_id"].to_numpy(dtype=object))
    )
    on_pipe = matched & (pipe >= 0)
    watched_then = on_pipe.copy()
    watched_then[on_pipe] = (date[on_pipe] >= begin[pipe[on_pipe]]) & (date[on_pipe] < end[pipe[on_pipe]])
    used = watched_then.copy()
    used[watched_then] = trained[pipe[watched_then]]
    own = np.bincount(pipe[used], minlength=size).astype(float)
    recent = np.bincount(pipe[used & (date > hazard_since(window, settings))], minlength=size)

    in_cells, placed = np.zeros(cohorts.size), 0
    rows = np.flatnonzero(ambiguous)
    if len(rows) and "geom" in pipes.columns and "geom" in failures.columns:
        pairs = near_pairs(failures, pipes, rows, radius_m=radius_m, settings=settings)
        pairs = equal_candidates(pairs.keep(~pairs.young), failures, pipes, settings=settings)
        placed = len(np.unique(pairs.failure[trained[pairs.pipe]]))
        in_cells = shared_failures(pairs, cohorts.cell, trained, cohorts.size)

    whole = int(eligible.sum())
    told = int((eligible & state.isin(("matched", "predecessor")).to_numpy()).sum())
    left_out = {
        "no_date": int((counts_kind & ~dated).sum()),
        "other_kind": int((~counts_kind).sum()),
        "after_as_of": int((counts_kind & dated & (date > np.datetime64(window.end, "D"))).sum()),
        "before_window": int((counts_kind & dated & (date < np.datetime64(start, "D"))).sum())
        if window.start
        else 0,
        "ambiguous": len(rows) - placed,
        "predecessor": int((eligible & (state == "predecessor").to_numpy()).sum()),
        "orphan": int((eligible & (state == "orphan").to_numpy()).sum()),
        "not_matched": int((eligible & state.isna().to_numpy()).sum()),
        "pipe_not_rated": int((matched & ~used).sum()),
    }
    return CountedFailures(own, recent, in_cells, left_out, told / whole if whole else float("nan"))
