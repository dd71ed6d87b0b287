"""A table of inspections whose headings leave something open is mapped by mouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication, QFileDialog
from support.widgets import trigger

from waternet_plugin.core.exchange.mapping.mapping import FieldSource, Mapping
from waternet_plugin.operations.drainage.look_at_inspections import InspectionTable

COLUMNS = {"Section": "1, 2", "What": "PL, CK", "Where": "3.5", "Class": "2", "Tape": "a.mp4"}


class _Session(QObject):
    network_changed = pyqtSignal()


def choose(window: Any, **columns: str) -> None:
    for name, column in columns.items():
        box = window.boxes[name]
        box.setCurrentIndex(box.findData(column))


@pytest.fixture
def window(plugin: Any) -> Any:
    """The window of a table whose headings tell the position alone."""
    from waternet_plugin.gui.drainage.inspection_columns import InspectionColumns

    table = InspectionTable(COLUMNS, Mapping(fields={"position_m": FieldSource("Where", "number")}), ())
    session = _Session()
    made = InspectionColumns(session, "t.csv", table, ("Nothing names the pipe.",))
    yield made
    made.deleteLater()


def test_what_is_chosen_is_the_mapping_and_what_is_left_is_named(window: Any) -> None:
    assert window.doubts.text() == "Nothing names the pipe."
    assert not window.go.isEnabled()
    choose(window, pipe_id="Section", code="What", grade="Class")
    assert window.go.isEnabled()
    assert "Tape" in window.unread.text() and "What" not in window.unread.text()
    window.standard.setCurrentIndex(window.standard.findText("CJJ 181"))
    fields = {name: one.column for name, one in window.mapping.fields.items()}
    assert fields == {"position_m": "Where", "pipe_id": "Section", "code": "What", "grade": "Class"}
    assert window.mapping.fields["position_m"].take == "number"
    assert window.mapping.defaults == {"standard": "cjj_181"}
    choose(window, position_m="")
    assert "position_m" not in window.mapping.fields


def test_two_manholes_name_a_drain(window: Any) -> None:
    choose(window, from_node="Section")
    assert not window.go.isEnabled()
    choose(window, to_node="What")
    assert window.go.isEnabled()


@pytest.mark.slow
def test_a_table_is_asked_for_and_imported(
    plugin: Any, town: Any, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin import store

    with store.open_network(town.network_path) as network:
        drain = network.read("pipe", ["pipe_id"], where={"system": ["sewage"]}, geometry=False)["pipe_id"][0]
    path = tmp_path / "t.csv"
    path.write_text(f"Abschnitt,Was,Wo,Wie,Tape\n{drain},PL,1.5,4,x\n{drain},TX,2.5,4,x\n{drain},BX,3,2,x\n"
                    f"{drain},CJ,9,1,x\n", encoding="utf-8")  # fmt: skip
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    trigger(plugin.dock, "wn_drainage_menu_inspections")

    def asked() -> Any:
        shown = [one for one in QApplication.topLevelWidgets() if one.objectName() == "wn_inspection_columns"]
        return next((one for one in shown if one.isVisible()), None)

    until(lambda: asked() is not None, 60)
    window = asked()
    choose(window, pipe_id="Abschnitt", code="Was", position_m="Wo", grade="Wie")
    window.go.click()
    until(lambda: town.window("wn_condition") is not None, 60)
    with store.open_network(town.network_path) as network:
        defects = network.read("defect", ["code", "position_m"], geometry=False)
    assert defects["code"].tolist()[-3:] == ["PL", "BX", "CJ"]
