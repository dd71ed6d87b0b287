"""A recorded run under other shares and weights: its classes and bands, before anything is written.

Rates and risk are those of the run; only what makes classes and bands of them is done again, on arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.rates.counting import counted, of_hazard
from waternet_plugin.core.health.rates.window import Window
from waternet_plugin.core.health.risk.classes import (
    CLASSES,
    UNKNOWN,
    Classes,
    classify,
    on_policy_list,
    own_edges,
)
from waternet_plugin.core.health.risk.crossings import crossings_of
from waternet_plugin.core.health.risk.impact import Impact
from waternet_plugin.core.health.risk.matrix import (
    FactorBands,
    Matrix,
    RiskBands,
    factor_bands,
    matrix_of,
    weighed,
)
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import HUNDRED_KM_M

PIPE_COLUMNS = (
    "pipe_id",
    "length_m",
    "material",
    "lining",
    "diameter_mm",
    "install_year",
    "retired_on",
    "road_class",
    "function",
    "burial",
)
ASSESSMENT_COLUMNS = (
    "pipe_id",
    "rate_per_100km_y",
    "consequence",
    "class",
    "likelihood_band",
    "consequence_band",
)
FAILURE_COLUMNS = ("date", "kind", "pipe_id", "match_state")
_KM = 1000.0
# Steps of risk by the product of both bands: up to 3, 6, 10, 16, 25.
RISK_STEPS = (3, 6, 10, 16, 25)


@dataclass(frozen=True)
class RunResults:
    """What a run found of each pipe, in the rows' order of its pipes that are still there.

    ``row`` is the row of each in the frame of pipes; ``class_index`` its class as a place in `CLASSES`;
    ``length_m`` that of every pipe; ``hazard`` marks the policy list with a hazard; ``has_records`` tells
    whether any failure is in use; ``bands`` are those recorded, ``factors`` what they were made of; ``same``
    marks the pipes whose recorded bands follow from these factors.
    """

    row: Array
    length_m: Array
    rated: Array
    rate: Array
    risk_per_km: Array
    hazard: Array
    class_index: Array
    bands: RiskBands
    factors: FactorBands
    same: Array
    has_records: bool

    def class_m(self, class_index: Array) -> dict[str, float]:
        """Return metres by class."""
        metres = np.bincount(class_index, np.nan_to_num(self.length_m), len(CLASSES))
        return dict(zip(CLASSES, metres.tolist()))

    def matrix(self, bands: RiskBands) -> Matrix:
        """Return km by both bands."""
        return matrix_of(bands, np.where(self.rated, self.length_m, 0.0))


def recent_failures(pipes: pd.DataFrame, failures: pd.DataFrame, window: Window, settings: Settings) -> Array:
    """Return the own failures of the years of a hazard, as an assessment counts them."""
    counts = counted(failures, pipes, as_of=window.end, window_start=window.start, settings=settings)
    late = of_hazard(failures, window, settings)
    recent = np.bincount(counts.pipe[counts.in_rate & late], minlength=len(pipes))
    long_enough = pipes["length_m"].to_numpy(float) >= settings.real("health.min_length_m")
    return np.asarray(np.where(long_enough, recent, 0))


def recorded(
    pipes: pd.DataFrame,
    assessment: pd.DataFrame,
    failures: pd.DataFrame,
    *,
    window: Window,
    horizon_years: float,
    impact: Impact | None,
    settings: Settings,
) -> RunResults:
    """Return what a run found, ready to be classed again.

    Parameters
    ----------
    pipes
        `PIPE_COLUMNS`.
    assessment
        `ASSESSMENT_COLUMNS` of the run.
    failures
        `FAILURE_COLUMNS` as matched.
    window
        The records that the run used.
    horizon_years
        Years ahead that its risk covers.
    impact
        Who loses water when each of these pipes fails; None where unknown.
    settings
        Those that the run was made with.
    """
    row = rows_of_ids(pipes["pipe_id"], assessment["pipe_id"])
    rows = assessment[row >= 0]
    row = row[row >= 0]
    frame = pipes.iloc[row].reset_index(drop=True)
    rate = rows["rate_per_100km_y"].to_numpy(float)
    length = frame["length_m"].to_numpy(float)
    rated = ~np.isnan(rate) & (length > 0)
    recent = recent_failures(frame, failures, window, settings)
    hazard = (recent >= settings.integer("health.hazard_failures")) & (
        rate >= settings.real("health.hazard_rate")
    )
    factors = factor_bands(
        frame,
        np.where(rated, rate, np.nan),
        recent,
        as_of_year=window.end.year,
        settings=settings,
        crossing=crossings_of(frame["burial"], None),
        **({} if impact is None else impact.at(row)),
    )
    bands = RiskBands(
        *(
            np.nan_to_num(rows[f"{side}_band"].to_numpy(float)).astype(np.int8)
            for side in ("likelihood", "consequence")
        )
    )
    again = weighed(factors, settings)
    codes = rows["class"].map({code: class_index for class_index, code in enumerate(CLASSES)})
    # As the assessment has it, to the last digit: pipes of like risk stay together.
    risk_per_km = rate * rows["consequence"].to_numpy(float) * horizon_years / (HUNDRED_KM_M / _KM)
    return RunResults(
        row=row,
        length_m=length,
        rated=rated,
        rate=rate,
        risk_per_km=risk_per_km,
        hazard=hazard & on_policy_list(frame, window.end.year, settings),
        class_index=codes.fillna(CLASSES.index(UNKNOWN)).to_numpy(dtype=np.int64),
        bands=bands,
        factors=factors,
        same=(again.likelihood == bands.likelihood) & (again.consequence == bands.consequence),
        has_records=bool(
            counted(
                failures, frame, as_of=window.end, window_start=window.start, settings=settings
            ).in_rate.any()
        ),
    )


def classes_of(run: RunResults, settings: Settings) -> Classes:
    """Return the class of each pipe by the shares in force; those without a rate are unknown."""
    size = len(run.rate)
    every = Classes(
        np.full(size, CLASSES.index(UNKNOWN)), np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    )
    rows = np.flatnonzero(run.rated)
    pipes = (run.length_m[rows], run.rate[rows], run.risk_per_km[rows])
    hazard = run.hazard[rows]
    edges = own_edges(*pipes, policy_hazard=hazard, has_records=run.has_records, settings=settings)
    classes = classify(*pipes, policy_hazard=hazard, edges=edges, settings=settings)
    every.class_index[rows], every.by_policy[rows], every.to_inspect[rows] = (
        classes.class_index,
        classes.by_policy,
        classes.to_inspect,
    )
    return every


def bands_of(run: RunResults, settings: Settings) -> RiskBands:
    """Return the bands of each pipe by the weights in force.

    A pipe whose recorded bands rest on what the network does not hold keeps them.

    Raises
    ------
    InputError
        When weights do not add up.
    """
    now = weighed(run.factors, settings)
    return RiskBands(
        np.where(run.same, now.likelihood, run.bands.likelihood),
        np.where(run.same, now.consequence, run.bands.consequence),
    )


def risk_step(bands: RiskBands) -> Array:
    """Return the step of risk of each pipe, 0 to 4 by the product of its bands, -1 where unknown."""
    product = bands.likelihood.astype(np.int64) * bands.consequence
    return np.asarray(np.where(product > 0, np.searchsorted(RISK_STEPS, product), -1))
