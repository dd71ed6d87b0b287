"""The statistics of the yearbook: pipes in use by system, size, material, decade, owner and district."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, length, number
from waternet_plugin.core.reports.papers.inventory import GROUPS, MATERIAL, SIZE, SYSTEM, Inventory
from waternet_plugin.core.reports.papers.paper_words import PaperHead, inventory_section
from waternet_plugin.core.texts import tr

DISTRICT = "district"
_CHARTS = (SYSTEM, SIZE, MATERIAL)


@dataclass(frozen=True)
class YearbookFacts(PlainFrames):
    """What the yearbook counts.

    Parameters
    ----------
    inventory
        Pipes in use.
    districts
        One row a district: zone_id, name, count of pipes that lie in it or partly, length_m inside.
    unmeasured
        Pipes in use without a length.
    """

    inventory: Inventory
    districts: pd.DataFrame
    unmeasured: int = 0


def yearbook_report(head: PaperHead, facts: YearbookFacts) -> Report:
    """Return the statistics on paper."""
    inventory = facts.inventory
    lead = tr("%n pipe(s) in use, {length} in all.", "", inventory.count).format(
        length=length(inventory.length_m)
    )
    sections = [inventory_section(head, inventory, group, has_chart=group in _CHARTS) for group in GROUPS]
    sections.append(_districts(facts))
    notes = [tr("Counted are pipes with the status in use, without connectors of pumps and valves.")]
    if facts.unmeasured:
        notes.append(
            tr("Without a length, counted with 0 m: {count} pipes.").format(count=number(facts.unmeasured))
        )
    sections.append(ReportSection(tr("How this is counted"), tuple(notes)))
    districts = {
        row["zone_id"]: {"name": row["name"], "count": int(row["count"]), "length_m": row["length_m"]}
        for row in records(facts.districts)
    }
    figures = {"as_of": head.as_of, **inventory.figures, DISTRICT: districts}
    return Report(tr("Pipe network statistics"), lead, head.subtitle, tuple(sections), figures, head.foot)


def _districts(facts: YearbookFacts) -> ReportSection:
    title = tr("By district")
    if not len(facts.districts):
        return ReportSection(title, (tr("The network has no zones of the kind district."),))
    rows: list[tuple[object, ...]] = [
        (row["zone_id"], row["name"], int(row["count"]), row["length_m"]) for row in records(facts.districts)
    ]
    inside = float(facts.districts["length_m"].sum())
    rows.append((tr("Total"), "", None, inside))
    columns = (tr("District", "administrative"), tr("Name"), tr("Pipes"), tr("Length inside, m"))
    note = tr(
        "A pipe that crosses a boundary counts in each district, with the length inside. The whole network "
        "less the sum: {rest} m."
    )
    note = note.format(rest=number(facts.inventory.length_m - inside, 1))
    return ReportSection(title, table=ReportTable(columns, tuple(rows), decimals=0), note=note)
