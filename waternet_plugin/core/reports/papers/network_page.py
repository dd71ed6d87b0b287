"""The network at a glance, on one page: lengths by system, age and material, worst streets, losses."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length
from waternet_plugin.core.reports.papers.inventory import (
    DECADE,
    MATERIAL,
    SYSTEM,
    Inventory,
)
from waternet_plugin.core.reports.papers.paper_words import (
    PaperHead,
    day_text,
    inventory_section,
    length_bars,
)
from waternet_plugin.core.texts import tr

_MOST_BARS, _MOST_STREETS = 6, 6


@dataclass(frozen=True)
class GlanceFacts(PlainFrames):
    """What the page tells.

    Parameters
    ----------
    inventory
        Pipes in use.
    streets
        Streets by failures of the last five years, the most first: street, failures, length_m.
    losses
        The newest loss of each metered area: zone_id, name, day, loss_rate (0-1, NaN unknown), leak_m3h (NaN
        unknown).
    years
        The years of the failures, as people write them.
    """

    inventory: Inventory
    streets: pd.DataFrame
    losses: pd.DataFrame
    years: str


def network_page(head: PaperHead, facts: GlanceFacts) -> Report:
    """Return the page."""
    inventory = facts.inventory
    lead = tr("%n pipe(s) in use, {length} in all.", "", inventory.count).format(
        length=length(inventory.length_m)
    )
    groups = (SYSTEM, DECADE, MATERIAL) if inventory.count else ()
    sections = [_bars(head, inventory, group) for group in groups]
    sections += [_streets(facts), _losses(facts.losses)]
    figures = {
        "as_of": head.as_of,
        **{name: value for name, value in inventory.figures.items() if name != "owner"},
        "streets": records(facts.streets),
        "losses": records(facts.losses),
    }
    return Report(tr("The network at a glance"), lead, head.subtitle, tuple(sections), figures, head.foot)


def _bars(head: PaperHead, inventory: Inventory, group: str) -> ReportSection:
    """Return the lines of a group as bars, of materials the longest alone."""
    section, lines = inventory_section(head, inventory, group), inventory.groups[group]
    most = _MOST_BARS if group == MATERIAL else len(lines)
    rest = lines[most:]
    others = tr("%n more: {length}.", "", len(rest)).format(length=length(sum(one.length_m for one in rest)))
    chart = length_bars(head, group, lines[:most])
    return replace(section, table=None, chart=chart, chart_table=section.table, note=others if rest else "")


def _streets(facts: GlanceFacts) -> ReportSection:
    title = tr("Streets with the most failures, {years}").format(years=facts.years)
    if not len(facts.streets):
        return ReportSection(title, (tr("No failures of these years name a street."),))
    rows = tuple(
        (row["street"], int(row["failures"]), row["length_m"])
        for row in records(facts.streets.head(_MOST_STREETS))
    )
    columns = (tr("Street"), tr("Failures"), tr("Length, m"))
    return ReportSection(title, table=ReportTable(columns, rows, decimals=0))


def _losses(losses: pd.DataFrame) -> ReportSection:
    title = tr("Losses of metered areas")
    if not len(losses):
        return ReportSection(title, (tr("Neither balances nor night flows are stored."),))
    rows = tuple(
        (
            row["zone_id"],
            row["name"],
            day_text(row["day"]),
            None if pd.isna(row["loss_rate"]) else 100 * row["loss_rate"],
            None if pd.isna(row["leak_m3h"]) else row["leak_m3h"],
        )
        for row in records(losses)
    )
    columns = (tr("Zone"), tr("Name"), tr("Day"), tr("Loss rate, %"), tr("Leakage at night, m³/h"))
    return ReportSection(title, table=ReportTable(columns, rows))
