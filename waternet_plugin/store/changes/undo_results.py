"""What an undo of a batch would do, and what it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Stays:
    """A row that an undo leaves as it is: what changed it later ('' for an edit without a batch), who, when.

    ``by`` and ``at`` are '' where the change log does not know.
    """

    table: str
    asset: str
    batch: str
    by: str
    at: str


@dataclass(frozen=True)
class Dependents:
    """Rows of a table whose ``field`` names rows of ``target`` that an undo takes away.

    ``assets`` are their ids; where the table has none, what they name.
    """

    table: str
    field: str
    target: str
    rows: int
    assets: tuple[str, ...]


@dataclass(frozen=True)
class Undoing:
    """What an undo of a batch would do: rows by table it takes back, what stays, and what depends on it.

    ``needed`` are further rows (table, id) that stay, because those in ``stays`` can't be without them.
    ``later`` counts by table the rows whose later changes go where all of the batch is taken back,
    ``later_batches`` are the batches that changed them, '' for edits without a batch.
    """

    batch_id: str
    kind: str
    rows: Mapping[str, int]
    stays: tuple[Stays, ...]
    dependents: tuple[Dependents, ...]
    needed: tuple[tuple[str, str], ...] = ()
    later: Mapping[str, int] = field(default_factory=dict)
    later_batches: tuple[str, ...] = ()


@dataclass(frozen=True)
class Undone:
    """What an undo did: its own batch, the batch it took back, and how many rows that touched.

    ``left`` are the rows (table, id) that stay as they are, ``orphans`` those that name a row that is gone.
    """

    batch_id: str
    undone_batch: str
    rows: int
    left: tuple[tuple[str, str], ...] = ()
    orphans: tuple[Dependents, ...] = ()
