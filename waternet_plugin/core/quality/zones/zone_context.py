"""The metered areas of a network under check, and which of them a finding belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, wraps

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.boundary import Crossings, find_crossings
from waternet_plugin.core.dma.cells import border_nodes
from waternet_plugin.core.dma.dma_network import DmaNetwork, build_dma_network
from waternet_plugin.core.dma.second_proof.confirmation import confirmation_of
from waternet_plugin.core.dma.second_proof.networkx_proof import SecondProof
from waternet_plugin.core.dma.second_proof.zone_answer import ZoneAnswer, answers_of
from waternet_plugin.core.dma.verdict.cut_off import CutOff, find_cut_off
from waternet_plugin.core.dma.verdict.zone_faults import ZoneFaults, find_faults
from waternet_plugin.core.frames import plain
from waternet_plugin.core.id_lookup import IdLookup
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings


def dma_of(subject: CheckContext) -> DmaNetwork:
    """Return the network as metered areas see it."""
    tables = (plain(subject.rows(name).frame) for name in ("pipe", "node", "customer", "zone"))
    return build_dma_network(
        subject.connected,
        *tables,
        settings=subject.settings,
    )


def crossings_of(subject: CheckContext) -> Crossings:
    """Return where zones are crossed; right too where only a part of the network was read."""
    dma = subject.once(dma_of)
    return find_crossings(dma, border_nodes(dma))


def faults_of(subject: CheckContext) -> ZoneFaults:
    """Return what is wrong with every zone."""
    return find_faults(subject.once(dma_of))


def cut_off_of(subject: CheckContext) -> tuple[CutOff, ...]:
    """Return what closed boundary valves keep from every source."""
    return find_cut_off(subject.once(dma_of))


def second_proof_of(_subject: CheckContext) -> SecondProof:
    """Return the proof by NetworkX: of no zone, unless the check of metered areas gives another one."""
    return SecondProof()


def proven_answers_of(subject: CheckContext) -> Mapping[str, ZoneAnswer]:
    """Return what the proof by arrays says of each zone."""
    return answers_of(subject.once(faults_of), subject.once(cut_off_of))


def confirmations_of(subject: CheckContext) -> Array:
    """Return by zone whether both proofs say the same, as codes of `confirmation_of` (Z,)."""
    zones, proof = subject.once(dma_of).zones.zone_id, subject.once(second_proof_of)
    answers = subject.once(proven_answers_of) if proof.of_zone else {}
    return np.array([confirmation_of(str(name), answers, proof) for name in zones], dtype=object)


def has_zones(subject: CheckContext) -> bool:
    """Return whether the network has metered areas at all."""
    return bool(len(subject.rows("zone"))) and subject.once(dma_of).zones.count > 0


def only_with_zones(
    check: Callable[[CheckContext], Iterator[RuleFindings]],
) -> Callable[[CheckContext], Iterator[RuleFindings]]:
    """Have a check find nothing where the network has no metered areas."""

    @wraps(check)
    def checked(subject: CheckContext) -> Iterator[RuleFindings]:
        if has_zones(subject):
            yield from check(subject)

    return checked


def tree_topics(zones: Iterable[str]) -> tuple[str, ...]:
    """Return the words that what is wrong with the tree of zones shares with what follows from it."""
    return tuple(f"tree of {zone}" for zone in zones)


class FindingZones:
    """Tells which zones findings belong to.

    Parameters
    ----------
    dma
        The network.
    pipes
        Its pipes by their ids, where they were looked up already.
    """

    def __init__(self, dma: DmaNetwork, pipes: IdLookup | None = None) -> None:
        self._dma = dma
        self._pipes = IdLookup(dma.graph.pipe_id) if pipes is None else pipes
        # Many findings lie in the same zones.
        self._holding: dict[frozenset[int], tuple[str, ...]] = {}

    @cached_property
    def _names(self) -> Mapping[str, int]:
        return {str(name): number for number, name in enumerate(self._dma.zones.zone_id)}

    def _zones_of_pipes(self, names: Iterable[str | None]) -> dict[str, int]:
        """Return the zone of each pipe that is in one; other assets are passed over."""
        wanted = sorted({name for name in names if name is not None})
        rows = self._pipes.rows(wanted)
        known = np.flatnonzero(rows >= 0)
        zones = self._dma.zone[rows[known]]
        return {wanted[at]: zone for at, zone in zip(known.tolist(), zones.tolist()) if zone >= 0}

    def holding(self, zones: Iterable[int]) -> tuple[str, ...]:
        """Return the ids of zones and of all that hold them, sorted."""
        known = frozenset(zones)
        if known not in self._holding:
            _row, holder = self._dma.zones.holders(np.array(sorted(known), dtype=np.int64))
            ids = {str(name) for name in self._dma.zones.zone_id[holder]}
            self._holding[known] = tuple(sorted(ids))
        return self._holding[known]

    def of_ids(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the zones that hold some pipes; other assets are passed over."""
        return self.holding(self._zones_of_pipes(names).values())

    def of(self, found: RuleFindings) -> Sequence[tuple[str, ...]]:
        """Return the zones of each finding of a rule: what it says itself, else those of its pipes."""
        if found.zones is not None:
            return list(found.zones)
        tables = catalogue()[found.rule].tables
        columns = [
            (
                tables[min(place, len(tables) - 1)],
                [ids[row : row + 1] for row in range(len(found))] if found.members is None else found.members,
            )
            for place, ids in enumerate(found.assets.values())
        ]
        zone_of = self._zones_of_pipes(
            one for table, names in columns if table == "pipe" for each in names for one in each
        )
        several: list[tuple[str, ...]] = []
        for row in range(len(found)):
            zones: set[int] = set()
            told: set[str] = set()
            for table, names in columns:
                if table == "pipe":
                    zones |= {zone_of[name] for name in names[row] if name in zone_of}
                elif table == "zone":
                    told |= {str(name) for name in names[row] if str(name) in self._names}
            several.append(tuple(sorted({*self.holding(zones), *told})))
        return several

    def marked(self, several: Iterable[tuple[str, ...]]) -> Array:
        """Return which zones are among the ids that some findings belong to (Z,)."""
        marks = np.zeros(self._dma.zones.count, dtype=bool)
        marks[[self._names[name] for zones in set(several) for name in zones]] = True
        return marks
