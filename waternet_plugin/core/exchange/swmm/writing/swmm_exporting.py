"""Make a SWMM input file of the rows of a network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pyproj

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.model_ids import ModelIds
from waternet_plugin.core.exchange.model_files.plane import Plane, Point
from waternet_plugin.core.exchange.swmm.reading.imported_swmm import ImportedSwmm
from waternet_plugin.core.exchange.swmm.reading.swmm_model import SwmmModel, swmm_model_of
from waternet_plugin.core.exchange.swmm.reading.swmm_rows import SwmmRows, adopt_swmm
from waternet_plugin.core.exchange.swmm.reading.swmm_text import SwmmText, read_swmm_text, swmm_text_of
from waternet_plugin.core.exchange.swmm.reading.swmm_units import swmm_units
from waternet_plugin.core.exchange.swmm.writing.changed_text import ChangedText, changed_text, place_lines
from waternet_plugin.core.exchange.swmm.writing.empty_swmm_text import empty_swmm_text
from waternet_plugin.core.exchange.swmm.writing.swmm_areas import DrainedArea, add_areas, run_hours
from waternet_plugin.core.exchange.swmm.writing.swmm_changes import SwmmChanges, swmm_changes
from waternet_plugin.core.exchange.swmm.writing.swmm_levels import fill_node_levels, set_node_levels
from waternet_plugin.core.exchange.swmm.writing.swmm_map import DrainMap, drain_map
from waternet_plugin.core.exchange.swmm.writing.swmm_new_lines import (
    OUTFALL_KINDS,
    NewSwmmLines,
    add_new_elements,
)
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.places.coordinates import crs_name
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr

# SWMM has no limit for an id but that of a line.
_LONGEST_ID_BYTES = 200
# Water runs up these.
_PRESSED = ("rising_main", "siphon")
# Ids that a sentence names.
_NAMED = 5


@dataclass(frozen=True)
class SwmmMapRows(PlainFrames):
    """Rows in use of the systems to export, and the areas that drain into them."""

    pipes: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    areas: Sequence[DrainedArea] = ()


@dataclass(frozen=True)
class ExportedSwmm:
    """The file's bytes, its elements as a reader finds them, and what is to be said of it.

    ``left_out`` are ids of nodes and pipes without a level, ``filled`` those of nodes that were given one.
    ``node_ids`` and ``link_ids`` are the map's ids of what was drawn since the import, by those of the file.
    """

    data: bytes
    model: SwmmModel
    notes: tuple[str, ...]
    left_out: tuple[str, ...]
    filled: tuple[str, ...]
    node_ids: Mapping[str, str]
    link_ids: Mapping[str, str]


@dataclass(frozen=True)
class _File:
    """What the network came from, or an empty file."""

    text: SwmmText
    flow_unit: str
    plane: Plane
    model: SwmmModel | None
    rows: SwmmRows | None


def export_swmm_model(
    rows: SwmmMapRows,
    *,
    imported: ImportedSwmm | None,
    name: str,
    network: str,
    crs: pyproj.CRS,
    settings: Settings,
    fill_inverts: bool,
    progress: Progress = SILENT,
) -> ExportedSwmm:
    """Return the file of a network.

    Parameters
    ----------
    imported
        The file that the network came from, None for one drawn here.
    name, network
        Names of the file and of the network.
    fill_inverts
        Whether nodes without a level get one between those of their neighbours.

    Raises
    ------
    InputError
        When nothing can be exported.
    """
    file = _file(imported, network, crs, settings)
    file_xy = {} if file.rows is None else _places(file.rows)
    drains = drain_map(rows.pipes, rows.nodes, file_xy, settings)
    progress.at(0.3)
    changes = SwmmChanges()
    if file.model is not None and file.rows is not None:
        changes = swmm_changes(file.model, file.rows, drains)
    of_file = set(file_xy), set() if file.rows is None else set(file.rows.pipes["pipe_id"])
    notes = [*drains.notes, *_change_notes(changes)]
    _drop_lonely(drains, of_file[0], notes)
    set_node_levels(drains, [id_ for id_ in drains.nodes if id_ not in of_file[0]])
    filled = tuple(fill_node_levels(drains)) if fill_inverts else ()
    left_out = _drop_without_level(drains, of_file[0])
    notes += _level_notes(left_out, filled)
    if not drains.links:
        message = tr(
            "No drain of these systems has a level at its ends. Enter inverts, or export with FILL_INVERTS."
        )
        raise InputError(message)
    _turn_downhill(drains, of_file[1])
    progress.at(0.5)
    new = add_new_elements(
        drains,
        [node for id_, node in drains.nodes.items() if id_ not in of_file[0]],
        [link for id_, link in drains.links.items() if id_ not in of_file[1]],
        names=(
            ModelIds(of_file[0], file.text.encoding, _LONGEST_ID_BYTES),
            ModelIds(of_file[1], file.text.encoding, _LONGEST_ID_BYTES),
        ),
        settings=settings,
        metres=swmm_units(file.flow_unit).metres,
        is_deep=not file.text.option("LINK_OFFSETS").startswith("ELEV"),
    )
    if imported is None:
        notes += _area_notes(add_areas(new, rows.areas, new.node_ids, file.plane, settings))
    elif new.lines.get("JUNCTIONS"):
        notes.append(tr("Nodes drawn since the import have no subcatchment: add their area to the file."))
    notes += [*new.notes, *_raised_notes(changes.raised | new.raised)]
    for node_id in filled:
        new.add("TAGS", "Node", new.node_ids[node_id], "estimated")
    progress.at(0.7)
    data = _written(file, changes, new, notes)
    model = swmm_model_of(read_swmm_text(data, name), name, file.flow_unit)
    if not model.count("OUTFALLS"):
        notes.append(
            tr("The model has no outfall, without which SWMM does not run: draw one where the water leaves.")
        )
    ids = ({file: on_map for on_map, file in of.items()} for of in (new.node_ids, new.link_ids))
    return ExportedSwmm(data, model, tuple(notes), left_out, filled, *ids)


def _file(imported: ImportedSwmm | None, network: str, crs: pyproj.CRS, settings: Settings) -> _File:
    if imported is None:
        flow = settings.text("exchange.swmm_flow_unit")
        text = swmm_text_of(empty_swmm_text(network, crs_name(crs), flow, run_hours(settings)))
        return _File(text, flow, Plane(crs.to_wkt(), crs.to_wkt()), None, None)
    model = swmm_model_of(imported.text, imported.name, imported.flow_unit)
    return _File(imported.text, model.units.flow, imported.plane, model, adopt_swmm(model, imported.plane))


def _places(rows: SwmmRows) -> dict[str, Point]:
    points = rows.nodes.geometry
    return dict(zip(rows.nodes["node_id"], zip(points.x.tolist(), points.y.tolist())))


def _drop_lonely(drains: DrainMap, of_file: set[str], notes: list[str]) -> None:
    """Leave out new nodes at which no pipe ends."""
    used = {name for link in drains.links.values() for name in (link.start, link.end)}
    alone = sorted(name for name in drains.nodes if name not in used and name not in of_file)
    for name in alone:
        del drains.nodes[name]
    if alone:
        text = tr("Left out, since no pipe ends there: %n node(s), such as {id}.", "", len(alone))
        notes.append(text.format(id=alone[0]))


def _drop_without_level(drains: DrainMap, of_file: set[str]) -> tuple[str, ...]:
    """Leave out what has no level, and new nodes that no pipe leads to then; return their ids."""
    unknown = {name for name, node in drains.nodes.items() if math.isnan(node.invert_m)}
    links = [link.id for link in drains.links.values() if link.start in unknown or link.end in unknown]
    for id_ in links:
        del drains.links[id_]
    used = {name for link in drains.links.values() for name in (link.start, link.end)}
    for name in [name for name in drains.nodes if name not in used and name not in of_file]:
        del drains.nodes[name]
    named = sorted(name for name in unknown if not name.startswith(" "))
    return (*named, *sorted(links))


def _turn_downhill(drains: DrainMap, of_file: set[str]) -> None:
    """Turn new pipes into the way that their water runs: as it is known, else down, and to an outfall."""
    for link in drains.links.values():
        if link.id in of_file:
            continue
        runs_up = link.function not in _PRESSED and link.invert_start_m < link.invert_end_m
        if link.id in drains.backward or runs_up:
            link.turn()
        kinds = drains.nodes[link.start].kind, drains.nodes[link.end].kind
        if kinds[0] in OUTFALL_KINDS and kinds[1] not in OUTFALL_KINDS:
            link.turn()


def _change_notes(changes: SwmmChanges) -> list[str]:
    notes = []
    if changes.changed:
        text = tr(
            "Rewritten, since the map has changed: %n element(s), such as {id}.", "", len(changes.changed)
        )
        notes.append(text.format(id=min(changes.changed)))
    gone = changes.gone_nodes | changes.gone_links
    if gone:
        text = tr(
            "Left out, since they are no longer on the map: %n element(s), such as {id}.", "", len(gone)
        )
        notes.append(text.format(id=min(gone)))
    return notes


def _level_notes(left_out: Sequence[str], filled: Sequence[str]) -> list[str]:
    notes = []
    if left_out:
        text = tr("Left out, since no level is known: %n node(s) and pipes ({ids}).", "", len(left_out))
        notes.append(
            text.format(ids=listed([*left_out[:_NAMED], *(["…"] if len(left_out) > _NAMED else [])]))
        )
    if filled:
        text = tr(
            "Given a level between those of their neighbours, and tagged as estimated: %n node(s), "
            "such as {id}.",
            "",
            len(filled),
        )
        notes.append(text.format(id=filled[0]))
    return notes


def _raised_notes(raised: set[str]) -> list[str]:
    if not raised:
        return []
    text = tr(
        "Written at the bottom of their node, since they end below it: %n pipe(s), such as {id}.",
        "",
        len(raised),
    )
    return [text.format(id=min(raised))]


def _area_notes(left: int) -> list[str]:
    if not left:
        return []
    return [tr("%n area(s) are left out: the node that they drain to is not in the model.", "", left)]


def _written(file: _File, changes: SwmmChanges, new: NewSwmmLines, notes: list[str]) -> bytes:
    result: ChangedText = changed_text(file.text, changes)
    for section, lines in new.lines.items():
        result.add(section, lines)
    points = {**changes.points, **new.points}
    vertices = {**changes.vertices, **new.vertices}
    result.add("COORDINATES", place_lines({id_: [xy] for id_, xy in file.plane.back(points).items()}))
    flat = file.plane.back({(id_, at): xy for id_, line in vertices.items() for at, xy in enumerate(line)})
    bends: dict[str, list[Point]] = {}
    for (id_, _at), xy in flat.items():
        bends.setdefault(id_, []).append(xy)
    result.add("VERTICES", place_lines(bends))
    if result.dropped:
        line = result.dropped[0]
        text = tr(
            "Left out, since what they name is gone: %n line(s), such as {line}.", "", len(result.dropped)
        )
        notes.append(text.format(line=f"[{line.section}] {line.text.strip()}"))
    for option, old, value in result.options:
        text = tr("{option} {old} is written {value}, as today’s SWMM calls it.")
        notes.append(text.format(option=option, old=old, value=value))
    return result.to_bytes(file.text.encoding)
