"""Common points of a file and the map: picked in the list and on the map, or typed; residuals beside them."""

from __future__ import annotations

import math
from typing import Any

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsProject
from qgis.gui import QgsDateEdit
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QPushButton,
    QTableWidgetItem,
    QWidget,
)

from waternet_plugin.core.colours import FAULT
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.drawing.snapping import NetworkSnapping
from waternet_plugin.gui.map.map_tool import NetworkTool
from waternet_plugin.gui.network.overlay import DOT, Overlay, OverlayMark
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import GAP, MARGIN, plain_table, text_item
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.survey.attempt import FilePoints
from waternet_plugin.gui.survey.common_points import CommonPoint, CommonPoints
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn
from waternet_plugin.gui.widgets.standard_buttons import speak

_NUMBER, _FIRST, _SECOND, _EAST, _NORTH, _OFF = range(6)
_FIELDS = {_FIRST: "first", _SECOND: "second", _EAST: "east", _NORTH: "north"}
_COLOUR = FAULT


class CommonPointsWindow(HelpKey, QDialog):
    """A click in the list takes a point of the file, the next click on the map says where it is.

    Parameters
    ----------
    file
        Name of the file.
    points
        As the file has them.
    """

    TOPIC = "survey"

    # The answer to the question of the coordinate system.
    answered = pyqtSignal(object)

    def __init__(self, session: Session, file: str, points: FilePoints | None, parent: QWidget) -> None:
        super().__init__(
            parent, objectName="wn_common_points", windowTitle=tr("Common points of {file}").format(file=file)
        )
        self.session, self.picked = session, CommonPoints()
        self.resize(820, 380)
        self._marks = Overlay(session.iface.mapCanvas())
        self._build(points)
        self._tool = CoordinateTool(session)
        self._tool.clicked.connect(self._take_place)
        self._tool.take()
        session.network_changed.connect(self.reject)
        self._refresh()

    def _build(self, points: FilePoints | None) -> None:
        text = tr(
            "Click a point of the file, then its place on the map; three points at least. "
            "Figures can be typed too; a point without its tick is left out."
        )
        columns = (
            TableColumn("number", tr("Point no."), width=90, fills=True),
            TableColumn("first", "X", decimals=3, width=92),
            TableColumn("second", "Y", decimals=3, width=92),
        )
        self.file_points = RowsView(columns, "wn_common_file", self)
        self.file_points.set_rows(_rows(points))
        self.file_points.picked.connect(self._take_point)
        heads = [tr("Point no."), "X", "Y", tr("East"), tr("North"), tr("Off (mm)")]
        self.table = plain_table("wn_common_pairs", heads, [80, 92, 92, 92, 92, 64], _NUMBER)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.table.itemChanged.connect(self._edited)
        self.name = QLineEdit(tr("Local grid"), objectName="wn_common_name", maxLength=60)
        self.until = QgsDateEdit(self)
        self.until.setObjectName("wn_common_until")
        self.until.setAllowNull(True)
        self.until.setNullRepresentation(tr("without limit"))
        self.until.setDisplayFormat("yyyy-MM-dd")
        self.until.clear()
        self.until.setToolTip(literal(tr("Last day on which these parameters may place a survey.")))
        self.said = plain_label("", objectName="wn_common_said", wordWrap=True)
        self._typed = _button(tr("Type a point"), "wn_common_type", self._add_empty)
        self._gone = _button(tr("Remove"), "wn_common_remove", self._remove)
        self._use = _button(tr("Use these points"), "wn_common_use", self._answer)
        buttons = speak(QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self))
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        buttons.addButton(self._use, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.rejected.connect(self.reject)
        left = vertical(widgets.heading(tr("In the file")), (self.file_points, 1), spacing=4)
        right = vertical(
            widgets.heading(tr("Common points")),
            (self.table, 1),
            horizontal(self._typed, self._gone, 1, spacing=GAP),
            horizontal(
                plain_label(tr("Name")),
                (self.name, 1),
                plain_label(tr("Valid until")),
                self.until,
                spacing=GAP,
            ),
            spacing=4,
        )
        note = plain_label(text, wordWrap=True)
        tables = horizontal((left, 2), (right, 4), spacing=GAP)
        foot = horizontal((self.said, 1), buttons, spacing=GAP)
        vertical(note, (tables, 1), foot, parent=self, spacing=GAP, margins=MARGIN)

    # ------------------------------------------------------------------------------------------ picking

    def _take_point(self, row: dict[str, Any]) -> None:
        """Take a point of the file; one whose place is still missing gives way."""
        values = {key: row[key] for key in ("number", "first", "second")}
        same = [
            pair
            for pair in self.picked.pairs
            if (pair.number, pair.first, pair.second) == tuple(values.values())
        ]
        if not same:
            waiting = self.picked.waiting
            if waiting is None:
                self.picked.pairs.append(CommonPoint(**values))
            else:
                waiting.number, waiting.first, waiting.second = values.values()
            self._refresh()
        self._tool.take()

    def _take_place(self, east: float, north: float) -> None:
        """Give a place to the point that waits for one, else to the chosen one."""
        line = self.table.currentRow()
        chosen = self.picked.pairs[line] if 0 <= line < len(self.picked.pairs) else None
        pair = self.picked.waiting or chosen
        if pair is None:
            self.said.setText(tr("Click a point of the file first."))
            return
        pair.east, pair.north = round(east, 4), round(north, 4)
        self._refresh()

    def _add_empty(self) -> None:
        self.picked.pairs.append(CommonPoint())
        self._refresh()
        line = len(self.picked.pairs) - 1
        self.table.setCurrentCell(line, _FIRST)
        self.table.editItem(self.table.item(line, _FIRST))

    def _remove(self) -> None:
        line = self.table.currentRow()
        if 0 <= line < len(self.picked.pairs):
            del self.picked.pairs[line]
            self._refresh()

    def _edited(self, item: QTableWidgetItem) -> None:
        pair = self.picked.pairs[item.row()]
        if item.column() == _NUMBER:
            pair.number, pair.is_used = item.text().strip(), item.checkState() == Qt.CheckState.Checked
        elif item.column() in _FIELDS:
            setattr(pair, _FIELDS[item.column()], _number(item.text()))
        self._refresh()

    # ------------------------------------------------------------------------------------------ showing

    def _refresh(self) -> None:
        self.picked.fit()
        self.table.blockSignals(True)
        self.table.setRowCount(len(self.picked.pairs))
        for line, pair in enumerate(self.picked.pairs):
            number = QTableWidgetItem(pair.number)
            number.setFlags(number.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            number.setCheckState(Qt.CheckState.Checked if pair.is_used else Qt.CheckState.Unchecked)
            self.table.setItem(line, _NUMBER, number)
            for column, name in _FIELDS.items():
                value = getattr(pair, name)
                item = QTableWidgetItem(f"{value:.3f}" if math.isfinite(value) else "")
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(line, column, item)
            off = amounts.number(1000 * pair.off_m) if math.isfinite(pair.off_m) else ""
            self.table.setItem(line, _OFF, text_item(off, right=True))
        self.table.blockSignals(False)
        self._use.setEnabled(math.isfinite(self.picked.rms_m))
        self._gone.setEnabled(bool(self.picked.pairs))
        self.said.setText(self._state())
        layer = self.session.layer("pipe")
        placed = [
            pair for pair in self.picked.pairs if math.isfinite(pair.east) and math.isfinite(pair.north)
        ]
        if layer is not None:
            marks = [OverlayMark(pair.east, pair.north, _COLOUR, DOT) for pair in placed]
            self._marks.show((), marks, layer.crs())

    def _state(self) -> str:
        """Return what is missing, else how well the points fit."""
        used = len(self.picked.used)
        if self.picked.fault:
            return self.picked.fault
        if math.isfinite(self.picked.rms_m):
            sentence = tr("Root mean square of %n point(s): {rms} mm", "", used)
            return sentence.format(rms=amounts.number(1000 * self.picked.rms_m))
        waiting = self.picked.waiting
        if waiting is not None and waiting.number:
            return tr("Click where {number} is on the map.").format(number=waiting.number)
        return tr("%n of 3 points", "", used)

    def _answer(self) -> None:
        until = "" if self.until.isNull() else str(self.until.date().toString("yyyy-MM-dd"))
        answer = self.picked.answer(self.name.text().strip() or tr("Local grid"), until)
        self.accept()
        self.answered.emit(answer)

    # ------------------------------------------------------------------------------------ window things

    def done(self, result: int) -> None:
        """Leave the map as it was."""
        self._tool.close()
        self._marks.clear()
        super().done(result)
        self.deleteLater()


def _button(text: str, name: str, on_click: Any) -> QPushButton:
    return QPushButton(text, objectName=name, autoDefault=False, clicked=lambda _checked=False: on_click())


def _rows(points: FilePoints | None) -> list[dict[str, Any]]:
    """Return the points of a file that have coordinates."""
    if points is None:
        return []
    return [
        {"number": str(number or ""), "first": first, "second": second}
        for number, first, second in zip(points.numbers, points.first.tolist(), points.second.tolist())
        if math.isfinite(first) and math.isfinite(second)
    ]


def _number(text: str) -> float:
    """Return a typed number, NaN where it is none."""
    try:
        return float(text.strip().replace(",", ""))
    except ValueError:
        return float("nan")


class CoordinateTool(NetworkTool):
    """Tells each click as east and north of the network."""

    clicked = pyqtSignal(float, float)

    def __init__(self, session: Session) -> None:
        super().__init__(session, "survey")
        self._snapping = NetworkSnapping(self._canvas)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def activate(self) -> None:
        """Snap to our layers, whatever the project does."""
        super().activate()
        pipes = self._session.layer("pipe")
        if pipes is not None:
            self._snapping.begin(pipes, self._session.layer("node"))

    def deactivate(self) -> None:
        """Hide what the pointer snaps to."""
        self._snapping.end()
        super().deactivate()

    def canvasMoveEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Show what a click would take."""
        self._snapping.mark(self._snapping.match(event.mapPoint(), is_waiting=False))

    def canvasReleaseEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Tell the place under the pointer."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        match = self._snapping.match(event.mapPoint(), is_waiting=True)
        spot = match.point() if match.isValid() else event.mapPoint()
        pipes = self._session.layer("pipe")
        if pipes is not None:
            change = QgsCoordinateTransform(
                self._canvas.mapSettings().destinationCrs(), pipes.crs(), QgsProject.instance()
            )
            try:
                spot = change.transform(spot)
            except QgsCsException:
                return
        self.clicked.emit(spot.x(), spot.y())
