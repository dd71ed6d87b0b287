"""A network in a schema of a server: the parts of this room behind the interface of the store."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd
from pyproj import CRS

from waternet_plugin.core.errors import ConflictError, LockedError, NewerSchemaError, StoreError
from waternet_plugin.core.frames import BadText, UnreadableValue
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema import map_views
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.settings import defaults
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, all_tables
from waternet_plugin.core.texts import tr
from waternet_plugin.store.access.roles import GRANT, UNDO_OF_OTHERS, Granting, RoleOfLogin
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.changes.undo_results import Undone
from waternet_plugin.store.copying.network_copies import back_up
from waternet_plugin.store.geopackage.databases import Database
from waternet_plugin.store.geopackage.log.write_conflicts import Others
from waternet_plugin.store.geopackage.reading.queried_frames import Query
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.geopackage.sql_network import SqlNetwork
from waternet_plugin.store.geopackage.tables import own_code_rows, own_columns
from waternet_plugin.store.geopackage.undoing import undo
from waternet_plugin.store.network import ATTACHMENTS_FOLDER, Compacted, ProviderSource, Weight
from waternet_plugin.store.network_reading import Box, Where
from waternet_plugin.store.postgis import schema_changes, schema_reading
from waternet_plugin.store.postgis.asking import log_positions
from waternet_plugin.store.postgis.connecting import SchemaConnections, translated
from waternet_plugin.store.postgis.keeping import network_roles
from waternet_plugin.store.postgis.schema_tables import listed_sql, number_column
from waternet_plugin.store.postgis.server_database import ServerDatabase

# People edit rows, which are locked one by one; whatever writes more is alone.
_OF_ROWS = frozenset({"edit", "setting", ""})
# Of boxes, as we order them.
_SIDES = ("XMin", "YMin", "XMax", "YMax")
_SIZE = (
    "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0), coalesce(sum(pg_total_relation_size(c.oid))"
    " FILTER (WHERE relname = 'change_log'), 0) FROM pg_class c JOIN pg_namespace n"
    " ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND relkind IN ('r', 'p')"
)


def _quoted_name(name: str) -> str:
    """Return the name of a schema or table as the source of a layer has it, which is not SQL."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _quoted_value(value: str) -> str:
    """Return a value in quotation marks, as the source of a layer has it."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


@dataclass(frozen=True)
class FoundNetwork:
    """What was found of a network when it was opened.

    Parameters
    ----------
    version
        Of its schema.
    stamp
        What tells it from a copy of it.
    own_role
        What the login that opened it is in it.
    obstacle
        Why it can only be read, in a sentence; '' where nothing is in the way.
    repairs
        Tables over which what watches was put back.
    """

    version: int
    stamp: str
    own_role: RoleOfLogin
    obstacle: str = ""
    repairs: tuple[str, ...] = ()


class SchemaNetwork(SqlNetwork):
    """A network that was found whole when it was opened (see ``opening``).

    Parameters
    ----------
    address
        Where it is.
    connections
        By which it is reached.
    found
        What was found of it.
    """

    def __init__(
        self,
        address: NetworkAddress,
        connections: SchemaConnections,
        crs: CRS,
        *,
        by: Optional[str],
        found: FoundNetwork,
    ) -> None:
        self.address = address
        self._connections = connections
        self._srs_id = connections.srs_id
        self._by = by
        self._stamp = found.stamp
        self._obstacle = found.obstacle
        self._own_role = found.own_role
        self.crs = crs
        self.schema_version = found.version
        self.repairs = found.repairs

    def _reading(self) -> AbstractContextManager[ServerDatabase]:
        return self._connections.reading()

    def snapshot(self) -> AbstractContextManager[ServerDatabase]:
        """Ask the connections for one."""
        return self._connections.snapshot()

    @property
    def attachments_folder(self) -> Path:
        """Take the folder that a setting names, since none lies beside a schema."""
        named = self.settings().text(ATTACHMENTS_FOLDER).strip()
        if not named:
            message = tr(
                "{name} is on a server and names no folder for photos and documents. Its keeper enters one "
                "in the setting “{setting}”."
            )
            raise StoreError(
                message.format(name=self.address.name, setting=defaults()[ATTACHMENTS_FOLDER].label)
            )
        folder = Path(named)
        if not folder.is_absolute():
            message = tr(
                "The folder “{folder}” for photos and documents of {name} is not a complete path. Its keeper "
                "enters one that all computers reach, such as //server/water/photos."
            )
            raise StoreError(message.format(folder=named, name=self.address.name))
        return folder

    def stamp(self) -> Hashable:
        """Ask for the newest entry, and the oldest transaction in progress."""
        with self._connections.reading() as database:
            return log_positions.stamp(database.native)

    def is_replaced(self) -> bool:
        """Ask for the word that tells this network from its copies."""
        try:
            with self._connections.reading() as database:
                return log_positions.parts_of(database.position())[0] != self._stamp
        except StoreError:
            return True

    def layer_source(self, table: str, rows: str = "") -> ProviderSource:
        """Name the layer as QGIS writes those of PostgreSQL; it is told the key so that it need not look."""
        described = map_views.described(table)
        place = f" ({GEOMETRY_COLUMN})" if described.has_geometry else ""
        told = dict(self.address.server().layer)
        if described.has_geometry:
            told |= {"srid": str(self._srs_id), "type": described.geometry}
        parts = [f"{key}={_quoted_value(value)}" for key, value in told.items()]
        parts += [f"key='{number_column(table)}'", "checkPrimaryKeyUnicity='0'"]
        parts.append(f"table={_quoted_name(self.address.schema)}.{_quoted_name(table)}{place}")
        return ProviderSource(" ".join([*parts, f"sql={rows}"]), "postgres")

    def boxes(self, table: str) -> np.ndarray[Any, Any]:
        """Ask for the sides of each shape."""
        sides = listed_sql(f"ST_{side}({GEOMETRY_COLUMN})" for side in _SIDES)
        with self._reading() as database:
            name = quoted(own_columns.described(database, table).name)
            parts = database.parts([f"SELECT {sides} FROM {name} WHERE NOT ST_IsEmpty({GEOMETRY_COLUMN})"])
            return np.concatenate([np.array(rows, dtype=float).reshape(-1, 4) for rows in parts])

    def table_extents(self) -> dict[str, Box]:
        """Ask for those of all tables at once."""
        sides = listed_sql(f"ST_{side}(reach)" for side in _SIDES)
        questions = [
            f"SELECT {literal(name)}, {sides} FROM"
            f" (SELECT ST_Extent({GEOMETRY_COLUMN}) AS reach FROM {quoted(name)}) AS of_table"
            for name, described in all_tables().items()
            if described.has_geometry
        ]
        with self._reading() as database:
            rows = database.execute(" UNION ALL ".join(questions)).fetchall()
        return {str(name): (west, *others) for name, west, *others in rows if west is not None}

    @contextmanager
    def _transaction(
        self, kind: str, action: str, *, by: str, reader_patience_s: Optional[float] = None
    ) -> Iterator[ServerDatabase]:
        """Begin a transaction; whoever writes more than some rows has the network alone."""
        refusal = self.refusal(kind)
        if refusal:
            raise StoreError(refusal)
        with self._connections.transaction(kind, alone=kind not in _OF_ROWS) as database:
            self._refuse_grown(database)
            yield database

    @property
    def own_role(self) -> RoleOfLogin:
        """Return what it was when the network was opened."""
        return self._own_role

    def refusal(self, kind: str) -> str:
        """Ask what is in the way of everybody, then the role."""
        return self._obstacle or self._own_role.refusal(kind)

    def roles(self) -> tuple[RoleOfLogin, ...]:
        """Ask the server for the members of its roles."""
        with self._connections.reading() as database:
            return network_roles.people(database)

    @contextmanager
    def granting(self, wanted: Granting) -> Iterator[tuple[RoleOfLogin, ...]]:
        """Make logins members of roles, or not, in one transaction."""
        refusal = self.refusal(GRANT)
        if refusal:
            raise StoreError(refusal)
        with self._connections.transaction("setting", alone=True) as database:
            yield network_roles.grant(database, wanted, self.address.name)

    def undo(
        self,
        batch_id: Optional[str] = None,
        *,
        skip_changed: bool = False,
        with_later: bool = False,
        by: Optional[str] = None,
        progress: Progress = SILENT,
    ) -> Undone:
        """Take a batch back; what others wrote, for keepers alone."""
        refusal = self.refusal(UNDO_OF_OTHERS)
        if refusal:
            with self._connections.reading() as database:
                chosen = undo.chosen_batch(database, batch_id)
                asked = 'SELECT count(*) FROM batch WHERE batch_id = %s AND "by" = session_user'
                if not database.native(asked, chosen).fetchall()[0][0]:
                    raise StoreError(refusal)
        return super().undo(
            batch_id, skip_changed=skip_changed, with_later=with_later, by=by, progress=progress
        )

    def _refuse_grown(self, database: ServerDatabase) -> None:
        """Refuse to write where a newer plugin brought the network forward while it was open here."""
        if database.schema_version() > self.schema_version:
            message = tr(
                "{name} was upgraded by a newer version of WaterNet, so nothing was written. Update the "
                "plugin to write to it; you can still read it."
            )
            raise NewerSchemaError(message.format(name=self.address.name))

    def _others(self, database: Database, seen: str) -> Others:
        assert isinstance(database, ServerDatabase)
        return schema_changes.SchemaOthers(database, seen)

    @contextmanager
    def _done_once(self) -> Iterator[None]:
        """Tell of a deadlock at once: whoever computes once more would write outputs twice."""
        try:
            with translated(self.address.name):
                yield
        except ConflictError as error:
            raise LockedError(error.message, details=error.details) from error

    @contextmanager
    def native_writes_refused(self) -> Iterator[None]:
        """Have the server refuse what this login sends, as soon as it answers."""
        with self._connections.refusing():
            yield

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
        """Read a table or view; see ``schema_reading``."""
        with self._connections.reading() as database:
            codes = () if as_stored else own_code_rows.codes(database)
            query = Query(columns, ids, where, bbox, geometry, codes)
            return schema_reading.read(database, self.crs, table, query)

    def read_compact(self, table: str, columns: Optional[Sequence[str]] = None) -> pd.DataFrame:
        """Read a table for whoever only looks at it."""
        with self._connections.reading() as database:
            query = Query(columns, codes=own_code_rows.codes(database), is_compact=True)
            return schema_reading.read(database, self.crs, table, query)

    def own_codes(self) -> tuple[Code, ...]:
        """Read them."""
        with self._connections.reading() as database:
            return own_code_rows.codes(database)

    @contextmanager
    def reading_together(self, *, is_followed: bool = False) -> Iterator[None]:
        """Keep one connection."""
        with self._connections.reading_together(is_followed=is_followed):
            yield

    @property
    def met_bad_texts(self) -> tuple[BadText, ...]:
        """Return none: a server takes nothing but UTF-8."""
        return ()

    def bad_texts(self) -> tuple[BadText, ...]:
        """Return none: a server takes nothing but UTF-8."""
        return ()

    def unreadable_values(self) -> tuple[UnreadableValue, ...]:
        """Return none: a server holds each column to its type."""
        return ()

    def backup(self, progress: Progress = SILENT) -> Path:
        """Copy it to a file in the folder of its outputs."""
        return back_up(self, progress)

    def _back_up_before_batch(self) -> None:
        """Make no copy: a batch is one transaction, and a server is backed up by whoever runs it."""

    def weight(self) -> Weight:
        """Ask the server."""
        with self._connections.reading() as database:
            counts = " UNION ALL ".join(
                f"SELECT {literal(name)}, count(*) FROM {quoted(name)}" for name in all_tables()
            )
            rows = {str(name): int(count) for name, count in database.native(counts)}
            size, of_log = database.native(_SIZE).fetchall()[0]
        return Weight(int(size), rows, rows["change_log"], int(of_log), 0, 0, 0)

    def compact(self, *, by: Optional[str] = None) -> Compacted:
        """Give nothing back: the server uses again what rows leave behind."""
        size = self.weight().file_bytes
        return Compacted(size, size)

    def close(self) -> None:
        """Let go of the connections."""
        self._connections.close()
