"""The metered areas of a network under check, and which of them a finding belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.boundary import Crossings, find_crossings
from waternet_plugin.core.dma.cells import border_nodes
from waternet_plugin.core.dma.dma_network import DmaNetwork, build_dma_network
from waternet_plugin.core.dma.verdict.zone_faults import ZoneFaults, find_faults
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings


def dma_of(subject: CheckContext) -> DmaNetwork:
    """Return the network as metered areas see it."""
    rows = subject.rows
    return build_dma_network(
        subject.connected,
        subject.pipes.frame,
        subject.nodes.frame,
        rows("customer").frame,
        rows("zone").frame,
        settings=subject.settings,
    )


def crossings_of(subject: CheckContext) -> Crossings:
    """Return where zones are crossed; right too where only a part of the network was read."""
    dma = subject.once(dma_of)
    return find_crossings(dma, border_nodes(dma))


def faults_of(subject: CheckContext) -> ZoneFaults:
    """Return what is wrong with every zone."""
    return find_faults(subject.once(dma_of))


def has_zones(subject: CheckContext) -> bool:
    """Return whether the network has metered areas at all."""
    return bool(len(subject.rows("zone"))) and subject.once(dma_of).zones.count > 0


def tree_topics(zones: Iterable[str]) -> tuple[str, ...]:
    """Return the words that what is wrong with the tree of zones shares with what follows from it."""
    return tuple(f"tree of {zone}" for zone in zones)


class Belonging:
    """Tells which zones findings belong to.

    Parameters
    ----------
    dma
        The network.
    """

    def __init__(self, dma: DmaNetwork) -> None:
        self._dma = dma

    @cached_property
    def _names(self) -> list[str]:
        return [str(name) for name in self._dma.zones.zone_id]

    @cached_property
    def _zone_of_pipe(self) -> Mapping[str, int]:
        there = np.flatnonzero(self._dma.zone >= 0)
        return dict(zip(self._dma.graph.pipe_id[there].tolist(), self._dma.zone[there].tolist()))

    def holding(self, zones: Iterable[int]) -> tuple[str, ...]:
        """Return the ids of zones and of all that hold them, sorted."""
        number = np.unique(np.fromiter(zones, dtype=np.int64))
        _row, holder = self._dma.zones.holders(number)
        return tuple(sorted({self._names[one] for one in holder.tolist()}))

    def of_ids(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the ids of the zones that hold some pipes; other assets are passed over."""
        return self.holding({self._zone_of_pipe[one] for one in names if one in self._zone_of_pipe})

    def of(self, found: RuleFindings) -> Sequence[tuple[str, ...]]:
        """Return the zones of each finding of a rule: what it says itself, else those of its pipes."""
        if found.zones is not None:
            return list(found.zones)
        tables = catalogue()[found.rule].tables
        several: list[tuple[str, ...]] = []
        for row in range(len(found)):
            zones: set[int] = set()
            told: set[str] = set()
            for place, ids in enumerate(found.assets.values()):
                table = tables[min(place, len(tables) - 1)]
                names = ids[row : row + 1] if found.members is None else found.members[row]
                if table == "pipe":
                    zones |= {self._zone_of_pipe[one] for one in names if one in self._zone_of_pipe}
                elif table == "zone":
                    told |= {str(one) for one in names if str(one) in set(self._names)}
            several.append(tuple(sorted({*self.holding(zones), *told})))
        return several

    def marked(self, founds: Iterable[RuleFindings]) -> Array:
        """Return which zones some findings belong to (Z,)."""
        place = {name: number for number, name in enumerate(self._names)}
        marks = np.zeros(len(place), dtype=bool)
        for found in founds:
            for zones in self.of(found):
                marks[[place[name] for name in zones]] = True
        return marks
