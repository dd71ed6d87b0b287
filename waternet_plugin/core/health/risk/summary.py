"""What an assessment is made of and what it found, in figures."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from waternet_plugin.core.health.evaluation.model_choice import GIVEN
from waternet_plugin.core.health.evaluation.rankings import HIERARCHY
from waternet_plugin.core.health.rates.window import Window
from waternet_plugin.core.health.risk.matrix import Matrix


@dataclass(frozen=True)
class CohortRow:
    """One cohort of the rated pipes: km, failures in the records, factor on the surveys' rate, mean rate."""

    material: str
    diameter_from_mm: float
    diameter_to_mm: float
    year_from: float
    years: int
    pipes: int
    km: float
    failures: float
    factor: float
    rate_per_100km_y: float


@dataclass(frozen=True)
class Summary:
    """What an assessment is made of; lengths in km, rates in failures per 100 km and year.

    ``model`` rated the pipes, for the reason that ``model_how`` says (`choice`).

    ``risk_parts`` says how much of the risk is repair, damage and interruption. ``customers`` are those
    whose pipe is known, ``customers_lost`` those without a pipe in use, both 0 where none was given;
    ``customers_from`` is how those cut off were found (`impact`), '' where nobody is known.

    ``used`` failures are those that count in a pipe's own record; ``in_cohorts`` ambiguous ones that
    count in a cohort; ``left_out`` says for each reason how many failures count nowhere; ``not_rated``
    how many pipes are unknown for each reason, ``not_rated_km`` how long they are; ``laid_later`` pipes are
    not in the result at all. ``estimated_pressures`` of the rated pipes have a highest pressure that was
    estimated.
    """

    as_of: datetime.date
    horizon_years: float
    window: Window
    pipes: int
    rated_pipes: int
    rated_km: float
    class_pipes: Mapping[str, int]
    class_km: Mapping[str, float]
    renew_now_share: float
    priority_share: float
    policy_pipes: int
    policy_km: float
    evidence_km: Mapping[str, float]
    used: int
    in_cohorts: float
    left_out: Mapping[str, int]
    matched_share: float
    network_rate: float
    survey_rate: float
    scale: float
    expected_failures: float
    risk: float
    data_grade: str
    not_rated: Mapping[str, int]
    laid_later: int
    retired_counted: int
    cohorts: tuple[CohortRow, ...]
    model: str = HIERARCHY
    model_how: str = GIVEN
    risk_parts: Mapping[str, float] = field(default_factory=dict)
    matrix: Matrix | None = None
    customers_from: str = ""
    customers: int = 0
    customers_lost: int = 0
    crossings_known: bool = False
    not_rated_km: Mapping[str, float] = field(default_factory=dict)
    estimated_pressures: int = 0
