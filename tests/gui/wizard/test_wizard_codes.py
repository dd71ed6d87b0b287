"""Codes asked once for all files, buttons that keep their places, and what was taken how with its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from qgis.PyQt.QtCore import QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QMessageBox, QPushButton
from support.wizard_helpers import InstantSession, wizard_with

from waternet_plugin.gui.wizard.dialog import CHECK, CODES, FIELDS, AdoptionWizard
from waternet_plugin.gui.wizard.pages.taken_values import TakenRows

EAST, NORTH = 500_000.0, 2_500_000.0
MATERIALS = ("K9球墨", "砂型铸铁", "魔法管-1", "魔法管 2", "PVC", "别的东西")


def _pipes(folder: Path, rows: int = 24) -> Path:
    lines = [
        shapely.LineString([(EAST + 20 * row, NORTH), (EAST + 20 * row + 20, NORTH)]) for row in range(rows)
    ]
    frame = gpd.GeoDataFrame(
        {
            "管线编号": [f"GS{row}" for row in range(rows)],
            "管线类别": ["给水"] * rows,
            "材质": [MATERIALS[row % 6] for row in range(rows)],
            "管径": ["DN300×2" if row == 3 else "DN200" for row in range(rows)],
            "建设年代": ["98.5" if row == 4 else str(1990 + row) for row in range(rows)],
            "长度": [20.0 if row != 5 else 0.02 for row in range(rows)],
        },
        geometry=lines,
        crs="EPSG:4547",
    )
    path = folder / "管线.gpkg"
    frame.to_file(path, layer="管线")
    return path


def _failures(folder: Path) -> Path:
    rows = [
        f"Q{row},2020-01-{row + 1:02d},GS{row},{MATERIALS[row % 6]},{EAST + 20 * row},{NORTH}"
        for row in range(12)
    ]
    path = folder / "抢修.csv"
    path.write_text("\n".join(["单号,抢修时间,管线编号,材质,x,y", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def wizard(session: InstantSession, tmp_path: Path) -> AdoptionWizard:
    folder = tmp_path / "town"
    folder.mkdir()
    found = wizard_with(session, tmp_path, _pipes(folder), _failures(folder))
    found.state.new_crs, found.state.new_path = "EPSG:4547", str(tmp_path / "town.gpkg")
    return found


def _at_codes(wizard: AdoptionWizard) -> Any:
    wizard.go_to(CODES)
    assert wizard.step == CODES
    return wizard.codes


def _shown(page: Any) -> dict[str, tuple[str, str]]:
    """Return for each code in the table how sure it is and on what that rests."""
    cells = page.table
    return {
        cells.item(line, 2).text(): (cells.item(line, 5).text(), cells.item(line, 6).text())
        for line in range(cells.rowCount())
    }


def _choose(page: Any, value: str, code: str) -> None:
    line = next(line for line in range(page.table.rowCount()) if page.table.item(line, 2).text() == value)
    page.table.cellWidget(line, 4).chosen.emit(code)


def test_a_code_of_two_files_is_one_question_and_its_answer_goes_to_both(wizard: AdoptionWizard) -> None:
    page = _at_codes(wizard)
    shown = _shown(page)
    assert shown["K9球墨"] == ("suggested", "“球墨”")
    assert shown["魔法管-1"] == ("open", "")
    lines = range(page.table.rowCount())
    line = next(line for line in lines if page.table.item(line, 2).text() == "砂型铸铁")
    assert "管线" in page.table.item(line, 0).text() and "抢修" in page.table.item(line, 0).text()
    assert page.table.item(line, 3).text() == "6"
    _choose(page, "魔法管-1", "other")
    # What is written alike gets it as a suggestion.
    assert _shown(page)["魔法管 2"] == ("suggested", "“魔法管-1”")
    pipes, failures = wizard.state.ready
    assert pipes.mapping.values["material"]["魔法管-1"] == "other"
    assert failures.mapping.values["reported_material"]["魔法管-1"] == "other"


def test_answers_stay_for_the_field(wizard: AdoptionWizard, tmp_path: Path) -> None:
    page = _at_codes(wizard)
    _choose(page, "别的东西", "lead")
    pipes = wizard.state.ready[0]
    # Another guess of the file, and a file that comes later, have them.
    wizard.files.table_changed.emit(pipes, "pipe")
    page.refresh()
    assert _shown(page)["别的东西"][0] == "set"
    later = tmp_path / "later"
    later.mkdir()
    wizard.library.keep_answers(wizard.state.codes.given)
    again = AdoptionWizard(wizard.session)
    again.library.folder = wizard.library.folder
    again.add([str(_pipes(later))])
    again.go_to(CODES)
    assert _shown(again.codes)["别的东西"] == ("suggested", "answered before")
    again.session.is_closed = True
    again.close()


def _place(button: QPushButton, wizard: AdoptionWizard) -> tuple[int, int]:
    spot = button.mapTo(wizard, QPoint(button.width(), 0))
    return spot.x(), spot.y()


@pytest.mark.slow
def test_a_double_click_on_accept_gives_nothing_up(wizard: AdoptionWizard) -> None:
    page = _at_codes(wizard)
    wizard.resize(880, 560)
    before = {one: _place(one, wizard) for one in (page.accept_all, page.take_back)}
    spot = page.accept_all.rect().center()
    QTest.mouseDClick(page.accept_all, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseClick(page.accept_all, Qt.MouseButton.LeftButton, pos=spot)
    assert _shown(page)["别的东西"] == ("open", "")
    assert {one: _place(one, wizard) for one in before} == before
    assert page.rest.isVisible() and page.rest.isEnabled()
    # They are no neighbours: one above the table, the other below.
    assert page.rest.mapTo(wizard, QPoint(0, 0)).y() - before[page.accept_all][1] > 200


def _answer(wizard: AdoptionWizard, name: str, said: list[str]) -> None:
    def press() -> None:
        (box,) = wizard.findChildren(QMessageBox)
        said.append(box.text())
        buttons = {button.objectName() or button.text(): button for button in box.buttons()}
        buttons[name].click()

    QTimer.singleShot(0, press)


def test_giving_up_names_its_rows_asks_and_can_be_taken_back(wizard: AdoptionWizard) -> None:
    page = _at_codes(wizard)
    page.accept_suggestions()
    said: list[str] = []
    _answer(wizard, "Cancel", said)
    page.rest.click()
    assert _shown(page)["别的东西"][0] == "open"
    _answer(wizard, "wn_ask_go_on", said)
    page.rest.click()
    assert "12 of 24 rows of 管线.gpkg" in said[0] and "Material" in said[0]
    assert _shown(page)["别的东西"][0] == "set"
    assert not page.rest.isEnabled() and page.take_back.isEnabled()
    page.take_back.click()
    assert _shown(page)["别的东西"] == ("open", "")
    assert wizard.state.ready[0].mapping.values["material"]["PVC"] == "pvc"
    assert not page.take_back.isEnabled()


def test_the_list_of_columns_shows_values_and_a_file_is_accepted_at_once(wizard: AdoptionWizard) -> None:
    wizard.go_to(FIELDS)
    page = wizard.fields
    (material,) = (row for row in page.rows if row.name == "material")
    # The box shows the name, its list the first values beside it.
    listed = material.column.model()
    shown = {listed.item(row, 0).text(): listed.item(row, 1).text() for row in range(listed.rowCount())}
    assert shown["材质"].startswith("K9球墨, 砂型铸铁") and shown["管线编号"].startswith("GS0, GS1")
    assert material.column.currentText() == "材质"
    source = page.source
    assert not source.is_settled and page.accept_file.isEnabled()
    before = _place(page.accept_file, wizard)
    page.accept_file.click()
    assert source.is_settled and not page.accept_file.isEnabled()
    assert _place(page.accept_file, wizard)[1] == before[1]


@pytest.mark.slow
def test_what_was_taken_how_lists_ways_and_shows_rows(wizard: AdoptionWizard) -> None:
    page = _at_codes(wizard)
    page.accept_suggestions()
    page.give_up_rest()
    wizard.go_to(CHECK)
    assert wizard.step == CHECK, wizard.message.text()
    asked = {one.key: one for one in wizard.check.questions.asked}
    assert asked["odd_length_m"].suggestion == "km" and not asked["odd_length_m"].must_be_answered
    taken = wizard.check.taken
    lines = {
        (taken.table.item(line, 1).text(), taken.table.item(line, 2).text()): line
        for line in range(taken.table.rowCount())
    }
    several = next(line for (_field, how), line in lines.items() if how.startswith("several pipes"))
    assert taken.table.item(several, 3).text() == "1"
    assert "DN300×2 → 300" in taken.table.item(several, 4).text()
    taken.show_rows(several)
    (window,) = wizard.findChildren(TakenRows)
    cells = [window.table.item(0, column).text() for column in range(4)]
    assert cells == ["4", "GS3", "DN300×2", "300"]
    heads = [window.table.horizontalHeaderItem(column).text() for column in (2, 3)]
    assert [head.partition(": ")[0] for head in heads] == ["File", "Taken"] and heads[0] != heads[1]
    window.close()
    # The answer that is filled in is applied; another one is taken up.
    (pipes, _failures_result) = wizard.state.results
    assert pipes.rows["length_m"][5] == pytest.approx(20.0)
    line = next(n for n, one in enumerate(wizard.check.questions.asked) if one.key == "odd_length_m")
    wizard.check.questions.table.cellWidget(line, 2).chosen.emit("drawn")
    assert wizard.state.ready[0].mapping.odd_rows == {"length_m": "drawn"}
    assert wizard.state.results[0].rows["length_source"][5] == "geometry"
    wizard.go_on()
    assert wizard.is_done
