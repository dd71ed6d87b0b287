"""From files of a survey to nodes and pipes of the network, through the wizard and the import itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsRectangle
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtTest import QTest
from support.built_network import EAST, NORTH
from support.widgets import click, part

from waternet_plugin import store
from waternet_plugin.gui.survey import open_survey_wizard
from waternet_plugin.gui.survey.steps import CHECKS, FILES, IMPORT, QUESTIONS
from waternet_plugin.gui.survey.survey_wizard import SurveyWizard


def points(path: Path, count: int = 5, *, x_is_east: bool = False) -> Path:
    """Write points 10 m apart beside P-1; the column X is north, as surveyors have it."""
    lines = ["点号,X,Y,地面高程,特征,附属物,类别"]
    for number in range(1, count + 1):
        north, east = NORTH + 10 * number, EAST + 3
        x, y = (east, north) if x_is_east else (north, east)
        feature = "起讫点" if number in (1, count) else "直线点"
        lines.append(f"JS{number},{x:.3f},{y:.3f},12.300,{feature},,JS")
    path.write_text("\n".join(lines) + "\n", encoding="gb18030")
    return path


def connections(path: Path, count: int = 5) -> Path:
    """Write the connections of those points."""
    lines = ["起点点号,终点点号,起点埋深,终点埋深,材质,管径,类别"]
    lines += [f"JS{number},JS{number + 1},1.2,1.2,PE,DN200,JS" for number in range(1, count)]
    path.write_text("\n".join(lines) + "\n", encoding="gb18030")
    return path


@pytest.fixture
def wizard(open_session: Any, iface: Any, tmp_path: Path, until: Any) -> Iterator[SurveyWizard]:
    """The wizard with points and lines, tried."""
    iface.window.show()
    files = [points(tmp_path / "JS点.csv"), connections(tmp_path / "JS线.csv")]
    opened = open_survey_wizard(open_session, [str(file) for file in files])
    until(lambda: not opened.is_busy)
    opened.ask = lambda _text: True
    yield opened
    if not opened.is_done:
        opened.close()
    iface.window.hide()


def answered(wizard: SurveyWizard, until: Any) -> None:
    """Answer whatever is asked with its first candidate, and tick whatever is warned of."""
    wizard.footer.next.click()
    while wizard.step == QUESTIONS:
        click(wizard, "wn_survey_candidate_A")
        until(lambda: not wizard.is_busy)
    if wizard.step == CHECKS:
        for row in range(wizard.checks.kinds.rowCount()):
            wizard.checks.kinds.item(row, 0).setCheckState(Qt.CheckState.Checked)
        wizard.footer.next.click()
        until(lambda: not wizard.is_busy)


@pytest.mark.slow
def test_a_survey_is_imported_and_undone(wizard: SurveyWizard, small_network: Path, until: Any) -> None:
    files = {one.name: one.sheets[0].role for one in wizard.attempt.files}
    assert wizard.step == FILES and files == {"JS点.csv": "points", "JS线.csv": "lines"}
    answered(wizard, until)
    assert wizard.step == IMPORT, wizard.message.text()
    wizard.footer.next.click()
    until(lambda: wizard.is_done)
    with store.open_network(small_network) as network:
        assert network.count("survey_batch") == 2
        assert network.batches().iloc[0]["kind"] == "survey"
        pipes = network.read("pipe", ["pipe_id", "material"], geometry=False)
    assert "pe" in set(pipes["material"])
    click(wizard, "wn_survey_undo")
    until(lambda: not wizard.is_busy and not wizard.is_done)
    with store.open_network(small_network) as network:
        assert network.count("survey_batch") == 0


@pytest.mark.slow
def test_a_known_file_is_asked_about(wizard: SurveyWizard, tmp_path: Path, until: Any) -> None:
    answered(wizard, until)
    wizard.footer.next.click()
    until(lambda: wizard.is_done)
    session = wizard.session
    wizard.footer.next.click()
    again = open_survey_wizard(session, [str(tmp_path / "JS点.csv")])
    until(lambda: not again.is_busy)
    again.ask = lambda _text: True
    again.footer.next.click()
    assert (again.step, again.questions.question.key) == (QUESTIONS, "again")
    part(again, "wn_survey_candidate_A").click()
    until(lambda: not again.is_busy)
    assert again.step == FILES and again.choices.paths == []
    again.close()


@pytest.fixture
def planned(small_network: Path) -> Path:
    """The small network with a planned pipe of 60 m from west to east, apart from the others."""
    import geopandas as gpd
    from shapely.geometry import LineString

    line = LineString([(EAST, NORTH + 200, 11), (EAST + 60, NORTH + 200, 11)])
    pipe = {"pipe_id": "P-9", "system": "potable", "status": "planned", "material": "pe", "geom": line}
    with store.open_network(small_network) as network, network.write("edit") as batch:
        batch.insert("pipe", gpd.GeoDataFrame([pipe], geometry="geom", crs=network.crs))
    return small_network


def trench(folder: Path) -> list[str]:
    """Write points every 20 m along the planned pipe, the second one 45 mm beside it, and their lines."""
    rows = ["点号,X,Y,地面高程,特征,附属物,类别"]
    for number, off in enumerate((0.005, 0.045, 0.005, 0.005), start=1):
        feature = "起讫点" if number in (1, 4) else "直线点"
        north, east = NORTH + 200 + off, EAST + 20 * (number - 1)
        rows.append(f"JS{number},{north:.3f},{east:.3f},12.300,{feature},,JS")
    file = folder / "沟槽点.csv"
    file.write_text("\n".join(rows) + "\n", encoding="gb18030")
    return [str(file), str(connections(folder / "沟槽线.csv", 4))]


@pytest.mark.slow
def test_points_on_a_planned_pipe_make_it_as_built_once_verified(
    planned: Path, open_session: Any, iface: Any, tmp_path: Path, until: Any
) -> None:
    iface.window.show()
    wizard = open_survey_wizard(open_session, trench(tmp_path))
    until(lambda: not wizard.is_busy)
    wizard.ask = lambda _text: True
    answered(wizard, until)
    assert (wizard.attempt.purpose, wizard.attempt.verdicts) == ("as_built", {"fail": 1})
    assert wizard.map.deviations is not None and wizard.map.deviations.count == 1
    wizard.footer.next.click()
    until(lambda: wizard.is_done)
    with store.open_network(planned) as network:
        (status,) = network.read("pipe", ["status"], ids=["P-9"], geometry=False)["status"]
    assert status == "planned" and wizard.attempt.pipes == ("P-9",)
    iface.window.hide()


@pytest.mark.slow
def test_a_recheck_takes_the_differences_that_are_ticked(
    wizard: SurveyWizard, small_network: Path, tmp_path: Path, until: Any
) -> None:
    answered(wizard, until)
    wizard.footer.next.click()
    until(lambda: wizard.is_done)
    session = wizard.session
    wizard.footer.next.click()
    file = points(tmp_path / "复核.csv")
    file.write_text(file.read_text(encoding="gb18030").replace("12.300", "12.480", 1), encoding="gb18030")
    again = open_survey_wizard(session, [str(file)])
    again.ask = lambda _text: True
    until(lambda: not again.is_busy)
    again.files.purpose.chosen.emit("recheck")
    until(lambda: not again.is_busy)
    again.footer.next.click()
    while again.step == QUESTIONS:
        click(again, "wn_survey_candidate_A")
        until(lambda: not again.is_busy)
    assert again.step == CHECKS
    assert [one.asset for one in again.attempt.warnings if one.rule_id == "moved"] == ["JS1"]
    for row in range(again.checks.kinds.rowCount()):
        again.checks.kinds.item(row, 0).setCheckState(Qt.CheckState.Checked)
    again.footer.next.click()
    until(lambda: not again.is_busy)
    again.footer.next.click()
    until(lambda: again.is_done)
    with store.open_network(small_network) as network:
        (level,) = network.read("node", ["ground_m"], ids=["JS1"], geometry=False)["ground_m"]
    assert level == pytest.approx(12.48)


@pytest.mark.slow
def test_a_click_on_the_line_of_a_planned_pipe_says_that_it_was_laid(
    planned: Path, open_session: Any, iface: Any, tmp_path: Path, until: Any
) -> None:
    import geopandas as gpd
    from shapely.geometry import LineString

    beside = LineString([(EAST, NORTH + 200.06, 11), (EAST + 60, NORTH + 200.06, 11)])
    pipe = {"pipe_id": "P-8", "system": "potable", "status": "planned", "material": "pe", "geom": beside}
    with store.open_network(planned) as network, network.write("edit") as batch:
        batch.insert("pipe", gpd.GeoDataFrame([pipe], geometry="geom", crs=network.crs))
    iface.window.show()
    wizard = open_survey_wizard(open_session, trench(tmp_path))
    wizard.ask = lambda _text: True
    until(lambda: not wizard.is_busy)
    wizard.footer.next.click()
    while wizard.step == QUESTIONS and wizard.questions.question.key != "planned_pipe":
        click(wizard, "wn_survey_candidate_A")
        until(lambda: not wizard.is_busy)
    asked = wizard.questions.question
    assert {one.words for one in asked.candidates} == {"P-8", "P-9"}
    assert wizard.map.ghosts is not None and wizard.map.ghosts.letters == [0, 1]
    # Between its ends, where it has no vertex; the map is so near that the pipes are apart.
    iface.canvas.setExtent(QgsRectangle(EAST + 29.9, NORTH + 199.9, EAST + 30.3, NORTH + 200.2))
    spot = iface.canvas.getCoordinateTransform().transform(EAST + 30, NORTH + 200)
    QTest.mouseClick(
        iface.canvas.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(round(spot.x()), round(spot.y())),
    )
    until(lambda: not wizard.is_busy)
    given = [each.get("planned_pipe") for each in wizard.choices.answers.values()]
    assert ["P-9"] in given
    wizard.choices.answers.clear()
    wizard.close()
    iface.window.hide()
