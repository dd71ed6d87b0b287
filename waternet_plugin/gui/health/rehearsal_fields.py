"""Shares and weights as fields: two that add up to 100 follow each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QGridLayout, QWidget

from waternet_plugin.core.schema.settings import defaults
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.widgets.layouts import grid, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.operations.health import what_if_run

_CONTROL = 24
_WIDTH = 72
_LEAST_NAME = 72
_INDENT = 12
_WHOLE = 100.0


def _box(key: str, parent: QWidget) -> QDoubleSpinBox:
    box = QDoubleSpinBox(
        parent,
        objectName="wn_weigh_" + key.partition(".")[2].replace(".", "_"),
        minimum=0.0,
        maximum=_WHOLE,
        decimals=1,
        suffix=" %",
        keyboardTracking=False,
    )
    box.setFixedSize(_WIDTH, _CONTROL)
    described = defaults()[key]
    box.setToolTip(literal("\n".join(part for part in (described.label, described.source) if part)))
    return box


def _short(key: str) -> str:
    """Return the end of a setting's label: what the weight is of."""
    end = defaults()[key].label.replace("：", ":").rpartition(":")[2].strip()
    return end[:1].upper() + end[1:]


class ShareFields(QWidget):
    """The two shares of length.

    Parameters
    ----------
    on_change
        Called after every change.
    """

    def __init__(self, on_change: Callable[[], Any], parent: QWidget) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QDoubleSpinBox] = {}
        fields = grid(parent=self, margins=0, stretch=(0,), spacing=4)
        for row, key in enumerate(what_if_run.SHARES):
            box = _box(key, self)
            box.setSingleStep(0.5)
            box.valueChanged.connect(lambda _value: on_change())
            # The two that make the classes are read whole.
            label = plain_label(defaults()[key].label, self)
            label.setBuddy(box)
            fields.addWidget(label, row, 0)
            fields.addWidget(box, row, 1)
            self.boxes[key] = box

    def values(self) -> dict[str, float]:
        """Return the shares, 0 to 1."""
        return {key: box.value() / _WHOLE for key, box in self.boxes.items()}

    def set_values(self, values: dict[str, float]) -> None:
        """Show shares, 0 to 1, without telling anybody."""
        for key, box in self.boxes.items():
            box.blockSignals(True)
            box.setValue(values[key] * _WHOLE)
            box.blockSignals(False)


class WeightFields(QWidget):
    """The weights of one side in two levels; the other one of a pair follows.

    Parameters
    ----------
    side, title
        The side and what it is called.
    on_change
        Called after every change.
    """

    def __init__(self, side: str, title: str, on_change: Callable[[], Any], parent: QWidget) -> None:
        super().__init__(parent)
        self._on_change = on_change
        self._levels = what_if_run.weights()[side]
        self.boxes: dict[str, QDoubleSpinBox] = {}
        head = plain_label(title, self, font=sized(self.font(), 9, semibold=True))
        fields = grid(margins=0, stretch=(1,), spacing=4)
        row = 0
        for group in self._levels[side]:
            row = self._add(group, fields, row, 0)
            own = self._levels[group.rpartition(".")[2]]
            # The only one of its level has no choice.
            for key in own if len(own) > 1 else ():
                row = self._add(key, fields, row, _INDENT)
        fields.setColumnMinimumWidth(0, _INDENT)
        vertical(head, fields, 1, parent=self, spacing=4, margins=0)
        self._rest = {key[0]: _WHOLE for key in self._levels.values() if len(key) == 1}

    def _add(self, key: str, grid: QGridLayout, row: int, indent: int) -> int:
        box = _box(key, self)
        box.setSingleStep(5.0)
        box.valueChanged.connect(lambda value, key=key: self._changed(key, value))
        # A long name must not widen the pane: it takes a second line.
        label = plain_label(_short(key), self, wordWrap=True, minimumWidth=_LEAST_NAME)
        label.setBuddy(box)
        if indent:
            label.setFont(sized(self.font(), NOTE_PT))
        grid.addWidget(label, row, 1 if indent else 0, 1, 1 if indent else 2)
        grid.addWidget(box, row, 2, Qt.AlignmentFlag.AlignRight)
        self.boxes[key] = box
        return row + 1

    def _changed(self, key: str, value: float) -> None:
        others = [each for each in next(keys for keys in self._levels.values() if key in keys) if each != key]
        if len(others) == 1:
            self._set(others[0], _WHOLE - value)
        self._on_change()

    def _set(self, key: str, value: float) -> None:
        self.boxes[key].blockSignals(True)
        self.boxes[key].setValue(value)
        self.boxes[key].blockSignals(False)

    def values(self) -> dict[str, float]:
        """Return the weights, percent."""
        return {**self._rest, **{key: box.value() for key, box in self.boxes.items()}}

    def set_values(self, values: dict[str, float]) -> None:
        """Show weights without telling anybody."""
        self._rest = {key: values[key] for key in self._rest}
        for key in self.boxes:
            self._set(key, values[key])

    def missing(self) -> str:
        """Return which weights do not add up, '' when all do."""
        for level in self._levels.values():
            total = sum(self.values()[key] for key in level)
            if abs(total - _WHOLE) > 1e-6:
                names = listed(_short(key) for key in level)
                return tr("{names} add up to {total} %, not 100 %.").format(names=names, total=f"{total:g}")
        return ""
