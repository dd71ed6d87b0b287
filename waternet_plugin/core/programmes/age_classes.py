"""Classes of age: how long before a reference day a compound was delivered."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

UNDER_5, FROM_5_TO_10, OVER_10, UNKNOWN_AGE = "under_5", "5_to_10", "over_10", "unknown"
AGE_CLASSES = (UNDER_5, FROM_5_TO_10, OVER_10, UNKNOWN_AGE)
_REFERENCE = "programme.reference_day"
_LIMITS = ("programme.age_from_years", "programme.age_to_years")


def reference_day(settings: Settings, as_of: datetime.date) -> datetime.date:
    """Return the day at which ages count: that of the setting, where it is empty the day of the report.

    Raises
    ------
    InputError
        When the setting is not a day.
    """
    text = settings.text(_REFERENCE).strip()
    if not text:
        return as_of
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        message = tr("Setting {key}: “{value}” is not a day. Write it as YYYY-MM-DD in the settings table.")
        raise InputError(message.format(key=_REFERENCE, value=text)) from None


def age_classes(delivered_on: pd.Series, reference: datetime.date, settings: Settings) -> Array:
    """Return the class of age of each item.

    Under 5 years means less than 5 whole years before the reference day, over 10 years more than 10 years to
    the day; between them both limits count. The limits are settings.

    Parameters
    ----------
    delivered_on
        Days of delivery, (n,) datetime64, NaT where not known.
    reference
        The day at which ages count.
    settings
        Limits in years.

    Returns
    -------
    Array
        (n,) of `AGE_CLASSES`.
    """
    first, last = (settings.integer(key) for key in _LIMITS)
    days = pd.to_datetime(delivered_on).to_numpy(dtype="datetime64[D]")
    known = ~np.isnat(days)
    younger = known & (days > _years_before(reference, first))
    older = known & (days < _years_before(reference, last))
    classes = np.select(
        [~known, younger, older], [UNKNOWN_AGE, UNDER_5, OVER_10], FROM_5_TO_10
    )  # fmt: skip
    return classes.astype(object)


def _years_before(day: datetime.date, years: int) -> np.datetime64:
    """Return the same day some years before; of 29 February the 28th where there is no 29th."""
    try:
        return np.datetime64(day.replace(year=day.year - years))
    except ValueError:
        return np.datetime64(day.replace(year=day.year - years, day=28))
