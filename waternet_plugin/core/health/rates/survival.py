"""How long pipes of a kind last: survival curves, and what is left of the value of a network.

Herz: S(t) = (a + 1) / (a + exp(b (t - c))) from age c on, 1 before; told by three ages that experts can name:
until when all pipes last, and when half and nine tenths of them are gone. The curves are for cohorts and
decades; for the order of pipes they are poor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
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
class Herz:
    """A Herz curve; ``c`` in years, ``b`` per year."""

    a: float
    b: float
    c: float

    def survival(self, age: Array) -> Array:
        """Return the share still in service at an age."""
        past = np.maximum(np.asarray(age, dtype=float) - self.c, 0.0)
        return np.asarray((self.a + 1.0) / (self.a + np.exp(np.minimum(self.b * past, 700.0))))


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
        raise InputError(
            tr("The three ages of a service life must rise: all remain, half remain, a tenth remain.")
        )
    ratio = (tenth - lasting) / (half - lasting)

    def miss(a: float) -> float:
        return float(np.log(9.0 * a + 10.0) / np.log(a + 2.0) - ratio)

    # With a below 0 old pipes would be the safer ones; with a -> infinity all end at once.
    low, high = 0.0, _LARGEST_A
    if not miss(high) < 0 < miss(low):
        message = tr(
            "No Herz curve has the ages {lasting}, {half}, {tenth}: the last must be later than the second, "
            "by less than {most} times its distance from the first."
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
        message = tr("Setting {key}: write three ages in years separated by semicolons, such as 40;80;120.")
        raise InputError(message.format(key=key)) from None
    return herz_of_ages(lasting, half, tenth)


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
    for number, value_curve in enumerate(curves):
        # The mean age at which they go.
        life = float(value_curve.survival(ages).sum())
        rows = curve == number
        left[rows] = np.clip(1.0 - age[rows] / life, 0.0, 1.0)
    known = ~np.isnan(left)
    total = float(amount[known].sum())
    return float((amount[known] * left[known]).sum()) / total if total > 0 else float("nan")
