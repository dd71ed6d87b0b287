"""Misconnections as they are listed and drawn: rows with their states, and the shapes of what they name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.colours import ACCENT, FAULT, INK, OTHER
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.core.reports.drainage.misconnections import severity_label
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.overlay import DIAMOND, RING, OverlayLine, OverlayMark
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.store import Network

_NEAR = "near"
_WAY, _WAY_PX = OTHER, 5
_WRONG, _OTHER, _CHOSEN_PX = FAULT, ACCENT, 8
_COMPOUND_PX = 2
_OUTFALL = INK
_SCREEN = Look("screen", "en")


@dataclass(frozen=True)
class ListedMisconnections:
    """What was found: rows, most urgent first, the answer in sentences, and lines by id (as WKB)."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    summary: tuple[str, ...] = ()
    pipes: dict[str, bytes] = field(default_factory=dict)
    compounds: dict[str, bytes] = field(default_factory=dict)
    outfalls: dict[str, tuple[float, float]] = field(default_factory=dict)

    def count(self, state: str = OPEN) -> int:
        """Return how many there are in a state."""
        return sum(row["state"] == state for row in self.rows)


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
    rules = sorted(counts, key=lambda one: (len(codes[one]), codes[one], one))
    every = tr("All rules: {n}").format(n=amounts.number(len(rows)))
    return [
        ("", every),
        *(
            (one, text.format(code=codes[one], title=catalogue()[one].title, n=amounts.number(counts[one])))
            for one in rules
        ),
    ]


def read_misconnections(network: Network, progress: Progress) -> ListedMisconnections:
    """Look for misconnections and read what the map shows of them; nothing is written."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.operations.drainage.find_misconnections import (
        MisconnectionRequest,
        find_misconnections,
    )

    found = find_misconnections(network, MisconnectionRequest(name=""), progress)
    frame = found.found
    rows: list[dict[str, Any]] = []
    points = frame.geometry
    for row, x, y in zip(records(frame.drop(columns=points.name)), points.x, points.y):
        way = tuple(str(row["way"]).split(";")) if row["way"] else ()
        rows.append({**row, "way": way, "x": float(x), "y": float(y)})
    states = _states(network, [row["issue_id"] for row in rows])
    names = _ids(rows, "compound_id")
    compounds = network.read("compound", ["compound_id", "name"], ids=names)
    called = dict(zip(compounds["compound_id"], compounds["name"]))
    for row in rows:
        row["state"], row["state_reason"] = states.get(row["issue_id"], (OPEN, ""))
        row["place"] = called.get(row["compound_id"]) or row["compound_id"] or ""
    drains = sorted({name for row in rows for name in (*row["way"], row["other_id"]) if name})
    pipes = network.read("pipe", ["pipe_id"], ids=drains)
    outfalls = network.read("node", ["node_id"], ids=_ids(rows, "outfall_id"))
    return ListedMisconnections(
        rows,
        found.summary,
        _shapes(pipes, "pipe_id"),
        _shapes(compounds, "compound_id", edge=True),
        {str(name): (shape.x, shape.y) for name, shape in zip(outfalls["node_id"], outfalls.geometry)},
    )


def _ids(rows: list[dict[str, Any]], key: str) -> list[str]:
    return sorted({str(row[key]) for row in rows if row[key]})


def _states(network: Network, ids: list[str]) -> dict[str, tuple[str, str]]:
    columns = ["issue_id", "state", "state_reason"]
    kept = network.read("issue", columns, ids=ids, geometry=False)
    reasons = kept["state_reason"].fillna("")
    return dict(zip(kept["issue_id"], zip(kept["state"].fillna(OPEN), reasons)))


def _shapes(frame: Any, key: str, *, edge: bool = False) -> dict[str, bytes]:
    """Return the lines of rows by their id; of areas the edges."""
    import shapely

    from waternet_plugin.core.wkb import to_wkb

    shapes = shapely.force_2d(frame.geometry.to_numpy())
    if edge:
        shapes = shapely.boundary(shapes)
    return {
        str(name): to_wkb(shape)
        for name, shape in zip(frame[key], shapes)
        if shape is not None and not shape.is_empty
    }


def marks(rows: list[dict[str, Any]]) -> list[OverlayMark]:
    """Return a diamond for each misconnection, the worst drawn last; near ones are hollow."""
    placed = [row for row in rows if row["x"] == row["x"]]
    return [
        OverlayMark(
            row["x"], row["y"], _colour_of(row["severity"]), DIAMOND, is_hollow=row["certainty"] == _NEAR
        )
        for row in reversed(placed)
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
