"""What others changed in a schema since a batch's basis was read, while they may still write."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from waternet_plugin.core.errors import Conflict
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.schema.tables import Table, all_tables
from waternet_plugin.store.geopackage.log import named_rows
from waternet_plugin.store.geopackage.log.write_conflicts import Others
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.postgis.asking import log_positions
from waternet_plugin.store.postgis.server_database import ServerDatabase


class SchemaOthers(Others):
    """What others changed between a position and each look of a batch, while still others write.

    Parameters
    ----------
    database
        In the transaction of the batch.
    seen
        The position before the batch's basis was read.
    """

    def __init__(self, database: ServerDatabase, seen: str) -> None:
        self._database = self._server = database
        self._stamp, self._snapshot = log_positions.parts_of(seen)
        self._found: dict[str, set[int]] = {}
        self._untold: dict[str, None] = {}
        self._conflicts: dict[int, Conflict] = {}

    def look(self, of: Table, ids: Iterable[str]) -> None:
        """Note which rows were changed by others, and let nobody else change them until the batch ends."""
        wanted = json.dumps([str(one) for one in ids])
        if not self._snapshot:
            self._untold[of.name] = None
            return
        name, column = quoted(of.name), quoted(of.id_field)
        listed = "(SELECT value FROM json_each(%s))"
        # In one order, so that two who want the same rows wait for one another and not both for ever. The log
        # is asked by a statement of its own, which sees what was committed while this one waited.
        hold = f"SELECT 1 FROM {name} WHERE {column} IN {listed} ORDER BY fid FOR UPDATE; "
        new_id = f"json_extract(after, '$.{of.id_field}')"
        entries = (
            'SELECT seq, asset, action, after, "by" AS login, at, batch FROM change_log'
            f' WHERE {log_positions.UNSEEN} AND tx <> pg_current_xact_id() AND "table" = %s'
            f" AND (asset IN {listed} OR (action = 'update' AND {new_id} IN {listed}))"
        )
        sql = (
            f"{hold}SELECT s.value, l.seq, l.asset, l.action, l.after, l.login, l.at, coalesce(l.batch, '')"
            f" FROM (VALUES (({log_positions.STAMP}))) s (value) LEFT JOIN ({entries}) l ON true"
            " ORDER BY l.seq"
        )
        asked = (wanted, self._snapshot, self._snapshot, of.name, wanted, wanted)
        for stamp, seq, asset, action, after, by, at, batch in self._server.native(sql, *asked):
            if stamp != self._stamp:
                self._untold[of.name] = None
                return
            if seq is None:
                return
            fields = tuple(stored_object(after)) if action == "update" else ()
            conflict = Conflict(of.name, str(asset), fields, str(by), str(at), str(batch), str(action))
            self._conflicts[int(seq)] = conflict
            self._found.setdefault(of.name, set()).add(int(seq))

    def look_at_names(self, batch: str, tables: Collection[str]) -> None:
        """Let nobody take away what the batch names until it ends, then look."""
        of_target: dict[str, list[str]] = {}
        for reference, target in named_rows.logged_references():
            if reference.table in tables:
                name = f"string_to_array(r.{quoted(reference.field)}, ';')" if reference.is_list else ""
                name = f"unnest({name})" if name else f"r.{quoted(reference.field)}"
                of_target.setdefault(target, []).append(
                    named_rows.naming_sql(reference, name, "l.batch = ?1")
                )
        for target, statements in of_target.items():
            column = quoted(all_tables()[target].id_field)
            # What the batch itself wrote is held already.
            self._server.run_along(
                f"SELECT 1 FROM {quoted(target)} WHERE {column} IN ({' UNION ALL '.join(statements)})"
                " AND batch_id IS NOT ?1 ORDER BY fid FOR KEY SHARE",
                (batch,),
            )
        unseen = log_positions.UNSEEN.replace("%s", "?").replace("tx", "l.tx")
        if self._snapshot:
            theirs = f"{unseen} AND l.tx <> pg_current_xact_id()"
            self._note_crossed(batch, (theirs, (self._snapshot, self._snapshot)))

    def _conflict(self, seq: int) -> Conflict:
        return self._conflicts.get(seq) or super()._conflict(seq)
