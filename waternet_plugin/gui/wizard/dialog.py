"""The adoption wizard: rail, five steps, footer; it leads from files to rows of the network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QEvent, QSize, Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
)

from waternet_plugin.core.errors import CancelledError, WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui import amounts
from waternet_plugin.gui.wizard import source as sources
from waternet_plugin.gui.wizard import working
from waternet_plugin.gui.wizard.check_page import CheckPage
from waternet_plugin.gui.wizard.codes_page import CodesPage
from waternet_plugin.gui.wizard.fields_page import FieldsPage
from waternet_plugin.gui.wizard.files_page import FilesPage
from waternet_plugin.gui.wizard.library import Library
from waternet_plugin.gui.wizard.place_page import PlacePage
from waternet_plugin.gui.wizard.source import Source
from waternet_plugin.gui.wizard.state import Fault, State
from waternet_plugin.gui.wizard.widgets import BAD, GAP, GOOD, MARGIN, Message, Rail

FILES, FIELDS, CODES, PLACE, CHECK = range(5)
_FOLDER = "wizard/folder"


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
        super().__init__(session.iface.mainWindow())
        self.setObjectName("wn_wizard")
        self.setWindowTitle(tr("Bring in data"))
        self.setModal(False)
        self.setAcceptDrops(True)
        self.setSizeGripEnabled(True)
        self.resize(QSize(880, 560))
        self.session = session
        self.state = State()
        self.library = Library(Path(QgsApplication.qgisSettingsDirPath()) / "waternet" / "mappings")
        self.adopted: working.Adopted | None = None
        self._step = FILES
        self._furthest = FILES
        self._task: Any = None
        self._busy = False
        # Grows with every change; a dry run of an older state is no longer shown.
        self._version = 0
        self._tried = -1
        self._build()
        self._read_network()
        session.network_changed.connect(self._network_changed)
        self._show_step(FILES)
        self.add(files, layers)

    # ------------------------------------------------------------------------------------- building

    def _build(self) -> None:
        state = self.state
        self.files = FilesPage(state, str(self.session.remembered(_FOLDER, "") or ""))
        self.fields = FieldsPage(state, self.library)
        self.codes = CodesPage(state)
        self.place = PlacePage(state)
        self.check = CheckPage(state)
        self.pages = (self.files, self.fields, self.codes, self.place, self.check)
        self.rail = Rail(
            [tr("Files"), tr("Fields"), tr("Codes"), tr("Place"), tr("Check", "wizard step")], self.go_to
        )
        self.stack = QStackedWidget()
        for page in self.pages:
            self.stack.addWidget(page)
        self.message = Message("wn_wizard_message")
        self.back = QPushButton(tr("Back"))
        self.back.setObjectName("wn_wizard_back")
        self.back.clicked.connect(lambda _checked=False: self.go_back())
        self.next = QPushButton(tr("Next"))
        self.next.setObjectName("wn_wizard_next")
        self.next.setDefault(True)
        self.next.clicked.connect(lambda _checked=False: self.go_on())
        self.stop = QPushButton(tr("Cancel"))
        self.stop.setObjectName("wn_wizard_cancel")
        self.stop.clicked.connect(lambda _checked=False: self.cancel())
        for button in (self.back, self.next, self.stop):
            button.setMinimumHeight(28)
            button.setMinimumWidth(88)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(button is self.next)
        self.summary = QLabel()
        self.summary.setObjectName("wn_wizard_summary")
        self.summary.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bar = QProgressBar()
        self.bar.setObjectName("wn_wizard_progress")
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        footer = QHBoxLayout()
        footer.setContentsMargins(MARGIN, GAP, MARGIN, MARGIN)
        footer.setSpacing(GAP)
        footer.addWidget(self.back)
        footer.addWidget(self.summary, 1)
        footer.addWidget(self.bar, 1)
        footer.addWidget(self.stop)
        footer.addWidget(self.next)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.stack, 1)
        told = QHBoxLayout()
        told.setContentsMargins(MARGIN, 0, MARGIN, 0)
        told.addWidget(self.message)
        right.addLayout(told)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addLayout(right, 1)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setForegroundRole(self.rail.backgroundRole())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(middle, 1)
        layout.addWidget(line)
        layout.addLayout(footer)
        self._connect()

    def _connect(self) -> None:
        self.files.wanted.connect(self.add)
        self.files.layers_wanted.connect(lambda layers: self.add((), layers))
        self.files.reread.connect(self._reread)
        self.files.table_changed.connect(self._use_table)
        self.fields.guess_wanted.connect(lambda one: self._use_table(one, one.table))
        self.check.show_rejected.connect(self._show_rejected)
        self.check.undo.connect(self._undo)
        for page in (self.fields, self.check):
            page.told.connect(lambda text, wrong: self.message.say(text, BAD if wrong else GOOD))
        for page in (self.files, self.fields, self.codes, self.place):
            page.changed.connect(self._changed)

    def _read_network(self) -> None:
        """Take the open network as the target."""
        self.state.network_path, self.state.network_crs = "", ""
        if not self.session.network_path:
            return
        from waternet_plugin.gui.wizard.state import crs_text

        try:
            with self.session.network() as network:
                self.state.network_path, self.state.network_crs = (
                    self.session.network_path,
                    crs_text(network.crs),
                )
        except WaterNetError as error:
            self.message.say(error.message)

    def _network_changed(self) -> None:
        """Another project was opened meanwhile: the rows go to its network, or to a new one."""
        if self.adopted is not None or self._busy:
            return
        self._read_network()
        self._changed()
        if self._step >= PLACE:
            self.go_to(PLACE)

    # ------------------------------------------------------------------------------------ long work

    @property
    def is_busy(self) -> bool:
        """Whether long work is under way."""
        return self._busy

    @property
    def is_done(self) -> bool:
        """Whether the rows are written."""
        return self.adopted is not None

    def _run(
        self,
        title: str,
        work: Callable[[Any], Any],
        done: Callable[[Any], None],
        failed: Callable[[WaterNetError], None] | None = None,
    ) -> None:
        """Do long work beside the window; pages wait, Cancel works."""
        kept = working.Kept(work)
        self._set_busy(True, title)

        def end(result: Any) -> None:
            self._set_busy(False)
            done(result)

        def fail(error: WaterNetError) -> None:
            self._set_busy(False)
            if isinstance(error, CancelledError) and not kept.really_cancelled(error):
                # Too late: it was done when the cancel came.
                done(kept.result)
                return
            self.message.say(error.message, GOOD if isinstance(error, CancelledError) else BAD)
            if failed is not None:
                failed(error)

        task = self.session.run(title, kept, end, failed=fail)
        if self._busy and task is not None:
            self._task = task
            task.progressChanged.connect(self._show_progress)

    def _show_progress(self, percent: float) -> None:
        self.bar.setValue(round(10 * percent))

    def _set_busy(self, busy: bool, title: str = "") -> None:
        self._busy = busy
        if not busy:
            self._task = None
        else:
            self.message.say("")
            self.bar.setValue(0)
            self.bar.setToolTip(title)
        self.stack.setEnabled(not busy)
        self.rail.setEnabled(not busy)
        self.stop.setEnabled(True)
        self._refresh_footer()

    def cancel(self) -> None:
        """Stop the work under way."""
        if self._task is not None:
            self.stop.setEnabled(False)
            self._task.cancel()

    # -------------------------------------------------------------------------------------- reading

    def add(self, files: Sequence[str] = (), layers: Sequence[Any] = ()) -> None:
        """Bring files, folders and open layers in; they are read beside the window."""
        from waternet_plugin.bridge.layers import file_of, layer_frame

        names: dict[str, str] = {}
        paths = [(one, "") for one in sources.files_of(files)]
        drawn: list[Source] = []
        for layer in layers:
            file = file_of(layer)
            if file is not None:
                names[file] = str(layer.name())
                paths.append((file, ""))
                continue
            source = Source(str(layer.id()), str(layer.name()))
            try:
                # Layers belong to the main thread.
                sources.take_frame(source, layer_frame(layer), self.state.pipes_crs() or None)
            except WaterNetError as error:
                source.error = error.message
            drawn.append(source)
        if drawn:
            self._read(drawn)
        if paths:
            if files:
                self.session.remember(_FOLDER, str(Path(paths[0][0].partition("|")[0]).parent))
            self._read_files(paths, names)

    def _read_files(self, jobs: list[tuple[str, str]], names: dict[str, str] | None = None) -> None:
        crs = self.state.pipes_crs()

        def work(progress: Any) -> list[Source]:
            return working.read(jobs, crs, progress)

        def done(found: list[Source]) -> None:
            for one in found:
                one.name = (names or {}).get(one.origin, one.name)
            self._read(found)

        self._run(tr("Reading %n file(s)", "", len(jobs)), work, done)

    def _read(self, found: list[Source]) -> None:
        """Take what was read."""
        if self.adopted is not None:
            self._begin_anew()
        self.state.offer_kept(self.library, found)
        self.state.add(found)
        self._changed()
        if self._step != FILES:
            self._show_step(FILES)
        else:
            self.files.refresh()
        self._furthest = FILES
        self._refresh_footer()

    def _begin_anew(self) -> None:
        self.adopted = None
        self.state.sources.clear()
        self.state.touched = False
        self.state.new_path = self.state.new_crs = ""
        self.state.is_new_wanted = False
        self._read_network()

    def _reread(self, source: Source, encoding: str) -> None:
        self.state.touched = True
        self._read_files([(source.origin, encoding)], {source.origin: source.name})

    def _use_table(self, source: Source, table: str) -> None:
        """Guess a source anew, for the table that was chosen."""
        source.use_table(table, self.state.pipes_crs() or None)
        self.state.touched = True
        self._changed()
        self.pages[self._step].refresh() if self._step < CHECK else None

    def _changed(self) -> None:
        self._version += 1
        if self._step < CHECK:
            self._furthest = min(self._furthest, self._step)
        self.message.say("")
        self._refresh_footer()

    # ----------------------------------------------------------------------------------- going about

    @property
    def step(self) -> int:
        """The step that is shown, from 0."""
        return self._step

    def _fault(self, step: int) -> Fault | None:
        """Return why a step can't be left."""
        checks = (
            self.state.files_fault,
            self.state.fields_fault,
            self.state.codes_fault,
            self.state.place_fault,
        )
        return checks[step]() if step < CHECK else None

    def go_on(self) -> None:
        """Go to the next step, or adopt."""
        if self.adopted is not None:
            if self._can_assess:
                self._assess()
            else:
                self.close()
        elif self._step == CHECK:
            self._adopt()
        else:
            self.go_to(self._step + 1)

    def go_back(self) -> None:
        """Go to the step before; close when the rows are written."""
        if self.adopted is not None:
            self.close()
        else:
            self.go_to(self._step - 1)

    @property
    def _can_assess(self) -> bool:
        """Whether pipes were adopted whose health can be assessed in the open network."""
        adopted = self.adopted
        if adopted is None or adopted.path != self.session.network_path:
            return False
        return any(one.result.table in ("pipe", "failure") for one in adopted.written if one.batch_id)

    def go_to(self, step: int) -> None:
        """Go to a step: back at once, forward as far as everything before it is answered."""
        if self._busy or self.adopted is not None or not FILES <= step <= CHECK:
            self.rail.show_step(self._step, self._furthest)
            return
        # What is being typed counts.
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()
        for before in range(self._step, step):
            fault = self._fault(before)
            if fault is not None:
                self._show_step(before)
                self.pages[before].show_fault(fault)  # type: ignore[union-attr]
                self.message.say(fault.text)
                return
            if before + 1 == PLACE:
                self.state.fill_places()
        self._show_step(step)

    def _show_step(self, step: int) -> None:
        self._step = step
        self._furthest = max(self._furthest, step)
        self.message.say("")
        self.stack.setCurrentIndex(step)
        self.rail.show_step(step, self._furthest)
        if step == CHECK:
            self._try()
        else:
            self.pages[step].refresh()  # type: ignore[call-arg]
        self._refresh_footer()

    def _refresh_footer(self) -> None:
        ready = self.state.ready
        self.back.setVisible(self.adopted is None or self._can_assess)
        self.back.setText(tr("Back") if self.adopted is None else tr("Close"))
        self.back.setEnabled((self._step > FILES or self.adopted is not None) and not self._busy)
        self.bar.setVisible(self._busy)
        self.stop.setVisible(self._busy)
        self.summary.setVisible(not self._busy)
        if self.adopted is not None:
            self.next.setText(tr("Assess health") if self._can_assess else tr("Close"))
            self.summary.setText(self._counts("adopted"))
        elif self._step == CHECK:
            self.next.setText(tr("Adopt"))
            self.summary.setText(self._counts("ready"))
        else:
            self.next.setText(tr("Next"))
            rows = amounts.number(sum(source.rows for source in ready))
            text = tr("{rows} rows in %n layer(s)", "", len(ready)).format(rows=rows)
            self.summary.setText(text if ready else "")
        can_adopt = self._tried == self._version and any(one.rows_written for one in self.state.results)
        blocked = self._step == CHECK and self.adopted is None and not can_adopt
        self.next.setEnabled(not self._busy and bool(ready) and not blocked)

    def _counts(self, word: str) -> str:
        results = self.state.results if self._tried == self._version or self.adopted is not None else []
        if not results:
            return ""
        written = amounts.number(sum(one.rows_written for one in results))
        rejected = amounts.number(sum(one.rows_rejected for one in results))
        if word == "adopted":
            return tr("{written} rows adopted, {rejected} rejected").format(
                written=written, rejected=rejected
            )
        return tr("{written} rows ready, {rejected} rejected").format(written=written, rejected=rejected)

    # ----------------------------------------------------------------------------- trying, adopting

    def _try(self) -> None:
        """Run the dry run, unless nothing changed since the last."""
        if self._tried == self._version:
            self.check.refresh(self.state.results)
            return
        version = self._version
        parts = [source.part() for source in self.state.ready]
        path = "" if self.state.makes_network else self.state.network_path
        crs = self.state.target_crs
        self.check.refresh([])

        def work(progress: Any) -> Any:
            return working.try_parts(path, crs, parts, progress)

        def done(results: Any) -> None:
            if version != self._version:
                return
            self.state.results, self._tried = results, version
            self.check.refresh(results)
            self._refresh_footer()

        self._run(tr("Trying the adoption"), work, done)

    def _adopt(self) -> None:
        """Write every file as one batch."""
        fault = self.state.network_fault()
        if fault is not None:
            self._show_step(PLACE)
            self.message.say(fault.text)
            return
        parts = [source.part() for source in self.state.ready]
        path, crs = self.state.target_path, self.state.new_crs if self.state.makes_network else ""

        def work(progress: Any) -> Any:
            return working.adopt(path, crs, parts, progress)

        self._run(tr("Adopting %n layer(s)", "", len(parts)), work, self._adopted)

    def _adopted(self, adopted: working.Adopted) -> None:
        """Keep the mappings, show the network and say what came of it."""
        self.adopted = adopted
        self.state.touched = False
        self.state.results = [one.result for one in adopted.written]
        for source in self.state.ready:
            try:
                self.library.remember(source.columns, source.table, source.mapping)
            except WaterNetError as error:
                self.message.say(error.message)
        if adopted.path == self.session.network_path:
            self.session.written("")
            if adopted.was_empty:
                self._zoom(adopted)
        else:
            self.session.open_network(adopted.path)
            self.raise_()
        self._show_adopted(adopted)

    def _show_adopted(self, adopted: working.Adopted) -> None:
        self.check.refresh(self.state.results, adopted)
        self.rail.show_step(CHECK, CHECK + 1)
        self._refresh_footer()

    def _zoom(self, adopted: working.Adopted) -> None:
        """Show what came into an empty network."""
        boxes = [
            one.result.rows.total_bounds
            for one in adopted.written
            if hasattr(one.result.rows, "total_bounds")
        ]
        boxes = [box for box in boxes if all(edge == edge for edge in box)]
        if boxes:
            lows = [min(float(box[axis]) for box in boxes) for axis in (0, 1)]
            highs = [max(float(box[axis]) for box in boxes) for axis in (2, 3)]
            self.session.zoom_to((*lows, *highs))

    # ------------------------------------------------------------------------------------ afterwards

    def _show_rejected(self) -> None:
        from waternet_plugin.gui.wizard.rejected_layer import show_rejected

        shown = [
            layer
            for source, result in zip(self.state.ready, self.state.results)
            if (layer := show_rejected(self.session, source, result)) is not None
        ]
        count = sum(result.rows_rejected for result in self.state.results)
        if shown:
            text = tr("{n} rejected rows are in the layer “{layer}”. Mend them there and adopt that layer.")
            self.message.say(
                text.format(n=amounts.number(count), layer=", ".join(one.name() for one in shown)), GOOD
            )

    def _undo(self) -> None:
        adopted = self.adopted
        if adopted is None:
            return

        def work(_progress: Any) -> int:
            return working.take_back(adopted.path, adopted.batch_ids)

        def done(rows: int) -> None:
            if adopted.path == self.session.network_path:
                self.session.written("")
            self.adopted = None
            if adopted.path == self.session.network_path:
                # A network that was made stays; the rows can go there again.
                self.state.is_new_wanted = False
                self._read_network()
            self._changed()
            self._show_step(CHECK)
            text = tr("The adoption is undone: {rows} rows are gone again.")
            self.message.say(text.format(rows=amounts.number(rows)), GOOD)

        self._run(tr("Undoing the adoption"), work, done)

    def _assess(self) -> None:
        """Assess the health of what was adopted; the map and the panel show it."""
        adopted = self.adopted
        if adopted is None:
            return

        session = self.session

        def done(_results: Any) -> None:
            from waternet_plugin.gui.health.assessing import show_run

            show_run(session, None)

        session.run_algorithm("assesshealth", {"NETWORK": adopted.path}, done)
        self.close()

    # --------------------------------------------------------------------------------- window things

    def _may_close(self) -> bool:
        """Ask only when something would be lost."""
        if self._busy:
            text = tr("Work is under way. Stop it and close? Nothing is written then.")
        elif self.state.touched and self.adopted is None:
            text = tr("Close without adopting? The mapping that you set up here would be lost.")
        else:
            return True
        return self._ask(text)

    def _ask(self, text: str) -> bool:
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self, self.windowTitle(), text, buttons.Close | buttons.Cancel, buttons.Cancel
        )
        return bool(answer == buttons.Close)

    def reject(self) -> None:
        """Close by Esc, when nothing would be lost."""
        self.close()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Ask when something would be lost; stop what is under way."""
        # QGIS closes its windows without asking twice.
        if event.spontaneous() or self.isVisible():
            if not self._may_close():
                event.ignore()
                return
        self.cancel()
        self.place.map.let_go()
        # Closed twice it is no longer connected.
        with suppress(TypeError):
            self.session.network_changed.disconnect(self._network_changed)
        event.accept()
        self.deleteLater()

    def event(self, event: Any) -> bool:
        """Take F1 before QGIS does."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_F1:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Open the guide with F1."""
        if event.key() == Qt.Key.Key_F1:
            self.session.help("adopt")
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Take files, unless work is under way."""
        if event.mimeData().hasUrls() and not self._busy:
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Read the files that were dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.add(paths)
