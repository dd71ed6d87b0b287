"""Find texts that are cut and windows that are too large, in what WaterNet shows now."""

from __future__ import annotations

from qgis.gui import QgsProjectionSelectionWidget
from qgis.PyQt.QtCore import QRect, Qt
from qgis.PyQt.QtGui import QFontMetrics
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QTabBar,
    QTableView,
    QToolButton,
    QWidget,
)

# The largest window, in logical points.
WIDEST, HIGHEST = 1280, 640
# Rows of a list that are looked at, and what a cell takes beside its text.
_ROWS, _CELL_EDGE, _MARK = 40, 6, 16
# Labels that shorten their text themselves and show the whole of it as a tooltip.
_SHORTENING = ("ElidedLabel",)


def _is_ours(widget: QWidget) -> bool:
    """Return whether a widget stands in a window or panel of ours."""
    while widget is not None:
        if widget.objectName().startswith("wn_"):
            return True
        widget = widget.parentWidget()
    return False


def _label_fault(label: QLabel) -> str:
    if type(label).__name__ in _SHORTENING or not label.text():
        return ""
    if label.wordWrap():
        wanted = label.heightForWidth(label.width())
        return f"{label.height()} high, wants {wanted}" if wanted > label.height() + 2 else ""
    wanted = label.sizeHint().width()
    return f"{label.width()} wide, wants {wanted}" if wanted > label.width() + 1 else ""


def _button_fault(button: QAbstractButton) -> str:
    hidden = isinstance(button, QToolButton) and (
        button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly and not button.icon().isNull()
    )
    if hidden or not button.text():
        return ""
    metrics = button.fontMetrics()
    if hasattr(button, "fitting_font"):
        # A figure of the panel takes smaller letters where there is little room.
        metrics = QFontMetrics(button.fitting_font(button.width()))
    wanted = metrics.horizontalAdvance(button.text().replace("&", ""))
    return f"{button.width()} wide, its text {wanted}" if wanted > button.width() else ""


def _combo_fault(box: QComboBox) -> str:
    # QGIS's own list of coordinate systems holds names of any length.
    foreign = isinstance(box.parentWidget(), QgsProjectionSelectionWidget)
    if foreign or box.isEditable() or not box.currentText() or box.currentText() in box.toolTip():
        return ""
    wanted = box.fontMetrics().horizontalAdvance(box.currentText()) + 24
    return f"{box.width()} wide, wants {wanted}" if wanted > box.width() else ""


def _header_faults(header: QHeaderView) -> list[str]:
    model, found = header.model(), []
    if model is None or header.orientation() != Qt.Orientation.Horizontal:
        return found
    for section in range(header.count()):
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        wanted = header.fontMetrics().horizontalAdvance(text) + 4
        if text and not header.isSectionHidden(section) and wanted > header.sectionSize(section):
            found.append(f"head “{text}”: {header.sectionSize(section)} wide, wants {wanted}")
    return found


def _tab_faults(bar: QTabBar) -> list[str]:
    found = []
    for place in range(bar.count()):
        wanted = bar.fontMetrics().horizontalAdvance(bar.tabText(place)) + 4
        if wanted > bar.tabRect(place).width():
            found.append(f"tab “{bar.tabText(place)}”: {bar.tabRect(place).width()} wide, wants {wanted}")
    if bar.count() and bar.tabRect(bar.count() - 1).right() > bar.width() + 1:
        found.append(f"tabs: {bar.tabRect(bar.count() - 1).right()} wide, have {bar.width()}")
    return found


def _cell_faults(view: QTableView) -> list[str]:
    model, found = view.model(), []
    for row in range(min(model.rowCount() if model is not None else 0, _ROWS)):
        for column in range(model.columnCount()):
            text = str(model.index(row, column).data() or "")
            if not text or view.isColumnHidden(column):
                continue
            width = view.columnWidth(column) - _CELL_EDGE
            if model.index(row, column).data(Qt.ItemDataRole.DecorationRole) is not None:
                width -= _MARK
            box = QRect(0, 0, width, 9999)
            flags = int(Qt.TextFlag.TextWordWrap) if view.wordWrap() else 0
            wanted = view.fontMetrics().boundingRect(box, flags, text)
            if wanted.width() > width + 1 or wanted.height() > view.rowHeight(row) + 1:
                found.append(f"cell “{text[:60]}”: {width} x {view.rowHeight(row)}, wants "
                             f"{wanted.width()} x {wanted.height()}")  # fmt: skip
    return found


def narrow_faults(pane: QWidget) -> list[str]:
    """Return what of a narrow pane is cut beside its labels: tabs, headings, cells, choices; bars across."""
    found = []
    for widget in pane.findChildren(QWidget):
        if not widget.isVisible():
            continue
        faults = []
        if isinstance(widget, QTabBar):
            faults = _tab_faults(widget)
        elif isinstance(widget, QComboBox):
            faults = [each for each in [_combo_fault(widget)] if each]
        elif isinstance(widget, QHeaderView):
            faults = _header_faults(widget)
        elif isinstance(widget, QAbstractScrollArea) and widget.horizontalScrollBar().isVisible():
            faults = ["a bar across"]
        if isinstance(widget, QTableView):
            faults += _cell_faults(widget)
        name = widget.objectName() or widget.parent().objectName() or type(widget).__name__
        found += [f"{name}: {each}" for each in faults]
    return found


def box_faults(window: QWidget) -> list[str]:
    """Return the boxes of a window whose choice is cut and not told by a tooltip either."""
    shown = [box for box in window.findChildren(QComboBox) if box.isVisible()]
    return [f"{box.objectName()}: {_combo_fault(box)}" for box in shown if _combo_fault(box)]


def faults() -> list[str]:
    """Return a line for each text that is cut and each window that is too large."""
    found = []
    for widget in QApplication.allWidgets():
        if not widget.isVisible() or not _is_ours(widget):
            continue
        fault, text = "", ""
        if isinstance(widget, QLabel):
            fault, text = _label_fault(widget), widget.text()
        elif isinstance(widget, QAbstractButton):
            fault, text = _button_fault(widget), widget.text()
        elif isinstance(widget, QComboBox):
            fault, text = _combo_fault(widget), widget.currentText()
        elif isinstance(widget, QHeaderView):
            found += [f"{widget.parent().objectName()}: {each}" for each in _header_faults(widget)]
        if fault:
            found.append(f"{widget.objectName() or type(widget).__name__} “{text[:60]}”: {fault}")
        if widget.isWindow() and widget.objectName().startswith("wn_"):
            size = widget.frameGeometry()
            if size.width() > WIDEST or size.height() > HIGHEST:
                found.append(f"{widget.objectName()}: {size.width()} x {size.height()}")
    return found
