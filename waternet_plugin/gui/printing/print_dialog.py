"""The dialog that prints the map book: area, scale, paper, look, and the sheets it will have."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QWidget

from waternet_plugin import store
from waternet_plugin.core.errors import CancelledError, WaterNetError
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.hint import Hint
from waternet_plugin.gui.panes.section import FIGURE_PT, PanelSection, sized
from waternet_plugin.gui.printing import index_layer
from waternet_plugin.gui.printing import print_choice as choices
from waternet_plugin.gui.printing.form import PrintForm
from waternet_plugin.gui.printing.page_designer import edit_page, own_page_of
from waternet_plugin.gui.printing.print_run import PrintRun, load_printing, printed_text
from waternet_plugin.gui.printing.sheet_preview import SheetPreview
from waternet_plugin.gui.printing.sheet_words import duration_text, sheets_text
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from waternet_plugin.atlas.sheets.outline import Outline
    from waternet_plugin.atlas.sheets.series_basis import SeriesBasis
    from waternet_plugin.gui.session.session import Session

_SIZE = (880, 560)
_LEFT = 320
# Typing a scale asks for the sheets when it pauses.
_PAUSE_MS = 250


class PrintDialog(HelpKey, QDialog):
    """Choose, see the sheets, print to PDF.

    Parameters
    ----------
    named
        Id of a compound or zone to print; '' for the choice of last time.
    """

    TOPIC = "print"

    def __init__(
        self,
        session: Session,
        named: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, objectName="wn_print_dialog", windowTitle=tr("Map book"))
        tasks.keep_packages_apart()
        self.session = session
        self.outline: Outline | None = None
        self._ground: SeriesBasis | None = None
        # The edition printed last, '' for none.
        self._since = ""
        self._latest = LatestReading(session.run, self)
        self._notes = ""
        self._printing: PrintRun | None = None
        self.resize(*_SIZE)
        self.form = PrintForm(session.address.display_name, session.first_folder, self)
        self._build()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS, timeout=self._outline_anew)
        start = choices.remembered(session)
        if named:
            start = replace(start, area=choices.NAMED, named=named)
        self._connect()
        self.form.show_choice(start)
        self._find_places(start.named)
        session.run(
            tr("Reading…"),
            load_printing,
            lambda _done: None,
            # Printing loads what is missing still, and says what is wrong.
            failed=lambda _error: None,
            is_quiet=True,
        )

    def _build(self) -> None:
        self._error = plain_label("", self, objectName="wn_print_error", wordWrap=True, visible=False)
        holder = QWidget(self)
        vertical(self.form, 1, self._error, parent=holder, margins=0)
        holder.setFixedWidth(max(_LEFT, self.form.sizeHint().width()))
        self._figure = plain_label(
            "", self, objectName="wn_print_figure", font=sized(self.font(), FIGURE_PT, semibold=True)
        )
        self._note = Hint("wn_print_note", self)
        self.preview = SheetPreview(self)
        middle = horizontal(
            holder, (vertical(self._figure, self._note, (self.preview, 1), spacing=4), 1), spacing=12
        )
        vertical((middle, 1), self._foot(), parent=self, margins=12)

    def _foot(self) -> QHBoxLayout:
        self._bar = QProgressBar(
            self, objectName="wn_print_progress", minimum=0, maximum=1000, textVisible=False, visible=False
        )
        self._bar.setFixedHeight(6)
        self._start = QPushButton(tr("Export PDF"), self, objectName="wn_print_start", default=True)
        self._close = QPushButton(tr("Close"), self, objectName="wn_print_close", autoDefault=False)
        return horizontal((self._bar, 1), 0, self._close, self._start, spacing=8)

    def _connect(self) -> None:
        self.form.changed.connect(self._changed)
        self.form.named.connect(lambda: self._say(""))
        self.form.edit_page.clicked.connect(lambda _checked=False: self._edit_page())
        self.session.data_changed.connect(self._data_changed)
        self.session.iface.mapCanvas().extentsChanged.connect(self._view_changed)
        self._start.clicked.connect(lambda _checked=False: self.start())
        self._close.clicked.connect(lambda _checked=False: self.reject())

    def _edit_page(self) -> None:
        """Open the page in QGIS's layout window; from then on it is the one that is printed on."""
        edit_page(self.session, self.form.choice())
        self._look_at_page()

    def _look_at_page(self) -> None:
        """Offer the user's own page where there is one; it may be set aside from the panel meanwhile."""
        self.form.show_page(own_page_of(self.session, self.form.choice()))

    def _find_places(self, named: str) -> None:
        """Read compounds and zones in a task, and choose the one that is named."""
        path = self.session.network_path

        def areas(network: Any, _progress: Any) -> list[tuple[str, str]]:
            from waternet_plugin.operations.contents.named_areas import named_areas

            return named_areas(network)

        def done(places: list[tuple[str, str]]) -> None:
            if not sip.isdeleted(self):
                self.form.fill_areas(places)
                self.form.show_area(named)
                self._changed()

        self.session.run(
            tr("Reading the network"),
            on_network(path, areas),
            done,
            failed=self._failed,
            is_quiet=True,
        )

    # The sheets.

    def _view_changed(self) -> None:
        if self.isVisible() and self.form.choice().area == choices.VIEW:
            self._changed()

    def _data_changed(self, _table: str) -> None:
        self._ground = None
        if self.isVisible() and self._printing is None:
            self._changed()

    def _changed(self) -> None:
        """Compute the sheets after a pause; until then those that show are of an older choice."""
        self._say("")
        self._look_at_page()
        self._start.setText(tr("Export PDF"))
        # Whatever is being computed is of an older choice by now.
        self._latest.drop()
        self.preview.fade()
        self._start.setEnabled(False)
        self._pause.start()

    def _outline_anew(self) -> None:
        """Compute the sheets of the choice in a task; only the answer to the last choice is shown."""
        path, ground, chosen = self.session.network_path, self._ground, self.form.choice()
        try:
            area_text = choices.area_text(self.session, chosen)
            if chosen.series == choices.STRIP:
                chosen = replace(chosen, subject=choices.selected_pipes(self.session))
        except WaterNetError as error:
            self._no_outline(error)
            return

        def work(progress: Any) -> tuple[SeriesBasis, Outline, str]:
            from waternet_plugin.atlas.sheets.area import area_of
            from waternet_plugin.atlas.sheets.outline import outline_of
            from waternet_plugin.atlas.sheets.series_basis import read_series_basis
            from waternet_plugin.operations.printing.editions import editions, last_edition

            with store.open_network(path) as network:
                known = ground or read_series_basis(network)
                area = area_of(area_text, network, lambda _text: None)
                since = last_edition(editions(network))
                request = choices.sheet_request(chosen, area, since=since)
                return known, outline_of(network, request, progress, known=known), since

        def done(found: tuple[SeriesBasis, Outline, str]) -> None:
            self._ground, outline, self._since = found
            self._show_outline(outline)

        self._latest.begin(tr("Cutting the sheets"), work, done, self._no_outline, is_quiet=True)

    def _show_outline(self, outline: Outline) -> None:
        from waternet_plugin.atlas.sheets.sheets import left_out_text

        self.outline = outline
        self.preview.show_outline(outline)
        self.form.show_edition(self._since, len(outline.changed))
        text = sheets_text(outline.pages)
        if outline.changed:
            text = tr("{sheets}, {n} changed").format(sheets=text, n=amounts.number(len(outline.changed)))
        self._figure.setText(text)
        printed = len(outline.changed) if self.form.choice().is_changed_only else outline.pages
        duration = duration_text(choices.sheet_seconds(self.session) * printed)
        left_out = tr("%n sheet(s) without pipes left out.", "", outline.empty_count)
        pages = tr("%n page(s)", "", printed)
        listed_pages = listed([pages, *([tr("front and index")] if self.form.choice().has_front else [])])
        notes = [
            tr("{pages}: {duration} to print.").format(pages=listed_pages, duration=duration),
            left_out if outline.empty_count else "",
            left_out_text(outline.strays),
            *outline.notes,
        ]
        self._notes = joined(one for one in notes if one)
        self._note.say(self._notes)
        self._say(outline.page_limit_fault)
        self._start.setEnabled(self._printing is None and not outline.page_limit_fault)

    def _no_outline(self, error: WaterNetError) -> None:
        self.outline = None
        self.preview.show_outline(None)
        self._figure.setText("")
        self._note.say("")
        self._say(error.message)
        self._start.setEnabled(False)

    def _say(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    # Printing.

    def start(self) -> None:
        """Print; what was chosen stays whatever happens."""
        chosen = self.form.choice()
        try:
            if chosen.series == choices.STRIP:
                chosen = replace(chosen, subject=choices.selected_pipes(self.session))
            since = self._since if chosen.is_changed_only else ""
            parameters = choices.parameters(self.session, chosen, since)
        except WaterNetError as error:
            self._say(error.message)
            return
        if not self.form.output:
            self._say(tr("Choose a name for the PDF."))
            return
        choices.remember(self.session, chosen)
        self._say("")
        self._busy(True)
        results: list[dict[str, Any]] = []
        book = {**parameters, **choices.book_parameters(chosen), "OUTPUT": self.form.output}
        self._printing = PrintRun(book, results.append, self._failed, self._progressed, self._at_step)
        begun = time.monotonic()
        try:
            with self.session.at_work(tr("Printing the map book"), self._printing.cancel):
                self._printing.start()
        finally:
            self._printing = None
            if not sip.isdeleted(self):
                self._busy(False)
        if results and "OUTPUT" in results[0]:
            drawn = int(results[0]["SHEETS"]) - int(results[0]["RESUMED"])
            if drawn > 0:
                choices.remember_sheet_seconds(self.session, (time.monotonic() - begun) / drawn)
            self._printed(results[0], parameters)
        elif results:
            self._say(tr("No sheet was changed since then, so there is nothing to print."))

    @property
    def is_printing(self) -> bool:
        """Whether a book is being printed."""
        return self._printing is not None

    def _progressed(self, fraction: float) -> None:
        if not sip.isdeleted(self):
            self._bar.setValue(round(1000 * fraction))

    def _at_step(self, text: str) -> None:
        if not sip.isdeleted(self):
            self._note.say(text)

    def _busy(self, busy: bool) -> None:
        self._bar.setValue(0)
        self._bar.setVisible(busy)
        self._note.say(self._notes)
        self.form.setEnabled(not busy)
        self._start.setEnabled(not busy and self.outline is not None and not self.outline.page_limit_fault)
        self._close.setText(tr("Cancel") if busy else tr("Close"))

    def _printed(self, results: dict[str, Any], parameters: dict[str, Any]) -> None:
        """Open the book, remember the edition, and show its sheets on the map where that was asked for."""
        path = Path(str(results["OUTPUT"]))
        file_dialogs.open_file(path)
        self.session.say(
            printed_text(results), "success", (tr("Open folder"), lambda: file_dialogs.open_folder(path))
        )
        if sip.isdeleted(self):
            return
        choices.remember_book(self.session, path)
        section = self.session.iface.mainWindow().findChild(PanelSection, "wn_section_print")
        if section is not None:
            section.refresh(self.session)
        if self.form.with_index.isChecked():
            index_layer.add(self.session, parameters, path)
        self.accept()

    def _failed(self, error: WaterNetError) -> None:
        if sip.isdeleted(self):
            self.session.say_error(error)
        elif isinstance(error, CancelledError):
            self._cancelled(error)
        else:
            self._say(error.message)

    def _cancelled(self, error: CancelledError) -> None:
        """Say what is kept of a book that was cancelled, and offer to go on with it."""
        from waternet_plugin.atlas.assembly.page_parts import finished_sheets

        kept = finished_sheets(Path(self.form.output))
        if not kept or self.outline is None:
            self._say(error.message)
            return
        pages = len(self.outline.changed) if self.form.choice().is_changed_only else self.outline.pages
        text = tr("Cancelled. {n} of {pages} pages are kept; go on whenever you like.")
        self._say(text.format(n=amounts.number(kept), pages=amounts.number(pages)))
        self._start.setText(tr("Go on"))

    def reject(self) -> None:
        """Cancel what is being printed, else close."""
        if self._printing is not None:
            self._printing.cancel()
            return
        super().reject()

    def done(self, result: int) -> None:
        """Let go of the pipes when the window goes, and of the book that is being printed."""
        if self._printing is not None:
            self._printing.cancel()
        ground, self._ground = self._ground, None
        if ground is not None and not self._latest.running:
            self.session.run("", lambda _progress: ground.let_go(), lambda _result: None, is_quiet=True)
        super().done(result)


def open_print_dialog(session: Session, named: str = "") -> PrintDialog | None:
    """Open the dialog, for a compound or zone where one is named; say so when there is no network."""
    return file_dialogs.open_dialog(session, PrintDialog, lambda opened: opened.is_printing, named=named)
