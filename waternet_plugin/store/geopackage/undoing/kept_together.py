"""What rows that an undo leaves as they are need: nodes, the survey behind them, what was verified of them.

A pipe that was changed later stays with its nodes, its verifications and photos, and with the survey that
measured it; so does a pipe that somebody verified later. Parts of a pipe that the batch split stay together.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from waternet_plugin.core.schema.tables import table
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.undoing import dependents

Row = tuple[str, str]

# Whose field names what it can't be without.
_NEEDS = (
    ("pipe", "from_node", "node"),
    ("pipe", "to_node", "node"),
    ("pipe", "survey_batch", "survey_batch"),
    ("node", "survey_batch", "survey_batch"),
    ("verification", "survey_batch", "survey_batch"),
    ("attachment", "survey_batch", "survey_batch"),
    ("verification", "photos", "attachment"),
)
# Whose field names a row that it speaks of, and goes or stays with.
EVIDENCE = (
    ("verification", "pipe_id", "pipe"),
    ("attachment", "asset", "pipe"),
    ("attachment", "asset", "node"),
)
_LISTED = "(SELECT value FROM json_each(?))"
# Rows of survey files have no ids: they stay where a file of the batch does.
SURVEY_ROWS: tuple[str, None] = ("survey_row", None)


def needed(
    database: Database, batch: str, stays: Iterable[Row], kept: Collection[tuple[str, str | None]]
) -> set[tuple[str, str | None]]:
    """Return the rows of a batch that have to stay with those that an undo of it leaves.

    Parameters
    ----------
    database
        The network, in which the batch is in force.
    stays
        Rows that were changed later.
    kept
        These and the rows from which the batch was taken back already.
    """
    going = {name: set(ids) for name, ids in dependents.going(database, batch, kept).items()}
    parts = _Parts(database, batch)
    found: set[tuple[str, str | None]] = set()
    fresh = {*stays, *(("pipe", one) for one in _verified_later(database, batch, going.get("pipe", set())))}
    found |= fresh - set(stays)
    while fresh:
        more = {*_named(database, fresh, going), *_speaking(database, fresh, going), *parts.of(fresh)}
        fresh = more - found - set(kept)
        found |= fresh
    return found | _ledger((*found, *stays))


def named(
    database: Database, batch: str, stays: Iterable[Row], kept: Collection[tuple[str, str | None]]
) -> set[tuple[str, str | None]]:
    """Return the rows of a batch that rows which stay name, and what those name; see ``needed``."""
    going = {name: set(ids) for name, ids in dependents.going(database, batch, kept).items()}
    found: set[tuple[str, str | None]] = set()
    fresh: set[Row] = set(stays)
    while fresh:
        fresh = _named(database, fresh, going) - found
        found |= fresh
    return found | _ledger(found)


def _ledger(rows: Iterable[tuple[str, str | None]]) -> set[tuple[str, str | None]]:
    """Return the rows of survey files where a file is among some rows."""
    return {SURVEY_ROWS} if any(name == "survey_batch" for name, _asset in rows) else set()


def _ids_of(rows: Iterable[Row], name: str) -> list[str]:
    return sorted(asset for one, asset in rows if one == name)


def _named(database: Database, rows: set[Row], going: dict[str, set[str]]) -> set[Row]:
    """Return the rows that go and that some rows name."""
    found: set[Row] = set()
    for name, field, target in _NEEDS:
        ids, gone = _ids_of(rows, name), going.get(target)
        if ids and gone:
            key = quoted(table(name).id_field)
            sql = f"SELECT {quoted(field)} FROM {quoted(name)} WHERE {key} IN {_LISTED}"
            for (value,) in database.execute(sql, (json.dumps(ids),)):
                found |= {(target, one) for one in str(value or "").split(";") if one in gone}
    return found


def _speaking(database: Database, rows: set[Row], going: dict[str, set[str]]) -> set[Row]:
    """Return the rows that go and that speak of some rows."""
    found: set[Row] = set()
    for name, field, target in EVIDENCE:
        ids, gone = _ids_of(rows, target), going.get(name)
        if ids and gone:
            key = quoted(table(name).id_field)
            sql = f"SELECT {key} FROM {quoted(name)} WHERE {quoted(field)} IN {_LISTED}"
            found |= {(name, one) for (one,) in database.execute(sql, (json.dumps(ids),)) if one in gone}
    return found


def _verified_later(database: Database, batch: str, pipes: set[str]) -> set[str]:
    """Return the pipes that another batch verified."""
    if not pipes:
        return set()
    sql = f"SELECT pipe_id FROM verification WHERE batch_id IS NOT ? AND pipe_id IN {_LISTED}"
    return {str(one) for (one,) in database.execute(sql, (batch, json.dumps(sorted(pipes))))}


class _Parts:
    """Pipes of a batch that meet at a node of it, and which of them it cut: they are parts of one pipe."""

    def __init__(self, database: Database, batch: str) -> None:
        self._at: dict[str, set[str]] = {}
        self._ends: dict[str, tuple[str, ...]] = {}
        log = 'SELECT DISTINCT asset FROM change_log WHERE batch = ? AND "table" = ? AND '
        cut = log + "action = 'update' AND instr(after, '\"geom\":')"
        self._cut = {str(one) for (one,) in database.execute(cut, (batch, "pipe"))}
        if not self._cut:
            return
        nodes = {str(one) for (one,) in database.execute(log + "action = 'insert'", (batch, "node"))}
        sql = (
            "SELECT pipe_id, from_node, to_node FROM pipe WHERE pipe_id IN"
            " (SELECT asset FROM change_log WHERE batch = ? AND \"table\" = 'pipe')"
        )
        for pipe, *ends in database.execute(sql, (batch,)):
            self._ends[pipe] = tuple(one for one in ends if one in nodes)
            for node in self._ends[pipe]:
                self._at.setdefault(node, set()).add(pipe)

    def of(self, rows: set[Row]) -> set[Row]:
        """Return the other parts of pipes among some rows."""
        found: set[Row] = set()
        for pipe in _ids_of(rows, "pipe"):
            for node in self._ends.get(pipe, ()):
                found |= {("pipe", one) for one in self._at[node] if pipe in self._cut or one in self._cut}
        return found
