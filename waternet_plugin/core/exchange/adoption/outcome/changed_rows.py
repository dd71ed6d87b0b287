"""What an update changes of the rows that a network has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from waternet_plugin.core.exchange.update_modes import BOTH
from waternet_plugin.core.frames import PlainFrames

CHANGED, CLEARED, MOVED, CONFLICT, NEW, GONE = "changed", "cleared", "moved", "conflict", "new", "gone"
STATES = (CHANGED, CLEARED, MOVED, CONFLICT, NEW, GONE)
CHANGE_COLUMNS = ("asset", "field", "before", "after", "state")


@dataclass(frozen=True)
class UpdateChoice:
    """What an update may do.

    Attributes
    ----------
    mode
        ``update`` changes rows that are there, ``both`` adds new ones too.
    take_conflicts
        Write the file's values over those that people set since.
    clear
        An empty cell empties the field.
    take_geometry
        Take lines, points and areas that moved.
    """

    mode: str = BOTH
    take_conflicts: bool = False
    clear: bool = False
    take_geometry: bool = False


@dataclass(frozen=True)
class ChangedRows(PlainFrames):
    """What the rows of a file change of those that are there; counts are rows of the file.

    Attributes
    ----------
    choice
        What the update may do.
    changes
        `CHANGE_COLUMNS` and distance_m (how far a geometry moved): each field that differs, each new and each
        gone row.
    writes
        The columns of the rows to be written, by frames of like columns.
    rows_changed, rows_same, rows_new, rows_conflict
        Rows of which something is written; of which nothing differs; that are made; of which nothing is
        written because people set the fields.
    assets_changed
        How many rows of the table are written.
    meant
        The ids in the network that the file speaks of.
    kept
        The fields that stay as people set them, by id.
    """

    choice: UpdateChoice
    changes: pd.DataFrame
    writes: tuple[pd.DataFrame, ...] = ()
    rows_changed: int = 0
    rows_same: int = 0
    rows_new: int = 0
    rows_conflict: int = 0
    assets_changed: int = 0
    meant: frozenset[str] = frozenset()
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def count(self, state: str) -> int:
        """Return how many lines of the list have a state."""
        return int((self.changes["state"] == state).sum())

    @property
    def gone(self) -> tuple[str, ...]:
        """The rows of the network that the file lacks."""
        return tuple(self.changes["asset"][self.changes["state"] == GONE].tolist())
