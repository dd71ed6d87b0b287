"""A comparison of scenarios as rows of lists: zones, pipes that change zone, devices, changes since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from waternet_plugin.core.colours import ACCENT, FAULT, GOOD, QUIET
from waternet_plugin.core.dma.hues import given_hues
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dma.boundaries.hues import HUES
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from waternet_plugin.core.dma.drawing.compared_drawings import ComparedZone
    from waternet_plugin.operations.dma.compare_scenarios import CompareScenariosResult

_NEW, _CHANGED = GOOD, ACCENT
_ARROW = " → "


@dataclass(frozen=True, order=True)
class FigureChange:
    """A figure before and after; such figures sort by how much it changes."""

    difference: float
    after: float
    decimals: int = field(default=0, compare=False)

    @property
    def text(self) -> str:
        """Both figures, one of them where they are written alike."""
        both = [
            amounts.number(figure, self.decimals) for figure in (self.after - self.difference, self.after)
        ]
        return both[1] if both[0] == both[1] else _ARROW.join(both)


def _write(change: FigureChange) -> str:
    return change.text


def zone_name(names: Mapping[str, str], zone_id: str | None) -> str:
    """Return what people call a zone; None is outside."""
    return tr("outside") if not zone_id else names.get(zone_id) or zone_id


def names_of(result: CompareScenariosResult) -> dict[str, str]:
    """Return the names of zones by id, where they have one."""
    return {
        str(zone): str(name)
        for zone, name in zip(result.zones["zone_id"], result.zones["name"])
        if isinstance(name, str) and name
    }


def colours_of(result: CompareScenariosResult) -> dict[str, str]:
    """Return a colour for each zone: its own, and of new ones one that no neighbour has."""
    ids = [str(one) for one in result.zones["zone_id"]]
    number = {name: place for place, name in enumerate(ids)}
    # 0 is not a hue yet.
    known = [
        float(hue) if isinstance(hue, (int, float)) and hue == hue else 0.0 for hue in result.zones["hue"]
    ]
    meeting = [
        (number[one], number[other])
        for one, other in sorted(result.drawings.neighbours)
        if one in number and other in number
    ]
    given = given_hues(len(ids), meeting, np.array(known))
    return {name: HUES[int(hue) % len(HUES)] for name, hue in zip(ids, given)}


def state_words() -> dict[str, str]:
    """Return what people call what becomes of a zone."""
    return {
        "new": tr("New", "of a zone in a comparison"),
        "gone": tr("Given up", "of a zone in a comparison"),
        "changed": tr("Changed", "of a zone in a comparison"),
        "same": "",
    }


def _state(zone: ComparedZone) -> str:
    if not zone.before.pipes:
        return "new"
    if not zone.after.pipes:
        return "gone"
    return "changed" if zone.differs else "same"


def zone_columns() -> tuple[TableColumn, ...]:
    """Return what the list of zones shows."""
    words = state_words()
    return (
        TableColumn("colour", "", write=lambda _colour: "", colour=lambda colour: colour, width=20),
        TableColumn("name", tr("Zone"), width=90, fills=True),
        TableColumn("state", tr("State"), write=lambda code: words[code], width=76),
        TableColumn("pipes", tr("Pipes"), write=_write, width=84),
        TableColumn("km", "km", write=_write, width=92),
        TableColumn("households", tr("Households"), write=_write, width=104),
        TableColumn("inlets", tr("Inlets"), write=_write, width=56),
        TableColumn(
            "open",
            tr("Open crossings"),
            write=_write,
            colour=lambda change: FAULT if change.after else None,
            width=70,
        ),
        TableColumn("night", tr("At night, m³/h"), write=_write, width=84),
    )


def zone_rows(result: CompareScenariosResult) -> list[dict[str, Any]]:
    """Return a row for each zone, those that differ first."""
    names, colours = names_of(result), colours_of(result)
    rows = []
    for zone in result.drawings.zones:

        def change(
            key: str, scale: float = 1.0, decimals: int = 0, zone: ComparedZone = zone
        ) -> FigureChange:
            before, after = (float(getattr(each, key)) / scale for each in (zone.before, zone.after))
            return FigureChange(after - before, after, decimals)

        rows.append(
            {
                "colour": colours.get(zone.zone_id, QUIET),
                "name": zone_name(names, zone.zone_id),
                "state": _state(zone),
                "pipes": change("pipes"),
                "km": change("length_m", 1000.0, 1),
                "households": change("households"),
                "inlets": change("inlets"),
                "open": change("open_crossings"),
                "night": change("night_flow_m3h", decimals=1),
                "box": zone.box,
            }
        )
    return rows


def move_columns() -> tuple[TableColumn, ...]:
    """Return what the list of pipes that change zone shows."""
    return (
        TableColumn("old", "", write=lambda _colour: "", colour=lambda colour: colour, width=20),
        TableColumn("before", tr("Before", "of a comparison"), width=120, fills=True),
        TableColumn("new", "", write=lambda _colour: "", colour=lambda colour: colour, width=20),
        TableColumn("after", tr("After", "of a comparison"), width=120, fills=True),
        TableColumn("pipes", tr("Pipes"), decimals=0, width=60),
        TableColumn("km", "km", decimals=2, width=60),
    )


def move_rows(result: CompareScenariosResult) -> list[dict[str, Any]]:
    """Return a row for each pair of zones between which pipes go."""
    import shapely

    names, colours = names_of(result), colours_of(result)
    rows = []
    for move in result.drawings.moves:
        bounds = shapely.total_bounds(move.lines).tolist()
        rows.append(
            {
                "old": colours.get(move.before or "", QUIET),
                "before": zone_name(names, move.before),
                "new": colours.get(move.after or "", QUIET),
                "after": zone_name(names, move.after),
                "pipes": len(move.pipe_ids),
                "km": move.length_m / 1000.0,
                "box": None if bounds[0] != bounds[0] else tuple(bounds),
            }
        )
    return sorted(rows, key=lambda row: -row["km"])


def device_columns() -> tuple[TableColumn, ...]:
    """Return what the list of devices shows."""
    words = domain("scenario_device_kind")
    return (
        TableColumn("colour", "", write=lambda _colour: "", colour=lambda colour: colour, width=20),
        TableColumn("where", tr("Only in"), width=96),
        TableColumn("kind", tr("What"), write=lambda code: words[code].label, width=110),
        TableColumn("node", tr("Node"), width=84),
        TableColumn("pipe", tr("Pipe"), width=110),
        TableColumn("zones", tr("Between"), width=110, fills=True),
        TableColumn("cost", tr("Cost", "of devices"), decimals=0, width=70),
    )


def device_rows(result: CompareScenariosResult) -> list[dict[str, Any]]:
    """Return a row for each device of one of the two alone."""
    from waternet_plugin.core.frames import records

    names = names_of(result)
    rows = []
    for device in records(result.devices):
        size = device["diameter_mm"]
        pipe = [device["pipe_id"] or "", f"DN{size:.0f}" if size is not None and size == size else ""]
        sides = [zone_name(names, device[key]) for key in ("zone_out", "zone_in")]
        rows.append(
            {
                "colour": QUIET if device["in_a"] else _NEW,
                "where": side_name(result.before if device["in_a"] else result.after),
                "kind": device["kind"],
                "node": device["node_id"] or device["at_node"] or "",
                "pipe": " ".join(part for part in pipe if part),
                "zones": _ARROW.join(sides) if device["zone_in"] or device["zone_out"] else "",
                "cost": device["cost"],
                "box": None if device["x"] != device["x"] else (device["x"], device["y"]) * 2,
            }
        )
    return rows


def changed_columns() -> tuple[TableColumn, ...]:
    """Return what the list of changes in the network shows."""
    return (
        TableColumn("colour", "", write=lambda _colour: "", colour=lambda colour: colour, width=20),
        TableColumn("table", tr("What"), width=120),
        TableColumn("asset", tr("Asset"), width=160, fills=True),
        TableColumn("there", tr("State"), width=160),
    )


def changed_rows(result: CompareScenariosResult) -> list[dict[str, Any]]:
    """Return a row for each asset that changed in the network since the scenarios were branched."""
    return [
        {
            "colour": FAULT if one.box is None else _CHANGED,
            "table": table(one.table).label,
            "asset": one.asset,
            "there": tr("not on the map") if one.box is None else tr("changed"),
            "box": one.box,
        }
        for one in result.changed
    ]


def side_name(name: str) -> str:
    """Return what people call one of the two; '' is the network as it is."""
    return name or tr("Live")


def headline(result: CompareScenariosResult) -> str:
    """Return the differences in one line."""
    drawings = result.drawings
    parts = []
    if drawings.pipes:
        text = tr("%n pipe(s) change zone, {length}", "", drawings.pipes)
        parts.append(text.format(length=amounts.length(drawings.length_m)))
    if len(result.devices):
        parts.append(tr("%n device(s) differ", "", len(result.devices)))
    if result.costs[0] != result.costs[1]:
        before, after = (amounts.money(cost, result.currency) for cost in result.costs)
        parts.append(tr("cost {before} → {after}").format(before=before, after=after))
    return " · ".join(parts) or tr("Both are alike.")
