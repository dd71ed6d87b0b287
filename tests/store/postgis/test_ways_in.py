"""By what ways people come to a server: TLS, passwords, pools, a standby; what is wrong is one sentence."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from support.certificates import authority, of_host
from support.connection_pool import pool, skip_without_pool
from support.database_server import (
    LOGIN,
    DatabaseServer,
    free_port,
    server_of_run,
    skip_or_fail_without_server,
)
from support.slow_line import SlowLine
from support.store_helpers import CRS, as_login

from waternet_plugin import store
from waternet_plugin.core.errors import StoreError
from waternet_plugin.store import create_network, open_network, servers
from waternet_plugin.store.addresses import parse

on_the_server = pytest.mark.parametrize("kept_in", ["server"], indirect=True)
_HOST = "localhost"
# Whoever comes by the network comes by TLS and with a password.
_RULES = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
_LOGINS = (
    "CREATE ROLE \"li; 'x\" LOGIN SUPERUSER PASSWORD 'right'",
    "CREATE ROLE old LOGIN PASSWORD 'right' VALID UNTIL '2020-01-01'",
)


def _folder():
    """A folder whose path is short, as those of sockets must be, and that another user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="wn", dir="/tmp"))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def guarded():
    """A server that lets people in by TLS and password alone, with a network; folder of its certificates."""
    skip_or_fail_without_server()
    folder = _folder()
    server = DatabaseServer(folder / "s", str(free_port()))
    server.folder.mkdir()
    server.start()
    certificates = folder / "certificates"
    certificates.mkdir()
    authority(certificates, "other")
    made = of_host(certificates, _HOST, authority(certificates, "authority"))
    for file in made:
        server.give(Path(shutil.copy(file, server.data)))
    (server.data / "pg_hba.conf").write_text(_RULES, encoding="ascii")
    for sql in ("ALTER SYSTEM SET ssl = on", *_LOGINS, "SELECT pg_reload_conf()"):
        server.ask(sql)
    database = server.make_database()
    create_network(server.address(database, "town"), CRS).close()
    yield server, database, certificates
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture
def by_service(guarded, tmp_path, monkeypatch):
    """Return a function that writes a service file and returns the address of the network by it."""
    server, database, _certificates = guarded

    def address(login="li; 'x", password="right", **keywords):
        told = {"host": _HOST, "hostaddr": "127.0.0.1", "port": server.port, "dbname": database, **keywords}
        lines = [f"{key}={value}" for key, value in {**told, "user": login}.items()]
        service, passwords = tmp_path / "services.conf", tmp_path / "pgpass"
        service.write_text("\n".join(["[water]", *lines]), encoding="utf-8")
        passwords.write_text(f"*:*:*:*:{password}\n", encoding="utf-8")
        passwords.chmod(0o600)
        monkeypatch.setenv("PGSERVICEFILE", str(service))
        monkeypatch.setenv("PGPASSFILE", str(passwords))
        return parse("postgresql:///?service=water&schema=town")

    return address


def test_tls_with_the_right_certificate_leads_to_the_network(guarded, by_service):
    _server, _database, certificates = guarded
    right = {"sslmode": "verify-full", "sslrootcert": certificates / "authority.crt"}
    for keywords in ({"sslmode": "require"}, right):
        with open_network(by_service(**keywords)) as network, network.write("edit"):
            assert network.own_role.login == "li; 'x"
        with network.snapshot() as database:
            asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            assert database.native(asked).fetchall() == [(1,)]
        network.close()


@pytest.mark.parametrize(
    ("keywords", "said"),
    [
        ({"sslmode": "verify-full", "sslrootcert": "other"}, "do not agree on TLS"),
        ({"sslmode": "verify-full", "sslrootcert": "authority", "host": "127.0.0.1"}, "do not agree on TLS"),
        ({"sslmode": "verify-ca", "sslrootcert": "none"}, "do not agree on TLS"),
        ({"sslmode": "disable"}, "does not accept this kind of connection"),
        ({"sslmode": "require", "password": "wrong"}, "refused the login"),
        ({"sslmode": "require", "login": "old"}, "whether the password has expired"),
        ({"sslmode": "require", "dbname": "none; DROP"}, "no database of that name"),
    ],
)
def test_what_is_wrong_with_a_way_is_one_sentence_without_secrets(keywords, said, guarded, by_service):
    _server, _database, certificates = guarded
    if "sslrootcert" in keywords:
        keywords = {**keywords, "sslrootcert": certificates / f"{keywords['sslrootcert']}.crt"}
    address = by_service(**keywords)
    with pytest.raises(StoreError, match=said) as caught:
        open_network(address)
    assert "right" not in str(caught.value.details) + caught.value.message
    with pytest.raises(StoreError, match=said):
        servers.networks_on(address.server(), address.name)


@on_the_server
def test_a_server_without_tls_is_said(town):
    line = SlowLine(server_of_run().folder / ".s.PGSQL.5432")
    address = dataclasses.replace(town.address, host="127.0.0.1", port=str(line.port), sslmode="require")
    with pytest.raises(StoreError, match="do not agree on TLS"):
        open_network(address)
    line.close()


def _write(network, text):
    with network.write("edit", seen=network.position()) as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "note": [text]}))


@contextmanager
def _by_pool(town, mode):
    """Yield the address of the town by a pool."""
    skip_without_pool()
    folder = _folder()
    with pool(server_of_run(), folder, mode) as port:
        yield dataclasses.replace(town.address, host="127.0.0.1", port=port)
    shutil.rmtree(folder)


@on_the_server
def test_behind_a_pool_of_sessions_people_work_and_look_by_the_clock(town):
    with _by_pool(town, "session") as address:
        with open_network(address) as mine, open_network(address) as theirs:
            _write(mine, "mine")
            _write(theirs, "theirs")
            assert mine.undo().rows == 1
            assert town.read("pipe", ["note"], ids=["P00001"])["note"].tolist() == ["mine"]
        # Who comes after them has nothing of their sessions.
        with open_network(address) as later:
            _write(later, "later")
        assert servers.listening(address) is None
        assert store.look_at(address).is_there


@on_the_server
def test_a_pool_that_mixes_people_up_is_refused(town):
    before = len(town.batches())
    with _by_pool(town, "transaction") as address, open_network(address) as network:
        with pytest.raises(StoreError, match="pool_mode is session"):
            open_network(address)
        # Another program has the connection in whose session the network was opened.
        with as_login(LOGIN, address) as other:
            other.execute("BEGIN")
            with pytest.raises(StoreError, match="pool_mode is session"):
                _write(network, "mixed")
    assert len(town.batches()) == before


@on_the_server
def test_a_standby_is_read_and_not_written(town):
    folder = _folder()
    standby = DatabaseServer(folder)
    standby.follow(server_of_run())
    address = dataclasses.replace(town.address, host=str(folder))
    with open_network(address) as network:
        assert network.count("pipe") == 20
        assert network.read("pipe")["pipe_id"].tolist() == town.read("pipe")["pipe_id"].tolist()
        with pytest.raises(StoreError, match="can only be read at present"):
            _write(network, "standby")
    assert servers.listening(address) is None
    assert store.look_at(address).is_there
    standby.stop()
