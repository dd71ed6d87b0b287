"""What has changed on the map since a SWMM file was read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd
import shapely

from waternet_plugin.core.exchange.model_files.plane import Point
from waternet_plugin.core.exchange.swmm.reading.swmm_model import ROUND_SHAPES, WIDE_SHAPES, SwmmModel
from waternet_plugin.core.exchange.swmm.reading.swmm_rows import SwmmRows
from waternet_plugin.core.exchange.swmm.writing.swmm_map import DrainLink, DrainMap, DrainNode

# Smaller moves are the arithmetic of coordinates, in metres; smaller parts of a value that of units.
_MOVED_M = 1e-3
_CHANGED = 1e-9
_END_WORDS = {"CONDUITS": (5, 6), "ORIFICES": (4,), "WEIRS": (4,), "OUTLETS": (3,)}


@dataclass
class SwmmChanges:
    """What to write otherwise than the file has it.

    ``words`` are those of lines to exchange: by section and id, the word by its index. ``points`` are new
    places of nodes, ``vertices`` new points between the ends of links.
    """

    gone_nodes: set[str] = field(default_factory=set)
    gone_links: set[str] = field(default_factory=set)
    words: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)
    points: dict[str, Point] = field(default_factory=dict)
    vertices: dict[str, list[Point]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def put(self, section: str, id_: str, index: int, word: str) -> None:
        """Exchange one word of the line of an element."""
        self.words.setdefault((section, id_), {})[index] = word
        self.changed.add(id_)


def swmm_number(value: float) -> str:
    """Return a number as it is written into a file, exact to twelve digits."""
    return f"{value:.12g}"


def swmm_changes(model: SwmmModel, rows: SwmmRows, drains: DrainMap) -> SwmmChanges:
    """Compare the map with the file, and set the bottoms of the file's nodes.

    Parameters
    ----------
    model, rows
        The file, and what the map was given of it.
    drains
        The map as it is now.
    """
    changes = SwmmChanges()
    nodes = _Rows(rows.nodes, "node_id")
    links = _Rows(rows.pipes, "pipe_id")
    changes.gone_links = set(links.ids) - set(drains.links)
    changes.gone_nodes = set(nodes.ids) - set(drains.nodes)
    metres = model.units.metres
    is_deep = not model.text.option("LINK_OFFSETS").startswith("ELEV")
    inverts = dict(zip(model.nodes["node_id"], model.nodes["invert_m"].tolist()))
    sections = dict(zip(model.nodes["node_id"], model.nodes["section"]))
    sunk = set()
    for id_, row in nodes.ids.items():
        node = drains.nodes.get(id_)
        if node is None:
            continue
        node.invert_m = inverts[id_]
        before = rows.nodes.geometry.iloc[row]
        if node.point is not None and math.dist(node.point, (before.x, before.y)) > _MOVED_M:
            changes.points[id_] = node.point
            changes.changed.add(id_)
        if _node_changed(node, nodes, row):
            sunk.add(id_)
            node.invert_m = node.bottom_m
            changes.put(sections[id_], id_, 1, swmm_number(node.invert_m / metres))
            if sections[id_] in ("JUNCTIONS", "STORAGE"):
                changes.put(sections[id_], id_, 2, swmm_number(node.depth_m / metres))
    of_file = model.links.set_index("link_id")
    for id_, row in links.ids.items():
        link = drains.links.get(id_)
        if link is None:
            continue
        section, shape = str(of_file.at[id_, "section"]), of_file.at[id_, "shape"]
        if _line_moved(link, rows.pipes.geometry.iloc[row]):
            changes.vertices[id_] = link.line
            changes.changed.add(id_)
        for index, (column, name) in enumerate((("from_node", link.start), ("to_node", link.end)), 1):
            if links.text(column, row) != name:
                changes.put(section, id_, index, name)
        if section == "CONDUITS" and _differs(link.length_m, links.value("length_m", row)):
            changes.put(section, id_, 3, swmm_number(link.length_m / metres))
        _compare_profile(changes, link, links, row, str(shape), metres)
        _compare_levels(changes, link, links, row, section, drains, sunk, is_deep=is_deep, metres=metres)
    return changes


class _Rows:
    """Columns of a frame by the row of an id."""

    def __init__(self, frame: pd.DataFrame, id_column: str) -> None:
        self._frame = frame
        self.ids = {str(id_): row for row, id_ in enumerate(frame[id_column])}

    def value(self, column: str, row: int) -> float:
        return float(self._frame[column].iloc[row])

    def text(self, column: str, row: int) -> str:
        return str(self._frame[column].iloc[row])


def _differs(new: float, old: float) -> bool:
    """Say whether a value is another one; what became unknown on the map stays as the file has it."""
    if math.isnan(new) or math.isnan(old):
        return math.isnan(old) and not math.isnan(new)
    return abs(new - old) > _CHANGED * max(abs(old), 1.0)


def _node_changed(node: DrainNode, nodes: _Rows, row: int) -> bool:
    if math.isnan(node.bottom_m):
        return False
    return _differs(node.ground_m, nodes.value("ground_m", row)) or _differs(
        node.depth_m, nodes.value("depth_m", row)
    )


def _line_moved(link: DrainLink, before: shapely.LineString) -> bool:
    old = shapely.get_coordinates(before)[1:-1].tolist()
    if len(old) != len(link.line):
        return True
    return any(math.dist(one, other) > _MOVED_M for one, other in zip(link.line, old))


def _compare_profile(
    changes: SwmmChanges, link: DrainLink, links: _Rows, row: int, shape: str, metres: float
) -> None:
    size = "diameter_mm" if shape in ROUND_SHAPES else "height_mm"
    for index, name in ((2, size), (3, "width_mm" if shape in WIDE_SHAPES else "")):
        value = getattr(link, name) if name else math.nan
        if name and _differs(value, links.value(name, row)):
            changes.put("XSECTIONS", link.id, index, swmm_number(value / 1000.0 / metres))


def _compare_levels(
    changes: SwmmChanges,
    link: DrainLink,
    links: _Rows,
    row: int,
    section: str,
    drains: DrainMap,
    sunk: set[str],
    *,
    is_deep: bool,
    metres: float,
) -> None:
    """Note the offsets that are others: the level changed, or the bottom of the node that it counts from."""
    ends = ((link.start, "invert_start_m"), (link.end, "invert_end_m"))
    for word, (name, column) in zip(_END_WORDS.get(section, ()), ends):
        level, before = getattr(link, column), links.value(column, row)
        if math.isnan(level) or not (_differs(level, before) or (is_deep and name in sunk)):
            continue
        bottom = drains.nodes[name].invert_m
        offset = max(level - bottom, 0.0) if is_deep else level
        if not math.isnan(offset):
            changes.put(section, link.id, word, swmm_number(offset / metres))
