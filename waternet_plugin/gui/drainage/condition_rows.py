"""Drains by the grades of their newest inspections, as they are listed and drawn."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import Any

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.network.overlay import OverlayLine
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.grade_colours import colour_of
from waternet_plugin.gui.widgets.row_table import TableColumn

# Grades from this one on are told in the headline.
SERIOUS = 4
_LINE_PX, _CHOSEN_PX = 4, 8
_FIGURES = ("value", "mean", "density")


@dataclass(frozen=True)
class ListedCondition:
    """Rows of inspected drains, the worst first, and the line of each that the network has."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    shapes: dict[str, Any] = field(default_factory=dict)


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a drain."""
    return (
        TableColumn("colour", "", write=lambda _colour: "", colour=lambda colour: colour, width=20),
        TableColumn("pipe_id", tr("Drain"), width=75, fills=True, wraps=True),
        TableColumn("structural_grade", tr("Structure", "grade"), decimals=0, width=54),
        TableColumn("functional_grade", tr("Function", "grade"), decimals=0, width=54),
        TableColumn("day", tr("Inspected"), width=87),
    )


def listed_condition(network: Any) -> ListedCondition:
    """Return the drains by the newest inspection of each; given grades stand before computed ones."""
    import pandas as pd

    from waternet_plugin.core.drainage.grading import inspection_grades
    from waternet_plugin.core.frames import records

    looked = network.read("inspection", list(inspection_grades.INSPECTION_COLUMNS), geometry=False)
    looked = looked[looked["pipe_id"].notna()]
    if looked.empty:
        return ListedCondition()
    found = inspection_grades.grade_inspections(
        looked,
        network.read("defect", list(inspection_grades.DEFECT_COLUMNS), geometry=False),
        network.read("pipe", list(inspection_grades.PIPE_COLUMNS), geometry=False),
    ).rows.set_index("inspection_id")
    newest = looked.sort_values(["date", "inspection_id"], na_position="first").drop_duplicates(
        "pipe_id", keep="last"
    )
    pipes = network.read("pipe", ["pipe_id"], ids=newest["pipe_id"].tolist())
    shapes = {
        str(name): shape
        for name, shape in zip(pipes["pipe_id"], pipes.geometry)
        if shape is not None and not shape.is_empty
    }
    rows = []
    for one in records(newest):
        graded = found.loc[one["inspection_id"]]
        row: dict[str, Any] = {"pipe_id": str(one["pipe_id"]), "standard": one["standard"]}
        for family in ("structural", "functional"):
            given = one[f"{family}_grade"]
            grade = graded[f"{family}_grade"] if pd.isna(given) else given
            row[f"{family}_grade"] = None if pd.isna(grade) else int(grade)
        known = [row[name] for name in ("structural_grade", "functional_grade") if row[name] is not None]
        row["grade"] = max(known, default=None)
        row["colour"] = colour_of(row["grade"])
        row["day"] = "" if pd.isna(one["date"]) else one["date"].date().isoformat()
        for name in (*(f"structural_{figure}" for figure in _FIGURES), "repair_index", "repair_class"):
            row[name] = None if pd.isna(graded[name]) else float(graded[name])
        for name in ("advice", "differs", "reasons", "quick_structural"):
            row[name] = None if pd.isna(graded[name]) else str(graded[name])
        rows.append(row)
    rows.sort(key=lambda row: (1 if row["grade"] is None else -row["grade"], row["pipe_id"]))
    return ListedCondition(rows, shapes)


def headline(found: ListedCondition) -> str:
    """Return how many drains were inspected and how many of them are bad."""
    bad = sum((row["grade"] or 0) >= SERIOUS for row in found.rows)
    bare = sum(row["grade"] is None for row in found.rows)
    text = tr("%n drain(s) inspected", "", len(found.rows))
    said = [text, tr("{n} of grade {grade} or worse").format(n=amounts.number(bad), grade=SERIOUS)]
    if bare:
        said.append(tr("{n} not graded").format(n=amounts.number(bare)))
    return listed(said)


def drawn(found: ListedCondition, chosen: str) -> list[OverlayLine]:
    """Return what the map shows: drains in the colours of their grades, those without one dashed."""
    import shapely

    from waternet_plugin.core.wkb import to_wkb

    of_colour: dict[tuple[str, bool], list[Any]] = {}
    for row in reversed(found.rows):
        shape = found.shapes.get(row["pipe_id"])
        if shape is not None:
            of_colour.setdefault((row["colour"], row["grade"] is None), []).append(shapely.force_2d(shape))
    lines = [
        OverlayLine(to_wkb(shapely.multilinestrings(shapely.get_parts(shapes))), colour, _LINE_PX, dashed)
        for (colour, dashed), shapes in of_colour.items()
    ]
    if chosen in found.shapes:
        colour = next(row["colour"] for row in found.rows if row["pipe_id"] == chosen)
        lines.append(OverlayLine(to_wkb(shapely.force_2d(found.shapes[chosen])), colour, _CHOSEN_PX))
    return lines


def at(found: ListedCondition, x_m: float, y_m: float, reach_m: float) -> dict[str, Any] | None:
    """Return the row of the inspected drain nearest to a place within a reach, None for none."""
    import shapely

    place = shapely.Point(x_m, y_m)
    near = {name: shapely.distance(shape, place) for name, shape in found.shapes.items()}
    name = min(near, key=lambda one: near[one], default="")
    if not name or near[name] > reach_m:
        return None
    return next(row for row in found.rows if row["pipe_id"] == name)


def card(row: dict[str, Any]) -> str:
    """Return the condition of a drain in words, as HTML."""
    standard = domain("inspection_standard")
    advices = {"none": tr("no repair"), "local": tr("repair a part"), "whole": tr("repair the whole drain")}
    facts = [
        (tr("Standard"), standard[row["standard"]].label if row["standard"] in standard else "–"),
        (tr("Structural grade"), _whole(row["structural_grade"])),
        (tr("Functional grade"), _whole(row["functional_grade"])),
    ]
    if row["repair_index"] is not None:
        text = tr("{index}, class {grade}")
        index = amounts.number(row["repair_index"], 2)
        facts.append((tr("Repair index RI"), text.format(index=index, grade=_whole(row["repair_class"]))))
    if row["quick_structural"]:
        facts.append((tr("Quick rating"), row["quick_structural"]))
    if row["advice"] in advices:
        facts.append((tr("Advice"), advices[row["advice"]]))
    cells = "".join(
        f'<tr><td>{html.escape(name)}</td><td align="right"><b>{html.escape(value)}</b></td></tr>'
        for name, value in facts
    )
    notes = "".join(
        f'<p style="margin:4px 0 0 0">{html.escape(row[name])}</p>'
        for name in ("differs", "reasons")
        if row[name]
    )
    title = html.escape(row["pipe_id"])
    table = f'<table width="100%" cellpadding="1">{cells}</table>'
    return f'<p style="font-weight:600; margin:0 0 2px 0">{title}</p>{table}{notes}'


def _whole(value: float | None) -> str:
    return "–" if value is None else amounts.number(value)
