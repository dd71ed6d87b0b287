"""What titles call a network: its name in the settings, else that of its file."""

import pytest

from waternet_plugin import store
from waternet_plugin.store.network import NAME_KEY

CRS = "EPSG:4547"


def test_title_is_the_name_in_the_settings_else_the_files(tmp_path):
    with store.create_network(tmp_path / "town.gpkg", CRS) as network:
        assert network.title == network.name == "town"
        with network.write("setting", name=NAME_KEY) as batch:
            batch.set_setting(NAME_KEY, " 清源县 ")
        assert (network.title, network.name) == ("清源县", "town")


@pytest.mark.slow
def test_title_is_given_when_a_network_is_made(tmp_path):
    with store.create_network(tmp_path / "town.gpkg", CRS, title="清源县") as network:
        assert network.title == "清源县"
    with store.create_network(tmp_path / "other.gpkg", CRS, title="  ") as network:
        assert network.title == "other" and len(network.batches()) == 1
