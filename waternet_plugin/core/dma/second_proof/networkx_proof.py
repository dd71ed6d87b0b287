"""The proof of metered areas by NetworkX alone: parts, ways past the meters, feed, what is cut off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.second_proof.area_pieces import WATER, ZONE, AreaGraphs, AreaPieces, joint
from waternet_plugin.core.dma.second_proof.named_rows import Name, NamedRows, named_rows
from waternet_plugin.core.dma.second_proof.zone_answer import ZoneAnswer, verdict_of
from waternet_plugin.core.network.model.named_graph import installed_networkx
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class ZoneProof:
    """What NetworkX says of a zone.

    Parameters
    ----------
    answer
        What the other proof is compared with.
    valves
        Ids of the closed valves whose opening joins the zone to something outside of it, sorted.
    bridges
        Number of open pipes inside that no other leads round.
    """

    answer: ZoneAnswer
    valves: tuple[str, ...]
    bridges: int


@dataclass(frozen=True)
class SecondProof:
    """The second proof of some zones.

    Parameters
    ----------
    version
        Version of NetworkX in two numbers; '' where it is not installed and nothing was proven.
    of_zone
        By id of the zone.
    """

    version: str = ""
    of_zone: Mapping[str, ZoneProof] = field(default_factory=dict)

    def text(self, zone: str) -> str:
        """Say what was found of a zone, '' where it was not proven."""
        if zone not in self.of_zone:
            return ""
        answer = self.of_zone[zone]
        return tr(
            "NetworkX {version}: {answer}; closed valves towards other areas: {valves}, pipes inside without "
            "an alternative way: {bridges}."
        ).format(
            version=self.version,
            answer=answer.answer.text(),
            valves=len(answer.valves),
            bridges=answer.bridges,
        )


def version_of(networkx: Any) -> str:
    """Return the version of NetworkX in two numbers, '' for None."""
    return "" if networkx is None else ".".join(str(networkx.__version__).split(".")[:2])


def prove_again(
    model: DmaModel, zones: Iterable[str] | None = None, progress: Progress = SILENT
) -> SecondProof:
    """Prove zones by NetworkX; nothing is proven where it is not installed.

    Parameters
    ----------
    model
        The network: its rows are read, its arrays are not.
    zones
        Ids of zones; all of them if None.
    """
    networkx = installed_networkx()
    if networkx is None:
        return SecondProof()
    progress.at(0.0, tr("Proving the metered areas by NetworkX"))
    rows = named_rows(model)
    graphs = AreaGraphs(networkx, rows)
    prover = _Prover(networkx, rows, graphs, graphs.pieces(progress.part(0.1, 0.5)))
    wanted = [*rows.holders] if zones is None else [*zones]
    answers = {}
    for number, zone in enumerate(wanted):
        progress.at(0.5 + 0.5 * number / len(wanted))
        answers[zone] = prover.prove(zone)
    return SecondProof(version_of(networkx), answers)


class _Prover:
    """Proves zone by zone; what concerns all of them is found once."""

    def __init__(self, networkx: Any, rows: NamedRows, graphs: AreaGraphs, pieces: AreaPieces) -> None:
        self._networkx, self._rows, self._graphs, self._pieces = networkx, rows, graphs, pieces
        self._cut_off = self._count_cut_off()

    def prove(self, zone: str) -> ZoneProof:
        """Return what is found of a zone."""
        graph, pieces = self._graphs.of_zone(zone), self._pieces
        inner_areas = {area for area in pieces.of_area if self._rows.held_by(zone, area)}
        pieces_of_area = [piece for area in inner_areas for piece in pieces.of_area[area]]
        parts = self._networkx.number_connected_components(graph)
        bridges = sum(1 for first, second in self._networkx.bridges(graph) if first != second)
        metered, unknown, crossed = self._boundary(zone, pieces_of_area, inner_areas)
        pieces.graph.add_edges_from((ZONE, piece) for piece in pieces_of_area)
        sources = [(WATER, piece) for piece in pieces_of_area if pieces.graph.has_edge(WATER, piece)]
        cases = []
        for shut, open_ in ((unknown, crossed), (set(), crossed | unknown)):
            # Water of sources outside, past the meters; then that of any source, through them.
            path = self._way({*metered, *shut}, sources)
            is_fed = not pieces_of_area or bool(self._way(shut, []))
            holds = parts == 1 and not open_ and not path and is_fed and not self._cut_off[zone]
            cases.append((holds, path, is_fed))
        pieces.graph.remove_nodes_from([ZONE])
        (holds, path, is_fed), (holds_if_open, _way, _fed) = cases
        # The way ends with the node where it enters, a piece of the zone, and the zone itself.
        entry = str(path[-3][1]) if path else ""
        answer = ZoneAnswer(
            verdict_of(holds, holds and holds_if_open),
            parts,
            len(crossed),
            len(unknown),
            bool(path),
            is_fed,
            self._cut_off[zone],
            entry,
        )
        return ZoneProof(answer, self._valves(pieces_of_area), bridges)

    def _boundary(
        self, zone: str, own_pieces: Collection[int], inner_areas: Collection[Optional[str]]
    ) -> tuple[set[Name], set[Name], set[Name]]:
        """Return the nodes where a zone is crossed: metered ones, valves of unknown state, and others."""
        rows, graph, area = self._rows, self._pieces.graph, self._pieces.area
        metered: set[Name] = set()
        unknown: set[Name] = set()
        crossed: set[Name] = set()
        for vertex in {neighbour for piece in own_pieces for neighbour in graph[piece] if neighbour != WATER}:
            if all(area[piece] in inner_areas for piece in graph[vertex]):
                continue
            node = vertex[1]
            sides = [rows.held_by(zone, side) for side in rows.meters.get(node, (None, None))]
            if sides[0] != sides[1]:
                metered.add(node)
            elif node in rows.unknown:
                unknown.add(node)
            else:
                crossed.add(node)
        return metered, unknown, crossed

    def _way(self, shut: Collection[Name], without: Collection[Any]) -> list[Any]:
        """Return the shortest way of water into the zone that is asked about, empty for none.

        Parameters
        ----------
        shut
            Nodes that let nothing through.
        without
            Edges that are left out.
        """
        view = self._networkx.restricted_view(self._pieces.graph, [joint(node) for node in shut], without)
        if ZONE not in view:
            return []
        try:
            return list(self._networkx.shortest_path(view, WATER, ZONE))
        except self._networkx.NetworkXNoPath:
            return []

    def _valves(self, own_pieces: Collection[int]) -> tuple[str, ...]:
        """Return the closed valves whose opening joins the zone to something else."""
        inside, pieces = set(own_pieces), self._pieces
        near = {valve for piece in own_pieces for valve in pieces.valves_of.get(piece, ())}
        return tuple(sorted(str(valve) for valve in near if pieces.at_valve[valve] - inside))

    def _count_cut_off(self) -> Counter[str]:
        """Return how many parts outside of all zones lack water because of valves of each zone's boundary."""
        networkx, rows, pieces = self._networkx, self._rows, self._pieces
        gates = {node: touched for node, touched in pieces.at_valve.items() if len(rows.areas_at[node]) > 1}
        lost: Counter[str] = Counter()
        if not gates:
            return lost
        whole_of: dict[int, int] = {}
        fed, outside = set(), set()
        between = networkx.Graph()
        between.add_node(WATER)
        dry = networkx.restricted_view(pieces.graph, [WATER], [])
        for component, vertices in enumerate(networkx.connected_components(dry)):
            for piece in vertices:
                if isinstance(piece, tuple):
                    continue
                whole_of[piece] = component
                if pieces.graph.has_edge(WATER, piece):
                    fed.add(component)
                if pieces.area[piece] is None:
                    outside.add(component)
        between.add_edges_from((WATER, component) for component in fed)
        for node, touched in gates.items():
            between.add_edges_from((joint(node), whole_of[piece]) for piece in touched)
        fed_if_open = networkx.node_connected_component(between, WATER)
        for component in (outside - fed) & fed_if_open:
            view = networkx.restricted_view(between, [component], [])
            valves = [
                valve_end[1] for valve_end in between[component] if networkx.has_path(view, valve_end, WATER)
            ]
            lost.update({zone for valve in valves for zone in self._parted_zones(valve)})
        return lost

    def _parted_zones(self, valve: Name) -> set[str]:
        """Return the zones that hold some of the pipes at a valve, but not all."""
        each = [self._rows.holders.get(area or "", frozenset()) for area in self._rows.areas_at[valve]]
        return set(frozenset().union(*each) - frozenset.intersection(*each))
