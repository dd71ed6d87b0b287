"""Compounds to renovate as they are listed: three dots, the cost, and a card whose figures lead to rows."""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import GREY, PASSED, SEVERE
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import labelled, listed, tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.users.screen_compounds import ScreenResult

COLOURS = {"yes": SEVERE, "no": PASSED, "unknown": GREY}
# Of the links of the card: what follows is the figure whose rows are wanted.
ROWS = "rows"


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a compound: a dot for each reason, then the cost."""
    return (
        TableColumn("name", tr("Compound"), width=92, fills=True, wraps=True),
        _dot("leakage", tr("L", "leakage"), tr("Leakage above the limit")),
        _dot("pressure", tr("P", "pressure"), tr("Pressure at risk")),
        _dot("quality", tr("Q", "water quality"), tr("Water quality at risk")),
        TableColumn("loss_percent", tr("Loss %"), decimals=1, width=48),
        TableColumn("cost", tr("Cost", "of renovation"), decimals=0, width=70, tip=_cost_tip),
    )


def _dot(key: str, sign: str, title: str) -> TableColumn:
    def tip(row: dict[str, Any]) -> str:
        return labelled(title, label_of("yes_no_unknown", row[key]))

    return TableColumn(key, sign, write=lambda _code: "", colour=COLOURS.get, width=22, title=title, tip=tip)


def _cost_tip(row: dict[str, Any]) -> str:
    if row["cost"] is None:
        return tr("A part of the cost is not known; the card says which.")
    return amounts.number(row["cost"])


def further_columns() -> tuple[TableColumn, ...]:
    """Return what a file holds beside what the list shows; dots as words."""

    def word(code: str) -> str:
        return label_of("yes_no_unknown", code)

    return (
        TableColumn("compound_id", tr("Compound id")),
        TableColumn("must_renovate", tr("To be renovated"), write=word),
        TableColumn("leakage", tr("Leakage above the limit"), write=word),
        TableColumn("pressure", tr("Pressure at risk"), write=word),
        TableColumn("quality", tr("Water quality at risk"), write=word),
        TableColumn("supply_m3", tr("Supply (m³)"), decimals=0),
        TableColumn("sold_m3", tr("Sold (m³)"), decimals=0),
        TableColumn("pipes_m", tr("Pipes (m)"), decimals=0),
        TableColumn("risers_m", tr("Risers (m)"), decimals=0),
        TableColumn("pump_rooms_due", tr("Pump rooms"), decimals=0),
        TableColumn("meters_due", tr("Meters due"), decimals=0),
        TableColumn("cost_leakage", tr("Leakage a year"), decimals=0),
        TableColumn("cost_works", tr("Works", "of renovation"), decimals=0),
        TableColumn("cost_meters", tr("Meters", "replaced"), decimals=0),
        TableColumn("cost_repairs", tr("Repairs a year"), decimals=0),
        TableColumn("cost_operation", tr("Operation a year"), decimals=0),
        TableColumn("reasons", tr("Reasons")),
    )


def rows_of(result: ScreenResult) -> list[dict[str, Any]]:
    """Return compounds as rows, those to renovate first; unknown is None."""
    from waternet_plugin.core.frames import records

    limit = float(result.report.figures["limit"])
    # The sheets call compounds by id and name, in the same order.
    _title, _headings, cells = result.sheets[0]
    rows = []
    for found, (name, *_others) in zip(records(result.compounds), cells):
        shape = found.pop("geom")
        row = {name: None if value != value else value for name, value in found.items()}
        rate = row["loss_rate"]
        row["leakage"] = "unknown" if rate is None else "yes" if rate > limit else "no"
        row["loss_percent"] = None if rate is None else 100.0 * rate
        row["name"] = name
        row["wkb"] = None if shape is None or shape.is_empty else shape.wkb
        rows.append(row)
    return rows


def card(row: dict[str, Any]) -> str:
    """Return a compound in words, as HTML: the reasons, what is to be done, the cost under five headings."""
    works = (
        ("pipes", tr("{length} of pipes"), _length(row["pipes_m"])),
        ("risers", tr("{length} of risers"), _length(row["risers_m"])),
        ("pump_rooms", tr("{count} pump rooms"), amounts.number(row["pump_rooms_due"])),
    )
    lines = (
        (tr("Leakage a year"), row["cost_leakage"], _link("bulk_meters", _loss(row))),
        (
            tr("Works", "of renovation"), row["cost_works"],
            listed(_link(key, text.format(length=amount, count=amount)) for key, text, amount in works),
        ),
        (
            tr("Meters", "replaced"), row["cost_meters"],
            listed((_link("users", tr("users")), _link("meters_due", _meters_due(row)))),
        ),
        (tr("Repairs a year"), row["cost_repairs"], _link("failures", tr("failures"))),
        (tr("Operation a year"), row["cost_operation"], _link("all_pipes", tr("pipes"))),
    )  # fmt: skip
    cells = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{links}</td>"
        f'<td align="right"><b>{html.escape(_money(money))}</b></td></tr>'
        for name, money, links in (*lines, (tr("Cost", "of renovation"), row["cost"], ""))
    )
    verdict = tr("To be renovated: {answer}").format(answer=label_of("yes_no_unknown", row["must_renovate"]))
    head = pane.paragraph(f"{row['name']}", bold=True) + pane.paragraph(verdict)
    reasons = pane.paragraph(row["reasons"]) if row["reasons"] else ""
    return f'{head}{reasons}<table width="100%" cellpadding="1">{cells}</table>'


def _link(figure: str, text: str) -> str:
    return f'<a href="{ROWS}:{figure}">{html.escape(text)}</a>'


def _meters_due(row: dict[str, Any]) -> str:
    return tr("{count} meters due").format(count=amounts.number(row["meters_due"]))


def _loss(row: dict[str, Any]) -> str:
    if row["loss_m3"] is None:
        return tr("loss not known")
    return tr("{m3} m³ lost").format(m3=amounts.number(row["loss_m3"]))


def _length(metres: float | None) -> str:
    return "–" if metres is None or not math.isfinite(metres) else amounts.length(metres)


def _money(value: float | None) -> str:
    return tr("not known") if value is None else amounts.number(value)
