"""A programme as it is listed: its units with their progress, its items with how they stand to the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import CALM, CAUTION, PALE, REFUSED, SEVERE, WARNING
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.programmes.programme_summary import ProgrammeSummary

COLOURS = {
    "done": CALM, "due": CAUTION, "late": SEVERE, "under_way": WARNING, "later": PALE, "refused": REFUSED,
}  # fmt: skip


def situation_label(code: str) -> str:
    """Return how an item stands to its plan, in words."""
    return domain("programme_situation")[code].label


def unit_columns() -> tuple[TableColumn, ...]:
    """Return what the table by unit shows."""
    return (
        TableColumn("unit", tr("Unit", "programme"), width=92, fills=True, wraps=True),
        TableColumn("done", tr("Done"), decimals=0, width=52),
        TableColumn("total", tr("Of"), decimals=0, width=52),
        TableColumn("plan", tr("Plan"), decimals=0, width=48),
        TableColumn("fulfilled", tr("Fulfilled"), decimals=0, width=58),
        TableColumn("reasons", tr("Reasons"), width=120, spare=True, wraps=True),
    )


def unit_rows(summary: ProgrammeSummary) -> list[dict[str, Any]]:
    """Return the units, those below plan first."""
    from waternet_plugin.core.reports.programmes.programme_words import unit_label_of

    rows = []
    for one in sorted(summary.units, key=lambda one: (not one.month.is_below, one.unit, one.count_unit)):
        name = one.unit or tr("(not named)")
        if one.count_unit != summary.count_unit:
            name = tr("{unit} ({counted})").format(unit=name, counted=unit_label_of(one.count_unit).lower())
        rows.append(
            {
                "unit": name, "done": one.done, "total": one.total, "plan": one.month.plan,
                "fulfilled": one.month.fulfilled, "reasons": "; ".join(one.month.reasons),
                "key": one.unit,
            }
        )  # fmt: skip
    return rows


def item_columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of an item."""
    return (
        TableColumn(
            "situation", "", write=lambda _code: "", colour=COLOURS.get, width=20,
            tip=lambda row: situation_label(row["situation"]),
        ),
        TableColumn("name", tr("Compound", "programme"), width=104, fills=True, wraps=True, tip=_item_tip),
        TableColumn("count", tr("Count"), decimals=0, width=50),
        TableColumn("planned_month", tr("Month"), width=58),
        TableColumn("state", tr("State"), write=_state_label, width=64),
        TableColumn("done_on", tr("Done on"), width=78, spare=True),
    )  # fmt: skip


def further_columns() -> tuple[TableColumn, ...]:
    """Return what a file holds beside what the list shows."""
    return (
        TableColumn("item_id", tr("Item")),
        TableColumn("compound_id", tr("Compound id")),
        TableColumn("unit", tr("Unit")),
    )


def _state_label(code: str) -> str:
    states = domain("programme_state")
    return states[code].label if code in states else code


def _item_tip(row: dict[str, Any]) -> str:
    parts = [row["name"], row["unit"]]
    if not row["compound_id"]:
        parts.append(tr("no compound of the map has this name"))
    return joined(f"{part}." for part in parts if part)


def item_rows(summary: ProgrammeSummary) -> list[dict[str, Any]]:
    """Return the items: what is late first, then what is due, in the order of the list otherwise."""
    order = {"late": 0, "due": 1, "under_way": 2, "later": 3, "refused": 4, "done": 5}
    items = sorted(summary.items, key=lambda one: order[one.situation])
    return [
        {
            "item_id": one.item_id, "name": one.name or one.compound_id or one.item_id,
            "compound_id": one.compound_id, "unit": one.unit, "count": one.count,
            "planned_month": one.planned_month, "state": one.state, "situation": one.situation,
            "done_on": one.done_on,
        }
        for one in items
    ]  # fmt: skip


def progress_sentence(summary: ProgrammeSummary) -> str:
    """Return how much of the programme is done."""
    from waternet_plugin.core.reports.programmes.programme_words import share

    return share(summary.done, summary.total, summary.count_unit)


def month_sentence(summary: ProgrammeSummary) -> str:
    """Return how the last month went."""
    from waternet_plugin.core.reports.document import number
    from waternet_plugin.core.reports.programmes.programme_words import month_name

    name = month_name(summary.month)
    figures = summary.figures
    if figures is None or not figures.plan:
        return tr("{month}: nothing was planned").format(month=name)
    text = tr("{month}: {part} of {whole}").format(
        month=name, part=number(figures.fulfilled), whole=number(figures.plan)
    )
    if not summary.below:
        return text
    return tr("{month}, {below}").format(month=text, below=tr("%n unit(s) below plan", "", summary.below))
