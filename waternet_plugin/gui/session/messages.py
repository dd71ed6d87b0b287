"""What we say in the message bar of QGIS, and what of it is still there."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from qgis.core import Qgis
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QPushButton, QTextBrowser, QWidget

from waternet_plugin.gui.session.windows import Windows
from waternet_plugin.gui.widgets.plain_text import literal

# The label of a button and what it does.
Action = tuple[str, Callable[[], Any]]
# How long a message without a button stays, in seconds.
_STAYS_S = 10


# Lines of a message that show without scrolling.
_LINES = 4


def _show_all_lines(item: QWidget) -> None:
    """Make a message as high as its text: QGIS shows a line and a half, and the reason is in the second."""
    view = None if sip.isdeleted(item) else item.findChild(QTextBrowser)
    if view is None:
        return
    document = view.document()
    around = 2 * (document.documentMargin() + view.frameWidth()) + 1
    wanted = math.ceil(document.size().height() + around)
    most = math.ceil(_LINES * view.fontMetrics().lineSpacing() + around)
    if view.viewport().height() < document.size().height():
        view.setFixedHeight(min(wanted, most))


class Messages:
    """The messages of a session.

    Parameters
    ----------
    bar
        The message bar of QGIS.
    windows
        Ours: the start page lies over the bar.
    """

    def __init__(self, bar: Any, windows: Windows) -> None:
        self._bar = bar
        self._windows = windows
        self._shown: list[QWidget] = []

    def _still_shown(self) -> list[QWidget]:
        self._shown = [each for each in self._shown if not sip.isdeleted(each)]
        return self._shown

    def say(self, text: str, level: str, *actions: Action) -> QWidget:
        """Tell the user something, and return the message; see ``Session.say``."""
        levels = Qgis.MessageLevel
        shown = {
            "info": levels.Info,
            "success": levels.Success,
            "warning": levels.Warning,
            "error": levels.Critical,
        }
        bar = self._bar
        item = bar.createMessage("WaterNet", literal(text))
        for number, (label, act) in enumerate(actions):
            button = QPushButton(
                label,
                item,
                objectName="wn_message_button" if number == 0 else f"wn_message_button_{number + 1}",
                clicked=partial(self._act, item, act),
            )
            item.layout().addWidget(button)
        stays = level in ("warning", "error") or bool(actions)
        bar.pushWidget(item, shown[level], 0 if stays else _STAYS_S)
        # The room for the text is known when all of the bar has its place.
        QTimer.singleShot(0, partial(_show_all_lines, item))
        page = self._windows.named("wn_start_page")
        if level in ("warning", "error") and page is not None and page.isVisible():
            page.tell(text)
        if isinstance(item, QWidget):
            self._still_shown().append(item)
        return item

    def _act(self, item: QWidget, act: Callable[[], Any], _checked: bool = False) -> None:
        """Do what a button of a message says; the message is answered then."""
        self._bar.popWidget(item)
        act()

    def take_back(self, item: QWidget) -> None:
        """Take a message out of the bar: it is about nothing any more."""
        if not sip.isdeleted(item):
            self._bar.popWidget(item)

    def take_errors_back(self) -> None:
        """Take our errors out of the bar: what they were about is mended."""
        for item in self._still_shown():
            if item.level() == Qgis.MessageLevel.Critical:
                self._bar.popWidget(item)

    def take_offers_back(self) -> None:
        """Take what has a button, errors apart, out of the bar: it is about a network that goes."""
        for item in self._still_shown():
            if item.level() != Qgis.MessageLevel.Critical and item.findChild(QPushButton) is not None:
                self._bar.popWidget(item)

    def close(self) -> None:
        """Take every message of ours out of the bar."""
        for item in self._still_shown():
            self._bar.popWidget(item)
        self._shown.clear()
