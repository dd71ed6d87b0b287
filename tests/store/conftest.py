"""Networks for the tests of the store: made once, copied for each test."""

from __future__ import annotations

import shutil

import pytest
from support.database_server import server_of_run, skip_or_fail_without_server
from support.store_helpers import CRS, pipe_frame


@pytest.fixture(scope="session")
def _made(tmp_path_factory):
    """Path of a new network, and of one with twenty pipes."""
    from waternet_plugin.store import create_network

    folder = tmp_path_factory.mktemp("made")
    for name in ("empty", "town"):
        with create_network(folder / f"{name}.gpkg", CRS, by="tester") as network:
            if name == "town":
                with network.write("adopt", name="pipes") as batch:
                    batch.insert("pipe", pipe_frame(20))
    return folder


@pytest.fixture(scope="session")
def _made_on_server():
    """A server, and its database with the same networks in two schemas."""
    skip_or_fail_without_server()
    from waternet_plugin.store import create_network

    server = server_of_run()
    database = server.make_database()
    for name in ("empty", "town"):
        with create_network(server.address(database, name), CRS, by="tester") as network:
            if name == "town":
                with network.write("adopt", name="pipes") as batch:
                    batch.insert("pipe", pipe_frame(20))
    return server, database


@pytest.fixture
def kept_in(request):
    """What a network of the test is kept in: a file, for tests of either store a server, too."""
    return getattr(request, "param", "file")


@pytest.fixture
def _open(request, kept_in, tmp_path):
    """Return a function that opens a copy of one of the networks, closed and dropped after the test."""
    from waternet_plugin.store import open_network

    if kept_in == "file":
        folder = request.getfixturevalue("_made")
        yield lambda name: open_network(
            shutil.copy(folder / f"{name}.gpkg", tmp_path / "town.gpkg"), by="tester"
        )
        return
    server, database = request.getfixturevalue("_made_on_server")
    copy = server.make_database(like=database)
    opened = []

    def opening(name):
        opened.append(open_network(server.address(copy, name), by="tester"))
        return opened[-1]

    yield opening
    for network in opened:
        network.close()
    server.drop_database(copy)


def pytest_generate_tests(metafunc):
    """Run tests of either store on both, but those of a module that only a file has anything for."""
    marker = metafunc.definition.get_closest_marker("either_store")
    if marker and not marker.kwargs.get("file_only"):
        if "kept_in" not in metafunc.fixturenames:
            metafunc.fixturenames.append("kept_in")
        metafunc.parametrize("kept_in", ["file", "server"], indirect=True)


@pytest.fixture
def network(_open):
    """A new network, written by the user ``tester``."""
    return _open("empty")


@pytest.fixture
def town(_open):
    """A network with twenty pipes, adopted in batch B0002."""
    return _open("town")
