"""The list of packages: which street in which year, for how much, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.health.pipe_list import class_colour, label
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.renewal.package_rows import PackageRows
    from waternet_plugin.operations.renewal.recorded_plans import ListedPlan

MOST = 1000


def headline(rows: PackageRows, plan: ListedPlan, years: int) -> str:
    """Return what a list of packages comes to: what is funded of the budget, the rest apart.

    Parameters
    ----------
    rows
        Packages that are listed.
    plan
        The plan that shows; packages of earlier plans that were decided are not paid by its budget.
    years
        How many years the list is of.
    """
    own = rows.of_plan(plan.plan_id)
    funded = own.funded()
    without = len(own) - len(funded)
    parts = []
    if funded or not rows:
        text = tr("{packages}, {length}, {spent}").format(
            packages=tr("%n package(s)", "", len(funded)),
            length=amounts.length(funded.total("length_m")),
            spent=amounts.spent(funded.total("cost"), plan.budget * years, plan.currency),
        )
        parts.append(text)
        if without:
            parts.append(tr("%n not funded", "packages", without))
    elif without:
        text = tr("{packages} not funded, {length}, {cost}").format(
            packages=tr("%n package(s)", "", without),
            length=amounts.length(own.total("length_m")),
            cost=amounts.money(own.total("cost"), plan.currency),
        )
        parts.append(text)
    earlier = len(rows) - len(own)
    if earlier:
        parts.append(tr("%n decided in earlier plans", "packages", earlier))
    return tr("; ").join(parts)


def _year(value: float) -> str:
    return f"{value:.0f}"


def _percent(share: float) -> str:
    return amounts.number(100 * share)


def columns(currency: str, colours: Mapping[int, str]) -> tuple[TableColumn, ...]:
    """Return what the list shows of a package.

    Parameters
    ----------
    currency
        In which costs are.
    colours
        By year, those of the map; asked whenever a row is drawn.
    """
    described = table("project")

    def colour(value: float) -> str | None:
        return colours.get(int(value)) if value == value else None

    def labelled(key: str, domain: str, width: int) -> TableColumn:
        return TableColumn(
            key, described.field(key).label, write=lambda code: label(domain, code), width=width
        )

    money = amounts.currency(currency)
    return (
        TableColumn("year", described.field("year").label, write=_year, decimals=0, colour=colour, width=68),
        TableColumn("street", described.field("street").label, width=84),
        TableColumn("length_m", tr("Length, m"), decimals=0, width=68),
        TableColumn("cost", f"{described.field('cost').label}, {money}", decimals=0, width=88),
        TableColumn("pipes", tr("Pipes"), decimals=0, width=48),
        TableColumn(
            "class",
            described.field("class").label,
            write=lambda code: label("health_class", code),
            colour=class_colour,
            width=116,
        ),
        TableColumn("renew_now_share", tr("Renew now, %"), write=_percent, decimals=0, width=76),
        labelled("method", "renewal_method", 96),
        labelled("material", "material", 96),
        labelled("state", "project_state", 88),
        TableColumn("benefit", f"{described.field('benefit').label}, {money}", decimals=0, width=104),
        TableColumn("reasons", described.field("reasons").label, width=320, fills=True),
    )


def tree_columns(currency: str, colours: Mapping[int, str]) -> tuple[TableColumn, ...]:
    """Return what the tree shows of a package under its year: the street first, and what was decided."""
    by_key = {column.key: column for column in columns(currency, colours)}
    street = by_key.pop("street")
    year = by_key.pop("year")
    first = TableColumn("street", street.label, width=132)
    decided = TableColumn("decision", tr("By hand"), width=96)
    leading = ("length_m", "cost", "pipes", "class", "renew_now_share")
    rest = [by_key[key] for key in leading]
    others = [column for key, column in by_key.items() if key not in leading]
    year = TableColumn("year", year.label, write=year.write, decimals=0, colour=year.colour, width=68)
    return (first, year, *rest, decided, *others)


def file_columns(currency: str) -> tuple[TableColumn, ...]:
    """Return what a CSV file holds of a package."""
    described = table("project")
    return (
        TableColumn("project_id", described.field("project_id").label),
        *columns(currency, {}),
        TableColumn("pipe_ids", described.field("pipe_ids").label),
    )
