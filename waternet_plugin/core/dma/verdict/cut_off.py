"""Who loses water to closed boundary valves: what reaches a source only with some of them open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.boundary import boundary_meters
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.verdict.quotient import feeding_around
from waternet_plugin.core.network.analysis.segments import Segments
from waternet_plugin.core.network.model.customers import UserCount, users_text
from waternet_plugin.core.network.model.row_groups import labels
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class CutOff:
    """What hangs together without a source.

    Parameters
    ----------
    pipes
        Open pipes.
    valves
        Nodes of the closed boundary valves around it beyond which a source is, or is to be reached.
    zones
        Numbers of the zones that these valves bound, sorted.
    """

    pipes: Array
    valves: tuple[int, ...]
    zones: tuple[int, ...]


def find_cut_off(
    dma: DmaNetwork, planned: Array | None = None, *, pieces: Segments | None = None
) -> tuple[CutOff, ...]:
    """Return what reaches a source only with closed boundary valves open, by its first pipe.

    Valves of unknown state count as open.

    Parameters
    ----------
    planned
        Nodes whose closing is asked about, whether they are on a boundary or not.
    pieces
        What hangs together between closed valves, where that is known already.
    """
    joints = _Joints.of(dma, set() if planned is None else set(planned.tolist()))
    if not len(joints.node):
        return ()
    pieces = dma.pieces(dma.closed) if pieces is None else pieces
    metered = boundary_meters(dma, np.flatnonzero(dma.meter))[1]
    # A source that a scenario closes gives no water, as everywhere.
    fed = fed_pieces(pieces, feeding_around(dma, metered) & ~dma.closed)
    joint, piece = joints.sides(pieces)
    piece_count = pieces.count
    _count, label = labels(piece_count + len(joints.node), piece, piece_count + joint)
    fed_then = np.isin(label[:piece_count], label[:piece_count][fed])
    lost = fed_then & ~fed
    if not lost.any():
        return ()
    around = _Around(joint, piece, fed)
    rows = np.flatnonzero((pieces.pipe >= 0) & lost[pieces.pipe])
    of_piece = pieces.pipe[rows]
    cut_off = []
    for number in np.unique(of_piece).tolist():
        valves = around.leading_on(number)
        zones = sorted({zone for valve in valves for zone in joints.zones[valve]})
        nodes = tuple(int(joints.node[valve]) for valve in valves)
        cut_off.append(CutOff(rows[of_piece == number], nodes, tuple(zones)))
    return tuple(sorted(cut_off, key=lambda part: int(part.pipes[0])))


def fed_pieces(pieces: Segments, feeding: Array) -> Array:
    """Return which pieces hold a node that feeds, booleans; one on a node that parts feeds all its sides."""
    fed = np.zeros(pieces.count, dtype=bool)
    inside = pieces.node[feeding]
    fed[inside[inside >= 0]] = True
    fed[pieces.side[feeding[pieces.valve]]] = True
    return fed


@dataclass(frozen=True)
class _Joints:
    """Closed valves that are asked about, ``J`` of them; several shut ends at one node are one.

    Parameters
    ----------
    node
        Their nodes (J,).
    of_vertex
        The joint of each vertex, -1 for none (N,).
    through
        Nodes of joints that let water through between the ends that are not shut (J,), booleans.
    zones
        The zones that each bounds.
    """

    node: Array
    of_vertex: Array
    through: Array
    zones: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, dma: DmaNetwork, planned: set[int]) -> _Joints:
        """Return the closed boundary valves of a network, and those that are planned."""
        at = np.arange(dma.graph.node_count)
        at[dma.shut_ends[0]] = dma.shut_ends[1]
        shut = dma.closed.copy()
        shut[dma.shut_ends[1]] = True
        pipe = np.flatnonzero(dma.counts & (shut[at[dma.graph.start]] | shut[at[dma.graph.end]]))
        node = at[np.concatenate([dma.graph.start[pipe], dma.graph.end[pipe]])]
        zone = np.tile(np.maximum(dma.zone[pipe], -1), 2)[shut[node]]
        zones_at: dict[int, set[int]] = defaultdict(set)
        for vertex, number in zip(node[shut[node]].tolist(), zone.tolist()):
            zones_at[vertex].add(number)
        nodes = sorted(vertex for vertex, zones in zones_at.items() if len(zones) > 1 or vertex in planned)
        of_vertex = np.full(dma.graph.node_count, -1, dtype=np.int64)
        of_vertex[nodes] = np.arange(len(nodes))
        of_vertex = of_vertex[at]
        return cls(
            np.array(nodes, dtype=np.int64),
            of_vertex,
            ~dma.closed[nodes] if nodes else np.zeros(0, dtype=bool),
            tuple(_crossed(dma, zones_at[zone_node]) for zone_node in nodes),
        )

    def sides(self, pieces: Segments) -> tuple[Array, Array]:
        """Return pairs of a joint and a piece that ends there."""
        joint = self.of_vertex[pieces.valve]
        has_joint = joint >= 0
        inside = pieces.node[self.node]
        open_ = np.flatnonzero(self.through & (inside >= 0))
        return np.concatenate([joint[has_joint], open_]), np.concatenate(
            [pieces.side[has_joint], inside[open_]]
        )


def _crossed(dma: DmaNetwork, zones: Iterable[int]) -> tuple[int, ...]:
    """Return the zones that hold some of the zones of pipes at a node, but not all."""
    each = [set(dma.zones.holders(np.array([zone]))[1].tolist()) for zone in zones]
    return tuple(sorted(set().union(*each) - set.intersection(*each)))


class _Around:
    """Pieces and the joints between them."""

    def __init__(self, joint: Array, piece: Array, fed: Array) -> None:
        self._fed = fed
        self._joints: dict[int, list[int]] = defaultdict(list)
        self._pieces: dict[int, list[int]] = defaultdict(list)
        for first, second in zip(joint.tolist(), piece.tolist()):
            self._joints[second].append(first)
            self._pieces[first].append(second)

    def leading_on(self, piece: int) -> list[int]:
        """Return the joints of a piece beyond which a source is to be reached without it."""
        return [joint for joint in sorted(set(self._joints[piece])) if self._leads(joint, piece)]

    def _leads(self, joint: int, without: int) -> bool:
        waiting, seen = [joint], {without}
        while waiting:
            for piece in self._pieces[waiting.pop()]:
                if piece in seen:
                    continue
                if self._fed[piece]:
                    return True
                seen.add(piece)
                waiting += self._joints[piece]
        return False


@dataclass(frozen=True)
class LostSupply:
    """Everybody who loses water to closed boundary valves.

    Parameters
    ----------
    pipes
        Their pipes.
    length_m
        Length of these.
    valves
        Nodes of the valves.
    users
        Who is on the pipes; None where the network has no customers recorded.
    """

    pipes: Array
    length_m: float
    valves: frozenset[int]
    users: UserCount | None

    @property
    def is_any(self) -> bool:
        """Whether anything is cut off."""
        return len(self.pipes) > 0

    def text(self) -> str:
        """Say who is cut off; '' for nobody."""
        if self.is_any:
            return tr(
                "Closing leaves %n pipe(s) of {length} m without water: {users}.", "", len(self.pipes)
            ).format(length=f"{self.length_m:.0f}", users=users_text(self.users))
        return ""


def lost_supply(dma: DmaNetwork, cut: Iterable[CutOff]) -> LostSupply:
    """Return who is on what is cut off."""
    pieces = list(cut)
    pipes = np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *(piece.pipes for piece in pieces)]))
    return LostSupply(
        pipes,
        float(np.nansum(dma.graph.length_m[pipes])),
        frozenset(valve for piece in pieces for valve in piece.valves),
        UserCount.of(dma.users.iloc[np.flatnonzero(np.isin(dma.customer_pipe, pipes))])
        if dma.knows_users
        else None,
    )
