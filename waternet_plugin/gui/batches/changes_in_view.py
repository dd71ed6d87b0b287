"""Who changed what where one looks: the list of changes, asked of what the map shows and of this month."""

from __future__ import annotations

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsProject
from qgis.PyQt.QtCore import QDateTime

from waternet_plugin.gui.session.session import Session


def _area(session: Session) -> str:
    """Return what the map shows, in the network's coordinates; '' where that is not known."""
    layer = session.layer("pipe")
    if layer is None:
        return ""
    settings = session.iface.mapCanvas().mapSettings()
    change = QgsCoordinateTransform(settings.destinationCrs(), layer.crs(), QgsProject.instance())
    try:
        box = change.transformBoundingBox(settings.visibleExtent())
    except QgsCsException:
        return ""
    if box.isEmpty() or not box.isFinite():
        return ""
    sides = (box.xMinimum(), box.xMaximum(), box.yMinimum(), box.yMaximum())
    return ",".join(f"{side:.2f}" for side in sides)


def open_changes(session: Session) -> None:
    """Open the dialog that lists changes, with view and month filled in; both can be changed there."""
    today = QDateTime.currentDateTimeUtc().date()
    since = f"{today.year():04d}-{today.month():02d}-01"
    session.open_algorithm("listchanges", {"SINCE": since, "AREA": _area(session)})
