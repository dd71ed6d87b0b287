"""A line that says what is the matter, with a button that helps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from waternet_plugin.gui.panel.section import TITLE_PT, sized
from waternet_plugin.gui.widgets.plain_text import plain_label


class Notice(QFrame):
    """A line at the foot of the dock that says what is the matter, with a button that helps."""

    def __init__(
        self, key: str, text: str, button: str, on_click: Callable[[], Any], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"wn_notice_{key}")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        label = plain_label(text, self)
        label.setObjectName(f"wn_notice_{key}_text")
        label.setWordWrap(True)
        label.setFont(sized(self.font(), TITLE_PT))
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 4, 8, 4)
        line.setSpacing(8)
        line.addWidget(label, 1)
        if button:
            push = QPushButton(button, self)
            push.setObjectName(f"wn_notice_{key}_button")
            push.setFixedHeight(24)
            push.clicked.connect(lambda _checked=False: on_click())
            line.addWidget(push)
