"""What the change log and the rows say after two writers have worked at the same time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, all_tables

# Bytes before the WKB of a blob, by the kind of its envelope.
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_HEADER_BYTES = 8
# Written by the store beside every change.
_EDITING = ("edited_by", "edited_on", "batch_id", "row_version")


@dataclass
class Seen:
    """What a person had seen when a Save was made.

    ``values`` are those that a field, by table, id and name, had when it was touched or asked about;
    ``restored`` the rows that came back by the person's own word, ``answered`` how many conflicts were.
    """

    values: dict[tuple[str, str, str], list[Any]] = field(default_factory=dict)
    restored: list[tuple[str, str]] = field(default_factory=list)
    answered: int = 0


@dataclass
class Verdict:
    """What was found: updates that were lost, and everything else that is not as it should be."""

    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    # Changes of a field, and how many of them a batch overwrote that had seen them.
    changes: int = 0
    overwritten: int = 0


def plain(value: Any, name: str) -> Any:
    """Return a value of the log or the table in one form."""
    if name == GEOMETRY_COLUMN and value is not None:
        raw = bytes.fromhex(value) if isinstance(value, str) else bytes(value)
        return raw[_HEADER_BYTES + _ENVELOPE_BYTES[(raw[3] >> 1) & 0b111] :].hex()
    return float(value) if isinstance(value, (int, float)) else value


def judge(
    path: str,
    basis: Mapping[str, int],
    known: Collection[str],
    seen: Mapping[str, Seen] = MappingProxyType({}),
) -> Verdict:
    """Replay the log: whatever anybody wrote is still there, or went with a batch that had seen it.

    Saves of QGIS itself overwrite what they like and are no batch; what they wrote must be kept all the same.

    Parameters
    ----------
    path
        The network.
    basis
        By batch that reported success: the newest entry of the log before it read anything.
    known
        The batches that were there before.
    seen
        By batch that was a Save: what the person had seen of what it overwrote.
    """
    verdict = Verdict()
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        verdict.wrong.append("the file is damaged")
    listed = {row["batch_id"]: row for row in database.execute("SELECT * FROM batch")}
    undone = {one: json.loads(row["facts"])["undone"] for one, row in listed.items() if row["kind"] == "undo"}
    verdict.wrong += [f"{one} reported success and is not there" for one in basis if one not in listed]
    # Opening measures pipes that were moved without their lengths.
    measured = {one for one, row in listed.items() if row["name"] == "length_stale"}
    # Opening counts rows again where GDAL kept a wrong number, as it does when QGIS's own Save is not alone:
    # no trigger was lost, and every row is compared with the log below.
    gaps = database.execute("SELECT after FROM change_log WHERE action = 'gap'").fetchall()
    is_count_only = not any(json.loads(row["after"])["lost"] for row in gaps)
    counted = {one for one, row in listed.items() if row["kind"] == "mend" and is_count_only}
    unreported = {*listed} - {*basis} - {*known} - measured - counted
    for one in sorted(unreported):
        told = ", ".join(filter(None, (listed[one]["kind"], listed[one]["name"], listed[one]["by"])))
        verdict.wrong.append(f"{one} ({told}) is there and nobody reported it")
    # By row and field: the entry that wrote it last, who that was, and the value.
    last: dict[tuple[str, str], dict[str, tuple[int, str | None, Any]]] = {}
    for entry in database.execute("SELECT * FROM change_log WHERE action <> 'gap' ORDER BY seq"):
        key = (entry["table"], entry["asset"])
        before = last.setdefault(key, {})
        after = json.loads(entry["after"]) if entry["after"] else {}
        touched = list(after) if entry["action"] == "update" else [*before]
        for name in touched:
            if name in before:
                _look(verdict, entry, name, before[name], basis, undone)
                _look_closer(verdict, entry, name, before[name], seen)
        id_field = all_tables()[entry["table"]].id_field
        if entry["action"] == "delete":
            after = dict.fromkeys([*before, ""])
        verdict.changes += len(after)
        values = {name: (entry["seq"], entry["batch"], plain(value, name)) for name, value in after.items()}
        if entry["action"] == "insert":
            # The log has no line of a new row: that of an earlier one with its id is not it.
            before = {name: value for name, value in before.items() if name != GEOMETRY_COLUMN}
        last[key[0], after.get(id_field) or key[1]] = {**before, **values}
    _compare(database, last, verdict)
    database.close()
    return verdict


def _look(
    verdict: Verdict,
    entry: sqlite3.Row,
    name: str,
    before: tuple[int, str | None, Any],
    basis: Mapping[str, int],
    undone: Mapping[str, str],
) -> None:
    """Judge one value that was written over."""
    seq, author, _value = before
    batch = entry["batch"]
    if batch is None or author == batch:
        return
    if batch in undone:
        # An undo takes back its own batch, and what undos of others put there.
        right = author == undone[batch] or author in undone
    else:
        right = seq <= basis.get(batch, seq)
    if right:
        verdict.overwritten += 1
    else:
        verdict.lost.append(
            f"{entry['table']} {entry['asset']} {name or entry['action']}: written by {author or 'a save'} "
            f"({seq}), lost to {batch} ({entry['seq']}), which had read up to {basis.get(batch)}"
        )


def _look_closer(
    verdict: Verdict,
    entry: sqlite3.Row,
    name: str,
    before: tuple[int, str | None, Any],
    seen: Mapping[str, Seen],
) -> None:
    """Judge a value that a Save wrote over: the person had seen that very value."""
    found = seen.get(entry["batch"])
    if found is None:
        return
    row = (entry["table"], entry["asset"])
    if entry["action"] == "insert" and not name and row not in found.restored:
        verdict.wrong.append(f"{row} is back from the dead by {entry['batch']}")
    values = found.values.get((*row, name))
    if entry["action"] != "insert" and values is not None and before[2] not in values:
        verdict.lost.append(
            f"{row} {name}: {before[2]!r} of {before[1]}, lost to {entry['batch']}, which had seen {values!r}"
        )


def _compare(
    database: sqlite3.Connection,
    last: Mapping[tuple[str, str], Mapping[str, tuple[int, str | None, Any]]],
    verdict: Verdict,
) -> None:
    """Compare what the log says of each row with the row."""
    for table, described in all_tables().items():
        if described.log != "rows":
            continue
        there = {row[described.id_field]: row for row in database.execute(f'SELECT * FROM "{table}"')}
        for (name, asset), fields in last.items():
            if name != table or asset not in there:
                continue
            for column, (seq, _batch, value) in fields.items():
                if not column or column in _EDITING or value is None:
                    continue
                found = plain(there[asset][column], column)
                if found != value:
                    text = f"{table} {asset} {column}: {found!r}, the log says {value!r} ({seq})"
                    verdict.wrong.append(text)
