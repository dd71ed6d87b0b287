"""How programmes, their months and their amounts are written."""

from __future__ import annotations

import datetime
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.months import Month
from waternet_plugin.core.programmes.stated_targets import COMPOUNDS
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr


def programme_label(code: str) -> str:
    """Return the name of a programme; '' means all of them."""
    return domain("programme")[code].label if code else tr("All programmes")


def unit_label_of(count_unit: str) -> str:
    """Return what is counted, as a word."""
    return tr("compounds", "counted") if count_unit == COMPOUNDS else domain("count_unit")[count_unit].label


def code_label(domain_name: str, code: str) -> str:
    """Return the label of a code; a code that is not known as it is, '' for none."""
    known = domain(domain_name)
    return known[code].label if code in known else code


def month_name(month: Month) -> str:
    """Return the name of a month without its year."""
    return (
        tr("January"), tr("February"), tr("March"), tr("April"), tr("May"), tr("June"), tr("July"),
        tr("August"), tr("September"), tr("October"), tr("November"), tr("December"),
    )[month.number - 1]  # fmt: skip


def amount(count: float, count_unit: str) -> str:
    """Return how many of a unit, in words."""
    return tr("{count} {unit}", "counted").format(count=number(count), unit=unit_label_of(count_unit).lower())


def share(part: float, whole: float, count_unit: str) -> str:
    """Return how many of how many of a unit, in words."""
    return tr("{part} of {whole} {unit}", "counted").format(
        part=number(part), whole=number(whole), unit=unit_label_of(count_unit).lower()
    )  # fmt: skip


def day_or_none(day: np.datetime64) -> Optional[datetime.date]:
    """Return a day as Python has it, None where it is not known."""
    plain: Any = day.astype("datetime64[D]").astype(object)
    return plain if isinstance(plain, datetime.date) else None


def or_none(value: float) -> Optional[float]:
    """Return a number, None where it is not known."""
    return None if np.isnan(value) else float(value)


def whole(value: float) -> Optional[int]:
    """Return a whole number as such, None where it is not known."""
    return None if np.isnan(value) else int(value)
