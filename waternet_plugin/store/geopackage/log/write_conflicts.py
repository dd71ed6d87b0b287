"""What others changed since a write's basis was read: such rows are never overwritten unseen.

A conflict is judged by the row, not by the field: what a repair or a match writes into one field of a row
was computed from the others. The log says who changed a row, whatever program it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Optional

from waternet_plugin.core.errors import Conflict, ConflictError
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, table
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.log import named_rows

# The newest entry with its time: another network in the same place, such as a backup, has another one.
_POSITION = "SELECT seq || ' ' || coalesce(at, '') FROM change_log"
_NOTHING_YET = "0 "
# As many rows of the list go into the details.
_MOST_DETAILS = 1000


def position(database: Database) -> str:
    """Return the newest entry of the change log as the text that ``Others`` takes."""
    if isinstance(database, SchemaDatabase):
        return database.position()
    row = database.execute(f"{_POSITION} ORDER BY seq DESC LIMIT 1").fetchone()
    return str(row[0]) if row else _NOTHING_YET


def known_entry(database: Database, seen: str) -> Optional[int]:
    """Return the entry of the log that a position names; None where the log tells of another network.

    A number alone, as older versions stored it, names an entry whatever its time.
    """
    if isinstance(database, SchemaDatabase):
        return database.known_entry(seen)
    number, blank, _at = seen.partition(" ")
    if not number:
        return 0
    entry = int(number)
    if not blank:
        sql = "SELECT ? = 0 OR EXISTS (SELECT 1 FROM change_log WHERE seq = ?)"
        return entry if database.execute(sql, (entry, entry)).fetchone()[0] else None
    row = database.execute(f"{_POSITION} WHERE seq = ?", (entry,)).fetchone()
    return entry if (str(row[0]) if row else _NOTHING_YET) == seen else None


class Others:
    """What others changed between a position and the beginning of a batch.

    Parameters
    ----------
    database
        In the transaction of the batch, before it writes: nobody else can write from here on.
    seen
        The position before the batch's basis was read.
    """

    def __init__(self, database: Database, seen: str) -> None:
        self._database = database
        self._first = int(seen.partition(" ")[0] or 0)
        now = position(database)
        self._last = int(now.partition(" ")[0])
        self._is_known = known_entry(database, seen) is not None
        self._changed: dict[str, Mapping[str, list[int]]] = {}
        # What stands in the way: entries of the log by table, and tables of which the log can't tell.
        self._found: dict[str, set[int]] = {}
        self._untold: dict[str, None] = {}

    @property
    def are_in_the_way(self) -> bool:
        """Whether a row that was looked at was changed by others: the batch will be refused."""
        return bool(self._found or self._untold)

    def look(self, of: Table, ids: Iterable[str]) -> None:
        """Note which rows were changed, renamed, deleted or made by others; `refuse` tells of all of them."""
        if (self._is_known and self._first == self._last) or of.name in self._untold:
            return
        changed = self._of(of)
        entries = {seq for one in ids for seq in changed.get(str(one), ())} if changed else set()
        if entries:
            self._found.setdefault(of.name, set()).update(entries)

    def look_at_names(self, batch: str, tables: Collection[str]) -> None:
        """Note what others deleted, renamed or moved that the batch names, and what names what it does so to.

        Parameters
        ----------
        batch
            Its id; all its rows are written.
        tables
            Those that it wrote.
        """
        if self._is_known and self._first != self._last:
            self._note_crossed(batch, ("l.seq > ? AND l.seq <= ?", (self._first, self._last)))

    def _note_crossed(self, batch: str, theirs: named_rows.Entries) -> None:
        mine = ("l.batch = ?", (batch,))
        for name, seq in named_rows.crossed(self._database, mine, theirs):
            self._found.setdefault(name, set()).add(seq)

    def refuse(self) -> None:
        """Refuse the batch where others changed rows of it.

        Raises
        ------
        ConflictError
            With everything that was done to the rows of every table that was looked at.
        """
        if not self.are_in_the_way:
            return
        found = [self._conflict(seq) for seq in sorted(set().union(*self._found.values()))]
        said = [_sentence(table(name), [one for one in found if one.table == name]) for name in self._found]
        said += [_untold_sentence(table(name)) for name in self._untold]
        said.append(
            tr("Nothing was written; look at what was changed, then run this again.")
            if found
            else tr("Nothing was written; run this again.")
        )
        details = tuple(_line(table(one.table), one) for one in found[:_MOST_DETAILS])
        raise ConflictError(joined(said), conflicts=tuple(found), details=details)

    def _of(self, table: Table) -> Mapping[str, list[int]]:
        """Return the entries of the log about each row of a table, read once a batch."""
        if table.name not in self._changed:
            if not self._is_known:
                self._untold[table.name] = None
                return {}
            found: dict[str, list[int]] = {}
            sql = (
                "SELECT seq, action, asset, CASE WHEN action = 'update' THEN json_extract(after, ?1) END"
                ' FROM change_log WHERE seq > ?2 AND seq <= ?3 AND +"table" = ?4 ORDER BY seq'
            )
            rows = self._database.execute(sql, (f"$.{table.id_field}", self._first, self._last, table.name))
            for seq, action, *names in rows:
                if action == "gap":
                    self._untold[table.name] = None
                    return {}
                for name in names:
                    if name is not None:
                        found.setdefault(str(name), []).append(seq)
            self._changed[table.name] = found
        return self._changed[table.name]

    def _conflict(self, seq: int) -> Conflict:
        sql = (
            'SELECT "table", asset, action, after, "by", at, coalesce(batch, \'\')'
            " FROM change_log WHERE seq = ?"
        )
        name, asset, action, after, by, at, batch = self._database.execute(sql, (seq,)).fetchone()
        fields = tuple(stored_object(after)) if action == "update" else ()
        return Conflict(str(name), str(asset), fields, str(by), str(at), str(batch), str(action))


def _untold_sentence(table: Table) -> str:
    text = tr(
        "{table}: another program wrote this table since it was read, and the change log can't tell what it "
        "changed."
    )
    return text.format(table=table.label)


def _sentence(table: Table, found: list[Conflict]) -> str:
    """Return who changed how many rows of a table."""
    rows = list(dict.fromkeys(one.asset for one in found))
    who = listed(dict.fromkeys(one.by for one in found))
    text = tr(
        "{table}: {who} changed {n} of the rows to be written or named after they were read, such as {first}."
    )
    return text.format(table=table.label, n=len(rows), who=who, first=rows[0])


def _line(table: Table, conflict: Conflict) -> str:
    what = domains.label_of("log_action", conflict.action)
    fields = listed(_label(table, name) for name in conflict.fields)
    parts = (f"{conflict.asset}: {what}", fields, conflict.by, conflict.at, conflict.batch)
    return listed(part for part in parts if part)


def _label(table: Table, name: str) -> str:
    return tr("Geometry") if name == GEOMETRY_COLUMN else table.field(name).label
