"""What a row was: its entries of the change log in one line of life, and the row before any of them.

The log knows a row by the id it had when it was changed. A row keeps its number (``fid``) whatever becomes of
its id, also when an undo brings it back, so a deleted row and a new one of the same id can be told apart.
Values are as the log keeps them: JSON, a geometry as the hexadecimal blob of a GeoPackage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional, Protocol

from waternet_plugin.core.schema.tables import FID_COLUMN

LoggedRow = Mapping[str, Any]


@dataclass(frozen=True)
class LogEntry:
    """One entry of the change log about a row: ``by``, ``at`` (UTC, ISO 8601) and ``batch_id`` may be ''.

    ``before`` and ``after`` hold what changed; of a deleted row all of it, of a new one what it knew, without
    its geometry; of a row that was made in bulk nothing.
    """

    seq: int
    at: str
    by: str
    batch_id: str
    asset: str
    action: str
    before: LoggedRow
    after: LoggedRow


class TableLog(Protocol):
    """The log of one table and its rows, however they are read."""

    id_field: str

    def row_number(self, asset: str) -> Optional[int]:
        """Return the number of the row that has an id now, None where there is none."""

    def of_asset(self, asset: str, below: Optional[int]) -> Sequence[LogEntry]:
        """Return the entries under an id, newest first; only those before an entry if one is given."""

    def renamed_to(self, asset: str, above: int, below: Optional[int]) -> Optional[LogEntry]:
        """Return the last entry between two others that gave a row this id."""


@dataclass(frozen=True)
class RowLife:
    """A row and what is recorded of it, newest first.

    Parameters
    ----------
    asset
        The id it has now, or had last.
    is_there
        Whether it is in the network.
    fid
        Its number; None where that is not known.
    entries
        Its entries of the log.
    """

    asset: str
    is_there: bool
    fid: Optional[int]
    entries: tuple[LogEntry, ...]


def life_of(log: TableLog, asset: str) -> RowLife:
    """Return the life of the row that has an id; of the last one that had it where none has it now."""
    name, met = asset, {asset}
    fid = log.row_number(name)
    while fid is None:
        newest = next(iter(log.of_asset(name, None)), None)
        following = None if newest is None else _new_id(newest, log.id_field)
        if following is None or following in met:
            break
        name = following
        met.add(name)
        fid = log.row_number(name)
    return _walked_back(log, name, fid)


def _new_id(entry: LogEntry, id_field: str) -> Optional[str]:
    """Return the id that a row was given in an entry, None where it kept its own."""
    value = entry.after.get(id_field) if entry.action == "update" else None
    return None if value is None or value == entry.asset else str(value)


def _walked_back(log: TableLog, last_name: str, number: Optional[int]) -> RowLife:
    """Go back from the newest entry of a row to its first one."""
    found: list[LogEntry] = []
    name, fid, is_there = last_name, number, number is not None
    below: Optional[int] = None
    while True:
        cut = 0
        for entry in log.of_asset(name, below):
            is_end = entry.action == "delete" or _new_id(entry, log.id_field) is not None
            if is_there and is_end:
                # Somebody else's row had this id before: ours got it later.
                cut = entry.seq
                break
            if entry.action == "delete":
                its = entry.before.get(FID_COLUMN)
                if fid is not None and its is not None and its != fid:
                    return RowLife(last_name, number is not None, fid, tuple(found))
                fid = its if fid is None else fid
            elif is_end:
                return RowLife(last_name, number is not None, fid, tuple(found))
            found.append(entry)
            below, is_there = entry.seq, entry.action != "insert"
        renamed = log.renamed_to(name, cut, below) if is_there else None
        if renamed is None:
            return RowLife(last_name, number is not None, fid, tuple(found))
        found.append(renamed)
        name, below = renamed.asset, renamed.seq


def row_before(now: Optional[LoggedRow], entries: Iterable[LogEntry], seq: int) -> Optional[dict[str, Any]]:
    """Return a row as it was before an entry of the log; None where it was not there.

    Parameters
    ----------
    now
        The row as it is; None where it is not there.
    entries
        Its entries, newest first.
    seq
        The number of the entry; any of the log's, not only the row's own.
    """
    row = None if now is None else dict(now)
    for entry in entries:
        if entry.seq < seq:
            break
        if entry.action == "insert":
            row = None
        elif entry.action == "delete":
            row = dict(entry.before)
        elif entry.action == "update":
            row = {**(row or {}), **entry.before}
    return None if row is None else {name: value for name, value in row.items() if value is not None}
