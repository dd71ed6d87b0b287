"""The list of packages: which street in which year, for how much, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui import amounts
from waternet_plugin.gui.health.listing import class_colour, label
from waternet_plugin.gui.rows import Column

if TYPE_CHECKING:
    import pandas as pd

MOST = 1000
_YEAR_COLOURS = 10


def project_rows(projects: pd.DataFrame) -> list[dict[str, Any]]:
    """Return packages as rows: by year, most benefit per cost first, those without money last.

    Parameters
    ----------
    projects
        `recorded.PROJECT_COLUMNS` with ``geom``.
    """
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.wkb import to_wkb

    worth = (projects["benefit"] / projects["cost"]).fillna(0.0)
    ordered = projects.assign(worth=worth).sort_values(
        ["year", "worth", "project_id"], ascending=[True, False, True], na_position="last", kind="stable"
    )
    shapes = to_wkb(ordered["geom"].to_numpy()) if len(ordered) else []
    rows: list[dict[str, Any]] = records(ordered.drop(columns="geom"))
    for row, wkb in zip(rows, shapes):
        row["wkb"] = wkb
        row["pipes"] = len(row["pipe_ids"].split(";")) if row["pipe_ids"] else 0
    return rows


def years_of(rows: Sequence[dict[str, Any]]) -> list[int]:
    """Return the years that packages have, in order."""
    return sorted({int(row["year"]) for row in rows if row["year"] == row["year"]})


def _year(value: float) -> str:
    return f"{value:.0f}"


def columns(currency: str, years: Sequence[int]) -> tuple[Column, ...]:
    """Return what the list shows of a package.

    Parameters
    ----------
    currency
        In which costs are.
    years
        The years of the plan, whose colours the map uses.
    """
    described = table("project")
    look = Look("screen", texts.language())

    def colour(value: float) -> str | None:
        if value != value or int(value) not in years:
            return None
        return look.colour(f"plan.year_{list(years).index(int(value)) % _YEAR_COLOURS + 1}")

    def labelled(key: str, domain: str, width: int) -> Column:
        return Column(key, described.field(key).label, write=lambda code: label(domain, code), width=width)

    money = amounts.currency(currency)
    return (
        Column("year", described.field("year").label, write=_year, decimals=0, colour=colour, width=68),
        Column("street", described.field("street").label, width=84),
        Column("length_m", tr("Length, m"), decimals=0, width=68),
        Column("cost", f"{described.field('cost').label}, {money}", decimals=0, width=88),
        Column("pipes", tr("Pipes"), decimals=0, width=48),
        Column(
            "class",
            described.field("class").label,
            write=lambda code: label("health_class", code),
            colour=class_colour,
            width=116,
        ),
        labelled("method", "renewal_method", 96),
        labelled("material", "material", 96),
        labelled("state", "project_state", 88),
        Column("benefit", f"{described.field('benefit').label}, {money}", decimals=0, width=104),
        Column("reasons", described.field("reasons").label, width=320, fills=True),
    )


def tree_columns(currency: str, years: Sequence[int]) -> tuple[Column, ...]:
    """Return what the tree shows of a package under its year: the street first, and what was decided."""
    by_key = {column.key: column for column in columns(currency, years)}
    street = by_key.pop("street")
    year = by_key.pop("year")
    first = Column("street", street.label, width=132)
    decided = Column("decision", tr("By hand"), width=96)
    rest = [by_key[key] for key in ("length_m", "cost", "pipes", "class")]
    others = [column for key, column in by_key.items() if key not in ("length_m", "cost", "pipes", "class")]
    return (first, Column("year", year.label, write=year.write, decimals=0, colour=year.colour, width=68),
            *rest, decided, *others)  # fmt: skip


def file_columns(currency: str) -> tuple[Column, ...]:
    """Return what a CSV file holds of a package."""
    described = table("project")
    return (
        Column("project_id", described.field("project_id").label),
        *columns(currency, ()),
        Column("pipe_ids", described.field("pipe_ids").label),
    )
