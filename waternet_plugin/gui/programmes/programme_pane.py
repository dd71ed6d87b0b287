"""The pane of a programme: progress by unit, its items, one done date for all that are chosen, its papers."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from qgis.core import QgsExpression
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtWidgets import QDateEdit, QMenu, QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.network.side_pane import WIDTH
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.panes.narrow_lists import ListAbove, narrow_list
from waternet_plugin.gui.panes.section import FIGURE_PT, sized
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.programmes import programme_papers, programme_rows
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.programmes.enter_items import EnteredItems, EnterItemsRequest
    from waternet_plugin.operations.programmes.programme_summary import ProgrammeSummary

MAP = "compound_programme"
_LEAST_LIST_PX = 90
# A compound that is shown stands in some ground around it.
_MARGIN_M = 40.0


class ProgrammePane(pane.Pane):
    """Shows one programme; rows, or compounds chosen on the map, get one done date as one batch."""

    NAME = "wn_programme"
    TOPIC = "programmes"
    TABLES = ("programme_item", "compound", "setting")
    AREA = Qt.DockWidgetArea.RightDockWidgetArea
    SIZE = (WIDTH, 560)

    def build(self) -> QWidget:
        """Return figures, the table by unit, the items, and the line that enters a date."""
        self.setWindowTitle(tr("Programme"))
        self.summary: ProgrammeSummary | None = None
        inside = QWidget(self)
        self.programmes = ChoiceBox(
            "wn_programme_choice", (), accessibleName=tr("Programme"), chosen=lambda _code: self.refresh()
        )
        menu = QMenu(self, objectName="wn_programme_menu")
        menu_entry(menu, tr("Ledger"), "wn_programme_ledger", self.show_ledger)
        menu_entry(menu, tr("Items for the chosen compounds"), "wn_programme_add", self.add_items)
        menu_entry(menu, tr("Save as CSV…"), "wn_programme_csv", self._save)
        self.headline = plain_label(
            "", inside, objectName="wn_programme_headline", font=sized(self.font(), FIGURE_PT, semibold=True)
        )
        self.note = plain_label("", inside, objectName="wn_programme_note", wordWrap=True)
        split = ListAbove(_LEAST_LIST_PX, inside)
        self.units = narrow_list(programme_rows.unit_columns(), "wn_programme_units", split, self._pick_unit)
        self.items = narrow_list(
            programme_rows.item_columns(), "wn_programme_items", split, self._show_compound
        )
        split.addWidget(self.units)
        split.addWidget(self.items)
        self.hint = Hint("wn_programme_hint", inside)
        self.hint.say(tr("Choose rows, or compounds on the map: one day is entered for all of them."))
        self.day = QDateEdit(
            QDate.currentDate(),
            inside,
            objectName="wn_programme_day",
            calendarPopup=True,
            displayFormat="yyyy-MM-dd",
            accessibleName=tr("Done on"),
        )
        self.enter_button = pane.button(
            tr("Done on this day"),
            "wn_programme_enter",
            self.enter,
            inside,
            toolTip=literal(tr("Enter the day for all that are chosen, as one batch")),
        )
        self.month_button = pane.button(
            tr("Month", "report"),
            "wn_programme_month",
            self.show_month,
            inside,
            toolTip=literal(tr("The report of last month")),
        )
        vertical(
            horizontal((self.programmes, 1), menu_button("wn_programme_more", menu, inside)),
            self.headline,
            self.note,
            (split, 1),
            self.hint,
            horizontal(self.day, (self.enter_button, 1), self.month_button),
            parent=inside,
            spacing=4,
            margins=(8, 4, 8, 8),
        )
        return inside

    # Reading and showing.

    def refresh(self) -> None:
        """Read the programme anew."""
        code = str(self.programmes.key() or "")

        def work(network: Any, _progress: Progress) -> ProgrammeSummary:
            from waternet_plugin.operations.programmes.programme_summary import programme_summary

            return programme_summary(network, code)

        self.read(tr("Reading the items of the programme"), work, self.show_summary)

    def show_summary(self, summary: ProgrammeSummary) -> None:
        """Show a programme."""
        self.summary = summary
        # QGIS may be open for days.
        self.day.setMaximumDate(QDate.currentDate())
        labels = domain("programme")
        choices = [(code, labels[code].label) for code in summary.programmes if code in labels]
        self.programmes.fill(choices, summary.programme)
        self.headline.setText(literal(programme_rows.progress_sentence(summary)))
        self.note.setText(literal(programme_rows.month_sentence(summary)))
        self.units.set_rows(programme_rows.unit_rows(summary))
        self.items.set_rows(programme_rows.item_rows(summary))

    def _pick_unit(self, row: dict[str, Any]) -> None:
        """Choose the items of a unit."""
        self.items.clearSelection()
        model = self.items.selectionModel()
        for place, item in enumerate(self.items.rows):
            if item["unit"] == row["key"]:
                model.select(
                    self.items.model().index(place, 0), model.SelectionFlag.Select | model.SelectionFlag.Rows
                )

    def _show_compound(self, row: dict[str, Any]) -> None:
        """Show the compound of an item on the map."""
        layer = self.wanted_layer("compound") if row["compound_id"] else None
        if layer is None:
            return
        wanted = QgsExpression.createFieldEqualityExpression("compound_id", row["compound_id"])
        for feature in layer.getFeatures(wanted):
            box = feature.geometry().boundingBox()
            box.grow(_MARGIN_M)
            self.session.zoom_to(box)

    # What is done with them.

    def _chosen_compounds(self) -> tuple[str, ...]:
        """Return the compounds that are chosen on the map."""
        found = []
        for key in ("compound", MAP):
            layer = self.session.layer(key)
            if layer is not None:
                # One that was drawn and is not saved may have no id yet.
                found += [str(feature["compound_id"] or "") for feature in layer.selectedFeatures()]
        return tuple(dict.fromkeys(one for one in found if one))

    def enter(self) -> None:
        """Enter the day for the chosen rows, without any for the compounds chosen on the map."""
        day = self.day.date()
        items = tuple(row["item_id"] for row in self.items.chosen)
        compounds = () if items else self._chosen_compounds()
        self._write(items, compounds, datetime.date(day.year(), day.month(), day.day()))

    def add_items(self) -> None:
        """Make the items that the compounds chosen on the map lack in this programme."""
        self._write((), self._chosen_compounds(), None)

    def _write(self, items: tuple[str, ...], compounds: tuple[str, ...], day: datetime.date | None) -> None:
        from waternet_plugin.core.errors import InputError
        from waternet_plugin.operations.programmes.enter_items import EnterItemsRequest, enter_items

        try:
            request = EnterItemsRequest(str(self.programmes.key() or ""), compounds, items, day)
        except InputError as error:
            self.session.say_error(error)
            return

        self.session.run(
            tr("Entering done dates"),
            on_network(
                self.session.network_path, lambda network, progress: enter_items(network, request, progress)
            ),
            lambda made: self._say(request, made),
            section=None,
        )

    def _say(self, request: EnterItemsRequest, made: EnteredItems) -> None:
        if not made.batch_id:
            self.session.say(tr("Nothing was changed."), "info")
            return
        self.session.written("programme_item")
        self.session.reload_layers(MAP)
        sentences = []
        if request.done_on is not None:
            text = tr("%n item(s) are done on {day}.", "", len(made.done))
            sentences.append(text.format(day=request.done_on.isoformat()))
        if made.made:
            sentences.append(tr("%n item(s) are new.", "", len(made.made)))
        work_orders.say_written(self.session, None, joined(sentences), made.batch_id)

    def show_month(self) -> None:
        """Open the report of the last month."""
        if self.summary is not None and self.summary.programme:
            programme_papers.show_month(self.session, self.summary.programme, self.summary.month)

    def show_ledger(self) -> None:
        """Open the ledger."""
        if self.summary is not None and self.summary.programme:
            programme_papers.show_ledger(self.session, self.summary.programme)

    def _save(self) -> None:
        wanted = (*programme_rows.further_columns(), *programme_rows.item_columns()[1:])
        pane.save_shown(self, self.items, wanted, "programme_items", pane.CSV)
