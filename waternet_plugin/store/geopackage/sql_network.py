"""A network whose rows and log are asked in SQL: what a file and the schema of a server have in common."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any, Optional, TypeVar

import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.persons_fields import FieldsEntry
from waternet_plugin.core.editing.pipe_lineage import PipeChange
from waternet_plugin.core.editing.row_conflicts import RowChange
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.errors import ConflictError, StoreError
from waternet_plugin.core.fieldwork.returned_rows import GivenRow
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.map_views import SHOWN_PLAN, SHOWN_RUN
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import FID_COLUMN, Table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.changes.asset_changes import HistoryQuery, Restored, Restoring
from waternet_plugin.store.changes.undo_results import Dependents, Undoing, Undone
from waternet_plugin.store.editions import PrintedEdition
from waternet_plugin.store.geopackage.consequences import (
    cleaned_nodes,
    open_work,
    ordered_valves,
    retests,
    verified_use,
)
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.log import (
    changed,
    families,
    history,
    id_changes,
    row_changes,
    row_deliveries,
    write_conflicts,
)
from waternet_plugin.store.geopackage.log.write_conflicts import Others
from waternet_plugin.store.geopackage.reading import given_rows, row_reading
from waternet_plugin.store.geopackage.sql import SELECT_FACTS, quoted
from waternet_plugin.store.geopackage.tables import own_columns, views
from waternet_plugin.store.geopackage.undoing import asset_restoring, dependents, undo
from waternet_plugin.store.geopackage.writing import editions, given_ids, write_session
from waternet_plugin.store.geopackage.writing.batch_writing import SqlBatch
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import EditsSince
from waternet_plugin.store.user import default_user

Result = TypeVar("Result")
_FILES = (
    "SELECT batch_id, json_extract(facts, '$.file'), json_extract(facts, '$.sha256') FROM batch"
    " WHERE kind IN ('adopt', 'update', 'field') AND json_valid(facts)"
)
# What others write into at the same moment is begun again, so often at most.
_TRIES = 3
_BATCH_COLUMNS = ("batch_id", "kind", "name", "by", "at", "rows", "undone")


def _tried_again(work: Callable[[], Result]) -> Result:
    """Return what work in a transaction of its own gives, done again where somebody wrote its rows meanwhile.

    It judges anew then: what it was to take back may have been changed by what came between.
    """
    for _attempt in range(_TRIES - 1):
        with suppress(ConflictError):
            return work()
    return work()


class SqlNetwork(Network):
    """A network that answers and writes in SQL.

    Whoever keeps one says how a database is reached for reading, and how for one write.
    """

    _by: Optional[str]
    # The number of the coordinate system where the rows are.
    _srs_id: int

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Database]:
        """Reach the database for questions; its errors become sentences."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[Database]:
        """Reach the database for questions that all see one state, whoever writes meanwhile."""

    @abstractmethod
    def _transaction(
        self, kind: str, action: str, *, by: str, reader_patience_s: Optional[float] = None
    ) -> AbstractContextManager[Database]:
        """Reach the database for one write: committed at the end, taken back on any exception.

        Parameters
        ----------
        kind
            Code of the domain ``batch_kind``; '' for a write without a batch.
        action, by
            What is being done and by whom, for another writer who has to wait.
        reader_patience_s
            As of `write`.

        Raises
        ------
        StoreError
            Where nothing can be written, or another writes.
        """

    def _others(self, database: Database, seen: str) -> Others:
        """Return what others changed since a position, for a batch that has begun."""
        return Others(database, seen)

    def _done_once(self) -> AbstractContextManager[None]:
        """Enclose what comes after the outputs of a batch are written, which nobody does again."""
        return nullcontext()

    def _back_up_before_batch(self) -> None:
        """Make a backup before a batch that asks for one."""
        self.backup()

    @contextmanager
    def attached_names(self) -> Iterator[frozenset[str]]:
        """Hold the network as for a batch."""
        by = self._by or default_user()
        with self._transaction("", tr("removing photos"), by=by) as database:
            names = database.execute("SELECT file FROM attachment WHERE file IS NOT NULL")
            yield frozenset(str(name) for (name,) in names)

    def rows(self, table: str, fids: Sequence[int]) -> Mapping[int, Row]:
        """Read rows by their numbers; see ``row_reading``, which asks for no codes."""
        with self._reading() as database:
            return row_reading.read(database, own_columns.described(database, table, ()), fids)

    def rows_near(self, table: str, boxes: Array) -> Mapping[int, Row]:
        """Ask the spatial index."""
        with self._reading() as database:
            return row_reading.near(database, own_columns.described(database, table, ()), boxes)

    def rows_where(self, table: str, field: str, values: Sequence[Any]) -> Mapping[int, Row]:
        """Ask SQLite, by an index where there is one."""
        with self._reading() as database:
            return row_reading.naming(database, own_columns.described(database, table, ()), field, values)

    def given_rows(self, package_id: str) -> Mapping[str, Mapping[str, GivenRow]]:
        """Ask for the marks in their texts; see ``given_rows``."""
        with self._reading() as database:
            return given_rows.read(database, package_id)

    def table(self, name: str) -> Table:
        """Look which columns the file has; see ``own_columns``."""
        with self._reading() as database:
            return own_columns.described(database, name)

    def next_id(self, table: str, prefix: str) -> str:
        """Ask the index of the ids."""
        with self._reading() as database:
            described = own_columns.described(database, table, ())
            return f"{prefix}{given_ids.highest_number(database, described, prefix) + 1:04d}"

    def newest_id(self, table: str, system: str = "") -> Optional[str]:
        """Ask for the highest number of a row."""
        with self._reading() as database:
            described = own_columns.described(database, table, ())
            rule = " WHERE system = ?" if system else ""
            found = database.execute(
                f"SELECT {quoted(described.id_field)} FROM {quoted(described.name)}{rule}"
                f" ORDER BY {FID_COLUMN} DESC LIMIT 1",
                (system,) if system else (),
            ).fetchone()
        return None if found is None else str(found[0])

    def count(self, table: str) -> int:
        """Count by SQLite: OGR keeps no count of views."""
        with self._reading() as database:
            name = table if table in views.expected() else own_columns.described(database, table).name
            return int(database.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0])

    def facts(self) -> dict[str, str]:
        """Read the rows of ``setting``."""
        with self._reading() as database:
            return {str(key): str(value) for key, value in database.execute(SELECT_FACTS)}

    def settings(self) -> Settings:
        """Lay the rows of ``setting`` over the shipped thresholds."""
        return Settings(self.facts())

    def batches(self) -> pd.DataFrame:
        """Read the list of batches, newest first."""
        frame = self.read("batch", _BATCH_COLUMNS)
        with self._reading() as database:
            left = families.left_of_all(database)
            files = {batch: told for batch, *told in database.execute(_FILES)}
        frame["left"] = [left.get(batch, 0) for batch in frame["batch_id"]]
        for place, name in enumerate(("file", "sha256")):
            told = [files.get(batch, (None, None))[place] for batch in frame["batch_id"]]
            frame[name] = pd.Series(told, index=frame.index, dtype=object)
        return frame.iloc[::-1].reset_index(drop=True)

    def changed(self, since: str, *, boxes: bool = True) -> EditsSince:
        """Read the change log; see ``changed``."""
        with self._reading() as database:
            return changed.since(database, since, boxes=boxes)

    def row_changes(self, table: str, keys: Sequence[int], seen: str) -> Mapping[int, RowChange]:
        """Read who changed rows in the change log; see ``row_changes``."""
        with self._reading() as database:
            return row_changes.since(database, table, keys, seen)

    def pipe_changes(self) -> tuple[PipeChange, ...]:
        """Read the change log; see ``id_changes``."""
        with self._reading() as database:
            return id_changes.pipe_changes(database)

    def made_at(self, table: str) -> Mapping[str, int]:
        """Read the change log; see ``id_changes``."""
        with self._reading() as database:
            return id_changes.made_at(database, table)

    def renames(self, table: str) -> tuple[FieldsEntry, ...]:
        """Read the change log; see ``row_deliveries``."""
        with self._reading() as database:
            return row_deliveries.renames(database, table)

    def field_entries(self, table: str, ids: Collection[str]) -> tuple[FieldsEntry, ...]:
        """Read the change log; see ``row_deliveries``."""
        with self._reading() as database:
            return row_deliveries.field_entries(database, table, ids)

    def entries_of_changed(self, table: str, fields: Sequence[str]) -> tuple[FieldsEntry, ...]:
        """Read the change log; see ``row_deliveries``."""
        with self._reading() as database:
            return row_deliveries.entries_of_changed(database, table, fields)

    def linked_by_edits(self, table: str, field: str) -> frozenset[str]:
        """Read the change log; see ``id_changes``."""
        with self._reading() as database:
            return id_changes.linked_by_edits(database, table, field)

    def naming(self, table: str, ids: Sequence[str]) -> tuple[Dependents, ...]:
        """Look through the references; see ``dependents``."""
        with self._reading() as database:
            return dependents.naming(database, table, ids)

    def position(self) -> str:
        """Return the newest entry of the change log; see ``conflicts``."""
        with self._reading() as database:
            return write_conflicts.position(database)

    def oldest_first(self, positions: Iterable[str]) -> list[str]:
        """Look for their entries in the change log."""
        with self._reading() as database:
            known = {one: write_conflicts.known_entry(database, one) for one in positions}
        entries = {one: -1 if entry is None else entry for one, entry in known.items()}
        return [one for one, _entry in sorted(entries.items(), key=lambda item: item[1])]

    def known_entry(self, position: str) -> Optional[int]:
        """Look for the entry in the change log; see ``conflicts``."""
        with self._reading() as database:
            return write_conflicts.known_entry(database, position)

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
        """Write one batch; see ``Network.write``."""
        codes = domains.domain("batch_kind")
        if kind not in codes:
            message = tr("There is no batch of the kind {kind}.")
            raise StoreError(message.format(kind=kind))
        user = by or self._by or default_user()
        with self._transaction(
            kind, codes[kind].label, by=user, reader_patience_s=reader_patience_s
        ) as database:
            if backup:
                self._back_up_before_batch()
            current = write_session.begin(database, user)
            others = None if seen is None else self._others(database, seen)
            batch = SqlBatch(database, current, self.crs, self._srs_id, progress, kind=kind, others=others)
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
            with self._done_once():
                verified_use.refuse_unverified(database, current)
                ordered_valves.set_states(database, current)
                cleaned_nodes.set_days(database, current)
                retests.mark(database, current)
            told = json.dumps(batch.facts, ensure_ascii=False, default=str) if batch.facts else None
            write_session.finish(database, current, kind=kind, name=batch.name, facts=told)
            write_session.name_written(current)

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
        user = by or self._by or default_user()
        way = undo.Way(skip_changed, with_later)

        def work() -> Undone:
            label = domains.label_of("batch_kind", undo.KIND)
            with self._transaction(undo.KIND, label, by=user) as database:
                others = self._others(database, write_conflicts.position(database))
                return undo.undo(database, batch_id, by=user, way=way, others=others, progress=progress)

        return _tried_again(work)

    def undoing(self, batch_id: Optional[str] = None) -> Undoing:
        """Look at what an undo would do; see ``undo``."""
        # Another may take the batch back between two questions.
        with self.snapshot() as database:
            return undo.undoing(database, batch_id)

    def history(self, query: HistoryQuery) -> pd.DataFrame:
        """Read the change log; see ``history``."""
        with self._reading() as database:
            return history.read(database, query)

    def open_work(self) -> pd.DataFrame:
        """Look for work that is not closed; see ``open_work``."""
        with self._reading() as database:
            return open_work.open_work(database)

    def restore_asset(self, request: Restoring, *, by: Optional[str] = None) -> Restored:
        """Bring an earlier state back; see ``asset_restoring``."""
        user, kind = by or self._by or default_user(), asset_restoring.KIND

        def work() -> Restored:
            with self._transaction(kind, domains.label_of("batch_kind", kind), by=user) as database:
                others = self._others(database, write_conflicts.position(database))
                return asset_restoring.restore(database, request, by=user, others=others)

        return _tried_again(work)

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
        user = by or self._by or default_user()
        with self._transaction("", tr("Keeping an edition"), by=user) as database:
            return editions.keep(database, printed, by=user, replaces=replaces)
