"""The start page: three ways in, the networks opened lately, what is installed."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QWidget,
)

from waternet_plugin import dependencies, paths
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.section import NOTE_PT, TITLE_PT, ElidedLabel, FigureLink, sized
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.start import open_networks, recent
from waternet_plugin.gui.start.cards import Card
from waternet_plugin.gui.tasks import lookout
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label


class SampleTown:
    """One run of ``loadsample`` whose network is opened.

    Parameters
    ----------
    shown
        Has ``show_progress`` and ``hide_progress``: the line of a card of the start page.
    """

    def __init__(self, session: Session, shown: Any) -> None:
        self._session = session
        self._shown = shown

    def start(self, folder: Path | None = None) -> None:
        """Begin in a new folder, the next numbered one of the user's documents if None."""
        parameters = {"OUTPUT": str(folder)} if folder is not None else {}
        self._session.run_algorithm("loadsample", parameters, self._open, section=self._shown)

    def _open(self, results: dict[str, Any]) -> None:
        self._session.open_network(results["NETWORK"])


_SHOW = "waternet/show_start_page"
_SEEN = "waternet/start_page_seen"
_TRIED = "waternet/packages_that_work"
_SOON_MS = 1000
_WIDTH, _HEIGHT = 760, 440
_RECENT_ROWS = 3


def shows_at_start() -> bool:
    """Return whether the page opens by itself: once after the first install, later where it was asked for."""
    settings = QgsSettings()
    if not settings.value(_SEEN, False, bool):
        return True
    return bool(settings.value(_SHOW, False, bool))


def set_shows_at_start(shows: bool) -> None:
    """Remember whether the page opens by itself."""
    QgsSettings().setValue(_SHOW, shows)


def asked_for_at_start() -> bool:
    """Return whether the box “show at start” is ticked."""
    return bool(QgsSettings().value(_SHOW, False, bool))


def _state_of(missing: list[dependencies.Package]) -> str:
    """Return what the foot says of the packages."""
    if not missing:
        return tr("all packages installed")
    states = {package.state for package in missing}
    count = len(missing)
    if states == {dependencies.MISSING}:
        return tr("%n package(s) missing", "", count)
    if states == {dependencies.TOO_NEW}:
        return tr("%n package(s) too new", "", count)
    if states == {dependencies.FAILS}:
        return tr("%n package(s) installed, but not working here", "", count)
    if states == {dependencies.RESTART}:
        return tr("packages installed: restart QGIS")
    return tr("%n package(s) missing or not working", "", count)


def open_start_page(session: Session) -> Any:
    """Open the page; one whose sample town is on its way stays."""
    page = session.window("wn_start_page")
    is_busy = page is not None and page.is_busy
    return session.show_window(page if is_busy else StartPage(session, session.iface.mainWindow()))


class StartPage(HelpKey, QDialog):
    """Sample town, new network, own data; recent networks below."""

    TOPIC = "start"

    # Without a network it is where one is chosen.
    IS_OF_NO_NETWORK = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_start_page", windowTitle="WaterNet")
        self.session = session
        self._lookout = lookout.Lookout(self)
        self.setModal(False)
        self.setFixedSize(_WIDTH, _HEIGHT)
        QgsSettings().setValue(_SEEN, True)
        title = plain_label(tr("Every pipe on one map"), self, font=sized(self.font(), 16, semibold=True))
        sentence = plain_label(
            tr("Adopt your files, see what is there, find what to renew, print it."),
            self,
            font=sized(self.font(), TITLE_PT),
        )
        layout = vertical(title, sentence, parent=self, spacing=4, margins=(24, 12, 24, 12))
        layout.addSpacing(4)
        layout.addLayout(self._cards())
        layout.addSpacing(4)
        layout.addLayout(self._recent())
        self._told = plain_label(
            "",
            self,
            objectName="wn_start_message",
            wordWrap=True,
            font=sized(self.font(), TITLE_PT, semibold=True),
        )
        self._told.hide()
        layout.addWidget(self._told)
        layout.addStretch(1)
        layout.addLayout(self._foot())
        session.network_changed.connect(self._network_changed)
        self.sample.setFocus()
        # When the page is there to be read.
        self._trial = QTimer(self, singleShot=True, timeout=self._try_packages)
        self._trial.start(_SOON_MS)

    def _cards(self) -> QHBoxLayout:
        line = QHBoxLayout(spacing=8)
        self.sample = Card(
            "sample",
            "loadsample",
            tr("Open the sample town"),
            tr("A small town with 66 km of pipes of all systems, assessed and planned."),
            self._load_sample,
            self,
        )
        self.new = Card(
            "new",
            "createnetwork",
            tr("New network"),
            tr("An empty network: choose the coordinate system and the place, then draw."),
            self._new_network,
            self,
        )
        self.own = Card(
            "own",
            "adoptlayers",
            tr("Bring in my data"),
            tr("Turns your shapefiles, tables and other files into a network, checking them first."),
            self._bring_data,
            self,
        )
        for card in (self.sample, self.new, self.own):
            line.addWidget(card)
        return line

    def _recent(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(0, 1)
        head = plain_label(tr("Recent networks"), self, font=sized(self.font(), TITLE_PT, semibold=True))
        grid.addWidget(head, 0, 0)
        open_other = FigureLink(self, objectName="wn_start_open")
        open_other.setFont(sized(self.font(), TITLE_PT))
        open_other.set_figure(tr("Open another…"), self._open_other)
        grid.addWidget(open_other, 0, 1, 1, 2, Qt.AlignmentFlag.AlignRight)
        entries = recent.entries()
        self._rows: dict[str, list[QWidget]] = {}
        for row, entry in enumerate(entries, start=1):
            link = FigureLink(self, objectName=f"wn_recent_{row}")
            link.setFont(sized(self.font(), TITLE_PT))
            link.set_side(Qt.AlignmentFlag.AlignLeft)
            link.set_figure(
                entry.name,
                lambda path=entry.path: open_networks.open_recent(self.session, path, self._tell_if_there),
            )
            link.setToolTip(literal(entry.path))
            length = plain_label(amounts.km(entry.length_m) if entry.length_m is not None else "", self)
            day = plain_label(entry.day, self)
            for column, label in enumerate((length, day), start=1):
                label.setFont(sized(self.font(), TITLE_PT))
                label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                grid.addWidget(label, row, column)
            grid.addWidget(link, row, 0)
            self._rows[entry.path] = [link, length, day]
        self._none = ElidedLabel(self)
        self._none.set_text(tr("None yet. Networks you open are listed here."))
        self._none.setFont(sized(self.font(), TITLE_PT))
        self._none.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        grid.addWidget(self._none, len(entries) + 1, 0, 1, 3)
        # All are believed to be there until their disks have answered.
        self._show_those_there(dict.fromkeys(self._rows, True))
        self._lookout.ask(partial(lookout.are_there, list(self._rows)), self._show_those_there)
        return grid

    def _show_those_there(self, are_there: dict[str, bool]) -> None:
        """List the first networks whose files are there."""
        shown = [path for path in self._rows if are_there[path]][:_RECENT_ROWS]
        for path, widgets in self._rows.items():
            for widget in widgets:
                widget.setVisible(path in shown)
        self._none.setVisible(not shown)

    def _foot(self) -> QHBoxLayout:
        box = QCheckBox(
            tr("Show at startup"),
            self,
            objectName="wn_start_show",
            checked=asked_for_at_start(),
            toggled=set_shows_at_start,
        )
        self._state = plain_label("", self, objectName="wn_start_state", font=sized(self.font(), NOTE_PT))
        self._what_to_do = QPushButton(
            tr("What to do…"),
            self,
            objectName="wn_start_packages",
            autoDefault=False,
            clicked=lambda _checked=False: self._show_packages(),
        )
        self._show_state()
        return horizontal(box, 1, self._state, self._what_to_do, spacing=8)

    def _show_state(self) -> None:
        missing = dependencies.missing()
        self._state.setText(f"WaterNet {paths.version()} · {_state_of(missing)}")
        self._what_to_do.setVisible(bool(missing))

    def _try_packages(self) -> None:
        """Try what was installed or changed since it last worked, in a task: loading them takes seconds."""
        versions = dependencies.versions()
        if dependencies.missing() or QgsSettings().value(_TRIED, "", str) == versions:
            return

        def works(_nothing: None) -> None:
            QgsSettings().setValue(_TRIED, versions)

        # The task itself refuses where a package does not work.
        self.session.run(
            tr("Testing the packages"),
            lambda _progress: None,
            works,
            failed=lambda _error: None if sip.isdeleted(self) else self._show_state(),
            is_quiet=True,
        )

    @property
    def is_busy(self) -> bool:
        """Whether the sample town is on its way."""
        return self.sample.is_busy

    def tell(self, text: str) -> None:
        """Say what went wrong: the page lies over QGIS's message bar."""
        self._told.setText(text)
        self._told.show()

    def _tell_if_there(self, text: str) -> None:
        """Say something that comes late, when the page may be closed."""
        if sip.isdeleted(self) or not self.isVisible():
            self.session.say(text, "warning")
        else:
            self.tell(text)

    def _lacks_packages(self) -> bool:
        """Show what is missing and what to do, where a card could not do its work."""
        if dependencies.missing():
            self._show_packages()
            return True
        return False

    def _load_sample(self) -> None:
        # Kept by the page while it is copied; it needs no packages.
        self._town = SampleTown(self.session, self.sample.working)
        self._town.start()

    def _new_network(self) -> None:
        if self._lacks_packages():
            return
        from waternet_plugin.gui.start.new_network import NewNetworkDialog

        self.session.show_window(NewNetworkDialog(self.session, self.session.iface.mainWindow()))

    def _bring_data(self) -> None:
        if self._lacks_packages():
            return
        self.session.open_wizard()
        self.close()

    def _open_other(self) -> None:
        folder = str(self.session.remembered("folder", ""))
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Open network"), folder, tr("WaterNet network (*.gpkg)")
        )
        if path:
            self._open(str(path))

    def _open(self, path: str) -> None:
        if self.session.open_network(path):
            self.close()

    def _show_packages(self) -> None:
        from waternet_plugin.gui.start.packages_page import PackagesPage

        self.session.show_window(PackagesPage(self.session.iface.mainWindow(), self.session))

    def _network_changed(self) -> None:
        if self.session.network_path:
            self.close()
