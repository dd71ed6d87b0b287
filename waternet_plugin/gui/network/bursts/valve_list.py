"""The valves of a burst as a list: number and place, size and turns, what to do, and whether it is broken."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPixmap
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from waternet_plugin.core.network.isolation import roles
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network import overlay
from waternet_plugin.gui.network.bursts import burst
from waternet_plugin.gui.network.overlay import OverlayMark
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal

_BADGE = 22
_ROW = 40
_NAME, _ROLE, _BROKEN = range(3)
# The customers that a valve of a role costs or brings.
_GAINS = {
    roles.INSTEAD: "added_customers",
    roles.SECOND_CHOICE: "added_customers",
    roles.OPEN_TO_FEED: "restored_customers",
}


def badge(mark: OverlayMark, ratio: float) -> QIcon:
    """Return a mark of the map as an icon."""
    picture = QPixmap(round(_BADGE * ratio), round(_BADGE * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    overlay.paint_mark(painter, QRectF(0, 0, _BADGE, _BADGE).center(), mark)
    painter.end()
    return QIcon(picture)


def _role_text(role: str) -> str:
    """Return what to do with a valve, in a word."""
    return tr("Can't be closed") if role == burst.BROKEN else roles.role_label(role)


def _size_text(row: dict[str, Any]) -> str:
    """Return size and turns of a valve."""
    diameter, turns = row["diameter_mm"], row["turns"]
    first = f"DN{diameter:.0f}" if diameter == diameter and diameter is not None else ""
    second = tr("%n turn(s)", "", round(turns)) if turns == turns and turns is not None else ""
    return " · ".join(part for part in (first, second) if part)


def _gain(row: dict[str, Any]) -> str:
    """Return how many customers more lose water, or get it back, as a short sign."""
    key = _GAINS.get(row["role"])
    value = row[key] if key else 0
    return f" +{amounts.number(value)}" if value == value and value else ""


def _added_text(row: dict[str, Any]) -> str:
    """Return what a valve's part costs or brings, in customers."""
    added, restored = row["added_customers"], row["restored_customers"]
    if row["role"] in (roles.INSTEAD, roles.SECOND_CHOICE) and added == added and added:
        return tr("+{n} customers").format(n=amounts.number(added))
    if row["role"] == roles.OPEN_TO_FEED and restored == restored and restored:
        return tr("feeds {n} customers").format(n=amounts.number(restored))
    return ""


class ValveList(QTreeWidget):
    """One row a valve: a click says ``picked``, the box says ``broken`` with the id and whether it is.

    Parameters
    ----------
    name
        Object name.
    """

    picked = pyqtSignal(dict)
    broken = pyqtSignal(str, bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            objectName=name,
            columnCount=3,
            rootIsDecorated=False,
            uniformRowHeights=True,
            alternatingRowColors=True,
        )
        self.setHeaderLabels([tr("Valve"), tr("What to do"), tr("Broken")])
        small = sized(self.font(), NOTE_PT + 0.5)
        self.setFont(small)
        self.header().setFont(small)
        self.setIconSize(QSize(_BADGE, _BADGE))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self.header()
        head.setStretchLastSection(False)
        head.setMinimumSectionSize(24)
        modes = QHeaderView.ResizeMode
        head.setSectionResizeMode(_NAME, modes.Stretch)
        for column in (_ROLE, _BROKEN):
            head.setSectionResizeMode(column, modes.ResizeToContents)
        self.headerItem().setToolTip(
            _BROKEN, tr("Tick a valve that can't be closed: the next ones are found")
        )
        self.itemClicked.connect(self._pick)
        self.itemActivated.connect(self._pick)
        self.itemChanged.connect(self._changed)

    def show_valves(self, valves: tuple[dict[str, Any], ...]) -> None:
        """Show the valves of an answer."""
        self.blockSignals(True)
        self.clear()
        for row in valves:
            self.addTopLevelItem(self._item(row))
        self.blockSignals(False)

    def _item(self, row: dict[str, Any]) -> QTreeWidgetItem:
        street = row["street"] or ""
        name = (
            tr("Hypothetical, on {pipe}").format(pipe=row["node_id"]) if row["is_thought"] else row["node_id"]
        )
        size = _size_text(row)
        item = QTreeWidgetItem(
            [
                "\n".join(part for part in (name, street) if part),
                "\n".join(part for part in (_role_text(row["role"]) + _gain(row), size) if part),
            ]
        )
        item.setData(_NAME, Qt.ItemDataRole.UserRole, row)
        item.setIcon(_NAME, badge(burst.valve_mark(row, 0, 0), self.devicePixelRatioF()))
        item.setSizeHint(_NAME, QSize(0, _ROW))
        item.setForeground(_ROLE, QColor(burst.role_colour(row["role"])))
        tip = "\n".join(part for part in (name, street, size, _added_text(row), row["reason"]) if part)
        for column in range(3):
            item.setToolTip(column, literal(tip))
        if row["role"] in (*roles.TO_CLOSE, roles.SECOND_CHOICE, burst.BROKEN) and not row["is_thought"]:
            states = Qt.CheckState
            item.setCheckState(_BROKEN, states.Checked if row["role"] == burst.BROKEN else states.Unchecked)
            item.setToolTip(_BROKEN, literal(self.headerItem().toolTip(_BROKEN)))
        return item

    def _pick(self, item: QTreeWidgetItem, column: int) -> None:
        if column != _BROKEN:
            self.picked.emit(item.data(_NAME, Qt.ItemDataRole.UserRole))

    def _changed(self, item: QTreeWidgetItem, column: int) -> None:
        if column == _BROKEN:
            row = item.data(_NAME, Qt.ItemDataRole.UserRole)
            self.broken.emit(row["node_id"], item.checkState(_BROKEN) == Qt.CheckState.Checked)
