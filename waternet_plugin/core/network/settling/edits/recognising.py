"""What a person did to pipes, seen in the rows alone: merged, split or reversed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.edits.edited_rows import EditedRows, shape_of
from waternet_plugin.core.vertices import xyz

_LINE = 1
# Of the fields that the source knows, the part of a split has most.
_LIKE = 0.5
_OWN_FIELDS = frozenset(
    "pipe_id from_node to_node invert_start_m invert_end_m depth_start_m depth_end_m length_m length_source"
    " estimated batch_id edited_by edited_on row_version fid geom map_class map_code map_width"
    " map_rank map_flow flow flow_source flow_confidence".split()
)
# Another pipe has another of these.
_MAKE = ("material", "diameter_mm", "install_year")


@dataclass(frozen=True)
class Piece:
    """A part of a line: the key of its pipe, where on the line it begins and ends, m."""

    key: int
    start_m: float
    end_m: float


@dataclass(frozen=True)
class PipeDivision:
    """A line and the pieces that make all of it, from its beginning; ``lengths`` that of the line, m.

    A piece whose start is behind its end runs against the line.
    """

    key: int
    row: Row
    length_m: float
    pieces: tuple[Piece, ...]


def _lines(rows: EditedRows, keys: Sequence[int], *, was: bool) -> dict[int, Any]:
    """Return the lines of pipes that have a length, as they were or as they are."""
    row_of = rows.before if was else rows.now
    shapes = np.array([shape_of(row_of("pipe", key)) for key in keys] + [None], dtype=object)[:-1]
    are_lines = (shapely.get_type_id(shapes) == _LINE) & (shapely.length(shapes) > 0)
    return {keys[index]: shapes[index] for index in np.flatnonzero(are_lines).tolist()}


def _grown(first: dict[int, Any], second: dict[int, Any], by_m: float) -> list[int]:
    """Return the keys, in their order, of the lines that are longer than others of the same keys."""
    keys = [key for key in first if key in second]
    longer, shorter = (
        shapely.length(np.array([lines[key] for key in keys] + [None], dtype=object)[:-1])
        for lines in (first, second)
    )
    return [keys[index] for index in np.flatnonzero(longer > shorter + by_m).tolist()]


def _lies_on(part: Any, line: Any, same_m: float) -> bool:
    """Return whether all vertices of a line lie on another."""
    return bool((shapely.distance(shapely.points(xyz(part)[:, :2]), line) <= same_m).all())


def _spans(parts: dict[int, Any], line: Any, same_m: float) -> list[Piece]:
    """Return where parts of a line begin and end on it; those that are none are left out."""
    spans = []
    for key, part in parts.items():
        if part.length > line.length + same_m or not _lies_on(part, line, same_m):
            continue
        ends = xyz(part)[[0, -1], :2]
        start, end = shapely.line_locate_point(line, shapely.points(ends)).tolist()
        if shapely.is_closed(line):
            start, end = _round_the_ring(start, end, part, line, same_m)
        if abs(abs(end - start) - part.length) <= same_m * len(xyz(part)):
            spans.append(Piece(key, start, end))
    return spans


def _round_the_ring(start: float, end: float, part: Any, line: Any, same_m: float) -> tuple[float, float]:
    """Return where a part of a ring begins and ends; the place where the ring closes is both 0 and all."""
    length_m = line.length
    for first in (
        (start, length_m) if start <= same_m else (0.0, start) if start >= length_m - same_m else (start,)
    ):
        for other in (end, length_m) if end <= same_m else (0.0, end) if end >= length_m - same_m else (end,):
            if abs(abs(other - first) - part.length) <= same_m:
                return first, other
    return start, end


def _complete(pieces: list[Piece], length_m: float, first: int, same_m: float) -> Optional[tuple[Piece, ...]]:
    """Return two pieces and more that make a line end to end, None where they don't; one must be in it."""
    chain = _end_to_end(pieces, length_m, first, same_m)
    return (
        chain if chain is not None and len(chain) > 1 and any(part.key == first for part in chain) else None
    )


def _end_to_end(
    pieces: list[Piece], length_m: float, first: Optional[int], same_m: float
) -> Optional[tuple[Piece, ...]]:
    """Return the pieces that make a line end to end, None where they don't; one is taken before others.

    A line shorter than the slack is made of none.
    """
    chain: list[Piece] = []
    at = 0.0
    rest = sorted(pieces, key=lambda piece: (piece.key != first, piece.key))
    slack = 2 * same_m
    while at < length_m - slack:
        following = [part for part in rest if abs(min(part.start_m, part.end_m) - at) <= slack]
        following = [part for part in following if max(part.start_m, part.end_m) > at + slack]
        if not following:
            return None
        chain.append(following[0])
        rest.remove(following[0])
        at = max(following[0].start_m, following[0].end_m)
    return tuple(chain) or None


def find_splits(rows: EditedRows, same_m: float) -> list[PipeDivision]:
    """Return the pipes of which new pipes were cut off: all parts together are the line that was there."""
    edited = rows.edited("pipe")
    new = _lines(rows, [key for key in edited if rows.before("pipe", key) is None], was=False)
    if not new:
        return []
    was, now = (_lines(rows, edited, was=is_before) for is_before in (True, False))
    shorter = _grown(was, now, same_m)
    keys, tree = list(new), shapely.STRtree(list(new.values()))
    splits = []
    for key in shorter:
        source = rows.before("pipe", key)
        assert source is not None
        near = tree.query(was[key].buffer(same_m, quad_segs=1).envelope)
        parts = {keys[index]: new[keys[index]] for index in sorted(near.tolist())}
        parts = {
            part_key: line
            for part_key, line in parts.items()
            if _is_like(rows.must("pipe", part_key), source)
        }
        pieces = _spans({key: now[key], **parts}, was[key], same_m)
        # Whoever cuts a pipe does not turn its parts.
        forward = [piece for piece in pieces if piece.start_m < piece.end_m]
        chain = _complete(forward, was[key].length, key, same_m)
        if chain is not None:
            splits.append(PipeDivision(key, source, was[key].length, chain))
    return splits


def find_divided_anew(rows: EditedRows, same_m: float) -> list[PipeDivision]:
    """Return the deleted pipes whose lines are now those of two or more new pipes, end to end."""
    deleted, new, tree = _gone_and_new(rows)
    divided = []
    taken: set[int] = set()
    for key, line in deleted.items():
        source = rows.before("pipe", key)
        assert source is not None
        parts = _near(new, tree, line, same_m)
        parts = {
            part_key: part
            for part_key, part in parts.items()
            if part_key not in taken and _is_copy(rows.must("pipe", part_key), source)
        }
        forward = [piece for piece in _spans(parts, line, same_m) if piece.start_m < piece.end_m]
        chain = _end_to_end(forward, line.length, None, same_m)
        if chain is not None and len(chain) > 1:
            taken.update(piece.key for piece in chain)
            divided.append(PipeDivision(key, source, line.length, chain))
    return divided


def find_joined_anew(rows: EditedRows, same_m: float) -> list[PipeDivision]:
    """Return the new pipes whose lines are those of one or more deleted ones; the pieces are these."""
    deleted, new, _tree = _gone_and_new(rows)
    if not new:
        return []
    tree = shapely.STRtree(list(deleted.values()))
    joined = []
    taken: set[int] = set()
    for key, line in new.items():
        row = rows.must("pipe", key)
        parts = _near(deleted, tree, line, same_m)
        parts = {
            part_key: part
            for part_key, part in parts.items()
            if part_key not in taken and _is_copy(row, rows.before("pipe", part_key) or {})
        }
        chain = _end_to_end(_spans(parts, line, same_m), line.length, None, same_m)
        if chain is not None:
            taken.update(piece.key for piece in chain)
            joined.append(PipeDivision(key, row, line.length, chain))
    return joined


def _gone_and_new(rows: EditedRows) -> tuple[dict[int, Any], dict[int, Any], Any]:
    """Return the lines of deleted pipes and, where there are any, of new ones, with a tree of the new."""
    edited = rows.edited("pipe")
    deleted = _lines(rows, [key for key in edited if rows.now("pipe", key) is None], was=True)
    new = _lines(rows, [key for key in edited if rows.before("pipe", key) is None], was=False)
    if not deleted or not new:
        return {}, {}, None
    return deleted, new, shapely.STRtree(list(new.values()))


def _near(lines: dict[int, Any], tree: Any, line: Any, same_m: float) -> dict[int, Any]:
    """Return those of some lines, which a tree holds in their order, that are around another."""
    keys = list(lines)
    near_lines = tree.query(line.buffer(same_m, quad_segs=1).envelope)
    return {keys[index]: lines[keys[index]] for index in sorted(near_lines.tolist())}


def _is_copy(row: Row, source: Row) -> bool:
    """Return whether a new pipe has most of what another one knows, and is of no other make."""
    return _is_like(row, source) and all(
        row.get(name) is None or source.get(name) is None or row[name] == source[name] for name in _MAKE
    )


def _is_like(row: Row, source: Row) -> bool:
    """Return whether a new pipe has most of what another one knows."""
    names = [name for name, value in source.items() if name not in _OWN_FIELDS and value is not None]
    names = [name for name in names if source[name] == source[name]]
    same = sum(1 for name in names if row.get(name) == source[name])
    return row.get("system") == source.get("system") and same >= _LIKE * len(names)


def find_merges(rows: EditedRows, same_m: float) -> list[PipeDivision]:
    """Return the pipes that grew over deleted neighbours; the pieces are what each of them was."""
    edited = rows.edited("pipe")
    deleted_keys = [key for key in edited if rows.now("pipe", key) is None]
    deleted = _lines(rows, deleted_keys, was=True)
    if not deleted:
        return []
    was, now = (_lines(rows, edited, was=is_before) for is_before in (True, False))
    longer = _grown(now, was, same_m)
    keys, tree = list(deleted), shapely.STRtree(list(deleted.values()))
    merges = []
    for key in longer:
        near = tree.query(now[key].buffer(same_m, quad_segs=1).envelope)
        parts = {keys[index]: deleted[keys[index]] for index in sorted(near.tolist())}
        pieces = _spans({key: was[key], **parts}, now[key], same_m)
        chain = _complete(pieces, now[key].length, key, same_m)
        if chain is not None:
            merges.append(PipeDivision(key, rows.must("pipe", key), now[key].length, chain))
    return merges


def find_connectors_merged(rows: EditedRows, same_m: float) -> list[tuple[int, ...]]:
    """Return the pipes without length that now run along deleted ones, each with the keys of those.

    In a pump or valve of a model a connector has no length: merged with a pipe it takes that pipe's line.
    """
    edited = rows.edited("pipe")
    deleted = _lines(rows, [key for key in edited if rows.now("pipe", key) is None], was=True)
    if not deleted:
        return []
    now = _lines(rows, edited, was=False)
    merged = []
    for key, line in now.items():
        before = shape_of(rows.before("pipe", key))
        if before is None or before.length > same_m or line.length <= same_m:
            continue
        parts = [part_key for part_key, part in deleted.items() if _lies_on(part, line, same_m)]
        if parts:
            merged.append((key, *parts))
    return merged


def is_reversed(before: Any, now: Any, same_m: float) -> bool:
    """Return whether a line is another one turned round, in plan."""
    if before is now:
        return False
    first, second = _plan(before), _plan(now)
    if first is None or second is None or first.shape != second.shape:
        return False
    straight = np.hypot(*(first - second).T).max()
    turned = np.hypot(*(first[::-1] - second).T).max()
    return bool(turned <= same_m < straight)


def _plan(shape: Any) -> Optional[Array]:
    if shape is None or shapely.get_type_id(shape) != _LINE:
        return None
    vertices: Array = xyz(shape)[:, :2]
    return vertices if len(vertices) else None
