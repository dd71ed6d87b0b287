"""The pipes of one day with their rates, and what these mean in failures, money, classes and reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.facts import stored_text
from waternet_plugin.core.health.pooling.fixed_point import BILLIONTHS, MILLIONTHS, sum_in_steps
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.health.rates import reason_words
from waternet_plugin.core.health.rates.cohorts import Cohorts, is_unknown
from waternet_plugin.core.health.rates.cutoff_snapshot import CutoffSnapshot
from waternet_plugin.core.health.rates.inservice import NOT_RATED
from waternet_plugin.core.health.rates.rates import CohortRates
from waternet_plugin.core.health.rates.reasons.rate_parts import DIAMETER, LENGTH, Rated
from waternet_plugin.core.health.rates.reasons.rate_reasons import ClassReasons, reasons_of
from waternet_plugin.core.health.risk.class_edges import ClassEdges, RankedPipes
from waternet_plugin.core.health.risk.classes import (
    CLASSES,
    MONITOR,
    UNKNOWN,
    Classes,
    classify,
    on_policy_list,
    policy_flags,
)
from waternet_plugin.core.health.risk.consequence import consequence_of
from waternet_plugin.core.health.risk.impact import Impact
from waternet_plugin.core.health.risk.matrix import RiskBands, factor_bands, weighed
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import HUNDRED_KM_M

OWN, LOCAL, SURVEY = "A", "B", "C"
EVIDENCE = (OWN, LOCAL, SURVEY)
_KM = 1000.0


@dataclass(frozen=True)
class RatingSums:
    """Sums over the rated pipes of a network.

    Length in micrometres; times it, in billionths of a metre: rate, the surveys' rate, the parts of diameter
    and length; likelihood in billionths, risk in millionths; ``risks`` are the pipes by risk, those
    of like risk together unless each risk is asked for.
    """

    length_um: int
    rate: int
    surveyed: int
    diameter: int
    length: int
    likelihood: int
    risk: int
    risks: KeyedSums

    @classmethod
    def merged(cls, parts: Iterable[RatingSums]) -> RatingSums:
        """Return the sum of one or more."""
        every = list(parts)
        names = [field.name for field in fields(cls) if field.name != "risks"]
        totals = {name: sum(getattr(part, name) for part in every) for name in names}
        return cls(**totals, risks=KeyedSums.merged(part.risks for part in every))

    def __add__(self, more: RatingSums) -> RatingSums:
        return RatingSums.merged((self, more))

    def _mean(self, total: int) -> float:
        return (total / BILLIONTHS) / (self.length_um / MILLIONTHS) if self.length_um else float("nan")

    @property
    def mean_rate(self) -> float:
        """The mean rate by length, NaN without any."""
        return self._mean(self.rate)

    @property
    def mean_survey_rate(self) -> float:
        """The mean of the surveys' rates by length, NaN without any."""
        return self._mean(self.surveyed)

    @property
    def usual(self) -> Mapping[str, float]:
        """The means of what diameter and length say of a rate (ln), 0 without any."""
        parts = {DIAMETER: self.diameter, LENGTH: self.length}
        return {name: round(self._mean(total), 9) if self.length_um else 0.0 for name, total in parts.items()}

    @property
    def mean_cost(self) -> float:
        """The mean money per failure."""
        return (self.risk / MILLIONTHS) / max(self.likelihood / BILLIONTHS, 1e-12)


def _evidence(own: Array, cohorts: Cohorts, rates: CohortRates, settings: Settings) -> Array:
    """Return on what each rate rests, as a place in `EVIDENCE`.

    A: failures of its own. B: the cohort's records weigh at least as much as the prior. C: the surveys,
    and always where material or year is unknown.
    """
    local = (rates.cell_expected >= settings.real("health.cell_prior")) & ~is_unknown(cohorts)
    local &= float(rates.cell_failures.sum()) > 0
    tier = np.where(local, 1, 2)[cohorts.cell]
    tier[own > 0] = 0
    return np.asarray(tier)


class Rating:
    """The pipes that were there on a day with their rates, and what these mean in failures and money.

    Arrays have one value for each of these pipes. ``length_m`` is 0 and ``rate`` (failures per 100 km and
    year), ``cost`` (money per failure) and ``likelihood`` (failures within the horizon) are NaN where a pipe
    is not rated. ``hazard`` are those whose own record makes a hazard.
    """

    def __init__(
        self,
        origin: CutoffSnapshot,
        made: Rated,
        *,
        horizon_years: float,
        impact: Impact | None,
        crossing: Array | None,
        settings: Settings,
    ) -> None:
        self.origin, self.made, self.settings = origin, made, settings
        self.horizon_years, self.impact, self.crossing = horizon_years, impact, crossing
        self.rated = origin.why < 0
        self.length_m = np.where(self.rated, origin.frame["length_m"].to_numpy(float), 0.0)
        self.rate = np.where(self.rated, made.rate, np.nan)
        self.cut_off = {} if impact is None else impact.at(origin.rows)
        self.consequence = consequence_of(origin.frame, settings, crossing=crossing, **self.cut_off)
        self.cost = np.where(self.rated, self.consequence.total, np.nan)
        self.likelihood = self.rate * self.length_m / HUNDRED_KM_M * horizon_years
        self.hazard = (origin.counted.recent >= settings.integer("health.hazard_failures")) & (
            made.rate >= settings.real("health.hazard_rate")
        )

    @cached_property
    def risk_per_km(self) -> Array:
        """Money per km within the horizon, NaN where a pipe is not rated."""
        return np.asarray(self.rate * self.cost * self.horizon_years / (HUNDRED_KM_M / _KM))

    @cached_property
    def policy_hazard(self) -> Array:
        """Which pipes are on the policy list with a hazard."""
        listed = on_policy_list(self.origin.frame, self.origin.cutoff.year, self.settings)
        return np.asarray(self.hazard & listed)

    @cached_property
    def sums(self) -> RatingSums:
        """What these pipes add to the sums of their network."""
        rows, length_m = np.flatnonzero(self.rated), self.length_m
        usual = {name: sum_in_steps((self.made.parts[name] * length_m)[rows]) for name in (DIAMETER, LENGTH)}
        return RatingSums(
            length_um=sum_in_steps(length_m[rows], MILLIONTHS),
            rate=sum_in_steps((self.rate * length_m)[rows]),
            surveyed=sum_in_steps((self.origin.factors.expected * length_m)[rows]),
            diameter=usual[DIAMETER],
            length=usual[LENGTH],
            likelihood=sum_in_steps(self.likelihood[rows]),
            risk=sum_in_steps((self.likelihood * self.cost)[rows], MILLIONTHS),
            risks=self.ranked.coarse(),
        )

    @cached_property
    def ranked(self) -> RankedPipes:
        """The rated pipes that are long enough for a place in the order of risk."""
        rows = np.flatnonzero(self.rated)
        return RankedPipes.of(
            self.length_m[rows], self.risk_per_km[rows], self.policy_hazard[rows], self.settings
        )

    @property
    def edges(self) -> ClassEdges:
        """What decides the classes where these are all pipes of their network."""
        has_records = self.origin.sums.own_failures > 0
        return self.ranked.edges(self.sums.mean_rate, has_records, self.settings)

    def classes(self, edges: ClassEdges) -> Classes:
        """Return the class of every pipe by what decides them in its network, unknown where not rated."""
        frame, rows = self.origin.frame, np.flatnonzero(self.rated)
        classes = classify(
            self.length_m[rows],
            self.rate[rows],
            self.risk_per_km[rows],
            policy_hazard=self.policy_hazard[rows],
            edges=edges,
            settings=self.settings,
        )
        class_index = np.full(len(frame), CLASSES.index(UNKNOWN))
        by_policy, to_inspect = np.zeros((2, len(frame)), dtype=bool)
        class_index[rows], by_policy[rows], to_inspect[rows] = (
            classes.class_index,
            classes.by_policy,
            classes.to_inspect,
        )
        return Classes(class_index, by_policy, to_inspect)

    @cached_property
    def evidence(self) -> Array:
        """Return on what each rate rests, as a place in `EVIDENCE`, the one after it where not rated."""
        origin = self.origin
        tier = _evidence(origin.counted.own, origin.cohorts, origin.rates.of_cohorts, self.settings)
        tier[~self.rated] = len(EVIDENCE)
        return tier

    def reasons(self, classes: Classes, means: RatingSums) -> tuple[Array, Array]:
        """Return the reasons of each pipe as a text and as facts: of its rate, or why it is not rated.

        Parameters
        ----------
        classes
            The classes of the pipes.
        means
            The sums of their network.
        """
        origin, rows = self.origin, np.flatnonzero(self.rated)
        diameter_mm = origin.frame["diameter_mm"].to_numpy(float)[rows]
        class_index, mean_cost = classes.class_index[rows], means.mean_cost
        with np.errstate(invalid="ignore", divide="ignore"):
            # The rate alone decides whether a pipe is monitored.
            cost_ratio = np.where(class_index < CLASSES.index(MONITOR), self.cost[rows] / mean_cost, np.nan)
        of_rated = reasons_of(
            self.made.at(rows).against(means.mean_rate, means.usual, known=diameter_mm > 0),
            ClassReasons(
                cost_ratio=cost_ratio,
                must_raise=np.isin(class_index, [CLASSES.index(code) for code in reason_words.RAISED]),
                by_policy=classes.by_policy[rows],
                to_inspect=classes.to_inspect[rows],
            ),
            failures=origin.counted.own[rows],
            window=origin.window,
            cohorts=replace(origin.cohorts, cell=origin.cohorts.cell[rows]),
            diameter_mm=diameter_mm,
        )
        sentences = reason_words.reason_sentences()
        # The last stands where a pipe is rated.
        texts = np.array([*(sentences[code] for code in NOT_RATED), None], dtype=object)[origin.why]
        facts = np.array([*(stored_text([{"is": code}]) for code in NOT_RATED), None], dtype=object)[
            origin.why
        ]
        texts[rows], facts[rows] = of_rated
        return texts, facts

    def policy(self) -> Array:
        """Return whether the policy list has each rated pipe, None for the others."""
        flags = policy_flags(self.origin.frame, self.hazard, self.origin.cutoff.year, self.settings)
        flags[~self.rated] = None
        return flags

    def bands(self) -> RiskBands:
        """Return the bands of likelihood and consequence."""
        banded = factor_bands(
            self.origin.frame,
            self.rate,
            self.origin.counted.recent,
            as_of_year=self.origin.cutoff.year,
            settings=self.settings,
            crossing=self.crossing,
            **self.cut_off,
        )
        return weighed(banded, self.settings)
