"""What a crew gets of a plan: its list as a workbook, and a page with a map for each of its days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.colours import ACCENT, PALE, SEVERE
from waternet_plugin.core.drainage.compounds.duties.done_work import PATROL
from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.reports.compounds.duty_words import basis_labels, domain_labels
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.network import line_map
from waternet_plugin.core.texts import tr, with_name

_MAP_HEIGHT = 330.0
# Written on with a pen.
_BLANK, _BOX = "_" * 22, "□"

Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]


@dataclass(frozen=True)
class CrewWork(PlainFrames):
    """Planned work with all that crews ask of it.

    Parameters
    ----------
    duties
        Planned duties, as `DutyPlan.duties`, with street, ``what`` the asset is, and its shape in ``shape``.
    visits
        As `DutyPlan.visits`, with person and the compound's name in ``compound``, its outline in ``shape``.
    lines, streets
        Drains for the background of maps, and the street of each (k,).
    """

    duties: pd.DataFrame
    visits: pd.DataFrame
    lines: Array
    streets: Array

    @property
    def crews(self) -> list[str]:
        """The crews that have visits."""
        return sorted(set(self.visits["crew"]))

    def days(self, crew: str) -> list[str]:
        """Return the days of a crew, YYYY-MM-DD."""
        visit_days = self.visits.loc[self.visits["crew"] == crew, "day"]
        return sorted({pd.Timestamp(day).date().isoformat() for day in visit_days})


def crew_workbook(work: CrewWork, crew: str) -> list[Sheet]:
    """Return the sheets of a crew: its visits, then what is done in each."""
    visits = work.visits[work.visits["crew"] == crew]
    duties = work.duties[work.duties["crew"] == crew].sort_values(["day", "visit", "street", "asset"])
    counts = duties["visit"].value_counts()
    first = [
        (
            _day(row["day"]),
            row["visit"],
            row["compound_id"],
            row["compound"],
            row["grid_id"],
            row["person"],
            int(counts.get(row["visit"], 0)),
            row["hours"],
        )
        for row in records(visits)
    ]
    heads = (
        tr("Day"),
        tr("Visit"),
        tr("Compound"),
        tr("Name"),
        tr("Grid"),
        tr("Person in charge"),
        tr("Duties"),
        tr("Hours"),
    )
    return [
        (tr("Visits"), heads, first),
        (tr("Duties"), *_duty_list(duties)),
    ]


def _duty_list(duties: pd.DataFrame) -> tuple[Sequence[str], Sequence[Sequence[Any]]]:
    what, why, states = domain_labels("work_item_type"), basis_labels(), domain_labels("due_state")
    heads = (
        tr("Day"),
        tr("Visit"),
        tr("Duty"),
        tr("At"),
        tr("Asset"),
        tr("Street"),
        tr("Compound"),
        tr("Due on"),
        tr("State"),
        tr("Rests on"),
        tr("Hours"),
    )
    rows = [
        (
            _day(row["day"]),
            row["visit"],
            what.get(row["duty"], row["duty"]),
            row["what"],
            row["asset"],
            row["street"],
            row["compound_id"],
            _day(row["due_on"]),
            states.get(row["state"], row["state"]),
            why.get(row["basis"], row["basis"]),
            row["hours"],
        )
        for row in records(duties)
    ]
    return heads, rows


def day_sheet(work: CrewWork, crew: str, day: str, *, network: str) -> Report:
    """Return the page of a crew for one day: a map with its visits numbered, and boxes to tick."""
    on = pd.Timestamp(day)
    visits = work.visits[(work.visits["crew"] == crew) & (work.visits["day"] == on)].reset_index(drop=True)
    duties = work.duties[(work.duties["crew"] == crew) & (work.duties["day"] == on)]
    title = tr("Day sheet of {crew}, {day}").format(crew=crew, day=day)
    lead = tr("Visits: {visits}, duties: {duties}, hours: {hours}.").format(
        visits=number(len(visits)), duties=number(len(duties)), hours=number(float(visits["hours"].sum()), 1)
    )
    sections = []
    drawing = _drawing(work, visits, duties, title)
    if drawing:
        sections.append(ReportSection(tr("Where"), chart=drawing))
    sections.append(_to_fill_in(crew, visits))
    for place, visit in enumerate(records(visits), start=1):
        visit_duties = duties[duties["visit"] == visit["visit"]].sort_values(
            ["street", "asset"], na_position="last"
        )
        name = with_name(visit["compound_id"] or tr("outside compounds"), visit["compound"])
        heading = tr("{number}. {compound} ({hours} h)").format(
            number=place, compound=name, hours=number(visit["hours"], 1)
        )
        sections.append(_visit(heading, visit_duties, is_compound=bool(visit["compound_id"])))
    return Report(title, lead, network, tuple(sections))


def _visit(heading: str, duties: pd.DataFrame, *, is_compound: bool) -> ReportSection:
    columns = (
        tr("Duty"),
        tr("At"),
        tr("Asset"),
        tr("Street"),
        tr("Due on"),
        tr("Rests on"),
        tr("Found"),
        tr("Done"),
    )
    what, why = domain_labels("work_item_type"), basis_labels()
    rows = [(what[PATROL], tr("Compound"), "", "", "", "", "", _BOX)] if is_compound else []
    rows += [
        (
            what.get(row["duty"], row["duty"]),
            row["what"] or "",
            row["asset"],
            row["street"] or "",
            _day(row["due_on"]) or "",
            why.get(row["basis"], row["basis"]),
            "",
            _BOX,
        )
        for row in records(duties)
    ]
    return ReportSection(heading, table=ReportTable(columns, tuple(rows)))


def _to_fill_in(crew: str, visits: pd.DataFrame) -> ReportSection:
    persons = "; ".join(dict.fromkeys(str(each) for each in visits["person"].dropna()))
    rows = (
        (tr("Crew"), crew, tr("Person in charge"), persons or _BLANK),
        (tr("Begun at"), _BLANK, tr("Finished at"), _BLANK),
        (tr("Hours worked"), _BLANK, tr("Signature"), _BLANK),
    )
    return ReportSection(tr("To be filled in"), table=ReportTable(("", "", "", ""), rows))


def _drawing(work: CrewWork, visits: pd.DataFrame, duties: pd.DataFrame, title: str) -> str:
    """Return the map of a day: compounds numbered as the visits, and the assets that are worked on."""
    outlines = visits["shape"].to_numpy(dtype=object)
    shapes = duties["shape"].to_numpy(dtype=object)
    frame = line_map.frame_around([*outlines, *shapes], _MAP_HEIGHT)
    if frame is None:
        return ""
    is_near = _meets(work.lines, frame.bounds)
    near, streets = work.lines[is_near], work.streets[is_near]
    parts = line_map.paths(frame, near, line_map.AROUND, 1.0)
    edges = shapely.boundary(outlines[~shapely.is_missing(outlines)])
    parts += line_map.paths(frame, _lines_of(edges), PALE, 2.0)
    kinds = shapely.get_dimensions(shapes)
    parts += line_map.paths(frame, shapes[kinds == 1], ACCENT, 3.0)
    for x, y in frame.xy(shapely.get_coordinates(shapes[kinds == 0])).tolist():
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{ACCENT}"/>')
    parts += line_map.street_names(frame, streets, near)
    taken: list[tuple[float, float]] = []
    for number_of, outline in enumerate(outlines, start=1):
        duty_shapes = duties.loc[duties["visit"] == visits["visit"].iloc[number_of - 1], "shape"]
        there = [each for each in (outline, *duty_shapes) if each is not None and not each.is_empty]
        if there:
            point = (
                shapely.centroid(there[0]) if there[0] is not outline else shapely.point_on_surface(outline)
            )
            at = frame.xy(shapely.get_coordinates(point))[0]
            x, y = line_map.free_badge_xy((float(at[0]), float(at[1])), taken, _MAP_HEIGHT)
            taken.append((x, y))
            parts.append(line_map.badge(x, y, str(number_of), SEVERE))
    parts += line_map.scale_and_north(frame)
    return line_map.drawing(parts, title, _MAP_HEIGHT)


def _meets(lines: Array, bounds: tuple[float, float, float, float]) -> Array:
    west, south, east, north = shapely.bounds(lines).T
    meets = (west <= bounds[2]) & (east >= bounds[0]) & (south <= bounds[3]) & (north >= bounds[1])
    return np.asarray(meets)


def _lines_of(edges: Array) -> Array:
    return np.asarray(shapely.get_parts(edges), dtype=object)


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else pd.Timestamp(value).date().isoformat()
