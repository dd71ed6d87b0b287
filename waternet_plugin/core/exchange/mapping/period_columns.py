"""Tables with a column for each month, day or hour, made tables with a row for each of these."""

from __future__ import annotations

import re
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.cells.unknown_words import is_unknown_word
from waternet_plugin.core.cells.written_numbers import one_number
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.core.workbooks.row_numbers import row_numbers, with_row_numbers

_NOTHING = frozenset(("-", "--", "—", "/", "\\"))
_YEARS = (1900, 2199)
_MONTH = "month"
# 2026-01, 01, 2026-01-05, 08:00.
_LABEL = re.compile(r"\d{4}-\d{2}(?:-\d{2})?|\d{2}|\d{2}:\d{2}")


@dataclass(frozen=True)
class PeriodColumns:
    """The columns of a table that are periods.

    Parameters
    ----------
    columns
        What each of them stands for: a month (2026-01, or 01 of a year), a day (2026-01-05, or 05 of a month)
        or a time of the day (08:00).
    within
        The year, month or day that these lack, or the column of the table that has it; '' where they lack
        none.
    period, value
        How the two columns are called that stand in their place.
    lacks
        What ``within`` should say and nothing does: year, month, '' for nothing.
    """

    columns: Dictionary[str, str]
    within: str = ""
    period: str = "period"
    value: str = "value"
    lacks: str = ""

    @property
    def table(self) -> str:
        """The table whose rows have such periods, '' where that is not sure."""
        labels = list(self.columns.values())
        if any(":" in label for label in labels):
            return "reading"
        are_days = any(label.count("-") > 1 for label in labels) or len(self.within) == len("2026-01")
        return "" if are_days else "volume"

    @property
    def are_months(self) -> bool:
        """Whether they are months of one year rather than days of one month."""
        return self.lacks == _MONTH or (not self.lacks and len(self.within) == len("2026"))

    def to_dict(self) -> dict[str, object]:
        """Return them as a MAPPING has them."""
        parts = {"columns": dict(self.columns), "within": self.within, "period": self.period}
        return {name: part for name, part in {**parts, "value": self.value}.items() if part}

    def check(self) -> None:
        """Raise a ValueError where a label is not a period, two columns have one, or names clash."""
        labels = list(self.columns.values())
        good = all(_LABEL.fullmatch(label) for label in labels) and len(set(labels)) == len(labels)
        if not good or not self.period or not self.value or self.period == self.value:
            raise ValueError("period_columns")

    def refuse_open(self) -> None:
        """Refuse periods of which nobody knows the year or month.

        Raises
        ------
        InputError
            Naming the columns.
        """
        if not self.lacks:
            return
        example = '"within": "2026"' if self.lacks == _MONTH else '"within": "2026-01"'
        message = (
            tr(
                "The columns {columns} are months, and nothing says of which year. Write the year into the "
                "title of the table or the name of the file, or give it in the mapping, for example "
                "{example}."
            )
            if self.lacks == _MONTH
            else tr(
                "The columns {columns} are days, and nothing says of which month. Write year and month into "
                "the title of the table or the name of the file, or give them in the mapping, for example "
                "{example}."
            )
        )
        raise InputError(message.format(columns=shortened(list(self.columns)), example=example))


@dataclass(frozen=True)
class LongRows(PlainFrames):
    """The rows of a table with a row for each period, and the row of the file that each comes from (R,)."""

    frame: pd.DataFrame
    origin: Array


def long_rows(frame: pd.DataFrame, periods: PeriodColumns) -> LongRows:
    """Return a table with a row for each period of each row; empty cells make none.

    A row without any value stays as one row without a period, so that it can be told.

    Parameters
    ----------
    frame
        The rows of the file.
    periods
        Which of its columns are periods.

    Raises
    ------
    InputError
        When a column is not there, or nothing says the year or month of the periods.
    """
    periods.refuse_open()
    named = [*periods.columns, *([periods.within] if _is_column(periods.within) else [])]
    missing = [column for column in named if column not in frame.columns]
    if missing:
        message = tr("The file has no column {names}. It has {columns}. Correct the mapping.")
        there = shortened([str(column) for column in frame.columns])
        raise InputError(message.format(names=shortened(missing), columns=there))
    columns, many, rows = list(periods.columns), len(periods.columns), len(frame)
    words = [foreign_values.texts(frame[column]) for column in columns]
    table = np.array(words, dtype=object).reshape(many, rows).T
    is_empty = foreign_values.over_distinct(table.ravel(), _is_nothing).reshape(rows, many)
    is_there = ~(is_empty == True) & pd.notna(table)  # noqa: E712 (an array of objects)
    # A row without values keeps its first cell.
    is_bare = ~is_there.any(axis=1)
    is_there[is_bare, 0] = True
    origin, at = np.nonzero(is_there)
    told = _labels(frame, periods)[origin, at]
    told[is_bare[origin]] = None
    kept = [column for column in frame.columns if column not in periods.columns]
    made = cast("pd.DataFrame", frame[kept].iloc[origin].reset_index(drop=True))
    made[periods.period] = pd.Series(told, dtype=object)
    values = table[origin, at]
    values[is_bare[origin]] = None
    made[periods.value] = pd.Series(values, dtype=object)
    return LongRows(with_row_numbers(made, row_numbers(frame)[origin]), origin)


def _is_nothing(word: str) -> bool:
    return word.strip() in _NOTHING or (np.isnan(one_number(word)) and is_unknown_word(word))


def _is_column(within: str) -> bool:
    """Return whether ``within`` names a column rather than being a year, month or day itself."""
    return bool(within) and not within.replace("-", "").isdecimal()


def _labels(frame: pd.DataFrame, periods: PeriodColumns) -> Array:
    """Return the period of each cell, None where it is not known (rows, periods)."""
    labels = list(periods.columns.values())
    if not periods.within:
        return np.tile(np.array(labels, dtype=object), (len(frame), 1))
    if _is_column(periods.within):
        within = foreign_values.over_distinct(foreign_values.texts(frame[periods.within]), _within)
    else:
        within = np.full(len(frame), periods.within, dtype=object)
    is_clock = any(":" in label for label in labels)
    found = np.full((len(frame), len(labels)), None, dtype=object)
    for row, start in enumerate(within):
        if start is not None:
            found[row] = [_joined(str(start), label, is_clock=is_clock) for label in labels]
    return found


def _joined(start: str, label: str, *, is_clock: bool) -> str:
    return f"{start} {label}" if is_clock else f"{start}-{label}"


def _within(word: str) -> str | None:
    """Return the year of 2026年, the month of 2026年1月 as 2026-01; None for other words."""
    digits = [part for part in "".join(one if one.isdecimal() else " " for one in word).split() if part]
    if not digits or not _YEARS[0] <= int(digits[0][:4] or 0) <= _YEARS[1]:
        return None
    if len(digits) == 1 and len(digits[0]) == 6:
        digits = [digits[0][:4], digits[0][4:]]
    return "-".join([digits[0], *(part.zfill(2) for part in digits[1:3])])
