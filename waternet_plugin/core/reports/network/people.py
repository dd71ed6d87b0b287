"""Customers on paper: where none were ever recorded, their number is unknown and never printed as 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet_plugin.core.network.model.customers import RECORDED
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import tr


def not_recorded() -> str:
    """Return what stands in the place of a number of customers that nobody knows."""
    return tr("no customers recorded")


def customer_kind(code: Any) -> str:
    """Return what a table says of the kind of a customer, '' for unknown."""
    return label_of("customer_kind", code) if isinstance(code, str) and code else ""


def critical_cell(critical: Any) -> bool | str:
    """Return what a table says of whether a customer is critical."""
    return critical == "yes" if critical in ("yes", "no") else tr("not recorded")


def critical_text(critical: int | None) -> str:
    """Return a number of critical customers as a part of a sentence; None where it was not recorded."""
    if critical is None:
        return tr("whether any are critical is not recorded")
    return tr("{critical} of them critical").format(critical=number(critical))


def counted(figures: Mapping[str, Any], name: str) -> Any:
    """Return a figure about customers as papers and panes say it: the number, or that it is not recorded.

    Parameters
    ----------
    figures
        Of a report, with `RECORDED` among them.
    name
        Which of them.
    """
    if not figures[RECORDED]:
        return not_recorded()
    return tr("not recorded") if figures[name] is None else figures[name]
