"""Work that is open: nothing is closed before the map has been checked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from waternet_plugin.store.geopackage import connection

COLUMNS = (
    "table", "id", "type", "state", "since", "due", "team", "person", "asset", "note", "street", "compound"
)  # fmt: skip
# What was finished before the day on which the network was made is history: nobody checks a map for that.
_MADE_ON = "(SELECT coalesce(max(substr(value, 1, 10)), '') FROM wn_meta WHERE key = 'created_on')"
# Where the asset of an item stands, a pipe or a node.
_PIPE_STREET = "(SELECT street FROM pipe WHERE pipe_id = asset)"
_NODE_STREET = "(SELECT street FROM node WHERE node_id = asset)"
_COMPOUND = (
    "(SELECT coalesce(c.name, c.compound_id) FROM compound c WHERE c.compound_id = coalesce("
    "(SELECT compound_id FROM pipe WHERE pipe_id = {asset}),"
    " (SELECT compound_id FROM node WHERE node_id = {asset})))"
)
_ITEMS = (
    "SELECT 'work_item', item_id, type, coalesce(state, 'open'), opened_on, due_on, team, person, asset,"
    f" note, coalesce({_PIPE_STREET}, {_NODE_STREET}), {_COMPOUND.format(asset='asset')} FROM work_item"
    " WHERE coalesce(state, 'open') <> 'cancelled'"
    " AND ((closed_on IS NULL AND coalesce(state, 'open') <> 'done')"
    f" OR (gis_checked_on IS NULL AND coalesce(closed_on >= {_MADE_ON}, 1)))"
)
# Of a repair that was adopted the log has no value, or a batch that is no edit.
_REPAIRS = (
    "SELECT 'failure', failure_id, 'repair', 'under_way', repaired_on, NULL, NULL, NULL,"
    f" coalesce(pipe_id, reported_pipe_id), note, street, {_COMPOUND.format(asset='f.pipe_id')}"
    " FROM failure f WHERE repaired_on IS NOT NULL AND gis_checked_on IS NULL"
    f" AND (repaired_on >= {_MADE_ON} OR EXISTS (SELECT 1 FROM"
    " change_log l LEFT JOIN batch b ON b.batch_id = l.batch WHERE l.\"table\" = 'failure'"
    " AND l.asset = f.failure_id AND coalesce(b.kind, 'edit') = 'edit'"
    " AND json_extract(l.after, '$.repaired_on') IS NOT NULL))"
)


def open_work(path: Path) -> pd.DataFrame:
    """Return open work items and repairs; see ``Network.open_work``."""
    with connection.reading(path) as database:
        rows = database.execute(f"{_ITEMS} UNION ALL {_REPAIRS} ORDER BY 6 NULLS LAST, 5, 1, 2").fetchall()
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)
