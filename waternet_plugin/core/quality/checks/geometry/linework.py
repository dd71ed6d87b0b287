"""Lines that are odd in themselves: no length, loops, spikes, doubled vertices."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from waternet_plugin.core.network.model.network_frame import END, START
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.shapes.packed_shapes import are_missing
from waternet_plugin.core.shapes.wkb import FARTHEST_M
from waternet_plugin.core.vertices import NO_LENGTH_M


def lengths(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield lines without length, very short ones and very long drains."""
    pipes = subject.pipes
    drawn = subject.drawn_m
    there = ~are_missing(pipes.shapes) & ~pipes.among("status", ("removed",))
    flat = there & (drawn < NO_LENGTH_M) & ~pipes.among("function", ("connector",))
    with np.errstate(invalid="ignore"):
        given = flat & (pipes.number("length_m") > NO_LENGTH_M) & pipes.among("length_source", ("given",))
    yield pipes.found("zero_length", flat & ~given)
    yield pipes.found("adopt_zero_length", given)
    short = subject.live & ~flat & there & (drawn < subject.real("short_pipe_m"))
    short &= ~pipes.among("function", ("connector",))
    yield pipes.found("short_pipe", short, length=drawn[short])
    covered = subject.is_gravity & ~pipes.among("function", ("channel", "culvert"))
    long_ = subject.live & covered & (drawn > subject.real("long_drain_m"))
    yield pipes.found("long_pipe", long_, length=drawn[long_])


def without_place(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes and nodes without a geometry that can be read."""
    for rule, rows in (("nan_coordinate", subject.pipes), ("nan_coordinate_node", subject.nodes)):
        x, y, _z = rows.vertices.T
        drawn = np.diff(rows.first_vertex) > 0
        # NaN is not a place either.
        lost = np.flatnonzero(~((np.abs(x) <= FARTHEST_M) & (np.abs(y) <= FARTHEST_M)))
        drawn[np.searchsorted(rows.first_vertex, lost, side="right") - 1] = False
        yield rows.found(rule, ~drawn)


def loops(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes that end where they begin."""
    pipes, vertex = subject.pipes, subject.vertex
    mask = subject.live & (vertex[:, START] == vertex[:, END]) & (subject.drawn_m >= NO_LENGTH_M)
    names = subject.vertex_ids(vertex[mask, START])
    value = np.array([name or "?" for name in names], dtype=object)
    yield pipes.found("self_loop", mask, xy=subject.ends[mask, START, :2], value=value)


def vertices(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield doubled vertices and spikes."""
    pipes = subject.pipes
    xyz, row = subject.vertices, subject.pipe_of_vertices()
    many = len(pipes)
    same_row = row[1:] == row[:-1]
    step = np.diff(xyz[:, :2], axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    doubled = np.bincount(row[1:][same_row & (length < NO_LENGTH_M)], minlength=many)
    mask = (doubled > 0) & (subject.drawn_m >= NO_LENGTH_M)
    yield pipes.found("doubled_vertex", mask, count=doubled[mask])
    inner = same_row[1:] & same_row[:-1] & (length[1:] > NO_LENGTH_M) & (length[:-1] > NO_LENGTH_M)
    at = np.flatnonzero(inner)
    cosine = (step[at] * step[at + 1]).sum(axis=1) / (length[at] * length[at + 1])
    turn = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    sharp = turn >= subject.real("spike_deg")
    where, angle = at[sharp] + 1, turn[sharp]
    keep = subject.live[row[where]]
    where, angle = where[keep], angle[keep]
    # One finding a pipe: its sharpest turn.
    order = np.lexsort((-angle, row[where]))
    where, angle = where[order], angle[order]
    first = np.flatnonzero(np.r_[True, row[where][1:] != row[where][:-1]]) if len(where) else where
    where, angle = where[first], angle[first]
    yield pipes.found("spike", row[where], xy=xyz[where, :2], angle=angle)
    # The last check of shapes: others look at ends.
    pipes.forget_vertices()


def crossings(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield lines that cross themselves."""
    pipes = subject.pipes
    rows = np.flatnonzero(subject.live & (np.diff(subject.first_vertex) > 3))
    bad = rows[~shapely.is_simple(pipes.shapes[rows])]
    yield pipes.found("self_crossing", bad)


CHECKS = (
    Check(("nan_coordinate", "nan_coordinate_node"), without_place),
    Check(("doubled_vertex", "spike"), vertices),
    Check(("zero_length", "adopt_zero_length", "short_pipe", "long_pipe"), lengths),
    Check(("self_loop",), loops),
    Check(("self_crossing",), crossings),
)
