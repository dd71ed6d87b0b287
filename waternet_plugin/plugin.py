"""Wire WaterNet into QGIS: language, Processing provider, menu."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication

from waternet_plugin import language


class WaterNetPlugin:
    """The plugin as QGIS knows it; it also lives without a window (``iface`` is None)."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._provider: Any = None
        self._menu: Any = None
        language.install()

    def initProcessing(self) -> None:  # noqa: N802 (QGIS's name)
        """Register the Processing provider; called alone when QGIS has no window."""
        from waternet_plugin.processing.provider import WaterNetProvider

        self._provider = WaterNetProvider()
        QgsApplication.processingRegistry().addProvider(self._provider)

    def initGui(self) -> None:  # noqa: N802 (QGIS's name)
        """Add the provider and the menu."""
        self.initProcessing()
        if self._iface is None:
            return
        from waternet_plugin.gui.menu import WaterNetMenu

        self._menu = WaterNetMenu(self._iface, self._provider)

    def unload(self) -> None:
        """Leave QGIS as it was before loading."""
        if self._menu is not None:
            self._menu.remove()
            self._menu = None
        if self._provider is not None:
            QgsApplication.processingRegistry().removeProvider(self._provider)
            self._provider = None
