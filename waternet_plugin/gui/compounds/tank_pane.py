"""The pane of tanks: when each is due for cleaning, its depths and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.compounds import tank_rows
from waternet_plugin.gui.compounds.tank_rows import ListedTanks
from waternet_plugin.gui.network.picking import Pick
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.plots.tank import depths_of_tank
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.widgets.layouts import divided, horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry

if TYPE_CHECKING:
    from waternet_plugin.store import Network

SCHEDULE, MAP = "scheduletanks", "node_due"
# A click may miss its tank by so many pixels.
_REACH_PX = 12
# A lower plot shows no figures; the card beside it scrolls.
_PLOT_HEIGHT = 170


class TankPane(SidePane):
    """Lists when tanks are due for cleaning, on the map and as a list."""

    NAME = "wn_tanks"
    TOPIC = "tanks"
    TABLES = ("pipe", "node", "compound", "customer", "reading", "work_item", "setting")
    ICON = "waternet"
    ALGORITHM = SCHEDULE

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Shows when septic tanks, grease traps and sediment tanks are due for cleaning, and why."),
            tr("Which tank"),
        )

    def build(self) -> QWidget:
        """Return tool, list, card and plot."""
        self.setWindowTitle(tr("Tanks due for cleaning"))
        self.tanks = ListedTanks()
        self.chosen = ""
        return super().build()

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the list, the card of the chosen tank and its plot."""
        page = QWidget(parent)
        self.list = narrow_list(
            tank_rows.columns(), "wn_tanks_list", page, lambda row: self.choose(row, zooms=True)
        )
        side = QWidget(page)
        self.card = pane.Prose("wn_tanks_card", side)
        self.plot = PlotView(
            self.session, "wn_tanks_plot", side, with_title=False, minimumHeight=_PLOT_HEIGHT, visible=False
        )
        self.map_button = pane.button(
            tr("Due map"),
            "wn_tanks_map",
            self.show_map,
            side,
            toolTip=tr("Keep the days in the network, in one batch, and show them on the map"),
        )
        self.order_button = pane.button(
            tr("Work item"),
            "wn_tanks_order",
            self.order,
            side,
            toolTip=tr("Write a work order to clean each chosen tank"),
        )
        vertical(
            (self.card, 1),
            (self.plot, 1),
            horizontal((self.order_button, 1), (self.map_button, 1)),
            parent=side,
            spacing=4,
            margins=0,
        )
        split = divided((self.list, 1), (side, 1), parent=page)
        vertical((split, 1), parent=page, margins=0)
        return page

    def fill_menu(self, menu: QMenu) -> None:
        """Offer a table."""
        menu_entry(menu, tr("Save as CSV…"), "wn_tanks_csv", self._save)

    # Reading and showing.

    def ask(self, **wanted: Any) -> None:
        """Work out the days; ``starts`` lets clicks on the map be heard, ``tank`` is the one to show."""
        if wanted.get("starts"):
            self.start()
        if wanted.get("tank"):
            self.chosen = str(wanted["tank"])
        self.refresh()

    def refresh(self) -> None:
        """Work out the days by the network as it is now; nothing is written."""
        title = self.windowTitle()

        def work(network: Network, progress: Progress) -> ListedTanks:
            from waternet_plugin.operations.compounds.schedule_tanks import (
                TankRequest,
                schedule_network_tanks,
            )

            return tank_rows.listed_tanks(schedule_network_tanks(network, TankRequest(title), progress))

        self.read_network(tr("Working out when tanks are due"), work, self.show_tanks)

    def show_tanks(self, tanks: ListedTanks) -> None:
        """Show tanks."""
        self.tanks = tanks
        if not tanks.rows:
            # What showed is of tanks that are gone.
            self.clear()
            self.tell(tr("The network has no tanks in use."))
            return
        self.list.set_rows(tanks.rows)
        self.headline.setText(tank_rows.headline(tanks))
        self.place_note.setText(joined(tanks.notes))
        self.show_answer()
        row = next((row for row in tanks.rows if row["node_id"] == self.chosen), tanks.rows[0])
        self.choose(row)

    def _choose_none(self) -> None:
        self.chosen = ""
        self.card.setHtml("")
        self.plot.hide()
        self.overlay.clear()

    def choose(self, row: dict[str, Any], *, zooms: bool = False) -> None:
        """Show one tank with its dates, its reasons and its depths."""
        self.chosen = str(row["node_id"])
        tank = self.tanks.plots.get(self.chosen)
        self.card.setHtml(tank_rows.card(row, tank))
        self.list.choose_where("node_id", self.chosen)
        self.plot.setVisible(tank is not None)
        if tank is not None:
            self.plot.set_plots([(tr("Depths"), depths_of_tank(tank, network=self.session.network_title))])
        self.overlay.show([], tank_rows.drawn(self.tanks, self.chosen), self.crs, [])
        if zooms and row["xy"] is not None:
            x_m, y_m = row["xy"]
            self.session.zoom_to((x_m, y_m, x_m, y_m))

    def picked(self, pick: Pick) -> None:
        """Choose the tank that was clicked."""
        reach = _REACH_PX * self.session.iface.mapCanvas().mapUnitsPerPixel()
        row = tank_rows.at(self.tanks, pick.x_m, pick.y_m, reach)
        self.choose_or_tell(row, tr("No tank in use lies there."))

    # What is done with them.

    def order(self) -> None:
        """Write a work order to clean each chosen tank, as one batch that can be undone."""
        tanks = [str(row["node_id"]) for row in self.list.chosen]
        text = tr("Work order {item} to clean {asset} is written.")
        if tanks:
            work_orders.order_assets(self.session, self, tanks, text, table="node", type="clean")

    def show_map(self) -> None:
        """Keep the days as one batch that can be undone, and show their layer."""

        def stored(results: dict[str, Any]) -> None:
            self.session.reload_layers(MAP)
            layer = self.session.layer(MAP)
            if layer is None:
                self.tell(tr("This project lacks the layer of the due map: restore it in the panel."))
                return
            node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
            if node is not None:
                node.setItemVisibilityCheckedParentRecursive(True)
            batch = str(results.get("BATCH_ID") or "")
            if batch:
                work_orders.say_written(self.session, self, tr("The due map is up to date."), batch)
            else:
                self.session.say(tr("The due map is up to date."), "success")

        wanted = {"NETWORK": self.session.network_path, "STORE": True}
        self.session.run_algorithm(SCHEDULE, wanted, stored, failed=self.refuse, section=self)

    def _save(self) -> None:
        wanted = (*tank_rows.columns()[1:], *tank_rows.further_columns())
        pane.save_shown(self, self.list, wanted, "tanks_due", pane.CSV)

    def forget(self) -> None:
        """Forget the tanks."""
        self.tanks = ListedTanks()
        self.list.set_rows([])
        self._choose_none()
