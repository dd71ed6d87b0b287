"""The surveyor's way: files dropped on the dock, what is asked answered, imported; the verification sheet."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, Hands, Script, finish, pause, perform  # noqa: E402
from map_hands import sample, session  # noqa: E402
from qgis.core import QgsExpression, QgsFeatureRequest  # noqa: E402
from qgis.PyQt.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl  # noqa: E402
from qgis.PyQt.QtGui import QDropEvent, QMouseEvent  # noqa: E402
from qgis.PyQt.QtWidgets import QApplication  # noqa: E402

HANDS = Hands()
# A planned pipe of the sample town; a point every so many metres.
PIPE, STEP_M = "ZS-0039", 20.0
MOST_ANSWERS = 3


def surveyed() -> list[str]:
    """Write the points and lines that a crew surveyed along the planned pipe, and return their files."""
    layer = session().layer("pipe")
    wanted = QgsExpression.createFieldEqualityExpression("pipe_id", PIPE)
    pipe = next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(wanted)))
    line = pipe.geometry()
    along = [STEP_M * number for number in range(int(line.length() // STEP_M) + 1)]
    along = [*along, line.length()]
    places = [line.interpolate(metres).asPoint() for metres in along]
    points = ["物探点号,X,Y,地面高程,特征,附属物,测量日期,测量员"]
    for number, place in enumerate(places, start=1):
        feature = "起讫点" if number in (1, len(places)) else "直线点"
        points.append(f"ZS{number},{place.y():.3f},{place.x():.3f},38.20,{feature},,2026-11-20,李")
    lines = ["起点点号,终点点号,起点埋深,终点埋深,材质,管径"]
    lines += [f"ZS{number},ZS{number + 1},0.98,0.98,PE,DN150" for number in range(1, len(places))]
    files = []
    for name, rows in (("ZS点.csv", points), ("ZS线.csv", lines)):
        file = Path(HOME) / name
        file.write_text("\n".join([*rows, ""]), encoding="gb18030")
        files.append(str(file))
    return files


def click_link(name: str, target: str) -> None:
    """Click a link of a label, wherever in its lines it stands."""
    label = HANDS.find(name)
    hovered: list[str] = []
    label.linkHovered.connect(hovered.append)
    none = Qt.MouseButton.NoButton
    for y in range(2, label.height(), 4):
        for x in range(2, label.width(), 4):
            move = QMouseEvent(
                QEvent.Type.MouseMove, QPointF(x, y), none, none, Qt.KeyboardModifier.NoModifier
            )
            QApplication.sendEvent(label, move)
            if hovered and hovered[-1] == target:
                HANDS.click_at(label.mapToGlobal(QPoint(x, y)))
                return
    raise AssertionError(f"{name} has no link to {target}, it has {set(hovered)}")


def drop(files: list[str]) -> None:
    """Drop files on the section of surveys."""
    section = HANDS.find("wn_section_survey")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(file) for file in files])
    event = QDropEvent(
        QPoint(20, 20),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    HANDS.clicks += 1
    # Qt delivers a drop only after a drag of its own.
    section.dropEvent(event)


def way() -> Script:
    """Go it and print clicks, seconds and what was reached."""
    yield from sample()
    files = surveyed()
    # Before the first survey the section is a link in the last line of the panel.
    HANDS.reveal("wn_dock_also")
    yield pause(0.5)
    HANDS.shoot("surveyor_1_dock")
    HANDS.clicks, begun = 0, time.monotonic()
    click_link("wn_dock_also", "survey")
    yield HANDS.there("wn_section_survey")
    HANDS.reveal("wn_section_survey")
    yield pause(0.5)
    drop(files)
    yield lambda: session().window("wn_survey_wizard") is not None
    wizard = session().window("wn_survey_wizard")
    yield lambda: not wizard.is_busy and wizard.attempt.files
    yield pause(0.5)
    HANDS.shoot("surveyor_2_files")
    HANDS.click("wn_wizard_next")
    yield pause(0.7)
    answers = kinds = 0
    while wizard.step == 1:
        HANDS.shoot(f"surveyor_3_question_{answers + 1}")
        letter = "C" if wizard.questions.question.key == "level_of" else "A"
        HANDS.click(f"wn_survey_candidate_{letter}")
        answers += 1
        yield pause(0.3)
        yield lambda: not wizard.is_busy
        yield pause(0.7)
    if wizard.step == 2:
        HANDS.shoot("surveyor_4_checks")
        table = wizard.checks.kinds
        kinds = table.rowCount()
        for row in range(kinds):
            box = table.visualItemRect(table.item(row, 0))
            HANDS.click_at(table.viewport().mapToGlobal(QPoint(box.left() + 10, box.center().y())))
            yield pause(0.5)
        HANDS.click("wn_wizard_next")
        yield lambda: wizard.step == 3 and not wizard.is_busy
        yield pause(0.7)
    HANDS.shoot("surveyor_5_import")
    HANDS.click("wn_wizard_next")
    yield lambda: wizard.is_done
    yield pause(1.5)
    seconds = time.monotonic() - begun
    HANDS.shoot("surveyor_6_imported")
    clicks = HANDS.clicks
    if answers > MOST_ANSWERS or wizard.attempt.pipes != (PIPE,):
        raise AssertionError(f"{answers} answers, verified {wizard.attempt.pipes}")
    # A click for each kind of warning is beyond the budget's count.
    outcome = f"{answers} answer(s), {kinds} kind(s) of warnings, {dict(wizard.attempt.verdicts)}"
    finish("surveyor", clicks - kinds - (1 if kinds else 0), seconds, outcome)


perform(way(), HANDS)
