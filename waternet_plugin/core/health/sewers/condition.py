"""The condition of drains: how likely each is bad, from inspections, material and age; and its blockages.

The same frame as for supply pipes. The prior is the life of the material: a drain is bad after a share of it
by a Weibull curve. Inspected drains correct it, for the network and for each material (`drains` of the prior
hold it back where few were seen). An inspection of the pipe itself moves its own likelihood by how often
inspections err; from its day on the pipe grows older. On one city's inspections age and material alone order
drains nearly as well as all fields do; at the level of one pipe an inspection is what tells.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.coded_columns import by_word, coded
from waternet_plugin.core.health.parameter_checks import check_span
from waternet_plugin.core.health.risk.classes import (
    CLASSES,
    IN_SERVICE,
    MONITOR,
    PRIORITY,
    RENEW_NOW,
    UNKNOWN,
)
from waternet_plugin.core.health.risk.matrix import median_life
from waternet_plugin.core.health.sewers.inspected import Inspected, inspected
from waternet_plugin.core.health.sewers.sewer_reasons import NotRated, reasons_of
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.core.units import HUNDRED_KM_M, YEAR_DAYS

PIPE_COLUMNS = (
    "pipe_id",
    "system",
    "function",
    "status",
    "material",
    "length_m",
    "install_year",
    "retired_on",
)
COLUMNS = (
    "pipe_id",
    "system",
    "structural_grade",
    "functional_grade",
    "inspected_on",
    "bad_now",
    "likelihood",
    "blockages_per_100km_y",
    "class",
    "evidence",
    "reasons",
)
OWN, LOCAL, SURVEY = "A", "B", "C"
_KM = 1000.0
# An inspection is never wholly overruled by what was thought before.
_LEAST, _MOST = 0.05, 0.95


@dataclass(frozen=True)
class MaterialRow:
    """Drains of one material: km, how many were inspected, how many were bad, and how many lives expected."""

    material: str
    km: float
    inspected: int
    bad: int
    expected: float
    factor: float


@dataclass(frozen=True)
class SewerSummary:
    """What an assessment of drains is made of; lengths in km, likelihoods 0 to 1 by length."""

    as_of: datetime.date
    horizon_years: float
    pipes: int
    rated_pipes: int
    rated_km: float
    inspected_pipes: int
    inspected_km: float
    class_km: dict[str, float]
    evidence_km: dict[str, float]
    bad_km_now: float
    bad_km_ahead: float
    blockages: int
    blockage_years: float
    materials: tuple[MaterialRow, ...]
    unscaled: int
    ungraded: int
    later: int
    lost: int
    not_rated: dict[str, int]


@dataclass(frozen=True)
class Sewers(PlainFrames):
    """One row a drain (`COLUMNS`), sorted by id, and the summary."""

    pipes: pd.DataFrame
    summary: SewerSummary


def assess_sewers(
    pipes: pd.DataFrame,
    inspections: pd.DataFrame,
    defects: pd.DataFrame,
    blockages: pd.DataFrame,
    *,
    as_of: datetime.date,
    horizon_years: float = 5.0,
    settings: Settings | None = None,
) -> Sewers:
    """Assess the drains that were in use on a day.

    Parameters
    ----------
    pipes
        PIPE_COLUMNS; only drains are looked at.
    inspections, defects
        As `inspected` takes them.
    blockages
        pipe_id, date: failures on drains and cleanings of them.
    as_of
        The day; what came later is not looked at.
    horizon_years
        Years ahead that the likelihood covers.
    settings
        Lives, scales, errors of inspections.

    Raises
    ------
    InputError
        When the horizon makes no sense.
    """
    check_span(as_of=as_of, horizon_years=horizon_years)
    settings = settings or Settings()
    laid_later = pipes["install_year"].to_numpy(float) > as_of.year
    drain = pipes["system"].isin(systems("drain")).to_numpy() & ~laid_later
    frame = pipes[drain].sort_values("pipe_id", ignore_index=True)
    seen = inspected(frame["pipe_id"], inspections, defects, as_of=as_of, settings=settings)
    drains = _Drains(frame, seen, as_of, horizon_years, settings)
    number, years, rate = _blockage_rates(frame, blockages, drains.length_m, as_of)
    class_index, tier = drains.classes(), drains.evidence()
    result = pd.DataFrame(
        {
            "pipe_id": frame["pipe_id"].to_numpy(dtype=object),
            "system": frame["system"].to_numpy(dtype=object),
            "structural_grade": seen.structural,
            "functional_grade": seen.functional,
            "inspected_on": seen.date.astype("datetime64[ns]"),
            "bad_now": np.where(drains.rated, drains.now, np.nan),
            "likelihood": np.where(drains.rated, drains.ahead, np.nan),
            "blockages_per_100km_y": np.where(drains.rated, rate, np.nan),
            "class": np.array(CLASSES, dtype=object)[class_index],
            "evidence": tier,
            "reasons": drains.reasons(number, years),
        },
        columns=list(COLUMNS),
    )
    length, every, rated = drains.length_m, np.nan_to_num(frame["length_m"].to_numpy(float)), drains.rated
    unrated = np.bincount(drains.why[~rated], minlength=len(NotRated.CODES)).tolist()
    summary = SewerSummary(
        as_of=as_of,
        horizon_years=horizon_years,
        pipes=len(frame),
        rated_pipes=int(rated.sum()),
        rated_km=float(length.sum()) / _KM,
        inspected_pipes=int((seen.known & rated).sum()),
        inspected_km=float(length[seen.known].sum()) / _KM,
        class_km=dict(zip(CLASSES, (np.bincount(class_index, every, len(CLASSES)) / _KM).tolist())),
        evidence_km={name: float(length[tier == name].sum()) / _KM for name in (OWN, LOCAL, SURVEY)},
        bad_km_now=float((np.nan_to_num(drains.now) * length).sum()) / _KM,
        bad_km_ahead=float((np.nan_to_num(drains.ahead) * length).sum()) / _KM,
        blockages=int(number.sum()),
        blockage_years=years,
        materials=drains.materials,
        unscaled=seen.unscaled,
        ungraded=seen.ungraded,
        later=seen.later,
        lost=seen.lost,
        not_rated={code: count for code, count in zip(NotRated.CODES, unrated) if count},
    )
    return Sewers(result, summary)


class _Drains:
    """Drains of a day with how likely each is bad: ``now`` and ``ahead``, at the end of the horizon.

    ``why`` has the reason why a drain is not rated; ``length_m`` is 0 there.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        seen: Inspected,
        as_of: datetime.date,
        horizon_years: float,
        settings: Settings,
    ) -> None:
        self.frame, self.seen, self.settings = frame, seen, settings
        self.today = as_of.year + as_of.timetuple().tm_yday / YEAR_DAYS
        self.hazard = _Hazard(frame, settings)
        at = np.where(np.isnat(seen.date), np.nan, _year_of(seen.date))
        self.materials, self.level = _learned(frame, self.hazard, seen, at, settings)
        self.factor = self.level * np.array([row.factor for row in self.materials])[self.hazard.place]
        self.now, self.ahead = (
            _likelihood(self.hazard, self.factor, seen, at, year, settings)
            for year in (self.today, self.today + horizon_years)
        )
        self.why = _why_not_rated(frame, self.now, as_of)
        self.rated = self.why < 0
        self.length_m = np.where(self.rated, np.nan_to_num(frame["length_m"].to_numpy(float)), 0.0)

    def classes(self) -> Array:
        """Return the class of each drain, a place in `CLASSES`."""
        total = max(float(self.length_m.sum()), 1e-9)
        mean = float((np.nan_to_num(self.ahead) * self.length_m).sum()) / total
        priority = self.settings.real("health.sewer_priority")
        return np.select(
            [
                ~self.rated,
                self.seen.worst,
                self.seen.bad | (self.ahead >= priority),
                np.nan_to_num(self.ahead) > mean,
            ],
            [CLASSES.index(name) for name in (UNKNOWN, RENEW_NOW, PRIORITY, MONITOR)],
            CLASSES.index(IN_SERVICE),
        )

    def evidence(self) -> Array:
        """Return on what each likelihood rests: `OWN`, `LOCAL`, `SURVEY`, None where a drain is not rated."""
        number = np.array([row.inspected for row in self.materials])[self.hazard.place]
        local = number >= self.settings.real("health.sewer_prior")
        tier = np.where(self.seen.known, OWN, np.where(local, LOCAL, SURVEY)).astype(object)
        tier[~self.rated] = None
        return tier

    def reasons(self, blockages: Array, blockage_years: float) -> Array:
        """Return the reasons of each drain; ``blockages`` are its own in the years of their records."""
        return reasons_of(
            self.seen,
            material=self.frame["material"],
            age=self.today - self.hazard.laid,
            factor=self.factor / self.level,
            blockages=blockages,
            blockage_years=blockage_years,
            why=self.why,
        )


class _Hazard:
    """How far the lives of the materials say each drain has come; ``place`` is its material's number."""

    def __init__(self, frame: pd.DataFrame, settings: Settings) -> None:
        self.place, self.words = coded(frame["material"])
        self.laid = frame["install_year"].to_numpy(float) + 0.5
        share = settings.real("health.sewer_life_share")
        self.half = share * by_word(frame["material"], lambda word: median_life(word, settings))
        self.shape = settings.real("health.sewer_shape")

    def at(self, year: Array | float) -> Array:
        """Return the cumulative hazard in a year; NaN where the year of laying is unknown."""
        age = np.maximum(year - self.laid, 0.0)
        return np.asarray(np.log(2.0) * (age / self.half) ** self.shape)


def _year_of(day: Array) -> Array:
    return np.asarray((day - np.datetime64("1970-01-01", "D")).astype(float) / YEAR_DAYS + 1970.0)


def _true_count(bad: float, number: int, settings: Settings) -> float:
    """Return how many of so many inspected drains are bad, errors of inspections taken out."""
    right, wrong = settings.real("health.sewer_seen"), settings.real("health.sewer_mistaken")
    return float(np.clip((bad - wrong * number) / (right - wrong), 0.0, number))


def _learned(
    frame: pd.DataFrame, hazard: _Hazard, seen: Inspected, at: Array, settings: Settings
) -> tuple[tuple[MaterialRow, ...], float]:
    """Return what inspections say of each material, and the factor of the whole network."""
    length = np.nan_to_num(frame["length_m"].to_numpy(float))
    then = hazard.at(at)
    counts = seen.known & ~np.isnan(then)
    chance = 1.0 - np.exp(-np.nan_to_num(then))
    prior = settings.real("health.sewer_prior")
    true_count = _true_count(float(seen.bad[counts].sum()), int(counts.sum()), settings)
    level = (prior + true_count) / (prior + float(chance[counts].sum()))
    rows = []
    for code, word in enumerate(hazard.words):
        own = counts & (hazard.place == code)
        expected = float((1.0 - np.exp(-level * np.nan_to_num(then[own]))).sum())
        bad = int(seen.bad[own].sum())
        true = _true_count(bad, int(own.sum()), settings)
        rows.append(
            MaterialRow(
                material=word,
                km=float(length[hazard.place == code].sum()) / _KM,
                inspected=int(own.sum()),
                bad=bad,
                expected=float(chance[own].sum()),
                factor=(prior + true) / (prior + expected),
            )
        )
    return tuple(rows), level


def _likelihood(
    hazard: _Hazard, factor: Array, seen: Inspected, at: Array, year: float, settings: Settings
) -> Array:
    """Return how likely each drain is bad in a year; NaN where its year is unknown and it was never seen."""
    own = factor * hazard.at(year)
    plain = 1.0 - np.exp(-own)
    before = factor * hazard.at(at)
    # Without a year of laying, or of looking, an inspection alone is weighed against an even chance.
    thought = np.where(np.isnan(before), 0.5, np.clip(1.0 - np.exp(-before), _LEAST, _MOST))
    right, wrong = settings.real("health.sewer_seen"), settings.real("health.sewer_mistaken")
    if_bad, if_good = np.where(seen.bad, right, 1.0 - right), np.where(seen.bad, wrong, 1.0 - wrong)
    then = thought * if_bad / (thought * if_bad + (1.0 - thought) * if_good)
    since = np.where(own > before, own - before, 0.0)
    return np.asarray(np.where(seen.known, 1.0 - (1.0 - then) * np.exp(-since), plain))


def _why_not_rated(frame: pd.DataFrame, likelihood: Array, as_of: datetime.date) -> Array:
    """Return why drains are not rated, as a place in `NotRated.CODES`, -1 for those that are."""
    is_retired = frame["retired_on"].to_numpy("datetime64[ns]") <= np.datetime64(as_of, "ns")
    out = frame["status"].isin(OUT_OF_USE).to_numpy()
    length = frame["length_m"].to_numpy(float)
    rules = {
        "not_in_use": is_retired | out,
        "connector": (frame["function"] == "connector").to_numpy(),
        "no_length": ~(length > 0),
        "nothing_known": np.isnan(likelihood),
    }
    return np.select([rules[code] for code in NotRated.CODES], list(range(len(NotRated.CODES))), -1)


def _blockage_rates(
    frame: pd.DataFrame, blockages: pd.DataFrame, length: Array, as_of: datetime.date
) -> tuple[Array, float, Array]:
    """Return blockages of each drain, years of their records, and the rate per 100 km and year.

    A pipe's own count moves the network's mean as much as one more expected blockage would.
    """
    known = blockages[blockages["date"] <= pd.Timestamp(as_of)]
    row = rows_of_ids(frame["pipe_id"], known["pipe_id"])
    is_known = row >= 0
    is_known[is_known] = length[row[is_known]] > 0
    number = np.bincount(row[is_known], minlength=len(frame)).astype(float)
    if not is_known.any():
        return number, 0.0, np.full(len(frame), np.nan)
    first = known["date"].to_numpy("datetime64[D]")[is_known].min()
    years = max((np.datetime64(as_of, "D") - first).astype(float) / YEAR_DAYS, 1.0)
    exposure = length / HUNDRED_KM_M * years
    mean = float(number.sum()) / max(float(exposure.sum()), 1e-12)
    return number, float(years), np.asarray(mean * (1.0 + number) / (1.0 + mean * exposure))
