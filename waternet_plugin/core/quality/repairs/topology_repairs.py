"""Repairs of topology: ends joined, pipes split, what is there twice made one, nodes added and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.repairs.repair_draft import (
    DEPTH_OF,
    END,
    INVERT_OF,
    NODE_OF,
    START,
    Draft,
    Refusal,
    end_point,
    known,
    moved_end,
    nearest_end,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.vertices import NO_LENGTH_M

_POINT_KINDS = ("junction",)
# Of two pipes that differ in these nobody knows which one is right.
_TELLING = ("system", "material", "diameter_mm", "install_year")
_NOT_FILLED = ("pipe_id", "from_node", "to_node", "length_m", "length_source", GEOMETRY_COLUMN)


@dataclass(frozen=True)
class Case:
    """One issue to repair: its assets in the rule's order, its place, and what tells it apart."""

    issue_id: str
    rule_id: str
    assets: Sequence[str]
    point: shapely.Point | None
    part: str


def _end_of(draft: Draft, case: Case, pipe: str, node: str | None, place: shapely.Point) -> str:
    """Return which end of a pipe is meant: the one that names the node, else what the issue says."""
    row = draft.must("pipe", pipe)
    naming = [end for end, column in NODE_OF.items() if node and row.get(column) == node]
    if case.part in NODE_OF:
        return case.part
    return naming[0] if len(naming) == 1 else nearest_end(draft.shape("pipe", pipe), case.point or place)


def put_end(draft: Draft, pipe: str, end: str, point: shapely.Point, node: str | None) -> None:
    """Move an end of a pipe to a place and name the node there.

    Raises
    ------
    Refusal
        When both ends would be one node, or nothing of the line would be left.
    """
    other = draft.must("pipe", pipe).get(NODE_OF[END if end == START else START])
    if node is not None and other == node:
        raise Refusal(tr("{pipe} would begin and end at {node}.").format(pipe=pipe, node=node))
    line = moved_end(draft.shape("pipe", pipe), end, point)
    if line.length < 1e-6:
        raise Refusal(tr("Nothing would be left of {pipe}.").format(pipe=pipe))
    # The store measures moved lines whose length is not given.
    values: dict[str, object] = {GEOMETRY_COLUMN: line}
    if node is not None:
        values[NODE_OF[end]] = node
    draft.set("pipe", pipe, **values)


def join_end(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Move the end of a pipe to its node."""
    pipe, node = case.assets[0], case.assets[1]
    place = draft.shape("node", node)
    end = _end_of(draft, case, pipe, node, place)
    row = draft.must("pipe", pipe)
    apart = end_point(draft.shape("pipe", pipe), end).distance(place)
    if apart > subject.real("move_limit_m"):
        raise Refusal(
            tr("{node} is {distance} m away: the id may be wrong.").format(node=node, distance=f"{apart:.0f}")
        )
    former = row.get(NODE_OF[end])
    put_end(draft, pipe, end, place, node)
    _drop_left_over(draft, former, node)


def _drop_left_over(draft: Draft, former: object, node: str) -> None:
    """Delete a mere junction that no pipe names any more, since its pipe ends at another node now."""
    if not known(former) or former == node:
        return
    row = draft.get("node", str(former))
    if row is not None and row.get("kind") in _POINT_KINDS and not draft.pipes_naming(str(former)):
        draft.delete("node", str(former))


def join_ends(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Bring the ends of two pipes together: the one that nothing is joined to moves."""
    one, two = case.assets[0], case.assets[1]
    lines = {name: draft.shape("pipe", name) for name in (one, two)}
    spot = case.point or end_point(lines[one], nearest_end(lines[one], lines[two].centroid))
    ends = {name: nearest_end(lines[name], spot) for name in (one, two)}
    rows = subject.pipes.row_of(np.array([one, two], dtype=object))
    free = [
        bool(row >= 0 and subject.degree[subject.vertex[row, 0 if ends[name] == START else 1]] == 1)
        for name, row in zip((one, two), rows)
    ]
    mover, anchor = (two, one) if free[1] and not free[0] else (one, two)
    place = end_point(draft.shape("pipe", anchor), ends[anchor])
    node = draft.must("pipe", anchor).get(NODE_OF[ends[anchor]])
    put_end(draft, mover, ends[mover], place, str(node) if known(node) else None)


def _heir_at(draft: Draft, pipe: str, place: shapely.Point | None) -> str:
    """Return a pipe, or what took its place."""
    while draft.get("pipe", pipe) is None and pipe in draft.heirs:
        pipe = draft.heirs[pipe][0]
    return pipe


def split_at_tee(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Set a junction on a main where a branch ends, and split the main there."""
    branch, main = case.assets[0], _heir_at(draft, case.assets[1], case.point)
    line = draft.shape("pipe", main)
    row = draft.must("pipe", branch)
    end = nearest_end(draft.shape("pipe", branch), case.point or line)
    here = end_point(draft.shape("pipe", branch), end)
    place = shapely.force_2d(line.interpolate(line.project(here)))
    if here.distance(place) > subject.real("near_miss_m"):
        raise Refusal(tr("{pipe} no longer ends on {main}.").format(pipe=branch, main=main))
    named = row.get(NODE_OF[end])
    if known(named) and draft.get("node", str(named)) is not None:
        node = str(named)
        draft.set("node", node, **{GEOMETRY_COLUMN: place})
    else:
        node = draft.add_junction(place, draft.must("pipe", main))
    put_end(draft, branch, end, place, node)
    draft.cuts.setdefault(main, {})[node] = None


def split_at_asset(draft: Draft, case: Case, _subject: CheckContext) -> None:
    """Split a pipe at an asset that lies on it."""
    node, pipe = case.assets[0], _heir_at(draft, case.assets[1], case.point)
    draft.must("node", node)
    draft.must("pipe", pipe)
    draft.cuts.setdefault(pipe, {})[node] = None


def snap_asset(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Move an asset onto the pipe beside it and split the pipe there, or name it at the pipe's bare end."""
    node, pipe = case.assets[0], _heir_at(draft, case.assets[1], case.point)
    point = draft.shape("node", node)
    line = draft.shape("pipe", pipe)
    _refuse_rivals(draft, subject, node, pipe, point, point.distance(line))
    along = line.project(point)
    tolerance = subject.settings.real("network.tolerance_m")
    for end, at in ((START, 0.0), (END, line.length)):
        if abs(along - at) > tolerance:
            continue
        named = draft.must("pipe", pipe).get(NODE_OF[end])
        if named == node:
            return
        if known(named):
            raise Refusal(tr("The nearest point on {pipe} is taken by {node}.").format(pipe=pipe, node=named))
        draft.set("node", node, **{GEOMETRY_COLUMN: _at_height(point, end_point(line, end))})
        draft.set("pipe", pipe, **{NODE_OF[end]: node})
        return
    draft.set("node", node, **{GEOMETRY_COLUMN: _at_height(point, line.interpolate(along))})
    draft.cuts.setdefault(pipe, {})[node] = None


def _at_height(point: shapely.Point, place: shapely.Point) -> shapely.Point:
    """Return a place with the height that a point had."""
    return shapely.Point(place.x, place.y, point.z) if point.has_z else shapely.Point(place.x, place.y)


def _refuse_rivals(
    draft: Draft, subject: CheckContext, node: str, pipe: str, point: shapely.Point, distance: float
) -> None:
    """Refuse where another pipe of the same system is nearly as near."""
    reach = distance * subject.real("ambiguous_ratio") + 1e-6
    near = subject.tree.query(point, predicate="dwithin", distance=reach)
    system = draft.must("pipe", pipe).get("system")
    ids = subject.pipes.ids[near]
    mine = subject.pipes.text("system")[near] == system
    rivals = sorted(
        str(name) for name in ids[mine] if name != pipe and draft.get("pipe", str(name)) is not None
    )
    line = draft.shape("pipe", pipe)
    # A pipe that goes on where this one ends is not a rival: its nearest place is the joint.
    rivals = [
        name
        for name in rivals
        if not shapely.dwithin(draft.shape("pipe", name), line, 0.05)
        or draft.shape("pipe", name).distance(point) < distance * 1.05
    ]
    if rivals:
        message = tr("{node} could belong to {pipe} or to {others}.")
        raise Refusal(message.format(node=node, pipe=pipe, others=listed(rivals[:5])))


def merge_duplicates(draft: Draft, case: Case, _subject: CheckContext) -> None:
    """Keep the better known of two like pipes, filled up with what the other knows."""
    one, two = case.assets[0], case.assets[1]
    rows = {name: draft.must("pipe", name) for name in (one, two)}
    differing = [
        column
        for column in _TELLING
        if known(rows[one].get(column))
        and known(rows[two].get(column))
        and rows[one][column] != rows[two][column]
    ]
    if differing:
        raise Refusal(
            tr("{pipe} and {other} differ in {fields}.").format(pipe=one, other=two, fields=listed(differing))
        )
    filled = {name: sum(known(value) for value in row.values()) for name, row in rows.items()}
    # The nodes that both name count for both; of equals the smaller id stays.
    kept, gone = (one, two) if (-filled[one], one) <= (-filled[two], two) else (two, one)
    draft.set("pipe", kept, **_known_there(rows[kept], rows[gone]))
    draft.delete("pipe", gone)
    draft.heirs[gone] = [kept]
    for node in draft.cuts.pop(gone, {}):
        draft.cuts.setdefault(kept, {})[node] = None


def _known_there(kept: dict[str, object], gone: dict[str, object]) -> dict[str, object]:
    """Return what the pipe that goes knows and the one that stays does not; ends turned if need be."""
    mine, theirs = kept[GEOMETRY_COLUMN], gone[GEOMETRY_COLUMN]
    turned = nearest_end(theirs, end_point(mine, START)) == END
    other = {START: END, END: START} if turned else {START: START, END: END}
    values = dict(gone)
    for columns in (NODE_OF, INVERT_OF, DEPTH_OF):
        for end in (START, END):
            values[columns[end]] = gone.get(columns[other[end]])
    ends = (*NODE_OF.values(), *INVERT_OF.values(), *DEPTH_OF.values())
    return {
        column: value
        for column, value in values.items()
        if (column not in _NOT_FILLED or column in ends) and known(value) and not known(kept.get(column))
    }


def merge_nodes(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Keep one of two nodes at one place and join all pipes to it."""
    one, two = case.assets[0], case.assets[1]
    rows = {name: draft.must("node", name) for name in (one, two)}
    kinds = {name: row.get("kind") for name, row in rows.items()}
    if len(set(kinds.values())) > 1 and not set(kinds.values()) & set(_POINT_KINDS):
        raise Refusal(tr("{node} and {other} are of different kinds.").format(node=one, other=two))
    naming = {name: draft.pipes_naming(name) for name in rows}
    filled = {name: sum(known(value) for value in row.values()) for name, row in rows.items()}

    def worth(name: str) -> tuple[bool, bool, int, str]:
        # What is more than a bend stays, then what pipes name, then what is better known.
        return (kinds[name] in _POINT_KINDS, not naming[name], -filled[name], name)

    kept, gone = sorted(rows, key=worth)
    place = draft.shape("node", kept)
    for pipe, end in naming[gone]:
        put_end(draft, pipe, end, place, kept)
    more = {
        column: value
        for column, value in rows[gone].items()
        if column not in ("node_id", "kind", GEOMETRY_COLUMN)
        and known(value)
        and not known(rows[kept].get(column))
    }
    draft.set("node", kept, **more)
    draft.delete("node", gone)


def add_node(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Set a junction where pipes end without a node, and name it in all of them."""
    pipe = case.assets[0]
    row = draft.must("pipe", pipe)
    end = case.part if case.part in NODE_OF else nearest_end(draft.shape("pipe", pipe), case.point)
    if known(row.get(NODE_OF[end])) and draft.get("node", str(row[NODE_OF[end]])) is not None:
        raise Refusal(tr("{pipe} already has a node there.").format(pipe=pipe))
    place = shapely.force_2d(end_point(draft.shape("pipe", pipe), end))
    number = int(subject.pipes.row_of(np.array([pipe], dtype=object))[0])
    ends = [(pipe, end)]
    if number >= 0:
        vertex = subject.vertex[number, 0 if end == START else 1]
        rows, sides = np.nonzero(subject.vertex == vertex)
        ends = [(str(subject.pipes.ids[r]), START if s == 0 else END) for r, s in zip(rows, sides)]
    node = draft.add_junction(place, row)
    for name, side in sorted(ends):
        if draft.get("pipe", name) is not None:
            draft.set("pipe", name, **{NODE_OF[side]: node})


def draw_lead(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Draw a lead from an inlet to the nearer end of the drain beside it, as a connector that is estimated.

    Raises
    ------
    Refusal
        When the inlet stands at that end.
    """
    inlet, drain = case.assets[0], case.assets[1]
    row, node = draft.must("pipe", drain), draft.must("node", inlet)
    if draft.pipes_naming(inlet):
        return
    place = shapely.force_2d(draft.shape("node", inlet))
    line = draft.shape("pipe", drain)
    end = nearest_end(line, place)
    line = shapely.LineString([place, shapely.force_2d(end_point(line, end))])
    if line.length < NO_LENGTH_M:
        raise Refusal(tr("{node} stands at the end of {pipe}.").format(node=inlet, pipe=drain))
    lead = {
        "pipe_id": draft.new_id("pipe"),
        "system": row.get("system"),
        "function": "connector",
        "status": "in_use",
        "from_node": inlet,
        "to_node": row.get(NODE_OF[end]),
        "length_m": line.length,
        "length_source": "geometry",
        "street": node.get("street"),
        "compound_id": node.get("compound_id"),
        "estimated": "geom",
        GEOMETRY_COLUMN: line,
    }
    draft.add("pipe", lead)


def fill_node_id(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Write the id of the node that stands at an end."""
    pipe = case.assets[0]
    row = draft.must("pipe", pipe)
    end = case.part
    number = int(subject.pipes.row_of(np.array([pipe], dtype=object))[0])
    vertex = subject.vertex[number, 0 if end == START else 1] if number >= 0 else len(subject.nodes)
    if vertex >= len(subject.nodes) or known(row.get(NODE_OF[end])):
        raise Refusal(tr("{pipe} already has a node there.").format(pipe=pipe))
    draft.set("pipe", pipe, **{NODE_OF[end]: str(subject.nodes.ids[vertex])})


def clear_node(draft: Draft, case: Case, _subject: CheckContext) -> None:
    """Empty an id that names no node."""
    draft.set("pipe", case.assets[0], **{NODE_OF[case.part]: None})


REPAIRS = {
    "join_end": join_end,
    "join_ends": join_ends,
    "split_at_tee": split_at_tee,
    "split_at_asset": split_at_asset,
    "snap_asset": snap_asset,
    "merge_duplicates": merge_duplicates,
    "merge_nodes": merge_nodes,
    "add_node": add_node,
    "fill_node_id": fill_node_id,
    "draw_lead": draw_lead,
    "clear_node": clear_node,
}
