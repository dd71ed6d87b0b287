"""Parts of a form that QGIS makes by their type: the base they share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import NULL
from qgis.gui import (
    QgsAbstractRelationEditorWidget,
    QgsAttributeForm,
)
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from waternet_plugin.core.schema.tables import Table
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.widgets.layouts import vertical

if TYPE_CHECKING:
    from waternet_plugin.gui.editing.native_editing import Editing
    from waternet_plugin.gui.session.session import Session


class FormPart(QgsAbstractRelationEditorWidget):
    """A part of a form that shows something of the asset the form is about.

    Parameters
    ----------
    session, editing
        As ``Forms`` has them.
    config
        QGIS's own; kept as it is.
    """

    def __init__(self, session: Session, editing: Editing, config: Any, parent: QWidget | None) -> None:
        super().__init__(config, parent)
        self.session = session
        self.editing = editing
        self._config = dict(config)
        self._shown: tuple[str, str] | None = None
        self._helper: Any = None
        self._latest = LatestReading(session.run, self)
        self.build(vertical(parent=self, spacing=4, margins=0))
        # The form is not put together yet; the timer ends with this part.
        QTimer(self, singleShot=True, timeout=self._help_form).start(0)

    def build(self, layout: QVBoxLayout) -> None:
        """Put the widgets into a column."""
        raise NotImplementedError

    def show_asset(self, described: Table, asset: str) -> None:
        """Show an asset of a table; '' for none yet."""
        raise NotImplementedError

    def furnish(self, form: QgsAttributeForm) -> None:
        """Put what belongs to the whole form into it; most parts have nothing of the kind."""

    def _help_form(self) -> None:
        """Make the form we stand in easier to fill, once for all parts."""
        from waternet_plugin.gui.forms.helper import FormHelper

        # Python takes a form that QGIS itself has made for a plain widget.
        widget: Any = self
        while widget is not None and widget.metaObject().className() != "QgsAttributeForm":
            widget = widget.parentWidget()
        if widget is not None:
            form = sip.cast(widget, QgsAttributeForm)
            self._helper = FormHelper.of(form, self.editing)
            self.furnish(form)

    # What QGIS asks of a part.

    def config(self) -> dict[str, Any]:
        """Return the settings QGIS gave us."""
        return self._config

    def setConfig(self, config: Any) -> None:  # noqa: N802 (QGIS's name)
        """Keep settings for QGIS."""
        self._config = dict(config)

    def parentFormValueChanged(self, attribute: str, value: Any) -> None:  # noqa: N802 (QGIS's name)
        """Nothing here depends on what is typed in the form."""

    def updateUi(self) -> None:  # noqa: N802 (QGIS's name)
        """Show the asset that the form shows now."""
        from waternet_plugin.bridge.forms.layer_tables import table_of_layer
        from waternet_plugin.bridge.layers.marks import LAYER_MARK
        from waternet_plugin.bridge.layers.sources import table_of

        layer = self.relation().referencedLayer()
        key = layer.customProperty(LAYER_MARK) if layer is not None else None
        if not key:
            return
        described = table_of_layer(layer, table_of(str(key)))
        feature = self.feature()
        value = feature[described.id_field] if feature.isValid() and feature.fields().count() else None
        asset = "" if value is None or value == NULL else str(value)
        if (described.name, asset) != self._shown:
            self._shown = (described.name, asset)
            self.show_asset(described, asset)

    def show_again(self) -> None:
        """Read the same asset anew."""
        self._shown = None
        self.updateUi()
