"""The pane of checklists: of compounds, zones, intake points and pump rooms, a matrix of what is met.

Ticks that are not saved yet stay with their asset while others are looked at.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsExpression
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.gui.compounds import checklist_rows
from waternet_plugin.gui.compounds.area_map import AreaMap
from waternet_plugin.gui.panes import file_dialogs, pane, work_orders
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.compounds.read_checklists import CheckedAsset, Checklist

FIRST = "zero_discharge"
_XLSX = "Excel (*.xlsx)"


class ChecklistPane(pane.Pane):
    """Shows one checklist as a matrix of assets and items; the chosen asset is ticked and saved."""

    NAME = "wn_checklists"
    TOPIC = "compounds"
    TABLES = (
        *("checklist", "compound", "zone", "node", "pipe", "customer", "reading", "issue"),
        "work_item",
    )
    AREA = Qt.DockWidgetArea.RightDockWidgetArea

    def build(self) -> QWidget:
        """Return the choice of the list, its matrix, and the items of the chosen asset."""
        from waternet_plugin.operations.compounds.read_checklists import checklist_names

        self.setWindowTitle(tr("Checklists"))
        self.found: Checklist | None = None
        self.asset = ""
        # Ticks that were set (True) or taken off and are not saved yet, by list, asset and item; the session
        # has them while another network is open.
        self.unsaved: dict[str, dict[str, dict[str, bool]]] = self.session.unsaved_of(self.NAME)
        self._network_name = self.session.network_title
        inside = QWidget(self)
        self.lists = ChoiceBox(
            "wn_checklists_list",
            checklist_names(),
            FIRST,
            accessibleName=tr("Checklist"),
            chosen=lambda _name: self._change_list(),
        )
        self.map = AreaMap(self.session, lambda: self.map_button.setChecked(False))
        self._matrix = QVBoxLayout()
        self._show_matrix(())
        self.boxes: dict[str, QCheckBox] = {}
        self._lines = QVBoxLayout(spacing=2)
        self.note = Hint("wn_checklists_note", inside)
        self.map_button = pane.button(
            tr("Map", "switch"),
            "wn_checklists_map",
            self._switch_map,
            inside,
            checkable=True,
            toolTip=tr("Areas in the colour of how many items are met"),
        )
        self.order_button = pane.button(
            tr("Work items"),
            "wn_checklists_order",
            self.order,
            inside,
            toolTip=literal(
                tr("Write work orders for what the chosen one lacks, as one batch that can be undone")
            ),
        )
        save_list = pane.button(
            tr("XLSX…"),
            "wn_checklists_xlsx",
            self.save_list,
            inside,
            toolTip=tr("Save the whole list as a workbook"),
        )
        self.save_button = pane.button(
            tr("Save"),
            "wn_checklists_save",
            self.save,
            inside,
            toolTip=literal(tr("Write all ticks of this list with today's date, as one batch")),
        )
        buttons = QWidget(inside)
        buttons.setLayout(WrappingRow(self.map_button, save_list, self.order_button, self.save_button))
        vertical(
            self.lists,
            (self._matrix, 1),
            self._lines,
            self.note,
            buttons,
            parent=inside,
            spacing=4,
            margins=(8, 4, 8, 8),
        )
        self._show_asset()
        return inside

    def _show_matrix(self, items: tuple[tuple[str, str], ...]) -> None:
        """Show a matrix with a column for each item."""
        if self._matrix.count():
            self._matrix.takeAt(0).widget().deleteLater()
        self.assets = narrow_list(
            checklist_rows.columns(items), "wn_checklists_assets", self, lambda row: self.choose(row["asset"])
        )
        self._matrix.addWidget(self.assets)
        self._items = items

    def _network_changed(self) -> None:
        """Say which ticks were not saved before the pane goes with its network."""
        left = sum(len(items) for assets in self.unsaved.values() for items in assets.values())
        if left:
            text = tr(
                "%n tick(s) are not saved in the checklists of {network}. They are there again when it is "
                "opened before QGIS is closed.",
                "",
                left,
            )
            self.session.say(text.format(network=self._network_name), "warning")
        super()._network_changed()

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

        def work(network: Any, progress: Progress) -> Checklist:
            from waternet_plugin.operations.compounds.read_checklists import read_checklists

            return read_checklists(network, [name], progress)[0]

        self.read(tr("Reading checklists"), work, self.show_found)

    def show_found(self, found: Checklist) -> None:
        """Show a checklist; the chosen asset stays so."""
        self.found = found
        for box in self.boxes.values():
            self._lines.removeWidget(box)
            box.deleteLater()
        self.boxes = {}
        for number, (item, label) in enumerate(found.items, start=1):
            text = literal(f"{number}  {label}")
            box = QCheckBox(
                text, self, objectName=f"wn_checklists_item_{item}", clicked=lambda _checked: self._tick()
            )
            self._lines.addWidget(box)
            self.boxes[item] = box
        if found.items != self._items:
            self._show_matrix(found.items)
        self._take_over(found)
        self._show_rows(found)
        self._show_asset()
        if self.map.is_shown:
            self._show_map()

    def _take_over(self, found: Checklist) -> None:
        """Keep of the unsaved ticks those that are still to be saved; say which are of no asset any more."""
        kept = self._unsaved()
        ticked = {one.asset: one.ticked for one in found.assets}
        gone = [asset for asset in kept if asset not in ticked]
        for asset, changes in list(kept.items()):
            left = {item: on for item, on in changes.items() if on != (item in ticked.get(asset, ()))}
            if asset in ticked and left:
                kept[asset] = left
            else:
                del kept[asset]
        if gone:
            text = tr("{assets} no longer have this checklist: their ticks that were not saved are gone.")
            self.session.say(text.format(assets=shortened(gone)), "warning")

    def _show_rows(self, found: Checklist) -> None:
        unsaved = self._unsaved()
        self.assets.set_rows([checklist_rows.row_of(one, unsaved.get(one.asset)) for one in found.assets])

    def _unsaved(self) -> dict[str, dict[str, bool]]:
        return self.unsaved.setdefault(self.found.list if self.found else "", {})

    def _tick(self) -> None:
        """Keep what is ticked of the chosen asset until it is saved."""
        chosen = self._chosen()
        if self.found is None or chosen is None:
            return
        boxes = ((item, box.isChecked()) for item, box in self.boxes.items())
        changes = {item: on for item, on in boxes if on != (item in chosen.ticked)}
        self._unsaved().pop(chosen.asset, None)
        if changes:
            self._unsaved()[chosen.asset] = changes
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

        layer.selectByExpression(
            QgsExpression.createFieldEqualityExpression(table(self.found.table).id_field, asset)
        )
        box = layer.boundingBoxOfSelected()
        if not box.isNull():
            box.grow(20.0)
            self.session.zoom_to(box)

    def _show_asset(self) -> None:
        chosen, unsaved = self._chosen(), self._unsaved()
        changes = unsaved.get(self.asset, {})
        ticked = chosen.ticked if chosen else frozenset()
        cells = {cell.item: cell for cell in chosen.cells} if chosen else {}
        for item, box in self.boxes.items():
            box.setVisible(chosen is not None)
            box.setChecked(changes.get(item, item in ticked))
            # Where the map tells, a tick would not count; one that is there may be taken off.
            is_known = item in cells and checklist_rows.is_known(cells[item])
            box.setEnabled(not is_known or box.isChecked())
            box.setToolTip(literal(tr("This follows from the map.") if is_known else ""))
        self.save_button.setEnabled(bool(unsaved))
        self.order_button.setEnabled(chosen is not None and chosen.met < len(chosen.cells))
        self.map_button.setEnabled(self.found is not None and self.found.table != "node")
        if self.found is not None and not self.found.assets:
            self.note.say(tr("The network has nothing with this checklist."))
        elif self.found is None or chosen is None:
            self.note.say(tr("Click a row to tick its items."))
        else:
            self.note.say(checklist_rows.blocking_text(self.found, chosen))
        self.assets.choose_where("asset", self.asset)

    # The map.

    def _switch_map(self) -> None:
        """Switch the map of how many items are met on or off."""
        if self.map.is_shown:
            self.map.end()
        elif self.found is not None and self.wanted_layer(self.found.table) is not None:
            self._show_map()
        self.map_button.setChecked(self.map.is_shown)

    def _show_map(self) -> bool:
        from waternet_plugin.bridge.styling import areas

        found = self.found
        if found is None or found.table == "node":
            self.map.end()
            self.map_button.setChecked(False)
            return False
        signs = areas.checklist_signs({one.fid: one.met for one in found.assets})
        return self.map.show(found.table, signs, partial(areas.checklist_renderer, items=len(found.items)))

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Leave the map as it was."""
        self.map.end()
        self.map_button.setChecked(False)
        super().closeEvent(event)

    # What is done.

    def order(self) -> None:
        """Write work orders for the items that the chosen asset lacks."""
        name, asset = str(self.lists.key()), self.asset

        def write(network: Any, progress: Progress) -> Any:
            from waternet_plugin.operations.compounds.suggested_orders import (
                SuggestionRequest,
                write_suggested,
            )

            return write_suggested(network, SuggestionRequest(checklist=name, assets=(asset,)), progress)

        work_orders.write_together(self.session, None, write)

    def save_list(self) -> None:
        """Save the list as a workbook."""
        name = str(self.lists.key())
        proposed = f"{self.session.paper_folder}/{name}.xlsx"
        target = file_dialogs.ask_where_to_save(
            self, tr("Save the list"), proposed, _XLSX, self.session.say_error
        )
        if target is None:
            return

        def work(network: Any, progress: Progress) -> None:
            from waternet_plugin.bridge.export.spreadsheets import write_sheets
            from waternet_plugin.operations.compounds.read_checklists import network_sheets

            write_sheets(target, network_sheets(network, None, [name], progress))

        def done(_result: None) -> None:
            self.session.remember("folder", target.parent.as_posix())
            self.session.say(tr("The checklist is written to {path}.").format(path=target), "success")

        self.session.run(tr("Writing a table"), on_network(self.session.network_path, work), done)

    def save(self) -> None:
        """Write the ticks of all assets of the list as one batch that can be undone."""
        from waternet_plugin.operations.compounds.tick_checklist import TickRequest, tick_checklist

        request = TickRequest(str(self.lists.key()), dict(self._unsaved()))

        def work(network: Any, progress: Progress) -> Any:
            return tick_checklist(network, request, progress)

        def done(made: Any) -> None:
            kept = self.unsaved.get(request.list, {})
            for asset, changes in request.changes.items():
                if kept.get(asset) == changes:
                    del kept[asset]
            if not made.batch_id:
                self.session.say(tr("Nothing was changed."), "info")
                return
            self.session.written("checklist")
            text = tr("The checklist of {asset} is saved.").format(asset=shortened(request.changes))
            work_orders.say_written(self.session, None, text, made.batch_id)

        self.session.run(tr("Saving the checklist"), on_network(self.session.network_path, work), done)
