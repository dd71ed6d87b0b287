"""The adoption wizard: rail, five steps, footer; it leads from files to rows of the network."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QDialog,
    QFrame,
    QPushButton,
    QStackedWidget,
)

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.guide import help_key
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.asking import asks_to_close
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.wizard.adoption_step import Adopting
from waternet_plugin.gui.wizard.footer import Footer
from waternet_plugin.gui.wizard.incoming import Incoming
from waternet_plugin.gui.wizard.pages.check_page import CheckPage
from waternet_plugin.gui.wizard.pages.codes_page import CodesPage
from waternet_plugin.gui.wizard.pages.fields_page import FieldsPage
from waternet_plugin.gui.wizard.pages.files_page import FilesPage
from waternet_plugin.gui.wizard.pages.location_page import LocationPage
from waternet_plugin.gui.wizard.sources.library import Library
from waternet_plugin.gui.wizard.sources.source import LayerSource
from waternet_plugin.gui.wizard.state import State, crs_text
from waternet_plugin.gui.wizard.widgets import BAD, GOOD, MARGIN, Message, Rail
from waternet_plugin.gui.wizard.worker import Worker

FILES, FIELDS, CODES, PLACE, CHECK = range(5)
# Where the guide opens from each page.
_TOPICS = ("import_files", "import_fields", "import_codes", "import_place", "import_check")


class AdoptionWizard(QDialog):
    """Bring foreign files and layers into a network, which is made on the way where none is open.

    Parameters
    ----------
    session
        What the parts of the face share.
    files
        Files or folders to begin with; ``path|layername=name`` for one layer of a file.
    layers
        Vector layers of the open project to begin with.
    """

    def __init__(self, session: Any, files: Sequence[str] = (), layers: Sequence[Any] = ()) -> None:
        # What answers F1, which events ask from the first one on: setting the title is one.
        self.session, self._step = session, FILES
        super().__init__(session.iface.mainWindow(), objectName="wn_wizard", windowTitle=tr("Bring in data"))
        self.setModal(False)
        self.setAcceptDrops(True)
        self.setSizeGripEnabled(True)
        self.resize(QSize(880, 560))
        self.state = State()
        self.library = Library(Path(QgsApplication.qgisSettingsDirPath()) / "waternet" / "mappings")
        self.worker = Worker(session, self)
        self.incoming = Incoming(session, self.state, self.worker, self._sources, self)
        self.adopting = Adopting(session, self.state, self.library, self.worker, self)
        self._furthest = FILES
        self._build()
        self._connect()
        self._read_network()
        self._show_step(FILES)
        self.add(files, layers)

    # ------------------------------------------------------------------------------------- building

    def _build(self) -> None:
        state = self.state
        self.files = FilesPage(state, self.incoming.folder)
        self.fields = FieldsPage(state, self.library)
        self.codes = CodesPage(state)
        self.place = LocationPage(state)
        self.check = CheckPage(state)
        self.pages = (self.files, self.fields, self.codes, self.place, self.check)
        steps = [tr("Files"), tr("Fields"), tr("Codes"), tr("Place"), tr("Check", "wizard step")]
        self.rail = Rail(steps, self.go_to)
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
        self.message = Message("wn_wizard_message")
        self.footer = Footer()
        below = horizontal(self.message, spacing=None, margins=(MARGIN, 0, MARGIN, 0))
        middle = horizontal(self.rail, (vertical((self.stack, 1), below, spacing=0), 1), spacing=0)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        vertical((middle, 1), line, self.footer, parent=self, spacing=0, margins=0)
        # Enter goes on and presses nothing else.
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)

    def _connect(self) -> None:
        self.files.wanted.connect(self.add)
        self.files.layers_wanted.connect(lambda layers: self.add((), layers))
        self.files.reread.connect(self._read_again)
        self.files.heading.chosen.connect(lambda one, header: self._read_again(one, one.encoding, header))
        self.incoming.was_read.connect(self._take)
        self.files.table_changed.connect(self._use_table)
        self.fields.guess_wanted.connect(lambda one: self._use_table(one, one.table))
        self.check.show_rejected.connect(self.adopting.show_rejected)
        self.check.undo.connect(self.adopting.undo)
        self.check.questions.answered.connect(self._answered)
        for page in (self.files, self.fields, self.codes, self.place):
            page.changed.connect(self._changed)
        for teller in (self.fields, self.check, self.adopting, self.incoming, self.worker):
            teller.told.connect(self._say)
        self.adopting.changed.connect(self._show_results)
        self.worker.busy_changed.connect(self._set_busy)
        self.worker.progressed.connect(self.footer.show_progress)
        self.footer.back_wanted.connect(self.go_back)
        self.footer.next_wanted.connect(self.go_on)
        self.footer.cancel_wanted.connect(self.worker.cancel)
        self.session.network_changed.connect(self._network_changed)

    def _say(self, text: str, is_error: bool) -> None:
        self.message.say(text, BAD if is_error else GOOD)

    def _set_busy(self, busy: bool, title: str) -> None:
        if busy:
            self.message.say("")
        self.stack.setEnabled(not busy)
        self.rail.setEnabled(not busy)
        self.footer.set_busy(busy, title)
        self._refresh_footer()

    # -------------------------------------------------------------------------------------- reading

    @property
    def is_busy(self) -> bool:
        """Whether long work is under way."""
        return self.worker.is_busy

    @property
    def is_done(self) -> bool:
        """Whether the rows are written."""
        return self.adopting.adopted is not None

    def _read_network(self) -> None:
        """Take the open network as the target."""
        self.state.network_path, self.state.network_crs = "", ""
        if not self.session.network_path:
            return
        try:
            with self.session.network() as network:
                self.state.network_path = self.session.network_path
                self.state.network_crs = crs_text(network.crs)
        except WaterNetError as error:
            self._say(error.message, True)

    def _network_changed(self) -> None:
        """Another project was opened meanwhile: the rows go to its network, or to a new one."""
        if self.is_done:
            # The network that was adopted into is open now, or closed.
            self._refresh_footer()
        if self.is_done or self.is_busy:
            return
        self._read_network()
        self._changed()
        if self._step >= PLACE:
            self.go_to(PLACE)

    def add(self, files: Sequence[str] = (), layers: Sequence[Any] = ()) -> None:
        """Bring files, folders and open layers in; they are read beside the window."""
        self.incoming.add(files, layers)

    def _sources(self) -> tuple[LayerSource, ...]:
        """Return the sources that what is brought in joins; after an adoption none."""
        return () if self.is_done else tuple(self.state.sources)

    def _take(self, found: list[LayerSource]) -> None:
        """Take what was read; after an adoption that begins the next one."""
        if self.is_done:
            self.adopting.reset()
            self.state.sources.clear()
            self.state.forget_new()
            self._read_network()
        self.state.offer_saved(self.library, found)
        self.state.add(found)
        self._changed()
        self._furthest = FILES
        self._show_step(FILES)

    def _read_again(self, source: LayerSource, encoding: str, header: Any = None) -> None:
        """Read a file again in another encoding, or with the rows that a person says name its columns."""
        self.state.touched = True
        self.incoming.read_again(source, encoding, header)

    def _use_table(self, source: LayerSource, table: str) -> None:
        """Guess a source anew, for the table that was chosen."""
        source.use_table(table, self.state.pipes_crs() or None)
        self.state.touched = True
        self._changed()
        self.pages[self._step].refresh()

    def _changed(self) -> None:
        self.state.change()
        if self._step < CHECK:
            self._furthest = self._step
        self.message.say("")
        self.rail.show_step(self._step, self._furthest)
        self._refresh_footer()

    # ----------------------------------------------------------------------------------- going about

    @property
    def step(self) -> int:
        """The step that is shown, from 0."""
        return self._step

    def go_on(self) -> None:
        """Go to the next step; adopt; assess or close when the rows are written."""
        if self.is_done:
            if self.adopting.can_assess:
                self.adopting.assess()
            self.close()
        elif self._step == CHECK:
            self._adopt()
        else:
            self.go_to(self._asking(self._step, 1))

    def go_back(self) -> None:
        """Go to the step before; close when the rows are written."""
        if self.is_done:
            self.close()
        else:
            self.go_to(self._asking(self._step, -1))

    def _asking(self, step: int, by: int) -> int:
        """Return the next step, or the one before, that asks something; the list of steps leads to any."""
        step += by
        while (step == CODES and not self.state.asks_codes()) or (
            step == PLACE and not self.state.asks_place()
        ):
            step += by
        return step

    def go_to(self, step: int) -> None:
        """Go to a step: back at once, forward as far as everything before it is answered."""
        if self.is_busy or self.is_done or not FILES <= step <= CHECK:
            self.rail.show_step(self._step, self._furthest)
            return
        # What is being typed counts.
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()
        for before in range(self._step, step):
            if self._stays_at(before):
                return
            if before + 1 == PLACE:
                self.state.fill_locations()
        self._show_step(step)

    def _stays_at(self, step: int) -> bool:
        """Show a step that can't be left, with the reason at its place."""
        state = self.state
        fault = (state.files_fault, state.fields_fault, state.codes_fault, state.location_fault)[step]()
        if fault is None:
            return False
        self._show_step(step)
        self.pages[step].show_fault(fault)
        self._say(fault.text, True)
        return True

    def _show_step(self, step: int) -> None:
        self._step = step
        self._furthest = max(self._furthest, step)
        self.message.say("")
        self.stack.setCurrentIndex(step)
        self.rail.show_step(step, self._furthest)
        self.pages[step].refresh()
        if step == CHECK:
            self.adopting.try_all()
        self._refresh_footer()

    def _answered(self) -> None:
        """Try again with an answer of the last step."""
        self._changed()
        self.adopting.try_all()

    def _adopt(self) -> None:
        waiting = self.check.questions.open_question()
        if waiting:
            self._say(waiting, True)
        # The disk may have changed since the place was chosen.
        elif not self._stays_at(PLACE):
            self.adopting.adopt()

    def _show_results(self) -> None:
        """Show the dry run, or what was written, or the dry run again after an undo."""
        adopted = self.adopting.adopted
        if adopted is None and not self.adopting.results:
            self._show_step(CHECK)
            return
        self.check.refresh(self.adopting.results, adopted)
        self.rail.show_step(CHECK, CHECK + 1 if adopted is not None else CHECK)
        self._refresh_footer()
        if adopted is not None:
            self.raise_()

    def _refresh_footer(self) -> None:
        ready, free = self.state.ready, not self.is_busy
        if self.is_done:
            can_assess = self.adopting.can_assess
            back, on = (tr("Close"), tr("Assess health")) if can_assess else ("", tr("Close"))
            self.footer.show_state(back, on, self.adopting.counts(), can_go_back=free, can_go_on=free)
            return
        if self._step == CHECK:
            on, summary = tr("Adopt"), self.adopting.counts()
            can_go_on = self.adopting.can_adopt
        else:
            rows = amounts.number(sum(source.rows for source in ready))
            on = tr("Next")
            summary = tr("{rows} rows in %n layer(s)", "", len(ready)).format(rows=rows) if ready else ""
            can_go_on = bool(self.state.sources)
        self.footer.show_state(
            tr("Back"), on, summary, can_go_back=free and self._step > FILES, can_go_on=free and can_go_on
        )

    # --------------------------------------------------------------------------------- window things

    def _may_close(self) -> bool:
        """Ask only when something would be lost."""
        if self.is_busy:
            return self.ask(tr("Work is in progress. Stop it and close? Nothing will be written."))
        if self.state.touched and not self.is_done:
            text = tr("Close without adopting? The mapping you set up here would be lost.")
            return self.ask(text)
        return True

    def ask(self, text: str) -> bool:
        """Ask whether to close all the same and return the answer."""
        return asks_to_close(self, text)

    def reject(self) -> None:
        """Close by Esc, when nothing would be lost."""
        self.close()

    def closeEvent(self, event: Any) -> None:
        """Ask when something would be lost; stop what is under way."""
        if self.isVisible() and not self.session.is_closed and not self._may_close():
            event.ignore()
            return
        self.worker.let_go()
        self.place.map.let_go()
        # Closed twice it is no longer connected.
        with suppress(TypeError):
            self.session.network_changed.disconnect(self._network_changed)
        event.accept()
        self.deleteLater()

    def event(self, event: Any) -> bool:
        """Answer F1 at the page that shows."""
        return help_key.answers(event, lambda: self.session, _TOPICS[self._step]) or bool(
            super().event(event)
        )

    def dragEnterEvent(self, event: Any) -> None:
        """Take files, unless work is under way."""
        if event.mimeData().hasUrls() and not self.is_busy:
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        """Read the files that were dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.add(paths)
