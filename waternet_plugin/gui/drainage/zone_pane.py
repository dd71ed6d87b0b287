"""The pane of zero-discharge zones: neighbouring catchments grouped, and what blocks each zone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsMapLayerProxyModel, QgsPointXY, QgsProcessing, QgsProject
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.drainage import zone_cards
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.widgets.layouts import divided, horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

if TYPE_CHECKING:
    from waternet_plugin.gui.network.picking import Pick

CATCHMENTS, ZONES = "outfallcatchments", "buildzones"
_LIMITS = "drainage/zone_limits"
_SIZES = (2.0, 5.0)


class ZonePane(SidePane):
    """Builds zones of so many km2 and tells what blocks them; nothing is written before it is stored."""

    NAME = "wn_zones"
    TOPIC = "drainage"
    ICON = "proposedma"
    ALGORITHM = ZONES

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Shows neighbouring catchments as zones, and what blocks zero discharge in each."),
            tr("Which zone"),
        )

    def build(self) -> QWidget:
        """Return tool, limits, boundaries, list and card."""
        self.setWindowTitle(tr("Zero-discharge zones"))
        self.rows: list[dict[str, Any]] = []
        self.chosen = ""
        return super().build()

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the limits, the zones and what blocks the chosen one."""
        page = QWidget(parent)
        kept = self.session.remembered(_LIMITS, list(_SIZES))
        self.limits = tuple(self._limit(name, float(size), page) for name, size in zip(("min", "max"), kept))
        again = pane.button(tr("Build"), "wn_zones_build", self.make, page)
        store = pane.button(
            tr("Store"),
            "wn_zones_store",
            self.store,
            page,
            toolTip=tr("Write the zones as one batch that can be undone"),
        )
        line = horizontal(
            plain_label(tr("Size"), page), self.limits[0], plain_label("–", page), self.limits[1], 1
        )
        self.boundaries = self._boundaries(page)
        edges = horizontal(plain_label(tr("Within"), page), (self.boundaries, 1))
        self.list = narrow_list(
            zone_cards.columns(), "wn_zones_list", page, lambda row: self.choose(row, zooms=True)
        )
        self.card = pane.Prose("wn_zones_card", page)
        split = divided(self.list, self.card, parent=page)
        self.order_button = pane.button(
            tr("Work item"),
            "wn_zones_order",
            self.order,
            page,
            toolTip=literal(tr("Write work orders for what blocks the chosen zone")),
            enabled=False,
        )
        buttons = horizontal((again, 1), (store, 1), (self.order_button, 1))
        vertical(line, edges, (split, 1), buttons, parent=page, spacing=4, margins=0)
        return page

    def _boundaries(self, parent: QWidget) -> QgsMapLayerComboBox:
        # Before the box hears of it, which would go on to the next layer.
        QgsProject.instance().layersWillBeRemoved.connect(self._layers_going)
        box = QgsMapLayerComboBox(parent)
        box.setObjectName("wn_zones_boundaries")
        box.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        box.setAllowEmptyLayer(True, tr("whole network"))
        box.setCurrentIndex(0)
        box.setToolTip(literal(tr("Boundaries that zones must not cross, such as sub-districts")))
        return box

    def _layers_going(self, ids: list[str]) -> None:
        within = self.boundaries.currentLayer()
        if within is not None and within.id() in ids:
            self.boundaries.setCurrentIndex(0)

    def _limit(self, name: str, size: float, parent: QWidget) -> QDoubleSpinBox:
        return QDoubleSpinBox(
            parent,
            objectName=f"wn_zones_{name}",
            decimals=2,
            maximum=100.0,
            singleStep=0.5,
            suffix=" km²",
            value=size,
        )

    # Building.

    def ask(self, **wanted: Any) -> None:
        """Build the zones."""
        self.show_answer()
        self.make()

    def make(self) -> None:
        """Build the zones of the network as it is now; nothing is written."""
        self._build(stores=False)

    def store(self) -> None:
        """Build the zones and keep them as one batch."""
        self._build(stores=True)

    def _build(self, *, stores: bool) -> None:
        least, most = (box.value() for box in self.limits)
        self.session.remember(_LIMITS, [least, most])
        network = self.session.network_path
        places = {"NETWORK": network, "OUTPUT": QgsProcessing.TEMPORARY_OUTPUT}
        within = self.boundaries.currentLayer()
        edges = {} if within is None else {"BOUNDARIES": within.id()}

        def divided(results: dict[str, Any]) -> None:
            wanted = {"CATCHMENTS": results["OUTPUT"], "MIN_KM2": least, "MAX_KM2": most, "STORE": stores}
            wanted.update(edges)
            self.session.run_algorithm(ZONES, {**places, **wanted}, built, failed=self.refuse, section=self)

        def built(results: dict[str, Any]) -> None:
            if network == self.session.network_path:
                self.show_zones(zone_cards.zone_rows(results["OUTPUT"].getFeatures()))
                self._say_stored(str(results.get("BATCH_ID") or ""))

        self.tell("")
        self.session.run_algorithm(CATCHMENTS, places, divided, failed=self.refuse, section=self)

    def _say_stored(self, batch: str) -> None:
        if batch:
            work_orders.say_written(self.session, self, tr("The zones are stored."), batch)

    def show_zones(self, rows: list[dict[str, Any]]) -> None:
        """Show zones on the map and in the list."""
        self.rows = rows
        ready = sum(row["ready"] for row in rows)
        self.headline.setText(tr("%n zone(s), {ready} ready", "", len(rows)).format(ready=ready))
        outside = sum(row["state"] != "within" for row in rows)
        self.place_note.setText(tr("%n outside the limits", "", outside) if outside else "")
        self.list.set_rows(rows)
        self.show_answer()
        kept = next((row for row in rows if row["zone_id"] == self.chosen), None)
        if kept is None and rows:
            kept = max(rows, key=lambda row: row["blocks"])
        if kept is None:
            self.card.setHtml("")
            self.order_button.setEnabled(False)
            self.overlay.clear()
        else:
            self.choose(kept)

    def choose(self, row: dict[str, Any], *, zooms: bool = False) -> None:
        """Show one zone with what blocks it."""
        self.chosen = row["zone_id"]
        self.list.choose_where("zone_id", self.chosen)
        self.order_button.setEnabled(bool(row["named"]))
        self.card.setHtml(
            pane.paragraph(self.chosen, bold=True) + "".join(map(pane.paragraph, zone_cards.card_lines(row)))
        )
        marks, areas = zone_cards.drawn(self.rows, self.chosen)
        self.overlay.show([], marks, self.crs, areas)
        if zooms:
            self.session.zoom_to(row["shape"])

    def picked(self, pick: Pick) -> None:
        """Choose the zone that was clicked."""
        here = QgsGeometry.fromPointXY(QgsPointXY(pick.x_m, pick.y_m))
        row = next((row for row in self.rows if row["shape"].intersects(here)), None)
        self.choose_or_tell(row, tr("No zone lies there."))

    def order(self) -> None:
        """Write work orders for what blocks the chosen zone, as one batch; running ones are left out."""
        row = next((row for row in self.rows if row["zone_id"] == self.chosen), None)
        if row is not None:
            work_orders.order_groups(self.session, self, zone_cards.orders(row))

    def forget(self) -> None:
        """Forget the zones."""
        self.rows, self.chosen = [], ""
        self.list.set_rows([])
