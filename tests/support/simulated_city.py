"""Cities whose true rates are known: pipes with a rate each, and failures drawn from it year by year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import conform
from waternet_plugin.core.health.rates.factors import survey_rate
from waternet_plugin.core.schema.settings import Settings

MATERIALS = ("cast_iron", "ductile_iron", "pvc", "steel")
BUILT_FROM, END = 1920, 2015
KM_100 = 100_000.0


@dataclass(frozen=True)
class City:
    """Pipes, matched failures, and the truth: ``rate`` of each pipe, ``cohort_rate`` without its own part."""

    pipes: pd.DataFrame
    failures: pd.DataFrame
    rate: np.ndarray[Any, Any]
    cohort_rate: np.ndarray[Any, Any]


def city(
    seed: int,
    size: int = 4000,
    *,
    recorded_from: int = 1985,
    level: float = 2.0,
    heterogeneity: float = 1.0,
    removed: float = 0.0,
    wrong: float = 0.0,
    missing_years: tuple[int, ...] = (),
    lost: float = 0.0,
) -> City:
    """Draw a city.

    The rate of a pipe is ``level`` times the surveys' rate of its material, times a factor of its cohort
    (material and 20 years of laying), times one of its own of mean 1 and variance ``heterogeneity``.

    Parameters
    ----------
    seed
        Seed.
    size
        Pipes.
    recorded_from
        First year of which failures were written down.
    removed
        Share of the pipes taken out of service during the records, those that failed most first.
    wrong
        Share of the failures credited to another pipe.
    missing_years
        Years whose failures are lost.
    lost
        Share of the failures that found no pipe.
    """
    random = np.random.default_rng(seed)
    settings = Settings()
    material = random.choice(np.array(MATERIALS, dtype=object), size, p=[0.3, 0.35, 0.25, 0.1])
    year = np.round(random.triangular(BUILT_FROM, 1975, END - 4, size))
    length = random.gamma(1.5, 60.0, size) + 5.0
    surveys = np.array([survey_rate(str(word), settings) for word in material])
    cohorts = {
        (word, start): float(np.exp(random.normal(-0.045, 0.3)))
        for word in MATERIALS
        for start in range(1920, 2020, 20)
    }
    factor = np.array([cohorts[(word, int(laid // 20 * 20))] for word, laid in zip(material, year)])
    own = random.gamma(1.0 / heterogeneity, heterogeneity, size) if heterogeneity else np.ones(size)
    cohort_rate = level * surveys * factor
    rate = cohort_rate * own
    years = np.arange(BUILT_FROM, END + 1)
    drawn = random.poisson(rate[:, None] * length[:, None] / KM_100, (size, len(years)))
    drawn[years[None, :] < year[:, None]] = 0
    retired = np.full(size, np.datetime64("NaT", "D"))
    if removed:
        out = np.argsort(-(drawn[:, years >= recorded_from].sum(axis=1) + random.random(size)))
        out = out[: int(removed * size)]
        last = random.integers(recorded_from + 5, END, len(out))
        retired[out] = (last - 1970).astype("datetime64[Y]").astype("datetime64[D]") + 364
        drawn[out] *= years[None, :] <= last[:, None]
    drawn[:, (years < recorded_from) | np.isin(years, missing_years)] = 0
    pipe, place = np.nonzero(drawn)
    pipe = np.repeat(pipe, drawn[pipe, place])
    when = np.repeat(years[place], drawn[np.nonzero(drawn)])
    credited = pipe.copy()
    mistaken = random.random(len(pipe)) < wrong
    credited[mistaken] = random.integers(0, size, int(mistaken.sum()))
    ids = np.array([f"P{number:05d}" for number in range(size)], dtype=object)
    state = np.where(random.random(len(pipe)) < lost, "orphan", "matched").astype(object)
    pipes = pd.DataFrame(
        {
            "pipe_id": ids,
            "system": "potable",
            "status": np.where(np.isnat(retired), "in_use", "removed"),
            "material": material,
            "length_m": length,
            "install_year": year,
            "retired_on": retired.astype("datetime64[ns]"),
        }
    )
    day = (when - 1970).astype("datetime64[Y]").astype("datetime64[D]") + random.integers(0, 365, len(when))
    failures = pd.DataFrame(
        {
            "failure_id": [f"F{number:06d}" for number in range(len(pipe))],
            "date": day.astype("datetime64[ns]"),
            "kind": "main_break",
            "pipe_id": np.where(state == "matched", ids[credited], None),
            "match_state": state,
        }
    )
    return City(conform(pipes, "pipe"), conform(failures, "failure"), rate, cohort_rate)
