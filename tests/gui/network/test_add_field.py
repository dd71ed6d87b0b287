"""The window *Add field* proposes a name and says what stands in the way; the form has the field after."""

from __future__ import annotations

import pytest
from qgis.PyQt.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton
from support.widgets import trigger

from waternet_plugin import store
from waternet_plugin.gui.network.add_field import name_from
from waternet_plugin.store.geopackage.connection import transaction


def opened(dock):
    trigger(dock, "wn_network_add_field")
    return dock.session.window("wn_add_field")


def part(window, name, kind=QLineEdit):
    return window.findChild(kind, f"wn_add_field_{name}")


def pages(layer):
    config = layer.editFormConfig()
    return [page.name() for page in config.tabs()]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Contract No.", "contract_no"),
        ("合同编号", "合同编号"),
        ("  ", ""),
        ('a;b"c', "a_b_c"),
        ("x" * 90, "x" * 63),
    ],
)
def test_the_name_is_made_of_the_label(label, name):
    assert name_from(label) == name


@pytest.mark.slow
def test_it_says_what_stands_in_the_way(dock):
    window = opened(dock)
    button, note = part(window, "add", QPushButton), part(window, "note", QLabel)
    assert not button.isEnabled()
    assert note.text() == ""
    part(window, "label_en").setText("Material")
    assert part(window, "name").text() == "material"
    assert "already" in note.text()
    part(window, "name").setText("My Field")
    assert "can't be the name of a field" in note.text()
    part(window, "name").setText("contract_no")
    assert button.isEnabled()
    assert note.text() == ""
    window.reject()


@pytest.mark.slow
def test_the_form_has_the_field_afterwards(dock, small_network, until):
    window = opened(dock)
    table = part(window, "table", QComboBox)
    table.setCurrentIndex(table.findData("pipe"))
    part(window, "label_en").setText("Contract number")
    part(window, "label_zh").setText("合同编号")
    part(window, "unit").setText("kPa")
    part(window, "add", QPushButton).click()
    layer = dock.session.layer("pipe")
    until(lambda: layer.fields().lookupField("contract_number") >= 0)
    until(lambda: layer.attributeAlias(layer.fields().lookupField("contract_number")) != "")
    assert layer.attributeAlias(layer.fields().lookupField("contract_number")) == "Contract number (kPa)"
    assert "Own fields" in pages(layer)
    with store.open_network(small_network) as network:
        assert network.table("pipe").field("contract_number").label_zh == "合同编号"


@pytest.mark.slow
def test_a_column_of_another_program_comes_into_the_form(dock, small_network, until):
    with transaction(small_network, action="", by="") as database:
        database.execute("ALTER TABLE pipe ADD COLUMN theirs TEXT")
    dock.session.written("pipe")
    layer = dock.session.layer("pipe")

    until(lambda: "Own fields" in pages(layer))
    with store.open_network(small_network) as network:
        assert [one.name for one in network.table("pipe").fields if one.is_own] == ["theirs"]


@pytest.mark.slow
def test_a_code_comes_into_lists_and_styles(dock, small_network, until):
    from waternet_plugin.core.schema.own_codes import CodeRequest
    from waternet_plugin.operations.adoption.add_code import add_code

    with store.open_network(small_network) as network:
        add_code(network, CodeRequest("material", "k9_iron", "K9 iron", "K9球墨铸铁", "ductile_iron"))
    dock.session.written()
    layer = dock.session.layer("pipe")

    def offered():
        setup = layer.editorWidgetSetup(layer.fields().lookupField("material"))
        return any("k9_iron" in pair.values() for pair in setup.config()["map"])

    until(offered)
    style = layer.styleManager().style("Material").xmlData()
    assert "k9_iron" in style
