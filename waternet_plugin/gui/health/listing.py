"""The list of pipes: worst risk first, each with its first reason and its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui import amounts
from waternet_plugin.gui.health import reasons
from waternet_plugin.gui.health.answers import COLUMNS
from waternet_plugin.gui.rows import Column

if TYPE_CHECKING:
    import pandas as pd

# More rows than anybody reads; the file gets them all.
MOST = 1000


@dataclass(frozen=True)
class PipeList:
    """``rows`` are all pipes, worst first; the first `MOST` of them have their shape under ``wkb``."""

    rows: tuple[dict[str, Any], ...]

    @property
    def shown(self) -> tuple[dict[str, Any], ...]:
        """The rows that a table shows."""
        return self.rows[:MOST]

    @property
    def length_m(self) -> float:
        """Metres of all pipes."""
        return float(sum(row["length_m"] for row in self.rows if row["length_m"] == row["length_m"]))


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


def pipe_rows(pipes: pd.DataFrame) -> PipeList:
    """Return pipes as rows, highest risk first, unknown risk last, equals by their id.

    Parameters
    ----------
    pipes
        `COLUMNS` of ``pipe_health``, and ``geom`` where a click shall find the pipe.
    """
    import shapely

    ordered = pipes.sort_values(
        ["risk", "pipe_id"], ascending=[False, True], kind="stable", na_position="last"
    )
    listed = ordered[COLUMNS].to_dict("records")
    if "geom" in ordered.columns and len(ordered):
        for row, wkb in zip(listed, shapely.to_wkb(ordered["geom"].to_numpy()[:MOST])):
            row["wkb"] = wkb
    for row in listed:
        said = reasons.split(row["reasons"])
        row["first_reason"] = said[0] if said else ""
    return PipeList(tuple(listed))


def _field(name: str) -> str:
    return table("pipe").field(name).label


def columns() -> tuple[Column, ...]:
    """Return what the table shows of a pipe."""
    return (
        Column("street", _field("street"), width=92),
        Column("diameter_mm", "DN", write=diameter, decimals=0, width=56),
        Column("material", _field("material"), write=lambda code: label("material", code), width=100),
        Column("install_year", tr("Laid"), write=year, decimals=0, width=60),
        Column("length_m", tr("Length, m"), decimals=0, width=68),
        Column(
            "class",
            table("assessment").field("class").label,
            write=lambda code: label("health_class", code),
            colour=class_colour,
            width=116,
        ),
        Column("first_reason", tr("First reason"), width=260, fills=True),
        Column("pipe_id", _field("pipe_id"), width=96),
    )


def file_columns(currency: str) -> tuple[Column, ...]:
    """Return what a CSV file holds of a pipe: everything that the list knows.

    Parameters
    ----------
    currency
        In which risk and consequence are.
    """
    assessed = table("assessment")
    plain = [column for column in columns() if column.key not in ("first_reason", "pipe_id")]
    return (
        Column("pipe_id", _field("pipe_id")),
        *plain,
        Column("rate_per_100km_y", assessed.field("rate_per_100km_y").label, decimals=2),
        Column("likelihood", assessed.field("likelihood").label, decimals=4),
        Column(
            "consequence", f"{assessed.field('consequence').label}, {amounts.currency(currency)}", decimals=0
        ),
        Column("risk", f"{assessed.field('risk').label}, {amounts.currency(currency)}", decimals=0),
        Column("evidence", assessed.field("evidence").label, write=lambda code: label("evidence", code)),
        Column("reasons", assessed.field("reasons").label),
    )
