"""The account of how values were read: by field and way, its rows, and some values as written and as taken.

What was taken as it is written is in no way: it needs no account.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.cells.foreign_values import is_text, plain
from waternet_plugin.core.cells.loose_days import SERIALS
from waternet_plugin.core.cells.written_months import STORED_MONTH
from waternet_plugin.core.cells.written_numbers import one_number

# The ways, in the order in which they are shown: what was made unknown and what is bold goes first.
WAYS = (
    NOT_READ, SAID_UNKNOWN, SERIAL, SHORT, EPOCH, SEVERAL, TUBE, NOMINAL, ODD_UNIT, DRAWN_LENGTH, ROUND, SIGN,
    ABOVE, OWN_UNIT, UNIT, BORE, BOX, COMMA, SHORT_YEAR, YEAR_OF_DAY, OF_MONTH, DAY, CODE, WIDTH, PART,
    DEFAULT,
) = (
    "not_read", "said_unknown", "serial", "short", "epoch", "several", "tube", "nominal", "odd_unit",
    "drawn_length", "round", "sign", "above", "own_unit", "unit", "bore", "box", "comma", "short_year",
    "year_of_day", "of_month", "day", "code", "width", "part", "default",
)  # fmt: skip

# The number that stands for each way in the labels of rows; 0: taken as it is written.
LABELS = {way: number for number, way in enumerate(WAYS, start=1)}
_EXAMPLES = 3
_LOOKED_AT = 5000
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FULL_YEAR = re.compile(r"\d{4}")
_SHORT_MONTH = re.compile(r"\d{2}\.\d{1,2}")
_EPOCH_FROM = 1e8


@dataclass(frozen=True)
class ReadWay:
    """A way in which values of a field were read, and what became of them.

    Parameters
    ----------
    field, column
        The field, and the column it was read from.
    way
        One of ``WAYS``.
    detail
        What the way needs to be told: the cause of a value that was not read, or a unit.
    rows
        Numbers of the source rows, from 0.
    examples
        Some values as the file has them, and as they are taken, '' for unknown.
    """

    field: str
    column: str
    way: str
    detail: str
    rows: Array
    examples: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        """How many rows were read so."""
        return len(self.rows)


def taken_texts(values: Array) -> list[str]:
    """Return values of ours as people write them, '' for unknown."""
    if np.issubdtype(values.dtype, np.datetime64):
        return ["" if np.isnat(value) else str(value)[:10] for value in values]
    if np.issubdtype(values.dtype, np.number):
        return ["" if np.isnan(value) else f"{value:.10g}" for value in values]
    return ["" if pd.isna(value) else str(value) for value in values]


def way_of(
    field: str, column: str, way: str, rows: Array, told: Array, taken: Array, detail: str = ""
) -> ReadWay:
    """Return the account of rows that were read in one way.

    Parameters
    ----------
    field, column, way, detail
        As in `ReadWay`.
    rows
        Numbers of the source rows.
    told
        Of all rows, the values as the file has them, as texts.
    taken
        Of all rows, the values as they are taken.
    """
    first = rows[:_LOOKED_AT]
    words = pd.Series(["" if pd.isna(one) else str(one) for one in told[first]], dtype=object)
    some = first[words.drop_duplicates().index[:_EXAMPLES].to_numpy()]
    shown = tuple(zip(["" if pd.isna(one) else str(one) for one in told[some]], taken_texts(taken[some])))
    return ReadWay(field, column, way, detail, rows.astype(np.int32), shown)


def ways_of(
    field: str, column: str, told: Array, taken: Array, labels: Array, details: dict[str, str]
) -> list[ReadWay]:
    """Return the account of a field whose rows have labels, 0 for rows that are taken as written."""
    there = np.flatnonzero(np.bincount(labels, minlength=len(WAYS) + 1)[1:])
    ways = [WAYS[number] for number in there]
    return [
        way_of(field, column, way, np.flatnonzero(labels == LABELS[way]), told, taken, details.get(way, ""))
        for way in ways
    ]


def labelled(series: pd.Series, way: Callable[[str], str]) -> Array:
    """Return the label of each value of a column by the way of its text, 0 for empty cells."""
    places, distinct = pd.factorize(foreign_values.texts(series))
    numbers = [LABELS.get(way(plain(str(word))), 0) for word in distinct]
    return np.array([*numbers, 0], dtype=np.int8)[places]


def label_of_day(word: str, *, is_year: bool) -> str:
    """Return the way in which a text is a year or a day."""
    if (_FULL_YEAR if is_year else _ISO_DAY).fullmatch(word):
        return ""
    number = one_number(word)
    if SERIALS[0] <= number < SERIALS[1]:
        return SERIAL
    if abs(number) >= _EPOCH_FROM:
        return EPOCH
    if _SHORT_MONTH.fullmatch(word):
        return SHORT
    if not re.search(r"\d{4}", word):
        return SHORT_YEAR
    return YEAR_OF_DAY if is_year else DAY


def labels_of_days(series: pd.Series, *, is_year: bool) -> Array:
    """Return the way of each value of a column of years or days."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return np.full(len(series), LABELS[YEAR_OF_DAY] if is_year else 0, dtype=np.int8)
    if is_year and not is_text(series):
        read = series.to_numpy(dtype=float, na_value=np.nan)
        known = read[np.isfinite(read)]
        if ((known >= 0) & (known <= 9999) & (known == np.floor(known))).all():
            # Years as they are: nothing to tell, and columns are long.
            return np.zeros(len(series), dtype=np.int8)
    return labelled(series, lambda word: label_of_day(word, is_year=is_year))


def labels_of_months(series: pd.Series) -> Array:
    """Return the way of each value of a column of months."""
    if pd.api.types.is_datetime64_any_dtype(series.dtype):
        return np.full(len(series), LABELS[DAY], dtype=np.int8)
    return labelled(series, lambda word: "" if STORED_MONTH.fullmatch(word) else DAY)


def label_of_number(word: str, *, is_bore: bool) -> str:
    """Return the way in which a text is a number or a bore, before its unit is looked at."""
    number = one_number(word)
    if number == number:
        return COMMA if "," in word else ""
    if not is_bore:
        return OWN_UNIT
    return OWN_UNIT if re.search(r"(?:m|米|cm|厘米|inch|in|英寸|寸|\"|″)\.?$", word.casefold()) else BORE


def labels_of_numbers(series: pd.Series, is_bore: bool, is_converted: bool) -> Array:
    """Return the way of each value of a column of numbers; ``is_converted`` says that it has another unit."""
    if is_text(series):
        labels = labelled(series, lambda word: label_of_number(word, is_bore=is_bore))
    else:
        labels = np.zeros(len(series), dtype=np.int8)
    if is_converted:
        labels[(labels == 0) & series.notna().to_numpy()] = LABELS[UNIT]
    return labels
