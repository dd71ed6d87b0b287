"""Give rows back what they had before a batch changed them, each only where it is as the batch left it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from waternet_plugin.core.json_text import exact_object
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import triggers

# seq, table, asset, action, before and after.
Entry = tuple[int, str, str, str, Any, Any]


class _Change(NamedTuple):
    """What puts one row back: a statement with its parameters, and the ids that the row has and gets."""

    number: int
    sql: str
    parameters: Sequence[Any]
    ids: Collection[str]


def value_of(name: str, value: Any) -> Any:
    """Return a value of the log as SQLite keeps it."""
    return bytes.fromhex(value) if name == GEOMETRY_COLUMN and value is not None else value


def put_back(
    database: Database, described: Table, entries: Sequence[Entry], facts: Mapping[str, Any]
) -> list[Entry]:
    """Put rows back, one entry of the log after the other.

    Parameters
    ----------
    database
        In the transaction of the batch that does it.
    described
        The table, with the fields and codes of its users.
    entries
        Updates of its rows, last first.
    facts
        The editing columns that rows get.

    Returns
    -------
    list
        The entries of rows that are not as the batch left them, or that another program spoilt.
    """
    there = {*described.field_names, GEOMETRY_COLUMN}
    spoilt: set[int] = set()
    changes: list[_Change] = []
    for number, entry in enumerate(entries):
        before, after = exact_object(entry[4]), exact_object(entry[5])
        if not before or not after:
            spoilt.add(number)
            continue
        before, after = ({name: row[name] for name in row if name in there} for row in (before, after))
        # Of a field of one's own that is no more nothing is left to put back.
        if before:
            changes.append(_change(described, number, entry[2], before, after, facts))
    done = set(_run(database, changes))
    spoilt |= {change.number for change in changes if change.number not in done}
    return [entry for number, entry in enumerate(entries) if number in spoilt]


def _change(
    described: Table,
    number: int,
    asset: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    facts: Mapping[str, Any],
) -> _Change:
    sets = [f"{quoted(name)} = ?" for name in (*before, *facts)]
    values = [value_of(name, value) for name, value in before.items()] + list(facts.values())
    tests: list[str] = []
    for name, value in after.items():
        same = triggers.body_sql if name == GEOMETRY_COLUMN else str
        values.append(value_of(name, value))
        tests.append(f"{same(quoted(name))} IS {same(f'?{len(values)}')}")
    # The id may be among what changed: the row is the one that has the new id now.
    key = str(after.get(described.id_field, asset))
    values.append(key)
    tests.append(f"{quoted(described.id_field)} = ?{len(values)}")
    sql = f"UPDATE {quoted(described.name)} SET {','.join(sets)} WHERE {' AND '.join(tests)}"
    return _Change(number, sql, values, {asset, key, str(before.get(described.id_field, key))})


def _run(database: Database, changes: Iterable[_Change]) -> Iterator[int]:
    """Run statements in their order and yield the numbers of those that found their row."""
    if not isinstance(database, SchemaDatabase):
        for change in changes:
            if database.execute(change.sql, change.parameters).rowcount == 1:
                yield change.number
        return
    for sql, alike in _turns(changes):
        done = database.run_together(sql, [change.parameters for change in alike])
        yield from (alike[row].number for row in done)


def _turns(changes: Iterable[_Change]) -> Iterator[tuple[str, list[_Change]]]:
    """Yield statements with all that can be run at once: what is about the same row keeps its order."""
    next_turn: dict[str, int] = {}
    turns: dict[tuple[int, str], list[_Change]] = {}
    for change in changes:
        turn = max(next_turn.get(one, 0) for one in change.ids)
        next_turn.update(dict.fromkeys(change.ids, turn + 1))
        turns.setdefault((turn, change.sql), []).append(change)
    for turn, sql in sorted(turns):
        yield sql, turns[turn, sql]
