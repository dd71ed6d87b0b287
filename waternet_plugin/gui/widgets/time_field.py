"""A field for a day and a time as people write them, empty for unknown."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtWidgets import QLineEdit, QWidget

from waternet_plugin.core.texts import tr

_WIDTH, _HEIGHT = 122, 24


class TimeField(QLineEdit):
    """A field for ``YYYY-MM-DD HH:MM`` by the clocks of the network; who takes it refuses what is none.

    Parameters
    ----------
    name
        Object name.
    label
        What it is, for those who hear the screen.
    properties
        Further properties of Qt, such as `toolTip`.
    """

    def __init__(self, name: str, label: str, parent: QWidget, **properties: Any) -> None:
        super().__init__(parent, objectName=name, placeholderText=tr("YYYY-MM-DD HH:MM"), **properties)
        self.setAccessibleName(label)
        self.setFixedSize(_WIDTH, _HEIGHT)

    @property
    def written(self) -> str:
        """What is written, without spaces around; '' for unknown."""
        return str(self.text()).strip()
