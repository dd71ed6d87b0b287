"""The menu of base maps, on their group in the layer tree and wherever else it is wanted."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsLayerTree, QgsProject
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtWidgets import QFileDialog, QMenu, QWidget

from waternet_plugin.bridge import basemaps, map_keys
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.asking import ask_text
from waternet_plugin.gui.widgets.menu_entries import menu_entry

_URL_OF_KEYS = "https://console.tianditu.gov.cn"


class BaseMaps(QObject):
    """Offers base maps and keeps the white edges of the pipes in step with what is visible."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent, objectName="wn_base_maps")
        self.session = session
        self._layers: list[Any] = []
        self._late = QTimer(self, singleShot=True, interval=0, timeout=self._update)
        self._root = QgsProject.instance().layerTreeRoot()
        project = QgsProject.instance()
        self._heard = (
            (self._root.visibilityChanged, self._look),
            (self._root.removedChildren, self._look),
            (self._root.addedChildren, self._look),
            (session.network_changed, self._follow),
            (project.readProject, self.fill_keys),
            (project.writeProject, self._hide_in_tree),
            (project.writeMapLayer, self._hide_in_layer),
        )
        for signal, slot in self._heard:
            signal.connect(slot)
        self._view = session.iface.layerTreeView()
        # The tree asks for more entries of its menu from 3.32 on; before, our own menu has them.
        if not hasattr(self._view, "contextMenuAboutToShow"):
            self._view = None
        if self._view is not None:
            self._view.contextMenuAboutToShow.connect(self._offer)
        self._follow()

    def close(self) -> None:
        """Let go of everything outside."""
        self._late.stop()
        for signal, slot in self._heard:
            signal.disconnect(slot)
        self._forget_keys()
        if self._view is not None:
            self._view.contextMenuAboutToShow.disconnect(self._offer)
        self._forget()

    def _forget(self) -> None:
        for layer in self._layers:
            try:
                layer.rendererChanged.disconnect(self._look)
            except (RuntimeError, TypeError):
                # The layer is gone already.
                continue
        self._layers = []

    def _follow(self) -> None:
        """Look at the pipes of the open project: a theme brings a renderer of its own."""
        self._forget()
        if self.session.network_path:
            layers = (self.session.layer(key) for key in ("pipe", "pipe_health"))
            self._layers = [layer for layer in layers if layer is not None]
        for layer in self._layers:
            layer.rendererChanged.connect(self._look)
        self._look()

    def fill_keys(self, *_what: Any) -> None:
        """Give tiles of the open project the user's key; say where there is none."""
        if not self._has_keys():
            return

        missing = map_keys.fill(QgsProject.instance(), basemaps.tianditu_key())
        if missing:
            text = tr(
                "{service} needs your own key; without it the map stays empty. The key is free of charge."
            )
            action = (tr("Tianditu key…"), self.ask_key)
            self.session.say(text.format(service=listed(missing)), "warning", action)

    def _hide_in_tree(self, document: Any) -> None:
        map_keys.hide_in_tree(QgsProject.instance(), document)

    def _hide_in_layer(self, layer: Any, element: Any, _document: Any) -> None:
        map_keys.hide_in_layer(layer, element)

    def _forget_keys(self) -> None:
        """Take the key out of the open project: nobody watches over its file any more."""
        if self._has_keys():
            map_keys.fill(QgsProject.instance(), "")

    @staticmethod
    def _has_keys() -> bool:
        return any(map_keys.needs_key(layer) for layer in QgsProject.instance().mapLayers().values())

    def _look(self, *_what: Any) -> None:
        # Several layers change at once when a theme is shown.
        if self.session.network_path:
            self._late.start()

    def _update(self) -> None:
        if self.session.network_path:
            basemaps.update_casing(QgsProject.instance())

    def _offer(self, menu: QMenu) -> None:
        """Add the menu to that of the group of base maps."""
        from waternet_plugin.bridge.project import layer_tree

        node = self._view.currentNode()
        if node is None or not QgsLayerTree.isGroup(node):
            return
        if node.customProperty(layer_tree.GROUP_MARK) == "base_map":
            before = menu.actions()[0] if menu.actions() else None
            menu.insertMenu(before, self.menu(menu))
            menu.insertSeparator(before)

    def menu(self, parent: QWidget | None = None) -> QMenu:
        """Return a menu that adds a base map; nothing is fetched before a click."""
        menu = QMenu(tr("Add base map"), parent, objectName="wn_base_map_menu")
        for service in basemaps.SERVICES:
            menu_entry(
                menu,
                basemaps.service_label(service.code),
                f"wn_base_map_{service.code}",
                lambda chosen=service: self.add_service(chosen.code),
            )
        menu.addSeparator()
        for code, label, call in (
            ("image", tr("My image…"), self.choose_image),
            ("drawing", tr("My drawing…"), self.choose_drawing),
            ("key", tr("Tianditu key…"), self.ask_key),
        ):
            menu_entry(menu, label, f"wn_base_map_{code}", call)
        menu.setEnabled(bool(self.session.network_path))
        return menu

    def add_service(self, code: str) -> bool:
        """Add tiles from the net; asks for the key where one is needed."""
        service = next(known_service for known_service in basemaps.SERVICES if known_service.code == code)
        if service.needs_key and not basemaps.tianditu_key() and not self.ask_key():
            return False
        return self._added(basemaps.add_service, code)

    def choose_image(self) -> bool:
        """Ask for a raster file and add it."""
        return self._chosen("image", tr("Choose an image"), basemaps.add_image)

    def choose_drawing(self) -> bool:
        """Ask for a drawing and add it."""
        return self._chosen("drawing", tr("Choose a drawing"), basemaps.add_drawing)

    def ask_key(self) -> bool:
        """Ask for the key of Tianditu; return whether there is one now."""
        text = tr("Your Tianditu key (free of charge at {address}):").format(address=_URL_OF_KEYS)
        key = ask_text(self.session.iface.mainWindow(), tr("Tianditu"), text, basemaps.tianditu_key())
        if key is not None:
            basemaps.set_tianditu_key(key)
            self.fill_keys()
        return bool(basemaps.tianditu_key())

    def _chosen(self, kind: str, title: str, add: Any) -> bool:
        folder = self.session.remembered(f"base_map/{kind}", "")
        path, _ = QFileDialog.getOpenFileName(
            self.session.iface.mainWindow(), title, folder, basemaps.file_filter(kind)
        )
        if not path:
            return False
        self.session.remember(f"base_map/{kind}", path)
        return self._added(add, path)

    def _added(self, add: Any, what: str) -> bool:
        try:
            add(QgsProject.instance(), what)
        except WaterNetError as error:
            self.session.say(str(error), "error")
            return False
        return True
