"""Valves that a work order had closed or opened: they stand so once the order is done."""

from __future__ import annotations

import json

from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.writing.write_session import WriteSession

# By kinds of scenario_device that are there already.
_STATE_OF = {"close": "closed", "open": "open"}
_DONE = "coalesce(i.state, '') <> 'cancelled' AND (i.state = 'done' OR i.closed_on IS NOT NULL)"


def set_states(database: Database, session: WriteSession) -> None:
    """Enter valves as the orders that a batch ends had them set; what the batch says of a valve stays.

    Parameters
    ----------
    database
        In the transaction of the batch, with all its rows.
    """
    if "work_item" not in session.tables:
        return
    sql = (
        "SELECT d.node_id, d.kind, date(coalesce(i.closed_on, ?2)), l.before, i.state, i.closed_on"
        " FROM change_log l JOIN work_item i ON i.item_id = l.asset"
        " JOIN scenario_device d ON d.device_id = i.source_id"
        f" WHERE l.batch = ?1 AND l.\"table\" = 'work_item' AND d.node_id IS NOT NULL AND {_DONE}"
        " ORDER BY l.seq"
    )
    rows = []
    for node, kind, day, before, *now in database.execute(sql, (session.batch_id, session.at)):
        if kind in _STATE_OF and not _was_done(before, *now):
            rows.append((_STATE_OF[kind], day, node))
    told = _told_of(database, session)
    rows = [row for row in rows if row[2] not in told]
    facts = (session.by, session.at, session.batch_id)
    database.executemany(
        "UPDATE node SET valve_state = ?, operated_on = ?, edited_by = ?, edited_on = ?, batch_id = ?"
        " WHERE node_id = ?",
        [(state, day, *facts, node) for state, day, node in rows],
    )
    if rows:
        session.touched("node", len(rows))


def _was_done(before: str | None, state: str | None, closed_on: str | None) -> bool:
    """Return whether an order was done before the batch; a field that it left alone is as it is now."""
    row = {"state": state, "closed_on": closed_on, **json.loads(before or "{}")}
    return row["state"] == "done" or (row["closed_on"] is not None and row["state"] != "cancelled")


def _told_of(database: Database, session: WriteSession) -> set[str]:
    """Return the nodes whose valve the batch itself says to stand open or closed."""
    sql = (
        "SELECT asset FROM change_log WHERE batch = ? AND \"table\" = 'node'"
        " AND instr(after, '\"valve_state\"')"
    )
    return {str(asset) for (asset,) in database.execute(sql, (session.batch_id,))}
