"""Which CAD layers of a drawing are taken: each with its rows and a tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QListWidget, QListWidgetItem, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

if TYPE_CHECKING:
    from waternet_plugin.gui.wizard.sources.source import LayerSource

_WIDTH = 260
_NAME = Qt.ItemDataRole.UserRole + 1


class CadLayers(QWidget):
    """A list of layers with ticks, hidden for sources that are no drawing."""

    # The source, and the layers that are ticked.
    chosen = pyqtSignal(object, list)

    def __init__(self) -> None:
        super().__init__(objectName="wn_wizard_cad_layers")
        self._source: LayerSource | None = None
        self._filling = False
        title = plain_label(tr("CAD layers to take"))
        self.list = QListWidget(objectName="wn_wizard_cad_layers_list")
        self.list.setToolTip(
            tr(
                "At first, layers are ticked whose names speak of a system or of what the rows are. Base "
                "maps, frames and labels stay out."
            )
        )
        self.list.itemChanged.connect(self._ticked)
        title.setBuddy(self.list)
        vertical(title, (self.list, 1), parent=self, spacing=4, margins=0)
        self.setFixedWidth(_WIDTH)
        self.hide()

    def show_source(self, source: LayerSource | None) -> None:
        """Show the layers of a drawing, those with most rows first."""
        self._source = source if source is not None and source.is_drawn else None
        self.setVisible(self._source is not None)
        if self._source is None:
            return
        from waternet_plugin.core.files.drawn_entities import LAYER_COLUMN

        self._filling = True
        self.list.clear()
        counts = self._source.frame[LAYER_COLUMN].astype(str).value_counts(sort=True)
        for name, count in counts.items():
            text = f"{name}  ({amounts.number(int(count))})"
            item = QListWidgetItem(text)
            item.setData(_NAME, str(name))
            item.setToolTip(literal(str(name)))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            is_taken = str(name) in self._source.mapping.layers
            item.setCheckState(Qt.CheckState.Checked if is_taken else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self._filling = False

    def _ticked(self, _item: QListWidgetItem) -> None:
        if self._filling or self._source is None:
            return
        items = [self.list.item(row) for row in range(self.list.count())]
        layers = [item.data(_NAME) for item in items if item.checkState() == Qt.CheckState.Checked]
        self.chosen.emit(self._source, layers)
