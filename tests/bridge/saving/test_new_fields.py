"""Fields that a person adds by QGIS's own *New field*, and values in them, are saved as one batch."""

from __future__ import annotations

import pytest
from qgis.core import QgsField
from support.edit_session import change, fid_of, last_batch, split
from support.store_helpers import rows

from waternet_plugin import compat
from waternet_plugin.store import open_network
from waternet_plugin.store.changes.asset_changes import HistoryQuery


def add(layer, name: str, kind: str = "text") -> None:
    assert layer.addAttribute(compat.field(name, kind))


def boolean(name: str) -> QgsField:
    # By its number, which all versions of Qt share.
    field = compat.field(name, "integer")
    field.setType(type(field.type())(1))
    return field


@pytest.mark.slow
@pytest.mark.parametrize("name", ["my_contract", "select", 'a"b; --', "合同编号", "x" * 200])
def test_a_new_field_and_its_values_are_one_batch(pipes, path, refusals, name):
    add(pipes, name)
    change(pipes, "P-2", **{name: "HT-7", "material": "pe"})
    assert pipes.commitChanges(False), refusals and refusals[0].error.message
    assert pipes.getFeature(fid_of(pipes, "P-2"))[name] == "HT-7"
    with open_network(path) as network:
        assert network.table("pipe").field(name).is_own
        found = network.history(HistoryQuery(asset="P-2", batch_id=last_batch(path)[0]))
        assert set(found["field"]) >= {name, "material"}
        network.undo()
        assert name not in network.table("pipe").field_names
        assert network.read("pipe", ["material"], ids=["P-2"])["material"].iloc[0] == "pvc"


@pytest.mark.always
@pytest.mark.slow
def test_later_saves_split_and_log_it(pipes, path):
    add(pipes, "my_contract")
    change(pipes, "P-1", my_contract="HT-1")
    assert pipes.commitChanges(False)
    split(pipes, "P-4")
    change(pipes, "P-2", my_contract="HT-2")
    assert pipes.commitChanges(False)
    found = dict(rows(path, "SELECT pipe_id, my_contract FROM pipe"))
    assert (found["P-1"], found["P-4"], found["P-2"]) == ("HT-1", "HT-1", "HT-2")
    with open_network(path) as network:
        network.undo()
        assert dict(rows(path, "SELECT pipe_id, my_contract FROM pipe")).get("P-4") is None
        assert network.read("pipe", ["my_contract"], ids=["P-2"])["my_contract"].iloc[0] is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "value", "stored"), [("integer", 13_800_138_000, 13_800_138_000), ("real", 0.5, 0.5)]
)
def test_numbers(pipes, path, kind, value, stored):
    add(pipes, "mine", kind)
    change(pipes, "P-2", mine=value)
    assert pipes.commitChanges(False)
    assert rows(path, "SELECT mine FROM pipe WHERE pipe_id = 'P-2'") == [(stored,)]
    # Touched and saved once more, it stays what it is.
    change(pipes, "P-2", material="pe")
    assert pipes.commitChanges(False)
    assert rows(path, "SELECT mine FROM pipe WHERE pipe_id = 'P-2'") == [(stored,)]


@pytest.mark.slow
def test_a_name_that_differs_by_case_is_refused(pipes, path, refusals):
    add(pipes, "MATERIAL")
    change(pipes, "P-2", material="pe")
    before = last_batch(path)
    assert not pipes.commitChanges(False)
    assert "already has a field material" in refusals[0].error.message
    assert last_batch(path) == before
    assert pipes.isModified()


def test_a_type_that_is_not_kept_is_refused(pipes, path, refusals):
    add(pipes, "at", "datetime")
    before = last_batch(path)
    assert not pipes.commitChanges(False)
    assert "new field at" in refusals[0].error.message
    assert last_batch(path) == before
    assert rows(path, "SELECT count(*) FROM pragma_table_info('pipe') WHERE name = 'at'") == [(0,)]


@pytest.mark.slow
def test_a_field_alone_is_saved(pipes, path):
    add(pipes, "my_contract")
    assert pipes.commitChanges()
    assert "my_contract" in [field.name() for field in pipes.fields()]
    assert last_batch(path)[1] == "edit"
