"""What an import from SWMM, an export to it or a run of it did, in sentences and as a report."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from waternet_plugin.core.exchange.model_files.count_labels import swmm_count_labels
from waternet_plugin.core.exchange.swmm.reading.swmm_model import SwmmModel
from waternet_plugin.core.exchange.swmm.reading.swmm_sections import LINK_SECTIONS, NODE_SECTIONS
from waternet_plugin.core.exchange.swmm.writing.swmm_exporting import ExportedSwmm
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable
from waternet_plugin.core.texts import joined, listed, tr

# What the map shows of a file; lines of other sections are kept with the network.
_DRAWN = (*NODE_SECTIONS, *LINK_SECTIONS, "XSECTIONS", "COORDINATES", "VERTICES", "POLYGONS", "SUBCATCHMENTS")
# A pipe is full where SWMM fills this share of it; it computes in single precision.
FULL = 0.999
# Nodes that the report of a run lists.
_WORST_LISTED = 20
_COUNTED = {
    "junctions": "JUNCTIONS",
    "outfalls": "OUTFALLS",
    "storages": "STORAGE",
    "dividers": "DIVIDERS",
    "pipes": "CONDUITS",
    "pumps": "PUMPS",
    "weirs": "WEIRS",
    "orifices": "ORIFICES",
    "outlets": "OUTLETS",
}


def swmm_counts(model: SwmmModel) -> dict[str, int]:
    """Return how many elements of each kind a file has."""
    counts = {name: model.count(section) for name, section in _COUNTED.items()}
    return {**counts, "subcatchments": len(model.subcatchments)}


def swmm_count_line(model: SwmmModel) -> str:
    """Return the elements of a file in one sentence; kinds that it has none of are left out."""
    counts = swmm_counts(model)
    words = {
        "junctions": tr("%n junction(s)", "", counts["junctions"]),
        "outfalls": tr("%n outfall(s)", "", counts["outfalls"]),
        "storages": tr("%n storage unit(s)", "", counts["storages"]),
        "dividers": tr("%n flow divider(s)", "", counts["dividers"]),
        "pipes": tr("%n conduit(s)", "", counts["pipes"]),
        "pumps": tr("%n pump(s)", "", counts["pumps"]),
        "weirs": tr("%n weir(s)", "", counts["weirs"]),
        "orifices": tr("%n orifice(s)", "", counts["orifices"]),
        "outlets": tr("%n outlet(s)", "", counts["outlets"]),
        "subcatchments": tr("%n subcatchment(s)", "", counts["subcatchments"]),
    }
    return tr("{elements}.").format(elements=listed(words[name] for name, count in counts.items() if count))


def sections_not_drawn(model: SwmmModel) -> list[str]:
    """Return the sections that are kept and not drawn, as their headings name them."""
    names = [section.name for section in model.text.sections if section.name not in ("", "?", *_DRAWN)]
    return [name for name in dict.fromkeys(names) if any(True for _row in model.text.rows(name))]


def line_of_not_drawn(model: SwmmModel) -> str:
    """Return which sections are kept and not drawn in one sentence, '' where there are none."""
    kept = sections_not_drawn(model)
    text = tr("Kept with the network and not drawn: {sections}.")
    return text.format(sections=listed(f"[{name}]" for name in kept)) if kept else ""


def swmm_notes(model: SwmmModel, *, system: str, not_drawn: Sequence[str]) -> list[str]:
    """Return what to know about an import.

    Parameters
    ----------
    system
        Label of the system that all elements got.
    not_drawn
        Subcatchments whose polygon is missing or a symbol.
    """
    notes = [
        tr("SWMM does not name the system: all elements are {system}. Change it where that is wrong.").format(
            system=system
        )
    ]
    kept = line_of_not_drawn(model)
    if kept:
        notes.append(kept)
    if not_drawn:
        notes.append(
            tr(
                "%n subcatchment(s) have no polygon of their area, such as {id}: they are kept and not "
                "drawn.",
                "",
                len(not_drawn),
            ).format(id=not_drawn[0])
        )
    return notes


def swmm_import_report(
    model: SwmmModel, *, name: str, network: str, crs: str, places: Sequence[str], notes: Sequence[str]
) -> Report:
    """Return the report of an import.

    Parameters
    ----------
    name, network
        Names of the file and of the network.
    crs
        Name of the network's CRS.
    places
        How the coordinates were understood.
    notes
        What to know besides.
    """
    labels = swmm_count_labels()
    counts = swmm_counts(model)
    rows = tuple((labels[key], count) for key, count in counts.items())
    sections = [
        ReportSection(tr("Elements"), table=ReportTable((tr("Kind"), tr("Count")), rows)),
        ReportSection(tr("Locations"), paragraphs=tuple(places)),
        ReportSection(tr("Notes"), paragraphs=tuple(notes)),
    ]
    if model.warnings:
        sections.append(ReportSection(tr("Warnings"), paragraphs=model.warnings))
    return Report(
        title=tr("SWMM import"),
        lead=swmm_count_line(model),
        subtitle=tr("{name} into {network}, {crs}").format(name=name, network=network, crs=crs),
        sections=tuple(sections),
        figures={
            "file": name,
            "flow_unit": model.units.flow,
            "encoding": model.text.encoding,
            "crs": crs,
            **counts,
            "sections_not_drawn": sections_not_drawn(model),
            "warnings": list(model.warnings),
        },
    )


def swmm_export_report(exported: ExportedSwmm, *, name: str, network: str) -> Report:
    """Return the report of an export.

    Parameters
    ----------
    name, network
        Names of the file and of the network.
    """
    sections = [ReportSection(tr("Notes"), paragraphs=exported.notes)] if exported.notes else []
    if exported.left_out:
        rows = tuple((id_,) for id_ in exported.left_out)
        sections.append(ReportSection(tr("Left out without a level"), table=ReportTable((tr("Id"),), rows)))
    if exported.filled:
        rows = tuple((id_,) for id_ in exported.filled)
        sections.append(ReportSection(tr("Levels filled in"), table=ReportTable((tr("Node"),), rows)))
    return Report(
        title=tr("SWMM export"),
        lead=swmm_count_line(exported.model),
        subtitle=tr("{network} as {name}").format(name=name, network=network),
        sections=tuple(sections),
        figures={
            "file": name,
            "flow_unit": exported.model.units.flow,
            **swmm_counts(exported.model),
            "notes": list(exported.notes),
            "left_out": list(exported.left_out),
            "filled": list(exported.filled),
        },
    )


def swmm_run_summary(nodes: pd.DataFrame, pipes: pd.DataFrame) -> list[str]:
    """Return what a run found, in sentences.

    Parameters
    ----------
    nodes
        node_id, depth_m, surcharge_h.
    pipes
        pipe_id, flow_m3h, filling.
    """
    deep = nodes.sort_values(["depth_m", "node_id"], ascending=[False, True], kind="stable").iloc[0]
    surcharged = int((nodes["surcharge_h"] > 0).sum())
    full = int((pipes["filling"] >= FULL).sum())
    return [
        tr("Deepest water {depth} m at {node}.").format(depth=f"{deep['depth_m']:.2f}", node=deep["node_id"]),
        tr("%n node(s) are surcharged for a time.", "", surcharged),
        tr("%n pipe(s) run full for a time.", "", full),
    ]


def swmm_run_report(
    nodes: pd.DataFrame, pipes: pd.DataFrame, lacks: Sequence[str], *, network: str
) -> Report:
    """Return the report of a run: the nodes that are surcharged longest, and what the model lacks.

    Parameters
    ----------
    nodes, pipes
        As for the summary.
    lacks
        What the model lacks or assumes, in sentences.
    """
    worst = nodes.sort_values(
        ["surcharge_h", "depth_m", "node_id"], ascending=[False, False, True], kind="stable"
    ).head(_WORST_LISTED)
    rows = tuple(zip(worst["node_id"], worst["surcharge_h"].tolist(), worst["depth_m"].tolist()))
    heads = (tr("Node"), tr("Surcharge (h)"), tr("Depth of water (m)"))
    sections = [ReportSection(tr("Surcharged longest"), (), ReportTable(heads, rows, decimals=2))]
    if lacks:
        sections.append(ReportSection(tr("What the model lacks"), tuple(lacks)))
    first, *more = swmm_run_summary(nodes, pipes)
    figures = {
        "nodes": len(nodes),
        "pipes": len(pipes),
        "surcharged_nodes": int((nodes["surcharge_h"] > 0).sum()),
        "full_pipes": int((pipes["filling"] >= FULL).sum()),
        "highest_depth_m": float(nodes["depth_m"].max()),
        "lacks": list(lacks),
    }
    return Report(tr("Run of SWMM"), joined((first, *more)), network, tuple(sections), figures)
