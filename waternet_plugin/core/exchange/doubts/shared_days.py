"""Days that many rows share and on which nobody lays pipes: the first of January of 1900, 1905, 1971.

A program wrote them where nobody knew. 1900 itself is one where no pipe is of the years around it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values, written_days
from waternet_plugin.core.exchange.doubts.doubt import WORDS, Doubt
from waternet_plugin.core.exchange.mapping.filled_fields import is_year
from waternet_plugin.core.exchange.mapping.mapping import TAKE, UNKNOWN, Mapping
from waternet_plugin.core.schema.tables import Field

# Other programs write the first day of their calendar where nobody knows; pipes of that time come in
# company.
_ZERO_YEARS, _COMPANY = (1899, 1900), (1885, 1919)
# Rows of one day from which on it is asked, and the share of all rows with a day.
_LEAST_ROWS, _SHARE = 10, 0.1
# A default stands out from the years around it so many times, and nobody has to guess of later years.
_AROUND_Y, _STANDS_OUT = 3, 4.0
_LATEST, _BEGINNINGS = 1980, (2000,)


@dataclass(frozen=True)
class SharedDays:
    """The words of a column that may stand for “not known”, their rows, and whether they most likely do."""

    words: tuple[str, ...]
    rows: Array
    is_likely: bool


def shared_days(described: Field, series: pd.Series) -> SharedDays | None:
    """Return the days of a column of years or dates that may stand for “not known”, None for none."""
    if not (is_year(described) or described.type == "date"):
        return None
    words = foreign_values.texts(series)
    known = np.array(pd.notna(words), dtype=bool)
    if not known.any():
        return None
    # Days come many times: each is read once.
    places, distinct = pd.factorize(words[known])
    once = written_days.days(pd.Series(distinct, dtype=object, name=series.name))
    read = written_days.Days(
        *(part[places] for part in (once.year, once.month, once.day, once.known, once.unordered, once.loose))
    )
    told = _lone_zero_years(read)
    is_likely = True
    if not told.any():
        told, is_likely = _defaults(read)
    if not told.any():
        return None
    found = tuple(sorted(str(word) for word in pd.unique(words[known][told])))
    return SharedDays(found, np.flatnonzero(known)[told], is_likely)


def _lone_zero_years(read: written_days.Days) -> Array:
    """Return which rows are of the year 1900 where no others are of that time."""
    zero = np.isin(read.year, _ZERO_YEARS)
    near = (read.year >= _COMPANY[0]) & (read.year <= _COMPANY[1])
    nothing = np.zeros(len(read.year), dtype=bool)
    if not zero.any() or (near & ~zero).any() or zero.all():
        return nothing
    first_day = (read.month == 1) & (read.day == 1) | (read.month == 12) & (read.day >= 30)
    return nothing if (zero & np.isfinite(read.day) & ~first_day).any() else zero


def _defaults(read: written_days.Days) -> tuple[Array, bool]:
    """Return which rows have a first of January that many share, and whether it stands out of its time."""
    told, likely = np.zeros((2, len(read.year)), dtype=bool)
    first = np.isfinite(read.day) & (read.month == 1) & (read.day == 1) & (read.year > 0)
    counted = pd.Series(read.year[first]).value_counts()
    least = max(_LEAST_ROWS, _SHARE * np.isfinite(read.year).sum())
    for year, count in counted[counted >= least].items():
        around = (np.abs(read.year - year) <= _AROUND_Y) & (read.year != year)
        own = read.year == year
        stands_out = count >= _STANDS_OUT * around.sum() / (2 * _AROUND_Y) and bool(first[own].all())
        told |= first & own
        if stands_out and (year <= _LATEST or year in _BEGINNINGS):
            likely |= first & own
    return (likely, True) if likely.any() else (told, False)


def day_doubt(described: Field, series: pd.Series, mapping: Mapping) -> Doubt | None:
    """Return the question whether days of a column stand for “not known”, None for none."""
    found = shared_days(described, series)
    if found is None:
        return None
    name = described.name
    answer = ""
    if name in mapping.null:
        answer = UNKNOWN if set(found.words) <= set(mapping.null[name]) else TAKE
    suggestion = UNKNOWN if found.is_likely else TAKE
    return Doubt(
        WORDS, name, found.rows, found.words[:3], np.nan, (UNKNOWN, TAKE), suggestion, answer, found.words
    )
