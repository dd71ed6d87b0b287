"""What was found where a leak was searched, typed in: the order is closed, a leak becomes a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.work_orders import say_written
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import horizontal, labelled, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label

_MOST_M3H, _MOST_M = 2000.0, 5000.0
_NO_ORDER = "wn_dma_dig_none"


class DigForm(QWidget):
    """A form for one dig.

    Parameters
    ----------
    session
        Reads the orders and writes.
    back
        Leads back, also after the dig was written.
    section
        Shows how far the work is.
    parent
        Owner.
    """

    def __init__(
        self, session: Session, back: Callable[[], Any], section: Any, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, objectName="wn_dma_dig")
        self.session, self._back, self._section = session, back, section
        self.order = QComboBox(
            self, objectName="wn_dma_dig_order", currentIndexChanged=lambda _place: self._order_chosen()
        )
        self.found = QComboBox(self, objectName="wn_dma_dig_found")
        self.found.addItem(tr("A leak was found"), True)
        self.found.addItem(tr("Nothing was found"), False)
        self.found.currentIndexChanged.connect(lambda _place: self._refresh())
        self.method = QComboBox(self, objectName="wn_dma_dig_method")
        self.method.addItem(tr("Method not known"), "")
        for code, one in domain("locate_method").items():
            self.method.addItem(one.label, code)
        # The least value stands for what nobody measured.
        self.flow = self._box("wn_dma_dig_flow", _MOST_M3H, tr("m³/h"))
        self.offset = self._box("wn_dma_dig_offset", _MOST_M, tr("m"))
        self.repaired = QCheckBox(tr("Repaired today"), self, objectName="wn_dma_dig_repaired", checked=True)
        self.write_button = pane.tool(tr("Write"), "wn_dma_dig_write", self.write, self)
        form = labelled(
            (plain_label(tr("Work order"), self), self.order),
            (plain_label(tr("Result"), self), self.found),
            (plain_label(tr("Found by"), self), self.method),
            (plain_label(tr("Flow of the leak"), self), self.flow),
            (plain_label(tr("Distance from the mark"), self), self.offset),
            (plain_label("", self), self.repaired),
            spacing=4,
            fieldGrowthPolicy=QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow,
        )
        self.note = plain_label("", self, objectName=_NO_ORDER, wordWrap=True)
        line = horizontal(pane.tool(tr("Back"), "wn_dma_dig_back", back, self), self.write_button, 1)
        vertical(line, self.note, form, 1, parent=self, spacing=4, margins=0)

    def _box(self, name: str, most: float, unit: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox(
            self,
            objectName=name,
            minimum=-0.1,
            maximum=most,
            decimals=1,
            suffix=f" {unit}",
            specialValueText=tr("not known"),
        )
        box.setValue(box.minimum())
        return box

    def begin(self, alarm_id: str, then: Callable[[], Any]) -> None:
        """Read the open orders of an alarm; ``then`` is called once they are there."""
        path = self.session.network_path

        def work(network: Any, _progress: Any) -> Any:
            from waternet_plugin.operations.leakage.locating import open_orders

            return open_orders(network, alarm_id)

        def done(orders: list[tuple[str, str, str]]) -> None:
            if sip.isdeleted(self) or path != self.session.network_path:
                return
            self.order.clear()
            for item, pipe, method in orders:
                self.order.addItem(f"{item}  {pipe}", (item, method))
            self.note.setText("" if orders else tr("This alarm has no open work order. Write one first."))
            for box in (self.flow, self.offset):
                box.setValue(box.minimum())
            self._refresh()
            then()

        self.session.run(tr("Reading work orders"), on_network(path, work), done, section=self._section)

    def _order_chosen(self) -> None:
        data = self.order.currentData()
        if data is not None:
            self.method.setCurrentIndex(max(self.method.findData(data[1]), 0))

    def _refresh(self) -> None:
        is_found = bool(self.found.currentData())
        for box in (self.flow, self.offset, self.repaired):
            box.setEnabled(is_found)
        self.write_button.setEnabled(self.order.count() > 0)

    def write(self) -> None:
        """Record the dig as one batch, which can be undone."""
        import datetime

        from waternet_plugin.operations.leakage.leak_digs import DigRequest, record_dig

        is_found = bool(self.found.currentData())
        flow, offset = (
            box.value() if is_found and box.value() >= 0 else None for box in (self.flow, self.offset)
        )
        request = DigRequest(
            self.order.currentData()[0],
            is_found,
            flow_m3h=flow,
            offset_m=offset,
            method=self.method.currentData(),
            repaired_on=datetime.date.today() if is_found and self.repaired.isChecked() else None,
        )

        def work(network: Any, _progress: Any) -> Any:
            return record_dig(network, request)

        def done(made: Any) -> None:
            self.session.written("")
            text = joined(made.messages) or tr("The dig is recorded.")
            say_written(self.session, self._section, text, made.batch_id)
            if not sip.isdeleted(self):
                self._back()

        self.session.run(
            tr("Recording the dig"), on_network(self.session.network_path, work), done, section=self._section
        )
