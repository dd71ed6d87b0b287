"""A network under repair: rows as they will be, kept apart from the network until all of it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.frames import BadText, PlainFrames
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.schema.flow import INFERRED
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.vertices import line_of, vertices_between, xyz

_PREFIX, _DIGITS = {"node": "N-", "pipe": "P-"}, 6
START, END = "start", "end"
NODE_OF = {START: "from_node", END: "to_node"}
INVERT_OF = {START: "invert_start_m", END: "invert_end_m"}
DEPTH_OF = {START: "depth_start_m", END: "depth_end_m"}
_FLOW = ("flow", "flow_source", "flow_confidence")
_BEARING = (*NODE_OF.values(), *INVERT_OF.values(), *DEPTH_OF.values(), GEOMETRY_COLUMN)


# Stands for a row that was not touched before.
MISSING: Any = object()


class Refusal(Exception):  # noqa: N818 (it is an answer, not an error)
    """A repair that can't be made without a person's judgement; its text says why."""


@dataclass(frozen=True)
class RepairStep:
    """One field of one asset before and after; ``field`` is '' for a row made or deleted."""

    table: str
    asset: str
    field: str
    before: Any
    after: Any


def known(value: Any) -> bool:
    """Return whether a value is not unknown."""
    return value is not None and value == value and value is not pd.NaT


def same(one: Any, two: Any) -> bool:
    """Return whether two values are the same, unknown being like unknown."""
    if isinstance(one, shapely.Geometry) or isinstance(two, shapely.Geometry):
        both = isinstance(one, shapely.Geometry) and isinstance(two, shapely.Geometry)
        return both and to_wkb(one) == to_wkb(two)
    if not known(one) or not known(two):
        return known(one) == known(two)
    return bool(one == two)


@dataclass
class Draft(PlainFrames):
    """The tables of a network with what repairs make of them.

    ``rows`` holds the rows that were touched, as they will be, None for deleted ones; ``cuts`` the nodes
    at which pipes will be split, ``heirs`` the pipes that take the place of one that is gone; the
    ``journal`` has every row as it was before each change.
    """

    tables: Mapping[str, pd.DataFrame]
    rows: dict[tuple[str, str], dict[str, Any] | None] = field(default_factory=dict)
    steps: list[RepairStep] = field(default_factory=list)
    cuts: dict[str, dict[str, None]] = field(default_factory=dict)
    heirs: dict[str, list[str]] = field(default_factory=dict)
    journal: list[tuple[tuple[str, str], Any]] = field(default_factory=list)
    # Texts that are not UTF-8, to be written as they are read.
    texts: list[BadText] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__post_init__()
        self._rows = {name: TableRows(name, self.tables[name]) for name in ("pipe", "node")}
        self._next: dict[str, int] = {}
        self._naming: dict[str, dict[tuple[str, str], None]] | None = None
        self._named_anew: dict[str, dict[tuple[str, str], None]] = {}

    def get(self, name: str, asset: str) -> dict[str, Any] | None:
        """Return a row as it is now, None if there is none."""
        key = (name, asset)
        if key in self.rows:
            return self.rows[key]
        row = int(self._rows[name].row_of(np.array([asset], dtype=object))[0])
        return None if row < 0 else dict(self.tables[name].iloc[row])

    def must(self, name: str, asset: str) -> dict[str, Any]:
        """Return a row that has to be there.

        Raises
        ------
        Refusal
            When it is not.
        """
        from waternet_plugin.core.texts import tr

        row = self.get(name, asset)
        if row is None:
            raise Refusal(tr("{asset} is no longer in the network.").format(asset=asset))
        return row

    def shape(self, name: str, asset: str) -> Any:
        """Return the geometry of a row that has to be there and to have one.

        Raises
        ------
        Refusal
            When it is not, or has none.
        """
        from waternet_plugin.core.texts import tr

        shape = self.must(name, asset)[GEOMETRY_COLUMN]
        if shape is None or shape.is_empty:
            raise Refusal(tr("{asset} has no place on the map. Draw it first.").format(asset=asset))
        return shape

    def set(self, name: str, asset: str, **values: Any) -> None:
        """Change fields of a row; what stays the same is not a change."""
        row = dict(self.must(name, asset))
        if name == "pipe" and row.get("flow_source") == INFERRED and "flow" not in values:
            if any(field in values and not same(row.get(field), values[field]) for field in _BEARING):
                # It was inferred for other ends, levels or another course.
                values.update(dict.fromkeys(_FLOW))
        for column, value in values.items():
            if not same(row.get(column), value):
                self.steps.append(RepairStep(name, asset, column, row.get(column), value))
                row[column] = value
        self._put(name, asset, row)

    def _put(self, name: str, asset: str, row: dict[str, Any] | None) -> None:
        self.journal.append(((name, asset), self.rows.get((name, asset), MISSING)))
        self.rows[name, asset] = row
        if name == "pipe" and row is not None:
            for end, column in NODE_OF.items():
                self._named_anew.setdefault(str(row.get(column)), {})[asset, end] = None

    def add(self, name: str, row: Mapping[str, Any]) -> str:
        """Add a row and return its id."""
        asset = str(row[table(name).id_field])
        self._put(name, asset, dict(row))
        self.steps.append(RepairStep(name, asset, "", None, asset))
        return asset

    def write_as_read(self, bad: BadText) -> None:
        """Write a text that is not UTF-8 as it is read."""
        before = bad.raw.decode("ascii", "backslashreplace")
        self.texts.append(bad)
        self.steps.append(RepairStep(bad.table, bad.row, bad.field, before, bad.text))

    def delete(self, name: str, asset: str) -> None:
        """Delete a row."""
        self.must(name, asset)
        self._put(name, asset, None)
        self.steps.append(RepairStep(name, asset, "", asset, None))

    def estimated(self, pipe: str, fields: Iterable[str]) -> None:
        """Mark fields of a pipe as filled in rather than measured."""
        row = self.must("pipe", pipe)
        before = [word for word in str(row.get("estimated") or "").split(";") if word]
        self.set("pipe", pipe, estimated=";".join(dict.fromkeys([*before, *fields])))

    def new_id(self, name: str) -> str:
        """Return an id that no node or pipe has: after the highest of our own kind."""
        if name not in self._next:
            number = re.compile(re.escape(_PREFIX[name]) + r"(\d{1,15})")
            matches = (number.fullmatch(str(one)) for one in self._rows[name].ids)
            self._next[name] = max((int(match.group(1)) for match in matches if match), default=0)
        self._next[name] += 1
        return f"{_PREFIX[name]}{self._next[name]:0{_DIGITS}d}"

    def add_junction(self, point: shapely.Point, like: Mapping[str, Any]) -> str:
        """Add a junction at a place, of the system and street of a pipe."""
        node = {
            "node_id": self.new_id("node"),
            "kind": "junction",
            "system": like.get("system"),
            "status": like.get("status") or "in_use",
            "street": like.get("street"),
            "compound_id": like.get("compound_id"),
            "dma_id": like.get("dma_id"),
            GEOMETRY_COLUMN: point,
        }
        return self.add("node", node)

    def pipes_naming(self, node: str) -> list[tuple[str, str]]:
        """Return the pipes that name a node and at which end, sorted by id."""
        if self._naming is None:
            self._naming = {}
            pipes = self._rows["pipe"]
            for end, column in NODE_OF.items():
                for asset, name in zip(pipes.ids, pipes.text(column)):
                    if name is not None:
                        self._naming.setdefault(str(name), {})[str(asset), end] = None
        found = {
            (asset, end): None
            for asset, end in self._naming.get(node, {})
            if (self.get("pipe", asset) or {}).get(NODE_OF[end]) == node
        }
        for asset, end in self._named_anew.get(node, {}):
            if (self.get("pipe", asset) or {}).get(NODE_OF[end]) == node:
                found[asset, end] = None
        return sorted(found)


def end_point(line: shapely.LineString, end: str) -> shapely.Point:
    """Return the first or last point of a line."""
    return shapely.get_point(line, 0 if end == START else -1)


def nearest_end(line: shapely.LineString, point: shapely.Point) -> str:
    """Return which end of a line is nearer to a place."""
    start, end = end_point(line, START), end_point(line, END)
    return START if start.distance(point) <= end.distance(point) else END


def moved_end(line: shapely.LineString, end: str, point: shapely.Point) -> shapely.LineString:
    """Return a line whose end is at a place; its height stays."""
    vertices = xyz(line).copy()
    vertices[0 if end == START else -1, :2] = (point.x, point.y)
    return line_of(vertices)


def substring(line: shapely.LineString, start_m: float, end_m: float) -> shapely.LineString:
    """Return the part of a line between two distances from its beginning, heights between interpolated."""
    return line_of(vertices_between(xyz(line), start_m, end_m))


def free_ids(base: str, count: int, taken: Iterable[str]) -> list[str]:
    """Return ``base.1``, ``base.2``, ...; numbers that are taken are left out."""
    there = set(taken)
    found: list[str] = []
    number = 1
    while len(found) < count:
        name = f"{base}.{number}"
        if name not in there:
            found.append(name)
        number += 1
    return found


def share_of(values: Sequence[float], along: float, length: float) -> float:
    """Return a number between those at both ends of a pipe, by the share of its length."""
    start, end = values
    return start + (end - start) * (along / length if length > 0 else 0.0)
