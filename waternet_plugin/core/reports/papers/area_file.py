"""The file of an area (一区一档): map, pipes by length inside, failures, classes, plan and leakage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import DAY, ChartLine, LineChart
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number
from waternet_plugin.core.reports.papers.inventory import DECADE, MATERIAL, SIZE, SYSTEM, Inventory
from waternet_plugin.core.reports.papers.paper_words import (
    PaperHead,
    day_text,
    inventory_section,
    text_or_none,
)
from waternet_plugin.core.texts import tr, with_name

# The figures that lists of areas sum up, by name.
AREA_FIGURES = ("pipe_count", "length_m", "failures")
# Projects beyond these are counted, not listed.
_MOST_LISTED = 60
_METERED = "dma"


@dataclass(frozen=True)
class AreaDossier(PlainFrames):
    """All that is recorded of a zone.

    Parameters
    ----------
    row
        Its row of the table ``zone``.
    inventory
        Its pipes in use, by the length inside.
    failures
        Failures inside by year: year (NaN unknown), count.
    classes
        Pipes inside by class of the newest assessment: class, count, length_m inside; None without one.
    assessed_on
        The day of that assessment, YYYY-MM-DD; '' without one.
    projects
        Projects of the plan with pipes inside: project_id, year, street, length_m, cost, state.
    nights
        Night flows by night: night, leak_m3h, minimum_hour_m3h; without rows where nothing is known.
    balances
        Water balances: from_date, to_date, supply_m3, loss_m3, loss_rate.
    has_place
        Whether it has a boundary.
    """

    row: dict[str, Any]
    inventory: Inventory
    failures: pd.DataFrame
    classes: Optional[pd.DataFrame]
    assessed_on: str
    projects: pd.DataFrame
    nights: pd.DataFrame
    balances: pd.DataFrame
    has_place: bool

    @property
    def title(self) -> str:
        """Id and name."""
        return with_name(self.row["zone_id"], self.row["name"])

    def figures(self, head: PaperHead) -> dict[str, Any]:
        """Return the figures of the file by name."""
        classes = (
            (
                {
                    row["class"]: {"count": int(row["count"]), "length_m": row["length_m"]}
                    for row in records(self.classes)
                }
            )
            if self.classes is not None
            else None
        )
        groups = self.inventory.figures
        newest = records(self.balances.tail(1))
        return {
            "zone_id": self.row["zone_id"],
            "name": text_or_none(self.row["name"]),
            "kind": text_or_none(self.row["kind"]),
            "as_of": head.as_of,
            "pipe_count": self.inventory.count,
            "length_m": self.inventory.length_m,
            **{name: groups[name] for name in (SYSTEM, SIZE, MATERIAL, DECADE)},
            "failures": int(self.failures["count"].sum()),
            "classes": classes,
            "projects": len(self.projects),
            "loss_rate": newest[0]["loss_rate"] if newest else None,
            "leak_m3h": float(self.nights["leak_m3h"].iloc[-1]) if len(self.nights) else None,
        }


def area_file(head: PaperHead, dossier: AreaDossier) -> Report:
    """Return the file of one area."""
    figures = dossier.figures(head)
    kind = head.label("zone_kind", dossier.row["kind"])
    lead = tr(
        "{kind}: {length} of pipes in use inside, {pipes} pipes, {failures} failures on record."
    ).format(
        kind=kind or tr("Zone"),
        length=length(figures["length_m"]),
        pipes=number(figures["pipe_count"]),
        failures=number(figures["failures"]),
    )
    by_system, *others = (
        inventory_section(head, dossier.inventory, group) for group in (SYSTEM, SIZE, MATERIAL, DECADE)
    )
    # The map is a page: what stands before it fits on the first one.
    sections = [
        replace(by_system, note=tr("Lengths are those inside the boundary.")),
        others[0],
        ReportSection(tr("Map"), map_of=dossier.row["zone_id"])
        if dossier.has_place
        else ReportSection(tr("Map"), (tr("The zone has no boundary on the map."),)),
        *others[1:],
        _failures(dossier.failures),
        _classes(head, dossier),
        _projects(head, dossier.projects),
    ]
    if dossier.row["kind"] == _METERED:
        sections += _leakage(dossier)
    title = tr("File of {zone}").format(zone=dossier.title)
    return Report(title, lead, head.subtitle, tuple(sections), figures, head.foot)


def _failures(failures: pd.DataFrame) -> ReportSection:
    title = tr("Failures")
    if not len(failures):
        return ReportSection(title, (tr("No failures are recorded inside."),))
    rows = [
        (tr("not recorded") if pd.isna(row["year"]) else f"{row['year']:.0f}", int(row["count"]))
        for row in records(failures)
    ]
    rows.append((tr("Total"), int(failures["count"].sum())))
    return ReportSection(title, table=ReportTable((tr("Year"), tr("Failures")), tuple(rows)))


def _classes(head: PaperHead, dossier: AreaDossier) -> ReportSection:
    title = tr("Classes of health")
    if dossier.classes is None:
        return ReportSection(title, (tr("No assessment of the pipes is stored."),))
    rows = tuple(
        (head.label("health_class", row["class"]), int(row["count"]), row["length_m"])
        for row in records(dossier.classes)
    )
    text = tr("Assessment of {day}.").format(day=dossier.assessed_on)
    table = ReportTable((tr("Class"), tr("Pipes"), tr("Length, m")), rows, decimals=0)
    return ReportSection(title, (text,), table)


def _projects(head: PaperHead, projects: pd.DataFrame) -> ReportSection:
    title = tr("Planned renewal")
    if not len(projects):
        return ReportSection(title, (tr("No project of the plan has pipes inside."),))
    rows = tuple(
        (
            row["project_id"],
            tr("not funded") if pd.isna(row["year"]) else f"{row['year']:.0f}",
            text_or_none(row["street"]),
            row["length_m"],
            row["cost"],
            head.label("project_state", row["state"]),
        )
        for row in records(projects.head(_MOST_LISTED))
    )
    columns = (tr("Project"), tr("Year"), tr("Street"), tr("Length, m"), tr("Cost"), tr("State"))
    note = (
        tr("The first {listed} of {count}.").format(listed=_MOST_LISTED, count=number(len(projects)))
        if len(projects) > _MOST_LISTED
        else tr("Lengths and costs are those of whole projects.")
    )
    return ReportSection(title, table=ReportTable(columns, rows, decimals=0), note=note)


def _leakage(dossier: AreaDossier) -> list[ReportSection]:
    """Return what the night flows and the water balances of a metered area say."""
    title = tr("Leakage")
    sections = []
    if len(dossier.balances):
        rows = tuple(
            (
                f"{day_text(row['from_date'])} – {day_text(row['to_date'])}",
                row["supply_m3"],
                row["loss_m3"],
                None if pd.isna(row["loss_rate"]) else 100 * row["loss_rate"],
            )
            for row in records(dossier.balances)
        )
        columns = (tr("Period"), tr("Supplied, m³"), tr("Loss, m³"), tr("Loss rate, %"))
        sections.append(ReportSection(title, table=ReportTable(columns, rows)))
    if len(dossier.nights):
        nights = dossier.nights
        days = tuple(float(day.toordinal()) for day in nights["night"])
        line = ChartLine(tr("leakage at night"), days, tuple(nights["leak_m3h"].tolist()), strong=True)
        chart = LineChart((line,), "", "m³/h", tr("Leakage at night"), x_kind=DAY)
        text = tr("Night of {day}: {leak} m³/h of leakage.").format(
            day=day_text(nights["night"].iloc[-1]), leak=number(nights["leak_m3h"].iloc[-1], 1)
        )
        by_night = tuple((day_text(row["night"]), row["leak_m3h"]) for row in records(nights))
        table = ReportTable((tr("Night"), tr("Leakage at night, m³/h")), by_night)
        title = tr("Leakage at night")
        sections.append(ReportSection(title, (text,), chart=line_chart(chart), chart_table=table))
    return sections or [ReportSection(title, (tr("Neither balances nor night flows are stored."),))]


def file_of_areas(head: PaperHead, figures: Sequence[dict[str, Any]], files: Sequence[Report]) -> Report:
    """Return the files of several areas as one paper, with a list of them in front.

    Parameters
    ----------
    figures
        Those of each file.
    files
        The files, which become chapters.
    """
    rows = tuple(
        (
            each["zone_id"],
            each["name"],
            head.label("zone_kind", each["kind"]),
            *(each[name] for name in AREA_FIGURES),
        )
        for each in figures
    )
    columns = (tr("Zone"), tr("Name"), tr("Kind"), tr("Pipes"), tr("Length inside, m"), tr("Failures"))
    note = tr("Zones of several kinds lie one on the other: their lengths have no sum.")
    section = ReportSection(tr("The zones"), table=ReportTable(columns, rows, decimals=0), note=note)
    title = tr("Files of %n zone(s)", "", len(figures))
    whole = {"as_of": head.as_of, "zones": list(figures)}
    lead = tr("The zones with their pipes in use, and a file of each.")
    return Report(title, lead, head.subtitle, (section,), whole, head.foot, tuple(files))
