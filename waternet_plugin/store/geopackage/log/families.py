"""What of a batch is in force: the batch, its undo, the undo of that, and so on are one family.

A batch and every second undo of it do something, the undos between take it back. Whether a row carries what
a batch did is told by the last entry of its family in the change log about that row: a row that an undo left
as it was is still in force, while the others of the batch are not.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Optional

from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store.changes.undo_results import Stays
from waternet_plugin.store.geopackage.databases import Database

Key = tuple[str, str]
# The entry of a zone that was marked to be tested again, and nothing else.
RETEST_MARK = '{"retest":"yes"}'

_FAMILY = (
    "WITH family(batch, root, sign) AS (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),"
    " CAST(json_extract(value, '$[2]') AS INTEGER) FROM json_each(?1))"
)


@dataclass(frozen=True)
class Families:
    """The root and the sign of every batch: 1 where it does what its root did, -1 where it takes it back."""

    roots: dict[str, str]
    signs: dict[str, int]
    as_json: str

    def of(self, root: str, sign: int) -> list[str]:
        """Return the batches of a family that have a sign, oldest first."""
        return [one for one, its in self.roots.items() if its == root and self.signs[one] == sign]


@dataclass(frozen=True)
class Standing:
    """How the rows of a batch are now.

    ``settled`` are those it was taken back from already, and tables without ids of which that is so;
    ``stays`` those that were changed later by something that is in force, the newest change of each.
    """

    settled: Collection[tuple[str, str | None]]
    stays: dict[Key, Stays]


def families(database: Database) -> Families:
    """Read the families of all batches."""
    roots: dict[str, str] = {}
    signs: dict[str, int] = {}
    for batch, kind, facts in database.execute("SELECT batch_id, kind, facts FROM batch ORDER BY fid"):
        # An undo that another program deprived of its facts stands for itself.
        told = stored_object(facts) if kind == "undo" else {}
        roots[batch] = told.get("root", batch)
        signs[batch] = -signs.get(told["undone"], 1) if "undone" in told else 1
    rows = [[batch, root, signs[batch]] for batch, root in roots.items()]
    return Families(roots, signs, json.dumps(rows))


def _settled_tables(database: Database, batch: str, known: Families) -> set[str]:
    """Return the tables without ids whose rows a batch was taken back from."""
    sql = (
        f'{_FAMILY} SELECT l."table", f.sign FROM family f JOIN change_log l ON l.batch = f.batch'
        " WHERE f.root = ?2 AND l.asset IS NULL AND l.action <> 'gap' ORDER BY l.seq"
    )
    last = dict(database.execute(sql, (known.as_json, known.roots[batch])).fetchall())
    return {name for name, sign in last.items() if sign != known.signs[batch]}


_Entry = tuple[int, str, str, str, str, str, Optional[str], int]


def _later(database: Database, batch: str, known: Families) -> list[_Entry]:
    """Return the later entries about the rows of a batch, oldest first.

    An entry that renames a row stands under the id before; it is about the row's new id as well.
    """
    told = 'l."table", {asset}, coalesce(l.batch, \'\'), l."by", l.at, f.root, coalesce(f.sign, 1)'
    family = "LEFT JOIN family f ON f.batch = l.batch WHERE l.action <> 'gap'"
    sql = (
        f'{_FAMILY}, mine AS (SELECT "table", asset, max(seq) AS last FROM change_log WHERE batch = ?2'
        f' AND asset IS NOT NULL GROUP BY "table", asset) SELECT l.seq, {told.format(asset="l.asset")}'
        ' FROM mine JOIN change_log l ON l."table" = mine."table" AND l.asset = mine.asset'
        f" AND l.seq > mine.last {family}"
    )
    found: list[_Entry] = database.execute(sql, (known.as_json, batch)).fetchall()
    firsts = 'SELECT "table", min(seq) FROM change_log WHERE batch = ? AND asset IS NOT NULL GROUP BY "table"'
    newest = 'SELECT max(seq) FROM change_log WHERE batch = ? AND "table" = ? AND asset = ?'
    for name, first in database.execute(firsts, (batch,)).fetchall():
        if name not in all_tables():
            continue
        field = all_tables()[name].id_field
        new_id = f"json_extract(l.after, '$.{field}')"
        sql = (
            f"{_FAMILY} SELECT l.seq, {told.format(asset=new_id)} FROM change_log l {family} AND l.seq > ?2"
            f" AND l.\"table\" = ?3 AND l.action = 'update' AND instr(l.after, '\"{field}\"')"
        )
        for entry in database.execute(sql, (known.as_json, first, name)).fetchall():
            (last,) = database.execute(newest, (batch, name, entry[2])).fetchone()
            if last is not None and entry[0] > last:
                found.append(entry)
    return sorted(found, key=lambda one: one[0])


def _is_marked_only(database: Database, batch: str, zone: str) -> bool:
    """Return whether a batch did nothing to a zone but to mark that it is to be tested again."""
    sql = "SELECT action, after FROM change_log WHERE batch = ? AND \"table\" = 'zone' AND asset = ?"
    return set(database.execute(sql, (batch, zone))) == {("update", RETEST_MARK)}


def standing(database: Database, batch: str, known: Families) -> Standing:
    """Return how the rows of a batch are now.

    Parameters
    ----------
    database
        The network.
    known
        The families of its batches.
    """
    own: dict[Key, int] = {}
    others: dict[Key, dict[str | None, tuple[int, int, Stays]]] = {}
    for seq, name, asset, other, by, at, root, sign in _later(database, batch, known):
        key = (str(name), str(asset))
        if root == known.roots[batch]:
            own[key] = sign
        else:
            others.setdefault(key, {})[root] = (sign, seq, Stays(*key, str(other), str(by), str(at)))
    settled: set[tuple[str, str | None]] = {key for key, sign in own.items() if sign != known.signs[batch]}
    stays = {}
    for key, found in others.items():
        in_force = [(seq, row) for sign, seq, row in found.values() if sign > 0]
        if in_force and key not in settled:
            if key[0] == "zone" and _is_marked_only(database, batch, key[1]):
                # Looked at again when the batch is taken back: a mark is not a reason to refuse that.
                settled.add(key)
            else:
                # By the number of the entry: a clock may have been put back.
                stays[key] = max(in_force, key=lambda found: found[0])[1]
    settled.update((name, None) for name in _settled_tables(database, batch, known))
    return Standing(settled, stays)


def left(database: Database, batch: str, known: Families) -> int:
    """Return how many rows carry what a batch did."""
    sql = "SELECT count(DISTINCT \"table\" || '/' || asset) FROM change_log WHERE batch = ?"
    total = int(database.execute(sql, (batch,)).fetchone()[0])
    settled = standing(database, batch, known).settled
    return total - sum(asset is not None for _name, asset in settled)


def left_of_all(database: Database) -> dict[str, int]:
    """Return how many rows carry what a batch did, where an undo left some of them as they were.

    Batches that others write between two questions are left out.
    """
    known = families(database)
    sql = "SELECT batch_id FROM batch WHERE kind = 'undo' AND json_extract(facts, '$.left') IS NOT NULL"
    roots = {known.roots[batch] for (batch,) in database.execute(sql) if batch in known.roots}
    undone = [batch for (batch,) in database.execute("SELECT batch_id FROM batch WHERE undone IS NOT NULL")]
    return {batch: left(database, batch, known) for batch in undone if known.roots.get(batch) in roots}


def settle(database: Database, batch: str, undo: str) -> None:
    """Mark what is taken back now: the batch, those of its family that did the same, and what they undid.

    Parameters
    ----------
    database
        The network, with the undo in the list of its batches.
    batch
        The batch that was taken back.
    undo
        The batch that did it.
    """
    known = families(database)
    root, sign = known.roots[batch], known.signs[batch]
    database.execute("UPDATE batch SET undone = ? WHERE batch_id = ?", (undo, batch))
    takers = known.of(root, sign)
    open_undos = "SELECT batch_id FROM batch WHERE undone IS NULL AND kind = 'undo' AND batch_id IN "
    same = database.execute(
        f"{open_undos} (SELECT value FROM json_each(?))", (json.dumps(takers),)
    ).fetchall()
    # What did the same as the batch has nothing left to take back, unless it did it to other rows.
    moot = [one for (one,) in same if not left(database, one, known)]
    database.executemany("UPDATE batch SET undone = ? WHERE batch_id = ?", [(undo, one) for one in moot])
    revived = "SELECT batch_id, kind FROM batch WHERE undone = ?"
    for one, kind in database.execute(revived, (batch,)).fetchall():
        by: str | None = undo
        if kind != "undo":
            # Some of it may have been taken back by an earlier undo, which is in force as before.
            settled = standing(database, one, known).settled
            by = _last_in_force(database, takers) if settled else None
        database.execute("UPDATE batch SET undone = ? WHERE batch_id = ?", (by, one))


def _last_in_force(database: Database, batches: Collection[str]) -> str | None:
    """Return the newest of some batches that is not undone."""
    sql = (
        "SELECT batch_id FROM batch WHERE batch_id IN (SELECT value FROM json_each(?)) AND undone IS NULL"
        " ORDER BY fid DESC LIMIT 1"
    )
    found = database.execute(sql, (json.dumps(list(batches)),)).fetchone()
    return None if found is None else str(found[0])
