"""Fields that know the future: those dated after a cut-off, and those that beat every model alone.

A condition score taken from today's inventory has seen the failures it is asked to foretell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.evaluation.capture import Ranked, caught_shares, ranked
from waternet_plugin.core.health.evaluation.holdout_period import HoldoutPeriod
from waternet_plugin.core.health.rates.cutoff_snapshot import CutoffSnapshot
from waternet_plugin.core.schema.settings import Settings

SHARES = (0.05, 0.1)
# What names a pipe or places it says nothing; length is what capture is counted by.
_NOT_ASKED = frozenset(
    {"pipe_id", "geom", "length_m", "fid", "row_version", "edited_on", "edited_by", "batch_id"}
)
_MOST_CODES = 50
_PRIOR = 1.0


@dataclass(frozen=True)
class Leak:
    """A field that alone caught far more than the model, at a share of length."""

    field: str
    share_of_length: float
    captured: float
    ours: float


def known_later(origin: CutoffSnapshot) -> dict[str, int]:
    """Return of how many pipes then in service a dated fact came only after the cut-off, by field.

    None of them is used: a pipe retired or lined later was in service and unlined on that day.
    """
    frame = origin.frame
    counts = {
        "retired_on": int(
            ((frame["retired_on"] > pd.Timestamp(origin.cutoff)).to_numpy() & origin.rated).sum()
        )
    }
    return {name: count for name, count in counts.items() if count}


def _scores(column: pd.Series, origin: CutoffSnapshot, trial: HoldoutPeriod) -> list[Array]:
    """Return the orders that a single field could make: up and down, or by the records of its codes."""
    if column.isna().all():
        return []
    if pd.api.types.is_datetime64_any_dtype(column):
        moments = column.to_numpy("datetime64[ns]")
        days = np.where(np.isnat(moments), np.nan, moments.astype(np.int64).astype(float))
        return [days, -days]
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(float)
        return [values, -values]
    codes, words = pd.factorize(column, use_na_sentinel=True)
    if len(words) > _MOST_CODES:
        return []
    code = np.where(codes < 0, len(words), codes)
    own, exposure = origin.counted.own[trial.rows], origin.exposure[trial.rows]
    failures, time = (np.bincount(code, values, len(words) + 1) for values in (own, exposure))
    mean = max(float(own.sum()), _PRIOR) / max(float(exposure.sum()), 1e-9)
    return [((failures + _PRIOR) / (time * mean + _PRIOR))[code]]


def leaks_of(
    pipes: pd.DataFrame, origin: CutoffSnapshot, trial: HoldoutPeriod, ours: Ranked, *, settings: Settings
) -> tuple[Leak, ...]:
    """Return the fields that alone beat the model by more than a set margin.

    Parameters
    ----------
    pipes
        All columns there are, by row of the whole frame.
    origin, trial
        A cut-off and what came after.
    ours
        The model's order of the pipes of the trial.
    settings
        The margin.
    """
    margin = settings.real("health.backtest_leak")
    model = caught_shares(trial.length_m, ours, trial.failures, SHARES)
    rows = origin.rows[trial.rows]
    leaks: list[Leak] = []
    for name in pipes.columns:
        if name in _NOT_ASKED:
            continue
        column = pipes[name].iloc[rows].reset_index(drop=True)
        caught = [
            caught_shares(trial.length_m, ranked(score), trial.failures, SHARES)
            for score in _scores(column, origin, trial)
        ]
        if not caught:
            continue
        best = np.max(np.array(caught), axis=0)
        ahead = best - model
        index = int(np.argmax(ahead))
        if ahead[index] > margin:
            leaks.append(Leak(str(name), SHARES[index], float(best[index]), float(model[index])))
    return tuple(leaks)
