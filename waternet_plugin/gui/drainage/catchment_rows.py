"""Catchments of outfalls as they are listed and drawn, in dry and in wet weather."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.drainage.catchment_sums import SEPARATOR
from waternet_plugin.core.drainage.catchments import DRY, WEATHERS, WET
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.dma.boundaries.hues import HUES
from waternet_plugin.gui.network.overlay import OverlayArea, OverlayLine, OverlayMark
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.drainage.outfall_catchments import CatchmentResult

FILL, _EDGE_PX, _CHOSEN_PX = 0.14, 2, 4
_CHOSEN_FILL = 0.3
_HA = 1e4
# Catchments that lie so near each other touch, m.
_TOUCH_M = 1.0
# Slivers of what is drained in wet weather only, m2.
_LEAST_M2 = 1.0


@dataclass(frozen=True)
class ListedCatchments:
    """Rows by weather, the answer in sentences, and the areas of each outfall: dry, wet, and wet alone."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    shapes: dict[tuple[str, str], Any] = field(default_factory=dict)
    outfalls: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a catchment."""
    return (
        TableColumn("colour", "", write=lambda _colour: "", colour=lambda colour: colour, width=20),
        TableColumn("outfall_id", tr("Outfall"), width=84, fills=True),
        TableColumn("hectares", tr("Area, ha"), decimals=1, width=60),
        TableColumn("users", tr("Users"), decimals=0, width=50),
        TableColumn("confidence", tr("Confidence"), decimals=2, width=64),
    )


def listed_catchments(result: CatchmentResult) -> ListedCatchments:
    """Return what pane and map show of catchments; neighbours differ in hue, in any weather the same."""
    import shapely

    from waternet_plugin.core.dma.hues import given_hues
    from waternet_plugin.core.frames import records

    frame = result.outfalls
    shapes = {
        (str(name), str(weather)): shape
        for name, weather, shape in zip(frame["outfall_id"], frame["weather"], frame.geometry)
    }
    names = sorted({name for name, _weather in shapes})
    wet = [shapes.get((name, WET), shapes.get((name, DRY))) for name in names]
    pairs = shapely.STRtree(wet).query(shapely.buffer(wet, _TOUCH_M), predicate="intersects").T.tolist()
    hues = dict(zip(names, given_hues(len(names), [pair for pair in pairs if pair[0] < pair[1]]).tolist()))
    rows: dict[str, list[dict[str, Any]]] = {weather: [] for weather in WEATHERS}
    for row in records(frame.drop(columns=frame.geometry.name)):
        name = str(row["outfall_id"])
        colour = HUES[(hues[name] - 1) % len(HUES)]
        rows[str(row["weather"])].append({**row, "colour": colour, "hectares": row["area_m2"] / _HA})
    for some in rows.values():
        some.sort(key=lambda row: (-row["area_m2"], row["outfall_id"]))
    return ListedCatchments(rows, result.summary, shapes, result.places)


def drawn(
    found: ListedCatchments, weather: str, chosen: str
) -> tuple[list[OverlayLine], list[OverlayMark], list[OverlayArea]]:
    """Return what the map shows: areas in their hues, hatched where water leaves by overflows only.

    Parameters
    ----------
    found
        The catchments.
    weather
        DRY or WET.
    chosen
        Id of the outfall that is looked at, '' for none.
    """
    import shapely

    from waternet_plugin.core.shapes.wkb import to_wkb

    areas, marks = [], []
    for row in found.rows.get(weather, []):
        name, colour = str(row["outfall_id"]), row["colour"]
        dry, wet = found.shapes.get((name, DRY)), found.shapes.get((name, WET))
        opacity, width = (_CHOSEN_FILL, _CHOSEN_PX) if name == chosen else (FILL, _EDGE_PX)
        if dry is not None:
            areas.append(OverlayArea(to_wkb(shapely.force_2d(dry)), colour, opacity, width))
        if weather == WET and wet is not None:
            more = wet if dry is None else shapely.difference(wet, dry)
            if more.area > _LEAST_M2:
                areas.append(
                    OverlayArea(to_wkb(shapely.force_2d(more)), colour, opacity, width, is_hatched=True)
                )
        if name in found.outfalls:
            marks.append(OverlayMark(*found.outfalls[name], colour, "ring", "▼"))
    return [], marks, areas


def at(found: ListedCatchments, weather: str, x_m: float, y_m: float) -> dict[str, Any] | None:
    """Return the row of the catchment at a place, the smallest one where several share it."""
    import shapely

    place = shapely.Point(x_m, y_m)
    there = [
        row
        for row in found.rows.get(weather, [])
        if shapely.intersects(found.shapes[str(row["outfall_id"]), weather], place)
    ]
    return there[-1] if there else None


def card(row: dict[str, Any]) -> str:
    """Return a catchment in words, as HTML."""
    facts = [
        (tr("Area"), tr("{area} ha").format(area=amounts.number(row["hectares"], 1))),
        (tr("Shared with other outfalls"), amounts.share(row["shared_m2"] / max(row["area_m2"], 1e-9), 0)),
        (tr("Drains"), amounts.length(float(row["length_m"]))),
        (tr("Inlets"), amounts.number(row["inlets"])),
        (tr("Users"), amounts.number(row["users"])),
        (tr("Confidence"), amounts.number(row["confidence"], 2)),
    ]
    cells = "".join(
        f'<tr><td>{html.escape(name)}</td><td align="right"><b>{html.escape(value)}</b></td></tr>'
        for name, value in facts
    )
    compounds = compounds_text(str(row["compounds"] or ""))
    title = html.escape(str(row["outfall_id"]))
    below = f'<p style="margin:4px 0 0 0">{html.escape(compounds)}</p>' if compounds else ""
    table = f'<table width="100%" cellpadding="1">{cells}</table>'
    return f'<p style="font-weight:600; margin:0 0 2px 0">{title}</p>{table}{below}'


def compounds_text(counted: str) -> str:
    """Return the numbers of compounds by type in words; '' for none."""
    types = domain("compound_type")
    said = []
    for part in counted.split(SEPARATOR):
        code, _space, count = part.strip().rpartition(" ")
        if code:
            said.append(tr("{type} {n}").format(type=types[code].label if code in types else code, n=count))
    return tr("Compounds: {listed}").format(listed=listed(said)) if said else ""
