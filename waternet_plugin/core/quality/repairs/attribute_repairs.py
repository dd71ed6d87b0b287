"""Repairs of values: exchanged heights, heights between, what both neighbours have, stand-ins emptied."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.network.model.opposite_ends import lie_opposite
from waternet_plugin.core.quality.checks.levels.swapped import BACKWARDS, EITHER, swapped_groups
from waternet_plugin.core.quality.checks.levels.unknown import LEVELS, levels_unknown
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.joints import joints_of, turns_deg
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
)
from waternet_plugin.core.quality.repairs.topology_repairs import Case
from waternet_plugin.core.schema.flow import (
    FLOW_OF_SENSE,
    INFERRED,
    REVERSE,
    SENSE_OF_FLOW,
    turned,
    turned_to_nodes,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.vertices import knows_heights, line_of, xyz

# So many times better one reading has to fit than the other before it is believed.
_CLEARLY = 2.0


def _swap(draft: Draft, pipe: str, columns: dict[str, str]) -> None:
    row = draft.must("pipe", pipe)
    draft.set("pipe", pipe, **{columns[START]: row.get(columns[END]), columns[END]: row.get(columns[START])})


def swap_inverts(draft: Draft, case: Case, _subject: CheckContext) -> None:
    """Exchange the inverts of both ends."""
    _swap(draft, case.assets[0], INVERT_OF)


def swap_depths(draft: Draft, case: Case, _subject: CheckContext) -> None:
    """Exchange the depths of both ends."""
    _swap(draft, case.assets[0], DEPTH_OF)


def reverse(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Turn a drain that rises: its line if its heights fit its neighbours, else its heights.

    Raises
    ------
    Refusal
        When its flow is recorded, or the neighbours are unknown or fit neither.
    """
    pipe = case.assets[0]
    row = draft.must("pipe", pipe)
    if row.get("flow") in SENSE_OF_FLOW:
        message = tr("{pipe} rises along its recorded flow: a backfall, which only digging can mend.")
        raise Refusal(message.format(pipe=pipe))
    number = int(subject.pipes.row_of(np.array([pipe], dtype=object))[0])
    ends = np.array([row.get(INVERT_OF[START], np.nan), row.get(INVERT_OF[END], np.nan)], dtype=float)
    around = [_inverts_beside(subject, number, side) for side in (0, 1)] if number >= 0 else [[], []]
    as_is, turned = (
        [
            min((abs(value - other) for other in beside), default=np.nan)
            for value, beside in zip(order, around)
        ]
        for order in (ends, ends[::-1])
    )
    straight, exchanged = np.nansum(as_is), np.nansum(turned)
    if not np.isfinite([*as_is, *turned]).all():
        raise Refusal(tr("The inverts next to {pipe} are not known.").format(pipe=pipe))
    if exchanged * _CLEARLY < straight:
        _swap(draft, pipe, INVERT_OF)
        _set_depths(draft, pipe)
        line = draft.shape("pipe", pipe)
        if knows_heights(line):
            vertices = xyz(line).copy()
            vertices[:, 2] = vertices[::-1, 2]
            draft.set("pipe", pipe, **{GEOMETRY_COLUMN: line_of(vertices)})
    elif straight * _CLEARLY < exchanged:
        _turn(draft, pipe)
    else:
        raise Refusal(
            tr(
                "The inverts next to {pipe} do not fit it either way round: it may have been built like this."
            ).format(pipe=pipe)
        )


def reverse_line(draft: Draft, case: Case, _subject: CheckContext) -> None:
    """Turn the line of a drain, with its ends, levels and flow."""
    if draft.must("pipe", case.assets[0]).get("flow") == FLOW_OF_SENSE[REVERSE]:
        _turn(draft, case.assets[0])


def turn_to_nodes(draft: Draft, case: Case, _subject: CheckContext) -> None:
    """Turn a line that lies against the nodes of its ends; these, levels and depths stay as they are."""
    pipe = case.assets[0]
    row = draft.must("pipe", pipe)
    line = draft.shape("pipe", pipe)
    nodes = [draft.shape("node", str(row.get(NODE_OF[end]))) for end in (START, END)]
    ends = [end_point(line, end).coords[0][:2] for end in (START, END)]
    places = [node.coords[0][:2] for node in nodes]
    if not lie_opposite(np.array([ends]), np.array([places]))[0]:
        return
    source = row.get("flow_source")
    values = {GEOMETRY_COLUMN: shapely.reverse(line), "flow": turned_to_nodes(row.get("flow"), source)}
    if source == INFERRED:
        values.update(flow_source=None, flow_confidence=None)
    draft.set("pipe", pipe, **values)


def mend_swapped_levels(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Exchange the levels of a whole group of drains, or turn all its lines.

    Raises
    ------
    Refusal
        When nothing tells which of the two it is, or the group is no longer there.
    """
    mine = set(case.assets)
    groups = [group for group in swapped_groups(subject) if set(subject.pipes.ids[group.rows]) == mine]
    what = groups[0].what if groups else EITHER
    if what == EITHER:
        raise Refusal(tr("Neither exits nor other drains tell whether the levels or the lines are wrong."))
    for pipe in case.assets:
        if what == BACKWARDS:
            _turn(draft, pipe)
        else:
            _swap(draft, pipe, INVERT_OF)
            _set_depths(draft, pipe)


def _turn(draft: Draft, pipe: str) -> None:
    row = draft.must("pipe", pipe)
    values = {GEOMETRY_COLUMN: shapely.reverse(draft.shape("pipe", pipe)), "flow": turned(row.get("flow"))}
    for columns in (NODE_OF, INVERT_OF, DEPTH_OF):
        values.update({columns[START]: row.get(columns[END]), columns[END]: row.get(columns[START])})
    draft.set("pipe", pipe, **values)


def _set_depths(draft: Draft, pipe: str) -> None:
    """Set the depths of a drain to ground less invert; where a ground level is unknown they are exchanged."""
    row = draft.must("pipe", pipe)
    depths = {}
    for end in (START, END):
        node = draft.get("node", str(row.get(NODE_OF[end])))
        ground = node.get("ground_m") if node is not None else None
        if not known(ground):
            _swap(draft, pipe, DEPTH_OF)
            return
        depths[DEPTH_OF[end]] = round(float(str(ground)) - float(row[INVERT_OF[end]]), 3)
    draft.set("pipe", pipe, **depths)


def _inverts_beside(subject: CheckContext, row: int, side: int) -> list[float]:
    """Return the inverts that other drains have where an end of a pipe is."""
    joints = subject.once(joints_of)
    mine = np.flatnonzero((joints.pipe == row) & (joints.end == side))
    inverts = np.column_stack([subject.pipes.number("invert_start_m"), subject.pipes.number("invert_end_m")])
    values = inverts[joints.other[mine], joints.other_end[mine]]
    return [float(value) for value in values[np.isfinite(values)]]


def fill_from_neighbours(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Fill a field with what the pipes before and behind both have, and mark it as estimated.

    Raises
    ------
    Refusal
        When an end has no such pipe, or they differ.
    """
    pipe = case.assets[0]
    column = case.rule_id[len("missing_") :]
    if known(draft.must("pipe", pipe).get(column)) and draft.must("pipe", pipe)[column] != "unknown":
        return
    number = int(subject.pipes.row_of(np.array([pipe], dtype=object))[0])
    values = [_beside(subject, number, side, column) for side in (0, 1)] if number >= 0 else [set(), set()]
    if not all(values):
        raise Refusal(tr("{pipe} has no known neighbour at both ends.").format(pipe=pipe))
    both = values[0] | values[1]
    if len(both) > 1:
        named = listed(sorted(f"{value:g}" if isinstance(value, float) else str(value) for value in both))
        raise Refusal(tr("The neighbours of {pipe} differ: {values}.").format(pipe=pipe, values=named))
    draft.set("pipe", pipe, **{column: both.pop()})
    draft.estimated(pipe, [column])


def _beside(subject: CheckContext, row: int, side: int, column: str) -> set[object]:
    """Return what the pipes have that go on at an end: straight, or of the same street and function."""
    pipes, joints = subject.pipes, subject.once(joints_of)
    joints = joints.take((joints.pipe == row) & (joints.end == side))
    system = pipes.text("system")
    joints = joints.take(system[joints.other] == system[row])
    goes_on = turns_deg(subject, joints) <= subject.real("straight_deg")
    for name in ("street", "function"):
        same_words = pipes.text(name)
        goes_on &= (same_words[joints.other] == same_words[row]) | (same_words[row] is None)
    others = joints.other[goes_on]
    text = pipes.table.field(column).type == "text"
    values = (pipes.text(column) if text else pipes.number(column))[others]
    return {(str(value) if text else float(value)) for value in values if known(value) and value != "unknown"}


def fill_z(draft: Draft, case: Case, _subject: CheckContext) -> None:
    """Interpolate heights that are none between those beside them along the line."""
    pipe = case.assets[0]
    coordinates = shapely.get_coordinates(draft.must("pipe", pipe)[GEOMETRY_COLUMN], include_z=True).copy()
    height = coordinates[:, 2]
    lost = ~np.isfinite(height) | ((height == 0) if case.rule_id == "zero_z" else False)
    if lost.all():
        raise Refusal(tr("{pipe} has no heights at all.").format(pipe=pipe))
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(coordinates[:, :2], axis=0).T))])
    coordinates[lost, 2] = np.interp(along[lost], along[~lost], height[~lost])
    draft.set("pipe", pipe, **{GEOMETRY_COLUMN: shapely.LineString(coordinates)})
    draft.estimated(pipe, ["z"])


def set_null(draft: Draft, case: Case, _subject: CheckContext) -> None:
    """Empty a value that stands for unknown: of one pipe, or in a whole column."""
    if case.rule_id == "impossible_year":
        draft.set("pipe", case.assets[0], install_year=np.nan)
        return
    # The name of a finding about a column is table.column=value.
    where, value = case.part.rsplit("=", maxsplit=1)
    name, column = where.split(".", maxsplit=1)
    frame = draft.tables[name]
    rows = np.flatnonzero(frame[column].to_numpy(dtype=float) == float(value))
    ids = frame[frame.columns[0]].to_numpy(dtype=object)[rows]
    for asset in sorted(ids.astype(str)):
        if draft.get(name, asset) is not None:
            draft.set(name, asset, **{column: np.nan})


def empty_levels(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Empty the levels that stand for unknown."""
    name, columns = LEVELS[case.rule_id]
    rows, lost = subject.rows(name), subject.once(levels_unknown)
    for asset, row in zip(case.assets, rows.row_of(np.array(case.assets, dtype=object)).tolist()):
        emptied = {column: np.nan for column in columns if row >= 0 and lost[column][row]}
        if emptied and draft.get(name, asset) is not None:
            draft.set(name, asset, **emptied)


def measure(draft: Draft, case: Case, _subject: CheckContext) -> None:
    """Take the length of a pipe from its line."""
    pipe = case.assets[0]
    line = draft.must("pipe", pipe)[GEOMETRY_COLUMN]
    length = 0.0 if line is None else float(shapely.length(line))
    if length <= 0:
        raise Refusal(tr("{pipe} has no line to measure.").format(pipe=pipe))
    draft.set("pipe", pipe, length_m=length, length_source="geometry")


def write_as_read(draft: Draft, case: Case, subject: CheckContext) -> None:
    """Write the texts of a column that are not UTF-8 as they are read."""
    # The name of a finding about a column is table.column.
    for bad in subject.bad_texts:
        if f"{bad.table}.{bad.field}" == case.part:
            draft.write_as_read(bad)


REPAIRS = {
    "swap_inverts": swap_inverts,
    "swap_depths": swap_depths,
    "reverse": reverse,
    "reverse_line": reverse_line,
    "turn_to_nodes": turn_to_nodes,
    "mend_swapped_levels": mend_swapped_levels,
    "fill_from_neighbours": fill_from_neighbours,
    "fill_z": fill_z,
    "measure": measure,
    "set_null": set_null,
    "empty_levels": empty_levels,
    "write_as_read": write_as_read,
}
