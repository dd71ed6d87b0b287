"""A choice in QGIS's dialogs: people read labels, the values stay the codes that scripts know.

QGIS finds it by its path in the metadata of a parameter, so nothing of it is loaded before a dialog opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from qgis.core import QgsProcessingParameterDefinition
from qgis.gui import QgsGui
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox


def _box(definition: Any, labels: Mapping[str, str]) -> QComboBox:
    """Return a box of labels whose data are the codes; where none is needed it begins with an empty entry."""
    box = QComboBox()
    box.setObjectName(f"wn_choice_{definition.name()}")
    if definition.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional:
        box.addItem("", None)
    for code in definition.options():
        box.addItem(labels.get(code, code), code)
        box.setItemData(box.count() - 1, code, Qt.ItemDataRole.ToolTipRole)
    return box


@lru_cache(maxsize=None)
def _wrapper() -> type:
    """Return the class that stands between a dialog and the box; its base is of QGIS's own plugin."""
    from processing.gui.wrappers import WidgetWrapper

    class LabelledChoice(WidgetWrapper):  # type: ignore[misc]
        """A box of labels in a dialog."""

        def createWidget(self, labels: Mapping[str, str] | None = None) -> QComboBox:  # noqa: N802
            """Return the box."""
            box = _box(self.parameterDefinition(), labels or {})
            box.currentIndexChanged.connect(lambda _place: self.widgetValueHasChanged.emit(self))
            return box

        def setValue(self, value: Any) -> None:  # noqa: N802
            """Choose by code, or by the place among the codes, as scripts may."""
            options = self.parameterDefinition().options()
            if isinstance(value, int) and 0 <= value < len(options):
                value = options[value]
            self.widget.setCurrentIndex(max(self.widget.findData(value), 0))

        def value(self) -> str | None:
            """Return the code, None for nothing."""
            code = self.widget.currentData()
            return None if code is None else str(code)

    return LabelledChoice


class ChoiceWidget:
    """What QGIS makes where it wants a widget: ours in dialogs, its own in the editor of models."""

    def __new__(
        cls, param: Any, dialog: Any, row: int = 0, col: int = 0, labels: Mapping[str, str] | None = None
    ) -> Any:
        """Return the widget for a dialog."""
        if type(dialog).__name__ != "ModelerParametersDialog":
            return _wrapper()(param, dialog, row, col, labels=labels)
        registry = QgsGui.processingGuiRegistry()
        made = registry.createModelerParameterWidget(dialog.model, dialog.childId, param, dialog.context)
        made.setDialog(dialog)
        return made
