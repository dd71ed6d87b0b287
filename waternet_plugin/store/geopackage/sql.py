"""Put names and values into SQL; everything else goes in as parameters."""

from __future__ import annotations

import datetime
import math
import numbers
from typing import Any

import pandas as pd

# What a network's users set.
SELECT_FACTS = "SELECT key, value FROM setting WHERE value IS NOT NULL ORDER BY key"


def quoted(name: str) -> str:
    """Return an identifier in quotation marks."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Any) -> str:
    """Return a value as SQL text; unknowns become NULL."""
    if value is None or value is pd.NaT or (isinstance(value, numbers.Real) and math.isnan(float(value))):
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, numbers.Integral):
        return str(int(value))
    if isinstance(value, numbers.Real):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return "'" + moment_text(value) + "'"
    return "'" + str(value).replace("'", "''") + "'"


def moment_text(value: datetime.date) -> str:
    """Return a date as YYYY-MM-DD, or a moment as ISO 8601 in UTC with milliseconds."""
    if not isinstance(value, datetime.datetime):
        return value.isoformat()
    moment = value if value.tzinfo is None else value.astimezone(datetime.timezone.utc)
    if value.tzinfo is None and (moment.hour, moment.minute, moment.second, moment.microsecond) == (
        0,
        0,
        0,
        0,
    ):
        return moment.date().isoformat()
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def now() -> str:
    """Return this moment in UTC, ISO 8601 with milliseconds."""
    return moment_text(datetime.datetime.now(datetime.timezone.utc))
