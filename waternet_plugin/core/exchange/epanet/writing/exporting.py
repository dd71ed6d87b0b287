"""Make an EPANET input file of the rows of a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd
import pyproj

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading import units
from waternet_plugin.core.exchange.epanet.reading.element_coordinates import Placed
from waternet_plugin.core.exchange.epanet.reading.element_rows import adopt
from waternet_plugin.core.exchange.epanet.reading.elements import Model, model_of
from waternet_plugin.core.exchange.epanet.reading.imported_file import ImportedFile
from waternet_plugin.core.exchange.epanet.reading.text import Document, document_of, read_document
from waternet_plugin.core.exchange.epanet.writing import equipment
from waternet_plugin.core.exchange.epanet.writing.input_file import WrittenFile, write
from waternet_plugin.core.exchange.epanet.writing.map_changes import EpanetChanges, changes_since
from waternet_plugin.core.exchange.epanet.writing.mapped import (
    SOURCES,
    TANKS,
    Mapped,
    add_demands,
    drop_lonely,
    keep_supplied,
    map_of,
)
from waternet_plugin.core.exchange.epanet.writing.new_lines import NewLines, roughness_of
from waternet_plugin.core.exchange.model_files.model_ids import ModelIds
from waternet_plugin.core.exchange.model_files.pipe_ends import is_unnamed
from waternet_plugin.core.exchange.model_files.plane import Plane, Point
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.places.coordinates import crs_name
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

_SECTIONS = (
    ("JUNCTIONS", ";ID\tElevation\tDemand\tPattern"),
    ("RESERVOIRS", ";ID\tHead\tPattern"),
    ("TANKS", ";ID\tElevation\tInitLevel\tMinLevel\tMaxLevel\tDiameter\tMinVol\tVolCurve"),
    ("PIPES", ";ID\tNode1\tNode2\tLength\tDiameter\tRoughness\tMinorLoss\tStatus"),
    ("PUMPS", ";ID\tNode1\tNode2\tParameters"),
    ("VALVES", ";ID\tNode1\tNode2\tDiameter\tType\tSetting\tMinorLoss"),
    ("TAGS", ""),
    ("STATUS", ";ID\tStatus"),
    ("TIMES", " Duration\t0"),
    ("REPORT", " Status\tNo\n Summary\tNo"),
)


def empty_document(name: str, crs: str, flow: str) -> Document:
    """Return a file without elements.

    Parameters
    ----------
    name
        The network's name.
    crs
        Name of the CRS of the coordinates, for [TITLE]: EPANET has no other place for it.
    flow
        The flow unit, a metric one.
    """
    parts = [f"[TITLE]\n{name}\nCoordinates: {crs}\n"]
    parts += [f"[{section}]\n{text}\n" for section, text in _SECTIONS]
    parts += [
        f"[OPTIONS]\n Units\t{flow}\n Headloss\tH-W\n",
        "[COORDINATES]\n;Node\tX\tY\n",
        "[VERTICES]\n;Link\tX\tY\n",
        "[BACKDROP]\n Units\tMeters\n",
    ]
    return document_of("\n".join(parts))


PIPE_COLUMNS = (
    "pipe_id",
    "system",
    "function",
    "material",
    "diameter_mm",
    "length_m",
    "status",
    "from_node",
    "to_node",
    "initial_status",
)
NODE_COLUMNS = (
    "node_id",
    "kind",
    "system",
    "status",
    "ground_m",
    "diameter_mm",
    "valve_state",
    "one_way",
    "tank_volume_m3",
)


@dataclass(frozen=True)
class ExportedModel:
    """The file's bytes, its elements as a reader finds them, and what is to be said of it.

    ``node_ids`` and ``link_ids`` are the map's ids of nodes and links whose id had to change, by the new one.
    """

    data: bytes
    model: Model
    notes: tuple[str, ...]
    node_ids: Mapping[str, str] = field(default_factory=dict)
    link_ids: Mapping[str, str] = field(default_factory=dict)


def _renamed(mapped: Mapped, model: Model, encoding: str) -> tuple[dict[str, str], dict[str, str]]:
    """Give everything new an id that EPANET takes; return the former ids of nodes and links that changed."""
    node_names, link_names = ModelIds(model.nodes, encoding), ModelIds(model.links, encoding)
    nodes = {}
    number = 0
    for node in sorted(
        mapped.nodes.values(), key=lambda each: (is_unnamed(each.id), each.point or (), each.id)
    ):
        if is_unnamed(node.id):
            # Where only pipe ends meet, EPANET needs a name all the same: numbers from west to east.
            number += 1
            node.id = node_names.new(f"J{number}")
        else:
            node.id = node_names.of(node.id)
        nodes[node.id] = node
    order = {old: node.id for old, node in mapped.nodes.items()}
    for link in sorted(mapped.links.values(), key=lambda each: each.id):
        link.id = link_names.of(link.id)
        link.start, link.end = order[link.start], order[link.end]
    mapped.nodes = {order[old]: nodes[order[old]] for old in mapped.nodes}
    mapped.links = {link.id: link for link in mapped.links.values()}
    changed = {**node_names.changed, **link_names.changed}
    if changed:
        old, new = min(changed.items())
        text = tr(
            "%n id(s) not valid in EPANET had to be changed, such as {old} to {new}.",
            "",
            len(changed),
        )
        mapped.notes.append(text.format(old=old.strip(), new=new))
    nodes_then, links_then = (
        {new: old for old, new in names.changed.items()} for names in (node_names, link_names)
    )
    return nodes_then, links_then


def _drawn(kept: ImportedFile, model: Model, settings: Settings) -> tuple[Placed, dict[str, list[Point]]]:
    """Return where the nodes of the file lay at the import, and the points of its links between them."""
    adopted = adopt(model, kept.plane)
    before = map_of(
        adopted.pipes.assign(material=None),
        adopted.nodes,
        rows=kept.links,
        types={id_: link.type for id_, link in model.links.items()},
        file_xy=adopted.placed.nodes,
        settings=settings,
    )
    return adopted.placed, {id_: link.line for id_, link in before.links.items()}


def _note_changes(changes: EpanetChanges, mapped: Mapped) -> None:
    counts = (
        (
            len(changes.changed),
            tr("Elements of the file changed on the map: %n.", "", len(changes.changed)),
        ),
        (len(changes.new_links), tr("%n pipe(s) are new.", "", len(changes.new_links))),
        (
            len(changes.gone_links),
            tr("Links of the file that no longer exist: %n.", "", len(changes.gone_links)),
        ),
        (
            len(changes.gone_nodes),
            tr("Nodes of the file that no longer exist: %n.", "", len(changes.gone_nodes)),
        ),
    )
    mapped.notes.extend(text for count, text in counts if count)


def _tag(mapped: Mapped, model: Model, lines: NewLines) -> None:
    """Note the kinds of all junctions of the file that are more than that on the map."""
    plain = (None, "junction", "prv", *SOURCES, *TANKS)
    for node in mapped.nodes.values():
        old = model.nodes.get(node.id)
        if node.kind not in plain and (old is None or old.kind == "junction"):
            lines.tag(node)


def _assumed(mapped: Mapped, changes: EpanetChanges, kept: ImportedFile | None) -> None:
    """Say what had to be assumed for elements that were never in a file."""
    unknown = sum(not link.diameter_mm > 0 for link in changes.new_links)
    if unknown:
        mapped.notes.append(
            tr("%n pipe(s) have no diameter on the map: a typical one was assumed.", "", unknown)
        )
    sources = [node.id for node in changes.new_nodes if equipment.is_source(node)]
    if sources:
        text = tr("The heads of %n source(s) are assumed from the settings, such as {id}.", "", len(sources))
        mapped.notes.append(text.format(id=sources[0]))
    pumps = [node.id for node in changes.new_nodes if node.kind in ("pump_station", "secondary_supply")]
    if pumps:
        text = tr(
            "Without a curve on the map, so without lift: %n pump station(s), such as {id}.", "", len(pumps)
        )
        mapped.notes.append(text.format(id=pumps[0]))
    if kept is None and not any(node.demand_m3d for node in mapped.nodes.values()):
        mapped.notes.append(tr("No customer has a demand: all demands are 0."))


def _no_source() -> str:
    return tr(
        "EPANET needs a source. Draw one where the water comes from: a node of the kind source, plant, "
        "reservoir or tank at the end of a pipe."
    )


def _check_sources(mapped: Mapped, model: Model) -> None:
    """Refuse a network that lost the last source of its file."""
    before = {node.id for node in model.nodes.values() if node.kind != "junction"}
    drawn = [node for node in mapped.nodes.values() if node.id not in model.nodes]
    left = any(name in mapped.nodes for name in before) or any(map(equipment.is_source, drawn))
    if before and not left:
        raise InputError(_no_source())


def _start(
    kept: ImportedFile | None, name: str, crs: pyproj.CRS, settings: Settings
) -> tuple[Document, Model, Plane]:
    """Return the text to write into, its elements, and where its coordinates lie."""
    if kept is not None:
        return kept.document, model_of(kept.document, kept.name), kept.plane
    flow = settings.text("exchange.epanet_flow_unit")
    if not units.is_metric(flow):
        message = tr("Setting {key}: “{value}” is not a metric flow unit. Write LPS or CMH.")
        raise InputError(message.format(key="exchange.epanet_flow_unit", value=flow))
    document = empty_document(name, crs_name(crs), flow)
    wkt = crs.to_wkt()
    return document, Model(document, units.units_of_flow(flow), {}, {}, {}, []), Plane(wkt, wkt)


@dataclass(frozen=True)
class MapRows(PlainFrames):
    """What the map has of a network to export.

    Attributes
    ----------
    pipes, nodes
        Rows in use of the systems to export, with `PIPE_COLUMNS`, `NODE_COLUMNS` and geometry.
    customers
        Whose demands count where no file gives any: pipe_id, demand_m3d.
    """

    pipes: pd.DataFrame
    nodes: pd.DataFrame
    customers: pd.DataFrame


def export(
    rows: MapRows,
    *,
    imported: ImportedFile | None,
    name: str,
    network: str,
    crs: pyproj.CRS,
    settings: Settings,
    progress: Progress = SILENT,
) -> ExportedModel:
    """Return a network as an EPANET input file.

    Parameters
    ----------
    rows
        The network.
    imported
        The file the network came from, None when it came from none.
    name
        Of the file.
    network, crs
        Name and CRS of the network.

    Raises
    ------
    InputError
        When there is nothing to export, or no source.
    """
    document, model, plane = _start(imported, network, crs, settings)
    placed, drawn = (Placed({}, {}, ()), {}) if imported is None else _drawn(imported, model, settings)
    progress.at(0.3)
    mapped = map_of(
        rows.pipes,
        rows.nodes,
        rows={} if imported is None else imported.links,
        types={id_: link.type for id_, link in model.links.items()},
        file_xy=placed.nodes,
        settings=settings,
    )
    if not mapped.links:
        raise InputError(tr("There are no pipes in use to export. Choose other systems."))
    if imported is None:
        _keep_supplied(mapped, rows.customers)
    else:
        joined = {name for link in model.links.values() for name in (link.start, link.end)}
        drop_lonely(mapped, set(model.nodes) - joined)
        _check_sources(mapped, model)
    progress.at(0.5)
    closings = equipment.close_valves(mapped)
    equipment.set_check_valves(mapped)
    valves = equipment.cut_at_pressure_valves(mapped)
    former_ids = _renamed(mapped, model, document.encoding)
    formula = units.headloss_of(document)
    changes = changes_since(mapped, model, placed, drawn, roughness=roughness_of(None, formula, model.units))
    known = {node.id: node.elevation_m for node in model.nodes.values() if node.kind != "reservoir"}
    heights = equipment.elevations(mapped, known, changes.new_nodes)
    lines = NewLines(model.units, formula, settings, heights)
    for node in changes.new_nodes:
        lines.node(node)
    for link in changes.new_links:
        lines.link(link)
    for valve in valves:
        lines.valve(valve)
    _tag(mapped, model, lines)
    for link, node_of_valve in closings:
        lines.closed_by(link.id, node_of_valve.id)
    if imported is not None:
        _note_changes(changes, mapped)
    _assumed(mapped, changes, imported)
    progress.at(0.7)
    written = _written(document, model, changes, plane, lines)
    progress.at(0.9)
    _note_dropped(written, mapped)
    # Read as everybody will read it.
    again = model_of(read_document(written.data, name), name)
    return ExportedModel(written.data, again, tuple(mapped.notes), *former_ids)


def _keep_supplied(mapped: Mapped, customers: pd.DataFrame) -> None:
    """Give a network that came from no file its demands, and leave out what no source supplies."""
    add_demands(mapped, customers)
    sources = [node.id for node in mapped.nodes.values() if equipment.is_source(node)]
    if not sources:
        raise InputError(_no_source())
    keep_supplied(mapped, sources)
    if not mapped.links:
        raise InputError(tr("No pipe has a path to a source. Connect one and export again."))


def _written(
    document: Document, model: Model, changes: EpanetChanges, plane: Plane, lines: NewLines
) -> WrittenFile:
    """Return the text with the changes in it, coordinates as the file has them."""
    new_places = {node.id: node.point for node in changes.new_nodes if node.point is not None}
    return write(
        document,
        changes,
        xy=plane.back({**changes.xy, **new_places}),
        vertices=_back(plane, {**changes.vertices, **{link.id: link.line for link in changes.new_links}}),
        new_lines=lines.lines,
        useless=model.useless,
    )


def _note_dropped(written: WrittenFile, mapped: Mapped) -> None:
    if written.dropped:
        first = written.dropped[0]
        text = tr(
            "%n line(s) of the file left out because EPANET can't use them, such as “{text}” in [{section}].",
            "",
            len(written.dropped),
        )
        mapped.notes.append(text.format(text=first.text.strip()[:60], section=first.section))


def _back(plane: Plane, bends: dict[str, list[Point]]) -> dict[str, list[Point]]:
    """Return the points of links as the file has them."""
    moved = plane.back(
        {(id_, place): point for id_, line in bends.items() for place, point in enumerate(line)}
    )
    return {id_: [moved[id_, place] for place in range(len(line))] for id_, line in bends.items()}
