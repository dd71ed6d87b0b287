"""Networks for the tests of the store."""

from __future__ import annotations

import pytest
from support.store_helpers import CRS, pipe_frame


@pytest.fixture
def network(tmp_path):
    """A new network, written by the user ``tester``."""
    from waternet_plugin.store import create_network

    return create_network(tmp_path / "town.gpkg", CRS, by="tester")


@pytest.fixture
def town(network):
    """A network with twenty pipes, adopted in batch B0002."""
    with network.write("adopt", name="pipes") as batch:
        batch.insert("pipe", pipe_frame(20))
    return network
