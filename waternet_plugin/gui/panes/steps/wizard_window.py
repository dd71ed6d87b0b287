"""What wizards share: the window with rail, pages and footer, its drops and its closing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import QDialog, QFrame, QPushButton, QStackedWidget, QWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.steps.footer import Footer
from waternet_plugin.gui.panes.steps.widgets import BAD, GOOD, MARGIN, Message, Rail
from waternet_plugin.gui.panes.steps.worker import Worker
from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.gui.widgets.asking import asks_to_close
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.pressing import press_once


class WizardWindow(QDialog):
    """A window of steps beside the map, from files to rows of the network.

    Parameters
    ----------
    title
        Of the window.
    """

    # Its name among the children of the main window.
    NAME = ""
    # The files that were read stay: each wizard says what becomes of them.
    IS_OF_NO_NETWORK = True

    def __init__(self, session: Any, title: str) -> None:
        # What answers F1, which events ask from the first one on: setting the title is one.
        self.session, self._step = session, 0
        super().__init__(session.iface.mainWindow(), objectName=self.NAME, windowTitle=title)
        self.setModal(False)
        self.setAcceptDrops(True)
        self.setSizeGripEnabled(True)
        self.resize(QSize(880, 560))
        self._furthest = 0
        self.worker = Worker(session, self)
        self.footer = Footer()
        self.stack = QStackedWidget()

    def _lay_out(self, steps: Sequence[str], pages: Sequence[QWidget], message: str) -> None:
        """Put rail, pages and footer together, and connect what every wizard does with them.

        Parameters
        ----------
        steps
            Their names, as the rail shows them.
        pages
            One a step.
        message
            Name of the line below the pages.
        """
        self.rail = Rail(steps, self.go_to)
        for page in pages:
            self.stack.addWidget(page)
        self.message = Message(message)
        below = horizontal(self.message, spacing=None, margins=(MARGIN, 0, MARGIN, 0))
        middle = horizontal(self.rail, (vertical((self.stack, 1), below, spacing=0), 1), spacing=0)
        line = QFrame(frameShape=QFrame.Shape.HLine, frameShadow=QFrame.Shadow.Plain)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        vertical((middle, 1), line, self.footer, parent=self, spacing=0, margins=0)
        # Enter goes on and presses nothing else. Pages change by a press: its second one is none on the next.
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)
            press_once(button)
        self.worker.told.connect(self._say)
        self.worker.busy_changed.connect(self._set_busy)
        self.worker.progressed.connect(self.footer.show_progress)
        self.footer.back_wanted.connect(self.go_back)
        self.footer.next_wanted.connect(self.go_on)
        self.footer.cancel_wanted.connect(self.worker.cancel)
        self.session.network_changed.connect(self._network_changed)

    # What each wizard says for itself.

    @property
    def is_done(self) -> bool:
        """Whether the rows are written."""
        raise NotImplementedError

    def add(self, files: Sequence[str] = ()) -> None:
        """Bring files and folders in; they are read beside the window."""
        raise NotImplementedError

    def go_to(self, step: int) -> None:
        """Go to a step: back at once, forward as far as everything before it is answered."""
        raise NotImplementedError

    def go_on(self) -> None:
        """Go to the next step; write; close when the rows are written."""
        raise NotImplementedError

    def go_back(self) -> None:
        """Go to the step before."""
        raise NotImplementedError

    def _refresh_footer(self) -> None:
        raise NotImplementedError

    def _network_changed(self) -> None:
        raise NotImplementedError

    def _loss(self) -> str:
        """Return the question that closing asks where answers would be lost, '' where none would."""
        raise NotImplementedError

    def _topic(self) -> str:
        """Return where F1 opens the guide."""
        raise NotImplementedError

    def _leave_map(self) -> None:
        """Take away what the wizard shows on maps, for good."""
        raise NotImplementedError

    # What all do.

    @property
    def step(self) -> int:
        """The step that is shown, from 0."""
        return self._step

    @property
    def is_busy(self) -> bool:
        """Whether long work is under way."""
        return self.worker.is_busy

    def _say(self, text: str, is_error: bool) -> None:
        self.message.say(text, BAD if is_error else GOOD)

    def _set_busy(self, busy: bool, title: str) -> None:
        if busy:
            self.message.say("")
        self.stack.setEnabled(not busy)
        self.rail.setEnabled(not busy)
        self.footer.set_busy(busy, title)
        self._refresh_footer()

    def _may_close(self) -> bool:
        """Ask only when something would be lost."""
        if self.is_busy:
            return self.ask(tr("Work is in progress. Stop it and close? Nothing will be written."))
        question = "" if self.is_done else self._loss()
        return not question or self.ask(question)

    def ask(self, text: str) -> bool:
        """Ask whether to close all the same and return the answer."""
        return asks_to_close(self, text)

    def reject(self) -> None:
        """Close by Esc, when nothing would be lost."""
        self.close()

    def closeEvent(self, event: Any) -> None:
        """Ask when something would be lost; stop what is under way and leave the maps as they were."""
        if self.isVisible() and not self.session.is_closed and not self._may_close():
            event.ignore()
            return
        self.worker.let_go()
        self._leave_map()
        # Closed twice it is no longer connected.
        with suppress(TypeError):
            self.session.network_changed.disconnect(self._network_changed)
        event.accept()
        self.deleteLater()

    def event(self, event: Any) -> bool:
        """Answer F1 at the step that shows."""
        return help_key.answers(event, lambda: self.session, self._topic()) or bool(super().event(event))

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


def opened_wizard(session: Any, load: Callable[[], type[WizardWindow]], *given: Any) -> Any:
    """Return the wizard of a kind: the one that is open, to which things are added, else a new one.

    Parameters
    ----------
    session
        What the parts of the face share; it says why, where none can be opened.
    load
        Imports the class of the wizard, once the packages that it needs are known to be the right ones.
    given
        What is brought in, as the wizard and its ``add`` take it.
    """
    try:
        tasks.keep_packages_apart()
    except WaterNetError as error:
        session.say_error(error)
        return None
    kind, parent = load(), session.iface.mainWindow()
    open_one = parent.findChild(kind, kind.NAME) if parent is not None else None
    if open_one is None or not open_one.isVisible() or open_one.is_done:
        return session.show_window(kind(session, *given))
    open_one.add(*given)
    open_one.raise_()
    return open_one
