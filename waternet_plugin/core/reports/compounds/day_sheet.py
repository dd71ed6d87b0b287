"""The day sheet of a crew: its work of a day by compound, with maps, and room for what was done."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.colours import ACCENT, DIM, FAULT, SEVERE
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.network import line_map
from waternet_plugin.core.reports.network.line_map import MapFrame
from waternet_plugin.core.texts import listed, tr

_DAY_HEIGHT, _VISIT_HEIGHT = 330.0, 220.0
# More signs than these cover each other on a map; the tables have all of them.
_MOST_MARKS = 60
# More lines than these tell nobody more; the longest are drawn.
_MOST_AROUND = 3_000
# Written on with a pen.
_BLANK, _SHORT_BLANK, _BOX = "_" * 22, "_" * 14, "□"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class DayOrder:
    """Work of a crew on a day, planned or ordered, as the crew reads it.

    Parameters
    ----------
    what
        The type of work, in words.
    crew
        Who does it; '' where no one is named.
    day
        The day on which it is due; None where none is set.
    compound
        The name of the compound; '' outside all of them.
    asset, street, note, person, item_id
        Texts; '' for unknown.
    hours
        How long it takes; None for unknown.
    shape
        Where it is: a point, a line, an area; None for unknown.
    """

    what: str
    crew: str = ""
    day: Optional[datetime.date] = None
    compound: str = ""
    asset: str = ""
    street: str = ""
    note: str = ""
    person: str = ""
    item_id: str = ""
    hours: Optional[float] = None
    shape: Any = None

    @property
    def has_place(self) -> bool:
        """Whether it can be drawn."""
        return self.shape is not None and not self.shape.is_empty


@dataclass(frozen=True)
class Surroundings:
    """What maps show around work, in the network's CRS.

    Parameters
    ----------
    lines, streets
        Pipes, and the street of each, None or '' for none (k,).
    compounds
        Outlines of compounds as areas (c,).
    """

    lines: Array
    streets: Array
    compounds: Array


@dataclass(frozen=True)
class DaySheet:
    """The work of a crew ('' for none) on a day (None for none), that of a compound together."""

    crew: str
    day: Optional[datetime.date]
    orders: tuple[DayOrder, ...]

    @property
    def stem(self) -> str:
        """Crew and day as the name of a file, as people write them."""
        day = tr("undated", "in a file name") if self.day is None else self.day.isoformat()
        crew = self.crew or tr("no team", "in a file name")
        return f"{crew}-{day}"

    def report(self, network: str, around: Surroundings) -> Report:
        """Return the sheet as a report.

        Parameters
        ----------
        network
            The title of the network.
        around
            For the maps.
        """
        numbered = list(enumerate(self.orders, start=1))
        names = list(dict.fromkeys(order.compound for order in self.orders))
        visits = [[pair for pair in numbered if pair[1].compound == name] for name in names]
        overview = _overview(visits, around) if len(visits) > 1 else ""
        has_ids = any(order.item_id for order in self.orders)
        sections = [ReportSection(tr("Where"), chart=overview)] if overview else []
        sections.append(self._to_fill_in())
        for place, (name, visit) in enumerate(zip(names, visits)):
            heading = f"{_letter(place)}. {_heading(name, visit)}" if overview else _heading(name, visit)
            # A round alone is drawn on the map of the day.
            has_map = not overview or any(order.asset for _number, order in visit)
            chart = _visit_map(visit, around) if has_map else ""
            sections.append(_visit(heading, visit, chart, has_ids=has_ids))
        who = self.crew or tr("No team named")
        when = tr("due on {day}").format(day=self.day.isoformat()) if self.day else tr("no due day")
        return Report(
            title=tr("Day sheet: {team}").format(team=who),
            subtitle=tr("{network}, {when}").format(network=network, when=when),
            lead=self._lead(),
            sections=tuple(sections),
            figures={
                "team": self.crew,
                "due_on": self.day,
                "items": [order.item_id for order in self.orders if order.item_id],
            },
        )

    def _lead(self) -> str:
        counted = tr("%n work order(s).", "", len(self.orders))
        hours = [order.hours for order in self.orders]
        if None in hours:
            return counted
        total = number(float(sum(each for each in hours if each is not None)), 1)
        return tr("%n work order(s), {hours} h.", "", len(self.orders)).format(hours=total)

    def _to_fill_in(self) -> ReportSection:
        persons = listed(dict.fromkeys(order.person for order in self.orders if order.person))
        rows = (
            (tr("Crew"), self.crew or _BLANK, tr("Person in charge"), persons or _BLANK),
            (tr("Begun at"), _BLANK, tr("Finished at"), _BLANK),
            (tr("Hours worked"), _BLANK, tr("Signature"), _BLANK),
        )
        return ReportSection(tr("To be filled in"), table=ReportTable(("", "", "", ""), rows))


def day_sheets(orders: Iterable[DayOrder]) -> tuple[DaySheet, ...]:
    """Return the sheets of orders by crew and then by day; orders of one compound are one visit."""
    groups: dict[tuple[str, Optional[datetime.date]], list[DayOrder]] = grouped(
        ((order.crew, order.day), order) for order in orders
    )
    first = datetime.date.min
    return tuple(
        DaySheet(crew, day, tuple(sorted(some, key=lambda order: (not order.compound, order.compound))))
        for (crew, day), some in sorted(groups.items(), key=lambda group: (group[0][0], group[0][1] or first))
    )


def _letter(place: int) -> str:
    more, last = divmod(place, len(_LETTERS))
    return (_letter(more - 1) if more else "") + _LETTERS[last]


def _heading(name: str, visit: Sequence[tuple[int, DayOrder]]) -> str:
    place = name or tr("Outside compounds")
    hours = [order.hours for _number, order in visit]
    if None in hours:
        return place
    total = number(float(sum(each for each in hours if each is not None)), 1)
    return tr("{compound} ({hours} h)").format(compound=place, hours=total)


def _visit(heading: str, visit: list[tuple[int, DayOrder]], chart: str, *, has_ids: bool) -> ReportSection:
    headings = [
        tr("No."),
        tr("Type"),
        tr("Asset"),
        tr("Street"),
        tr("To do"),
        tr("Found", "what a crew found"),
        tr("Done"),
    ]
    rows: list[list[Any]] = [
        [str(place), order.what, order.asset, order.street, order.note, _SHORT_BLANK, _BOX]
        for place, order in visit
    ]
    if has_ids:
        headings.insert(1, tr("Work order", "its number"))
        for row, (_number, order) in zip(rows, visit):
            row.insert(1, order.item_id)
    lacking = [str(place) for place, order in visit if not order.has_place]
    note = tr("Without a place on the map: {numbers}.").format(numbers=listed(lacking)) if lacking else ""
    table = ReportTable(tuple(headings), tuple(tuple(row) for row in rows))
    return ReportSection(heading, chart=chart, table=table, note=note)


def _overview(visits: Sequence[Sequence[tuple[int, DayOrder]]], around: Surroundings) -> str:
    """Return the map of a day with a letter at each visit, '' where no order has a place."""
    shapes = [[order.shape for _number, order in visit if order.has_place] for visit in visits]
    signs = [
        (_letter(place), shapely.union_all([shapely.point_on_surface(each) for each in some]).centroid)
        for place, some in enumerate(shapes)
        if some
    ]
    everything = [each for some in shapes for each in some]
    return _map(everything, signs, SEVERE, around, _DAY_HEIGHT)


def _visit_map(visit: Sequence[tuple[int, DayOrder]], around: Surroundings) -> str:
    """Return the map of a visit with the number of each order, '' where none has a place."""
    placed = [(str(place), order.shape) for place, order in visit if order.has_place]
    signs = [(name, _middle(shape)) for name, shape in placed[:_MOST_MARKS]]
    return _map([shape for _name, shape in placed], signs, FAULT, around, _VISIT_HEIGHT)


def _middle(shape: Any) -> Any:
    if shapely.get_dimensions(shape) == 1:
        return shapely.line_interpolate_point(shape, 0.5, normalized=True)
    return shapely.point_on_surface(shape)


def _map(
    shapes: Sequence[Any],
    signs: Sequence[tuple[str, Any]],
    colour: str,
    around: Surroundings,
    height: float,
) -> str:
    frame = line_map.frame_around(shapes, height)
    if frame is None:
        return ""
    seen = shapely.box(*frame.bounds)
    near = np.flatnonzero(shapely.intersects(around.lines, seen))
    near = np.sort(near[np.argsort(-shapely.length(around.lines[near]), kind="stable")[:_MOST_AROUND]])
    edges = shapely.boundary(around.compounds[shapely.intersects(around.compounds, seen)])
    parts = line_map.paths(frame, edges, DIM, 0.8)
    parts += line_map.paths(frame, around.lines[near], line_map.AROUND, 1.4)
    drawn = np.array([*shapes, None], dtype=object)[:-1]
    parts += line_map.paths(frame, drawn[shapely.get_dimensions(drawn) == 1], ACCENT, 3.0)
    names = np.array([street or "" for street in around.streets[near]], dtype=object)
    parts += line_map.street_names(frame, names, around.lines[near])
    parts += _marks(frame, signs, colour)
    return line_map.drawing([*parts, *line_map.scale_and_north(frame)], tr("Map of the work orders"), height)


def _marks(frame: MapFrame, signs: Iterable[tuple[str, Any]], colour: str) -> list[str]:
    """Draw each sign at its place, with a line to it where others stand there."""
    taken: list[tuple[float, float]] = []
    badges: list[str] = []
    leaders: list[str] = []
    for sign, point in signs:
        x, y = frame.xy(np.array([[point.x, point.y]]))[0].tolist()
        free = line_map.free_badge_xy((x, y), taken, frame.height)
        taken.append(free)
        if free != (x, y):
            leaders.append(f'<path d="M{x:.1f},{y:.1f} L{free[0]:.1f},{free[1]:.1f}" stroke="{colour}"/>')
        badges.append(line_map.badge(*free, sign, colour))
    return [*leaders, *badges]
