"""Why values of foreign rows became unknown, in words."""

from __future__ import annotations

from waternet_plugin.core.cells import causes
from waternet_plugin.core.texts import tr


def cause_text(cause: str) -> str:
    """Return what a cause for an unknown value means."""
    return {
        causes.BAD_NUMBER: tr("not a number"),
        causes.ZERO: tr("zero"),
        causes.NEGATIVE: tr("below zero"),
        causes.BAD_DATE: tr("not a date"),
        causes.AMBIGUOUS_DATE: tr("day and month may be swapped; specify dmy or mdy with “take”"),
        causes.YEAR_ZERO: tr("year 0"),
        causes.YEAR_9999: tr("year 9999"),
        causes.TOO_EARLY: tr("a year that is too early"),
        causes.FUTURE: tr("in the future"),
        causes.ERROR_CELL: tr("a spreadsheet error"),
        causes.ELLIPSOIDAL: tr("heights above the ellipsoid"),
        causes.OTHER_DATUM: tr("heights of another datum"),
        causes.OUT_OF_LINE: tr("out of line with the other rows"),
        causes.OUT_OF_RANGE: tr("outside what the field takes"),
        causes.STANDS_FOR_UNKNOWN: tr("a number that stands for “not known”"),
    }[cause]
