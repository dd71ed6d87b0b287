"""The list of pipes: worst risk first, each with its first reason and its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.core.health.rates.reasons import common_reasons
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    import pandas as pd


# More rows than anybody reads; the file gets them all.
MOST = 1000


@dataclass(frozen=True)
class PipeList:
    """Pipes, worst first.

    ``shown`` are the first `MOST` as rows, with their shape under ``wkb``; ``frame`` has all of them (None
    for none); ``count`` and ``length_m`` say how many and how long.
    """

    shown: tuple[dict[str, Any], ...] = ()
    frame: pd.DataFrame | None = None
    count: int = 0
    length_m: float = 0.0

    def every(self) -> list[dict[str, Any]]:
        """Return all pipes as rows."""
        from waternet_plugin.core.frames import records
        from waternet_plugin.core.health.rates.reason_words import told

        rows: list[dict[str, Any]] = [] if self.frame is None else records(self.frame)
        for row in rows:
            row["reasons"] = told(row["reason_facts"], row["reasons"])
        return rows


def label(name: str, code: str | None) -> str:
    """Return a code's label, the code itself where the list does not know it."""
    if not code:
        return ""
    found = domain(name).get(code)
    return found.label if found else code


def class_colour(code: str | None) -> str | None:
    """Return the colour in which the map draws a class."""
    return Look("screen", texts.language()).colour(f"health.{code}") if code else None


def diameter(value: float) -> str:
    """Write a diameter as people call it."""
    return f"DN{value:.0f}"


def year(value: float) -> str:
    """Write a year without thousands."""
    return f"{value:.0f}"


def pipe_list(pipes: pd.DataFrame, lines: Mapping[str, Any]) -> PipeList:
    """Return what the table shows of pipes.

    Parameters
    ----------
    pipes
        Pipes of an explanation, highest risk first.
    lines
        Lines of the first of them as WKB, by pipe.
    """
    from waternet_plugin.core.frames import records

    rows: list[dict[str, Any]] = records(pipes.head(MOST))
    for row in rows:
        row["wkb"] = lines.get(row["pipe_id"])
        row["first_reason"] = common_reasons.first(row["class"], (row["reason_facts"], row["reasons"]))
    return PipeList(tuple(rows), pipes, len(pipes), float(pipes["length_m"].sum()))


def _field(name: str) -> str:
    return table("pipe").field(name).label


def columns() -> tuple[TableColumn, ...]:
    """Return what the table shows of a pipe."""
    return (
        TableColumn("street", _field("street"), width=84),
        TableColumn("diameter_mm", "DN", write=diameter, decimals=0, width=52),
        TableColumn("material", _field("material"), write=lambda code: label("material", code), width=92),
        TableColumn("install_year", tr("Laid"), write=year, decimals=0, width=60),
        TableColumn("length_m", tr("Length, m"), decimals=0, width=68),
        TableColumn(
            "class",
            table("assessment").field("class").label,
            write=lambda code: label("health_class", code),
            colour=class_colour,
            width=116,
        ),
        TableColumn("first_reason", tr("First reason"), width=260, fills=True),
        TableColumn("pipe_id", _field("pipe_id"), width=96),
    )


def file_columns(currency: str) -> tuple[TableColumn, ...]:
    """Return what a CSV file holds of a pipe: everything that the list knows.

    Parameters
    ----------
    currency
        In which risk and consequence are.
    """
    assessed = table("assessment")
    return (
        TableColumn("pipe_id", _field("pipe_id")),
        *(column for column in columns() if column.key not in ("first_reason", "pipe_id")),
        TableColumn("rate_per_100km_y", assessed.field("rate_per_100km_y").label, decimals=2),
        TableColumn("likelihood", assessed.field("likelihood").label, decimals=4),
        TableColumn(
            "consequence", f"{assessed.field('consequence').label}, {amounts.currency(currency)}", decimals=0
        ),
        TableColumn("risk", f"{assessed.field('risk').label}, {amounts.currency(currency)}", decimals=0),
        TableColumn("evidence", assessed.field("evidence").label, write=lambda code: label("evidence", code)),
        TableColumn("reasons", assessed.field("reasons").label),
    )
