"""The report of points of pressure and pressure zones."""

from __future__ import annotations

import math
from typing import Optional

import pandas as pd

from waternet_plugin.core.frames import records, tuples
from waternet_plugin.core.pressure.model_comparison import COLUMNS, ModelComparison
from waternet_plugin.core.pressure.pressure_points import (
    LACKS_HIGH_POINT,
    LACKS_POINTS,
    PointFigures,
)
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, plain
from waternet_plugin.core.texts import listed, shortened, tr


def points_summary(
    points: pd.DataFrame, zones: pd.DataFrame, compared: Optional[ModelComparison]
) -> list[str]:
    """Return the answer in sentences: the worst point, zones with too few points, how far the model is."""
    worst = points.sort_values(["lowest_mpa", "node_id"], kind="stable").iloc[0]
    lines = [
        tr("%n point(s). Lowest {pressure} MPa at {node}, {at}.", "", len(points)).format(
            pressure=f"{worst['lowest_mpa']:.3f}", node=worst["node_id"], at=worst["lowest_at"]
        )
    ]
    lacking = int((zones["lacks"] != "").sum())
    if lacking:
        lines.append(tr("%n pressure zone(s) lack points.", "", lacking))
    if compared is not None and len(compared.frame):
        node, most = compared.worst
        lines.append(
            tr(
                "EPANET run {run} is {mean} m off at %n point(s) on average, most at {node}: {most} m.",
                "",
                len(compared.frame),
            ).format(run=compared.run_id, mean=f"{compared.mean_m:.1f}", node=node, most=f"{most:+.1f}")
        )
    return lines


def lack_words(row: dict[str, object]) -> str:
    """Return what a zone lacks in words, '' for nothing."""
    words = []
    codes = str(row["lacks"]).split(";")
    if LACKS_POINTS in codes:
        words.append(tr("more points"))
    if LACKS_HIGH_POINT in codes:
        words.append(
            tr("a point near the highest ground ({ground} m)").format(ground=f"{row['ground_max_m']:.0f}")
        )
    return listed(words)


def points_notes(figures: PointFigures, points: pd.DataFrame, zones: pd.DataFrame) -> list[str]:
    """Return what to know: points without ground or zone, readings that are left out, what zones lack."""
    notes = []
    for chosen, text in (
        (
            points["ground_m"].isna(),
            tr("Without a ground level, so not used for the pressure of pipes: {points}."),
        ),
        (points["zone_id"].isna(), tr("In no stored pressure zone, or between two: {points}.")),
    ):
        names = points[chosen]["node_id"].tolist()
        if names:
            notes.append(text.format(points=shortened(names)))
    for many, text in (
        (figures.future, tr("Readings of the future or of before 1970 are left out: {points}.")),
        (figures.left_out, tr("Readings that stand for no value are left out: {points}.")),
    ):
        if many:
            notes.append(
                text.format(points=shortened([f"{name} ({count})" for name, count in sorted(many.items())]))
            )
    lacking = [f"{row['zone_id']}: {lack_words(row)}" for row in records(zones) if row["lacks"]]
    if lacking:
        notes.append(tr("Lacking: {zones}.").format(zones=shortened(lacking)))
    return notes


def points_report(
    points: pd.DataFrame,
    zones: pd.DataFrame,
    compared: Optional[ModelComparison],
    required_mpa: float,
    *,
    network: str,
) -> Report:
    """Return the report: zones, then points, the lowest first, then the model beside them."""
    lead, *further = points_summary(points, zones, compared)
    worst_first = points.sort_values(["lowest_mpa", "node_id"], kind="stable")
    sections = [
        ReportSection(
            tr("Points"),
            tuple(further),
            ReportTable(
                (
                    tr("Point"), tr("Pressure zone"), tr("Lowest (MPa)"), tr("At"), tr("Mean (MPa)"),
                    tr("Night (MPa)"), tr("Hours below {pressure} MPa").format(pressure=f"{required_mpa:g}"),
                    tr("Coverage (0-1)"),
                ),
                tuple(
                    (
                        row["node_id"], row["zone_id"], row["lowest_mpa"], row["lowest_at"], row["mean_mpa"],
                        row["night_mpa"], row["hours_below"], row["coverage"],
                    )
                    for row in records(worst_first)
                ),
                decimals=3,
            ),
        )
    ]  # fmt: skip
    if len(zones):
        table = ReportTable(
            (
                tr("Pressure zone"), tr("Points"), tr("Worst point"), tr("Lowest (MPa)"),
                tr("Excess at night (m)"), tr("Area (km²)"), tr("Lacking"),
            ),
            tuple(
                (
                    row["zone_id"], row["points"], row["worst_node"], row["lowest_mpa"], row["excess_m"],
                    row["area_km2"], lack_words(row),
                )
                for row in records(zones)
            ),
            decimals=2,
        )  # fmt: skip
        sections.insert(0, ReportSection(tr("Pressure zones"), (), table))
    if compared is not None:
        headings = (tr("Point"), tr("Mean (MPa)"), tr("Model (MPa)"), tr("Difference (m)"))
        rows = tuple(tuples(compared.frame[list(COLUMNS)]))
        told = tr("Mean pressures of EPANET run {run} beside those of the points.").format(
            run=compared.run_id
        )
        table = ReportTable(headings, rows, decimals=3)
        sections.append(ReportSection(tr("Model and points"), (told,), table))
    lowest = float(worst_first["lowest_mpa"].iloc[0])
    figures = plain(
        {
            "required_mpa": required_mpa,
            "lowest_mpa": lowest if math.isfinite(lowest) else None,
            "points": records(worst_first),
            "zones": records(zones),
            "model_run": None if compared is None else compared.run_id,
            "model": [] if compared is None else records(compared.frame),
        }
    )
    return Report(tr("Pressure points"), lead, network, tuple(sections), figures)
