"""What an import from EPANET or an export to it did, in sentences and as a report."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from waternet_plugin.core.exchange.epanet.reading.elements import Model
from waternet_plugin.core.exchange.model_files.count_labels import epanet_count_labels
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.network.model_files import made_up_line
from waternet_plugin.core.texts import tr

# Low points that the report of a run lists.
_LOWEST_LISTED = 20


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
    return tr(
        "{junctions} junctions, {reservoirs} reservoirs, {tanks} tanks, {pipes} pipes, {pumps} pumps, "
        "{valves} valves."
    ).format(**{name: number(count) for name, count in counts(model).items()})


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
    labels = epanet_count_labels()
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


def run_summary(nodes: pd.DataFrame) -> list[str]:
    """Return what a run of EPANET found, in sentences: the lowest pressure and where."""
    if nodes.empty:
        return [tr("No node of the map is in the model.")]
    low = nodes.sort_values(["pressure_mpa", "node_id"], kind="stable").iloc[0]
    text = tr("Lowest pressure {pressure} MPa at {node}; %n node(s) computed.", "", len(nodes))
    return [text.format(pressure=f"{low['pressure_mpa']:.3f}", node=low["node_id"])]


def run_report(nodes: pd.DataFrame, lacks: Sequence[str], *, network: str, engine: str) -> Report:
    """Return the report of a run: what the model lacks, and the low points.

    Parameters
    ----------
    nodes
        node_id, head_m, pressure_mpa.
    lacks
        What the model lacks or assumes, in sentences.
    """
    low = nodes.sort_values(["pressure_mpa", "node_id"], kind="stable").head(_LOWEST_LISTED)
    rows = tuple(zip(low["node_id"], low["pressure_mpa"].tolist(), low["head_m"].tolist()))
    table = ReportTable((tr("Node"), tr("Pressure (MPa)"), tr("Head (m)")), rows, decimals=3)
    sections = [ReportSection(tr("Low points"), (), table)]
    if lacks:
        sections.append(ReportSection(tr("What the model lacks"), tuple(lacks)))
    figures = {
        "engine": engine,
        "nodes": len(nodes),
        "lacks": list(lacks),
        "low_points": [{"node_id": name, "pressure_mpa": mpa, "head_m": head} for name, mpa, head in rows],
    }
    (lead,) = run_summary(nodes)
    return Report(tr("Run of EPANET"), lead, network, tuple(sections), figures)
