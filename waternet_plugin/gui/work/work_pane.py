"""The pane of open work: what crews have to do, on the map and as a list, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsExpression, QgsFeatureRequest
from qgis.PyQt.QtWidgets import QFileDialog, QPushButton, QWidget

from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.overlay import Overlay
from waternet_plugin.gui.panes import file_dialogs, pane, work_orders
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow
from waternet_plugin.gui.work import work_rows
from waternet_plugin.gui.work.record_line import RecordLine
from waternet_plugin.gui.work.work_chips import WorkChips
from waternet_plugin.operations.leakage.locating import LOCATE
from waternet_plugin.operations.rows.work_items import CANCELLED, DONE, RUNNING, SENT, UNDER_WAY
from waternet_plugin.operations.work.record_work import CHECKED
from waternet_plugin.operations.work.work_list import ITEMS, WorkList

_AROUND_M = 60.0


class WorkPane(pane.Pane):
    """Lists open work; the map shows what the list shows."""

    NAME = "wn_work"
    TOPIC = "work"
    TABLES = (ITEMS, "failure", "compound", "pipe", "node")

    def build(self) -> QWidget:
        """Return chips, list, the line that records, and buttons."""
        self.setWindowTitle(tr("Open work"))
        self.found = WorkList()
        self._wanted: frozenset[str] = frozenset()
        self.overlay = Overlay(self.session.iface.mapCanvas())
        inside = QWidget(self)
        self.chips = WorkChips(inside)
        self.chips.changed.connect(self._list_wanted)
        self.list = narrow_list(work_rows.columns(), "wn_work_list", inside, self._picked)
        self.list.doubleClicked.connect(lambda _index: self.open_form())
        self.list.selectionModel().selectionChanged.connect(lambda *_change: self._chosen_changed())
        self.note = Hint("wn_work_note", inside)
        self.line = RecordLine(self.record, inside)
        self._buttons = {
            name: self._button(name, text, tip, click, inside)
            for name, text, tip, click in (
                (SENT, tr("Send…"), tr("Hand them to a crew"), lambda: self._ask(SENT)),
                (UNDER_WAY, tr("Under way"), tr("The crew is at it"), lambda: self.record(UNDER_WAY, {})),
                (DONE, tr("Done…"), tr("The crew has done them"), lambda: self._ask(DONE)),
                (
                    CHECKED,
                    tr("Map checked…"),
                    tr("The map shows what the crew found; then they leave the list"),
                    lambda: self._ask(CHECKED),
                ),
                (CANCELLED, tr("Cancel work"), tr("Nobody does them"), lambda: self.record(CANCELLED, {})),
                ("form", tr("Open the form"), tr("All there is about one"), self.open_form),
                (
                    "sheets",
                    tr("Day sheets…"),
                    tr(
                        "A PDF for each team and due day: the chosen orders, without a choice all listed ones"
                    ),
                    self.print_sheets,
                ),
                ("save", tr("XLSX…"), tr("Save the list as it is shown"), self.save),
            )
        }
        buttons = QWidget(inside)
        buttons.setLayout(WrappingRow(*self._buttons.values()))
        vertical(
            self.chips,
            (self.list, 1),
            self.note,
            self.line,
            buttons,
            parent=inside,
            spacing=4,
            margins=(12, 4, 12, 8),
        )
        self._chosen_changed()
        return inside

    @staticmethod
    def _button(name: str, text: str, tip: str, click: Any, parent: QWidget) -> QPushButton:
        return pane.button(text, f"wn_work_{name}", click, parent, toolTip=literal(tip))

    # Reading and listing.

    def ask(self, **wanted: Any) -> None:
        """Read the list; ``items`` are orders to choose in it."""
        self._wanted = frozenset(wanted.get("items", ()))
        self.refresh()

    def refresh(self) -> None:
        """Read the list anew."""

        def work(network: Any, _progress: Progress) -> WorkList:
            from waternet_plugin.operations.work.work_list import work_list

            return work_list(network)

        self.read(tr("Reading open work"), work, self.show_found)

    def show_found(self, found: WorkList) -> None:
        """Show what is open; what was chosen stays so."""
        chosen = self._wanted or {row["id"] for row in self.list.chosen}
        self._wanted = frozenset()
        self.found = found
        self.chips.offer(found.rows)
        self._list_wanted()
        self._choose(chosen)

    def _list_wanted(self) -> None:
        wanted = self.chips.wanted
        rows = [row for row in self.found.rows if wanted.takes(row)]
        self.list.set_rows(rows)
        every = amounts.number(len(self.found.rows))
        title = tr("Open work: {n}").format(n=every)
        if len(rows) < len(self.found.rows):
            title = tr("Open work: {n} of {all}").format(n=amounts.number(len(rows)), all=every)
        self.setWindowTitle(title)
        self._chosen_changed()

    def _choose(self, ids: Any) -> None:
        """Select rows by their ids."""
        model = self.list.selectionModel()
        model.clearSelection()
        flags = model.SelectionFlag.Select | model.SelectionFlag.Rows
        for place, row in enumerate(self.list.rows):
            if row["id"] in ids:
                model.select(self.list.model().index(place, 0), flags)

    def _chosen_changed(self) -> None:
        """Enable what can be done with the chosen rows, and draw them."""
        chosen, rows = self.list.chosen, self.list.rows
        items = [row for row in chosen if row["table"] == ITEMS]
        is_items = bool(items) and len(items) == len(chosen)
        are_running = is_items and all(row["state"] in RUNNING for row in items)
        for name in (SENT, UNDER_WAY, DONE, CANCELLED):
            self._buttons[name].setEnabled(are_running)
        self._buttons[CHECKED].setEnabled(is_items and all(row["state"] == DONE for row in items))
        self._buttons["form"].setEnabled(len(chosen) == 1)
        to_do = [row for row in chosen or rows if row["table"] == ITEMS and row["state"] in RUNNING]
        self._buttons["sheets"].setEnabled(bool(to_do))
        self._buttons["save"].setEnabled(bool(rows))
        self.line.hide()
        self.note.say(self._said(chosen))
        self._draw()

    def _said(self, chosen: list[dict[str, Any]]) -> str:
        """Return what stands below the list: the text of the chosen order, or what there is to know."""
        if len(chosen) == 1:
            return str(chosen[0]["note"] or "")
        if not self.found.rows:
            return tr("Nothing is open. Findings become work by the button “Work item” of their card.")
        if sum(row["x"] is not None for row in self.list.rows) > work_rows.MOST_MARKS:
            return tr("The map shows the first {n}. Choose fewer by the filters.").format(
                n=amounts.number(work_rows.MOST_MARKS)
            )
        return ""

    # The map.

    def _draw(self) -> None:
        layer = self.session.layer("pipe")
        if layer is None or self.isHidden():
            self.overlay.clear()
            return
        chosen = [row["id"] for row in self.list.chosen]
        self.overlay.show([], work_rows.marks(self.list.rows, chosen), layer.crs())

    def _seen_or_gone(self, visible: bool) -> None:
        super()._seen_or_gone(visible)
        # A pane that is only behind another one keeps its signs.
        if not visible and self.isHidden():
            self.overlay.clear()
        elif visible and self.overlay.is_empty:
            self._draw()

    def _picked(self, row: dict[str, Any]) -> None:
        """Show the place of one."""
        if row["x"] is not None:
            x, y = row["x"], row["y"]
            self.session.zoom_to((x - _AROUND_M, y - _AROUND_M, x + _AROUND_M, y + _AROUND_M))

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Leave the map as it was."""
        self.overlay.clear()
        super().closeEvent(event)

    # What is done.

    def _ask(self, state: str) -> None:
        rows = self.list.chosen
        teams, people = ({str(row[name] or "") for row in rows} for name in ("team", "person"))
        self.line.ask(
            state,
            tr("%n work order(s):", "", len(rows)),
            team=teams.pop() if len(teams) == 1 else "",
            person=people.pop() if len(people) == 1 else "",
            is_search=all(row["type"] == LOCATE for row in rows),
            pipe=str(rows[0]["asset"] or "") if len(rows) == 1 else None,
        )

    def record(self, state: str, entered: dict[str, Any]) -> None:
        """Record the state of the chosen orders, as one batch that can be undone."""
        ids = tuple(work_rows.items_of(self.list.chosen))
        if not ids:
            return

        def work(network: Any, progress: Progress) -> str:
            from waternet_plugin.operations.leakage.leak_digs import DigRequest, record_dig
            from waternet_plugin.operations.work.record_work import WorkRequest, record_work

            if entered.get("found"):
                return record_dig(network, DigRequest(ids[0], **entered), progress).batch_id
            return record_work(network, WorkRequest(ids, state, **entered), progress).batch_id

        def done(batch: str) -> None:
            self.session.written("")
            work_orders.say_written(self.session, None, tr("%n work order(s) recorded.", "", len(ids)), batch)

        self.session.run(tr("Recording work"), on_network(self.session.network_path, work), done)

    def open_form(self) -> None:
        """Open the form of the chosen one."""
        rows = self.list.chosen
        layer = self.wanted_layer(rows[0]["table"]) if len(rows) == 1 else None
        if layer is None:
            return
        field = "item_id" if rows[0]["table"] == ITEMS else "failure_id"
        wanted = QgsExpression.createFieldEqualityExpression(field, rows[0]["id"])
        feature = next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(wanted)), None)
        if feature is None:
            self.session.say(
                tr("{asset} is no longer in the network.").format(asset=rows[0]["id"]), "warning"
            )
            return
        self.session.iface.openFeatureForm(layer, feature, False, False)

    def save(self) -> None:
        """Save the list as it is shown."""
        columns = (*work_rows.columns()[1:], *work_rows.further_columns())
        pane.save_shown(self, self.list, columns, tr("work", "name of a file"))

    def print_sheets(self) -> None:
        """Print a sheet for each team and due day into a folder."""
        ids = work_rows.items_of(self.list.chosen or self.list.rows)
        chosen = QFileDialog.getExistingDirectory(
            self, tr("Folder of the day sheets"), str(self.session.paper_folder)
        )
        if not chosen:
            return
        folder = Path(chosen)

        def work(network: Any, progress: Progress) -> list[Path]:
            from waternet_plugin.atlas.crew_papers import print_day_sheets
            from waternet_plugin.operations.work.day_sheets import item_sheets

            made = item_sheets(network, ids)
            return print_day_sheets(folder, made.sheets, made.network, made.around, progress)

        def done(written: list[Path]) -> None:
            self.session.remember("folder", folder.as_posix())
            text = tr("%n day sheet(s) written to {path}.", "", len(written)).format(path=folder)
            opens = written[0]
            self.session.say(text, "success", (tr("Open"), lambda: file_dialogs.open_file(opens)))

        self.session.run(tr("Printing day sheets"), on_network(self.session.network_path, work), done)
