"""What makes the parts of our forms when QGIS asks for them by their type."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from qgis.gui import QgsAbstractRelationEditorWidgetFactory
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.bridge.layers.relations import HISTORY_WIDGET, MONTHS_WIDGET, TANK_WIDGET, WHY_WIDGET
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.gui.editing.native_editing import Editing
    from waternet_plugin.gui.forms.form_part import FormPart
    from waternet_plugin.gui.session.session import Session


# The class of each type of part, in a module of this room.
PART_CLASSES = {
    HISTORY_WIDGET: "history_part.HistoryPart",
    MONTHS_WIDGET: "months_part.MonthsPart",
    TANK_WIDGET: "tank_part.TankPart",
    WHY_WIDGET: "why_part.WhyPart",
}


def part_class(kind: str) -> type[FormPart]:
    """Return the class of a type of part."""
    module, name = PART_CLASSES[kind].split(".")
    found: type[FormPart] = getattr(importlib.import_module(f"waternet_plugin.gui.forms.{module}"), name)
    return found


class _Factory(QgsAbstractRelationEditorWidgetFactory):
    """Makes one type of part."""

    def __init__(self, session: Session, editing: Editing, kind: str, label: str) -> None:
        super().__init__()
        self._session, self._editing = session, editing
        self._kind, self._label = kind, label

    def type(self) -> str:
        """Return the name by which projects ask for the part."""
        return self._kind

    def name(self) -> str:
        """Return what people call the part where they choose among such."""
        return self._label

    def create(self, config: Any, parent: QWidget | None = None) -> FormPart:
        """Make a part."""
        return part_class(self._kind)(self._session, self._editing, config, parent)

    def configWidget(self, _parent: QWidget | None = None) -> None:  # noqa: N802 (QGIS's name)
        """Return no settings: there are none."""
        return


def factories(session: Session, editing: Editing) -> list[_Factory]:
    """Return what makes the parts of our forms."""
    return [
        _Factory(session, editing, HISTORY_WIDGET, tr("WaterNet: history")),
        _Factory(session, editing, MONTHS_WIDGET, tr("WaterNet: months of a user")),
        _Factory(session, editing, TANK_WIDGET, tr("WaterNet: depths of a tank")),
        _Factory(session, editing, WHY_WIDGET, tr("WaterNet: why this score")),
    ]
