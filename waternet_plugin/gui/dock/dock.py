"""The dock: the state of the network, one section under the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QSize, Qt, QTimer
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QAction,
    QDockWidget,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QScrollArea,
    QWidget,
)

from waternet_plugin import dependencies
from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dock.dock_width import DockWidth
from waternet_plugin.gui.dock.notice import Notice
from waternet_plugin.gui.dock.section_list import SectionList
from waternet_plugin.gui.finding.box import SearchBox
from waternet_plugin.gui.finding.showing import Finding
from waternet_plugin.gui.panes.section import NOTE_PT, TITLE_PT, ElidedLabel, PanelSection, sized
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.start import open_networks, recent
from waternet_plugin.gui.tasks import lookout
from waternet_plugin.gui.widgets.layouts import horizontal, scrolled, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.wizard import brought_files

WIDTH, MIN_WIDTH = 340, 300
# How many networks opened lately the menu of the header names.
_RECENT = 5
_LANGUAGE_NAMES = {"en": "English", "zh_CN": "中文"}


def _show_those_there(actions: dict[str, QAction], are_there: dict[str, bool]) -> None:
    """Show the first entries whose files are there, in a menu that may have been filled anew meanwhile."""
    left = _RECENT
    for path, action in actions.items():
        if not sip.isdeleted(action):
            action.setVisible(are_there[path] and left > 0)
        left -= are_there[path]


def _bring_into_sight(area: QScrollArea, form: QWidget) -> None:
    """Scroll to all of a form, which may be gone meanwhile."""
    if not sip.isdeleted(area) and not sip.isdeleted(form):
        area.ensureWidgetVisible(form)


class WaterNetDock(HelpKey, QDockWidget):
    """Header with the network's name and menu, notices, sections; files dropped on it are brought in."""

    TOPIC = "panel"

    # Of the tools that edit; the plugin's menu, which is made later, gives them.
    editing_actions: tuple[QAction, ...] = ()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("WaterNet", parent, objectName="wn_dock", minimumWidth=MIN_WIDTH)
        self.session = session
        self.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self.setAcceptDrops(True)
        self._notices: dict[str, Notice] = {}
        self.kept_width = DockWidth(self, WIDTH, MIN_WIDTH)
        inside = QWidget(self, objectName="wn_dock_inside")
        header = self._header(inside)
        self._role = ElidedLabel(inside, lines=2, objectName="wn_dock_role", font=sized(self.font(), NOTE_PT))
        self._role.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.finding = Finding(session)
        self.search = SearchBox(self.finding, inside)
        self._empty = self._empty_page(inside)
        self._foot = vertical(spacing=0, margins=(12, 0, 12, 8))
        self._list = SectionList(session, self._foot, inside)
        vertical(header, self._role, self.search, self._empty, self._list, 1, parent=inside, margins=12)
        area = scrolled(inside, "wn_dock_scroll")
        # When the form has its height.
        self._list.unfolded.connect(lambda form: QTimer.singleShot(0, partial(_bring_into_sight, area, form)))
        # Between what scrolls and the foot: a notice that comes moves no button away under a click.
        self._notice_place = vertical(spacing=4, margins=(12, 0, 12, 0))
        self._whole = QWidget(self)
        vertical((area, 1), self._notice_place, self._foot, parent=self._whole, spacing=4, margins=0)
        self.setWidget(self._whole)
        # What it hears of the session, until it is removed.
        self._heard = (
            (session.network_changed, self.refresh),
            (session.data_changed, self._data_changed),
            (session.run_changed, self._run_changed),
            (session.file_seen, self._file_seen),
            (session.layers_taken, self._update_notices),
            (session.sync_noted, self._update_notices),
            (session.network_named, self._show_name),
            (session.role_known, self._show_role),
        )
        for signal, slot in self._heard:
            signal.connect(slot)
        self._show_role()
        self.visibilityChanged.connect(self._shown)
        self._is_stale = True
        self.refresh()

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the width the dock opens with."""
        return QSize(WIDTH, 560)

    def _header(self, parent: QWidget) -> QHBoxLayout:
        self._name = ElidedLabel(
            parent, objectName="wn_dock_name", font=sized(self.font(), TITLE_PT + 1, semibold=True)
        )
        self.menu = QMenu(parent, objectName="wn_dock_menu", aboutToShow=self.fill_menu)
        self._menu_button = menu_button(
            "wn_dock_menu_button",
            self.menu,
            parent,
            "",
            autoRaise=True,
            toolTip=tr("Recent networks, open, new, close"),
            arrowType=Qt.ArrowType.DownArrow,
        )
        self._menu_button.setFixedWidth(28)
        return horizontal((self._name, 1), self._menu_button)

    def _empty_page(self, parent: QWidget) -> QWidget:
        """Return what shows while no network is open."""
        page = QWidget(parent, objectName="wn_dock_empty")
        text = plain_label(
            tr("No network is open. Start with the sample town, a new network or your own files."),
            page,
            wordWrap=True,
            font=sized(self.font(), NOTE_PT + 1),
        )
        button = QPushButton(
            tr("Start"),
            page,
            objectName="wn_dock_start",
            clicked=lambda _checked=False: self.session.open_start_page(),
        )
        button.setFixedHeight(28)
        vertical(text, (button, 0, Qt.AlignmentFlag.AlignRight), parent=page, margins=0)
        return page

    # Notices.

    def set_notice(
        self, key: str, text: str, button: str = "", on_click: Callable[[], Any] = lambda: None
    ) -> None:
        """Show a notice above the foot, replacing that of the same key."""
        self.clear_notice(key)
        self._notices[key] = Notice(key, text, button, on_click, self._whole)
        self._notice_place.addWidget(self._notices[key])
        self._keep_off_the_edge()

    def clear_notice(self, key: str) -> None:
        """Take a notice away."""
        notice = self._notices.pop(key, None)
        if notice is not None:
            notice.setParent(None)
            notice.deleteLater()
        self._keep_off_the_edge()

    def _keep_off_the_edge(self) -> None:
        """Leave a margin below the notices, and none where there are none."""
        self._notice_place.setContentsMargins(12, 0, 12, 8 if self._notices else 0)

    def _update_notices(self) -> None:
        for key in ("packages", "file", "sync", "layers", "language", "snapping"):
            self.clear_notice(key)
        session = self.session
        if not session.network_path:
            return
        if dependencies.missing():
            text = tr("Python packages are missing or do not work: until then only the map can be used.")
            self.set_notice("packages", text, tr("What to do…"), self._show_packages)
        if not session.is_file_there:
            find = (tr("Find it…"), self._find_network) if session.address.is_file else ()
            self.set_notice("file", open_networks.absence_text(session), *find)
            return
        if session.sync_note:
            self.set_notice("sync", session.sync_note)
        gone = open_networks.missing_layers(session)
        if gone:
            text = tr("Not in this project: %n layer(s) of this network.", "", len(gone))
            self.set_notice("layers", text, tr("Restore"), self._rewrite)
        written = open_networks.language_of_project()
        if written and written != texts.language():
            text = tr("The texts of this project are in another language ({language}).")
            self.set_notice(
                "language",
                text.format(language=_LANGUAGE_NAMES.get(written, written)),
                tr("Rewrite"),
                self._rewrite,
            )
        if open_networks.offers_snapping(session):
            self.set_notice(
                "snapping", tr("Snapping to the pipes is off in this project."), tr("Switch on"), self._snap
            )

    def _rewrite(self) -> None:
        if open_networks.rewrite(self.session):
            self._update_notices()

    def _show_packages(self) -> None:
        from waternet_plugin.gui.start.packages_page import PackagesPage

        self.session.show_window(PackagesPage(self.session.iface.mainWindow(), self.session))

    def _snap(self) -> None:
        open_networks.switch_snapping_on(self.session)
        self._update_notices()

    def _find_network(self) -> None:
        folder = str(self.session.address.outputs_folder)
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Where is the network now?"), folder, tr("WaterNet network (*.gpkg)")
        )
        if path:
            open_networks.move_network(self.session, path)

    # The menu of the header.

    def fill_menu(self) -> None:
        """Fill the menu with the recent networks and what can be done with networks."""
        self.menu.clear()
        here = self.session.network_path
        others = [each for each in recent.entries() if not (here and recent.is_same(each.path, here))]
        actions: dict[str, QAction] = {}
        for entry in others:
            action = self.menu.addAction(entry.name)
            action.setToolTip(literal(entry.path))
            action.triggered.connect(
                lambda _checked=False, path=entry.path: open_networks.open_recent(self.session, path)
            )
            actions[entry.path] = action
        for action in list(actions.values())[_RECENT:]:
            action.setVisible(False)
        self.session.lookout.ask(
            partial(lookout.are_there, list(actions)), partial(_show_those_there, actions)
        )
        self.menu.addSeparator()
        for action in self.editing_actions:
            self.menu.addAction(action)
        self.menu.addSeparator()
        entries: list[tuple[str, str, Callable[[], Any], bool]] = [
            ("open", tr("Open network…"), self._open, True),
            ("server", tr("Open network on a server…"), self._open_on_server, True),
            ("add", tr("Add to current project…"), self._add, not here),
            ("new", tr("New network…"), self._new, True),
            ("size", tr("Size of the network…"), self._show_size, bool(here)),
            # QGIS asks about unsaved work first.
            ("close", tr("Close network"), lambda: self.session.iface.newProject(True), bool(here)),
        ]
        for name, text, click, enabled in entries:
            menu_entry(self.menu, text, f"wn_dock_{name}", click, enabled=enabled)

    def _ask_network(self) -> str:
        folder = str(self.session.remembered("folder", ""))
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Open network"), folder, tr("WaterNet network (*.gpkg)")
        )
        if path:
            self.session.remember("folder", str(Path(path).parent))
        return str(path)

    def _open(self) -> None:
        path = self._ask_network()
        if path:
            self.session.open_network(path)

    def _open_on_server(self) -> None:
        # Late: few networks are on servers.
        from waternet_plugin.gui.start.server_networks import ServerNetworksDialog

        dialog = ServerNetworksDialog(self.session, self)
        dialog.exec()
        chosen = dialog.chosen
        dialog.deleteLater()
        if chosen:
            self.session.open_network(chosen)

    def _add(self) -> None:
        path = self._ask_network()
        if path:
            self.session.add_to_project(path)

    def _new(self) -> None:
        from waternet_plugin.gui.start.new_network import NewNetworkDialog

        self.session.show_window(NewNetworkDialog(self.session, self.session.iface.mainWindow()))

    def _show_size(self) -> None:
        from waternet_plugin.gui.batches.network_size import SizeWindow

        self.session.show_window(SizeWindow(self.session, self.session.iface.mainWindow()))

    # What is shown.

    def refresh(self) -> None:
        """Show the network of the open project, or that there is none."""
        open_ = bool(self.session.network_path)
        self._show_name()
        self._empty.setVisible(not open_)
        self.search.setVisible(open_)
        self.search.line.clear()
        self._list.begin()
        self._update_notices()
        self.refresh_sections()

    def _show_name(self) -> None:
        """Show the network's name, for want of one its file's."""
        session = self.session
        self._name.set_text(
            session.given_name or session.network_name or tr("No network"), session.network_path
        )

    def _show_role(self) -> None:
        """Say what the login may do in the network; nothing where it may do everything."""
        role = self.session.own_role
        self._role.set_text(role.sentence() if role is not None else "")
        self._role.setVisible(role is not None)

    def refresh_sections(self) -> None:
        """Let every section read its figures anew; a hidden dock waits until it is shown."""
        self._is_stale = True
        if not self.isVisible() or not self.session.network_path or not self.session.is_file_there:
            return
        self._is_stale = False
        for section in self.sections:
            section.refresh(self.session)

    @property
    def sections(self) -> list[PanelSection]:
        """The sections of the open network."""
        return self._list.sections

    def ask(self, key: str) -> None:
        """Show the options of a section."""
        self.show()
        self.raise_()
        self._list.show_section(key)
        for section in self.sections:
            if key == section.KEY:
                section.options.open()

    def _run_changed(self) -> None:
        for section in self.sections:
            if section.IS_OF_RUN:
                section.begin_anew()
        self.refresh_sections()

    def _data_changed(self, _table: str) -> None:
        self.refresh_sections()

    def _file_seen(self, _there: bool) -> None:
        self._update_notices()
        self.refresh_sections()

    def _shown(self, visible: bool) -> None:
        if visible and self._is_stale:
            self.refresh_sections()

    # Files dropped on the dock.

    def dragEnterEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Take files."""
        if self._files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Open a network, or bring other files in with the import that reads them."""
        files = self._files(event)
        event.acceptProposedAction()
        if len(files) == 1 and open_networks.is_network(files[0]):
            self.session.open_network(files[0])
        elif files:
            brought_files.bring_in(self.session, files)

    def _files(self, event: Any) -> list[str]:
        return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]

    def close_for_good(self) -> None:
        """Leave the window."""
        for signal, slot in self._heard:
            signal.disconnect(slot)
        self.finding.close()
        self.session.iface.removeDockWidget(self)
        self.setParent(None)
        self.deleteLater()
