"""What makes the parts of our forms when QGIS asks for them by their type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.gui import QgsAbstractRelationEditorWidgetFactory
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.bridge.layers.relations import HISTORY_WIDGET, MONTHS_WIDGET, TANK_WIDGET, WHY_WIDGET
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.gui.editing.native_editing import Editing
    from waternet_plugin.gui.forms.form_part import FormPart
    from waternet_plugin.gui.session.session import Session


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
        from waternet_plugin.gui.forms.history_part import HistoryPart
        from waternet_plugin.gui.forms.months_part import MonthsPart
        from waternet_plugin.gui.forms.tank_part import TankPart
        from waternet_plugin.gui.forms.why_part import WhyPart

        return {
            HISTORY_WIDGET: HistoryPart,
            MONTHS_WIDGET: MonthsPart,
            TANK_WIDGET: TankPart,
            WHY_WIDGET: WhyPart,
        }[self._kind](self._session, self._editing, config, parent)

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
