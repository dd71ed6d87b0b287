"""What a person answered about one file."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from waternet_plugin.core.arrays import Array

LEAVE_OUT = "leave_out"


@dataclass(frozen=True)
class NewTransformSet:
    """A transform set to be made.

    Parameters
    ----------
    name
        For people.
    pairs
        (n, 4) float64: the file's x and y, east and north in the network, m.
    valid_until
        Last day, None without limit.
    """

    name: str
    pairs: Array
    valid_until: datetime.date | None = None


@dataclass(frozen=True)
class FileAnswers:
    """The answers for one file.

    Parameters
    ----------
    values
        By key of `KEYS` but crs, and angles, checked.
    crs
        Code, WKT or id of a transform set; empty without answer.
    new_set
        A set to be made, else None.
    level_columns
        The field of a column by its heading, or `LEAVE_OUT`; the heading * is any other.
    sheets
        `LEAVE_OUT` by the name of a sheet.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    crs: str = ""
    new_set: NewTransformSet | None = None
    level_columns: Mapping[str, str] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)
