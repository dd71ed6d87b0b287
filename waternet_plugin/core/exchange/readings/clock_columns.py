"""Times of readings whose day stands in one column and whose clock in another."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.units import DAY_S

# 8:15, 08:15:00, 8时15分, 8点; sheets put a day of theirs before it: 1899-12-30 08:15:00.
_CLOCK = re.compile(
    r"(?:1899-12-3[01] |1900-01-0[01] )?"
    r"((?:上午|下午)?\s*\d{1,2}[:：时点](?:\d{1,2}(?:[:：分](?:\d{1,2}(?:\.\d+)?秒?)?)?)?)"
)
_FIGURES = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(\d{2})")
_HOUR_ALONE = re.compile(r"(\d{1,2})[时点]")
_NAMED = re.compile(r"时间|时刻|时分|time|clock|hour", re.IGNORECASE)
_ENOUGH = 0.95


def is_clock(series: pd.Series) -> bool:
    """Return whether nearly all values of a column are times of the day without their day."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return False
    known = [str(word) for word in pd.unique(foreign_values.texts(series)) if word is not None]
    if not any(_CLOCK.fullmatch(word) or _HOUR_ALONE.fullmatch(word) for word in known):
        # Parts of a day look like any small numbers: their heading has to say so.
        known = known if _NAMED.search(str(series.name)) and len(known) > 1 else []
    return bool(known) and sum(_clock_of(word) is not None for word in known) >= _ENOUGH * len(known)


def day_with_clock(days: pd.Series, clocks: pd.Series) -> pd.Series:
    """Return the times of two columns as texts, None where either is empty or the clock is none.

    Parameters
    ----------
    days
        Days as a file has them (R,).
    clocks
        Times of the day (R,).
    """
    day = foreign_values.texts(days)
    clock = foreign_values.over_distinct(foreign_values.texts(clocks), lambda word: _clock_of(str(word)))
    there = np.array(pd.notna(day), dtype=bool) & np.array(pd.notna(clock), dtype=bool)
    joined = np.full(len(day), None, dtype=object)
    joined[there] = [f"{_day_of(str(one))} {other}" for one, other in zip(day[there], clock[there])]
    times: pd.Series = pd.Series(joined, dtype=object)
    return times


def _day_of(word: str) -> str:
    """Return a day as it stands before a clock time: without a midnight, figures alone with hyphens."""
    found = _FIGURES.fullmatch(word.strip())
    return "-".join(found.groups()) if found else word.split(" 00:00", maxsplit=1)[0]


def _clock_of(word: str) -> str | None:
    """Return a clock time as it stands behind a day, None for another text."""
    plain = foreign_values.plain(word)
    hour = _HOUR_ALONE.fullmatch(plain)
    if hour:
        return f"{hour.group(1)}:00"
    found = _CLOCK.fullmatch(plain)
    if found:
        return found.group(1)
    try:
        share = float(plain)
    except ValueError:
        return None
    # A sheet keeps a clock time as a part of a day.
    if not 0.0 <= share < 1.0:
        return None
    minutes, seconds = divmod(round(share * DAY_S), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
