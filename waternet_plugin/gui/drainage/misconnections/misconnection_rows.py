"""Misconnections as they are listed and drawn: rows with their states, and the shapes of what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.colours import ACCENT, FAULT, INK, OTHER
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.reports.drainage.misconnections import severity_label
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.overlay import DIAMOND, RING, OverlayLine, OverlayMark
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.drainage.listed_misconnections import ListedMisconnections

_NEAR = "near"
_WAY, _WAY_PX = OTHER, 5
_WRONG, _OTHER, _CHOSEN_PX = FAULT, ACCENT, 8
_COMPOUND_PX = 2
_OUTFALL = INK
_SCREEN = Look("screen", "en")


def _colour_of(severity: str) -> str:
    """Return the colour that the map gives a severity."""
    return _SCREEN.colour(f"misconnection.{severity}")


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a misconnection."""
    return (
        TableColumn("severity", "", write=lambda _code: "", colour=_colour_of, width=20),
        TableColumn("rule", tr("Rule"), width=40),
        TableColumn("pipe_id", table("pipe").field("pipe_id").label, width=78),
        TableColumn("users", tr("Users"), decimals=0, width=48),
        TableColumn("place", tr("Compound"), width=80, fills=True, wraps=True),
    )


def severity_word(row: dict[str, Any]) -> str:
    """Return how bad a misconnection is, in a word."""
    return severity_label(str(row["severity"]))


def rule_choices(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the rules of some misconnections with how many each has, '' for all of them."""
    counts: dict[str, int] = {}
    codes = {row["rule_id"]: str(row["rule"]) for row in rows}
    for row in rows:
        counts[row["rule_id"]] = counts.get(row["rule_id"], 0) + 1
    text = tr("{code} {title}: {n}", "a rule, and how many it found")
    return [
        ("", tr("All rules: {n}").format(n=amounts.number(len(rows)))),
        *(
            (one, text.format(code=codes[one], title=catalogue()[one].title, n=amounts.number(counts[one])))
            for one in sorted(counts, key=lambda one: (len(codes[one]), codes[one], one))
        ),
    ]


def marks(rows: list[dict[str, Any]]) -> list[OverlayMark]:
    """Return a diamond for each misconnection, the worst drawn last; near ones are hollow."""
    return [
        OverlayMark(
            row["x"], row["y"], _colour_of(row["severity"]), DIAMOND, is_hollow=row["certainty"] == _NEAR
        )
        for row in reversed([row for row in rows if row["x"] == row["x"]])
    ]


def explained(
    found: ListedMisconnections, row: dict[str, Any]
) -> tuple[list[OverlayLine], list[OverlayMark]]:
    """Return what the map shows of one: the way from the compound to the outfall, and both drains over it."""
    lines = []
    edge = found.compounds.get(row["compound_id"] or "")
    if edge is not None:
        lines.append(OverlayLine(edge, _SCREEN.colour("area.compound"), _COMPOUND_PX, is_dashed=True))
    for name in row["way"]:
        if name in found.pipes:
            lines.append(OverlayLine(found.pipes[name], _WAY, _WAY_PX))
    for name, colour in ((row["other_id"], _OTHER), (row["pipe_id"], _WRONG)):
        if name in found.pipes:
            lines.append(OverlayLine(found.pipes[name], colour, _CHOSEN_PX))
    signs = []
    if row["outfall_id"] in found.outfalls:
        x, y = found.outfalls[row["outfall_id"]]
        signs.append(OverlayMark(x, y, _OUTFALL, RING, "▼"))
    return lines, signs


def further_columns() -> tuple[TableColumn, ...]:
    """Return what a table holds beside what the list shows."""
    return (
        TableColumn("other_id", tr("Joined to")),
        TableColumn("outfall_id", tr("Outfall")),
        TableColumn("length_m", tr("Length behind, m"), decimals=0),
        TableColumn("severity", tr("Severity"), write=lambda code: severity_label(str(code))),
        TableColumn("priority", tr("Priority"), decimals=0),
        TableColumn("reasons", tr("Reasons")),
    )
