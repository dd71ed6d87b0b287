"""The pane of checklists: of compounds, zones, intake points and pump rooms, ticked by a click each.

Ticks that are not saved yet stay with their asset while others are looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsExpression
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.panes.narrow_lists import make_narrow
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.compounds.tick_checklist import CheckedAsset, Checklist

FIRST = "zero_discharge"


def _columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of an asset."""
    return (
        TableColumn("label", tr("Asset"), width=150, fills=True, wraps=True),
        TableColumn("ticked", tr("Ticked"), width=60),
        TableColumn("state", tr("State"), width=90, wraps=True),
    )


class ChecklistPane(pane.Pane):
    """Shows one checklist: what is ticked of each asset; the chosen one is ticked and saved."""

    NAME = "wn_checklists"
    TOPIC = "compounds"
    TABLES = ("checklist", "compound", "zone", "node", "reading")
    AREA = Qt.DockWidgetArea.RightDockWidgetArea

    def build(self) -> QWidget:
        """Return the choice of the list, its assets, and the items of the chosen one."""
        from waternet_plugin.operations.compounds.tick_checklist import checklist_names

        self.setWindowTitle(tr("Checklists"))
        self.found: Checklist | None = None
        self.asset = ""
        # What is ticked and not saved yet, by list and asset.
        self.unsaved: dict[str, dict[str, frozenset[str]]] = {}
        inside = QWidget(self)
        self.lists = ChoiceBox("wn_checklists_list", checklist_names(), FIRST)
        self.lists.setAccessibleName(tr("Checklist"))
        self.lists.chosen.connect(lambda _name: self._change_list())
        self.assets = make_narrow(RowsView(_columns(), "wn_checklists_assets", inside))
        self.assets.picked.connect(lambda row: self.choose(row["asset"]))
        self.boxes: dict[str, QCheckBox] = {}
        self._lines = QVBoxLayout(spacing=2)
        self.note = Hint("wn_checklists_note", inside)
        self.save_button = pane.button(tr("Save"), "wn_checklists_save", self.save, inside)
        self.save_button.setToolTip(
            literal(tr("Write all ticks of this list with the day of today, as one batch"))
        )
        vertical(
            self.lists,
            (self.assets, 1),
            self._lines,
            self.note,
            horizontal(1, self.save_button),
            parent=inside,
            spacing=4,
            margins=(8, 4, 8, 8),
        )
        self._show_asset()
        return inside

    def ask(self, **wanted: Any) -> None:
        """Show a checklist: ``list`` is its code."""
        if wanted.get("list"):
            self.lists.choose(wanted["list"])
            self.asset = ""
        self.refresh()

    def _change_list(self) -> None:
        self.asset = ""
        self.refresh()

    def refresh(self) -> None:
        """Read the checklist anew."""
        name = str(self.lists.key())

        def work(network: Any, _progress: Progress) -> Checklist:
            from waternet_plugin.operations.compounds.tick_checklist import read_checklist

            return read_checklist(network, name)

        self.read(tr("Reading checklists"), work, self.show_found)

    def show_found(self, found: Checklist) -> None:
        """Show a checklist; the chosen asset stays so."""
        self.found = found
        for box in self.boxes.values():
            self._lines.removeWidget(box)
            box.deleteLater()
        self.boxes = {}
        for item, label in found.items:
            box = QCheckBox(literal(label), self, objectName=f"wn_checklists_item_{item}")
            box.clicked.connect(lambda _checked: self._tick())
            self._lines.addWidget(box)
            self.boxes[item] = box
        self._show_rows(found)
        self._show_asset()

    def _show_rows(self, found: Checklist) -> None:
        count, unsaved = len(found.items), self._unsaved()
        rows = [
            {
                "asset": one.asset,
                "label": one.label,
                "ticked": tr("{count} of {all}").format(
                    count=len(unsaved.get(one.asset, one.ticked)), all=count
                ),
                "state": tr("not saved") if one.asset in unsaved else one.state,
            }
            for one in found.assets
        ]
        self.assets.set_rows(rows)

    def _unsaved(self) -> dict[str, frozenset[str]]:
        return self.unsaved.setdefault(self.found.list if self.found else "", {})

    def _tick(self) -> None:
        """Keep what is ticked of the chosen asset until it is saved."""
        chosen = self._chosen()
        if self.found is None or chosen is None:
            return
        items = frozenset(item for item, box in self.boxes.items() if box.isChecked())
        self._unsaved()[chosen.asset] = items
        if items == chosen.ticked:
            del self._unsaved()[chosen.asset]
        self._show_rows(self.found)
        self._show_asset()

    def _chosen(self) -> CheckedAsset | None:
        assets = () if self.found is None else self.found.assets
        return next((one for one in assets if one.asset == self.asset), None)

    def choose(self, asset: str) -> None:
        """Show the items of one asset, and the asset on the map."""
        self.asset = asset
        self._show_asset()
        layer = None if self.found is None else self.session.layer(self.found.table)
        if layer is None or self.found is None:
            return
        from waternet_plugin.core.schema.tables import table

        key = table(self.found.table).id_field
        layer.selectByExpression(QgsExpression.createFieldEqualityExpression(key, asset))
        box = layer.boundingBoxOfSelected()
        if not box.isNull():
            box.grow(20.0)
            self.session.zoom_to(box)

    def _show_asset(self) -> None:
        chosen, unsaved = self._chosen(), self._unsaved()
        ticked = unsaved.get(self.asset, chosen.ticked) if chosen else frozenset()
        for item, box in self.boxes.items():
            box.setVisible(chosen is not None)
            box.setChecked(item in ticked)
        self.save_button.setEnabled(bool(unsaved))
        if self.found is not None and not self.found.assets:
            self.note.say(tr("The network has nothing with this checklist."))
        else:
            self.note.say("" if chosen is not None else tr("Click a row to tick its items."))
        for place, row in enumerate(self.assets.rows):
            if row["asset"] == self.asset:
                self.assets.selectRow(place)

    def save(self) -> None:
        """Write the ticks of all assets of the list as one batch that can be undone."""
        from waternet_plugin.operations.compounds.tick_checklist import TickRequest, tick_checklist

        request = TickRequest(str(self.lists.key()), dict(self._unsaved()))

        def work(network: Any, progress: Progress) -> Any:
            return tick_checklist(network, request, progress)

        def done(made: Any) -> None:
            kept = self.unsaved.get(request.list, {})
            for asset, items in request.ticked.items():
                if kept.get(asset) == items:
                    del kept[asset]
            if not made.batch_id:
                self.session.say(tr("Nothing was changed."), "info")
                return
            self.session.written("checklist")
            text = tr("The checklist of {asset} is saved.").format(asset=shortened(request.ticked))
            work_orders.say_written(self.session, None, text, made.batch_id)

        self.session.run(tr("Saving the checklist"), on_network(self.session.network_path, work), done)
