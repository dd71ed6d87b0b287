"""Which model rates the pipes: the simplest, unless another one won where its figures can't be seen again."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.health.arrays import Array
from waternet_plugin.core.health.bootstrap import band, resampled_captures
from waternet_plugin.core.health.capture import caught_shares, ranked
from waternet_plugin.core.health.cutoffs import years_on
from waternet_plugin.core.health.origin import Origin
from waternet_plugin.core.health.rankings import HIERARCHY, MODELS
from waternet_plugin.core.health.trial import Trial
from waternet_plugin.core.schema.settings import Settings

SHARES = (0.05, 0.1, 0.2)
GIVEN, TOO_LITTLE, NO_WINNER, WON = "given", "too_little", "no_winner", "won"
_ORIGINS = 3
_BOOTSTRAPS = 100
_LEVEL = 0.95


@dataclass(frozen=True)
class Race:
    """The models at one origin: what each caught at 5, 10 and 20 % of length, its gain and the limits of it.

    The gain is over the simplest model, on average of the three shares.
    """

    captured: Array
    gain: Array
    lower: Array
    upper: Array


def race_of(trial: Trial, rates: Mapping[str, Array], settings: Settings) -> Race | None:
    """Return what each of `MODELS` caught of what came after an origin, None when too little came.

    Parameters
    ----------
    trial
        What came after.
    rates
        Of each model the rate of each pipe of the origin.
    settings
        Least number of failures.
    """
    if trial.matched < settings.integer("health.backtest_min_failures"):
        return None
    orders = [ranked(rates[model][trial.rows]) for model in MODELS]
    caught = np.array([caught_shares(trial.length_m, one, trial.failures, SHARES) for one in orders])
    drawn = resampled_captures(trial.length_m, orders, trial.failures, SHARES, bootstraps=_BOOTSTRAPS, seed=0)
    lower, upper = band((drawn - drawn[:, :1]).mean(axis=2), _LEVEL)
    return Race(caught, caught.mean(axis=1) - caught[0].mean(), lower, upper)


@dataclass(frozen=True)
class Choice:
    """The model chosen and why: ``how`` is given, too_little (records to choose by), no_winner or won.

    ``captured`` has the mean capture of each model at 5, 10 and 20 % of length over the ``origins``;
    ``gain`` how much better than the simplest each is on average of the three, ``lower`` and ``upper``
    the limits of that gain (95 %, over test pipes).
    """

    model: str
    how: str
    origins: tuple[datetime.date, ...] = ()
    captured: Mapping[str, tuple[float, ...]] | None = None
    gain: Mapping[str, float] | None = None
    lower: Mapping[str, float] | None = None
    upper: Mapping[str, float] | None = None


def choose_model(
    at: Origin, race_on: Callable[[datetime.date], Race | None], *, test_years: int, settings: Settings
) -> Choice:
    """Choose by what each model would have caught up to a day, from three origins before it.

    A model other than the simplest is taken only when it is better beyond chance: the lower limit of its
    gain is above 0. The years after the origins overlap, so their limits are averaged as if they were one.

    Parameters
    ----------
    at
        The day from which pipes are to be rated; no later failure is looked at.
    race_on
        Returns the race of the models from an earlier day over the test years.
    test_years
        Years after each origin.
    settings
        Least failures and years of records.
    """
    enough = at.records >= settings.integer("health.choice_failures")
    if not enough or at.window.years < settings.real("health.choice_years"):
        return Choice(HIERARCHY, TOO_LITTLE)
    days = [years_on(at.cutoff, -test_years - back) for back in reversed(range(_ORIGINS))]
    races = {day: race for day, race in ((day, race_on(day)) for day in days) if race is not None}
    if not races:
        return Choice(HIERARCHY, TOO_LITTLE)
    captured, gain, lower, upper = (
        np.mean([getattr(race, name) for race in races.values()], axis=0)
        for name in ("captured", "gain", "lower", "upper")
    )
    best = int(np.argmax(np.where(lower > 0, gain, 0.0)))

    def by_model(values: Array) -> dict[str, float]:
        return {model: float(value) for model, value in zip(MODELS, values)}

    return Choice(
        MODELS[best],
        WON if best else NO_WINNER,
        tuple(races),
        {model: tuple(row.tolist()) for model, row in zip(MODELS, captured)},
        by_model(gain),
        by_model(lower),
        by_model(upper),
    )
