"""Tanks as they are listed and drawn: when each is due, what that rests on, and why."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import CALM, CAUTION, GREY, SEVERE
from waternet_plugin.core.reports.compounds.tank_chart import tank_sentence
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.network.overlay import DOT, RING, OverlayMark
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.drainage.compounds.tanks.tank_plot import TankPlot
    from waternet_plugin.operations.compounds.schedule_tanks import TankResult

COLOURS = {"overdue": SEVERE, "due": CAUTION, "later": CALM, "unknown": GREY}
_DOT_SCALE, _RING_SCALE = 1.0, 0.9


@dataclass(frozen=True)
class ListedTanks:
    """Rows of tanks, the longest overdue first, the plot of each that has depths, and the answer."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    plots: dict[str, TankPlot] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a tank."""
    return (
        TableColumn("state", "", write=lambda _code: "", colour=COLOURS.get, width=20, tip=_state_tip),
        TableColumn("node_id", tr("Tank"), width=76, fills=True, wraps=True),
        TableColumn("due_on", tr("Due on"), width=84),
        TableColumn("basis", tr("Rests on"), write=lambda code: _label("tank_basis", code), width=92),
        TableColumn("compound_id", tr("Compound"), width=70, spare=True),
    )


def further_columns() -> tuple[TableColumn, ...]:
    """Return what a table holds beside what the list shows."""
    return (
        TableColumn("state", tr("State"), write=lambda code: _label("due_state", code)),
        TableColumn("kind", tr("Kind"), write=lambda code: _label("node_kind", code)),
        TableColumn("cleaned_on", tr("Last cleaned")),
        TableColumn("cycle_d", tr("Cycle, d"), decimals=0),
        TableColumn("persons", tr("Persons"), decimals=0),
        TableColumn("reasons", tr("Reasons")),
    )


def listed_tanks(result: TankResult) -> ListedTanks:
    """Return tanks as rows of the list."""
    from waternet_plugin.core.drainage.compounds.tanks.tank_plot import tank_plot
    from waternet_plugin.core.frames import records

    rows, plots = [], {}
    measured = set(result.schedule.depths["node_id"])
    for place, tank in enumerate(records(result.tanks)):
        shape = tank.pop("geom")
        row = {name: None if value != value else value for name, value in tank.items()}
        for name in ("cleaned_on", "due_on"):
            row[name] = None if row[name] is None else row[name].date().isoformat()
        row["xy"] = None if shape is None or shape.is_empty else (shape.x, shape.y)
        rows.append(row)
        if row["node_id"] in measured:
            plots[row["node_id"]] = tank_plot(result.schedule, place)
    return ListedTanks(rows, plots, result.summary[1:])


def headline(tanks: ListedTanks) -> str:
    """Return how many tanks are overdue and due soon."""
    states = [row["state"] for row in tanks.rows]
    said = [
        tr("%n tank(s)", "", len(states)),
        tr("{count} overdue").format(count=amounts.number(states.count("overdue"))),
        tr("{count} due soon").format(count=amounts.number(states.count("due"))),
    ]
    return listed(said)


def card(row: dict[str, Any], plot: TankPlot | None = None) -> str:
    """Return a tank in words, as HTML: what it is, what its plot says, its dates and the reasons."""
    cells = "".join(
        f'<tr><td>{html.escape(name)}</td><td align="right"><b>{html.escape(value or "–")}</b></td></tr>'
        for name, value in [
            (tr("Compound"), row["compound_id"]),
            (tr("Last cleaned"), row["cleaned_on"]),
            (tr("Cycle"), tr("{days} d").format(days=amounts.number(row["cycle_d"]))),
            (tr("Due on"), row["due_on"]),
            (tr("State"), _label("due_state", row["state"])),
        ]
    )
    title = html.escape(f"{_label('node_kind', row['kind'])} {row['node_id']}")
    reasons = f'<p style="margin:4px 0 0 0">{html.escape(row["reasons"])}</p>' if row["reasons"] else ""
    table = f'<table width="100%" cellpadding="1">{cells}</table>'
    sentence = "" if plot is None else f'<p style="margin:0 0 2px 0">{html.escape(tank_sentence(plot))}</p>'
    return f'<p style="font-weight:600; margin:0 0 2px 0">{title}</p>{sentence}{table}{reasons}'


def drawn(tanks: ListedTanks, chosen: str) -> list[OverlayMark]:
    """Return what the map shows: tanks in the colours of their states, a ring around the chosen one."""
    marks = [
        OverlayMark(*row["xy"], COLOURS[row["state"]], DOT, scale=_DOT_SCALE)
        for row in reversed(tanks.rows)
        if row["xy"] is not None
    ]
    for row in tanks.rows:
        if row["node_id"] == chosen and row["xy"] is not None:
            marks.append(OverlayMark(*row["xy"], COLOURS[row["state"]], RING, scale=_RING_SCALE))
    return marks


def at(tanks: ListedTanks, x_m: float, y_m: float, reach_m: float) -> dict[str, Any] | None:
    """Return the row of the tank nearest to a place within a reach, None for none."""
    near = {
        place: (row["xy"][0] - x_m) ** 2 + (row["xy"][1] - y_m) ** 2
        for place, row in enumerate(tanks.rows)
        if row["xy"] is not None
    }
    nearest = min(near, key=lambda place: near[place], default=None)
    if nearest is None or near[nearest] > reach_m**2:
        return None
    return tanks.rows[nearest]


def _label(name: str, code: str | None) -> str:
    codes = domain(name)
    return codes[code].label if code in codes else code or ""


def _state_tip(row: dict[str, Any]) -> str:
    return _label("due_state", row["state"])
