"""An asset as it was: a slider over its changes, its values then and now, its earlier geometry on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsWkbTypes
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QAbstractItemView, QHeaderView, QSlider, QTreeWidget, QTreeWidgetItem, QWidget

from waternet_plugin.core.colours import OTHER
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network import overlay
from waternet_plugin.gui.network.overlay import Overlay, OverlayLine, OverlayMark
from waternet_plugin.gui.widgets import moments
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

    from waternet_plugin.bridge.forms.history import AssetHistory, Entry
    from waternet_plugin.gui.session.session import Session

_GHOST = OTHER
_WIDTH = 5
_HEIGHT = 120
_FIELD = Qt.ItemDataRole.UserRole


def moment_text(entry: Entry) -> str:
    """Return when an entry was made, in local time; '' where that is not known."""
    return moments.local(entry.at) if entry.at else ""


class AsOf(QWidget):
    """A slider whose right end is now; each step to the left is the state before one more change."""

    moved = pyqtSignal()
    chosen = pyqtSignal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_form_history_as_of")
        self._told: AssetHistory | None = None
        self._layer: QgsVectorLayer | None = None
        self.ghost = Overlay(session.iface.mapCanvas())
        self.slider = QSlider(
            Qt.Orientation.Horizontal,
            self,
            objectName="wn_form_history_slider",
            pageStep=1,
            singleStep=1,
            toolTip=literal(tr("Move to the left to see the asset as it was.")),
            accessibleName=tr("Shown as of"),
            valueChanged=self._moved,
        )
        self.when = plain_label("", self, objectName="wn_form_history_when", wordWrap=True)
        # Placed by the part of the form, below what is done with them.
        self.values = QTreeWidget(
            parent,
            objectName="wn_form_history_values",
            rootIsDecorated=False,
            uniformRowHeights=True,
            selectionMode=QAbstractItemView.SelectionMode.SingleSelection,
            minimumHeight=_HEIGHT,
            itemSelectionChanged=self.chosen,
        )
        self.values.setHeaderLabels([tr("Field"), tr("Then"), tr("Now")])
        self.values.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        line = horizontal(plain_label(tr("Shown as of"), self), (self.slider, 1), spacing=8)
        vertical(line, self.when, parent=self, spacing=4, margins=0)
        self.values.hide()

    def show_history(self, told: AssetHistory | None, layer: QgsVectorLayer | None) -> None:
        """Show the history of an asset, from now on; None for no asset."""
        self._told, self._layer = told, layer
        steps = len(told.entries) if told is not None else 0
        self.slider.blockSignals(True)
        self.slider.setRange(0, steps)
        self.slider.setValue(steps)
        self.slider.blockSignals(False)
        self.slider.setEnabled(steps > 0)
        self._moved()

    def go_before(self, number: int) -> None:
        """Show the state before an entry, by its place in the list, newest first."""
        self.slider.setValue(self.slider.maximum() - number - 1)

    @property
    def seq(self) -> int | None:
        """The entry of the log before which the asset is shown; None for now."""
        entry = self._entry
        return None if entry is None else entry.seq

    @property
    def _entry(self) -> Entry | None:
        """The first change after the time that is shown."""
        if self._told is None or self.slider.value() >= self.slider.maximum():
            return None
        return self._told.entries[self.slider.maximum() - self.slider.value() - 1]

    @property
    def is_there(self) -> bool:
        """Whether the asset was in the network at the time that is shown."""
        return self.seq is None or (self._told is not None and self._told.row_before(self.seq) is not None)

    @property
    def field(self) -> str:
        """The field that is chosen among the values, '' for none."""
        items = self.values.selectedItems()
        return str(items[0].data(0, _FIELD)) if items else ""

    def _moved(self, *_value: Any) -> None:
        """Show the time that the slider is at."""
        self.values.clear()
        entry, told = self._entry, self._told
        self.values.setVisible(entry is not None and self.is_there)
        if entry is None or told is None:
            self.when.setText(tr("now"))
        else:
            self._fill(entry, told)
        self._draw_ghost()
        self.moved.emit()

    def _fill(self, entry: Entry, told: AssetHistory) -> None:
        """Show the values before an entry, those that are another way now in bold and first."""
        if not self.is_there:
            self.when.setText(tr("before {when}: it was not in the network").format(when=moment_text(entry)))
            return
        values = told.values_before(entry.seq)
        count = sum(not value.is_same for value in values)
        text = tr("before {when}: {n} of {all} fields differ from now")
        self.when.setText(text.format(when=moment_text(entry), n=count, all=len(values)))
        grey = self.palette().brush(QPalette.ColorRole.PlaceholderText)
        for value in values:
            item = QTreeWidgetItem([value.label, value.then, value.now])
            item.setData(0, _FIELD, value.field)
            for column, shown in enumerate((value.label, value.then, value.now)):
                item.setToolTip(column, literal(shown))
                if value.is_same:
                    item.setForeground(column, grey)
                else:
                    font = item.font(column)
                    font.setBold(True)
                    item.setFont(column, font)
            self.values.addTopLevelItem(item)

    # The earlier geometry on the map.

    def _draw_ghost(self) -> None:
        entry, told = self._entry, self._told
        shape = told.shape_before(entry.seq) if entry is not None and told is not None else QgsGeometry()
        if shape.isNull() or self._layer is None or not self.isVisible():
            self.ghost.clear()
            return
        self.ghost.show(*_ghost_of(shape), self._layer.crs())

    def showEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Draw the earlier geometry while the form is seen."""
        super().showEvent(event)
        self._draw_ghost()

    def hideEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Take it off the map with the form."""
        self.ghost.clear()
        super().hideEvent(event)


def _ghost_of(shape: QgsGeometry) -> tuple[list[OverlayLine], list[OverlayMark]]:
    """Return a geometry as lines and marks over the map: an area by its outline, a point in a ring."""
    kinds = QgsWkbTypes.GeometryType
    if shape.type() == kinds.PointGeometry:
        place = shape.asPoint()
        return [], [OverlayMark(place.x(), place.y(), _GHOST, overlay.RING)]
    is_area = shape.type() == kinds.PolygonGeometry
    outline = shape.convertToType(kinds.LineGeometry, True) if is_area else shape
    return [OverlayLine(bytes(outline.asWkb()), _GHOST, _WIDTH, is_dashed=True)], []
