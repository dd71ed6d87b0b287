"""The buttons in the form of a surveyed pipe by real events: evidence is added, the pipe taken in use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.gui import QgsAttributeForm
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QFileDialog, QLineEdit, QTabWidget, QWidget
from support.built_network import open_project
from support.form_frame import form_context
from support.surveyed_pipes import PIPE, SURVEYED, photo, surveyed_network
from support.widgets import part, text

from waternet_plugin import store
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.gui.survey.verification.verification_box import open_at_verdict

# 30 mm too low at its end.
LOW = (*SURVEYED[:3], (60, 0.003, 9.790))


@pytest.fixture
def form_of(plugin: Any, iface: Any, tmp_path: Path) -> Iterator[Any]:
    """Return a function that opens the form of the surveyed pipe at the tab with the verdict."""
    made: list[QgsAttributeForm] = []

    def opened(surveyed: Any = SURVEYED) -> Any:
        path = tmp_path / "town.gpkg"
        surveyed_network(path, surveyed)
        build_project(path, language="en")
        layer = open_project(plugin, path.with_suffix(".qgz")).layer("pipe")
        feature = next(one for one in layer.getFeatures() if one["pipe_id"] == PIPE)
        form = QgsAttributeForm(layer, feature, context)
        made.append(form)
        form.resize(900, 700)
        form.show()
        turn_to(form, part(form, "wn_form_verification"))
        return form

    iface.window.show()
    with form_context() as context:
        yield opened
        for form in made:
            form.deleteLater()
        QApplication.processEvents()
    iface.window.hide()


def turn_to(form: QWidget, box: QWidget) -> None:
    """Turn up the page that a part of the form stands on."""
    for tabs in form.findChildren(QTabWidget):
        for number in range(tabs.count()):
            if tabs.widget(number).isAncestorOf(box):
                tabs.setCurrentIndex(number)


def press(form: Any, name: str) -> None:
    """Press a button of the box with the mouse, where a person sees it."""
    button = part(form, f"wn_verification_{name}")
    assert button.isVisible(), f"nobody sees {name}"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def of_network(folder: Path) -> tuple[str, str, int]:
    """Return the status of the pipe, its newest verdict and the number of its photos."""
    with store.open_network(folder / "town.gpkg") as network:
        (status,) = network.read("pipe", ["status"], ids=[PIPE], geometry=False)["status"]
        verdict = network.read("verification", ["verdict"], geometry=False)["verdict"].iloc[-1]
        return str(status), str(verdict), network.count("attachment")


def verdict_is(form: Any, words: str) -> Any:
    return lambda: text(form, "wn_verification_verdict").startswith(f"Verification: {words}")


@pytest.mark.slow
def test_a_form_from_the_list_opens_where_the_verdict_is_seen(
    form_of: Any, iface: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = form_of()
    layer, feature = first.layer(), first.feature()
    session = part(first, "wn_form_verification").session
    opened: list[QgsAttributeForm] = []
    with form_context() as context:

        def show(_layer: Any, _feature: Any, *_how: Any) -> None:
            opened.append(QgsAttributeForm(layer, feature, context))
            opened[0].resize(700, 420)
            opened[0].show()

        monkeypatch.setattr(iface, "openFeatureForm", show, raising=False)
        open_at_verdict(session, layer, feature)
        button = part(opened[0], "wn_verification_material")
        until(lambda: button.isVisible() and not button.visibleRegion().isEmpty())
        opened[0].deleteLater()
        QApplication.processEvents()


@pytest.mark.slow
def test_material_and_photo_are_pressed_and_the_pipe_is_in_use(
    form_of: Any, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shot = str(photo(tmp_path / "trench.jpg"))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_args: ([shot], ""))
    form = form_of()
    until(verdict_is(form, "Open"))
    who = part(form, "wn_verification_by")
    who.clear()
    press(form, "material")
    # Nobody said who: nothing is written.
    assert text(form, "wn_verification_note").startswith("Say who")
    assert of_network(tmp_path) == ("planned", "open", 0)
    QTest.keyClicks(who, "Zhao")
    press(form, "material")
    until(lambda: text(form, "wn_verification_reasons") == "no photo")
    press(form, "photo")
    until(verdict_is(form, "Pass"))
    assert of_network(tmp_path) == ("in_use", "pass", 1)


@pytest.mark.slow
def test_a_day_before_the_survey_fails_and_an_override_gives_its_reason(
    form_of: Any, tmp_path: Path, until: Any
) -> None:
    form = form_of(LOW)
    until(verdict_is(form, "Open"))
    press(form, "backfilled")
    until(verdict_is(form, "Fail"))
    assert of_network(tmp_path)[:2] == ("planned", "fail")

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        field = dialog.findChild(QLineEdit)
        QTest.keyClicks(field, "seen by the owner")
        QTest.keyClick(field, Qt.Key.Key_Return)

    QTimer.singleShot(300, answer)
    press(form, "override")
    until(lambda: "overridden by" in text(form, "wn_verification_verdict"))
    assert "(seen by the owner)" in text(form, "wn_verification_verdict")
    assert of_network(tmp_path)[:2] == ("in_use", "fail")
