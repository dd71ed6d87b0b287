"""What a trace is to do: which way, where it stops, what it passes; and such settings under names."""

from __future__ import annotations

from functools import partial

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QDoubleValidator
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QWidget,
)

from waternet_plugin.core.network.tracing.trace_rules import DIRECTIONS, DRY, WET, Rules, direction_labels
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import labelled, listed, tr
from waternet_plugin.gui.network.traces import trace_answer, trace_presets
from waternet_plugin.gui.widgets.asking import ask_text
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry, menu_switch
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

# Room for the kind at which a trace stops, in wide letters.
_STOP_LETTERS = 7


class WishForm(QWidget):
    """The settings of a trace; tells when a person changed them."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="wn_trace_wishes")
        self.direction = QComboBox(self, objectName="wn_trace_direction")
        for code in DIRECTIONS:
            self.direction.addItem(direction_labels()[code], code)
        self.direction.setToolTip(tr("Which way to go from the start"))
        self.direction.currentIndexChanged.connect(lambda _place: self._chosen())
        self._names = menu_button(
            "wn_trace_names",
            QMenu(self),
            self,
            tr("Saved") + " ▾",
            toolTip=tr("Save these settings under a name, or use saved ones"),
        )
        self._names.menu().setObjectName("wn_trace_names_menu")
        self._names.menu().aboutToShow.connect(self._fill_names)
        first = horizontal((self.direction, 1), self._names)
        self.stops = menu_button("wn_trace_stops", QMenu(self), self, "")
        self.stops.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        kinds = domain("node_kind")
        for code in trace_answer.STOP_KINDS:
            menu_switch(
                self.stops.menu(), kinds[code].label, "", toggled=lambda _checked: self._chosen()
            ).setData(code)
        self._farthest = QLineEdit(
            self,
            objectName="wn_trace_farthest",
            placeholderText="∞",
            toolTip=tr("How far to go, in metres; empty: no limit"),
            maximumWidth=52,
            editingFinished=self._chosen,
        )
        self._farthest.setValidator(QDoubleValidator(0.0, 1e7, 1, self._farthest))
        self._wet = QCheckBox(
            tr("Wet weather"),
            self,
            objectName="wn_trace_wet",
            toolTip=tr("In dry weather, interceptors pass sewage on through their dry outlet only"),
        )
        self.closed = QCheckBox(
            tr("Pass closed valves"),
            self,
            objectName="wn_trace_closed",
            toolTip=tr("Continue through closed valves and closed pipes"),
        )
        for box in (self._wet, self.closed):
            box.toggled.connect(lambda _checked: self._chosen())
        ends = horizontal(
            plain_label(tr("Stop at"), self),
            (self.stops, 1),
            plain_label(tr("or after"), self),
            self._farthest,
            plain_label("m", self),
        )
        vertical(
            first, ends, horizontal(self._wet, self.closed, 1, spacing=0), parent=self, spacing=4, margins=0
        )

    @property
    def wish(self) -> Rules:
        """The settings as they stand."""
        farthest, known = self._farthest.locale().toDouble(self._farthest.text())
        return Rules(
            direction=str(self.direction.currentData()),
            stop_kinds=tuple(
                str(action.data()) for action in self.stops.menu().actions() if action.isChecked()
            ),
            max_distance_m=farthest if known and self._farthest.text() else float("inf"),
            weather=WET if self._wet.isChecked() else DRY,
            pass_closed=self.closed.isChecked(),
        )

    def show_wish(self, wish: Rules) -> None:
        """Show settings; that is not a change."""
        fields = (self.direction, self._farthest, self._wet, self.closed)
        for each in fields:
            each.blockSignals(True)
        self.direction.setCurrentIndex(max(self.direction.findData(wish.direction), 0))
        self._farthest.setText("" if wish.max_distance_m == float("inf") else f"{wish.max_distance_m:g}")
        self._wet.setChecked(wish.weather == WET)
        self.closed.setChecked(wish.pass_closed)
        for action in self.stops.menu().actions():
            action.blockSignals(True)
            action.setChecked(action.data() in wish.stop_kinds)
            action.blockSignals(False)
        for each in fields:
            each.blockSignals(False)
        self._label_stops()

    def _label_stops(self) -> None:
        chosen = [action.text() for action in self.stops.menu().actions() if action.isChecked()]
        if len(chosen) > 1:
            text = tr("%n kind(s)", "", len(chosen))
        else:
            text = chosen[0] if chosen else tr("nothing")
        # The tooltip has all of it.
        room = self.stops.fontMetrics().horizontalAdvance("M") * _STOP_LETTERS
        short = self.stops.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        self.stops.setText(f"{short} ▾")
        tip = tr("Kinds of nodes at which the trace ends")
        self.stops.setToolTip(literal(labelled(tip, listed(chosen)) if chosen else tip))

    def _chosen(self) -> None:
        self._label_stops()
        self.changed.emit()

    def _fill_names(self) -> None:
        menu = self._names.menu()
        menu.clear()
        kept = trace_presets.read()
        for name, wish in kept.items():
            menu.addAction(name).triggered.connect(partial(self._take_named, wish))
        if kept:
            menu.addSeparator()
        menu_entry(menu, tr("Save these settings…"), "wn_trace_save_wish", self._save_named)
        if kept:
            drop = menu.addMenu(tr("Delete"))
            for name in kept:
                drop.addAction(name, partial(trace_presets.drop, name))

    def _take_named(self, wish: Rules, _checked: bool = False) -> None:
        self.show_wish(wish)
        self.changed.emit()

    def _save_named(self) -> None:
        name = ask_text(self, tr("Save these settings"), tr("Name"), direction_labels()[self.wish.direction])
        if name is not None and name.strip():
            trace_presets.save(name.strip(), self.wish)
