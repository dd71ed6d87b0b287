"""A month with the days on which water is off, red where two shut-offs overlap."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from qgis.PyQt.QtCore import QDate, QLocale, Qt
from qgis.PyQt.QtGui import QColor, QTextCharFormat
from qgis.PyQt.QtWidgets import QCalendarWidget, QWidget

from waternet_plugin.core import texts
from waternet_plugin.core.colours import CALM, SEVERE, WHITE

_HEIGHT = 178


def date_of(day: QDate) -> datetime.date:
    """Return a day of Qt's as Python's."""
    return datetime.date(day.year(), day.month(), day.day())


class MonthCalendar(QCalendarWidget):
    """The month; a click on a day says ``clicked``, another month ``currentPageChanged``."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName=name)
        # Not that of QGIS: all words are of our language.
        self.setLocale(QLocale(texts.language()))
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.ShortDayNames)
        # Red is what overlaps, not the end of a week.
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(day, QTextCharFormat())
        self.setFixedHeight(_HEIGHT)

    @property
    def month(self) -> tuple[datetime.date, datetime.date]:
        """First and last day of the month that shows."""
        first = QDate(self.yearShown(), self.monthShown(), 1)
        return date_of(first), date_of(first.addMonths(1).addDays(-1))

    def show_days(self, busy: Iterable[datetime.date], clashing: Iterable[datetime.date]) -> None:
        """Mark the days on which water is off, and those on which two shut-offs overlap."""
        self.setDateTextFormat(QDate(), QTextCharFormat())
        for days, colour in ((busy, CALM), (clashing, SEVERE)):
            look = QTextCharFormat()
            look.setBackground(QColor(colour))
            look.setForeground(QColor(WHITE))
            for day in days:
                self.setDateTextFormat(QDate(day.year, day.month, day.day), look)
