"""A question as a sentence with boxes in it: “the top [10] of [car wash] in [2025]”."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from qgis.PyQt.QtCore import QLocale
from qgis.PyQt.QtWidgets import QSpinBox, QWidget

from waternet_plugin.core import texts
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

_BOX = re.compile(r"\{(\w+)\}")
_CONTROL = 22


class QuestionLine(QWidget):
    """The words of a sentence and its boxes, in as many lines as the width needs.

    Parameters
    ----------
    template
        The sentence, with ``{name}`` where a box stands; translations order them as they like.
    boxes
        The boxes by name.
    """

    def __init__(self, template: str, boxes: Mapping[str, QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = WrappingRow()
        for place, part in enumerate(_BOX.split(template)):
            if place % 2:
                box = boxes[part]
                box.setFixedHeight(_CONTROL)
                line.addWidget(box)
            elif part.strip():
                label = plain_label(part.strip(), self)
                label.setFixedHeight(_CONTROL)
                line.addWidget(label)
        self.setLayout(line)


def number_box(name: str, label: str, value: int, most: int, **properties: Any) -> QSpinBox:
    """Return a box for a whole number from 0 to ``most``; further properties are Qt's, such as `suffix`."""
    made = QSpinBox(
        objectName=name,
        minimum=0,
        maximum=most,
        value=value,
        accelerated=True,
        keyboardTracking=False,
        accessibleName=label,
    )
    # Not that of QGIS: the sentence around the number is of our language.
    made.setLocale(QLocale(texts.language()))
    made.setGroupSeparatorShown(True)
    made.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    made.pyqtConfigure(**properties)
    return made
