"""The day sheet of a crew: its work orders by compound, each with a sketch map and room for what was done."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import shapely

from waternet_plugin.core.colours import DIM, FAULT
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable
from waternet_plugin.core.reports.network.line_map import (
    AROUND,
    MapFrame,
    badge,
    drawing,
    frame_around,
    free_badge_xy,
    paths,
    scale_and_north,
    street_names,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr

_HEIGHT = 220.0
# More numbers than these cover each other on a sketch; the table has all of them.
_MOST_MARKS = 60
# More lines than these tell nobody more; the longest are drawn.
_MOST_AROUND = 3_000


@dataclass(frozen=True)
class DayOrder:
    """A work order as a crew reads it.

    Parameters
    ----------
    item_id, asset, street
        Texts; '' for unknown.
    what
        The type of work, in words.
    compound
        The name of the compound; '' outside all of them.
    note
        What is to be done.
    point
        Where it is; None for unknown.
    """

    item_id: str
    what: str
    asset: str = ""
    street: str = ""
    compound: str = ""
    note: str = ""
    point: Optional[shapely.Point] = None


@dataclass(frozen=True)
class Surroundings(PlainFrames):
    """What a sketch shows around orders: pipes with their streets, and compounds, in the network's CRS."""

    pipes: gpd.GeoDataFrame
    compounds: gpd.GeoDataFrame


def day_sheet(
    network: str,
    crew: str,
    day: Optional[datetime.date],
    orders: Sequence[DayOrder],
    around: Surroundings,
) -> Report:
    """Return the sheet.

    Parameters
    ----------
    network
        The title of the network.
    crew
        Who does it; '' where no one is named.
    day
        The day on which it is due; None where none is set.
    orders
        In the order in which they are done; those of one compound stand together.
    around
        For the sketches.
    """
    numbered = list(enumerate(orders, start=1))
    compounds = list(dict.fromkeys(order.compound for order in orders))
    sections = tuple(
        _section(name, [(number, order) for number, order in numbered if order.compound == name], around)
        for name in compounds
    )
    who = crew or tr("No team named")
    when = tr("due on {day}").format(day=day.isoformat()) if day is not None else tr("no due day")
    return Report(
        title=tr("Day sheet: {team}").format(team=who),
        subtitle=tr("{network}, {when}").format(network=network, when=when),
        lead=tr("%n work order(s).", "", len(orders)),
        sections=sections,
        figures={"team": crew, "due_on": day, "items": [order.item_id for order in orders]},
    )


def _section(name: str, orders: list[tuple[int, DayOrder]], around: Surroundings) -> ReportSection:
    headings = (
        tr("No."),
        tr("Work order"),
        tr("Type"),
        tr("Asset"),
        tr("Street"),
        tr("To do"),
        tr("Done, hours, found"),
    )
    rows = tuple(
        (str(number), order.item_id, order.what, order.asset, order.street, order.note, "")
        for number, order in orders
    )
    lacking = [str(number) for number, order in orders if order.point is None]
    note = tr("Without a place on the map: {numbers}.").format(numbers=listed(lacking)) if lacking else ""
    return ReportSection(
        title=name or tr("Outside compounds"),
        chart=_sketch(orders, around),
        table=ReportTable(headings, rows),
        note=note,
    )


def _sketch(orders: list[tuple[int, DayOrder]], around: Surroundings) -> str:
    """Return the map of some orders, '' where none has a place."""
    placed = [(number, order.point) for number, order in orders if order.point is not None]
    frame = frame_around([point for _number, point in placed], _HEIGHT)
    if frame is None:
        return ""
    west, south, east, north = frame.bounds
    seen = shapely.box(west, south, east, north)
    lines = around.pipes[GEOMETRY_COLUMN].to_numpy(dtype=object)
    near = np.flatnonzero(shapely.intersects(lines, seen))
    near = np.sort(near[np.argsort(-shapely.length(lines[near]), kind="stable")[:_MOST_AROUND]])
    edges = shapely.boundary(around.compounds[GEOMETRY_COLUMN].to_numpy(dtype=object))
    parts = paths(frame, edges, DIM, 0.8)
    parts += paths(frame, lines[near], AROUND, 1.4)
    parts += street_names(frame, around.pipes["street"].fillna("").to_numpy(dtype=object)[near], lines[near])
    parts += _marks(frame, placed[:_MOST_MARKS])
    return drawing([*parts, *scale_and_north(frame)], tr("Map of the work orders"), _HEIGHT)


def _marks(frame: MapFrame, placed: list[tuple[int, Any]]) -> list[str]:
    """Draw the number of each order at its place, with a line to it where others stand there."""
    taken: list[tuple[float, float]] = []
    signs: list[str] = []
    leaders: list[str] = []
    for number, point in placed:
        x, y = frame.xy(np.array([[point.x, point.y]]))[0].tolist()
        free = free_badge_xy((x, y), taken, _HEIGHT)
        taken.append(free)
        if free != (x, y):
            leaders.append(f'<path d="M{x:.1f},{y:.1f} L{free[0]:.1f},{free[1]:.1f}" stroke="{FAULT}"/>')
        signs.append(badge(*free, str(number), FAULT))
    return [*leaders, *signs]
