"""The survey wizard on a laptop, in both languages: no text is cut, no button slides under the pointer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QPushButton
from support.built_network import EAST, NORTH
from support.cut_texts import cut_texts, keep_picture, places, slid
from support.widgets import click, part
from support.workbook_files import plain_workbook

from waternet_plugin import language
from waternet_plugin.core import texts
from waternet_plugin.gui.survey import open_survey_wizard
from waternet_plugin.gui.survey.columns_window import ColumnsWindow
from waternet_plugin.gui.survey.steps import CHECKS, FILES, IMPORT, QUESTIONS
from waternet_plugin.gui.survey.survey_wizard import SurveyWizard
from waternet_plugin.gui.widgets.pressing import press_once

# What the bar of the desktop leaves of 1366 x 768.
WIDTH, HEIGHT = 1280, 728
HEAD = ["物探点号", "X", "Y", "地面高程", "特征", "附属物", "照片", "测段备考", "量测井深", "解状态"]


def _book(path: Path) -> Path:
    """Write what nobody prepared: codes, columns, a sheet and photos that are not known, and no system."""
    codes = ["阀门", "水质监测设施检修口", "TREE", "阀门", "三通", "阀门"]
    rows = [
        [f"P{n}", NORTH + 10, EAST + 20 * n, 12.3, "", code, f"照片 {n}.jpg", "东段", 1.2, "浮动"]
        for n, code in enumerate(codes)
    ]
    lines = [["甲", "乙", "材质"], ["P0", "P3", "PE"], ["P3", "P5", "PE"]]
    sheets = {"外业点": [HEAD, *rows], "滨河路东段连接关系表（2026年第四季度）": lines}
    path.write_bytes(plain_workbook(sheets))
    return path


@pytest.fixture(params=["en", "zh_CN"])
def wizard(open_session: Any, iface: Any, tmp_path: Path, until: Any, request: Any) -> Iterator[SurveyWizard]:
    """The wizard with such a file, tried, in a language."""
    language.install(request.param)
    iface.window.resize(1366, HEIGHT)
    iface.window.show()
    opened = open_survey_wizard(open_session, [str(_book(tmp_path / "滨河路-外业成果.xlsx"))])
    opened.ask = lambda _text: True
    until(lambda: not opened.is_busy)
    yield opened
    opened.close()
    iface.window.hide()
    language.install("en")


def _fits(window: Any, name: str) -> list[str]:
    QApplication.processEvents()
    keep_picture(window, f"survey_{name}.{texts.language()}")
    big = window.width() > WIDTH or window.height() > HEIGHT
    return [*cut_texts(window), *([f"{window.width()} x {window.height()}"] if big else [])]


@pytest.mark.slow
def test_no_text_is_cut_and_no_button_slides_on_any_page(wizard: SurveyWizard, until: Any) -> None:
    wrong: dict[str, list[str]] = {"files": _fits(wizard, "files")}
    wizard.footer.next.click()
    assert wizard.step == QUESTIONS
    wrong["sheets"] = _fits(wizard, "sheets")
    click(wizard, "wn_survey_ask_columns")
    (window,) = wizard.findChildren(ColumnsWindow)
    wrong["columns"] = _fits(window, "columns")
    window.reject()
    while wizard.step == QUESTIONS:
        name = f"{wizard.questions.question.key} {wizard.questions.question.column}"
        wrong[name] = _fits(wizard, name)
        # The last answer leaves a column out, or a sheet.
        click(wizard, f"wn_survey_candidate_{'ABCDEFGH'[len(wizard.questions.question.candidates) - 1]}")
        until(lambda: not wizard.is_busy)
    assert wizard.step == CHECKS
    for row in range(wizard.checks.kinds.rowCount()):
        before = places(wizard)
        wizard.checks.kinds.setCurrentCell(row, 1)
        wrong[f"kind {row}"] = [*_fits(wizard, f"kind {row}"), *slid(before, places(wizard))]
    before = places(wizard)
    wizard.checks.system.chosen.emit("potable")
    until(lambda: not wizard.is_busy)
    wrong["system"] = [*_fits(wizard, "system"), *slid(before, places(wizard))]
    before = places(wizard)
    click(wizard, "wn_survey_valid")
    until(lambda: not wizard.is_busy)
    wrong["valid"] = [
        *_fits(wizard, "valid"),
        *(slid(before, places(wizard)) if wizard.step == CHECKS else []),
    ]
    for row in range(wizard.checks.kinds.rowCount()):
        item = wizard.checks.kinds.item(row, 0)
        if item.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            before = places(wizard)
            item.setCheckState(Qt.CheckState.Checked)
            wrong[f"tick {row}"] = [*_fits(wizard, f"tick {row}"), *slid(before, places(wizard))]
    wizard.footer.next.click()
    until(lambda: not wizard.is_busy)
    assert wizard.step == IMPORT, wizard.message.text()
    wrong["import"] = _fits(wizard, "import")
    wizard.footer.next.click()
    until(lambda: wizard.is_done)
    wrong["done"] = _fits(wizard, "done")
    assert {name: said for name, said in wrong.items() if said} == {}


@pytest.mark.slow
def test_a_double_click_on_next_imports_nothing(
    open_session: Any, iface: Any, tmp_path: Path, until: Any
) -> None:
    iface.window.show()
    rows = [f"JS{n},{NORTH + 10},{EAST + 20 * n},12.3,,阀门,JS" for n in range(3)]
    path = tmp_path / "JS.csv"
    path.write_text("\n".join(["物探点号,X坐标,Y坐标,地面高程,特征,附属物,类别", *rows]), encoding="utf-8")
    wizard = open_survey_wizard(open_session, [str(path)])
    wizard.ask = lambda _text: True
    until(lambda: not wizard.is_busy)
    while wizard.attempt.questions:
        asked = wizard.attempt.questions[0]
        wizard._answer(asked.file, asked.candidates[0].answers)
        until(lambda: not wizard.is_busy)
    wizard.choices.tick(wizard.attempt.warnings, True)
    wizard.go_to(FILES)
    # As a hand does it: press, release, press, release.
    QTest.mouseClick(part(wizard, "wn_wizard_next"), Qt.MouseButton.LeftButton)
    QTest.mouseDClick(part(wizard, "wn_wizard_next"), Qt.MouseButton.LeftButton)
    until(lambda: not wizard.is_busy)
    assert (wizard.step, wizard.is_done) == (IMPORT, False)
    wizard.close()
    iface.window.hide()


def test_a_button_is_pressed_once_by_a_double_click(qgis_app: Any) -> None:
    button, pressed = QPushButton(), []
    press_once(button)
    button.clicked.connect(lambda _checked=False: pressed.append(1))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    assert pressed == [1]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pressed == [1, 1]
