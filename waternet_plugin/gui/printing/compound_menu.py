"""Print a compound, or write its book, by a right click on the map."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtWidgets import QMenu

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.map.features_at import features_at
from waternet_plugin.gui.printing.papers_window import book_of_compound
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.menu_entries import menu_entry


class CompoundMenu(QObject):
    """Add “Print …” and “Book of …” to the map's context menu where a compound is under the mouse."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent, objectName="wn_compound_menu")
        self._session = session
        session.iface.mapCanvas().contextMenuAboutToShow.connect(self.extend)

    def extend(self, menu: QMenu, event: Any) -> None:
        """Add the actions for the compound at the event's place."""
        found = self.compound_at(event.mapPoint())
        if found is None:
            return
        identifier, name = found
        menu.addSeparator()
        menu_entry(
            menu,
            tr("Print {compound}…").format(compound=name or identifier),
            "wn_action_print_compound",
            lambda: self.print(identifier),
        )
        menu_entry(
            menu,
            tr("Book of {compound}").format(compound=name or identifier),
            "wn_action_compound_book",
            lambda: book_of_compound(self._session, identifier),
        )

    def compound_at(self, point: Any) -> tuple[str, str] | None:
        """Return id and name of the smallest compound at a point of the map, None for none."""
        layer = self._session.layer("compound") if self._session.network_path else None
        if layer is None or not layer.isValid():
            return None
        found = features_at(layer, self._session.iface.mapCanvas(), point)
        around = [feature for feature in found if feature["compound_id"]]
        if not around:
            return None
        chosen = min(around, key=lambda feature: (feature.geometry().area(), str(feature["compound_id"])))
        return str(chosen["compound_id"]), str(chosen["name"] or "")

    def print(self, identifier: str) -> None:
        """Open the print dialog for a compound."""
        from waternet_plugin.gui.printing.print_dialog import open_print_dialog

        open_print_dialog(self._session, identifier)
