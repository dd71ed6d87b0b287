"""A network cut into parts along its streets, and the assessment that the parts add up to."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.health.pooling.sums import Norms, Sums
from waternet_plugin.core.health.risk.class_edges import (
    edges_of,
    exact_sums,
    looked_into,
    with_exact,
)
from waternet_plugin.core.health.risk.rating import RatingSums
from waternet_plugin.core.health.utilities.pooled import (
    Part,
    assess_part,
    fit_network,
    norms_of_part,
    rate_part,
    records_of_part,
)
from waternet_plugin.core.schema.settings import Settings

OPTIONS = RatingOptions()


def parted(pipes: pd.DataFrame, failures: pd.DataFrame, count: int, seed: int = 0) -> list[Part]:
    """Return a network as parts in random order, their rows in random order; no street lies in two."""
    random = np.random.default_rng(seed)
    street, names = pd.factorize(pipes["street"])
    part_of_street = random.integers(0, count, len(names) + 1)
    part = np.where(street < 0, random.integers(0, count, len(pipes)), part_of_street[street])
    part_of_pipe = pd.Series(part, index=pipes["pipe_id"])
    of_failure = part_of_pipe.reindex(failures["pipe_id"]).fillna(0).to_numpy()
    parts = []
    for number in random.permutation(count):
        rows = random.permutation(np.flatnonzero(part == number))
        events = random.permutation(np.flatnonzero(of_failure == number))
        parts.append(
            Part(pipes.iloc[rows].reset_index(drop=True), failures.iloc[events].reset_index(drop=True))
        )
    return parts


def assessed_in_parts(parts: Sequence[Part], as_of: datetime.date, settings: Settings) -> pd.DataFrame:
    """Return the assessed pipes of all parts, rated as one network, by id."""
    norms = Norms.merged(norms_of_part(part, as_of, settings) for part in parts)
    records = [records_of_part(part, norms, as_of, OPTIONS, settings) for part in parts]
    sums = Sums.merged(record.sums() for record in records)
    fit = fit_network(norms, sums, as_of, OPTIONS, settings)
    ratings = [rate_part(part, record, fit, OPTIONS, settings) for part, record in zip(parts, records)]
    means = RatingSums.merged(rating.sums for rating in ratings)
    wanted = looked_into(means.risks, settings)
    exact = KeyedSums.merged(exact_sums(rating.ranked.exact(), wanted) for rating in ratings)
    risks = with_exact(means.risks, exact, wanted)
    edges = edges_of(risks, means.mean_rate, sums.own_failures > 0, settings)
    return by_id(pd.concat([assess_part(rating, means, edges, fit).pipes for rating in ratings]))


def by_id(assessed: pd.DataFrame) -> pd.DataFrame:
    """Return assessed pipes in the order of their ids."""
    rows: Any = assessed.set_index("pipe_id").sort_index()
    return rows
