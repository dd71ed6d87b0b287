"""Lives seen in the records by material, and what has to be replaced over the coming decades."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.arrays import Array
from waternet_plugin.core.health.factors import coded
from waternet_plugin.core.health.origin import Events, Origin, recorded
from waternet_plugin.core.health.survival import Curve, Weibull, fit_weibull, life_of, replacement_need
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

_DAYS_PER_YEAR = 365.25
_MOST_YEARS = 200


def watched_lives(origin: Origin, events: Events) -> tuple[Array, Array, Array, Array]:
    """Return pipe, age when its watching began, age when it ended, and whether it ended with a failure.

    The watching of a pipe begins with the records or its laying and ends with its first failure in them,
    its retirement, or the day of the origin. Pipes of unknown year are left out.
    """
    pipe, day = recorded(origin, events)
    first = np.full(len(origin.rows), np.datetime64("NaT", "D"))
    order = np.argsort(day, kind="stable")[::-1]
    # Written from the latest on, the earliest is left.
    first[pipe[order]] = day[order]
    failed = ~np.isnat(first)
    until = np.where(failed, first, origin.end)
    known = origin.trained & ~np.isnan(origin.install_year) & (until > origin.begin)
    rows = np.flatnonzero(known)
    laid = origin.install_year[rows]

    def age(moment: Array) -> Array:
        years = (moment - np.datetime64("1970-01-01", "D")).astype(float) / _DAYS_PER_YEAR + 1970.0
        return np.asarray(np.maximum(years - laid, 0.0))

    return rows, age(origin.begin[rows]), age(until[rows]), failed[rows]


def first_failure_curves(origin: Origin, events: Events, *, least: int = 30) -> dict[str, Weibull]:
    """Fit how long pipes of each material go without a failure, from what was watched.

    Parameters
    ----------
    origin, events
        The records up to a day.
    least
        Failures that a material needs for a curve of its own.
    """
    rows, entry, leave, failed = watched_lives(origin, events)
    material, words = coded(origin.frame["material"])
    curves: dict[str, Weibull] = {}
    for code, word in enumerate(words):
        chosen = material[rows] == code
        if failed[chosen].sum() < least:
            continue
        # The oldest iron fails least: that is how it was made, age does not mend a pipe.
        curve = fit_weibull(entry[chosen], leave[chosen], failed[chosen], least_shape=1.0)
        if curve is not None:
            curves[word] = curve
    return curves


def long_term_need(
    pipes: pd.DataFrame,
    amount: Array,
    *,
    as_of_year: int,
    years: int,
    new_material: str = "ductile_iron",
    curves: Mapping[str, Curve] | None = None,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Return what has to be replaced in each year ahead, by material: the curve of renewal need.

    Parameters
    ----------
    pipes
        material, install_year.
    amount
        Length in m or cost of replacing of each pipe.
    as_of_year
        The year now; the first row is the next one.
    years
        How many years ahead.
    new_material
        What is laid instead.
    curves
        Survival curve of a material; those of the settings stand in for the others.
    settings
        Lives by material.

    Returns
    -------
    year, material, amount; materials in alphabetical order.

    Raises
    ------
    InputError
        When the number of years makes no sense.
    """
    settings = settings or Settings()
    if not 1 <= years <= _MOST_YEARS:
        raise InputError(tr("Give 1 to {most} years to forecast.").format(most=_MOST_YEARS))
    given = curves or {}
    new = given.get(new_material) or life_of(new_material, settings)
    material, words = coded(pipes["material"])
    age = as_of_year - pipes["install_year"].to_numpy(float)
    amount = np.nan_to_num(np.asarray(amount, dtype=float))
    parts = []
    for code, word in enumerate(words):
        chosen = material == code
        if not chosen.any():
            continue
        curve = given.get(word) or life_of(word, settings)
        need = replacement_need(
            amount[chosen], age[chosen], [curve], np.zeros(int(chosen.sum()), dtype=int), new, years
        )
        ahead = np.arange(as_of_year + 1, as_of_year + 1 + years)
        parts.append(pd.DataFrame({"year": ahead, "material": word, "amount": need}))
    columns = ["year", "material", "amount"]
    found: pd.DataFrame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return found
