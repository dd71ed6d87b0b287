"""A database server of the tests' own: PostgreSQL with PostGIS on a socket in a folder, gone with the run.

It is begun by the first test that asks for it, once a process. PostgreSQL refuses to run as root: there it
runs as the user ``postgres``, which Debian's package makes.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Optional
from urllib.parse import quote

import pytest

# The user as which Debian's package runs it.
SERVER_USER = "postgres"
LOGIN = "keeper"
# Whoever tries the server comes as one of these, beside the keeper.
LOGINS = {"viewer": "reader", "drafter": "editor"}
_TEMPLATE = "with_postgis"
_PORT = "5432"
# Nothing of a test outlives its process, so nothing needs to reach the disk.
_OPTIONS = (
    "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    " -c max_connections=60 -c shared_buffers=64MB -c autovacuum=off -c jit=off -c log_min_messages=fatal"
    " -c deadlock_timeout=300ms"
)


def programs() -> Optional[Path]:
    """Return the folder of the programs of the newest PostgreSQL, None where there is none with PostGIS."""
    roots = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name))
    usable = [
        one
        for one in roots
        if Path(f"/usr/share/postgresql/{one.parent.name}/extension/postgis.control").exists()
    ]
    return usable[-1] if usable else None


def missing() -> str:
    """Return what lacks for a server, '' where nothing does."""
    if programs() is None:
        return "PostgreSQL with PostGIS is not installed: `make setup` installs it"
    try:
        import psycopg2  # noqa: F401
    except ImportError:
        return "psycopg2 is not installed: `make setup` installs it"
    return ""


def skip_or_fail_without_server() -> None:
    """Skip the test where no server is installed; fail it where the environment says that one must be."""
    lacking = missing()
    if lacking and os.environ.get("WATERNET_SERVER") == "required":
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)


class DatabaseServer:
    """A server that runs in a folder.

    Parameters
    ----------
    folder
        Where its data and its socket are; its path is short, as paths of sockets must be.
    port
        Of 127.0.0.1, where it can be reached there, too; '' for a server on its socket alone.
    """

    def __init__(self, folder: Path, port: str = "") -> None:
        self.folder = folder
        self.port = port or _PORT
        self._listens = "127.0.0.1" if port else ""
        self.data = folder / "data"
        found = programs()
        assert found is not None, missing()
        self._programs = found
        self._as_other = os.geteuid() == 0
        self._databases = 0

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [str(self._programs / program), *words],
            capture_output=True,
            text=True,
            cwd=self.folder,
            user=SERVER_USER if self._as_other else None,
            group=SERVER_USER if self._as_other else None,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PGHOST": str(self.folder)},
        )
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    def _own_folder(self) -> None:
        self.give(self.folder)
        self.folder.chmod(0o755)

    def give(self, file: Path) -> None:
        """Give a file to the user as which the server runs."""
        if self._as_other:
            owner = pwd.getpwnam(SERVER_USER)
            os.chown(file, owner.pw_uid, owner.pw_gid)

    def start(self) -> None:
        """Make the server's data and start it."""
        self._own_folder()
        self._run("initdb", "--no-sync", "-A", "trust", "-U", LOGIN, "-E", "UTF8", "-D", str(self.data))
        self.resume()
        self._ask("postgres", f"CREATE DATABASE {_TEMPLATE}")
        self._ask(_TEMPLATE, "CREATE EXTENSION postgis")

    def resume(self) -> None:
        """Start the server on the data that it has."""
        options = f"{_OPTIONS} -c listen_addresses={self._listens} -k {self.folder} -p {self.port}"
        log = str(self.folder / "log")
        # Its output goes to a file, since it would keep ours open.
        self._run("pg_ctl", "start", "-w", "-s", "-D", str(self.data), "-l", log, "-o", options)

    def follow(self, leader: DatabaseServer) -> None:
        """Start as a standby of another server, whose data it copies."""
        self._own_folder()
        at_leader = ["-h", str(leader.folder), "-p", leader.port, "-U", LOGIN]
        self._run("pg_basebackup", *at_leader, "-R", "--no-sync", "-c", "fast", "-D", str(self.data))
        self.resume()

    def halt(self) -> None:
        """Stop the server at once, as if its machine had lost power; its data stay."""
        self._run("pg_ctl", "stop", "-m", "immediate", "-s", "-D", str(self.data))

    def stop(self) -> None:
        """Stop the server at once and remove its folder."""
        if (self.data / "postmaster.pid").exists():
            self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ask(self, database: str, sql: str) -> None:
        with_login = ["-U", LOGIN, "-h", str(self.folder), "-p", self.port, "-d", database]
        self._run("psql", "-q", "-X", "-v", "ON_ERROR_STOP=1", *with_login, "-c", sql)

    def make_database(self, like: str = _TEMPLATE, *, in_tablespace: str = "pg_default") -> str:
        """Make a database with PostGIS, or a copy of one that nobody uses, and return its name."""
        self._databases += 1
        name = f"town_{os.getpid()}_{self._databases}"
        # Copying files is quicker than copying what is in them, where nothing has to reach the disk.
        self.ask(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY TABLESPACE {in_tablespace}")
        return name

    def vacuum(self, database: str) -> None:
        """Do what servers do by themselves after a large write, and this one is told not to."""
        self._ask(database, "VACUUM (ANALYZE)")

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever uses it."""
        self.ask(f"DROP DATABASE {name} WITH (FORCE)")

    def make_login(self, name: str) -> None:
        """Make a login, of the whole server: it stays where another test or try-out made it before."""
        from waternet_plugin.store.geopackage.sql import literal, quoted

        if not self.ask(f"SELECT 1 FROM pg_roles WHERE rolname = {literal(name)}"):
            self.ask(f"CREATE ROLE {quoted(name)} LOGIN")

    def drop_town(self, database: str, logins: Iterable[str]) -> None:
        """Remove a database with a network in the schema ``town``, its roles and some logins."""
        from waternet_plugin.store.geopackage.sql import quoted

        self.drop_database(database)
        named = self.ask("SELECT rolname FROM pg_roles WHERE rolname LIKE 'wn\\_town\\_%'")
        for name in [*(role for (role,) in named), *logins]:
            self.ask(f"DROP ROLE {quoted(name)}")

    def ask(self, sql: str) -> list[tuple[str, ...]]:
        """Ask about databases, or make and drop them; return the rows of the answer."""
        import psycopg2

        with closing(psycopg2.connect(**self.parameters("postgres"))) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else []

    def parameters(self, database: str, user: str = LOGIN) -> dict[str, str]:
        """Return by what the driver reaches a database."""
        return {"dbname": database, "host": str(self.folder), "port": self.port, "user": user}

    def address(self, database: str, schema: str, user: str = LOGIN) -> str:
        """Return the address of the network of a schema."""
        place = f"host={quote(str(self.folder), safe='')}&port={self.port}&user={user}"
        return f"postgresql:///{database}?{place}&schema={quote(schema, safe='')}"


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


@lru_cache(maxsize=1)
def server_of_run() -> DatabaseServer:
    """Return the server of this process, which ends with it."""
    server = DatabaseServer(Path(tempfile.mkdtemp(prefix="wn", dir="/tmp")))
    atexit.register(server.stop)
    server.start()
    return server


def try_on(word: str) -> None:
    """Start a server with the sample town and a login for each role to try it on, or stop and remove it.

    Parameters
    ----------
    word
        ``start`` or ``stop``.
    """
    server = DatabaseServer(Path(f"/tmp/waternet-server-{os.getuid()}"))
    if word == "stop":
        server.stop()
        return
    if not server.data.exists():
        server.folder.mkdir()
        server.start()
        sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "build" / "plugins"))
        make_town(server, server.make_database())
    databases = server.ask("SELECT datname FROM pg_database WHERE datname LIKE 'town%'")
    for login in (LOGIN, *LOGINS):
        print(server.address(databases[0][0], "town", login))


def make_town(server: DatabaseServer, database: str) -> None:
    """Bring the sample town to a schema ``town``, and give each login of `LOGINS` its role there."""
    from waternet_plugin.bridge.sample import copy_town
    from waternet_plugin.store import open_network, parse
    from waternet_plugin.store.access.roles import Granting
    from waternet_plugin.store.copying.network_copies import copying

    address = parse(server.address(database, "town"))
    with tempfile.TemporaryDirectory() as folder:
        town = copy_town(Path(folder) / "town")
        with open_network(town.network) as network, copying(network, address):
            pass
    with open_network(address) as network:
        for login, role in LOGINS.items():
            server.make_login(login)
            with network.granting(Granting((login,), role)):
                pass


if __name__ == "__main__":
    try_on(sys.argv[1])
