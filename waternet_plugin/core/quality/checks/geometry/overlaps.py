"""Pipes that share ground: drawn twice, on each other, side by side between two nodes, or crossing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.network_frame import END, START
from waternet_plugin.core.quality.checks.geometry.close_lines import close_lines
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.joints import leaving_alike
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.vertices import NO_LENGTH_M


def ordered(subject: CheckContext, one: Array, two: Array) -> tuple[Array, Array]:
    """Return pairs of pipes with the smaller id first, each pair once, sorted."""
    rank = subject.pipe_rank
    first = np.where(rank[one] <= rank[two], one, two)
    second = np.where(first == one, two, one)
    key = np.unique(rank[first] * np.int64(len(subject.pipes)) + rank[second])
    by_rank = subject.pipe_by_rank
    return by_rank[key // len(subject.pipes)], by_rank[key % len(subject.pipes)]


def like_ends(subject: CheckContext) -> tuple[Array, Array]:
    """Return pairs of pipes in use whose ends lie at the same two places, in either order."""
    reach_m = subject.real("duplicate_m")
    rows = np.flatnonzero(
        subject.live & (subject.drawn_m >= NO_LENGTH_M) & np.isfinite(subject.ends[:, :, :2]).all(axis=(1, 2))
    )
    middle = (subject.ends[rows, START, :2] + subject.ends[rows, END, :2]) / 2
    pairs = (
        cKDTree(middle, balanced_tree=False, compact_nodes=False).query_pairs(reach_m, output_type="ndarray")
        if len(rows) > 1
        else np.empty((0, 2), int)
    )
    one, two = rows[pairs[:, 0]], rows[pairs[:, 1]]
    a, b = subject.ends[one, :, :2], subject.ends[two, :, :2]
    same = np.hypot(*(a - b).transpose(2, 0, 1)).max(axis=1)
    turned = np.hypot(*(a - b[:, ::-1]).transpose(2, 0, 1)).max(axis=1)
    near = np.minimum(same, turned) <= reach_m
    return ordered(subject, one[near], two[near])


def duplicates(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes drawn twice, and pairs between the same nodes on different ways."""
    pipes = subject.pipes
    reach = subject.real("duplicate_m")
    one, two = subject.once(like_ends)
    lines = pipes.shapes
    apart = shapely.hausdorff_distance(lines[one], lines[two])
    system = pipes.codes("system")[0]
    # Short pipes lie near each other anyway: there the courses have to agree the better.
    allowed = np.clip(subject.real("duplicate_share") * subject.drawn_m[one], subject.real("exact_m"), reach)
    same = (apart <= allowed) & (system[one] == system[two])
    yield pipes.found("duplicate_pipe", one[same], with_assets={"pipe2": pipes.ids[two[same]]})
    key = np.sort(subject.vertex, axis=1)
    counts = subject.live & (key[:, START] != key[:, END]) & ~subject.is_connector
    rows = np.flatnonzero(counts)[_repeated(key[counts], subject.connected.graph.node_count)]
    by_key = rows[np.lexsort((subject.pipe_rank[rows], key[rows, END], key[rows, START]))]
    alike = (key[by_key][1:] == key[by_key][:-1]).all(axis=1)
    first, second = ordered(subject, by_key[:-1][alike], by_key[1:][alike])
    twice = np.isin(_keyed(subject, first, second), _keyed(subject, one[same], two[same]))
    yield pipes.found("parallel_pipes", first[~twice], with_assets={"pipe2": pipes.ids[second[~twice]]})


def _repeated(pairs: Array, many: int) -> Array:
    """Return which pairs of numbers below ``many``, (pairs, 2), are there more than once."""
    key = pairs[:, 0].astype(np.int64) * many + pairs[:, 1]
    in_order = np.sort(key)
    return np.isin(key, in_order[1:][in_order[1:] == in_order[:-1]])


def _keyed(subject: CheckContext, one: Array, two: Array) -> Array:
    return np.asarray(subject.pipe_rank[one] * np.int64(len(subject.pipes)) + subject.pipe_rank[two])


def overlaps(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes of one system that lie on each other for a while, or cross without a node."""
    pipes = subject.pipes
    system = pipes.codes("system")[0]
    pairs = []
    close = subject.once(close_lines)
    for one, two in ((close.one, close.two), leaving_alike(subject, subject.real("same_way_deg"))):
        same = system[one] == system[two]
        pairs.append((one[same], two[same]))
    crossing = ordered(subject, *pairs[0])
    first, second = ordered(subject, *(np.concatenate(rows) for rows in zip(*pairs)))
    lines = pipes.shapes
    shared = shapely.length(shapely.intersection(lines[first], lines[second]))
    over = shared >= subject.real("overlap_m")
    over &= ~np.isin(_keyed(subject, first, second), _keyed(subject, *subject.once(like_ends)))
    yield pipes.found(
        "overlapping_pipes",
        first[over],
        with_assets={"pipe2": pipes.ids[second[over]]},
        length=shared[over],
    )
    lying = np.isin(_keyed(subject, *crossing), _keyed(subject, first[shared > 0], second[shared > 0]))
    one, two = crossing[0][~lying], crossing[1][~lying]
    points = shapely.centroid(subject.shared_by(one, two))
    yield pipes.found(
        "crossing_without_node",
        one,
        xy=np.column_stack([shapely.get_x(points), shapely.get_y(points)]),
        with_assets={"pipe2": pipes.ids[two]},
    )


CHECKS = (
    Check(("duplicate_pipe", "parallel_pipes"), duplicates),
    Check(("overlapping_pipes", "crossing_without_node"), overlaps),
)
