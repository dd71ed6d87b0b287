"""Warnings of QGIS about a plane that lies nowhere, which nobody who works in it can act on."""

from __future__ import annotations

from functools import partial
from typing import Any

from qgis.core import QgsProject
from qgis.gui import QgsMessageBarItem
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtWidgets import QTextBrowser

from waternet_plugin.core.exchange.model_files.local_plane import LOCAL_PLANE_NAME


def _is_false(text: str) -> bool:
    """Return whether a warning is about the local plane although all layers of the project lie in it.

    Opening a project, QGIS seeks a way from its plane to degrees and to the ellipsoid, and says in red that
    there is none. Where a layer lies elsewhere on Earth the warning is right: that layer can't be drawn.
    """
    if LOCAL_PLANE_NAME not in text:
        return False
    project = QgsProject.instance()
    layers = [layer for layer in project.mapLayers().values() if layer.isSpatial()]
    return all(layer.crs() == project.crs() for layer in layers)


class PlaneWarnings(QObject):
    """Take them out of the message bar of QGIS.

    Parameters
    ----------
    bar
        The message bar of QGIS.
    parent
        The session, with which it ends.
    """

    def __init__(self, bar: Any, parent: QObject) -> None:
        super().__init__(parent)
        self._bar = bar
        bar.widgetAdded.connect(self._look_at)

    def _look_at(self, widget: Any) -> None:
        # Some versions of QGIS give a bare QWidget, so the text is read from what shows it.
        view = widget.findChild(QTextBrowser)
        if view is not None and _is_false(view.toPlainText()):
            # Only when QGIS has put it into its place.
            QTimer.singleShot(0, partial(self._take_out, widget))

    def _take_out(self, widget: Any) -> None:
        if not sip.isdeleted(widget):
            self._bar.popWidget(sip.cast(widget, QgsMessageBarItem))
