"""A map tool that hands over the place that is clicked."""

from __future__ import annotations

from qgis.core import QgsPointXY

from waternet_plugin.gui.network.picking import Pick, PickTool


class PlaceTool(PickTool):
    """Hands over places, whatever lies there."""

    def pick_at(self, point: QgsPointXY) -> None:
        """Hand over a place of the map in the network's coordinates."""
        layer = self._session.layer("pipe")
        found = self._point(point, layer) if layer is not None else None
        if found is not None:
            self._on_pick(Pick(found[0].x(), found[0].y()))

    def _hover(self) -> None:
        """Mark nothing: a place is no pipe."""
