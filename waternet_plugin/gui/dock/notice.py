"""A line that says what is the matter, with a button that helps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtWidgets import QFrame, QPushButton, QWidget

from waternet_plugin.gui.panes.section import TITLE_PT, sized
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import plain_label


class Notice(QFrame):
    """A line above the foot of the dock that says what is the matter, with a button that helps."""

    def __init__(
        self, key: str, text: str, button: str, on_click: Callable[[], Any], parent: QWidget
    ) -> None:
        super().__init__(parent, objectName=f"wn_notice_{key}", frameShape=QFrame.Shape.StyledPanel)
        label = plain_label(
            text, self, objectName=f"wn_notice_{key}_text", wordWrap=True, font=sized(self.font(), TITLE_PT)
        )
        line = horizontal((label, 1), parent=self, spacing=8, margins=(8, 4, 8, 4))
        if button:
            push = QPushButton(
                button, self, objectName=f"wn_notice_{key}_button", clicked=lambda _checked=False: on_click()
            )
            push.setFixedHeight(24)
            line.addWidget(push)
