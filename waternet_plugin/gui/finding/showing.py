"""What was found: its words in a list, and its place on the map, zoomed to and marked until the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsWkbTypes

from waternet_plugin.core.colours import FAULT
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.network import overlay
from waternet_plugin.gui.network.overlay import Overlay, OverlayLine, OverlayMark

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.store.geopackage.finding import Location, SearchHit

_COLOUR = FAULT
_WIDTH = 6
# Domain of the kind of each table.
_KINDS = {"pipe": "system", "node": "node_kind", "compound": "compound_type", "customer": "customer_kind"}


def title(found: SearchHit) -> str:
    """Return what a thing is called: its id, with its name where it has one."""
    if found.table == "street" or not found.name:
        return found.id
    return f"{found.name} ({found.id})"


def detail(found: SearchHit) -> str:
    """Return what a thing is, in a few words."""
    if found.table == "street":
        return listed((tr("Street"), tr("%n pipe(s)", "", found.pipes)))
    kind = domain(_KINDS[found.table]).get(found.kind)
    named = {"pipe": tr("Pipe"), "node": tr("Node"), "compound": tr("Compound"), "customer": tr("Customer")}
    return listed(part for part in (named[found.table], kind.label if kind else "", found.street) if part)


class Finding:
    """Searches the open network, and shows on the map what was chosen."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.overlay = Overlay(session.iface.mapCanvas())
        self._finder: Any = None
        self._path = ""
        session.network_changed.connect(self.clear)

    def finder(self) -> Any:
        """Return the search of the open network; None while none is open or packages are missing."""
        from waternet_plugin import dependencies

        path = self.session.network_path
        if not path or dependencies.missing():
            return None
        if self._finder is None or self._path != path:
            from waternet_plugin.store.geopackage.finding import Finder

            self._finder, self._path = Finder(path), path
        return self._finder

    def show(self, found: SearchHit) -> None:
        """Zoom to what was found and mark it, as it is in the network: some have no layer in a project."""
        finder = self.finder()
        if finder is not None:
            self.session.run(
                tr("Finding"), lambda _progress: finder.location_of(found), self._mark, is_quiet=True
            )

    def _mark(self, place: Location) -> None:
        pipes = self.session.layer("pipe")
        if place.bounds is None or pipes is None:
            self.session.say(tr("This one has no location on the map."), "warning")
            return
        shapes = []
        for wkb in place.wkb:
            shape = QgsGeometry()
            shape.fromWkb(wkb)
            shapes.append(shape)
        self.session.zoom_to(place.bounds)
        # After the zoom: where it fails, nothing is marked in a place that nobody sees.
        self.overlay.show(*_drawn(QgsGeometry.collectGeometry(shapes)), pipes.crs())
        canvas = self.session.iface.mapCanvas()
        if len(shapes) == 1 and hasattr(canvas, "flashGeometries"):
            canvas.flashGeometries(shapes, pipes.crs())

    def clear(self) -> None:
        """Take the mark off the map."""
        self.overlay.clear()

    def close(self) -> None:
        """Let go of map and session."""
        self.session.network_changed.disconnect(self.clear)
        self.clear()


def _drawn(shape: QgsGeometry) -> tuple[list[OverlayLine], list[OverlayMark]]:
    """Return a thing as lines and marks over the map: an area by its outline, a point in a ring."""
    kinds = QgsWkbTypes.GeometryType
    if shape.type() == kinds.PointGeometry:
        places = [shape.asPoint()] if not shape.isMultipart() else shape.asMultiPoint()
        return [], [OverlayMark(each.x(), each.y(), _COLOUR, overlay.RING) for each in places]
    outline = (
        shape.convertToType(kinds.LineGeometry, True) if shape.type() == kinds.PolygonGeometry else shape
    )
    return [OverlayLine(bytes(outline.asWkb()), _COLOUR, _WIDTH)], []
