"""An id that was ever given is never given to another asset, whoever asks for a new one."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication, QgsVectorLayer
from shapely.geometry import Point
from support.built_network import EAST, NORTH, write_built

from waternet_plugin import store
from waternet_plugin.bridge.edits import id_numbers
from waternet_plugin.bridge.edits.id_numbers import highest_number, newest_id

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


def test_questions_about_several_tables_open_the_file_once_and_leave_it_closed(numbered, monkeypatch):
    path, form = numbered
    opened = []
    open_file = id_numbers.ogr.Open
    monkeypatch.setattr(id_numbers.ogr, "Open", lambda *file: opened.append(file) or open_file(*file))
    QgsApplication.processEvents()
    layers = {name: QgsVectorLayer(f"{path}|layername={name}", name, "ogr") for name in ("node", "pipe")}
    assert newest_id(layers["node"], "node", "potable") == form.format(TAKEN)
    assert highest_number(layers["node"], "node", form.split("{")[0]) == TAKEN
    assert newest_id(layers["pipe"], "pipe", "") is None and highest_number(layers["pipe"], "pipe", "P-") == 0
    assert len(opened) == 1
    QgsApplication.processEvents()
    assert not id_numbers._open
    assert highest_number(layers["node"], "node", form.split("{")[0]) == TAKEN
    assert len(opened) == 2


def test_a_file_that_is_not_there_has_no_numbers(tmp_path, qgis_app):
    layer = QgsVectorLayer(f"{tmp_path / 'gone.gpkg'}|layername=node", "node", "ogr")
    assert highest_number(layer, "node", "N-") == 0 and newest_id(layer, "node", "") is None
