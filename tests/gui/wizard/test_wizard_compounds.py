"""Compounds drawn in CAD become compounds with type, number and name in four clicks."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cad_drawing import compound_drawing, valve_drawing
from support.wizard_helpers import InstantSession, wizard_with

from waternet_plugin import store
from waternet_plugin.gui.wizard.dialog import CHECK
from waternet_plugin.operations.adoption.adopt_one_layer import AdoptLayerRequest, adopt_layer

CRS = "EPSG:4547"


@pytest.mark.slow
def test_a_drawing_of_compounds_takes_four_clicks(session: InstantSession, tmp_path: Path) -> None:
    path = tmp_path / "net.gpkg"
    pipes = valve_drawing(5).write(tmp_path / "管线图.dxf")
    mapping = f'{{"fields": {{}}, "crs": "{CRS}", "defaults": {{"system": "potable"}}}}'
    with store.create_network(path, CRS) as network:
        adopt_layer(network, AdoptLayerRequest(f"{pipes}|layername=lines", mapping=mapping, table="pipe"))
    session.network_path = str(path)
    drawing = compound_drawing().write(tmp_path / "小区.dxf")
    wizard = wizard_with(session, tmp_path, drawing)
    taken = [(source.table, source.taken) for source in wizard.state.sources if source.taken]
    assert taken == [("compound", True)]
    # Nothing is open: after the click that opened the wizard the list of steps leads to the last one.
    wizard.rail.itemClicked.emit(wizard.rail.item(CHECK))
    assert wizard.step == CHECK, wizard.message.text()
    assert [result.rows_written for result in wizard.state.results] == [3]
    wizard.go_on()
    assert wizard.is_done
    with store.open_network(path) as network:
        rows = network.read("compound", ["compound_id", "name", "type"], geometry=False)
    assert sorted(rows.to_numpy().tolist()) == [
        ["A-01", "幸福花园", "residential"],
        ["A-02", "临溪纺织厂", "industrial"],
        ["A-03", "滨河新村", "residential"],
    ]
