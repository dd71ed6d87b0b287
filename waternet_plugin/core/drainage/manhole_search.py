"""The search for the source of sewage in storm drains: what is still possible, which cover to open next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.drained_customers import DrainedCustomers
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.drain_flow import drain_flow, pipe_flow
from waternet_plugin.core.network.model.network_frame import DRAINS
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.misconnected.rules import misconnections
from waternet_plugin.core.quality.misconnected.sewage_seen import answers_to_come, sewage_seen
from waternet_plugin.core.quality.misconnected.table import RULES
from waternet_plugin.core.texts import listed, tr

# What brings sewage into storm drains.
_EXPLAINING = ("facility_to_storm", "compound_to_other_system", "sewage_to_storm")
COVERS = ("manhole", "inlet", "interceptor")
# So many covers, those that come closest to halving by what lies above them, are judged one by one.
_JUDGED = 200
# Rows of the matrix of what lies above what that are weighed at a time.
_AT_A_TIME = 2048


@dataclass(frozen=True)
class ManholeSearch(PlainFrames):
    """What a search has left.

    Parameters
    ----------
    covers
        The manholes worth opening, best first: order (from 1), node_id, if_dirty and if_clean (candidates
        left by each answer), x, y.
    candidates
        Where the sewage may enter: node_id, users (households that drain there), x, y.
    expected
        Openings that are expected to be left: the entropy of the candidates by weight, bits.
    dirty, clean
        Ids of the manholes known to carry sewage and of those known not to.
    several
        Whether no single place explains all dirty manholes: there are at least two sources.
    not_recorded, drains
        Drains in use whose flow is not recorded, and all of them.
    to_come
        Readings that were asked but are dated in the future.
    known
        Ids of drains joined to the wrong system, as far as one may explain what was seen.
    """

    covers: pd.DataFrame
    candidates: pd.DataFrame
    expected: float
    dirty: tuple[str, ...]
    clean: tuple[str, ...]
    several: bool
    not_recorded: int
    drains: int
    to_come: int
    known: tuple[str, ...]


def search_manholes(
    subject: CheckContext, dirty: Collection[str] = (), clean: Collection[str] = ()
) -> ManholeSearch:
    """Return where sewage may enter storm drains, and the covers whose opening tells most.

    A candidate reaches every dirty manhole by a way on which no clean one lies. Undetermined drains lead
    both ways and splits lead everywhere: they widen what is possible. A candidate weighs as many as the
    households that drain there, at least one; the best cover halves the weight.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node, compound, customer and reading.
    dirty, clean
        Ids of manholes; where both are empty the newest readings ``sewage_seen`` tell.

    Raises
    ------
    InputError
        For a manhole that is unknown, stands at no drain or is both, and where none is dirty.
    """
    to_come = 0
    if not dirty and not clean:
        answer, to_come = sewage_seen(subject), answers_to_come(subject)
        dirty, clean = (sorted(subject.nodes.ids[answer == value].astype(str)) for value in (1.0, 0.0))
    at_dirty, at_clean = _vertices(subject, dirty, "DIRTY"), _vertices(subject, clean, "CLEAN")
    both = sorted(set(dirty) & set(clean))
    if both:
        raise InputError(
            tr("{names}: a manhole can't be dirty and clean. Leave the older answer out.").format(
                names=listed(both)
            )
        )
    if not len(at_dirty):
        raise InputError(
            tr(
                "No manhole is dirty. Name those where sewage was seen in DIRTY, or record readings "
                "“sewage_seen”."
            )
        )
    local = _Reach(subject, at_dirty, at_clean)
    weight, users = _weights(subject, local.vertices)
    possible = local.possible()
    several = not possible.any()
    used = subject.live & subject.is_drain
    covers = _covers(subject, local, possible, weight, np.concatenate([at_dirty, at_clean]))
    chosen = np.flatnonzero(possible)
    share = weight[chosen] / max(weight[chosen].sum(), 1)
    expected = float(-(share * np.log2(share)).sum()) if len(chosen) else 0.0
    return ManholeSearch(
        covers,
        _placed(subject, local.vertices[chosen]).assign(users=users[chosen]),
        max(expected, 0.0),
        tuple(map(str, dirty)),
        tuple(map(str, clean)),
        several,
        int((used & ~subject.once(pipe_flow).recorded).sum()),
        int(used.sum()),
        to_come,
        _known(subject, local.vertices[chosen]),
    )


def _known(subject: CheckContext, candidates: Array) -> tuple[str, ...]:
    """Return the drains that lead sewage into one of some vertices by the rules of misconnections."""
    found = subject.once(misconnections)
    wrong = np.isin(found.rule, [RULES.index(rule) for rule in _EXPLAINING])
    there = np.isin(found.vertex, candidates)
    return tuple(sorted(str(one) for one in subject.pipes.ids[found.pipe[wrong & there]]))


def _vertices(subject: CheckContext, names: Collection[str], parameter: str) -> Array:
    rows = subject.nodes.row_of(np.array(list(names), dtype=object)) if names else np.empty(0, dtype=np.int64)
    unknown = [name for name, row in zip(names, rows) if row < 0]
    if unknown:
        raise InputError(
            tr("{parameter}: the network has no asset {names}.").format(
                parameter=parameter, names=listed(unknown)
            )
        )
    flow = subject.once(drain_flow)
    there = np.logical_or.reduce([flow.there[system] for system in DRAINS])
    off = [name for name, row in zip(names, rows) if not there[row]]
    if off:
        raise InputError(
            tr("{parameter}: no drain in use is joined to {names}.").format(
                parameter=parameter, names=listed(off)
            )
        )
    return np.asarray(rows, dtype=np.int64)


def _weights(subject: CheckContext, vertices: Array) -> tuple[Array, Array]:
    """Return the weight of each vertex and the households that drain there."""
    count = np.rint(subject.once(DrainedCustomers).at_vertices()[vertices]).astype(np.int64)
    return np.maximum(count, 1).astype(float), count


def _placed(subject: CheckContext, vertices: Array) -> pd.DataFrame:
    xy = subject.vertex_xy[vertices]
    rows: pd.DataFrame = pd.DataFrame({"node_id": subject.vertex_ids(vertices), "x": xy[:, 0], "y": xy[:, 1]})
    return rows


class _Reach:
    """The part of the drains from which some dirty manhole is reached, clean ones cut out, renumbered."""

    def __init__(self, subject: CheckContext, dirty: Array, clean: Array) -> None:
        flow, ways = subject.once(drain_flow), subject.once(DrainWays)
        # The storm drains, where all dirty manholes stand at some; else whatever leads there.
        storm = bool(flow.there["storm"][dirty].all())
        systems = ("storm",) if storm else tuple(s for s in DRAINS if flow.there[s][dirty].any())
        pipe_in = np.logical_or.reduce([flow.of[system] for system in systems])[ways.pipe]
        cut = np.zeros(subject.connected.graph.node_count, dtype=bool)
        cut[clean] = True
        # Water that passes a clean manhole is not sewage: neither into it nor out of it.
        kept = pipe_in & ~cut[ways.upper] & ~cut[ways.lower]
        above = np.zeros(len(cut), dtype=bool)
        everything = self._matrix(ways.lower[kept], ways.upper[kept], len(cut))
        for one in dirty[~cut[dirty]].tolist():
            above[breadth_first_order(everything, one, return_predecessors=False)] = True
        self.vertices = np.flatnonzero(above)
        number = np.full(len(cut), -1, dtype=np.int64)
        number[self.vertices] = np.arange(len(self.vertices))
        kept &= above[ways.upper] & above[ways.lower]
        self.upper, self.lower = number[ways.upper[kept]], number[ways.lower[kept]]
        self.dirty = number[dirty]
        self.is_node = self.vertices < len(subject.nodes)

    @staticmethod
    def _matrix(one: Array, two: Array, size: int) -> csr_matrix:
        return csr_matrix((np.ones(len(one), dtype=np.int8), (one, two)), shape=(size, size))

    def possible(self, without: int = -1) -> Array:
        """Return the nodes that reach every dirty manhole; by ways that pass one vertex less, if asked."""
        size = len(self.vertices)
        answer = self.is_node.copy()
        lower, upper = self.lower, self.upper
        if without >= 0:
            answer[without] = False
            apart = (lower != without) & (upper != without)
            lower, upper = lower[apart], upper[apart]
        up = self._matrix(lower, upper, size)
        for one in self.dirty.tolist():
            above = np.zeros(size, dtype=bool)
            if one >= 0 and one != without:
                above[breadth_first_order(up, one, return_predecessors=False)] = True
            answer &= above
        return answer

    def weight_above(self, chosen: Array, weight: Array) -> Array:
        """Return for each vertex the weight of the chosen ones from which it is reached, itself among them.

        Bits of who lies above are handed down, from the highest knot of circles to the lowest.
        """
        down = self._matrix(self.upper, self.lower, len(self.vertices))
        count, knot = connected_components(down, directed=True, connection="strong")
        one, two = knot[self.upper], knot[self.lower]
        apart = one != two
        pairs = np.unique(np.column_stack([one[apart], two[apart]]), axis=0)
        members = np.flatnonzero(chosen)
        bits = np.zeros((count, (len(members) + 7) // 8), dtype=np.uint8)
        place = np.arange(len(members))
        np.bitwise_or.at(bits, (knot[members], place // 8), (128 >> (place % 8)).astype(np.uint8))
        self._hand_down(bits, pairs, count)
        total = np.empty(count)
        for first in range(0, count, _AT_A_TIME):
            rows = np.unpackbits(bits[first : first + _AT_A_TIME], axis=1, count=len(members))
            total[first : first + _AT_A_TIME] = rows @ weight[members]
        found: Array = total[knot]
        return found

    @staticmethod
    def _hand_down(bits: Array, pairs: Array, count: int) -> None:
        """Or the bits of upper knots into lower ones, each knot after all above it."""
        waits = np.bincount(pairs[:, 1], minlength=count)
        order = np.argsort(pairs[:, 0], kind="stable")
        upper, lower = pairs[order, 0], pairs[order, 1]
        bounds = np.searchsorted(upper, np.arange(count + 1))
        ready = np.flatnonzero(waits == 0).tolist()
        while ready:
            one = ready.pop()
            for two in lower[bounds[one] : bounds[one + 1]].tolist():
                bits[two] |= bits[one]
                waits[two] -= 1
                if waits[two] == 0:
                    ready.append(two)


def _covers(
    subject: CheckContext, local: _Reach, possible: Array, weight: Array, opened: Array
) -> pd.DataFrame:
    """Return the covers that tell something, best first."""
    total = float(weight[possible].sum())
    cover = subject.kind_among(COVERS)[local.vertices] & local.is_node
    if not cover.any():
        cover = local.is_node.copy()
    cover &= ~np.isin(local.vertices, opened)
    above = local.weight_above(possible, weight)
    names = local.vertices
    useful = np.flatnonzero(cover & (above > 0))
    rank = np.argsort(subject.vertex_ids(names[useful]).astype(str), kind="stable")
    useful = useful[rank]
    near_half = np.argsort(np.abs(above[useful] - total / 2), kind="stable")[:_JUDGED]
    useful = useful[near_half]
    left = [local.possible(one) for one in useful.tolist()]
    if_clean = np.array([float(weight[mask].sum()) for mask in left])
    if_dirty = above[useful]
    # A cover whose answer is known leaves as much as there is.
    tells = (if_dirty < total) | (if_clean < total)
    worst = np.maximum(if_dirty, if_clean)
    order = np.argsort(worst, kind="stable")
    order = order[tells[order] & (worst[order] < total)]
    number_above = local.weight_above(possible, np.ones(len(possible)))[useful[order]]
    rows = _placed(subject, names[useful[order]])
    rows["order"] = np.arange(1, len(order) + 1)
    rows["if_dirty"] = number_above.astype(np.int64)
    rows["if_clean"] = np.array([int(left[one].sum()) for one in order.tolist()], dtype=np.int64)
    shown: pd.DataFrame = rows[["order", "node_id", "if_dirty", "if_clean", "x", "y"]]
    return shown
