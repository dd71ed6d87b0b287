"""Connections to a network's schema, and the server's errors in the user's words."""

from __future__ import annotations

import select
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Any, Optional

import psycopg2
import psycopg2.errors
import psycopg2.extensions

from waternet_plugin.core.errors import ConflictError, LockedError, StoreError
from waternet_plugin.core.texts import tr
from waternet_plugin.store import own_writes
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.postgis import native_writes, network_locks, schema_making
from waternet_plugin.store.postgis.outages import lost_commits, silence
from waternet_plugin.store.postgis.outages.late_refusal import LateRefusal
from waternet_plugin.store.postgis.server_database import MixedSessionsError, MovedSchemaError, ServerDatabase

_PROGRAM = {"application_name": "WaterNet", "client_encoding": "UTF8", "connect_timeout": "10"}
# Of a server that has gone without a word, such as behind a cut line, it is known after this time.
_WATCHED = {"keepalives_idle": "10", "keepalives_interval": "5", "tcp_user_timeout": "15000"}
# The server's half: else it keeps rows and network locked for hours for somebody whose line was cut.
_WATCHED_THERE = (
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;"
)
# Idle connections that one open network has at most: one reads, one writes.
_MOST_IDLE = 2
# Whoever waits for a row that another is writing is told after this time.
_ROW_PATIENCE_MS = 3_000
_BEGIN = (
    "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET client_min_messages = 'warning';"
    " SET standard_conforming_strings = on; SET lock_timeout = {patience};"
    f" {_WATCHED_THERE}"
    # Whatever another session left here shows that a pool hands connections on.
    " SELECT current_setting('waternet.session', true), set_config('waternet.session', {session}, false),"
    " set_config('search_path', concat_ws(', ', {schema}, (SELECT quote_ident(n.nspname)"
    " FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
    " WHERE e.extname = 'postgis')), false),"
    " (SELECT t.oid FROM pg_type t JOIN pg_depend d ON d.objid = t.oid"
    " JOIN pg_extension e ON e.oid = d.refobjid"
    " WHERE e.extname = 'postgis' AND t.typname = 'geometry')"
)
# What the triggers that keep editors to their districts call themselves.
_DISTRICT = "wn_district"
# What the driver says before anybody has a connection has no SQLSTATE, and may be in Chinese.
_TLS = ("SSL", "certificate", "证书")
_LOGIN = ("password", "authentication", "Password", "认证", "口令", "密码")
# Beginnings of SQLSTATE and what they mean.
_FULL, _ENDED = "53", ("57", "08")


def connected(parameters: Mapping[str, str], name: str) -> Any:
    """Return a connection of the driver.

    Parameters
    ----------
    parameters
        Keywords of the driver; a password among them is never told.
    name
        What sentences call the network.
    """
    try:
        connection = psycopg2.connect(**{**_PROGRAM, **_WATCHED, **parameters})
    except psycopg2.OperationalError as error:
        raise _unreachable(error, name) from error
    except psycopg2.ProgrammingError as error:
        message = tr("The address of {name} can't be used to reach a server.")
        raise StoreError(message.format(name=name), details=(_said(error),)) from error
    silence.note_peer(connection, parameters)
    return connection


def _is_alive(connection: Any) -> bool:
    """Return whether an idle connection still leads to its server, without asking that."""
    if connection.closed:
        return False
    try:
        # Nothing was asked: what there is to read is the word that the server has ended it.
        readable, _writable, _failed = select.select([connection], [], [], 0)
    except (OSError, ValueError):
        readable = [connection]
    if readable:
        connection.close()
    return not readable


def _said(error: psycopg2.Error) -> str:
    """Return what the server said, for the details of an error."""
    return " ".join(str(error).split())


def _unreachable(error: psycopg2.Error, name: str) -> StoreError:
    told = str(error)
    details = (_said(error),)
    if any(word in told for word in _TLS):
        message = tr(
            "The server of {name} and this computer do not agree on TLS. Check sslmode, the host's name and "
            "the certificate of its authority (sslrootcert); the log has what the server said."
        )
        return StoreError(message.format(name=name), details=details)
    if "pg_hba.conf" in told:
        message = tr(
            "The server of {name} does not accept this kind of connection. Ask its keeper whether "
            "pg_hba.conf lists this computer and login, and whether it requires TLS (sslmode)."
        )
        return StoreError(message.format(name=name), details=details)
    if any(word in told for word in _LOGIN):
        message = tr(
            "The server of {name} refused the login. Check user and password of the connection, and whether "
            "the password has expired."
        )
        return StoreError(message.format(name=name), details=details)
    if "does not exist" in told and "database" in told:
        message = tr("The server of {name} has no database of that name. Check the address.")
        return StoreError(message.format(name=name), details=details)
    message = tr(
        "The server of {name} can't be reached. Check the connection and whether the server is running."
    )
    return StoreError(message.format(name=name), details=details)


def in_words(error: psycopg2.Error, name: str) -> StoreError:
    """Return an error of the server in the user's words."""
    state, details = error.pgcode or "", (_said(error),)
    if isinstance(error, psycopg2.errors.LockNotAvailable):
        message = tr(
            "Somebody else is writing the same rows of {name} at this moment. Nothing was changed; try again "
            "shortly."
        )
        return LockedError(message.format(name=name), details=details)
    if isinstance(error, (psycopg2.errors.DeadlockDetected, psycopg2.errors.SerializationFailure)):
        message = tr(
            "Somebody else was writing the same rows of {name} at the same moment. Nothing was changed; run "
            "this again."
        )
        # As with rows that were changed since they were read, whoever computes them does so once more.
        return ConflictError(message.format(name=name), details=details)
    if isinstance(error, psycopg2.errors.InsufficientPrivilege) and error.diag.constraint_name == _DISTRICT:
        message = tr(
            "What you changed lies in the district {district} of {name}, which is not yours. Nothing was "
            "changed."
        )
        district = error.diag.message_detail or ""
        return StoreError(message.format(district=district, name=name), details=details)
    if isinstance(error, psycopg2.errors.InsufficientPrivilege):
        message = tr("Your login may not do this in {name}. Ask its keeper for the right to.")
        return StoreError(message.format(name=name), details=details)
    if isinstance(error, psycopg2.errors.ReadOnlySqlTransaction):
        message = tr("The server of {name} can only be read at present. Nothing was changed.")
        return StoreError(message.format(name=name), details=details)
    if state.startswith(_FULL):
        message = tr("The server of {name} has no room left. Nothing was changed; tell its keeper.")
        return StoreError(message.format(name=name), details=details)
    if isinstance(error, psycopg2.OperationalError) or state.startswith(_ENDED):
        message = tr("The connection to {name} was lost. What was not yet saved is not in it; try again.")
        return StoreError(message.format(name=name), details=details)
    return _refused(name, error.diag.message_primary or _said(error), details)


def _refused(name: str, reason: str, details: tuple[str, ...] = ()) -> StoreError:
    message = tr("The network {name} refused the change, so nothing was changed: {reason}")
    return StoreError(message.format(name=name, reason=reason), details=details)


def _mixed(name: str) -> StoreError:
    message = tr(
        "The connection to {name} goes through a pool that gives one connection to several people in turn, "
        "such as pgbouncer in transaction mode, which mixes up who writes. Ask its keeper for one whose "
        "pool_mode is session."
    )
    return StoreError(message.format(name=name))


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turn the server's errors into sentences for the user."""
    try:
        yield
    except psycopg2.Error as error:
        raise in_words(error, name) from error
    except MixedSessionsError as error:
        raise _mixed(name) from error
    except MovedSchemaError as error:
        message = tr("The coordinate system of {name} was changed while it was open here. Open it again.")
        raise StoreError(message.format(name=name)) from error
    except sqlite3.IntegrityError as error:
        # Refused in words of SQLite, and nobody asked which row it was.
        raise _refused(name, str(error)) from error


class SchemaConnections:
    """The connections of one open network: opened when they are needed, used again, one thread at a time.

    Parameters
    ----------
    address
        Where the network is.
    """

    def __init__(self, address: NetworkAddress) -> None:
        self._address = address
        self.name = address.name
        self.schema = address.schema
        # Not known before the network was looked at.
        self.srs_id = 0
        # By what the last connection was made.
        self._driver: Mapping[str, str] = {}
        self._idle: list[ServerDatabase] = []
        self._taking = threading.Lock()
        self._of_thread = threading.local()

    def _connect(self) -> ServerDatabase:
        self._driver = self._address.server().driver
        connection = connected(self._driver, self.name)
        connection.autocommit = True
        silence.begin(connection, self._driver)
        session = uuid.uuid4().hex
        try:
            with translated(self.name), connection.cursor() as cursor:
                first = literal(quoted(self.schema))
                sql = _BEGIN.format(schema=first, patience=_ROW_PATIENCE_MS, session=literal(session))
                cursor.execute(sql)
                (other, _session, _path, geometry_type), *_rest = cursor.fetchall()
                if other:
                    raise MixedSessionsError(other)
        except BaseException:
            silence.end(connection)
            connection.close()
            raise
        if geometry_type is None:
            silence.end(connection)
            connection.close()
            message = tr(
                "The database of {name} has no PostGIS. Its keeper adds it by “CREATE EXTENSION postgis”."
            )
            raise StoreError(message.format(name=self.name))
        return ServerDatabase(
            connection,
            int(geometry_type),
            self.srs_id,
            session,
            schema_making.watch_over,
            schema_making.grow,
        )

    def _taken(self) -> ServerDatabase:
        with self._taking:
            while self._idle:
                database = self._idle.pop()
                if _is_alive(database.connection):
                    database.srs_id = self.srs_id
                    silence.begin(database.connection, self._driver)
                    return database
        return self._connect()

    def _put_back(self, database: ServerDatabase) -> None:
        connection = database.connection
        idle = psycopg2.extensions.TRANSACTION_STATUS_IDLE
        if not connection.closed and connection.get_transaction_status() != idle:
            with suppress(psycopg2.Error):
                database.take_back()
        silence.end(connection)
        with self._taking:
            if (
                not connection.closed
                and connection.get_transaction_status() == idle
                and len(self._idle) < _MOST_IDLE
            ):
                self._idle.append(database)
                return
        connection.close()

    @contextmanager
    def _translated(self, database: ServerDatabase) -> Iterator[None]:
        """Turn errors into sentences; where a table is not there, look whether this is our session."""
        try:
            with translated(self.name):
                yield
        except StoreError as error:
            if isinstance(error.__cause__, psycopg2.errors.UndefinedTable):
                with translated(self.name):
                    database.take_back()
                    database.check_session()
            raise

    @contextmanager
    def reading(self) -> Iterator[ServerDatabase]:
        """Reach the schema for questions; each sees what was last committed."""
        kept: Optional[ServerDatabase] = getattr(self._of_thread, "database", None)
        if kept is not None:
            with translated(self.name):
                yield kept
            return
        database = self._taken()
        try:
            with self._translated(database):
                yield database
        finally:
            self._put_back(database)

    @contextmanager
    def reading_together(self, *, is_followed: bool = False) -> Iterator[None]:
        """Let this thread read by one connection in the block, which asks for the columns of tables once.

        Parameters
        ----------
        is_followed
            See ``ServerDatabase.columns_kept``.
        """
        with self.reading() as database, database.columns_kept(is_followed=is_followed):
            before = getattr(self._of_thread, "database", None)
            self._of_thread.database = database
            try:
                yield
            finally:
                self._of_thread.database = before

    @contextmanager
    def snapshot(self) -> Iterator[ServerDatabase]:
        """Reach the schema for questions that all see one state, whoever writes meanwhile."""
        with self.reading() as database:
            database.native("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                yield database
            finally:
                database.native("ROLLBACK")

    @contextmanager
    def transaction(self, kind: str, *, alone: bool) -> Iterator[ServerDatabase]:
        """Reach the schema for one write: committed at the end, taken back on any exception.

        Parameters
        ----------
        kind
            Code of the domain ``batch_kind``, for others who have to wait.
        alone
            Whether nobody else may write much at the same time.
        """
        self._ask_after_lost_commit()
        database = self._taken()
        try:
            with own_writes.counted(), self._translated(database):
                own_writes.note_process(database.connection.info.backend_pid)
                database.begin()
                if alone:
                    network_locks.take(database, self.name, kind=kind)
                yield database
                self._commit(database)
        finally:
            self._put_back(database)

    def _commit(self, database: ServerDatabase) -> None:
        """Commit; where the answer is lost with the connection, ask by another one what became of it."""
        try:
            database.commit()
        except psycopg2.Error as error:
            if not database.connection.closed or database.transaction is None:
                raise
            try:
                is_there = lost_commits.is_committed(self._query, self.schema, database.transaction)
            except (psycopg2.Error, StoreError):
                lost_commits.remember(str(self._address), database.transaction)
                raise lost_commits.unknown(self.name, (_said(error),)) from error
            if not is_there:
                raise

    def _ask_after_lost_commit(self) -> None:
        """Refuse to write again what had arrived, though nobody could tell it then."""
        transaction = lost_commits.remembered(str(self._address))
        if transaction is None:
            return
        with translated(self.name):
            is_there = lost_commits.is_committed(self._query, self.schema, transaction)
        lost_commits.forget(str(self._address))
        if is_there:
            raise lost_commits.already_written(self.name)

    def _query(self, sql: str, *parameters: str) -> list[tuple[Any, ...]]:
        """Ask by a connection of its own."""
        driver = self._address.server().driver
        with closing(connected(driver, self.name)) as connection, connection.cursor() as cursor:
            silence.begin(connection, driver)
            try:
                cursor.execute(sql, parameters)
                return list(cursor.fetchall())
            finally:
                silence.end(connection)

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Keep this login from writing past the store; where no server answers, as soon as one does."""
        with ExitStack() as stack:
            try:
                database = stack.enter_context(self.reading())
                stack.enter_context(native_writes.refused(database, self.schema))
            except StoreError:
                driver = self._address.server().driver
                statement = native_writes.refusal(self.schema)
                late = LateRefusal(driver, silence.peer_of(driver), statement)
                stack.callback(late.end)
            yield

    def close(self) -> None:
        """Let go of the connections that nobody uses."""
        with self._taking:
            for database in self._idle:
                database.connection.close()
            self._idle.clear()
