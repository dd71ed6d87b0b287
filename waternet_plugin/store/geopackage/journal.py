"""Enter many rows in the change log at once, as their triggers would have one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from waternet_plugin.core.schema.tables import Table
from waternet_plugin.store.geopackage import rtree, triggers
from waternet_plugin.store.geopackage.sql import quoted

_LOG = "change_log"


def _note(
    database: sqlite3.Connection, table: Table, action: str, before: str, after: str, rule: str
) -> None:
    """Enter the rows of a table that a rule selects."""
    # Tables that are only added to have no id that stays: their entries name no asset.
    asset = f"{quoted(table.name)}.{quoted(table.id_field)}" if table.log == "rows" else "NULL"
    head = triggers.log_sql(
        table,
        action,
        asset,
        before,
        after,
        '(SELECT "by" FROM wn_session)',
        "(SELECT batch FROM wn_session)",
    )
    with rtree.without_triggers(database, _LOG):
        added = database.execute(f"{head} FROM {quoted(table.name)} {rule}").rowcount
        rtree.count_more(database, _LOG, added)


def note_made(
    database: sqlite3.Connection, table: Table, rule: str, *, known: Collection[str] | None = None
) -> None:
    """Enter rows that were made.

    Parameters
    ----------
    database
        Inside a transaction.
    table
        Their table.
    rule
        The end of a SELECT from that table: which rows, in which order.
    known
        The columns that hold anything; None for all of them.
    """
    whole = table.log == "batch"
    after = triggers.whole_row_sql(table, f"{quoted(table.name)}.", geometry=whole, names=known)
    _note(database, table, "insert", "NULL", after, rule)


def note_deleted(database: sqlite3.Connection, table: Table, rule: str) -> None:
    """Enter rows that are about to be deleted, with all they hold."""
    before = triggers.whole_row_sql(table, f"{quoted(table.name)}.", geometry=True)
    _note(database, table, "delete", before, "NULL", rule)
