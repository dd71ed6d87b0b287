"""The zones of kind dma as a tree of any depth."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.id_lookup import rows_of_ids
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

    def numbers(self, ids: Array) -> Array:
        """Return the number of each id: NO_ZONE for a missing one, UNKNOWN_ZONE for one of no zone."""
        given, numbers = pd.Series(ids, dtype=object), rows_of_ids(self.zone_id, ids)
        number = np.where(numbers >= 0, numbers, UNKNOWN_ZONE)
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
            is_zone = at >= 0
            if not is_zone.any() or holds[at[is_zone], zone[is_zone]].all():
                break
            holds[at[is_zone], zone[is_zone]] = True
            at = np.where(is_zone, above[at], NO_ZONE)
        return holds

    @cached_property
    def lineage(self) -> tuple[Array, Array]:
        """Each zone with all that hold it, itself first, as ``indptr`` and zone numbers.

        A zone of a circle, or below one, is held by every zone of the circle.
        """
        above = np.maximum(self.parent, NO_ZONE)
        row, at = np.arange(self.count), np.arange(self.count)
        entry = np.full(self.count, NO_ZONE)
        rows, holders = [], []
        while len(row):
            # Twice at the same zone of a circle: all of it was seen.
            again = (entry[row] == at) & self.in_cycle[at]
            row, at = row[~again], at[~again]
            rows.append(row)
            holders.append(at)
            comes_in = self.in_cycle[at] & (entry[row] == NO_ZONE)
            entry[row[comes_in]] = at[comes_in]
            at = above[at]
            row, at = row[at >= 0], at[at >= 0]
        if not rows:
            return np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int64)
        owner = np.concatenate(rows)
        order = np.argsort(owner, kind="stable")
        indptr = np.searchsorted(owner[order], np.arange(self.count + 1))
        return indptr, np.concatenate(holders)[order]

    def holders(self, number: Array) -> tuple[Array, Array]:
        """Return all zones that hold some zones, as positions in ``number`` and zone numbers.

        NO_ZONE and UNKNOWN_ZONE are held by none.
        """
        indptr, holder = self.lineage
        known_rows = np.flatnonzero(number >= 0)
        counts = np.diff(indptr)[number[known_rows]]
        at = np.repeat(indptr[number[known_rows]], counts) + steps(counts)
        return np.repeat(known_rows, counts), holder[at]

    def held_by(self, zone: Array, number: Array) -> Array:
        """Return of pairs whether the first zone holds the second one, NO_ZONE and UNKNOWN_ZONE allowed."""
        row, holder = self.holders(number)
        is_inside = np.zeros(len(number), dtype=bool)
        is_inside[row[holder == zone[row]]] = True
        return is_inside

    def summed(self, number: Array, weight: Array) -> Array:
        """Return sums of what lies in each zone, its descendants included (Z,).

        Parameters
        ----------
        number
            Zone of each thing, NO_ZONE and UNKNOWN_ZONE allowed.
        weight
            What is summed.
        """
        has_zone = number >= 0
        own = np.bincount(number[has_zone], weight[has_zone], minlength=self.count)
        row, holder = self.holders(np.arange(self.count))
        return np.bincount(holder, own[row], minlength=self.count)

    @cached_property
    def depth(self) -> Array:
        """How many zones lie above each, 0 for one without a parent (Z,)."""
        return np.asarray(self.ancestors.sum(axis=0) - 1)

    def holds(self, zone: int, number: Array) -> Array:
        """Return which of some zone numbers (NO_ZONE and UNKNOWN_ZONE allowed) lie in a zone."""
        has_zone = number >= 0
        return np.asarray(has_zone & self.ancestors[zone, np.maximum(number, 0)])


def zone_names(text: str) -> tuple[str, ...]:
    """Return the zone ids of a text that separates them by commas or semicolons, each once."""
    words = (word.strip() for word in re.split(r"[,;，；、]+", text))
    return tuple(dict.fromkeys(word for word in words if word))


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
