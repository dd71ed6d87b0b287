"""The report of a planned zero-pressure test, and the paper for the crew with a form to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.dma.pressure_test import gauges
from waternet_plugin.core.dma.pressure_test import plan as plans
from waternet_plugin.core.dma.pressure_test.plan import PressureTestPlan
from waternet_plugin.core.dma.pressure_test.plan_words import (
    back_siphonage,
    doubt_label,
    notice,
    procedure,
    purpose_label,
)
from waternet_plugin.core.frames import records
from waternet_plugin.core.network.model.customers import RECORDED
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number
from waternet_plugin.core.reports.network.people import critical_cell, critical_text, customer_kind
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr

_MOST_ROWS = 200
_MOST_ON_PAPER = 20
# Of so many at most the paper lists each at its end; more are in the table of customers.
_MOST_LISTED = 2_000
# Written on with a pen.
_BLANK = "_" * 20
_READINGS = 14


@dataclass(frozen=True)
class PlanContext:
    """What a paper of a plan needs beside it: network's name, warnings, streets, drawing, settings.

    ``crs`` is the name of its coordinates, ``customers_file`` the file of all customers, '' for none.
    """

    network: str
    warnings: Sequence[str]
    streets: Sequence[str]
    drawing: str
    settings: Settings
    crs: str = ""
    customers_file: str = ""


def plan_report(plan: PressureTestPlan, context: PlanContext) -> Report:
    """Return the report of a plan.

    Parameters
    ----------
    context
        What else it tells.
    """
    found = [
        ReportSection(tr("Points to note"), tuple(context.warnings)) if context.warnings else None,
        ReportSection(tr("Map of the zero-pressure test"), chart=context.drawing)
        if context.drawing
        else None,
        *step_sections(plan, context.crs),
        ReportSection(tr("In the night"), tuple(procedure(plan, context.settings))),
        _customers(plan, context, _MOST_ROWS),
        ReportSection(tr("Notice"), tuple(notice(plan, list(context.streets), context.settings))),
        ReportSection(tr("Back-siphonage"), tuple(back_siphonage(plan))),
    ]
    return Report(
        title=tr("Zero-pressure test of {zone}").format(zone=_zone(plan)),
        subtitle=context.network,
        lead=_lead(plan),
        sections=tuple(section for section in found if section is not None),
        figures={
            "zone_id": plan.zone_id,
            **plan.figures,
            "pieces": plan.pieces,
            "steps": [
                {
                    name: list(value) if isinstance(value, tuple) else value
                    for name, value in row.items()
                    if name != "node"
                }
                for row in records(plan.steps)
            ],
            "warnings": list(context.warnings),
        },
    )


def plan_paper(plan: PressureTestPlan, context: PlanContext) -> Report:
    """Return what the crew takes along: map, steps to tick, and the form to fill in and sign."""
    report = plan_report(plan, context)
    found = [
        ReportSection(tr("Points to note"), tuple(context.warnings)) if context.warnings else None,
        ReportSection(tr("Map of the zero-pressure test"), chart=context.drawing)
        if context.drawing
        else None,
        *(_with_boxes(section) for section in step_sections(plan, context.crs)),
        ReportSection(tr("In the night"), tuple(procedure(plan, context.settings))),
        _first_customers(plan),
        ReportSection(tr("Notice"), tuple(notice(plan, list(context.streets), context.settings))),
        ReportSection(tr("Back-siphonage"), tuple(back_siphonage(plan))),
        *_form(plan),
        _customers(plan, context, _MOST_LISTED) if len(plan.customers) > _MOST_ON_PAPER else None,
    ]
    title = tr("Zero-pressure test of {zone}: plan and form").format(zone=_zone(plan))
    return replace(report, title=title, sections=tuple(section for section in found if section is not None))


def _zone(plan: PressureTestPlan) -> str:
    return f"{plan.zone_id} {plan.name}" if plan.name and plan.name != plan.zone_id else plan.zone_id


def _lead(plan: PressureTestPlan) -> str:
    figures = plan.figures
    text = (
        tr(
            "{valves} boundary valves on a way of {way}, {inlets} meters to shut off and {gauges} gauges; "
            "{customers} customers with {households} households are without water, {critical}. {length} of "
            "pipes are tested."
        )
        if figures[RECORDED]
        else tr(
            "{valves} boundary valves on a way of {way}, {inlets} meters to shut off and {gauges} gauges; "
            "who is without water is not known: no customers are recorded. {length} of pipes are tested."
        )
    )
    return text.format(
        valves=number(figures["valves"]),
        way=length(figures["way_m"]),
        inlets=number(figures["inlets"] + figures["outlets"]),
        gauges=number(figures["gauges"]),
        customers=number(figures["customers"]),
        households=number(figures["households"]),
        critical=critical_text(figures["critical"]),
        length=length(figures["length_m"]),
    )


def step_sections(plan: PressureTestPlan, crs: str = "") -> list[ReportSection]:
    """Return the steps as tables, one for each part of the night.

    Parameters
    ----------
    crs
        Name of the coordinates.
    """
    titles = (
        (plans.BOUNDARY, tr("Boundary valves, in walking order: check that each is shut")),
        (plans.GAUGE, tr("Pressure gauges")),
        (plans.STORAGE, tr("Storage inside the zone: shut off")),
        (plans.INLET, tr("Inlets and outlets: shut last")),
        (plans.DRAIN, tr("Draining points: at the low point, also for flushing")),
        (plans.REOPEN, tr("Reopening, slowly")),
    )
    found = [_steps(plan.of_role(role), role, title, crs) for role, title in titles]
    return [section for section in found if section is not None]


def _steps(rows: pd.DataFrame, role: str, title: str, crs: str) -> Optional[ReportSection]:
    if not len(rows):
        return None
    head = {plans.GAUGE: tr("Node"), plans.DRAIN: tr("Node")}.get(role, tr("Valve"))
    columns = [
        tr("Step"), head, tr("East, north (m)"), tr("Street"), tr("Diameter"), tr("Turns"),
        tr("Points to note"),
    ]  # fmt: skip
    table = [
        [
            str(row["step"]), row["node_id"], f"{row['x_m']:.1f}, {row['y_m']:.1f}",
            row["street"] or "", _dn(row["diameter_mm"]),
            number(row["turns"]) if row["turns"] == row["turns"] else "", _note(row),
        ]
        for row in records(rows)
    ]  # fmt: skip
    if role in (plans.GAUGE, plans.DRAIN):
        columns[4:6] = [tr("Kind"), tr("Ground (m)")]
        for cells, row in zip(table, records(rows)):
            cells[4:6] = [_kind(row["kind"]), number(row["ground_m"], 1)]
    rows_told = tuple(tuple(row) for row in table)
    note = tr("Coordinates: {crs}.").format(crs=crs) if crs else ""
    return ReportSection(title, table=ReportTable(tuple(columns), rows_told, decimals=1), note=note)


def _kind(code: Any) -> str:
    found = domain("node_kind").get(str(code or ""))
    return found.label if found else str(code or "")


def _dn(value: Any) -> str:
    return f"DN{value:.0f}" if value == value and value is not None else ""


def _note(row: dict[str, Any]) -> str:
    """Return what there is to know about a step."""
    parts = [purpose_label(code) for code in row["purposes"]]
    if row["watches"]:
        parts.append(tr("watches {valves}").format(valves=listed(list(row["watches"]))))
    parts += [doubt_label(code) for code in row["doubts"]]
    if row["meter"]:
        bare = row["meter"] == row["node_id"]
        parts.append(tr("no valve found") if bare else tr("meter {meter}").format(meter=row["meter"]))
    if row["device"]:
        bare = row["device"] == row["node_id"]
        parts.append(tr("no valve found") if bare else tr("shuts {tank}").format(tank=row["device"]))
    return "; ".join(parts)


def _first_customers(plan: PressureTestPlan) -> ReportSection:
    """Return the first customers without water, where all stand on the last pages."""
    section = customer_section(plan, _MOST_ON_PAPER)
    if len(plan.customers) <= _MOST_ON_PAPER:
        return section
    text = (
        tr("%n customer(s) are listed at the end of this paper.", "", _MOST_LISTED)
        if len(plan.customers) > _MOST_LISTED
        else tr("All %n customer(s) are listed at the end of this paper.", "", len(plan.customers))
    )
    return replace(section, note=text)


def _customers(plan: PressureTestPlan, context: PlanContext, most: int) -> ReportSection:
    """Return the customers without water; of very many, how many more are in which file."""
    section = customer_section(plan, most)
    more = len(plan.customers) - most
    if more > 0 and context.customers_file:
        text = tr("%n more customer(s) are in the file {file}.", "", more)
        section = replace(section, note=text.format(file=context.customers_file))
    return section


def customer_section(plan: PressureTestPlan, most: int) -> ReportSection:
    """Return who is without water, critical ones first; of many, how many more there are."""
    rows = tuple(
        (
            *(row["customer_id"], customer_kind(row["kind"]), row["households"]),
            *(critical_cell(row["critical"]), row["pipe_id"]),
        )
        for row in records(plan.customers.head(most))
    )
    columns = (tr("Customer"), tr("Kind"), tr("Households"), tr("Critical"), tr("Pipe"))
    note = (
        tr(
            "%n more customer(s) are in the table of customers: give OUTPUT_CUSTOMERS a file.",
            "",
            len(plan.customers) - len(rows),
        )
        if len(plan.customers) > len(rows)
        else ""
    )
    table = ReportTable(columns, rows, decimals=0)
    return ReportSection(tr("Customers without water, critical ones first"), table=table, note=note)


def _with_boxes(section: ReportSection) -> ReportSection:
    """Return steps with boxes to tick and the time to write down."""
    if section.table is None:
        return section
    columns = (*section.table.columns, tr("Done"), tr("Time"))
    rows = tuple((*row, "□", "_____") for row in section.table.rows)
    return replace(section, table=replace(section.table, columns=columns, rows=rows))


def _form(plan: PressureTestPlan) -> list[ReportSection]:
    """Return the form: readings of the gauges, what was found, signatures."""
    names = [
        f"{row['node_id']}{' *' if gauges.REFERENCE in row['purposes'] else ''}"
        for row in records(plan.of_role(plans.GAUGE))
    ]
    readings = ReportTable(
        (tr("Time"), *names), tuple(("___:___", *("______" for _name in names)) for _row in range(_READINGS))
    )
    head = (
        (tr("Date"), _BLANK, tr("Crew"), _BLANK),
        (tr("Inlet shut at"), _BLANK, tr("Draining points opened at"), _BLANK),
        (tr("Draining points shut at (drained)"), _BLANK, tr("End of the test"), _BLANK),
        (tr("Lowest head (m)"), _BLANK, tr("Rise while held (m)"), _BLANK),
        (tr("Verdict: passed / failed / repeat"), _BLANK, tr("Valve that leaks"), _BLANK),
        (tr("Water back on at"), _BLANK, tr("Flushed and sampled by"), _BLANK),
        (tr("Done by (signature)"), _BLANK, tr("Checked by (signature)"), _BLANK),
    )
    return [
        ReportSection(
            tr("Form: pressures (MPa)"),
            table=readings,
            note=tr("* outside the zone, for reference. Read every 5 minutes, every minute after draining."),
        ),
        ReportSection(tr("Form: to be filled in and signed"), table=ReportTable(("", "", "", ""), head)),
    ]
