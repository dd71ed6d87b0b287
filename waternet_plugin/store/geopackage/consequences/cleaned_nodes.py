"""Nodes that crews cleaned: their last cleaning follows the work items that a batch closes.

The later day counts, of the node's own and of its cleanings that are done. Where a cleaning is opened again,
deleted or gets another day, a day that only came from it is taken back.
"""

from __future__ import annotations

import datetime
from typing import Optional

from waternet_plugin.core.schema.constraints import kinds_of
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.sql import literal
from waternet_plugin.store.geopackage.tables import own_columns
from waternet_plugin.store.geopackage.writing.write_session import WriteSession

_DONE = "coalesce(i.state, '') <> 'cancelled' AND (i.state = 'done' OR i.closed_on IS NOT NULL)"
# Nodes of work items that the batch changes, as they are now and as they were.
_TOUCHED = (
    "SELECT i.asset FROM change_log l JOIN work_item i ON i.item_id = l.asset"
    " WHERE l.batch = ?1 AND l.\"table\" = 'work_item' AND i.asset IS NOT NULL"
    " UNION SELECT json_extract(l.before, '$.asset') FROM change_log l"
    " WHERE l.batch = ?1 AND l.\"table\" = 'work_item' AND json_extract(l.before, '$.asset') IS NOT NULL"
)
# What the batch itself says of a cleaning stays.
_ENTERED = (
    "SELECT asset FROM change_log WHERE batch = ?1 AND \"table\" = 'node'"
    " AND (instr(after, '\"cleaned_on\"') OR instr(before, '\"cleaned_on\"'))"
)
# A node, its last cleaning, and the newest of its work items; days to come are typing errors, but for the
# hours by which the clocks of the earth differ. One that is done without a day is done today.
_NEWEST = (
    "SELECT n.node_id, date(n.cleaned_on), (SELECT max(coalesce(date(i.closed_on), date(?2)))"
    f" FROM work_item i WHERE i.asset = n.node_id AND i.type IN ({{types}}) AND {_DONE}"
    " AND coalesce(date(i.closed_on), date(?2)) <= date(?2, '+1 day')"
    " AND (i.closed_on IS NOT NULL OR i.batch_id = ?1))"
    f" FROM node n WHERE n.node_id IN ({_TOUCHED}) AND n.node_id NOT IN ({_ENTERED})"
    " AND n.kind IN ({kinds})"
)
# The last cleaning of a node before and after each change, newest first; whether it followed work items, of
# which it then is the only column and stands behind them, and whether an undo brought it back.
_CHANGES = (
    "SELECT json_extract(l.before, '$.cleaned_on'), json_extract(l.after, '$.cleaned_on'),"
    " l.after = json_object('cleaned_on', json_extract(l.after, '$.cleaned_on')) AND EXISTS (SELECT 1"
    " FROM change_log w WHERE w.batch = l.batch AND w.\"table\" = 'work_item' AND w.seq < l.seq),"
    " EXISTS (SELECT 1 FROM batch b WHERE b.batch_id = l.batch AND b.kind = 'undo') FROM change_log l"
    " WHERE l.\"table\" = 'node' AND l.asset = ? AND instr(l.after, '\"cleaned_on\"') ORDER BY l.seq DESC"
)


def set_days(database: Database, session: WriteSession) -> None:
    """Enter the last cleaning of nodes whose cleaning a batch records as done, or takes back.

    Parameters
    ----------
    database
        In the transaction of the batch, with all its rows.
    """
    if "work_item" not in session.tables:
        return
    today = datetime.date.today().isoformat()
    node = own_columns.described(database, "node")
    types = own_columns.described(database, "work_item").field("type").counting_as(("clean",))
    kinds = kinds_of(node.field("cleaned_on").families, node)
    types_sql, kinds_sql = (", ".join(map(literal, codes)) for codes in (types, kinds))
    sql = _NEWEST.format(types=types_sql, kinds=kinds_sql)
    if isinstance(database, SchemaDatabase):
        # Whoever enters a day of one of them at this moment is waited for: theirs may be the later.
        held = f"SELECT 1 FROM node WHERE node_id IN ({_TOUCHED}) ORDER BY fid FOR UPDATE"
        database.execute(held, (session.batch_id,))
    rows = []
    for name, day, newest in database.execute(sql, (session.batch_id, today)).fetchall():
        own = day if newest is not None and newest >= (day or "") else _own_day(database, name, day)
        now = max(filter(None, (own, newest)), default=None)
        if now != day:
            rows.append((now, session.by, session.at, session.batch_id, name))
    database.executemany(
        "UPDATE node SET cleaned_on = ?, edited_by = ?, edited_on = ?, batch_id = ? WHERE node_id = ?", rows
    )
    if rows:
        session.touched("node", len(rows))


def _own_day(database: Database, name: str, day: Optional[str]) -> Optional[str]:
    """Return the last cleaning of a node as a person or a file gave it, without what followed work items."""
    for before, after, has_followed, is_undone in database.execute(_CHANGES, (name,)).fetchall():
        # Beside what an undo took back stands the change that first gave the day.
        if after != day or is_undone:
            continue
        if not has_followed:
            break
        day = before
    return day
