"""The order for the crew that shuts off a burst: one page with a map, boxes to tick, lines to sign."""

from __future__ import annotations

from dataclasses import replace

from waternet_plugin.core.network.isolation.isolate import Burst
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable
from waternet_plugin.core.reports.network.isolation import (
    consequences,
    customer_section,
    isolation_report,
    valve_sections,
)
from waternet_plugin.core.texts import tr

# What one page has room for.
_VALVES, _CUSTOMERS = 16, 8
# Written on with a pen.
_BLANK = "_" * 24


def order_page(works: IsolationModel, burst: Burst, *, network: str, drawing: str = "") -> Report:
    """Return what the crew takes along, for one page; parameters as `isolation_report` has them."""
    report = isolation_report(works, burst, network=network, drawing=drawing)
    sections = [_to_fill_in()]
    if drawing:
        sections.append(ReportSection(tr("Map of the isolated area"), chart=drawing))
    sections += [_with_boxes(section) for section in valve_sections(burst, _VALVES)]
    sections.append(_side_by_side(consequences(dict(report.figures))))
    critical = replace(burst, customers=burst.customers[burst.customers["critical"] == "yes"])
    if len(critical.customers):
        sections.append(customer_section(critical, _CUSTOMERS))
    sections.append(ReportSection(tr("Points to note"), burst.notes))
    title = tr("Shutdown order for the burst on pipe {pipe}").format(pipe=burst.pipe_id)
    return replace(report, title=title, sections=tuple(sections))


def with_planned_times(order: Report, starts_at: str, ends_at: str) -> Report:
    """Return an order that says when water is to be off, above the lines for when it was.

    Parameters
    ----------
    order
        As `order_page` made it.
    starts_at, ends_at
        ``YYYY-MM-DD HH:MM`` by the network's clocks; an end of '' is not known yet.
    """
    to_fill_in = order.sections[0]
    assert to_fill_in.table is not None
    end = ends_at or tr("not known yet")
    planned = (tr("Water off (planned)"), starts_at, tr("Water back on (planned)"), end)
    table = replace(to_fill_in.table, rows=(planned, *to_fill_in.table.rows))
    return replace(order, sections=(replace(to_fill_in, table=table), *order.sections[1:]))


def _with_boxes(section: ReportSection) -> ReportSection:
    """Return valves with boxes to tick, and without what only the report has to say."""
    if section.table is None:
        return section
    shown = [
        place
        for place, column in enumerate(section.table.columns)
        if column in (tr("No."), tr("Valve"), tr("Street"), tr("Diameter"), tr("Turns"), tr("Points to note"))
    ]
    columns = (*(section.table.columns[place] for place in shown), tr("Done"))
    rows = tuple((*(row[place] for place in shown), "□") for row in section.table.rows)
    return replace(section, table=replace(section.table, columns=columns, rows=rows))


def _side_by_side(section: ReportSection) -> ReportSection:
    """Return a table of names and figures as two halves beside each other."""
    if section.table is None:
        return section
    rows, half = section.table.rows, (len(section.table.rows) + 1) // 2
    paired = tuple((*row, *other) for row, other in zip(rows[:half], (*rows[half:], ("", ""))))
    return replace(section, table=replace(section.table, columns=section.table.columns * 2, rows=paired))


def _to_fill_in() -> ReportSection:
    """Return the lines for crew, times and signatures."""
    rows = (
        (tr("Crew"), _BLANK, tr("Foreman"), _BLANK),
        (tr("Water off (date, time)"), _BLANK, tr("Water back on (date, time)"), _BLANK),
        (tr("Ordered by (signature)"), _BLANK, tr("Done by (signature)"), _BLANK),
    )
    return ReportSection(tr("To be filled in"), table=ReportTable(("", "", "", ""), rows))
