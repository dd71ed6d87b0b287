"""What pooling is worth: parts of a real city as utilities, each ranked alone, as one network, and partly.

``python tests/realdata/pooling_holdout.py`` cuts ``WATERNET_DATA``/kitchener into utilities of neighbouring
streets, stands at the end of each of seven years and counts the failures of the next two years on the worst
5 and 10 % of each utility's length. ``partly`` has the others as its prior, the utility itself left out.
Intervals are of 2,000 samples of whole utilities.
"""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent / "build" / "plugins")]

from kitchener_frames import city  # noqa: E402

SHARES = (0.05, 0.1)
YEARS = range(2007, 2014)
AHEAD = 2
SAMPLES, SEED = 2000, 5
WAYS = ("alone", "group", "partly")
FEW = 30


def utilities_of(pipes: Any, count: int) -> Any:
    """Return the utility of each pipe: strips of the city with about as many pipes, no street in two."""
    x = pipes.geometry.bounds["minx"].groupby(pipes["street"]).transform("median")
    order = np.argsort(np.argsort(x.to_numpy(), kind="stable"), kind="stable")
    number = order * count // len(pipes)
    return np.asarray(pipes.assign(n=number).groupby("street")["n"].transform("min").to_numpy())


def captures(pipes: Any, failures: Any, count: int, day: datetime.date) -> list[dict[str, Any]]:
    """Return for each utility its failures so far and later, and those caught by each way and share."""
    from waternet_plugin.core.health.evaluation.capture import MIN_LENGTH_M, caught_shares, ranked
    from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions
    from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
    from waternet_plugin.core.health.pooling.sums import Norms, Sums
    from waternet_plugin.core.health.utilities import pooled
    from waternet_plugin.core.schema.settings import Settings

    settings, options = Settings(), RatingOptions(horizon_years=AHEAD)
    number = utilities_of(pipes, count)
    at = dict(zip(pipes["pipe_id"], number))
    of_failure = failures["pipe_id"].map(at).fillna(-1).to_numpy()
    known = (failures["date"] <= str(day)).to_numpy()
    later = (failures["date"] > str(day)) & (failures["date"] <= str(day.replace(year=day.year + AHEAD)))
    parts = [
        pooled.Part(
            pipes[number == each].reset_index(drop=True).drop(columns="geom"),
            failures[known & (of_failure == each)].reset_index(drop=True).drop(columns="geom"),
        )
        for each in range(count)
    ]
    norms = [pooled.norms_of_part(part, day, settings) for part in parts]
    everybody = Norms.merged(norms)
    own = [pooled.records_of_part(part, norm, day, options, settings) for part, norm in zip(parts, norms)]
    own_sums = [records.sums() for records in own]
    scaled = [pooled.scaled_cohorts(sums, settings) for sums in own_sums]
    shared = [pooled.records_of_part(part, everybody, day, options, settings) for part in parts]
    total = Sums.merged(records.sums() for records in shared)
    group = pooled.fit_network(everybody, total, day, options, settings)
    rows = []
    for each, part in enumerate(parts):
        alone = pooled.fit_network(norms[each], own_sums[each], day, options, settings)
        others = KeyedSums.merged(sums for index, sums in enumerate(scaled) if index != each)
        partly = replace(alone, prior=pooled.prior_of(others, settings))
        made = {
            "alone": pooled.rate_part(part, own[each], alone, options, settings),
            "group": pooled.rate_part(part, shared[each], group, options, settings),
            "partly": pooled.rate_part(part, own[each], partly, options, settings),
        }
        origin = made["alone"].origin
        test = failures[later.to_numpy() & (of_failure == each)]
        hits = origin.frame["pipe_id"].map(test["pipe_id"].value_counts()).fillna(0.0).to_numpy()
        chosen = origin.rated & (origin.length_m >= MIN_LENGTH_M)
        row: dict[str, Any] = {"so_far": own_sums[each].failures, "later": hits[chosen].sum()}
        for way, rating in made.items():
            order = ranked(rating.rate[chosen])
            shares = caught_shares(origin.length_m[chosen], order, hits[chosen], SHARES)
            for share, caught in zip(SHARES, shares):
                row[f"{way} {share}"] = np.nan_to_num(caught) * row["later"]
        rows.append(row)
    return rows


def table(rows: Sequence[dict[str, Any]], title: str) -> None:
    """Print the shares caught by each way with intervals, and of each way over alone."""
    if not rows:
        print(f"| {title} | none |")
        return
    later = np.array([row["later"] for row in rows])
    random = np.random.default_rng(SEED)
    drawn = random.integers(0, len(rows), (SAMPLES, len(rows)))
    for share in SHARES:
        caught = {way: np.array([row[f"{way} {share}"] for row in rows]) for way in WAYS}
        cells = []
        for way in WAYS:
            samples = caught[way][drawn].sum(axis=1) / np.maximum(later[drawn].sum(axis=1), 1)
            low, high = np.percentile(samples, [2.5, 97.5])
            lead = (caught[way] - caught["alone"])[drawn].sum(axis=1) / np.maximum(
                later[drawn].sum(axis=1), 1
            )
            less, more = np.percentile(lead, [2.5, 97.5])
            mean = caught[way].sum() / later.sum()
            cells.append(f"{mean:.3f} ({low:.3f} to {high:.3f}), lead {less:+.3f} to {more:+.3f}")
        print(f"| {title} | {share:.0%} | {int(later.sum())} | " + " | ".join(cells) + " |", flush=True)


def main() -> None:
    """Print the tables."""
    folder = Path(os.environ.get("WATERNET_DATA", ".")) / "kitchener"
    pipes, failures = city(folder)
    failures = failures[failures["match_state"] == "matched"].reset_index(drop=True)
    print("| utilities | share of length | later failures | " + " | ".join(WAYS) + " |")
    for count in (5, 20, 80):
        rows = [
            row for year in YEARS for row in captures(pipes, failures, count, datetime.date(year, 12, 31))
        ]
        table(rows, f"{count}, all")
        table([row for row in rows if row["so_far"] < FEW], f"{count}, under {FEW} failures")


if __name__ == "__main__":
    main()
