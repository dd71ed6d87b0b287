"""Gaps of the change log: while no trigger watched over a table, what was written is in no batch."""

from __future__ import annotations

import json
from collections.abc import Sequence

from waternet_plugin.core.schema.tables import FID_COLUMN, Table
from waternet_plugin.core.texts import listed
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.sql import now, quoted
from waternet_plugin.store.geopackage.writing import write_session
from waternet_plugin.store.user import UNKNOWN_CLIENT


def note(database: Database, table: Table, lost: Sequence[str]) -> None:
    """Enter a gap of a table that had lost triggers of some names."""
    rows = database.execute(f"SELECT count(*), max({FID_COLUMN}) FROM {quoted(table.name)}").fetchone()
    told = json.dumps({"lost": list(lost), "rows": rows[0], "last_fid": rows[1]})
    database.execute(
        'INSERT INTO change_log ("table", action, after, "by", at) VALUES (?, ?, ?, ?, ?)',
        (table.name, "gap", told, UNKNOWN_CLIENT, now()),
    )


def note_mending(database: Database, touched: Sequence[str]) -> None:
    """List what was put back among the batches, so that the gap in the log shows there too."""
    if touched:
        current = write_session.begin(database, UNKNOWN_CLIENT)
        write_session.finish(database, current, kind="mend", name=listed(touched), facts=None)
