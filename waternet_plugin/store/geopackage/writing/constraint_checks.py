"""Hold what people typed to the constraints of its fields and to what a node of its kind has.

Hard constraints refuse a row; what soft ones warn of is counted, since not every value came by way of a form.
Edits are held to them. What is adopted or measured is written as the file has it, and checks report it.
"""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.schema.constraints import Constraint, Rule, constraints_of, kinds_of, refusal
from waternet_plugin.core.schema.tables import FID_COLUMN, Field, Table
from waternet_plugin.store.changes.unlikely_values import UnlikelyValues
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase, parts
from waternet_plugin.store.geopackage.sql import quoted

# Kinds of batches in which a person typed the values.
_FIELD = "field"
TYPED = frozenset({"edit", _FIELD})
# A crew says that its work is done; whether the map agrees is for the office to check, later.
_CHECKED_ON = "gis_checked_on"


def _rules(table: Table, given: set[str], kind: str) -> dict[str, Rule]:
    """Return the SQL of what breaks a rule, with the rule: a constraint, or a field only some kinds have."""
    next_year = str(datetime.date.today().year + 1)
    result: dict[str, Rule] = {
        f"NOT {rule.condition(next_year, table)}": rule
        for rule in constraints_of(table.name)
        if rule.hard and rule.columns & given and not (kind == _FIELD and rule.field == _CHECKED_ON)
    }
    for field in table.fields:
        if field.families and (field.name in given or "kind" in given):
            listed = ", ".join(f"'{kind}'" for kind in kinds_of(field.families, table))
            result[f'({quoted(field.name)} IS NOT NULL AND "kind" NOT IN ({listed}))'] = field
    return result


def check(
    database: Database,
    table: Table,
    columns: Iterable[str],
    batch_id: str,
    kind: str,
    by: str,
    keys: Sequence[Any],
) -> None:
    """Look at the rows a batch wrote.

    Parameters
    ----------
    database
        In the transaction of the batch.
    table
        The table that was written.
    columns
        The columns that were given.
    batch_id, kind
        The batch; only those of TYPED are held to the rules.
    by, keys
        The column that tells the rows, which has an index, and what it holds of those that were written.

    Raises
    ------
    RowRefusedError
        For a value that a hard constraint refuses, or that a node of its kind does not have.
    """
    if kind not in TYPED:
        return
    chunks = [part for part, _marks in parts(database, keys)]
    rules = _rules(table, set(columns), kind)
    if not rules:
        return
    node_kind = quoted("kind") if "kind" in table.field_names else "''"
    # One pass over the rows, whatever the number of rules; never over those of the whole table.
    answers = ", ".join(f"CASE WHEN {broken} THEN 1 ELSE 0 END" for broken in rules)
    sql = (
        f"SELECT {FID_COLUMN}, {quoted(table.id_field)}, {node_kind}, {answers} FROM {quoted(table.name)}"
        f" WHERE {quoted(by)} IN ({{}}) AND batch_id = ? AND ({' OR '.join(rules)})"
        f" ORDER BY {FID_COLUMN} LIMIT 1"
    )
    mark = "?" if by == FID_COLUMN else "CAST(? AS TEXT)"
    for part in chunks:
        found = database.execute(sql.format(", ".join([mark] * len(part))), (*part, batch_id)).fetchone()
        if found is not None:
            broken = next(rule for rule, answer in zip(rules.values(), found[3:]) if answer)
            raise refusal(table, broken, int(found[0]), str(found[1]), str(found[2]))


def broken_rules(table: Table, rows: Mapping[int, Row]) -> dict[int, list[tuple[frozenset[str], str]]]:
    """Return what rows of a crew, not written yet, would be refused for, by key: the fields, and why.

    Parameters
    ----------
    table
        The table as the network has it.
    rows
        Whole rows by any number.
    """
    names = [name for name in table.field_names if name != FID_COLUMN]
    rules = _rules(table, set(names), _FIELD)
    if not rules or not rows:
        return {}
    found: dict[int, list[tuple[frozenset[str], str]]] = {}
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"CREATE TABLE rows (wn_key, {', '.join(map(quoted, names))})")
        marks = ", ".join("?" * (len(names) + 1))
        values = [(key, *(_plain(row.get(name)) for name in names)) for key, row in rows.items()]
        database.executemany(f"INSERT INTO rows VALUES ({marks})", values)
        for broken, rule in rules.items():
            for (key,) in database.execute(f"SELECT wn_key FROM rows WHERE {broken}"):
                row = rows[key]
                asset, kind = str(row.get(table.id_field) or ""), str(row.get("kind") or "")
                error = refusal(table, rule, key, asset, kind)
                columns = frozenset({rule.name}) if isinstance(rule, Field) else rule.columns
                found.setdefault(key, []).append((columns, error.message))
    return found


def _plain(value: Any) -> Any:
    """Return a value as SQLite compares it: days and moments as texts."""
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def unlikely(
    database: Database, written: Sequence[tuple[Table, Mapping[int, Collection[str]]]]
) -> Iterator[UnlikelyValues]:
    """Yield what soft constraints warn of in rows that were written; a field left empty is none of it.

    Parameters
    ----------
    database
        In the transaction of the batch.
    written
        The tables that were written, each with the columns that were given of its rows, by ``fid``.
    """
    next_year = str(datetime.date.today().year + 1)
    rules: list[tuple[Table, Constraint]] = []
    questions: list[tuple[str, list[int]]] = []
    for table, given in written:
        for rule in constraints_of(table.name):
            fids = [fid for fid, names in given.items() if not rule.columns.isdisjoint(names)]
            if rule.hard or not fids:
                continue
            sql = (
                f"SELECT {len(rules)}, count(*), min({FID_COLUMN}) FROM {quoted(table.name)}"
                f" WHERE {FID_COLUMN} IN ({{}}) AND {quoted(rule.field)} IS NOT NULL"
                f" AND NOT {rule.condition(next_year, table)}"
            )
            rules.append((table, rule))
            questions += [(sql.format(marks), part) for part, marks in parts(database, fids)]
    counts: dict[int, int] = {}
    first: dict[int, int] = {}
    for number, count, fid in _answers(database, questions):
        if count:
            counts[number] = counts.get(number, 0) + count
            first[number] = min(fid, first.get(number, fid))
    for number, count in counts.items():
        table, rule = rules[number]
        sql = f"SELECT {quoted(table.id_field)} FROM {quoted(table.name)} WHERE {FID_COLUMN} = ?"
        yield UnlikelyValues(rule, count, str(database.execute(sql, (first[number],)).fetchone()[0]))


def _answers(
    database: Database, questions: Sequence[tuple[str, list[int]]]
) -> Iterator[tuple[int, int, int]]:
    """Yield the row of each question; a server is asked once, a file takes few parameters at a time."""
    if isinstance(database, SchemaDatabase) and questions:
        values = [value for _sql, part in questions for value in part]
        questions = [(" UNION ALL ".join(sql for sql, _part in questions), values)]
    for sql, part in questions:
        yield from database.execute(sql, part).fetchall()
