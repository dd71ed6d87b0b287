"""The days that a backtest stands on."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.rates.window import find_window
from waternet_plugin.core.schema.settings import Settings

LEAST_ORIGINS = 3
_ONE_DAY = datetime.timedelta(days=1)


def years_on(day: datetime.date, years: int) -> datetime.date:
    """Return the day whole years later or earlier; the last of a month stays the last of the month."""
    after = pd.Timestamp(day) + pd.Timedelta(days=1)
    moved: datetime.date = (after + pd.DateOffset(years=years) - pd.Timedelta(days=1)).date()
    return moved


def end_of_records(days: Array) -> datetime.date | None:
    """Return the end of the month of the last failure, None when none has a date."""
    known = days[~np.isnat(days)]
    if not len(known):
        return None
    last: datetime.date = (pd.Timestamp(known.max()) + pd.offsets.MonthEnd(0)).date()
    return last


def rolling_cutoffs(
    days: Array,
    *,
    test_years: int,
    today: datetime.date,
    window_start: datetime.date | None,
    settings: Settings,
) -> list[datetime.date]:
    """Return cut-offs a year apart, the last one so that the test years still lie in the records.

    As many as a setting says while there is a year of records before them; three at least.

    Parameters
    ----------
    days
        Dates of the failures that count.
    test_years
        Whole years after each cut-off.
    today
        Stands for the end of records where there are none.
    window_start
        From when on failures were recorded completely; None to find out.
    settings
        How many at most, and how the start of the records is found.
    """
    end = end_of_records(days) or today
    dates = pd.Series(days.astype("datetime64[ns]"))
    start = find_window(dates, as_of=end, given=window_start, settings=settings).start
    most = max(settings.integer("health.backtest_origins"), LEAST_ORIGINS)
    cutoffs = [years_on(end, -test_years - back) for back in range(most)]

    def has_records(day: datetime.date) -> bool:
        return start is not None and years_on(day, -1) + _ONE_DAY >= start

    return sorted(day for index, day in enumerate(cutoffs) if index < LEAST_ORIGINS or has_records(day))
