"""What the map shows: its theme, its palette, its base maps, as menus."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QMenu

from waternet_plugin.core import texts
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.start import open_networks
from waternet_plugin.gui.tasks import tasks
from waternet_plugin.gui.widgets.menu_entries import menu_switch

if TYPE_CHECKING:
    from waternet_plugin.gui.map.basemap_menu import BaseMaps
    from waternet_plugin.gui.session.session import Session


def palette_names() -> dict[str, str]:
    """Return what people call each palette."""
    return {
        "screen": tr("For the screen"),
        "print": tr("For paper"),
        "cjj61": tr("Standard CJJ 61: supply cyan, drains brown"),
    }


class MapMenu(QMenu):
    """Themes and palettes of the open project, the ones in use ticked, and the base maps.

    Parameters
    ----------
    base_maps
        Offers base maps.
    """

    def __init__(self, session: Session, base_maps: BaseMaps, parent: Any) -> None:
        super().__init__(tr("Map"), parent, objectName="wn_menu_map")
        self._session = session
        self._base_maps = base_maps
        # Filled when it is opened: what is in use may have changed, and QGIS starts sooner.
        self.aboutToShow.connect(self.fill)

    def _choices(
        self, key: str, title: str, labels: dict[str, str], now: str, choose: Callable[[str], Any]
    ) -> None:
        menu = self.addMenu(title)
        menu.setObjectName(f"wn_menu_{key}")
        for code, label in labels.items():
            menu_switch(
                menu,
                label,
                f"wn_{key}_{code}",
                checked=code == now,
                triggered=partial(self._chosen, choose, code),
            )

    def _chosen(self, choose: Callable[[str], Any], code: str, _checked: bool = False) -> None:
        choose(code)

    def fill(self) -> None:
        """Offer what there is for the open project."""
        from waternet_plugin.bridge.project import switching
        from waternet_plugin.bridge.styling import look

        for action in self.actions():
            if action.menu() is not None:
                action.menu().deleteLater()
        self.clear()
        project = QgsProject.instance()
        language = texts.language()
        themes = {
            code: theme.label_zh if language == "zh_CN" else theme.label_en
            for code, theme in look.themes().items()
        }
        self._choices("theme", tr("Theme"), themes, switching.theme_of(project), self._session.show_theme)
        self._choices(
            "palette", tr("Palette"), palette_names(), switching.look_of(project).palette, self._show_palette
        )
        self.addMenu(self._base_maps.menu(self))
        for action in self.actions():
            action.setEnabled(bool(self._session.network_path))

    def _show_palette(self, code: str) -> None:
        """Dress the whole project anew; styles that somebody edited stay."""
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            tasks.keep_packages_apart()
            from waternet_plugin.bridge.project import switching

            kept = switching.switch(QgsProject.instance(), self._session.network_path, palette=code)
        except WaterNetError as error:
            self._session.say_error(error)
            return
        finally:
            QApplication.restoreOverrideCursor()
        open_networks.say_unchanged_styles(self._session, kept)
