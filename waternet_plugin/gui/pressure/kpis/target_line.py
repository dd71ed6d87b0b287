"""The line that sets the target of the chosen indicator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import QLocale
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QWidget

from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.pressure.kpis import kpi_table
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import plain_label

_MOST, _STEP = 1e9, 0.1


class TargetLine(QWidget):
    """A box for the target of an indicator, in per cent where it is a share, and the button that sets it.

    Parameters
    ----------
    on_set
        Called with the target, None for none any more.
    """

    def __init__(self, name: str, on_set: Callable[[float | None], Any], parent: QWidget) -> None:
        super().__init__(parent, objectName=name)
        self._on_set, self._scale = on_set, 1.0
        self.box = QDoubleSpinBox(
            self, objectName=f"{name}_box", minimum=-_STEP, maximum=_MOST, singleStep=_STEP, decimals=1,
            keyboardTracking=False, accessibleName=tr("Target"), specialValueText=tr("none", "target"),
        )  # fmt: skip
        # Not that of QGIS: the words around the number are of our language.
        self.box.setLocale(QLocale(texts.language()))
        button = pane.button(tr("Set target"), f"{name}_set", self._set, self)
        self.setLayout(horizontal(plain_label(tr("Target"), self), self.box, button, 1))
        self.hide()

    def ask(self, row: dict[str, Any]) -> None:
        """Show the target of an indicator."""
        is_share = row["indicator"] not in kpi_table.AMOUNTS
        self._scale = 100.0 if is_share else 1.0
        self.box.setSuffix(" %" if is_share else "")
        self.box.setValue(self.box.minimum() if row["target"] is None else self._scale * row["target"])
        self.show()

    def _set(self) -> None:
        value = self.box.value()
        self._on_set(None if value < 0 else round(value / self._scale, 6))
