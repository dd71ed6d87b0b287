"""Parts of pipes: what a person split, and what ends and nodes on the middle of a pipe split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row, is_same
from waternet_plugin.core.network.settling.edits.edited_rows import shape_of
from waternet_plugin.core.network.settling.edits.qgis_ids import is_derived
from waternet_plugin.core.network.settling.edits.recognising import PipeDivision, find_splits
from waternet_plugin.core.network.settling.edits.settling_work import (
    DEPTH_OF,
    END,
    INVERT_OF,
    NODE_OF,
    START,
    SettlingWork,
    known,
    text,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.vertices import (
    distances_along,
    line_of,
    vertex_at,
    vertices_between,
    with_heights_between,
    xyz,
)

_WHY = "split"
_GIVEN = "given"


@dataclass(frozen=True)
class SplitPoint:
    """Where a pipe is split: the distance from its beginning, m, the node there, and its x, y and height."""

    along_m: float
    node_id: str
    xyz_m: Array


def settle_splits(work: SettlingWork) -> None:
    """Give the parts of pipes that a person split their ends, levels, lengths and ids."""
    for division in find_splits(work.rows, work.same_m):
        _settle_split(work, division)


def _settle_split(work: SettlingWork, division: PipeDivision) -> None:
    source, length_m = division.row, division.length_m
    for piece in division.pieces:
        row = work.rows.must("pipe", piece.key)
        values: dict[str, Any] = {}
        at = (piece.start_m, piece.end_m)
        inner = [work.same_m < along_m < length_m - work.same_m for along_m in at]
        for end in (START, END):
            if not inner[end]:
                continue
            work.touched[piece.key, end] = None
            # What still is a copy of the source belongs to the far end of another part.
            if is_same(row.get(NODE_OF[end]), source.get(NODE_OF[end])):
                values[NODE_OF[end]] = None
        values.update(_levels(row, source, at, length_m))
        values.update(_with_heights(row, source, at, inner))
        values.update(_given_length(row, source, abs(piece.end_m - piece.start_m) / length_m))
        if piece.key != division.key:
            work.copied.add(piece.key)
            given, name_of_source = text(row.get("pipe_id")), text(source.get("pipe_id"))
            if given == name_of_source or is_derived(given, name_of_source):
                values["pipe_id"] = work.rows.new_id("pipe", source.get("pipe_id"))
        work.rows.set("pipe", piece.key, _WHY, **values)
    name = str(source.get("pipe_id"))
    work.heirs[name] = [piece.key for piece in division.pieces]
    work.part_of.update(dict.fromkeys(work.heirs[name], name))


def _levels(row: Row, source: Row, at: Sequence[float], whole_m: float) -> dict[str, Any]:
    """Return the levels and depths of a part whose ends lie at two distances along its source, m.

    What is not a copy of the source any more was settled or entered before, and stays.
    """
    values: dict[str, Any] = {}
    guessed = [word for word in str(row.get("estimated") or "").split(";") if word]
    for columns in (INVERT_OF, DEPTH_OF):
        ends = [source.get(column) for column in columns]
        for column, along_m, other in zip(columns, at, (0.0, whole_m)):
            if abs(along_m - other) <= 1e-9 * whole_m or not is_same(row.get(column), source.get(column)):
                continue
            if all(known(value) for value in ends):
                values[column] = float(np.interp(along_m, [0.0, whole_m], [float(str(end)) for end in ends]))
                guessed.append(column)
            else:
                values[column] = None
    if guessed:
        values["estimated"] = ";".join(dict.fromkeys(guessed))
    return values


def _with_heights(row: Row, source: Row, at: Sequence[float], inner: Sequence[bool]) -> dict[str, Any]:
    """Return the line of a part with the heights that its source has where it was cut, if it lacks them."""
    vertices, with_heights = xyz(shape_of(row)).copy(), with_heights_between(xyz(shape_of(source)))
    along, is_changed = distances_along(with_heights), False
    for end, along_m in enumerate(at):
        height = vertex_at(with_heights, along, along_m)[2]
        row_of = -1 if end else 0
        # QGIS puts 0 where it knows no height.
        lacks = not np.isfinite(vertices[row_of, 2]) or vertices[row_of, 2] == 0.0
        if inner[end] and lacks and np.isfinite(height):
            vertices[row_of, 2] = height
            is_changed = True
    return {GEOMETRY_COLUMN: line_of(vertices)} if is_changed else {}


def _given_length(row: Row, source: Row, share: float) -> dict[str, Any]:
    """Return the share of a given length, where the part still has all of it or was measured meanwhile."""
    length_m = source.get("length_m")
    if source.get("length_source") != _GIVEN or not known(length_m):
        return {}
    length, line = row.get("length_m"), shape_of(row)
    is_measured = known(length) and line is not None and abs(float(str(length)) - line.length) < 1e-6
    if known(length) and not is_measured and not is_same(length, length_m):
        return {}
    return {"length_m": float(str(length_m)) * share, "length_source": _GIVEN}


def cut_pipes(work: SettlingWork, cuts: Mapping[int, Sequence[SplitPoint]]) -> None:
    """Split pipes at nodes; the longest part goes on as the row that was there, the others are new rows.

    Parameters
    ----------
    work
        The settling.
    cuts
        Where to split each pipe, by its key; cuts at its ends and twice at one place are left out.
    """
    for key, cuts_of_pipe in cuts.items():
        row = work.rows.must("pipe", key)
        vertices = xyz(shape_of(row))
        length_m = float(distances_along(vertices)[-1])
        stops: list[SplitPoint] = []
        for cut in sorted(cuts_of_pipe, key=lambda spot: (spot.along_m, spot.node_id)):
            begin = stops[-1].along_m if stops else 0.0
            if begin + work.same_m < cut.along_m < length_m - work.same_m:
                stops.append(cut)
        if stops:
            _cut(work, key, vertices, length_m, stops)


def _cut(work: SettlingWork, key: int, vertices: Array, whole_m: float, stops: list[SplitPoint]) -> None:
    row = dict(work.rows.must("pipe", key))
    bounds = [0.0, *(stop.along_m for stop in stops), whole_m]
    nodes = [row.get("from_node"), *(stop.node_id for stop in stops), row.get("to_node")]
    longest = int(np.argmax(np.round(np.diff(bounds), 6)))
    keys: list[int] = []
    for number, (start, end) in enumerate(zip(bounds, bounds[1:])):
        values = {"from_node": nodes[number], "to_node": nodes[number + 1]}
        values[GEOMETRY_COLUMN] = _line(vertices, (start, end), number, stops)
        values.update(_levels(row, row, (start, end), whole_m))
        values.update(_given_length(row, row, (end - start) / whole_m))
        if number == longest:
            work.rows.set("pipe", key, _WHY, **values)
            keys.append(key)
        else:
            values["pipe_id"] = work.rows.new_id("pipe", row.get("pipe_id"))
            keys.append(work.rows.add("pipe", {**row, **values}, _WHY))
            work.copied.add(keys[-1])
    before = work.rows.before("pipe", key)
    name = str((row if before is None else before).get("pipe_id"))
    heirs = work.heirs.setdefault(work.part_of.get(key, name), [key])
    heirs[heirs.index(key) : heirs.index(key) + 1] = keys
    work.part_of.update(dict.fromkeys(keys, work.part_of.get(key, name)))


def _line(vertices: Array, bounds: tuple[float, float], number: int, stops: list[SplitPoint]) -> Any:
    """Return the line of a part: it ends exactly on its nodes, and keeps the height that the pipe has."""
    part = vertices_between(vertices, *bounds)
    if number > 0:
        part[0, :2] = stops[number - 1].xyz_m[:2]
    if number < len(stops):
        part[-1, :2] = stops[number].xyz_m[:2]
    return line_of(part)


def part_at(work: SettlingWork, keys: Sequence[int], point: Any) -> Optional[int]:
    """Return which of some pipes lies nearest to a point; the longest without one; None where none is left.

    Parameters
    ----------
    work
        The settling.
    keys
        Keys of pipes.
    point
        A geometry or None.
    """
    lines = {key: shape_of(work.rows.now("pipe", key)) for key in keys}
    known_lines = {key: line for key, line in lines.items() if line is not None}
    if not known_lines:
        return next((key for key in keys if work.rows.now("pipe", key) is not None), None)
    if point is None or point.is_empty:
        return max(known_lines, key=lambda key: known_lines[key].length)
    return min(known_lines, key=lambda key: known_lines[key].distance(point))
