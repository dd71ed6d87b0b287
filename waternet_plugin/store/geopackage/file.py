"""A network in a GeoPackage: the parts of this room behind the interface of the store."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd
from pyproj import CRS

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.delivery_states import DeliveredRow
from waternet_plugin.core.editing.persons_fields import FieldsEntry
from waternet_plugin.core.editing.pipe_lineage import PipeChange
from waternet_plugin.core.editing.row_conflicts import RowChange
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.errors import ConflictError, StoreError
from waternet_plugin.core.frames import BadText, UnreadableValue
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.map_views import SHOWN_PLAN, SHOWN_RUN
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.changes.asset_changes import HistoryQuery, Restored, Restoring
from waternet_plugin.store.changes.undo_results import Dependents, Undoing, Undone
from waternet_plugin.store.editions import PrintedEdition
from waternet_plugin.store.geopackage import backup, connection, weight
from waternet_plugin.store.geopackage.consequences import (
    cleaned_nodes,
    open_work,
    ordered_valves,
    retests,
    verified_use,
)
from waternet_plugin.store.geopackage.location import advice, network_shares
from waternet_plugin.store.geopackage.log import (
    changed,
    families,
    history,
    id_changes,
    row_changes,
    row_deliveries,
    write_conflicts,
)
from waternet_plugin.store.geopackage.reading import row_reading, table_reading, unreadable
from waternet_plugin.store.geopackage.sql import now, quoted
from waternet_plugin.store.geopackage.tables import bad_text, own_code_rows, own_columns, rtree, views
from waternet_plugin.store.geopackage.undoing import asset_restoring, dependents, undo
from waternet_plugin.store.geopackage.writing import editions, given_ids, write_session
from waternet_plugin.store.geopackage.writing.batch_writing import GeoPackageBatch
from waternet_plugin.store.network import Compacted, Network, Weight
from waternet_plugin.store.network_reading import Box, EditsSince, Where
from waternet_plugin.store.user import default_user

_FILES = (
    "SELECT batch_id, json_extract(facts, '$.file'), json_extract(facts, '$.sha256') FROM batch"
    " WHERE kind IN ('adopt', 'update') AND json_valid(facts)"
)
_BATCH_COLUMNS = ("batch_id", "kind", "name", "by", "at", "rows", "undone")


def _stamp(path: Path) -> tuple[tuple[int, int], ...]:
    """Return when a file and its log were last written, and their sizes."""
    found = []
    for each in (path, path.with_name(f"{path.name}-wal")):
        with suppress(OSError):
            told = each.stat()
            found.append((told.st_mtime_ns, told.st_size))
    return tuple(found)


class GeoPackageNetwork(Network):
    """A network that was found whole when it was opened (see ``opening``)."""

    def __init__(
        self,
        path: Path,
        crs: CRS,
        srs_id: int,
        *,
        by: Optional[str],
        schema_version: int,
        repairs: tuple[str, ...] = (),
    ) -> None:
        self._path = path
        self._srs_id = srs_id
        self._by = by
        self.uri = str(path)
        self.name = path.stem
        self.crs = crs
        self.schema_version = schema_version
        self.repairs = repairs
        self.folder = path.parent
        self._known_codes: tuple[Any, tuple[Code, ...]] = (None, ())
        self._bad_texts: dict[tuple[str, str, int], BadText] = {}

    def read(
        self,
        table: str,
        columns: Optional[Sequence[str]] = None,
        *,
        ids: Optional[Sequence[str]] = None,
        where: Optional[Where] = None,
        bbox: Optional[Box] = None,
        geometry: bool = True,
        as_stored: bool = False,
    ) -> pd.DataFrame:
        """Read a table or view; see ``reading``."""
        codes = () if as_stored else self.own_codes()
        return table_reading.read(
            self._path,
            self.crs,
            table,
            table_reading.Query(columns, ids, where, bbox, geometry, codes),
            bad=self._bad_texts,
        )

    def own_codes(self) -> tuple[Code, ...]:
        """Read them again when the file changed."""
        stamp = _stamp(self._path)
        known_stamp, known = self._known_codes
        if stamp != known_stamp:
            with connection.reading(self._path) as database:
                known = own_code_rows.codes(database)
            self._known_codes = (stamp, known)
        return known

    @contextmanager
    def reading_together(self) -> Iterator[None]:
        """Keep one connection."""
        with connection.single_connection(self._path):
            yield

    def rows(self, table: str, fids: Sequence[int]) -> Mapping[int, Row]:
        """Read rows by their numbers; see ``row_reading``."""
        with connection.reading(self._path) as database:
            return row_reading.read(database, own_columns.described(database, table), fids)

    def rows_near(self, table: str, boxes: Array) -> Mapping[int, Row]:
        """Ask the spatial index."""
        with connection.reading(self._path) as database:
            return row_reading.near(database, own_columns.described(database, table), boxes)

    def rows_where(self, table: str, field: str, values: Sequence[Any]) -> Mapping[int, Row]:
        """Ask SQLite, by an index where there is one."""
        with connection.reading(self._path) as database:
            return row_reading.naming(database, own_columns.described(database, table), field, values)

    def table(self, name: str) -> Table:
        """Look which columns the file has; see ``own_columns``."""
        with connection.reading(self._path) as database:
            return own_columns.described(database, name)

    def next_id(self, table: str, prefix: str) -> str:
        """Ask the index of the ids."""
        with connection.reading(self._path) as database:
            described = own_columns.described(database, table)
            return f"{prefix}{given_ids.highest_number(database, described, prefix) + 1:04d}"

    @property
    def met_bad_texts(self) -> tuple[BadText, ...]:
        """Return what `read` met."""
        return tuple(self._bad_texts.values())

    def bad_texts(self) -> tuple[BadText, ...]:
        """Look through every table; see ``bad_text``."""
        with connection.reading(self._path) as database:
            return bad_text.find(database)

    def unreadable_values(self) -> tuple[UnreadableValue, ...]:
        """Look through every table; see ``unreadable``."""
        with connection.reading(self._path) as database:
            return unreadable.find(database)

    def boxes(self, table: str) -> np.ndarray[Any, Any]:
        """Read the spatial index."""
        with connection.reading(self._path) as database:
            return rtree.boxes(database, own_columns.described(database, table).name)

    def count(self, table: str) -> int:
        """Count by SQLite: OGR keeps no count of views."""
        with connection.reading(self._path) as database:
            name = table if table in views.expected() else own_columns.described(database, table).name
            return int(database.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0])

    def facts(self) -> dict[str, str]:
        """Read the rows of ``setting``."""
        with connection.reading(self._path) as database:
            rows = database.execute("SELECT key, value FROM setting WHERE value IS NOT NULL ORDER BY key")
            return {str(key): str(value) for key, value in rows}

    def settings(self) -> Settings:
        """Lay the rows of ``setting`` over the shipped thresholds."""
        return Settings(self.facts())

    def batches(self) -> pd.DataFrame:
        """Read the list of batches, newest first."""
        frame = self.read("batch", _BATCH_COLUMNS)
        with connection.reading(self._path) as database:
            left = families.left_of_all(database)
            files = {batch: told for batch, *told in database.execute(_FILES)}
        frame["left"] = [left.get(batch, 0) for batch in frame["batch_id"]]
        for place, name in enumerate(("file", "sha256")):
            told = [files.get(batch, (None, None))[place] for batch in frame["batch_id"]]
            frame[name] = pd.Series(told, index=frame.index, dtype=object)
        return frame.iloc[::-1].reset_index(drop=True)

    def changed(self, since: int) -> EditsSince:
        """Read the change log; see ``changed``."""
        return changed.since(self._path, since)

    def row_changes(self, table: str, keys: Sequence[int], seen: str) -> Mapping[int, RowChange]:
        """Read who changed rows in the change log; see ``row_changes``."""
        return row_changes.since(self._path, table, keys, seen)

    def pipe_changes(self) -> tuple[PipeChange, ...]:
        """Read the change log; see ``id_changes``."""
        return id_changes.pipe_changes(self._path)

    def made_at(self, table: str) -> Mapping[str, int]:
        """Read the change log; see ``id_changes``."""
        return id_changes.made_at(self._path, table)

    def renames(self, table: str) -> tuple[FieldsEntry, ...]:
        """Read the change log; see ``row_deliveries``."""
        return row_deliveries.renames(self._path, table)

    def field_entries(self, table: str, ids: Collection[str]) -> tuple[FieldsEntry, ...]:
        """Read the change log; see ``row_deliveries``."""
        return row_deliveries.field_entries(self._path, table, ids)

    def delivered_rows(self, table: str, fields: Sequence[str]) -> tuple[DeliveredRow, ...]:
        """Read the change log; see ``row_deliveries``."""
        return row_deliveries.delivered(self._path, table, fields)

    def linked_by_edits(self, table: str, field: str) -> frozenset[str]:
        """Read the change log; see ``id_changes``."""
        return id_changes.linked_by_edits(self._path, table, field)

    def naming(self, table: str, ids: Sequence[str]) -> tuple[Dependents, ...]:
        """Look through the references; see ``dependents``."""
        with connection.reading(self._path) as database:
            return dependents.naming(database, table, ids)

    def position(self) -> str:
        """Return the newest entry of the change log; see ``conflicts``."""
        with connection.reading(self._path) as database:
            return write_conflicts.position(database)

    def known_entry(self, position: str) -> Optional[int]:
        """Look for the entry in the change log; see ``conflicts``."""
        with connection.reading(self._path) as database:
            return write_conflicts.known_entry(database, position)

    def _check_writable(self) -> None:
        """Refuse to write where SQLite can't do it safely, before anything begins."""
        share = network_shares.share_type(self._path)
        if share:
            message = tr(
                "{name} is on a network share ({kind}), where writing can damage it; reading works. Copy it "
                "to a local disk to edit it."
            )
            raise StoreError(message.format(name=self._path.name, kind=share))
        if not self._path.exists():
            message = tr("The network {name} no longer exists. Find out where it was moved.")
            raise StoreError(advice.with_backup(message.format(name=self._path.name), self._path))
        if not connection.is_writable(self._path):
            raise StoreError(connection.read_only_message(self._path))

    @contextmanager
    def write(
        self,
        kind: str,
        *,
        name: str = "",
        by: Optional[str] = None,
        facts: Optional[Mapping[str, Any]] = None,
        seen: Optional[str] = None,
        backup: bool = False,
        reader_patience_s: Optional[float] = None,
        progress: Progress = SILENT,
    ) -> Iterator[Batch]:
        """Hold the file for one batch; see ``Network.write``."""
        codes = domains.domain("batch_kind")
        if kind not in codes:
            message = tr("There is no batch of the kind {kind}.")
            raise StoreError(message.format(kind=kind))
        self._check_writable()
        user = by or self._by or default_user()
        patience_s = connection.READER_PATIENCE_S if reader_patience_s is None else reader_patience_s
        label = codes[kind].label
        with connection.transaction(
            self._path, action=label, by=user, reader_patience_s=patience_s
        ) as database:
            if backup:
                self.backup()
            current = write_session.WriteSession(write_session.next_batch_id(database), user, now())
            write_session.begin(database, current)
            others = None if seen is None else write_conflicts.Others(database, seen)
            batch = GeoPackageBatch(
                database, current, self.crs, self._srs_id, progress, kind=kind, others=others
            )
            batch.name, batch.facts = name, dict(facts or {})
            try:
                yield batch
            except ConflictError:
                raise
            except StoreError:
                # What was not written because of others may be missed by what follows in the block.
                batch.refuse_changed()
                raise
            batch.refuse_changed()
            verified_use.refuse_unverified(database, current)
            ordered_valves.set_states(database, current)
            cleaned_nodes.set_days(database, current)
            retests.mark(database, current)
            told = json.dumps(batch.facts, ensure_ascii=False, default=str) if batch.facts else None
            write_session.finish(database, current, kind=kind, name=batch.name, facts=told)

    def undo(
        self,
        batch_id: Optional[str] = None,
        *,
        skip_changed: bool = False,
        with_later: bool = False,
        by: Optional[str] = None,
        progress: Progress = SILENT,
    ) -> Undone:
        """Take a batch back; see ``undo``."""
        self._check_writable()
        user = by or self._by or default_user()
        way = undo.Way(skip_changed, with_later)
        return undo.undo(self._path, batch_id, by=user, way=way, progress=progress)

    def undoing(self, batch_id: Optional[str] = None) -> Undoing:
        """Look at what an undo would do; see ``undo``."""
        return undo.undoing(self._path, batch_id)

    def history(self, query: HistoryQuery) -> pd.DataFrame:
        """Read the change log; see ``history``."""
        return history.history(self._path, query)

    def open_work(self) -> pd.DataFrame:
        """Look for work that is not closed; see ``open_work``."""
        return open_work.open_work(self._path)

    def restore_asset(self, request: Restoring, *, by: Optional[str] = None) -> Restored:
        """Bring an earlier state back; see ``asset_restoring``."""
        self._check_writable()
        return asset_restoring.restore(self._path, request, by=by or self._by or default_user())

    def backup(self, progress: Progress = SILENT) -> Path:
        """Copy the file; see ``backup``."""
        return backup.backup(self._path, progress)

    def weight(self) -> Weight:
        """Look into the file; see ``weight``."""
        return weight.weight(self._path)

    def compact(self, *, by: Optional[str] = None) -> Compacted:
        """Lay the file out anew; see ``weight``."""
        self._check_writable()
        return weight.compact(self._path, by=by or self._by or default_user())

    def _show(self, key: str, value: Optional[str]) -> None:
        with self.write("setting", name=key) as batch:
            batch.set_setting(key, value or "")

    def show_run(self, run_id: Optional[str]) -> None:
        """Keep the choice as a setting, which the view reads."""
        self._show(SHOWN_RUN, run_id)

    def show_plan(self, plan_id: Optional[str]) -> None:
        """Keep the choice as a setting, which the view reads."""
        self._show(SHOWN_PLAN, plan_id)

    def keep_edition(
        self, printed: PrintedEdition, *, replaces: bool = False, by: Optional[str] = None
    ) -> int:
        """Write its rows; see ``editions``."""
        self._check_writable()
        user = by or self._by or default_user()
        with connection.transaction(self._path, action=tr("Keeping an edition"), by=user) as database:
            return editions.keep(database, printed, by=user, replaces=replaces)

    def close(self) -> None:
        """Nothing is held between two calls: every one opens and closes its own connection."""
