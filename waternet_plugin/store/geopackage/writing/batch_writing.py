"""One batch: what is inserted, changed and deleted between the beginning and the end of a write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

import pandas as pd
import shapely
from pyproj import CRS

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.frames import BadText
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema import own_codes, own_fields
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.core.schema.tables import EDITING, FID_COLUMN, GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.changes.unlikely_values import UnlikelyValues
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database, parts
from waternet_plugin.store.geopackage.log.write_conflicts import Others
from waternet_plugin.store.geopackage.sql import quoted
from waternet_plugin.store.geopackage.tables import (
    bad_text,
    derived,
    journal,
    own_code_rows,
    own_columns,
    rtree,
)
from waternet_plugin.store.geopackage.writing import (
    bulk,
    constraint_checks,
    given_ids,
    inserting,
    stored_values,
)
from waternet_plugin.store.geopackage.writing.numbered_rows import NumberedRows
from waternet_plugin.store.geopackage.writing.write_session import WriteSession


def delete(database: Database, session: WriteSession, table: Table, fids: Sequence[int]) -> int:
    """Delete rows by their numbers and return how many."""
    bulk.take_out(database, table, list(fids))
    session.touched(table.name, len(fids))
    return len(fids)


def update(database: Database, session: WriteSession, table: Table, rows: Mapping[int, Row]) -> int:
    """Set texts and numbers of rows by their numbers and return how many were written."""
    for part, _marks in parts(database, list(rows)):
        listed = ", ".join(str(int(fid)) for fid in part)
        rule = f"WHERE {quoted(table.name)}.{FID_COLUMN} IN ({listed})"
        journal.note_deleted(database, table, f"{rule} ORDER BY {FID_COLUMN}")
        alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
        for fid in part:
            alike.setdefault(tuple(rows[fid]), []).append((*rows[fid].values(), int(fid)))
        for names, given in alike.items():
            sets = ", ".join(f"{quoted(name)} = ?" for name in names)
            database.executemany(f"UPDATE {quoted(table.name)} SET {sets} WHERE {FID_COLUMN} = ?", given)
        journal.note_made(database, table, f"{rule} ORDER BY {FID_COLUMN}")
    session.touched(table.name, len(rows))
    return len(rows)


# The store's own books; batches never write them.
_BOOKS = ("batch", "change_log")
_STORE_FILLS = (*EDITING, *derived.COLUMNS)
# A parameter that is not a column; no column can be called so.
_NEW_LENGTH = ""


class SqlBatch(Batch):
    """A batch inside the transaction of one connection."""

    def __init__(
        self,
        database: Database,
        session: WriteSession,
        crs: CRS,
        srs_id: int,
        progress: Progress,
        *,
        kind: str = "",
        others: Optional[Others] = None,
    ) -> None:
        self._database = database
        self._session = session
        self._crs = crs
        self._srs_id = srs_id
        self._progress = progress
        self._kind = kind
        self._others = others
        self._numbered = NumberedRows(database, session, crs, srs_id, kind=kind)
        # Tables as they are, own fields and codes with them, which only this batch can change meanwhile.
        self._described: dict[str, Table] = {}
        self._codes: Optional[tuple[Code, ...]] = None
        # How many rows were written when it was last asked what others did to what they name.
        self._rows_looked_at = 0
        self.batch_id = session.batch_id
        self.name = ""
        self.facts: dict[str, Any] = {}

    def _writable(self, name: str) -> Table:
        if name not in self._described:
            if self._codes is None:
                self._codes = own_code_rows.codes(self._database)
            self._described[name] = own_columns.described(self._database, name, self._codes)
        table = self._described[name]
        if name in _BOOKS:
            message = tr("{table} is maintained by WaterNet itself and can't be written.")
            raise StoreError(message.format(table=table.label))
        return table

    def _forget_tables(self) -> None:
        self._described.clear()
        self._codes = None

    def _editable(self, name: str) -> Table:
        table = self._writable(name)
        if not table.is_editable:
            message = tr("{table} only takes new rows; undo its batch to remove rows.")
            raise StoreError(message.format(table=table.label))
        return table

    def _is_refused(self, table: Table, ids: Sequence[str]) -> bool:
        """Note rows that others changed since what is written was read.

        From the first such row on nothing more is written: the batch goes on only to learn which rows of
        which tables stand in its way.
        """
        if self._others is None:
            return False
        if table.log == "rows":
            self._others.look(table, ids)
        return self._others.are_in_the_way

    def _check(self, table: Table, columns: Iterable[str], by: str, keys: Sequence[Any]) -> None:
        """Hold rows that were written to the constraints."""
        constraint_checks.check(self._database, table, columns, self.batch_id, self._kind, by, keys)

    @property
    def unlikely(self) -> tuple[UnlikelyValues, ...]:
        """What soft constraints warn of in single rows that were written."""
        return self._numbered.unlikely()

    def refuse_changed(self) -> None:
        """Refuse the batch where others changed rows of it, or what these name."""
        if self._others is None:
            return
        if self._session.rows != self._rows_looked_at and not self._others.are_in_the_way:
            self._others.look_at_names(self.batch_id, self._session.tables)
            self._rows_looked_at = self._session.rows
        self._others.refuse()

    def next_id(self, table: str, prefix: str) -> str:
        """Return the id after the greatest, inside the transaction."""
        described = own_columns.described(self._database, table)
        highest = given_ids.highest_number(self._database, described, prefix)
        return f"{prefix}{highest + 1:04d}"

    def insert(self, table: str, frame: pd.DataFrame) -> int:
        """Add rows; see ``inserting``."""
        described_table = self._writable(table)
        has_ids = described_table.id_field in frame.columns
        if self._is_refused(described_table, frame[described_table.id_field].tolist() if has_ids else ()):
            return 0
        added = inserting.insert(
            self._database,
            described_table,
            frame,
            crs=self._crs,
            srs_id=self._srs_id,
            session=self._session,
            progress=self._progress,
        )
        if self._kind in constraint_checks.TYPED and described_table.is_editable:
            ids = frame[described_table.id_field].tolist()
            self._check(described_table, frame.columns, described_table.id_field, ids)
        return added

    def _refuse_missing(self, table: Table, ids: Sequence[str]) -> None:
        """Refuse ids that the table does not have."""
        there: set[str] = set()
        column, name = quoted(table.id_field), quoted(table.name)
        for part, marks in parts(self._database, ids):
            found = self._database.execute(f"SELECT {column} FROM {name} WHERE {column} IN ({marks})", part)
            there.update(row[0] for row in found)
        missing = [one for one in ids if one not in there]
        if missing:
            known = bad_text.keys_of(self._database, table, missing)
            missing = [one for one in missing if one not in known]
        if missing:
            text = tr("{table}: {n} of the rows are no longer in the network, such as {first}.")
            message = text.format(table=table.label, n=len(missing), first=missing[0])
            raise StoreError(message, details=tuple(str(one) for one in missing))

    def update(self, table: str, frame: pd.DataFrame) -> int:
        """Change rows that differ from the frame, and only those."""
        described_table = self._editable(table)
        stored_values.check_columns(described_table, frame)
        if frame.empty:
            return 0
        stored_values.check_ids(described_table, frame)
        stored_values.check_codes(described_table, frame)
        stored_values.check_required(described_table, frame, partial=True)
        ids = frame[described_table.id_field].tolist()
        if self._is_refused(described_table, ids):
            return 0
        self._refuse_missing(described_table, ids)
        columns = {
            field.name: stored_values.sql_column(field, described_table, frame[field.name])
            for field in described_table.fields
            if field.name in frame.columns and field.name not in (described_table.id_field, *_STORE_FILLS)
        }
        sets, differs = bad_text.comparing(self._database, described_table, list(columns))
        bounds = None
        if GEOMETRY_COLUMN in frame.columns and described_table.has_geometry:
            shapes = stored_values.geometries_of(described_table, frame, self._crs)
            columns[GEOMETRY_COLUMN], bounds = blobs.encode(shapes, self._srs_id)
            sets.append(f"{GEOMETRY_COLUMN} = ?{len(columns)}")
            differs.append(f"{GEOMETRY_COLUMN} IS NOT ?{len(columns)}")
            if table == "pipe" and "length_m" not in columns:
                columns[_NEW_LENGTH] = shapely.length(shapes).tolist()
                sets.append(
                    f"length_m = CASE WHEN length_source IS 'given' THEN length_m ELSE ?{len(columns)} END"
                )
        if not columns:
            return 0
        count = len(columns)
        editing = f"edited_by = ?{count + 1}, edited_on = ?{count + 2}, batch_id = ?{count + 3}"
        sql = (
            f"UPDATE {quoted(table)} SET {', '.join(sets)}, {editing}"
            f" WHERE {quoted(described_table.id_field)} = CAST(?{count + 4} AS TEXT)"
            f" AND ({' OR '.join(differs)})"
        )
        ids = bad_text.keyed(self._database, described_table, ids)
        facts = (self._session.by, self._session.at, self.batch_id)
        rows = ((*row[:-1], *facts, row[-1]) for row in zip(*columns.values(), ids))
        changed = self._database.executemany(sql, rows).rowcount
        if bounds is not None:
            rtree.extend(self._database, table, bounds)
        self._check(described_table, columns, described_table.id_field, ids)
        self._session.touched(table, changed)
        return changed

    def delete(self, table: str, ids: Sequence[str]) -> int:
        """Delete rows; one that is not there is an error."""
        described_table = self._editable(table)
        wanted = list(dict.fromkeys(ids))
        if self._is_refused(described_table, wanted):
            return 0
        self._refuse_missing(described_table, wanted)
        sql = f"DELETE FROM {quoted(table)} WHERE {quoted(described_table.id_field)} = CAST(? AS TEXT)"
        keys = bad_text.keyed(self._database, described_table, wanted)
        self._database.executemany(sql, [(one,) for one in keys])
        self._session.touched(table, len(wanted))
        return len(wanted)

    def insert_rows(self, table: str, rows: Mapping[int, Row]) -> Mapping[int, int]:
        """Add rows one by one; see ``numbered_rows``. Nobody asks for the numbers of those of a run."""
        described_table = self._writable(table)
        if not described_table.is_editable:
            if rows:
                names = [name for name in described_table.field_names if name != "batch_id"]
                self.insert(
                    table, pd.DataFrame([{name: row.get(name) for name in names} for row in rows.values()])
                )
            return {}
        ids = [
            str(row[described_table.id_field]) for row in rows.values() if row.get(described_table.id_field)
        ]
        if not rows or self._is_refused(described_table, ids):
            return {}
        return self._numbered.insert(described_table, rows)

    def update_rows(self, table: str, rows: Mapping[int, Row]) -> int:
        """Change rows by their numbers; see ``numbered_rows``."""
        described_table = self._writable(table)
        if not described_table.is_editable:
            return update(self._database, self._session, described_table, rows) if rows else 0
        ids = self._numbered.ids(described_table, list(rows))
        if not rows or self._is_refused(described_table, list(ids.values())):
            return 0
        return self._numbered.update(described_table, rows, ids)

    def delete_rows(self, table: str, fids: Sequence[int]) -> int:
        """Delete rows by their numbers; see ``numbered_rows``."""
        described_table = self._writable(table)
        if not described_table.is_editable:
            return delete(self._database, self._session, described_table, fids) if fids else 0
        ids = self._numbered.ids(described_table, fids)
        if not fids or self._is_refused(described_table, list(ids.values())):
            return 0
        return self._numbered.delete(described_table, fids, ids)

    def write_as_read(self, texts: Sequence[BadText]) -> int:
        """Write texts that are not UTF-8 as they are read."""
        changed = 0
        for one in texts:
            table = self._writable(one.table)
            sets = [f"{quoted(one.field)} = ?"]
            values: list[object] = [one.text]
            if table.is_editable:
                sets += ["edited_by = ?", "edited_on = ?", "batch_id = ?"]
                values += [self._session.by, self._session.at, self.batch_id]
            sql = (
                f"UPDATE {quoted(table.name)} SET {', '.join(sets)}"
                f" WHERE {FID_COLUMN} = ? AND CAST({quoted(one.field)} AS BLOB) = ?"
            )
            done = self._database.execute(sql, (*values, one.fid, one.raw)).rowcount
            self._session.touched(table.name, done)
            changed += done
        return changed

    def add_field(self, request: FieldRequest) -> None:
        """Describe the field, then add its column; the triggers note its values from then on."""
        columns = own_columns.columns_of(self._database, request.table)
        own_fields.check(request, columns)
        self.insert(own_fields.TABLE, pd.DataFrame([own_fields.row_of(request)], dtype=object))
        own_columns.add(self._database, request)
        self._forget_tables()

    def add_code(self, request: CodeRequest) -> None:
        """Describe the code; rows may have it from then on."""
        there = [one for one in own_code_rows.codes(self._database) if one.domain == request.domain]
        own_codes.check(request, there)
        self.insert(own_codes.TABLE, pd.DataFrame([own_codes.row_of(request)], dtype=object))
        own_columns.follow_codes(self._database)
        self._forget_tables()

    def set_setting(
        self, key: str, value: str, *, unit: str = "", source: str = "", clause: str = "", certainty: str = ""
    ) -> None:
        """Change or add one row of ``setting``."""
        given = {"unit": unit, "source": source, "clause": clause, "certainty": certainty}
        row = {"key": key, "value": str(value), **{name: text for name, text in given.items() if text}}
        there = self._database.execute("SELECT 1 FROM setting WHERE key = ?", (key,)).fetchone()
        frame = pd.DataFrame([row], dtype=object)
        if there:
            self.update("setting", frame)
        else:
            self.insert("setting", frame)
