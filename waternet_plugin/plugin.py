"""Wire WaterNet into QGIS: language, Processing provider, session, dock, menu, settings page."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication

from waternet_plugin import language


class WaterNetPlugin:
    """The plugin as QGIS knows it; it also lives without a window (``iface`` is None)."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._provider: Any = None
        self.session: Any = None
        self.dock: Any = None
        self.actions: Any = None
        self.base_maps: Any = None
        self.forms: Any = None
        self.map_tips: Any = None
        self._settings: Any = None
        self._locator: Any = None
        self._timer: Any = None
        language.install()

    def initProcessing(self) -> None:  # noqa: N802 (QGIS's name)
        """Register the Processing provider; called alone when QGIS has no window."""
        from waternet_plugin.bridge import server_connections
        from waternet_plugin.processing.provider import WaterNetProvider

        server_connections.register()
        self._provider = WaterNetProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:  # noqa: N802 (QGIS's name)
        """Add the provider and, where there is a window, everything people see."""
        self.initProcessing()
        if self._iface is None:
            return
        from qgis.PyQt.QtCore import Qt, QTimer

        from waternet_plugin.gui.dock.actions import Actions
        from waternet_plugin.gui.dock.dialogs.settings_page import SettingsFactory
        from waternet_plugin.gui.dock.dock import WaterNetDock
        from waternet_plugin.gui.dock.shell import PARTS
        from waternet_plugin.gui.finding.locator import NetworkLocator
        from waternet_plugin.gui.forms import Forms
        from waternet_plugin.gui.map.basemap_menu import BaseMaps
        from waternet_plugin.gui.map.map_tips import MapTips
        from waternet_plugin.gui.session.session import Session

        window = self._iface.mainWindow()
        self.session = Session(self._iface, window, PARTS)
        self.dock = WaterNetDock(self.session, window)
        self._iface.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.base_maps = BaseMaps(self.session, self.session)
        self.forms = Forms(self.session)
        self.actions = Actions(self.session, self.dock, self.base_maps, self.forms.editing)
        self.map_tips = MapTips(self._iface)
        self._locator = NetworkLocator(self.dock.finding)
        self._iface.registerLocatorFilter(self._locator)
        self._settings = SettingsFactory(self.session)
        self._iface.registerOptionsWidgetFactory(self._settings)
        # Until the window is up; the timer ends with the session.
        self._timer = QTimer(self.session, objectName="wn_greeting", interval=500, timeout=self._greet)
        self._timer.start()

    def _greet(self) -> None:
        """Once the window is up, open the start page by itself: after the first install, or where wanted."""
        from waternet_plugin.gui.start.start_page import shows_at_start

        if not self._iface.mainWindow().isVisible():
            return
        self._timer.stop()
        self.dock.kept_width.take(self._iface.mainWindow())
        if shows_at_start():
            self.session.open_start_page()

    def unload(self) -> None:
        """Leave QGIS as it was before loading."""
        if self.session is not None:
            # It must not fire between here and the end of the session.
            self._timer.stop()
            self._iface.unregisterOptionsWidgetFactory(self._settings)
            self._settings = None
            # QGIS ends searches under way and deletes the filter.
            self._iface.deregisterLocatorFilter(self._locator)
            self._locator = None
            self.actions.remove()
            self.forms.remove()
            self.base_maps.close()
            self.dock.close_for_good()
            self.session.close()
            # Last: our tools are left by now, and the tips as they were come back.
            self.map_tips.remove()
            self.map_tips = self.forms = self.actions = self.base_maps = None
            self.dock = self.session = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
