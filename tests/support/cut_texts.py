"""Texts of a window that are cut off, and where its buttons stand."""

from __future__ import annotations

import os

from qgis.PyQt.QtCore import QPoint, QRect
from qgis.PyQt.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabBar,
    QWidget,
)

from waternet_plugin.gui.panes.section import ElidedLabel, FigureLink

SLACK = 2
# What an icon or the box of a check needs beside a text.
_BESIDE_PX = 20


def _is_cut(part: QWidget, window: QWidget) -> bool:
    """Return whether a text does not fit its widget, or the widget lies outside of what shows."""
    if isinstance(part, QLabel):
        if isinstance(part, ElidedLabel):
            return False
        if part.wordWrap():
            fits = part.heightForWidth(part.width()) <= part.height() + SLACK
        else:
            fits = part.sizeHint().width() <= part.width() + SLACK
    else:
        beside = _BESIDE_PX if isinstance(part, QCheckBox) or not part.icon().isNull() else 0
        text = part.fontMetrics().horizontalAdvance(part.text()) + beside + 2 * SLACK
        fits = min(text, part.sizeHint().width() - SLACK) <= part.width()
    return not fits or not _is_inside(part, window)


def _is_inside(part: QWidget, window: QWidget) -> bool:
    """Return whether all of a part is in sight, whatever scrolls apart."""
    above = part.parentWidget()
    while above is not None and above is not window.parentWidget():
        if isinstance(above.parentWidget(), QScrollArea):
            return True
        place = QRect(part.mapTo(above, QPoint(0, 0)), part.size())
        if not above.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(place):
            return False
        if above is window:
            break
        above = above.parentWidget()
    return True


def cut_texts(window: QWidget) -> list[str]:
    """Return the texts of a window that are cut off."""
    found = []
    for kind in (QLabel, QAbstractButton):
        for part in window.findChildren(kind):
            inner = isinstance(part, (FigureLink, QTabBar)) or part.objectName().startswith("qt_")
            if part.isVisible() and part.text() and not inner and _is_cut(part, window):
                found.append(
                    f"{part.objectName()}: {part.text()} ({part.width()} of {part.sizeHint().width()})"
                )
    return found


def places(window: QWidget) -> dict[str, QRect]:
    """Return where each button that shows stands in a window, by its name."""
    QApplication.processEvents()
    shown = [one for one in window.findChildren(QPushButton) if one.isVisible() and one.objectName()]
    return {one.objectName(): QRect(one.mapTo(window, QPoint(0, 0)), one.size()) for one in shown}


def slid(before: dict[str, QRect], after: dict[str, QRect]) -> list[str]:
    """Return the buttons that moved, and those that came to stand where another one was."""
    found = [name for name in before if name in after and _has_moved(before[name], after[name])]
    for name in set(after) - set(before):
        found += [f"{name} at {old}" for old in before if after[name].contains(before[old].center())]
    return found


def _has_moved(one: QRect, other: QRect) -> bool:
    """Return whether a button stands elsewhere; one that is shorter keeps one of its ends."""
    ends = min(abs(one.left() - other.left()), abs(one.right() - other.right()))
    return abs(one.top() - other.top()) > SLACK or ends > SLACK


def keep_picture(window: QWidget, name: str) -> None:
    """Keep a picture where that is asked for."""
    folder = os.environ.get("WATERNET_PICTURES")
    if folder:
        QApplication.processEvents()
        window.grab().save(f"{folder}/{name}.png")
