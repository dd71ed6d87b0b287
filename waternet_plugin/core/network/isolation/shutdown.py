"""Shut a part of the network off: how far it spreads, and who is left without a source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.network.analysis.segments import Flags, Ints
from waternet_plugin.core.network.isolation.isolation_model import CUSTOMERS, IsolationModel

_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Shut:
    """Segments shut together, the valves around them, and the parts that still have water."""

    segments: frozenset[int]
    valves: frozenset[int]
    still: Flags


class Shutdown:
    """What happens when the segments ``home`` are shut, and those of the pipes ``others`` as well."""

    def __init__(self, works: IsolationModel, home: frozenset[int], others: Sequence[int]) -> None:
        self.works = works
        self.home = home
        self.others = self._spread({int(works.segments.pipe[pipe]) for pipe in others})
        parts = len(works.supply.segment)
        self.before = self._still(self.others) if self.others else works.supply.dependence.reached[:parts]

    def _fails(self, valve: int, failing: frozenset[int], sound: frozenset[int]) -> bool:
        return valve in failing or (self.works.passes(valve) and valve not in sound)

    def _spread(
        self,
        segments: Iterable[int],
        failing: frozenset[int] = _NONE,
        sound: frozenset[int] = _NONE,
    ) -> frozenset[int]:
        """Return the segments that are shut with some: water passes valves that can't be closed."""
        reached = set(segments)
        todo = list(reached)
        while todo:
            for valve in self.works.valves(todo.pop()):
                if self._fails(valve, failing, sound):
                    new = set(self.works.sides(valve)) - reached
                    reached |= new
                    todo += new
        return frozenset(reached)

    def _still(self, segments: Iterable[int], failing: frozenset[int] = _NONE) -> Flags:
        works = self.works
        single = list(segments)
        if len(single) == 1 and not failing and not works.supply.is_special(single[0]):
            return works.supply.still_without(single[0])
        removed = np.zeros(works.segments.count, dtype=bool)
        removed[single] = True
        left_open = [
            number
            for number, node in enumerate(works.supply.hubs.tolist())
            if self._fails(node, failing, _NONE)
        ]
        return works.supply.parts_without(removed, np.array(left_open, dtype=np.int64))

    def shut(self, failing: frozenset[int] = _NONE, sound: frozenset[int] = _NONE) -> Shut:
        """Return what shutting the burst's segment means.

        Parameters
        ----------
        failing
            Valves that turn out not to close, beside those known for it.
        sound
            Valves that close although they are known not to.
        """
        segments = self._spread(self.home, failing, sound)
        outer = {
            valve
            for each in segments
            for valve in self.works.valves(each)
            if not segments.issuperset(self.works.sides(valve))
        }
        return Shut(segments, frozenset(outer), self._still(segments | self.others, failing))

    def lost(self, shut: Shut) -> Ints:
        """Return the parts outside what is shut that lose every source."""
        segment = self.works.supply.segment
        outside = np.ones(self.works.segments.count, dtype=bool)
        outside[list(shut.segments | self.others)] = False
        return np.flatnonzero(self.before & ~shut.still & outside[segment])

    def cut_off(self, shut: Shut) -> float:
        """Return how many customers lose water."""
        works = self.works
        own = works.segment_weights[sorted(shut.segments), CUSTOMERS].sum()
        return float(own + works.part_weights[self.lost(shut), CUSTOMERS].sum())
