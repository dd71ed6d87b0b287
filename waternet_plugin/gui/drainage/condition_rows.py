"""Drains by the grades of their newest inspections, as they are listed and drawn."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, listed, shortened, tr
from waternet_plugin.gui.network.overlay import OverlayLine
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.grade_colours import colour_of
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.drainage.drain_conditions import DrainConditions

# Grades from this one on are told in the headline.
SERIOUS = 4
_LINE_PX, _CHOSEN_PX = 4, 8
# So many defects stand in the text of a work order.
_MOST_IN_ORDER = 20


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


def further_columns() -> tuple[TableColumn, ...]:
    """Return what a table holds beside what the list shows."""
    return (
        TableColumn("standard", tr("Standard"), write=_standard),
        *(
            TableColumn(f"{family}_{figure}", label, decimals=2)
            for family, labels in (
                ("structural", (tr("Structural value"), tr("Structural mean"), tr("Structural density"))),
                ("functional", (tr("Functional value"), tr("Functional mean"), tr("Functional density"))),
            )
            for figure, label in zip(("value", "mean", "density"), labels)
        ),
        TableColumn("repair_index", tr("Repair index RI"), decimals=2),
        TableColumn("repair_class", tr("Repair class"), decimals=0),
        TableColumn("maintenance_index", tr("Maintenance index MI"), decimals=2),
        TableColumn("maintenance_class", tr("Maintenance class"), decimals=0),
        TableColumn("quick_structural", tr("Quick rating, structural")),
        TableColumn("quick_functional", tr("Quick rating, functional")),
        TableColumn("advice", tr("Advice"), write=_advice),
        TableColumn("defects", tr("Defects"), write=lambda defects: listed(map(_defect_text, defects))),
        TableColumn("differs", tr("Differs from the given grade")),
        TableColumn("reasons", tr("Reasons")),
    )


def listed_condition(found: DrainConditions) -> ListedCondition:
    """Return the drains as rows of the list, each with what its newest inspection saw."""
    from waternet_plugin.core.frames import records

    seen: dict[str, list[dict[str, Any]]] = {}
    for defect in records(found.defects):
        one = {name: _known(value) for name, value in defect.items()}
        seen.setdefault(str(defect["inspection_id"]), []).append(one)
    rows = []
    for graded in records(found.rows):
        row = {name: _known(value) for name, value in graded.items()}
        for name in ("grade", "structural_grade", "functional_grade"):
            row[name] = None if row[name] is None else int(row[name])
        row["colour"] = colour_of(row["grade"])
        row["day"] = "" if row["date"] is None else row["date"].date().isoformat()
        row["defects"] = seen.get(str(row["inspection_id"]), [])
        rows.append(row)
    return ListedCondition(rows, dict(found.shapes))


def _known(value: Any) -> Any:
    """Return a value, None for an unknown one."""
    return None if value is None or value != value else value


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

    from waternet_plugin.core.shapes.wkb import to_wkb

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
    """Return the condition of a drain in words, as HTML: figures, defects, and what is open."""
    facts = [
        (tr("Standard"), _standard(row["standard"])),
        (tr("Structural grade"), _whole(row["structural_grade"])),
        (tr("Functional grade"), _whole(row["functional_grade"])),
    ]
    for index, grade, label in (
        ("repair_index", "repair_class", tr("Repair index RI")),
        ("maintenance_index", "maintenance_class", tr("Maintenance index MI")),
    ):
        if row[index] is not None:
            text = tr("{index}, class {grade}")
            facts.append((label, text.format(index=amounts.number(row[index], 2), grade=_whole(row[grade]))))
    if row["quick_structural"]:
        facts.append((tr("Quick rating"), row["quick_structural"]))
    if _advice(row["advice"]):
        facts.append((tr("Advice"), _advice(row["advice"])))
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
    return f'<p style="font-weight:600; margin:0 0 2px 0">{title}</p>{table}{_defect_table(row)}{notes}'


def _defect_table(row: dict[str, Any]) -> str:
    """Return the defects of a drain as HTML, along it; '' for none."""
    if not row["defects"]:
        return ""
    heads = (tr("At, m"), tr("Defect"), tr("Grade"), tr("Clock"))
    lines = "".join(
        "<tr>"
        f'<td align="right">{html.escape(_metres(one["position_m"]) or "–")}</td>'
        f"<td>{html.escape(_defect_name(one))}</td>"
        f'<td align="right">{html.escape(_whole(one["grade"]))}</td>'
        f"<td>{html.escape(one['clock'] or '–')}</td></tr>"
        for one in row["defects"]
    )
    head = "".join(f'<th align="left">{html.escape(text)}</th>' for text in heads)
    return f'<table width="100%" cellpadding="2" style="margin-top:6px"><tr>{head}</tr>{lines}</table>'


def order_note(row: dict[str, Any]) -> str:
    """Return what a work order on a drain says: its grades, and its defects with their places."""
    grades = tr("Structural grade {structural}, functional grade {functional}.").format(
        structural=_whole(row["structural_grade"]), functional=_whole(row["functional_grade"])
    )
    if not row["defects"]:
        return grades
    defects = shortened(map(_defect_text, row["defects"]), _MOST_IN_ORDER)
    return joined((grades, tr("Defects: {defects}.").format(defects=defects)))


def _defect_text(defect: dict[str, Any]) -> str:
    """Return a defect within a sentence: code, grade, and where it is."""
    said = [defect["code"], _whole(defect["grade"])] if defect["grade"] is not None else [defect["code"]]
    text = " ".join(said)
    if defect["position_m"] is not None:
        text = tr("{defect} at {at} m", "a defect").format(defect=text, at=_metres(defect["position_m"]))
    if defect["clock"]:
        text = tr("{defect} (clock {clock})").format(defect=text, clock=defect["clock"])
    return text


def _defect_name(defect: dict[str, Any]) -> str:
    """Return the code of a defect with what it means, and how long it is."""
    codes = domain("defect_code")
    code = str(defect["code"])
    name = f"{code} {codes[code].label}" if code in codes else code
    if defect["length_m"]:
        name = tr("{defect}, {length} m long").format(defect=name, length=_metres(defect["length_m"]))
    return name


def _metres(value: float | None) -> str:
    return "" if value is None else amounts.number(value, 1)


def _standard(code: str | None) -> str:
    standards = domain("inspection_standard")
    return standards[code].label if code in standards else "–"


def _advice(code: str | None) -> str:
    advices = {"none": tr("no repair"), "local": tr("repair a part"), "whole": tr("repair the whole drain")}
    return advices.get(code or "", "")


def _whole(value: float | None) -> str:
    return "–" if value is None else amounts.number(value)
