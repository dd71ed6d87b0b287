"""How long pipes of a kind last: survival curves, and the need to replace that follows from them.

Two curves. Weibull: S(t) = exp(-(t / scale)^shape), fitted to what was watched of each pipe. Herz:
S(t) = (a + 1) / (a + exp(b (t - c))) from age c on, 1 before; told by three ages that experts can name:
until when all pipes last, and when half and nine tenths of them are gone. They are for cohorts and
decades; for the order of pipes they are poor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.health.arrays import Array
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

# (t10 - c) / (t50 - c) of a Herz curve is below this.
_MOST_RATIO = np.log(10.0) / np.log(2.0)
_LARGEST_A = 1e9


class Curve(Protocol):
    """A survival curve by age in years."""

    def survival(self, age: Array) -> Array:
        """Return the share still in service at an age."""
        ...


@dataclass(frozen=True)
class Weibull:
    """A Weibull curve; ``scale`` in years."""

    shape: float
    scale: float

    def survival(self, age: Array) -> Array:
        """Return the share still in service at an age."""
        return np.asarray(np.exp(-((np.maximum(age, 0.0) / self.scale) ** self.shape)))

    def hazard(self, age: Array) -> Array:
        """Return the share of those left that go in a year at an age."""
        held = np.maximum(np.asarray(age, dtype=float), 1e-9)
        return np.asarray(self.shape / self.scale * (held / self.scale) ** (self.shape - 1.0))


@dataclass(frozen=True)
class Herz:
    """A Herz curve; ``c`` in years, ``b`` per year."""

    a: float
    b: float
    c: float

    def survival(self, age: Array) -> Array:
        """Return the share still in service at an age."""
        past = np.maximum(np.asarray(age, dtype=float) - self.c, 0.0)
        return np.asarray((self.a + 1.0) / (self.a + np.exp(np.minimum(self.b * past, 700.0))))

    def hazard(self, age: Array) -> Array:
        """Return the share of those left that go in a year at an age."""
        past = np.asarray(age, dtype=float) - self.c
        grown = np.exp(np.clip(self.b * past, 0.0, 700.0))
        return np.asarray(np.where(past >= 0, self.b * grown / (self.a + grown), 0.0))


def fit_weibull(entry: Array, leave: Array, failed: Array, *, least_shape: float = 0.0) -> Weibull | None:
    """Fit a Weibull curve to the ages between which pipes were watched.

    A pipe that was there before the records began is only known to have lasted until then: its part of
    the likelihood begins at ``entry``. One that is still there, or was taken out whole, ends without
    failing.

    Parameters
    ----------
    entry, leave
        Age of each pipe when its watching began and ended, years; a failure ends it.
    failed
        Whether it ended with a failure.
    least_shape
        Least shape; 1 for things that do not get better with age, whatever their years of laying did.

    Returns
    -------
    The curve, None with fewer than two failures.
    """
    from scipy.optimize import minimize

    entry, leave = np.maximum(np.asarray(entry, float), 0.0), np.asarray(leave, float)
    failed = np.asarray(failed, bool)
    watched = leave > entry
    entry, leave, failed = entry[watched], leave[watched], failed[watched]
    if failed.sum() < 2:
        return None
    at_failure = np.log(leave[failed])

    def loss(parameters: Array) -> float:
        shape, log_scale = least_shape + np.exp(parameters[0]), parameters[1]
        scale = np.exp(log_scale)
        gone = (leave / scale) ** shape - (entry / scale) ** shape
        density = np.log(shape) - log_scale + (shape - 1.0) * (at_failure - log_scale)
        return float(gone.sum() - density.sum())

    start = np.array([0.3, np.log(leave.mean() / max(failed.mean(), 1e-3) ** 0.5)])
    found = minimize(
        loss, start, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-8, "maxiter": 2000}
    )
    return Weibull(least_shape + float(np.exp(found.x[0])), float(np.exp(found.x[1])))


def herz_of_ages(lasting: float, half: float, tenth: float) -> Herz:
    """Return the Herz curve through three ages: all pipes last, half are left, a tenth is left.

    Parameters
    ----------
    lasting, half, tenth
        The three ages in years, rising.

    Raises
    ------
    InputError
        When no such curve goes through the ages.
    """
    from scipy.optimize import brentq

    if not 0 <= lasting < half < tenth:
        raise InputError(tr("The three ages of a life must rise: all last, half are left, a tenth is left."))
    ratio = (tenth - lasting) / (half - lasting)

    def miss(a: float) -> float:
        return float(np.log(9.0 * a + 10.0) / np.log(a + 2.0) - ratio)

    # With a below 0 old pipes would be the safer ones; with a -> infinity all end at once.
    low, high = 0.0, _LARGEST_A
    if not miss(high) < 0 < miss(low):
        message = tr(
            "No Herz curve has the ages {lasting}, {half}, {tenth}: the last must lie later than the "
            "second, by less than {most} times its distance from the first."
        )
        raise InputError(
            message.format(lasting=lasting, half=half, tenth=tenth, most=f"{_MOST_RATIO - 1:.1f}")
        )
    a = float(brentq(miss, low, high, xtol=1e-12))
    return Herz(a, float(np.log(a + 2.0) / (half - lasting)), lasting)


def life_of(material: str, settings: Settings) -> Herz:
    """Return the life of a material as the settings have it.

    Raises
    ------
    InputError
        When the setting is not three ages.
    """
    key = f"health.life.{material}"
    text = settings.get(key) or settings.text("health.life.other")
    try:
        lasting, half, tenth = (float(word) for word in text.split(";"))
    except ValueError:
        message = tr("Setting {key}: write three ages in years with semicolons, such as 40;80;120.")
        raise InputError(message.format(key=key)) from None
    return herz_of_ages(lasting, half, tenth)


def replacement_need(
    amount: Array, age: Array, curves: Sequence[Curve], curve: Array, new: Curve, years: int
) -> Array:
    """Return how much of something has to be replaced in each of the years ahead.

    What is there has lasted to its age: of it goes the share of those left. What replaced it grows old
    too and goes by the curve of new pipe.

    Parameters
    ----------
    amount
        Length, or cost of replacing, of each pipe.
    age
        Age of each today, years; NaN counts as the mean age by amount.
    curves
        Survival curves.
    curve
        Which of them each pipe has.
    new
        Curve of what is laid instead.
    years
        How many years ahead.

    Returns
    -------
    The amount of each year, the next one first.
    """
    amount = np.asarray(amount, dtype=float)
    known = ~np.isnan(age)
    weight = float(amount[known].sum())
    mean = float((amount * np.where(known, age, 0.0)).sum()) / weight if weight > 0 else 0.0
    whole = np.round(np.maximum(np.where(known, age, mean), 0.0)).astype(np.int64)
    need = np.zeros(years)
    for number, one in enumerate(curves):
        of_age = np.bincount(whole[curve == number], amount[curve == number])
        ages = np.flatnonzero(of_age > 0)
        if not len(ages):
            continue
        left = one.survival(ages[:, None] + np.arange(years + 1)[None, :])
        start = left[:, :1]
        # Older than any curve foresees: due at once.
        share = np.where(start > 1e-9, -np.diff(left, axis=1) / np.maximum(start, 1e-9), 0.0)
        share[:, 0] = np.where(start[:, 0] > 1e-9, share[:, 0], 1.0)
        need += of_age[ages] @ share
    again = -np.diff(new.survival(np.arange(years + 1.0)))
    for year in range(1, years):
        need[year] += float(need[:year] @ again[year - 1 :: -1][:year])
    return need


def value_index(amount: Array, age: Array, curves: Sequence[Curve], curve: Array) -> float:
    """Return the infrastructure value index: what is left of the life over the whole, by amount, 0 to 1.

    Parameters
    ----------
    amount
        Cost of replacing each pipe.
    age
        Age of each today, years; NaN is left out.
    curves, curve
        Survival curves, and which of them each pipe has.
    """
    ages = np.arange(0.0, 301.0)
    left = np.full(len(amount), np.nan)
    for number, one in enumerate(curves):
        # The mean age at which they go.
        life = float(one.survival(ages).sum())
        rows = curve == number
        left[rows] = np.clip(1.0 - age[rows] / life, 0.0, 1.0)
    known = ~np.isnan(left)
    whole = float(amount[known].sum())
    return float((amount[known] * left[known]).sum()) / whole if whole > 0 else float("nan")
