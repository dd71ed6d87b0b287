"""Work that is open: nothing is closed before the map has been checked."""

from __future__ import annotations

import pandas as pd

from waternet_plugin.store.geopackage.databases import Database

COLUMNS = (
    "table", "id", "type", "state", "since", "due", "team", "person", "asset", "note", "street", "compound",
    "visit",
)  # fmt: skip
# What was finished before the day on which the network was made is history: nobody checks a map for that.
_MADE_ON = "SELECT substr(value, 1, 10) FROM wn_meta WHERE key = 'created_on'"
_ALWAYS = "0001-01-01"
# Where the asset of an item stands, a pipe or a node.
_PIPE_STREET = "(SELECT street FROM pipe WHERE pipe_id = i.asset)"
_NODE_STREET = "(SELECT street FROM node WHERE node_id = i.asset)"
_COMPOUND = (
    "(SELECT coalesce(c.name, c.compound_id) FROM compound c WHERE c.compound_id = coalesce({own},"
    "(SELECT compound_id FROM pipe WHERE pipe_id = {asset}),"
    " (SELECT compound_id FROM node WHERE node_id = {asset})))"
)
# What a crew reported is not history, whatever its day.
_RECORDED = (
    "item_id IN (SELECT l.asset FROM batch b JOIN change_log l ON l.batch = b.batch_id"
    " WHERE b.kind IN ('work', 'field') AND l.\"table\" = 'work_item')"
)
# Whoever has closed an item has done it, whatever its state says.
_STATE = "CASE WHEN closed_on IS NULL THEN coalesce(state, 'open') ELSE 'done' END"
_ITEMS = (
    f"SELECT 'work_item', item_id, type, {_STATE}, opened_on, due_on, team, person, asset, note,"
    f" coalesce(i.street, {_PIPE_STREET}, {_NODE_STREET}),"
    f" {_COMPOUND.format(own='i.compound_id', asset='i.asset')}, visit FROM work_item i"
    " WHERE coalesce(state, 'open') <> 'cancelled'"
    " AND ((closed_on IS NULL AND coalesce(state, 'open') <> 'done')"
    f" OR (gis_checked_on IS NULL AND (closed_on IS NULL OR closed_on >= ?1 OR {_RECORDED})))"
)
# Of a repair that was adopted the log has no value, or a batch that is not an edit.
_REPAIRS = (
    "SELECT 'failure', failure_id, 'repair', 'under_way', repaired_on, NULL, NULL, NULL,"
    " coalesce(pipe_id, reported_pipe_id), note, street,"
    f" {_COMPOUND.format(own='NULL', asset='f.pipe_id')}, NULL"
    " FROM failure f WHERE repaired_on IS NOT NULL AND gis_checked_on IS NULL"
    " AND (repaired_on >= ?1 OR EXISTS (SELECT 1 FROM"
    " change_log l LEFT JOIN batch b ON b.batch_id = l.batch WHERE l.\"table\" = 'failure'"
    " AND l.asset = f.failure_id AND coalesce(b.kind, 'edit') = 'edit'"
    " AND json_extract(l.after, '$.repaired_on') IS NOT NULL))"
)


def open_work(database: Database) -> pd.DataFrame:
    """Return open work items and repairs; see ``Network.open_work``."""
    made_on = (database.execute(_MADE_ON).fetchone() or (_ALWAYS,))[0]
    sql = f"{_ITEMS} UNION ALL {_REPAIRS} ORDER BY 6 NULLS LAST, 5, 1, 2"
    rows = database.execute(sql, (made_on,)).fetchall()
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
