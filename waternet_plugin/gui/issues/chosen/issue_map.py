"""The chosen issue on the map, with the layer of issues switched on while its pane is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsLayerTreeLayer, QgsProject

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.issues.listing.issue_tree import severity_colour
from waternet_plugin.gui.panes.marking import Marking
from waternet_plugin.gui.session.looking import not_as_work

if TYPE_CHECKING:
    from waternet_plugin.gui.issues.model import Issues
    from waternet_plugin.gui.session.session import Session


class LayerSight:
    """Switches the layer of issues on for a while."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._switched = ""

    def _node(self) -> QgsLayerTreeLayer | None:
        layer = self._session.layer("issue")
        return QgsProject.instance().layerTreeRoot().findLayer(layer.id()) if layer is not None else None

    def show(self) -> None:
        """Switch the layer on, unless it is."""
        node = self._node()
        if node is not None and not node.itemVisibilityChecked():
            with not_as_work():
                node.setItemVisibilityChecked(True)
            self._switched = node.layerId()

    def restore(self) -> None:
        """Switch it off again if it was switched on here and nobody took it away."""
        node = self._node()
        if node is not None and node.layerId() == self._switched:
            with not_as_work():
                node.setItemVisibilityChecked(False)
        self._switched = ""


class IssueMap:
    """Goes to the chosen issue, marks its assets and what they become.

    Parameters
    ----------
    issues
        Among which it is.
    """

    def __init__(self, issues: Issues) -> None:
        self._issues = issues
        self.marking = Marking(issues.session.iface.mapCanvas())
        self._sight = LayerSight(issues.session)
        issues.chosen_changed.connect(self.marking.clear)
        issues.chosen.placed.connect(self._go)
        issues.chosen.planned.connect(self._show_after)

    def open(self) -> None:
        """Switch the layer on."""
        self._sight.show()

    def close(self) -> None:
        """Leave the map as it was."""
        self.marking.clear()
        self._sight.restore()

    def _go(self) -> None:
        issue, location = self._issues.chosen.issue, self._issues.chosen.places
        if issue is None or location is None or location.view is None:
            return
        self._issues.session.zoom_to(location.view)
        crs = self._issues.crs
        self.marking.show(location.shapes, issue.xy, severity_colour(issue.severity), crs)
        self.marking.flash(location.shapes, crs)

    def _show_after(self) -> None:
        chosen = self._issues.chosen
        if chosen.preview is not None and chosen.places is not None:
            self.marking.show_after(chosen.preview.shapes, self._issues.crs)

    def open_asset(self, table: str, asset_id: str) -> None:
        """Let an asset flash and open its form, where it can be corrected."""
        session, location = self._issues.session, self._issues.chosen.places
        asset = location.named(table, asset_id) if location else None
        layer = session.layer(table)
        if asset is None:
            return
        if asset.wkb:
            self.marking.flash([asset.wkb], self._issues.crs)
        feature = layer.getFeature(asset.fid) if layer is not None else None
        if feature is None or not feature.isValid():
            session.say(tr("Its layer is not in this project, so its form can’t be opened."), "warning")
            return
        session.iface.openFeatureForm(layer, feature, False, False)
