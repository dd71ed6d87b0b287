"""Dates that people write."""

from __future__ import annotations

import datetime
import re

# Before it nobody kept records; the last day that pandas' nanoseconds hold is 2262-04-11.
FIRST, LAST = datetime.date(1900, 1, 1), datetime.date(2262, 4, 11)
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_date(text: str) -> datetime.date:
    """Return a date written YYYY-MM-DD; Python's own reading takes more forms with each version.

    Raises
    ------
    ValueError
        When it is written in any other way, or is not a day of the calendar.
    """
    if not _WRITTEN.fullmatch(text):
        raise ValueError(text)
    return datetime.datetime.strptime(text, "%Y-%m-%d").date()
