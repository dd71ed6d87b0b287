"""Customers on paper: where none were ever recorded, their number is unknown and never printed as 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet_plugin.core.texts import tr

# The figure that says whether the network knows its customers.
RECORDED = "customers_recorded"


def not_recorded() -> str:
    """Return what stands in the place of a number of customers that nobody knows."""
    return tr("no customers recorded")


def counted(figures: Mapping[str, Any], name: str) -> Any:
    """Return a figure about customers as papers and panes say it: the number, or that none are recorded.

    Parameters
    ----------
    figures
        Of a report, with `RECORDED` among them.
    name
        Which of them.
    """
    return figures[name] if figures[RECORDED] else not_recorded()
