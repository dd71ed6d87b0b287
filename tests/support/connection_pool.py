"""A pgbouncer of the tests' own before the server of the run, for as long as a block lasts."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.database_server import LOGIN, SERVER_USER, DatabaseServer, free_port

_PROGRAM = "/usr/sbin/pgbouncer"
_SETTINGS = """[databases]
* = host={host} port={server_port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = {mode}
"""
_PATIENCE_S = 20.0


def skip_without_pool() -> None:
    """Skip the test where pgbouncer is not installed."""
    if shutil.which(_PROGRAM) is None:
        pytest.skip("pgbouncer is not installed: apt-get install pgbouncer")


@contextmanager
def pool(server: DatabaseServer, folder: Path, mode: str) -> Iterator[str]:
    """Let people come to a server by a pool; yields its port of 127.0.0.1.

    Parameters
    ----------
    folder
        For its settings.
    mode
        What it calls ``pool_mode``.
    """
    port, users, settings = free_port(), folder / "users.txt", folder / "pool.ini"
    users.write_text(f'"{LOGIN}" ""\n', encoding="ascii")
    told = {"host": server.folder, "server_port": server.port, "port": port, "users": users, "mode": mode}
    settings.write_text(_SETTINGS.format(**told), encoding="utf-8")
    # It refuses to run as root, and reads its settings itself.
    other = SERVER_USER if os.geteuid() == 0 else None
    with subprocess.Popen([_PROGRAM, "-q", str(settings)], user=other, group=other) as process:
        try:
            _wait(port, process)
            yield str(port)
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_S
    while True:
        assert process.poll() is None and time.monotonic() < until, "pgbouncer does not start"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
