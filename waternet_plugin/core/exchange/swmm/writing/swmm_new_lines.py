"""Lines of the nodes and links that no SWMM file had before."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from waternet_plugin.core.exchange.model_files.model_ids import ModelIds, quoted
from waternet_plugin.core.exchange.model_files.pipe_ends import is_unnamed
from waternet_plugin.core.exchange.model_files.plane import Point
from waternet_plugin.core.exchange.model_files.roughness import material_roughness
from waternet_plugin.core.exchange.model_files.written_values import written_number
from waternet_plugin.core.exchange.swmm.writing.swmm_changes import offset_m
from waternet_plugin.core.exchange.swmm.writing.swmm_map import DrainLink, DrainMap, DrainNode
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

OUTFALL_KINDS = ("outfall",)
_OPEN_FUNCTION = "channel"
# The pipe that leads to an outfall where several end, in metres.
_STUB_M = 1.0


@dataclass
class NewSwmmLines:
    """Lines by section, places of new nodes and points of new links, and what was assumed.

    ``node_ids`` and ``link_ids`` are those of the file by those of the map. ``raised`` are new links of which
    an end lies below the bottom of its node: it is written at the bottom.
    """

    lines: dict[str, list[str]] = field(default_factory=dict)
    points: dict[str, Point] = field(default_factory=dict)
    vertices: dict[str, list[Point]] = field(default_factory=dict)
    node_ids: dict[str, str] = field(default_factory=dict)
    link_ids: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    raised: set[str] = field(default_factory=set)

    def add(self, section: str, *words: str) -> None:
        """Add a line."""
        self.lines.setdefault(section, []).append(" " + "\t".join(words))


def add_new_elements(
    drains: DrainMap,
    nodes: Iterable[DrainNode],
    links: Iterable[DrainLink],
    *,
    names: tuple[ModelIds, ModelIds],
    settings: Settings,
    metres: float,
    is_deep: bool,
) -> NewSwmmLines:
    """Return the lines of new nodes and links.

    Parameters
    ----------
    nodes, links
        New ones; each node has a bottom.
    names
        Ids of nodes and of links.
    metres
        In a unit of length of the file.
    is_deep
        Whether the file counts offsets from the bottoms of nodes.
    """
    new = NewSwmmLines()
    node_names, link_names = names
    ends: dict[str, int] = {}
    for link in drains.links.values():
        for name in (link.start, link.end):
            ends[name] = ends.get(name, 0) + 1
    fresh = sorted(nodes, key=lambda node: (is_unnamed(node.id), node.point or (), node.id))
    for number, node in enumerate(fresh, 1):
        id_ = node_names.new(f"N{number}") if is_unnamed(node.id) else node_names.of(node.id)
        new.node_ids[node.id] = id_
        if node.point is not None:
            new.points[id_] = node.point
        level = written_number(node.invert_m / metres)
        if node.kind in OUTFALL_KINDS and ends.get(node.id, 0) == 1:
            new.add("OUTFALLS", quoted(id_), level, "FREE", "NO")
            continue
        depth = node.ground_m - node.invert_m
        # A depth of 0 is left to SWMM: up to the crown of the highest conduit.
        new.add(
            "JUNCTIONS",
            quoted(id_),
            level,
            written_number(max(0.0, depth) / metres if depth == depth else 0.0),
        )
        if node.kind in OUTFALL_KINDS:
            _add_stub(new, node, id_, names, settings, metres)
    without_size = [
        link.id for link in links if not _add_link(new, drains, link, link_names, settings, metres, is_deep)
    ]
    if without_size:
        text = tr(
            "%n pipe(s) of unknown size, such as {id}, were given {size} mm (setting "
            "exchange.swmm_diameter_mm).",
            "",
            len(without_size),
        )
        size = settings.real("exchange.swmm_diameter_mm")
        new.notes.append(text.format(id=without_size[0], size=f"{size:g}"))
    return new


def _add_stub(
    new: NewSwmmLines,
    node: DrainNode,
    id_: str,
    names: tuple[ModelIds, ModelIds],
    settings: Settings,
    metres: float,
) -> None:
    """Let a short pipe lead on to an outfall of its own: in SWMM one link may end at an outfall."""
    outlet, stub = names[0].new(f"{id_}-out"), names[1].new(f"{id_}-out")
    new.add("OUTFALLS", quoted(outlet), written_number(node.invert_m / metres), "FREE", "NO")
    if node.point is not None:
        new.points[outlet] = (node.point[0] + _STUB_M, node.point[1])
    new.add(
        "CONDUITS",
        quoted(stub),
        quoted(id_),
        quoted(outlet),
        written_number(_STUB_M / metres),
        written_number(material_roughness(None, "manning")),
        "0",
        "0",
    )
    size = settings.real("exchange.swmm_outlet_mm") / 1000.0 / metres
    new.add("XSECTIONS", quoted(stub), "CIRCULAR", written_number(size), "0", "0", "0", "1")


def _add_link(
    new: NewSwmmLines,
    drains: DrainMap,
    link: DrainLink,
    names: ModelIds,
    settings: Settings,
    metres: float,
    is_deep: bool,
) -> bool:
    """Add a conduit and its profile; return whether its size is known."""
    id_ = names.of(link.id)
    new.link_ids[link.id] = id_
    offsets = []
    for name, level in ((link.start, link.invert_start_m), (link.end, link.invert_end_m)):
        bottom = drains.nodes[name].invert_m
        level = bottom if math.isnan(level) else level
        if is_deep:
            level, is_raised = offset_m(level, bottom)
            if is_raised:
                new.raised.add(link.id)
        offsets.append(written_number(level / metres))
    ends = [quoted(new.node_ids.get(name, name)) for name in (link.start, link.end)]
    manning = written_number(material_roughness(link.material, "manning"))
    length = written_number(max(link.length_m, _STUB_M) / metres)
    new.add("CONDUITS", quoted(id_), *ends, length, manning, *offsets)
    if link.line:
        new.vertices[id_] = link.line

    def size(value_mm: float) -> str:
        return written_number(value_mm / 1000.0 / metres)

    if link.diameter_mm > 0:
        profile, is_sized = ("CIRCULAR", size(link.diameter_mm), "0"), True
    elif link.height_mm > 0 and link.width_mm > 0:
        shape = "RECT_OPEN" if link.function == _OPEN_FUNCTION else "RECT_CLOSED"
        profile, is_sized = (shape, size(link.height_mm), size(link.width_mm)), True
    else:
        profile, is_sized = ("CIRCULAR", size(settings.real("exchange.swmm_diameter_mm")), "0"), False
    new.add("XSECTIONS", quoted(id_), *profile, "0", "0", "1")
    return is_sized
