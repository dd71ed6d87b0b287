"""The WaterNet menu and toolbar: what a person does, and every algorithm by group."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QAction, QMenu, QToolBar

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dock.map_menu import MapMenu
from waternet_plugin.gui.dock.tools import MapTools
from waternet_plugin.gui.drawing.drawing_tools import DrawingTools
from waternet_plugin.gui.session.permission import Permission
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.paths import icon_path

if TYPE_CHECKING:
    from waternet_plugin.gui.editing.native_editing import Editing
    from waternet_plugin.gui.map.basemap_menu import BaseMaps
    from waternet_plugin.gui.session.session import Session


# Parameters of algorithms that can be told to write nothing.
_WITHOUT_WRITING = ("STORE", "DRY_RUN")
_OF_DRAINS = ("flow", "misconnections", "manholes")


def _open_algorithm(session: Session, name: str, _checked: bool = False) -> None:
    session.open_algorithm(name)


def algorithm_menu(session: Session, parent: Any) -> QMenu:
    """Return a menu of all our algorithms by group."""
    menu = QMenu(tr("All algorithms"), parent, objectName="wn_menu_algorithms")
    groups: dict[str, QMenu] = {}
    provider = QgsApplication.processingRegistry().providerById("waternet")
    for algorithm in provider.ordered_algorithms() if provider is not None else ():
        group = algorithm.groupId()
        if group not in groups:
            groups[group] = menu.addMenu(algorithm.group())
            groups[group].setObjectName(f"wn_menu_{group}")
        action = QAction(
            algorithm.icon(),
            algorithm.displayName() + "…",
            groups[group],
            objectName=f"wn_action_{algorithm.name()}",
            toolTip=literal(algorithm.shortDescription()),
            triggered=partial(_open_algorithm, session, algorithm.id()),
        )
        groups[group].addAction(action)
        # Others may be run without writing.
        if algorithm.WRITES and not any(algorithm.parameterDefinition(name) for name in _WITHOUT_WRITING):
            groups[group].setToolTipsVisible(True)
            Permission(session, action, algorithm.KIND)
    return menu


class Actions:
    """Put menu and toolbar into the main window, and take them out again.

    Parameters
    ----------
    dock
        The dock, shown and hidden by an action.
    base_maps
        Offers base maps.
    editing
        Remembers the pipe that was drawn last.
    """

    def __init__(self, session: Session, dock: Any, base_maps: BaseMaps, editing: Editing) -> None:
        self._session = session
        self._editing = editing
        self._window = session.iface.mainWindow()
        # One parent for all that is made here, so that nothing is left when it goes.
        self._root = QObject(self._window)
        self.menu = QMenu("WaterNet", self._window, objectName="wn_menu")
        self._toolbar = QToolBar("WaterNet", self._window, objectName="wn_toolbar")
        self._fill(dock, base_maps)
        self._add_to_window()
        session.network_changed.connect(self.update)
        session.families_known.connect(self.update)
        self.update()

    def action(
        self,
        name: str,
        icon: str,
        text: str,
        tooltip: str,
        on_click: Callable[[], Any],
        *,
        shortcut: str = "",
    ) -> QAction:
        """Return an action; its tooltip names the shortcut."""
        action = QAction(
            QIcon(icon_path(icon)),
            text,
            self._root,
            objectName=f"wn_action_{name}",
            toolTip=literal(f"{tooltip} ({shortcut})" if shortcut else tooltip),
        )
        if shortcut:
            action.setShortcut(shortcut)
        action.triggered.connect(lambda _checked=False: on_click())
        return action

    def _fill(self, dock: Any, base_maps: BaseMaps) -> None:
        session = self._session
        start = self.action(
            "start",
            "waternet",
            tr("Start page"),
            tr("Sample town, new network, your own data"),
            session.open_start_page,
        )
        panel = dock.toggleViewAction()
        panel.setObjectName("wn_action_panel")
        panel.setText(tr("WaterNet panel"))
        panel.setIcon(QIcon(icon_path("panel")))
        panel.setToolTip(tr("Show or hide the state of the network"))
        self._network_actions: list[QAction] = []
        # Tools for pipes of one family of systems: on the toolbar only where there are such pipes.
        self._of_family: dict[QAction, str] = {}
        self.menu.addAction(start)
        self.menu.addAction(panel)
        self.menu.addSeparator()
        self._toolbar.addAction(start)
        self._toolbar.addAction(panel)
        wizard = self.action(
            "wizard",
            "adoptlayers",
            tr("Bring in data…"),
            tr("Adopt files and layers"),
            session.open_wizard,
        )
        survey = self.action(
            "survey", "adoptlayers", tr("Import survey…"), tr("Bring in measured points"), self._survey
        )
        printing = self.action(
            "print",
            "exportatlas",
            tr("Print map book…"),
            tr("Print the map book"),
            session.open_print_dialog,
        )
        export = self.action(
            "export",
            "export",
            tr("Export…"),
            tr("Export tables, themes or a selection"),
            session.open_export_dialog,
        )
        field = self.action(
            "field",
            "export",
            tr("Field package…"),
            tr("Give a crew tables, forms and a map to take along"),
            self._field_package,
        )
        assess = self.action(
            "assess",
            "assesshealth",
            tr("Assess health…"),
            tr("Health of all pipes"),
            partial(dock.ask, "health"),
        )
        plan = self.action(
            "plan",
            "planrenewal",
            tr("Plan renewal…"),
            tr("Streets to renew by year"),
            partial(dock.ask, "plan"),
        )
        self.tools = MapTools(session, self.action)
        tools = self.tools.actions
        self._of_family = {
            action: "drain" if key in _OF_DRAINS else "supply" for key, action in tools.items()
        }
        del self._of_family[tools["trace"]]
        for action, kind in ((wizard, "adopt"), (survey, "survey"), (assess, "assess"), (plan, "plan")):
            Permission(session, action, kind)
        self._network_actions = [survey, field, printing, export, assess, plan, *tools.values()]
        for action in (wizard, printing, export, *tools.values()):
            self._toolbar.addAction(action)
        self.menu.addAction(wizard)
        self.menu.addSeparator()
        technician = self._submenu("technician", tr("Technician"), tools["burst"], tools["trace"])
        self._submenu("planner", tr("Planner"), assess, plan, tools["dma"])
        self._submenu("surveyor", tr("Surveyor"), survey, field)
        self._submenu("drainage", tr("Drainage"), *(tools[key] for key in _OF_DRAINS))
        self._submenu("manager", tr("Manager"), printing, export)
        self._fill_editing(dock, technician)
        self.menu.addSeparator()
        self.menu.addMenu(MapMenu(session, base_maps, self.menu))
        self.menu.addSeparator()
        self._algorithms = algorithm_menu(session, self.menu)
        self.menu.addMenu(self._algorithms)
        self.menu.addSeparator()
        for name, icon, text, click in (
            ("settings", "settings", tr("Settings…"), self._show_settings),
            ("packages", "packages", tr("Required Python packages…"), self.show_packages),
            ("guide", "guide", tr("Guide"), session.help),
            ("about", "about", tr("About WaterNet"), self.show_about),
        ):
            self.menu.addAction(self.action(name, icon, text, text.rstrip("…"), click))

    def _submenu(self, name: str, title: str, *actions: QAction) -> QMenu:
        """Add what one person does to the menu, and return it."""
        menu = self.menu.addMenu(title)
        menu.setObjectName(f"wn_menu_{name}")
        menu.addActions(actions)
        return menu

    def _survey(self) -> None:
        from waternet_plugin.gui.survey import open_survey_wizard

        open_survey_wizard(self._session)

    def _field_package(self) -> None:
        from waternet_plugin.gui.fieldwork.package_window import open_package_window

        open_package_window(self._session)

    def _fill_editing(self, dock: Any, technician: QMenu) -> None:
        """Add the tools that edit to toolbar, menu and the dock's menu."""
        self.drawing = DrawingTools(self._session, self.action, self._editing)
        actions = list(self.drawing.actions.values())
        technician.addSeparator()
        technician.addActions(actions)
        self._behind_tools = self._toolbar.addSeparator()
        self._toolbar.addActions(actions)
        for action in actions:
            Permission(self._session, action, "edit")
        self._network_actions += actions
        dock.editing_actions = tuple(actions)

    def _add_to_window(self) -> None:
        bar = self._window.menuBar()
        # Where QGIS puts the menus of plugins: before Help, and before that of Processing, which comes later
        # when QGIS starts but is there when the plugin is installed.
        there = bar.actions()
        behind = [each for each in there if each.menu() and each.menu().objectName() == "processing"]
        last = [*behind, *there[-1:]]
        self._menu_action = bar.insertMenu(last[0], self.menu) if last else bar.addMenu(self.menu)
        self._window.addToolBar(self._toolbar)

    def update(self) -> None:
        """Grey out what needs a network while none is open; leave tools without pipes off the toolbar."""
        for action in self._network_actions:
            action.setEnabled(bool(self._session.network_path))
        families = self._session.families
        order = list(self.tools.actions.values())
        for place, action in enumerate(order):
            family = self._of_family.get(action)
            if family is not None and families is not None and family not in families:
                self._toolbar.removeAction(action)
            elif action not in self._toolbar.actions():
                there = [one for one in order[place + 1 :] if one in self._toolbar.actions()]
                self._toolbar.insertAction(there[0] if there else self._behind_tools, action)

    def _show_settings(self) -> None:
        from waternet_plugin.gui.dock.dialogs.settings_page import PAGE

        self._session.iface.showOptionsDialog(self._window, PAGE)

    def show_packages(self) -> Any:
        """Open the page of needed packages and return it."""
        from waternet_plugin.gui.start.packages_page import PackagesPage

        return self._session.show_window(PackagesPage(self._window, self._session))

    def show_about(self) -> Any:
        """Open the versions and return the window."""
        from waternet_plugin.gui.dock.dialogs.about import AboutWindow

        return self._session.show_window(AboutWindow(self._session, self._window))

    def remove(self) -> None:
        """Take menu and toolbar out of the window."""
        self.tools.remove()
        self.drawing.remove()
        self._window.menuBar().removeAction(self._menu_action)
        self._window.removeToolBar(self._toolbar)
        for thing in (self._toolbar, self.menu, self._root):
            if not sip.isdeleted(thing):
                thing.setParent(None)
                thing.deleteLater()
