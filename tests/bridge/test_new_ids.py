"""An id that was ever given is never given to another asset, whoever asks for a new one."""

from __future__ import annotations

import pytest
from qgis.core import QgsVectorLayer
from shapely.geometry import Point
from support.built_network import EAST, NORTH, write_built

from waternet_plugin import store
from waternet_plugin.bridge.edits.id_numbers import highest_number

pytestmark = pytest.mark.slow

TAKEN = 12


@pytest.fixture(params=["N{}", "N-{:04d}"])
def numbered(tmp_path, request):
    """A network with nodes 1 to 12, and how their ids are written."""
    wanted = [request.param.format(number) for number in range(1, TAKEN + 1)]
    rows = [{"node_id": name, "kind": "junction", "system": "potable", "status": "in_use"} for name in wanted]
    placed = [{**row, "geom": Point(EAST + 10 * at, NORTH)} for at, row in enumerate(rows)]
    path = write_built(tmp_path / "town.gpkg", node=placed)
    return path, request.param


def next_numbers(path, prefix):
    """Return what the network, a batch and a layer being edited would number next."""
    layer = QgsVectorLayer(f"{path}|layername=node", "node", "ogr")
    with store.open_network(path, by="tester") as network:
        asked = network.next_id("node", prefix)
        with network.write("edit") as batch:
            in_batch = batch.next_id("node", prefix)
    told = [int(name[len(prefix) :]) for name in (asked, in_batch)]
    return (*told, highest_number(layer, "node", prefix) + 1)


def test_an_id_of_what_was_deleted_or_renamed_is_not_given_again(numbered):
    path, form = numbered
    prefix = form.split("{")[0]
    assert next_numbers(path, prefix) == (TAKEN + 1,) * 3
    with store.open_network(path, by="tester") as network, network.write("edit") as batch:
        batch.delete("node", [form.format(TAKEN)])
    assert next_numbers(path, prefix) == (TAKEN + 1,) * 3
    with store.open_network(path, by="tester") as network, network.write("edit") as batch:
        batch.delete("node", [form.format(number) for number in range(1, TAKEN)])
    assert next_numbers(path, prefix) == (TAKEN + 1,) * 3


def test_other_ids_with_the_same_letters_do_not_count(numbered):
    path, form = numbered
    prefix = form.split("{")[0]
    with store.open_network(path, by="tester") as network:
        assert network.next_id("node", "X") == "X0001"
        with network.write("edit") as batch:
            batch.insert("node", network.read("node").iloc[:1].assign(node_id=f"{prefix}99a"))
    assert next_numbers(path, prefix) == (TAKEN + 1,) * 3
