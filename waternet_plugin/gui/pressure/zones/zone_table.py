"""Pressure zones and their points as they are listed, and as they are marked on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.core.colours import ACCENT, SEVERE
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.overlay import DIAMOND, DOT, LABEL, RING, OverlayLine, OverlayMark
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.hydraulics.run_pressures import RunPressures
    from waternet_plugin.operations.hydraulics.run_velocities import RunVelocities
    from waternet_plugin.operations.pressure.pressure_overview import PressureOverview

_MPA_DECIMALS, _RUN_PX = 3, 3
# Where there are more worst points their figures would hide the map.
_MOST_LABELS = 40


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a zone."""
    return (
        TableColumn("name", tr("Zone"), width=44, fills=True, wraps=True),
        TableColumn(
            "lowest_mpa", tr("Lowest", "pressure"), decimals=2, width=46,
            title=tr("Lowest at the worst point (MPa)"),
        ),
        TableColumn(
            "night_mpa", tr("Night", "pressure"), decimals=2, width=42,
            title=tr("Night mean at the worst point (MPa)"),
        ),
        TableColumn(
            "hours_below", tr("Hours", "of low pressure"), decimals=0, width=42,
            title=tr("Hours below the required pressure"),
        ),
        TableColumn(
            "excess_m", tr("Excess"), decimals=0, width=46,
            title=tr("Night pressure above the required one (m)"),
        ),
        TableColumn("points", tr("Points", "of pressure"), decimals=0, width=42),
        TableColumn("lacking", tr("Lacking"), width=120, wraps=True, spare=True),
    )  # fmt: skip


def further_columns() -> tuple[TableColumn, ...]:
    """Return what a file holds beside what the list shows."""
    return (
        TableColumn("worst_node", tr("Worst point")),
        TableColumn("area_km2", tr("Area (km²)"), decimals=2),
        TableColumn("km2_per_point", tr("Area a point (km²)"), decimals=2),
    )


def zone_rows(found: PressureOverview) -> list[dict[str, Any]]:
    """Return the zones as rows: the lowest pressure first, then those without a point."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.reports.pressure.points import lack_words

    night = {row["node_id"]: row["night_mpa"] for row in point_rows(found)}
    rows = []
    for row, shape in zip(records(found.zones.drop(columns="geom")), found.zones.geometry):
        rows.append(
            {
                **{name: None if value != value else value for name, value in row.items()},
                "night_mpa": night.get(row["worst_node"]),
                "lacking": lack_words(row),
                "wkb": None if shape is None or shape.is_empty else shape.wkb,
            }
        )
    return sorted(
        rows, key=lambda row: (row["lowest_mpa"] is None, row["lowest_mpa"] or 0.0, str(row["zone_id"]))
    )


def point_rows(found: PressureOverview) -> list[dict[str, Any]]:
    """Return the points as rows, the lowest pressure first; ``xy`` in the network's coordinates, or None."""
    from waternet_plugin.core.frames import records

    if found.points is None:
        return []
    frame = found.points.points
    compared = found.points.compared
    model = {} if compared is None else dict(zip(compared.frame["node_id"], compared.frame["difference_m"]))
    rows = []
    for row, shape in zip(records(frame.drop(columns="geom")), frame.geometry):
        clean = {name: None if value != value else value for name, value in row.items()}
        there = shape is not None and not shape.is_empty
        rows.append(
            {
                **clean,
                "model_m": model.get(row["node_id"]),
                "xy": (float(shape.x), float(shape.y)) if there else None,
                "wkb": shape.wkb if there else None,
            }
        )
    return sorted(rows, key=lambda row: (row["lowest_mpa"], str(row["node_id"])))


def point_label(row: dict[str, Any]) -> str:
    """Return how a point is called in the box of points."""
    text = tr("{node}: {mpa} MPa, {at}").format(
        node=row["node_id"], mpa=amounts.number(row["lowest_mpa"], _MPA_DECIMALS), at=row["lowest_at"]
    )
    if row["model_m"] is None:
        return text
    return tr("{point}; model {metres} m").format(point=text, metres=f"{row['model_m']:+.1f}")


def headline(points: list[dict[str, Any]]) -> str:
    """Return where the pressure is lowest, '' without a point."""
    if not points:
        return ""
    return tr("lowest {mpa} MPa at {node}").format(
        mpa=amounts.number(points[0]["lowest_mpa"], 2), node=points[0]["node_id"]
    )


def zone_sentence(row: dict[str, Any]) -> str:
    """Return what a zone lacks, and where its worst point is."""
    parts = []
    if row["worst_node"]:
        parts.append(tr("Worst point of {zone}: {node}").format(zone=row["name"], node=row["worst_node"]))
    else:
        parts.append(tr("{zone} has no point of pressure").format(zone=row["name"]))
    if row["lacking"]:
        parts.append(tr("lacking: {what}").format(what=row["lacking"]))
    return tr("{text}.").format(text=" · ".join(parts))


def marks(points: list[dict[str, Any]], zones: list[dict[str, Any]], chosen: str) -> list[OverlayMark]:
    """Return the marks of points: a ring for the worst of each zone, of all without zones, a dot for others.

    Parameters
    ----------
    chosen
        The point that is looked at.
    """
    worst = {row["worst_node"] for row in zones if row["worst_node"]}
    if not worst and points:
        worst = {points[0]["node_id"]}
    found = []
    for row in points:
        if row["xy"] is None:
            continue
        x_m, y_m = row["xy"]
        is_worst = row["node_id"] in worst
        colour = SEVERE if is_worst else ACCENT
        found.append(OverlayMark(x_m, y_m, colour, RING if is_worst else DOT, scale=0.9 if is_worst else 1.2))
        if row["node_id"] == chosen or (is_worst and len(worst) <= _MOST_LABELS):
            label = f"{amounts.number(row['lowest_mpa'], 2)}"
            found.append(OverlayMark(x_m, y_m, colour, LABEL, f"{label}\n\n", scale=0.9))
    return found


def run_lines(found: RunPressures) -> list[OverlayLine]:
    """Return the pipes of a run in the colours of the theme of pressure, those too low last."""
    return _class_lines("pressure", found.lines)


def velocity_lines(found: RunVelocities) -> list[OverlayLine]:
    """Return the pipes of a run in the colours of velocities, those in which water stands last."""
    return _class_lines("velocity", found.lines)


def _class_lines(palette: str, classes: dict[str, bytes]) -> list[OverlayLine]:
    chosen = Look("screen", texts.language())
    return [
        OverlayLine(lines, chosen.colour(f"{palette}.{code}"), _RUN_PX)
        for code, lines in reversed(classes.items())
    ]


def velocity_sentence(found: RunVelocities) -> str:
    """Return what the colours of velocities mean, how long water stands, and the fastest pipe."""
    if found.fastest is None:
        return tr("The newest run of EPANET has no velocity.")
    slow, usual, fast = (f"{one:g}" for one in found.bounds_ms)
    return tr(
        "Highest velocity: yellow below {slow} m/s ({still} of {km} km), light blue to {usual}, blue to "
        "{fast}, violet above; the fastest is {pipe} with {most} m/s."
    ).format(
        slow=slow,
        usual=usual,
        fast=fast,
        still=amounts.number(found.still_m / 1000, 1),
        km=amounts.number(found.length_m / 1000, 1),
        pipe=found.fastest[0],
        most=amounts.number(found.fastest[1], 2),
    )


def run_marks(found: RunPressures) -> list[OverlayMark]:
    """Return the low points of a run with their pressures."""
    marks = []
    for _name, (x_m, y_m), mpa in found.low_points:
        marks.append(OverlayMark(x_m, y_m, SEVERE, DIAMOND, is_hollow=True))
        marks.append(OverlayMark(x_m, y_m, SEVERE, LABEL, f"\n\n{amounts.number(mpa, 2)}", scale=0.8))
    return marks
