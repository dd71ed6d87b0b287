"""Months of the calendar, as people write them."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from waternet_plugin.core.dates import FIRST, LAST
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """A month of a year; ``number`` is 1 to 12."""

    year: int
    number: int

    @property
    def text(self) -> str:
        """The month as YYYY-MM."""
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first(self) -> datetime.date:
        """Its first day."""
        return datetime.date(self.year, self.number, 1)

    @property
    def last(self) -> datetime.date:
        """Its last day."""
        return self.plus(1).first - datetime.timedelta(days=1)

    def plus(self, months: int) -> Month:
        """Return the month that many months later, earlier for a negative number."""
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)


def month_of(day: datetime.date) -> Month:
    """Return the month in which a day lies."""
    return Month(day.year, day.month)


def refuse_month_to_come(month: Month, day: datetime.date) -> None:
    """Refuse a month that has not begun on a day.

    Raises
    ------
    InputError
        With both.
    """
    if month.first > day:
        message = tr("MONTH: {month} is still to come on {day}. Give a month that has begun.")
        raise InputError(message.format(month=month.text, day=day.isoformat()))


def read_month(name: str, text: str) -> Month:
    """Return the month that the text of a parameter says.

    Raises
    ------
    InputError
        When it is not written YYYY-MM, or before or after all that is reckoned with.
    """
    written = _WRITTEN.fullmatch(text)
    if written is None:
        message = tr("{name}: “{text}” is not a month. Write it as YYYY-MM, for example 2025-12.")
        raise InputError(message.format(name=name, text=text))
    month = Month(int(written.group(1)), int(written.group(2)))
    if not month_of(FIRST) <= month < month_of(LAST):
        message = tr("{name}: {text} is out of range. Give a month from {first} to {last}.")
        ends = {"first": month_of(FIRST).text, "last": month_of(LAST).plus(-1).text}
        raise InputError(message.format(name=name, text=text, **ends))
    return month
