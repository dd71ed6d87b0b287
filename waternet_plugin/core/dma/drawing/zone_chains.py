"""The zones of a drawing: those of the network and new ones, and which lie above which."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import NO_ZONE, ZoneTree


@dataclass(frozen=True)
class DrawnZones:
    """Zones by number, those of the network first.

    Parameters
    ----------
    tree
        All zones.
    locked
        Those that gestures leave as they are.
    """

    tree: ZoneTree
    locked: frozenset[int] = frozenset()

    @property
    def count(self) -> int:
        """Number of zones."""
        return self.tree.count

    @cached_property
    def above(self) -> tuple[Array, Array]:
        """Each zone with those above it: ``indptr`` and zones, the zone itself first."""
        holds = self.tree.ancestors
        counts = holds.sum(axis=0)
        indptr = np.concatenate([[0], np.cumsum(counts)])
        zone, holder = np.nonzero(holds.T)
        return indptr, holder[np.lexsort((holder != zone, zone))]

    def chain(self, zone: int) -> list[int]:
        """Return a zone and those above it; nothing for no zone."""
        if zone < 0:
            return []
        indptr, holder = self.above
        return [int(level) for level in holder[indptr[zone] : indptr[zone + 1]]]

    def within(self, zone: int) -> list[int]:
        """Return a zone and those below it."""
        return [int(ancestor) for ancestor in np.flatnonzero(self.tree.ancestors[zone])]

    def parent(self, zone: int) -> int:
        """Return the zone above a zone, NO_ZONE for none."""
        return max(int(self.tree.parent[zone]), NO_ZONE)

    def with_zone(self, zone_id: str, parent: int = NO_ZONE) -> DrawnZones:
        """Return the zones and a new one, the last by number."""
        tree = self.tree
        level = tree.level[parent] + 1 if parent >= 0 else np.nan
        return replace(
            self,
            tree=ZoneTree(
                np.append(tree.zone_id, np.array([zone_id], dtype=object)),
                np.append(tree.row, -1),
                np.append(tree.parent, parent),
                np.append(tree.level, level),
            ),
        )

    def with_lock(self, zone: int, *, is_locked: bool) -> DrawnZones:
        """Return the zones with one locked, or free."""
        others = self.locked - {zone}
        return replace(self, locked=others | {zone} if is_locked else others)
