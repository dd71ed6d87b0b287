"""What has changed on the map since a SWMM file was read."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd
import shapely

from waternet_plugin.core.exchange.model_files.plane import Point
from waternet_plugin.core.exchange.model_files.written_values import (
    MOVED_M,
    differs,
    has_moved,
    written_number,
)
from waternet_plugin.core.exchange.swmm.reading.swmm_model import ROUND_SHAPES, WIDE_SHAPES, SwmmModel
from waternet_plugin.core.exchange.swmm.reading.swmm_rows import SwmmRows
from waternet_plugin.core.exchange.swmm.writing.swmm_map import DrainLink, DrainMap, DrainNode

_END_WORDS = {"CONDUITS": (5, 6), "ORIFICES": (4,), "WEIRS": (4,), "OUTLETS": (3,)}


@dataclass
class SwmmChanges:
    """What to write otherwise than the file has it.

    ``words`` are those of lines to exchange: by section and id, the word by its index. ``points`` are new
    places of nodes, ``vertices`` new points between the ends of links. ``raised`` are links of which an end
    lies below the bottom of its node, where SWMM knows no offset: it is written at the bottom.
    """

    gone_nodes: set[str] = field(default_factory=set)
    gone_links: set[str] = field(default_factory=set)
    words: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)
    points: dict[str, Point] = field(default_factory=dict)
    vertices: dict[str, list[Point]] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    raised: set[str] = field(default_factory=set)

    def put(self, section: str, id_: str, index: int, word: str) -> None:
        """Exchange one word of the line of an element."""
        self.words.setdefault((section, id_), {})[index] = word
        self.changed.add(id_)


def offset_m(level_m: float, bottom_m: float) -> tuple[float, bool]:
    """Return how high a level lies above the bottom of its node, at least 0, and whether it lay below."""
    return max(level_m - bottom_m, 0.0), level_m < bottom_m - MOVED_M


def swmm_changes(model: SwmmModel, rows: SwmmRows, drains: DrainMap) -> SwmmChanges:
    """Compare the map with the file, and set the bottoms of the file's nodes.

    Parameters
    ----------
    model, rows
        The file, and what the map was given of it.
    drains
        The map as it is now.
    """
    comparison = _Comparison(model, rows, drains)
    for id_, row in comparison.nodes.ids.items():
        if id_ in drains.nodes:
            comparison.compare_node(id_, row)
    for id_, row in comparison.links.ids.items():
        if id_ in drains.links:
            comparison.compare_link(id_, row)
    return comparison.changes


class _Comparison:
    """Compares the elements of the map with those of a file."""

    def __init__(self, model: SwmmModel, rows: SwmmRows, drains: DrainMap) -> None:
        self.changes = SwmmChanges()
        self.nodes, self.links = _Rows(rows.nodes, "node_id"), _Rows(rows.pipes, "pipe_id")
        self.changes.gone_links = set(self.links.ids) - set(drains.links)
        self.changes.gone_nodes = set(self.nodes.ids) - set(drains.nodes)
        self._drains, self._shapes = drains, (rows.nodes.geometry, rows.pipes.geometry)
        self._metres = model.units.metres
        self._is_deep = not model.text.option("LINK_OFFSETS").startswith("ELEV")
        self._of_nodes, self._of_links = model.nodes.set_index("node_id"), model.links.set_index("link_id")
        self._lowered: set[str] = set()

    def compare_node(self, id_: str, row: int) -> None:
        """Note what of a node is another one."""
        node = self._drains.nodes[id_]
        node.invert_m = float(self._of_nodes.at[id_, "invert_m"])
        before = self._shapes[0].iloc[row]
        if node.point is not None and has_moved([node.point], [(before.x, before.y)]):
            self.changes.points[id_] = node.point
            self.changes.changed.add(id_)
        if not _node_changed(node, self.nodes, row):
            return
        self._lowered.add(id_)
        node.invert_m = node.bottom_m
        section = str(self._of_nodes.at[id_, "section"])
        self.changes.put(section, id_, 1, written_number(node.invert_m / self._metres))
        if section in ("JUNCTIONS", "STORAGE"):
            self.changes.put(section, id_, 2, written_number(node.depth_m / self._metres))

    def compare_link(self, id_: str, row: int) -> None:
        """Note what of a link is another one."""
        link, section = self._drains.links[id_], str(self._of_links.at[id_, "section"])
        if has_moved(link.line, shapely.get_coordinates(self._shapes[1].iloc[row])[1:-1].tolist()):
            self.changes.vertices[id_] = link.line
            self.changes.changed.add(id_)
        for index, (column, name) in enumerate((("from_node", link.start), ("to_node", link.end)), 1):
            if self.links.text(column, row) != name:
                self.changes.put(section, id_, index, name)
        if section == "CONDUITS" and differs(link.length_m, self.links.value("length_m", row)):
            self.changes.put(section, id_, 3, written_number(link.length_m / self._metres))
        self._compare_profile(link, row, str(self._of_links.at[id_, "shape"]))
        self._compare_levels(link, row, section)

    def _compare_profile(self, link: DrainLink, row: int, shape: str) -> None:
        size = "diameter_mm" if shape in ROUND_SHAPES else "height_mm"
        for index, name in ((2, size), (3, "width_mm" if shape in WIDE_SHAPES else "")):
            value = getattr(link, name) if name else math.nan
            if name and differs(value, self.links.value(name, row)):
                self.changes.put("XSECTIONS", link.id, index, written_number(value / 1000.0 / self._metres))

    def _compare_levels(self, link: DrainLink, row: int, section: str) -> None:
        """Note the offsets that are others: the level changed, or the bottom of the node it counts from."""
        ends = ((link.start, "invert_start_m"), (link.end, "invert_end_m"))
        for word, (name, column) in zip(_END_WORDS.get(section, ()), ends):
            level, before = getattr(link, column), self.links.value(column, row)
            has_other_bottom = self._is_deep and name in self._lowered
            if math.isnan(level) or not (has_other_bottom or differs(level, before)):
                continue
            offset = level
            if self._is_deep:
                offset, is_raised = offset_m(level, self._drains.nodes[name].invert_m)
                if is_raised:
                    self.changes.raised.add(link.id)
            if not math.isnan(offset):
                self.changes.put(section, link.id, word, written_number(offset / self._metres))


class _Rows:
    """Columns of a frame by the row of an id."""

    def __init__(self, frame: pd.DataFrame, id_column: str) -> None:
        self._frame = frame
        self.ids = {str(id_): row for row, id_ in enumerate(frame[id_column])}

    def value(self, column: str, row: int) -> float:
        return float(self._frame[column].iloc[row])

    def text(self, column: str, row: int) -> str:
        return str(self._frame[column].iloc[row])


def _node_changed(node: DrainNode, nodes: _Rows, row: int) -> bool:
    if math.isnan(node.bottom_m):
        return False
    return differs(node.ground_m, nodes.value("ground_m", row)) or differs(
        node.depth_m, nodes.value("depth_m", row)
    )
