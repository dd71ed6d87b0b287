"""Pictures of a survey, from the file to the verdict on a pipe, and of leakage, for tour and guide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hands import HOME, Hands, Script, pause
from map_hands import click_map, session
from qgis.core import QgsExpression, QgsFeatureRequest
from qgis.PyQt.QtCore import QPoint
from qgis.PyQt.QtWidgets import QApplication, QTabWidget
from qgis.utils import iface, plugins

HANDS = Hands()
Take = Callable[[str], None]
Settle = Callable[[float], Script]
# A planned pipe of the sample town, a point every so many metres, one of them beside the line.
PIPE, STEP_M, OFF_M = "ZS-0039", 20.0, 0.043


def _pipe() -> Any:
    layer = session().layer("pipe")
    wanted = QgsExpression.createFieldEqualityExpression("pipe_id", PIPE)
    return next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(wanted)))


def _swapped_files() -> list[str]:
    """Write points along the planned pipe whose headings north and east are swapped, and their lines."""
    line = _pipe().geometry()
    along = [STEP_M * number for number in range(int(line.length() // STEP_M) + 1)] + [line.length()]
    places = [line.interpolate(metres).asPoint() for metres in along]
    points, lines = ["物探点号,北坐标,东坐标,地面高程,特征,附属物,测量日期,测量员"], []
    for number, place in enumerate(places, start=1):
        feature = "起讫点" if number in (1, len(places)) else "直线点"
        off = OFF_M if number == 4 else 0.0
        swapped = f"{place.x():.3f},{place.y() + off:.3f}"
        points.append(f"ZS{number},{swapped},38.20,{feature},,2026-11-20,李")
        lines.append(f"ZS{number},ZS{number + 1},0.98,0.98,PE,DN150")
    lines[-1] = "起点点号,终点点号,起点埋深,终点埋深,材质,管径"
    files = []
    for name, rows in (("ZS建设路点.csv", points), ("ZS建设路线.csv", [lines[-1], *lines[:-1]])):
        file = Path(HOME) / name
        file.write_text("\n".join([*rows, ""]), encoding="gb18030")
        files.append(str(file))
    return files


def _levels_file() -> str:
    """Write manholes with a column of levels that no list of headings knows."""
    place = _pipe().geometry().interpolate(0.0).asPoint()
    rows = ["物探点号,北坐标,东坐标,地面高程,井底标高,附属物,测量日期"]
    for number in range(6):
        x, y = place.x() + 3.0, place.y() + 25.0 * number
        rows.append(f"WS{number + 1},{y:.3f},{x:.3f},38.2{number},35.1{number},污水检查井,2026-11-20")
    file = Path(HOME) / "WS井.csv"
    file.write_text("\n".join([*rows, ""]), encoding="gb18030")
    return str(file)


def asking_levels(take: Take, settle: Settle) -> Script:
    """Take the question what a column of levels holds."""
    from waternet_plugin.gui.survey import open_survey_wizard

    wizard = open_survey_wizard(session(), [_levels_file()])
    yield lambda: not wizard.is_busy and wizard.attempt.files
    yield from settle(1)
    HANDS.click("wn_wizard_next")
    yield lambda: wizard.step == 1 and not wizard.is_busy
    yield from settle(2)
    take("survey_level_column")
    wizard.close()
    yield from settle(1)


def surveying(take: Take, settle: Settle) -> Script:
    """Take the four steps with the ghost of a swapped file, the list of pipes to verify, and a form."""
    from waternet_plugin.gui.survey import open_survey_wizard

    wizard = open_survey_wizard(session(), _swapped_files())
    yield lambda: not wizard.is_busy and wizard.attempt.files
    yield from settle(1)
    take("survey_files")
    HANDS.click("wn_wizard_next")
    yield lambda: wizard.step == 1 and wizard.map.ghosts is not None
    yield from settle(2)
    take("survey_ghosts")
    ghost = wizard.questions.question.candidates[0].ghost
    # Where the wizard leaves the map in sight.
    click_map(*max(ghost.places.tolist(), key=lambda place: place[0]))
    yield pause(0.5)
    yield lambda: not wizard.is_busy and wizard.map.ghosts is None
    while wizard.step == 1:
        yield from settle(1)
        take("survey_questions")
        HANDS.click("wn_survey_candidate_A")
        yield pause(0.5)
        yield lambda: not wizard.is_busy
    if wizard.step == 2:
        yield from settle(1)
        take("survey_checks")
        table = wizard.checks.kinds
        for row in range(table.rowCount()):
            box = table.visualItemRect(table.item(row, 0))
            HANDS.click_at(table.viewport().mapToGlobal(QPoint(box.left() + 10, box.center().y())))
            yield pause(0.5)
        HANDS.click("wn_wizard_next")
        yield lambda: wizard.step == 3 and not wizard.is_busy
    yield from settle(1)
    take("survey_import")
    HANDS.click("wn_wizard_next")
    yield lambda: wizard.is_done
    yield from settle(2)
    take("survey_imported")
    HANDS.click("wn_survey_map")
    yield from settle(1)
    HANDS.click("wn_survey_list")
    yield HANDS.there("wn_pipes_to_verify_table")
    yield lambda: HANDS.find("wn_pipes_to_verify_table").rows
    wizard.close()
    yield from settle(1)
    take("survey_verify")
    HANDS.find("wn_pipes_to_verify").close()
    yield from _form(take, settle)


def _form(take: Take, settle: Settle) -> Script:
    """Take the form of the surveyed pipe at its verdict."""
    before = set(QApplication.topLevelWidgets())
    iface.openFeatureForm(session().layer("pipe"), _pipe(), False, False)
    yield from settle(2)
    opened = [one for one in set(QApplication.topLevelWidgets()) - before if one.inherits("QDialog")]
    for window in opened:
        for tabs in window.findChildren(QTabWidget):
            box = next(iter(window.findChildren(object, "wn_form_verification")), None)
            for number in range(tabs.count()):
                if box is not None and tabs.widget(number).isAncestorOf(box):
                    tabs.setCurrentIndex(number)
    yield HANDS.there("wn_form_verification")
    HANDS.reveal("wn_verification_override")
    yield from settle(2)
    take("survey_form")
    for window in opened:
        window.close()
    yield pause(0.5)


def leaking(take: Take, settle: Settle) -> Script:
    """Take the ranking of areas, a year and a week of nights, an alarm in words, pipes, and the balance."""
    dock = plugins["waternet_plugin"].dock
    section = next(one for one in dock.sections if one.KEY == "dma")
    yield section.alarms.isVisible
    section.alarms.click()

    def pane() -> Any:
        return session().window("wn_dma")

    def is_drawn() -> bool:
        return session().is_idle and pane().flow.plot.plot is not None

    yield lambda: pane() is not None and pane().flow.rank_button.isEnabled()
    yield is_drawn
    yield from settle(2)
    take("leak_ranking")
    names = [str(one) for one in pane().model.drawing.zones.tree.zone_id]
    view = pane().zones
    view.setCurrentIndex(view.model().index(names.index("DMA-3"), 1))
    view.clicked.emit(view.model().index(names.index("DMA-3"), 1))
    yield lambda: pane().flow.flow.zone_id == "DMA-3" and is_drawn()
    yield from settle(2)
    take("leak_year")
    pane().flow.plot._choice.setCurrentIndex(1)
    yield from settle(2)
    take("leak_week")
    pane().flow.rank_button.click()
    yield lambda: pane().flow.pages.currentIndex() == 1 and session().is_idle
    yield from settle(2)
    take("leak_pipes")
    pane().tabs.setCurrentWidget(pane().balance)
    yield lambda: session().is_idle and pane().balance.plot.plot is not None
    yield from settle(2)
    take("leak_balance")
    pane().close()
    session().show_theme("system")
    yield lambda: session().is_idle
