"""The first pipe of a network that has none: how to draw it, and a map to draw it on."""

from __future__ import annotations

from qgis.PyQt.QtGui import QCursor
from qgis.PyQt.QtWidgets import QAction

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.session.session import Session


def how_to_draw() -> str:
    """Return how the first pipe is drawn, in one breath."""
    return tr("Press “Draw a pipe”, click along its course, and right click to finish.")


def draw_pipe(session: Session) -> None:
    """Begin to draw a pipe: pipes become current and editable, and the tool that joins them is taken."""
    layer = session.layer("pipe")
    if layer is not None:
        session.iface.setActiveLayer(layer)
    action = session.iface.mainWindow().findChild(QAction, "wn_action_draw_pipe")
    if action is not None and not action.isChecked():
        action.trigger()


def say_how(session: Session) -> None:
    """Say in a network that was just made how to go on, with a base map one click away."""
    session.say(how_to_draw(), "info", (tr("Add base map…"), lambda: offer_base_maps(session)))


def offer_base_maps(session: Session) -> None:
    """Show the menu of base maps at the mouse."""
    from waternet_plugin.gui.map.basemap_menu import BaseMaps

    base_maps = session.findChild(BaseMaps, "wn_base_maps")
    if base_maps is not None:
        base_maps.menu(session.iface.mainWindow()).popup(QCursor.pos())
