"""Take a whole batch back: its entries of the change log are replayed backwards, in one transaction.

An undo is a batch itself, so it can be undone too: that does the batch again. What others changed later on
the same rows is never overwritten: it stops the undo and is listed, or those rows stay as they are and the
rest is taken back, or these changes are taken back with it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.json_text import exact_object
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema import domains, own_codes, own_fields
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.changes.undo_results import Dependents, Stays, Undoing, Undone
from waternet_plugin.store.geopackage.consequences import retests
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.log import families
from waternet_plugin.store.geopackage.log.families import Families, Key
from waternet_plugin.store.geopackage.log.write_conflicts import Others
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import journal, own_code_rows, own_columns, rtree
from waternet_plugin.store.geopackage.undoing import dependents, kept_together, later_changes
from waternet_plugin.store.geopackage.undoing.earlier_values import Entry, put_back, value_of
from waternet_plugin.store.geopackage.undoing.later_changes import LaterChanges
from waternet_plugin.store.geopackage.writing import bulk, write_session
from waternet_plugin.store.geopackage.writing.inserting import BULK_ROWS
from waternet_plugin.store.geopackage.writing.write_session import WriteSession

KIND = "undo"
_PERMANENT = ("create", "mend", "migrate", "restore")
# Entries of the log that are read at a time.
PAGE_ENTRIES = 100_000


def _refuse(message: str, *, details: tuple[str, ...] = ()) -> None:
    raise StoreError(message, details=details)


@dataclass(frozen=True)
class Way:
    """What becomes of rows that were changed later: they stay as they are, or their changes go too."""

    skip_changed: bool = False
    with_later: bool = False


@dataclass
class _Chosen:
    """A batch to take back: what is not in force any more, what changed it later, what these rows need.

    ``later`` are changes that go with it.
    """

    batch_id: str
    kind: str
    known: Families
    settled: Collection[tuple[str, str | None]]
    stays: dict[Key, Stays]
    needed: set[tuple[str, str | None]]
    later: LaterChanges = field(default_factory=LaterChanges)

    @property
    def kept(self) -> set[tuple[str, str | None]]:
        """The rows that this undo does not touch."""
        return {*self.settled, *self.stays, *self.needed}

    @property
    def needed_rows(self) -> tuple[Key, ...]:
        """The rows that stay because others do which need them."""
        return tuple(sorted((name, asset) for name, asset in self.needed if asset is not None))

    @property
    def details(self) -> tuple[str, ...]:
        """A line for each row that stays."""
        return tuple(
            f"{row.table} {row.asset}: {row.by}, {row.at} {row.batch}"
            if row.at
            else f"{row.table} {row.asset}"
            for row in self.stays.values()
        )


def _last(database: Database) -> str:
    """Return the last batch that can be undone and was not."""
    sql = (
        "SELECT batch_id FROM batch WHERE undone IS NULL"
        " AND kind NOT IN ('create', 'mend', 'migrate', 'restore', 'undo') ORDER BY fid DESC LIMIT 1"
    )
    last = database.execute(sql).fetchone()
    if last is None:
        _refuse(tr("There is no batch to undo."))
    return str(last[0])


def chosen_batch(database: Database, batch_id: str | None) -> str:
    """Return the batch that an undo takes back: the last one that was not undone if None is named."""
    return _last(database) if batch_id is None else batch_id


def _choose(database: Database, batch_id: str | None) -> _Chosen:
    """Look up the batch to take back, the last one if None, and refuse what can't be undone."""
    batch = chosen_batch(database, batch_id)
    row = database.execute("SELECT kind, undone FROM batch WHERE batch_id = ?", (batch,)).fetchone()
    if row is None:
        text = tr("There is no batch {batch}. List the batches to see their ids.")
        _refuse(text.format(batch=batch))
    kind, undone = row
    if kind in _PERMANENT:
        text = tr("Batch {batch} ({kind}) can't be undone.")
        _refuse(text.format(batch=batch, kind=domains.label_of("batch_kind", kind)))
    known = families.families(database)
    if undone is not None and not families.left(database, batch, known):
        text = tr("Batch {batch} has already been undone, by {undo}. Undo that one to do it again.")
        _refuse(text.format(batch=batch, undo=undone))
    now_standing = families.standing(database, batch, known)
    chosen = _Chosen(batch, str(kind), known, now_standing.settled, dict(now_standing.stays), set())
    _add_gap(database, chosen)
    return chosen


def _add_needed(database: Database, chosen: _Chosen) -> None:
    """Add what the rows that stay need: without it half of what the batch made would be left."""
    if chosen.stays:
        chosen.needed |= kept_together.needed(database, chosen.batch_id, chosen.stays, chosen.kept)


def _add_later(database: Database, chosen: _Chosen) -> None:
    """Take the later changes along; what the log can't take back stays."""
    known = [key for key, row in chosen.stays.items() if row.at]
    rest = {key: row for key, row in chosen.stays.items() if not row.at}
    kept = {*chosen.settled, *rest}
    chosen.later = later_changes.later_changes(database, chosen.batch_id, known, kept)
    chosen.stays = rest
    chosen.needed |= later_changes.needed(database, chosen.batch_id, chosen.later, kept)


def _refuse_stays(chosen: _Chosen) -> None:
    """Refuse to take back a batch whose rows were changed later by something that is in force."""
    rows = list(chosen.stays.values())
    if not rows:
        return
    batches = listed(dict.fromkeys(row.batch for row in rows if row.batch))
    if batches:
        text = tr(
            "Batch {batch} can't be undone as a whole: {n} of its rows were changed later, such as {first}. "
            "First undo what changed them ({batches}), or undo the rest and leave these rows as they are "
            "(SKIP_CHANGED), or all of it with the later changes (WITH_LATER)."
        )
    elif any(row.at for row in rows):
        text = tr(
            "Batch {batch} can't be undone as a whole: {n} of its rows were changed later, such as {first}. "
            "Undo the rest and leave these rows as they are (SKIP_CHANGED), or all of it with the later "
            "changes (WITH_LATER)."
        )
    else:
        text = tr(
            "Batch {batch} can't be undone as a whole: {n} of its rows, such as {first}, are not as the "
            "batch left them, and the change log does not say who changed them. Undo the rest and leave "
            "these rows as they are (SKIP_CHANGED)."
        )
    first = f"{rows[0].table} {rows[0].asset}"
    message = text.format(batch=chosen.batch_id, n=len(rows), first=first, batches=batches)
    _refuse(message, details=chosen.details)


def _add_gap(database: Database, chosen: _Chosen) -> None:
    """Where the log has a gap, add the rows that are no more as the batch made them to those that stay."""
    batch_id = chosen.batch_id
    first = "SELECT min(seq) FROM change_log WHERE batch = ?"
    gap = f"SELECT 1 FROM change_log WHERE action = 'gap' AND seq > ({first})"
    if database.execute(gap, (batch_id,)).fetchone() is None:
        return
    for table in all_tables().values():
        if table.log == "rows":
            described = own_columns.described(database, table.name)
            for asset in journal.changed_since_made(database, described, batch_id):
                key = (table.name, asset)
                if key not in chosen.kept:
                    chosen.stays[key] = Stays(*key, "", "", "")


def _entries(database: Database, chosen: _Chosen) -> Iterator[tuple[int, list[Entry]]]:
    """Yield the log entries to take back page by page, last first, without those of rows that are kept.

    With each page comes how many entries it had.
    """
    below = database.execute("SELECT coalesce(max(seq), 0) + 1 FROM change_log").fetchone()[0]
    rule, named = "batch = ?", [chosen.batch_id]
    if chosen.later.seqs:
        rule = f"({rule} OR seq IN (SELECT CAST(value AS INTEGER) FROM json_each(?)))"
        named.append(json.dumps(sorted(chosen.later.seqs)))
    sql = (
        'SELECT seq, "table", asset, action, before, after FROM change_log'
        f" WHERE {rule} AND seq < ? AND action <> 'gap' ORDER BY seq DESC LIMIT ?"
    )
    kept = chosen.kept
    while True:
        page = database.execute(sql, (*named, below, PAGE_ENTRIES)).fetchall()
        if not page:
            return
        below = page[-1][0]
        yield len(page), [entry for entry in page if (entry[1], entry[2]) not in kept] if kept else page


def _facts(described: Table, current: WriteSession) -> dict[str, Any]:
    """Return the editing columns of a row that an undo writes."""
    if not described.is_editable:
        return {}
    return {"edited_by": current.by, "edited_on": current.at, "batch_id": current.batch_id}


def _missing(database: Database, described: Table, entries: list[Entry]) -> list[Entry]:
    """Return the entries whose rows are not there."""
    column = described.id_field if described.log == "rows" else FID_COLUMN
    keys = json.dumps([_key(described, entry) for entry in entries])
    sql = f"SELECT {quoted(column)} FROM {quoted(described.name)} WHERE {quoted(column)} IN "
    value = "value" if described.log == "rows" else "CAST(value AS INTEGER)"
    there = {row[0] for row in database.execute(f"{sql} (SELECT {value} FROM json_each(?))", (keys,))}
    if len(there) == len(entries):
        return []
    return [entry for entry in entries if _key(described, entry) not in there]


def _key(described: Table, entry: Entry) -> Any:
    """Return by what the row that an entry made is known: its id, or its row number where it has none."""
    return entry[2] if described.log == "rows" else exact_object(entry[5]).get(FID_COLUMN)


def _take_out(database: Database, described: Table, entries: list[Entry]) -> list[Entry]:
    """Delete rows that the batch had made; return the entries of rows that are not there."""
    missing = _missing(database, described, entries)
    if missing:
        return missing
    keys = [_key(described, entry) for entry in entries]
    if described.name == own_fields.TABLE:
        own_columns.drop(database, keys)
    if described.name == own_codes.TABLE:
        own_code_rows.refuse_used(database, keys)
    if described.log == "batch" or len(entries) >= BULK_ROWS:
        bulk.take_out(database, described, keys)
    else:
        sql = f"DELETE FROM {quoted(described.name)} WHERE {quoted(described.id_field)} = ?"
        database.executemany(sql, [(key,) for key in keys])
    if described.name == own_codes.TABLE:
        own_columns.follow_codes(database)
    return []


def _bring_back(
    database: Database, described: Table, entries: list[Entry], current: WriteSession
) -> tuple[int, list[Entry]]:
    """Make rows again that the batch had deleted.

    Returns how many, and the entries that another program spoilt.
    """
    names = [FID_COLUMN, *described.field_names, *([GEOMETRY_COLUMN] if described.has_geometry else [])]
    facts = _facts(described, current)
    rows: list[Sequence[Any]] = []
    made = 0
    spoilt: list[Entry] = []
    for entry in entries:
        known = exact_object(entry[4])
        if not known:
            spoilt.append(entry)
            continue
        packed = journal.unpacked(known, names)
        if packed is not None:
            bulk.bring_back(database, described, names, packed)
            made += len(packed)
            continue
        if described.is_editable:
            known.update(facts, row_version=(known.get("row_version") or 0) + 1)
        rows.append([value_of(name, known.get(name)) for name in names])
    if rows and (described.log == "batch" or len(rows) >= BULK_ROWS):
        bulk.bring_back(database, described, names, rows)
    elif rows:
        bulk.insert(database, described, names, rows)
    if described.name == own_fields.TABLE:
        own_columns.add_again(database, [entry[2] for entry in entries])
    if described.name == own_codes.TABLE:
        own_columns.follow_codes(database)
    return made + len(rows), spoilt


def _refuse_changed(described: Table, entries: list[Entry], others: Others) -> None:
    """Refuse to touch rows that somebody changed since the log was asked what stands."""
    if described.log == "rows":
        renamed = [
            exact_object(entry[5]).get(described.id_field) for entry in entries if entry[3] == "update"
        ]
        others.look(described, dict.fromkeys([*(entry[2] for entry in entries), *filter(None, renamed)]))
        others.refuse()


def _replay(
    database: Database, chosen: _Chosen, current: WriteSession, progress: Progress, others: Others
) -> list[Entry]:
    """Take back the entries of the log, last first.

    Returns the entries of rows that are not as the batch left them.
    """
    count = "SELECT count(*) FROM change_log WHERE batch = ?"
    total, done = database.execute(count, (chosen.batch_id,)).fetchone()[0], 0
    strange: list[Entry] = []
    for size, page in _entries(database, chosen):
        progress.at(done / max(total, 1))
        done += size
        for (name, action), group in groupby(page, key=lambda entry: (entry[1], entry[3])):
            entries = list(group)
            if name not in all_tables():
                strange += entries
                continue
            described, rows = own_columns.described(database, name), len(entries)
            _refuse_changed(described, entries, others)
            if action == "insert":
                strange += _take_out(database, described, entries)
            elif action == "delete":
                rows, spoilt = _bring_back(database, described, entries, current)
                strange += spoilt
            else:
                strange += put_back(database, described, entries, _facts(described, current))
            current.touched(name, rows)
    return strange


def _take_out_added(
    database: Database,
    batch_id: str,
    kept: Collection[tuple[str, str | None]],
    current: WriteSession,
) -> None:
    """Delete the batch's rows of tables that are only added to; the log keeps them for doing it again."""
    for described in all_tables().values():
        if described.log == "batch" and (described.name, None) not in kept:
            rule = f"WHERE {quoted(described.name)}.batch_id = '{batch_id}'"
            any_row = f"SELECT 1 FROM {quoted(described.name)} {rule} LIMIT 1"
            if database.execute(any_row).fetchone() is None:
                continue
            journal.note_deleted(database, described, rule)
            deletion = f"DELETE FROM {quoted(described.name)} {rule}"
            if described.has_geometry:
                # The triggers keep the spatial index.
                deleted = database.execute(deletion).rowcount
            else:
                with rtree.without_triggers(database, described.name):
                    deleted = database.execute(deletion).rowcount
                    rtree.count_more(database, described.name, -deleted)
            current.touched(described.name, deleted)


def _taken_back(
    database: Database,
    chosen: _Chosen,
    current: WriteSession,
    progress: Progress,
    *,
    way: Way,
    others: Others,
) -> WriteSession:
    """Take back what can be, in as many passes as it takes to find every row that must stay."""
    while True:
        passed = WriteSession(current.batch_id, current.by, current.at)
        database.execute("SAVEPOINT wn_undo")
        _take_out_added(database, chosen.batch_id, chosen.needed, passed)
        strange = _replay(database, chosen, passed, progress, others)
        if not strange:
            database.execute("RELEASE wn_undo")
            return passed
        for name, asset in ((entry[1], entry[2]) for entry in strange):
            chosen.stays[name, asset] = Stays(name, asset or "", "", "", "")
        if not (way.skip_changed or way.with_later):
            _refuse_stays(chosen)
        # Other entries of the same rows were taken back in this pass: once more, without these rows.
        database.execute("ROLLBACK TO wn_undo")
        database.execute("RELEASE wn_undo")
        _add_needed(database, chosen)


def _told(chosen: _Chosen) -> str:
    """Return what the undo keeps as its facts: the rows it left are listed by table."""
    told: dict[str, Any] = {"undone": chosen.batch_id, "root": chosen.known.roots[chosen.batch_id]}
    for name, asset in (*chosen.stays, *chosen.needed_rows):
        told.setdefault("left", {}).setdefault(name, []).append(asset)
    return json.dumps(told, ensure_ascii=False)


def undo(
    database: Database,
    batch_id: str | None,
    *,
    by: str,
    way: Way,
    others: Others,
    progress: Progress = SILENT,
) -> Undone:
    """Take a batch back in the transaction of a connection; see ``Network.undo``.

    ``others`` tell what is changed from the beginning of the transaction on: a server lets people write rows
    meanwhile, and what is taken back was chosen by a log without that.
    """
    if way.skip_changed and way.with_later:
        _refuse(tr("Choose one: leave the rows that were changed later, or undo their later changes too."))
    chosen = _choose(database, batch_id)
    if way.with_later:
        _add_later(database, chosen)
    elif not way.skip_changed:
        _refuse_stays(chosen)
    _add_needed(database, chosen)
    gone = _going(database, chosen)
    current = write_session.begin(database, by)
    progress.at(0.1)
    current = _taken_back(database, chosen, current, progress.part(0.2, 0.9), way=way, others=others)
    if chosen.stays and not current.rows:
        text = tr("Nothing of batch {batch} can be undone: all its {n} rows were changed later.")
        _refuse(text.format(batch=chosen.batch_id, n=len(chosen.stays)), details=chosen.details)
    others.look_at_names(current.batch_id, current.tables)
    others.refuse()
    orphans = _orphans(database, chosen, gone)
    retests.mark(database, current, undone=chosen.batch_id)
    write_session.finish(database, current, kind=KIND, name=chosen.batch_id, facts=_told(chosen))
    write_session.name_written(current)
    families.settle(database, chosen.batch_id, current.batch_id)
    left = (*chosen.stays, *chosen.needed_rows)
    return Undone(current.batch_id, chosen.batch_id, current.rows, left, orphans)


def _going(database: Database, chosen: _Chosen) -> dict[str, list[str]]:
    """Return the ids by table of the rows that will be gone."""
    found = dependents.going(database, chosen.batch_id, chosen.kept)
    for name, asset in sorted(chosen.later.made):
        found.setdefault(name, []).append(asset)
    return found


def _orphans(database: Database, chosen: _Chosen, gone: dict[str, list[str]]) -> tuple[Dependents, ...]:
    """Return the rows that name what went, without what turned out to stay on the way."""
    went = {name: [asset for asset in ids if (name, asset) not in chosen.kept] for name, ids in gone.items()}
    return dependents.dependents(database, went, chosen.batch_id)


def undoing(database: Database, batch_id: str | None) -> Undoing:
    """Return what an undo would do; see ``Network.undoing``."""
    chosen = _choose(database, batch_id)
    _add_needed(database, chosen)
    batch, kept = chosen.batch_id, chosen.kept
    sql = (
        f'SELECT "table", sum({journal.rows_sql()}) FROM change_log WHERE batch = ?1'
        " AND action <> 'gap' AND (\"table\", coalesce(asset, '')) NOT IN"
        " (SELECT json_extract(value, '$[0]'), coalesce(json_extract(value, '$[1]'), '')"
        ' FROM json_each(?2)) GROUP BY "table"'
    )
    rows = dict(database.execute(sql, (batch, json.dumps([list(key) for key in kept]))))
    for table in all_tables().values():
        if table.log == "batch" and (table.name, None) not in kept:
            count = f"SELECT count(*) FROM {quoted(table.name)} WHERE batch_id = ?"
            added = int(database.execute(count, (batch,)).fetchone()[0])
            if added:
                rows[table.name] = rows.get(table.name, 0) + added
    found = dependents.dependents(database, _going(database, chosen), batch)
    stays, needed = tuple(chosen.stays.values()), chosen.needed_rows
    later = later_changes.later_changes(database, batch, chosen.stays, chosen.settled)
    rows = {name: rows[name] for name in all_tables() if name in rows}
    return Undoing(
        batch, chosen.kind, rows, stays, found, needed, later.by_table(), tuple(sorted(later.batches))
    )
