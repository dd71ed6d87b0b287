"""Total meters above their sub-meters as an indented list, the loss of each level as a bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import QModelIndex, QRect, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QPainter
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from waternet_plugin.core.colours import CAUTION, SEVERE
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal

_ROLE_ROW = Qt.ItemDataRole.UserRole
# Loss of this share fills the whole bar.
_FULL = 0.5
_BAR_EDGE_PX, _LOSS_PX, _M3_PX = 4, 84, 74


class _LossBar(QStyledItemDelegate):
    """Draws the loss of a level as a bar behind its figure."""

    limit = 0.0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw bar, then figure."""
        rate = (index.siblingAtColumn(0).data(_ROLE_ROW) or {}).get("loss_rate")
        if rate is not None and rate > 0:
            box = option.rect.adjusted(0, _BAR_EDGE_PX, -2, -_BAR_EDGE_PX)
            wide = round(box.width() * min(rate / _FULL, 1.0))
            colour = QColor(SEVERE if rate > self.limit else CAUTION)
            colour.setAlpha(90)
            painter.fillRect(QRect(box.right() - wide, box.top(), wide, box.height()), colour)
        super().paint(painter, option, index)


class TreeList(QTreeWidget):
    """The trees; sub-meters are put in when their total meter is opened.

    Parameters
    ----------
    name
        Object name.
    """

    picked = pyqtSignal(dict)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName=name, uniformRowHeights=True)
        self.setHeaderLabels([tr("Meter"), tr("m³"), tr("Loss")])
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._below: dict[str, list[dict[str, Any]]] = {}
        self._bar = _LossBar(self)
        self.setItemDelegateForColumn(2, self._bar)
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, wide in ((1, _M3_PX), (2, _LOSS_PX)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(column, wide)
        self.itemExpanded.connect(self._fill)
        self.itemClicked.connect(lambda item, _column: self.picked.emit(item.data(0, _ROLE_ROW)))

    def show_levels(self, rows: Sequence[dict[str, Any]], limit: float) -> None:
        """Show other trees; a loss above the limit, 0-1, is red."""
        opened = {
            self.topLevelItem(place).data(0, _ROLE_ROW)["node_id"]
            for place in range(self.topLevelItemCount())
            if self.topLevelItem(place).isExpanded()
        }
        self._bar.limit = limit
        self._below = {}
        for row in rows:
            self._below.setdefault(row["meter_parent"], []).append(row)
        self.clear()
        for row in self._below.get("", []):
            item = self._item(row)
            self.addTopLevelItem(item)
            item.setExpanded(row["node_id"] in opened)

    def _item(self, row: dict[str, Any]) -> QTreeWidgetItem:
        loss = "" if row["loss_rate"] is None else amounts.share(row["loss_rate"])
        item = QTreeWidgetItem([row["node_id"], amounts.number(row["m3"]), loss])
        item.setData(0, _ROLE_ROW, row)
        for column in (1, 2):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if row["below"]:
            text = tr("{below} meters below measured {m3} m³").format(
                below=amounts.number(row["below"]), m3=amounts.number(row["below_m3"])
            )
            item.setToolTip(0, literal(text))
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        return item

    def _fill(self, item: QTreeWidgetItem) -> None:
        if not item.childCount():
            name = item.data(0, _ROLE_ROW)["node_id"]
            item.addChildren([self._item(row) for row in self._below.get(name, [])])

    def choose(self, name: str) -> dict[str, Any] | None:
        """Choose a total meter at the top and return its row, None where there is none."""
        for place in range(self.topLevelItemCount()):
            item = self.topLevelItem(place)
            row: dict[str, Any] = item.data(0, _ROLE_ROW)
            if row["node_id"] == name:
                self.setCurrentItem(item)
                item.setExpanded(True)
                return row
        return None
