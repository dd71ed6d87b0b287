"""A network in parts, rated as if it were one table: sums are of all parts, pipes are looked at part by part.

In this order: the norms of each part, their sum; the records and sums of each, their sum; the fit; the rating
of each, its sums; what decides classes; the assessment of each. A street lies in one part.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.evaluation.model_choice import ModelChoice, choose_model
from waternet_plugin.core.health.evaluation.rankings import COMBINED, rated_by
from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions
from waternet_plugin.core.health.pooling.fixed_point import BILLIONTHS, in_steps
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.health.pooling.sums import Norms, Sums
from waternet_plugin.core.health.rates.cohorts import cohorts_by
from waternet_plugin.core.health.rates.counting import CountedFailures, coded_failures
from waternet_plugin.core.health.rates.cutoff_snapshot import (
    Events,
    PipeRecords,
    laid_by,
    network_norms,
    pipe_records,
    present_at,
    snapshot_of,
)
from waternet_plugin.core.health.rates.glm import fit_sorts
from waternet_plugin.core.health.rates.inservice import NORM_COLUMNS, complete
from waternet_plugin.core.health.rates.rates import CohortPrior, fit_cohorts
from waternet_plugin.core.health.rates.window import Window, find_window
from waternet_plugin.core.health.risk.assessment import Assessment, assessed
from waternet_plugin.core.health.risk.class_edges import ClassEdges
from waternet_plugin.core.health.risk.impact import Impact
from waternet_plugin.core.health.risk.rating import Rating, RatingSums
from waternet_plugin.core.schema.settings import Settings

_NO_EVENTS = Events(np.zeros(0, dtype="datetime64[D]"), np.zeros(0, dtype=np.int64))


@dataclass(frozen=True)
class Part(PlainFrames):
    """Pipes and failures of a part, as `assess` takes them, and what their consequence rests on.

    ``pipe_of_failure`` is the row of each failure's pipe (-1 none); None: it is looked up by its id.
    """

    pipes: pd.DataFrame
    failures: pd.DataFrame
    impact: Impact | None = None
    crossing: Array | None = None
    pipe_of_failure: Array | None = None


@dataclass(frozen=True, eq=False)
class Fit:
    """What the sums of a network say: the model that rates its pipes, coefficients of its regression.

    ``prior`` is what a group says of its cohorts, None for a network that stands alone.
    """

    norms: Norms
    sums: Sums
    choice: ModelChoice
    coefficients: Array | None
    prior: CohortPrior | None = None


def norms_of_part(part: Part, as_of: datetime.date, settings: Settings) -> Norms:
    """Return what a part adds to the norms of its network; of pipes only their `NORM_COLUMNS` are needed."""
    return network_norms(laid_by(complete(part.pipes, NORM_COLUMNS), as_of)[1], part.failures, settings)


def basis_of(norms: Norms, as_of: datetime.date, options: RatingOptions, settings: Settings) -> str:
    """Return what `records_of_part` needs of the norms of a network, as a text.

    With the same text the records of a part and its sums are the same, whatever else has changed in others.
    """
    window = _window(norms, as_of, options, settings)
    return repr((norms.mean_length_factor, norms.median_pressure_mpa, window.start, window.gaps))


def _window(norms: Norms, as_of: datetime.date, options: RatingOptions, settings: Settings) -> Window:
    return find_window(
        norms.dates, as_of=as_of, given=options.window_start, settings=settings, failures=norms.failures
    )


def records_of_part(
    part: Part,
    norms: Norms,
    as_of: datetime.date,
    options: RatingOptions,
    settings: Settings,
    counted: CountedFailures | None = None,
) -> PipeRecords:
    """Return what the records say of the pipes of a part.

    Parameters
    ----------
    part
        Pipes and failures.
    norms
        Those of the whole network.
    as_of
        The day of the assessment.
    options
        Records, radius of matching.
    settings
        Everything else.
    counted
        The failures of the part where they were counted before: then they are not looked at.
    """
    present = present_at(complete(part.pipes), as_of, settings)
    pipe = part.pipe_of_failure
    return pipe_records(
        present,
        coded_failures(part.failures),
        norms,
        window_start=options.window_start,
        radius_m=options.match_radius_m,
        settings=settings,
        # The last place is that of no pipe.
        pipe=None if pipe is None else np.append(present.row_of, -1)[pipe],
        counted=counted,
    )


def fit_network(
    norms: Norms, sums: Sums, as_of: datetime.date, options: RatingOptions, settings: Settings
) -> Fit:
    """Fit the models to the sums of a network; parameters as of `records_of_part`, all of the whole."""
    choice = choose_model(sums.failures, settings)
    window = _window(norms, as_of, options, settings)
    coefficients = fit_sorts(sums.sorts, window, settings) if choice.model == COMBINED else None
    return Fit(norms, sums, choice, coefficients)


def rate_part(
    part: Part, records: PipeRecords, fit: Fit, options: RatingOptions, settings: Settings
) -> Rating:
    """Return the pipes of a part with their rates.

    Parameters
    ----------
    part, records
        The part and what the records say of its pipes.
    fit
        What the sums of the whole network say.
    options
        Years ahead.
    settings
        Everything else.
    """
    origin = snapshot_of(records, fit.sums, settings, coefficients=fit.coefficients, prior=fit.prior)
    made = rated_by(
        fit.choice.model, origin, _NO_EVENTS, horizon_years=options.horizon_years, settings=settings
    )
    crossing = None if part.crossing is None else part.crossing[origin.rows]
    return Rating(
        origin,
        made,
        horizon_years=options.horizon_years,
        impact=part.impact,
        crossing=crossing,
        settings=settings,
    )


def assess_part(rating: Rating, means: RatingSums, edges: ClassEdges, fit: Fit) -> Assessment:
    """Return the assessment of the pipes of a part; ``means`` and ``edges`` are of the whole network."""
    return assessed(rating, means, edges, fit.choice)


def scaled_cohorts(sums: Sums, settings: Settings) -> KeyedSums:
    """Return the sums of a network's cohorts, its expected failures at the level of its own records."""
    scale = fit_cohorts(sums.cohorts, cohorts_by(sums.cohorts.keys, settings), settings).scale
    values = dict(sums.cohorts.values)
    if sums.failures <= 0:
        # Without records nobody was watched.
        scale = 0.0
    values["expected"] = in_steps(values["expected"] / BILLIONTHS * scale)
    return KeyedSums(sums.cohorts.keys, values)


def prior_of(scaled: KeyedSums, settings: Settings) -> CohortPrior:
    """Return what a group says of cohorts, each utility at the level of its own records."""
    cohorts = cohorts_by(scaled.keys, settings)
    weight = settings.real("health.cell_prior")
    failures, expected = (
        cohorts.with_neighbours(scaled.values[name]) / BILLIONTHS for name in ("failures", "expected")
    )
    return CohortPrior(scaled, (failures + weight) / (expected + weight))
