"""The bars above the map while a tool of ours edits: what the next pipe or node will be."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtWidgets import QComboBox, QFrame, QLabel, QLineEdit, QWidget

from waternet_plugin.bridge.forms.layer_tables import table_of_layer
from waternet_plugin.core.colours import FAULT
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import plain_label, tip_text

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

HEIGHTS_OF_NODES, HEIGHTS_UNKNOWN = "nodes", "unknown"
_CLIMBS = f"color: {FAULT}; font-weight: 600;"
_INSET_PX = 8
_DN_WIDTH_PX = 64
# A list of the bar: letters that always show, room for its arrow, and how wide it may get.
_LETTERS, _ARROW_PX, _MOST_PX = 6, 34, 136


class ToolBar(QFrame):
    """A bar over the upper edge of the map, as long as a tool is used.

    Parameters
    ----------
    name
        Object name.
    """

    def __init__(self, canvas: QWidget, name: str) -> None:
        super().__init__(canvas, objectName=name)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self._row = horizontal(parent=self, spacing=8, margins=(8, 4, 8, 4))
        self.hide()
        canvas.installEventFilter(self)

    def add(self, label: str, widget: QWidget, *, says_itself: bool = False) -> None:
        """Add a field with what it is called before it, unless its values say that themselves."""
        if not says_itself:
            self._row.addWidget(plain_label(label, self))
        widget.setAccessibleName(label)
        self._row.addWidget(widget)

    def choice(self, name: str, codes: list[tuple[str, str]]) -> QComboBox:
        """Return a list of labels; its data are codes."""
        box = QComboBox(self, objectName=f"{self.objectName()}_{name}")
        for code, label in codes:
            box.addItem(label, code)
        # A long name in the list does not push the others out of the bar; its tooltip says the whole of it.
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(_LETTERS)
        box.setMinimumWidth(min(box.view().sizeHintForColumn(0) + _ARROW_PX, _MOST_PX))
        tip_text(box)
        return box

    def show_above(self) -> None:
        """Show the bar at its place."""
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        self.adjustSize()
        width = self.parentWidget().width()
        self.resize(min(self.sizeHint().width(), width - 2 * _INSET_PX), self.sizeHint().height())
        self.move(max(_INSET_PX, (width - self.width()) // 2), _INSET_PX)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Stay in the middle when the map changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Give the map the keyboard back on Enter: what was typed is taken, nothing is ended by it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.parentWidget().setFocus()
        elif event.key() != Qt.Key.Key_Backspace:
            super().keyPressEvent(event)

    def close_for_good(self) -> None:
        """Leave the map."""
        self.parentWidget().removeEventFilter(self)
        self.setParent(None)
        self.deleteLater()


def choose(box: QComboBox, code: Any) -> None:
    """Choose a code in a list, nothing where the list does not have it."""
    box.setCurrentIndex(box.findData("" if code is None else code))


def labels_of(layer: QgsVectorLayer | None, field: str, *, optional: str = "") -> list[tuple[str, str]]:
    """Return codes and labels of the value list of a field of pipes or nodes, those of users among them.

    Parameters
    ----------
    layer
        Our layer of pipes or nodes; None without a project, for the codes of the schema.
    field
        A field of either.
    optional
        What stands for none, before the others; '' where there must be a code.
    """
    name = "node" if field == "kind" else "pipe"
    described = table(name) if layer is None else table_of_layer(layer, name)
    first = [("", optional)] if optional else []
    return first + [(code.code, code.label) for code in described.field(field).codes.values()]


class PipeBar(ToolBar):
    """System, DN, material of the next pipe and where its heights are from; the slope at the cursor.

    Parameters
    ----------
    template
        Returns what the last pipe of a system had, by field.
    system
        The system to begin with; None where the bar is for the place of another pipe.
    pipes
        Our layer of pipes, None for none.
    name
        Object name.
    """

    def __init__(
        self,
        canvas: QWidget,
        template: Callable[[str], dict[str, Any]],
        system: str | None,
        pipes: QgsVectorLayer | None,
        name: str = "wn_draw_bar",
    ) -> None:
        super().__init__(canvas, name)
        self._template = template
        self.system = self.choice("system", labels_of(pipes, "system"))
        self.diameter = QLineEdit(self, objectName=f"{name}_diameter")
        self.diameter.setFixedWidth(_DN_WIDTH_PX)
        self.material = self.choice("material", labels_of(pipes, "material", optional=f"{tr('Material')} –"))
        of_nodes, unknown = (HEIGHTS_OF_NODES, tr("from the nodes")), (HEIGHTS_UNKNOWN, tr("unknown"))
        self.heights = self.choice("heights", [of_nodes, unknown])
        self.slope: QLabel = plain_label("", self, objectName=f"{name}_slope")
        self.slope.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # Its room is kept, or the fields would move under the pointer.
        self.slope.setMinimumWidth(self.slope.fontMetrics().horizontalAdvance("-0000.0 ‰  "))
        self.is_drawing = system is not None
        self.system.setVisible(self.is_drawing)
        if self.is_drawing:
            self.add(tr("System"), self.system, says_itself=True)
            choose(self.system, system)
            self.system.currentIndexChanged.connect(self.take_template)
        self.add("DN", self.diameter)
        self.add(tr("Material"), self.material, says_itself=True)
        if self.is_drawing:
            self.add(tr("Heights"), self.heights)
            self._row.addWidget(self.slope)
        else:
            self.heights.hide()
            self.slope.hide()
        self.take_template()

    def take_template(self, *_index: Any) -> None:
        """Show what the last pipe of the system had."""
        last = self._template(str(self.system.currentData() or ""))
        self.set_pipe(last.get("diameter_mm"), last.get("material"))

    def set_pipe(self, diameter_mm: Any, material: Any) -> None:
        """Show a diameter, mm, and a material; None for unknown ones."""
        self.diameter.setText("" if diameter_mm in (None, "") else f"{float(diameter_mm):g}")
        choose(self.material, material)

    @property
    def diameter_mm(self) -> float | None:
        """The diameter that was typed, None for none."""
        text = self.diameter.text().strip().upper().removeprefix("DN").strip()
        try:
            value = float(text)
        except ValueError:
            return None
        return value if math.isfinite(value) and value > 0 else None

    def values(self) -> dict[str, Any]:
        """Return what the next pipe has, by field."""
        found: dict[str, Any] = {
            "diameter_mm": self.diameter_mm,
            "material": self.material.currentData() or None,
        }
        if self.is_drawing:
            system = str(self.system.currentData())
            found = {**self._template(system), **found, "system": system}
        return found

    @property
    def takes_heights(self) -> bool:
        """Whether heights are those of the nodes."""
        return bool(self.heights.currentData() == HEIGHTS_OF_NODES)

    def show_slope(self, per_mille: float) -> None:
        """Show the slope from the start to the cursor, NaN for unknown; red where it climbs."""
        is_known = math.isfinite(per_mille)
        self.slope.setText(f"i = {amounts.number(per_mille, 1)} ‰" if is_known else "")
        self.slope.setStyleSheet(_CLIMBS if is_known and per_mille < 0 else "")


class KindBar(ToolBar):
    """The kind of the next node.

    Parameters
    ----------
    kind
        The kind to begin with.
    nodes
        Our layer of nodes, None for none.
    """

    def __init__(self, canvas: QWidget, kind: str, nodes: QgsVectorLayer | None) -> None:
        super().__init__(canvas, "wn_insert_bar")
        self.kind = self.choice("kind", labels_of(nodes, "kind"))
        self.add(tr("Kind"), self.kind)
        choose(self.kind, kind)
