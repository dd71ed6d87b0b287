"""What an import from EPANET or an export to it did, in sentences and as a report."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.core.exchange.epanet.reading.elements import Model
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.texts import tr

# Warnings shown one by one on a terminal; a report has them all.
_SHOWN = 20


def counts(model: Model) -> dict[str, int]:
    """Return how many elements of each kind a file has."""
    return {
        "junctions": model.count("junction"),
        "reservoirs": model.count("reservoir"),
        "tanks": model.count("tank"),
        "pipes": model.count("PIPE"),
        "pumps": model.count("PUMP"),
        "valves": model.valves,
    }


def count_line(model: Model) -> str:
    """Return the elements of a file in one sentence."""
    text = tr(
        "{junctions} junctions, {reservoirs} reservoirs, {tanks} tanks, {pipes} pipes, {pumps} pumps, "
        "{valves} valves."
    )
    return text.format(**{name: number(count) for name, count in counts(model).items()})


def made_up_line(missing: Sequence[str]) -> str:
    """Return the sentence about nodes that the file gives no place, '' when there are none."""
    if not missing:
        return ""
    text = tr(
        "%n node(s) have no coordinates, such as {id}: they were placed next to their neighbours, or drawn "
        "as a tree. Such locations are not written back.",
        "",
        len(missing),
    )
    return text.format(id=missing[0])


def shown(warnings: Sequence[str]) -> list[str]:
    """Return the first warnings, and how many more there are."""
    lines = list(warnings[:_SHOWN])
    if len(warnings) > _SHOWN:
        lines.append(tr("And %n more.", "", len(warnings) - _SHOWN))
    return lines


def import_report(
    model: Model, *, name: str, network: str, crs: str, missing: Sequence[str], note: str
) -> Report:
    """Return the report of an import.

    Parameters
    ----------
    model
        The file's elements.
    name, network
        Names of the file and of the network.
    crs
        Name of the network's CRS.
    missing
        Nodes without coordinates.
    note
        How the coordinates were understood.
    """
    labels = {
        "junctions": tr("Junctions"),
        "reservoirs": tr("Reservoirs"),
        "tanks": tr("Tanks"),
        "pipes": tr("Pipes"),
        "pumps": tr("Pumps"),
        "valves": tr("Valves"),
    }
    there = counts(model)
    rows = tuple((labels[key], count) for key, count in there.items())
    places = tuple(line for line in (note, made_up_line(missing)) if line)
    sections = [
        ReportSection(tr("Elements"), table=ReportTable((tr("Kind"), tr("Count")), rows)),
        ReportSection(tr("Locations"), paragraphs=places),
    ]
    if model.warnings:
        sections.append(ReportSection(tr("Warnings"), paragraphs=tuple(model.warnings)))
    return Report(
        title=tr("EPANET import"),
        lead=count_line(model),
        subtitle=tr("{name} into {network}, {crs}").format(name=name, network=network, crs=crs),
        sections=tuple(sections),
        figures={
            "file": name,
            "flow_unit": model.units.flow,
            "encoding": model.document.encoding,
            "crs": crs,
            **there,
            "nodes_without_coordinates": len(missing),
            "warnings": list(model.warnings),
        },
    )


def export_report(model: Model, *, name: str, network: str, notes: Sequence[str]) -> Report:
    """Return the report of an export.

    Parameters
    ----------
    model
        The elements of the written file.
    name, network
        Names of the file and of the network.
    notes
        What was assumed, changed or left out.
    """
    sections = (ReportSection(tr("Notes"), paragraphs=tuple(notes)),) if notes else ()
    return Report(
        title=tr("EPANET export"),
        lead=count_line(model),
        subtitle=tr("{network} as {name}").format(name=name, network=network),
        sections=sections,
        figures={
            "file": name,
            "flow_unit": model.units.flow,
            **counts(model),
            "notes": list(notes),
        },
    )
