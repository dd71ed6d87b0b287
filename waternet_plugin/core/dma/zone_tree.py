"""The zones of kind dma as a tree of any depth."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.end_coordinates import column

NO_ZONE = -1
# A zone id is given and no zone of kind dma has it.
UNKNOWN_ZONE = -2


@dataclass(frozen=True)
class ZoneTree:
    """Zones by number, ``Z`` of them, in the order of their rows.

    Parameters
    ----------
    zone_id
        Ids, objects (Z,).
    row
        Row of each zone in the frame it was read from (Z,).
    parent
        Number of the parent, NO_ZONE for none, UNKNOWN_ZONE where the parent does not exist (Z,).
    level
        The given level, NaN where none is given (Z,).
    """

    zone_id: Array
    row: Array
    parent: Array
    level: Array

    @property
    def count(self) -> int:
        """Number of zones."""
        return len(self.zone_id)

    @cached_property
    def _numbers(self) -> pd.Index:
        return pd.Index(self.zone_id, dtype=object)

    def numbers(self, ids: Array) -> Array:
        """Return the number of each id: NO_ZONE for a missing one, UNKNOWN_ZONE for one of no zone."""
        given = pd.Series(ids, dtype=object)
        unique = self._numbers[~self._numbers.duplicated()]
        first = np.flatnonzero(~self._numbers.duplicated())
        found = unique.get_indexer(pd.Index(given))
        if not len(first):
            found, first = np.full(len(given), -1), np.zeros(1, dtype=np.int64)
        number = np.where(found >= 0, first[np.maximum(found, 0)], UNKNOWN_ZONE)
        return np.where(given.isna().to_numpy() | (given == "").to_numpy(), NO_ZONE, number)

    @cached_property
    def in_cycle(self) -> Array:
        """Zones that are their own ancestors (Z,), booleans."""
        above = np.maximum(self.parent, NO_ZONE)
        padded = np.append(above, NO_ZONE)
        reached = above
        # A walk of Z steps upwards that has not ended runs in a circle or came into one.
        step = 1
        while step <= max(self.count, 1):
            padded = np.where(padded >= 0, padded[padded], NO_ZONE)
            step *= 2
        reached = padded[:-1]
        circle = np.zeros(self.count, dtype=bool)
        for zone in np.unique(reached[reached >= 0]).tolist():
            while not circle[zone]:
                circle[zone] = True
                zone = int(above[zone])
        return circle

    @cached_property
    def ancestors(self) -> Array:
        """Which zones hold which: ``ancestors[a, z]`` is set where ``a`` is ``z`` or lies above it (Z, Z).

        Zones of a circle hold each other.
        """
        holds = np.eye(self.count, dtype=bool)
        above = np.maximum(self.parent, NO_ZONE)
        zone = np.arange(self.count)
        at = above.copy()
        for _ in range(self.count):
            there = at >= 0
            if not there.any() or holds[at[there], zone[there]].all():
                break
            holds[at[there], zone[there]] = True
            at = np.where(there, above[at], NO_ZONE)
        return holds

    @cached_property
    def depth(self) -> Array:
        """How many zones lie above each, 0 for one without a parent (Z,)."""
        return np.asarray(self.ancestors.sum(axis=0) - 1)

    def holds(self, zone: int, number: Array) -> Array:
        """Return which of some zone numbers (NO_ZONE and UNKNOWN_ZONE allowed) lie in a zone."""
        there = number >= 0
        return np.asarray(there & self.ancestors[zone, np.maximum(number, 0)])


def zone_tree(zones: pd.DataFrame) -> ZoneTree:
    """Return the zones of kind dma of a frame with zone_id, kind, parent_id and level.

    Zones out of use (state ``retired``) are left out where the frame has states.
    """
    is_dma = pd.Series(column(zones, "kind"), dtype=object) == "dma"
    retired = pd.Series(column(zones, "state"), dtype=object) == "retired"
    row = np.flatnonzero((is_dma & ~retired).to_numpy())
    ids = column(zones, "zone_id")[row]
    level = zones["level"].to_numpy(dtype=float)[row] if "level" in zones else np.full(len(row), np.nan)
    tree = ZoneTree(ids, row, np.full(len(row), NO_ZONE), level)
    return ZoneTree(ids, row, tree.numbers(column(zones, "parent_id")[row]), level)
