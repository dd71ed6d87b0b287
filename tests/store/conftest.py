"""Networks for the tests of the store: made once, copied for each test."""

from __future__ import annotations

import shutil

import pytest
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


def _copy(made, folder):
    from waternet_plugin.store import open_network

    return open_network(shutil.copy(made, folder / "town.gpkg"), by="tester")


@pytest.fixture
def network(_made, tmp_path):
    """A new network, written by the user ``tester``."""
    return _copy(_made / "empty.gpkg", tmp_path)


@pytest.fixture
def town(_made, tmp_path):
    """A network with twenty pipes, adopted in batch B0002."""
    return _copy(_made / "town.gpkg", tmp_path)
