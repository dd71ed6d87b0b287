"""The pane of catchments: what drains to each outfall, in dry and in wet weather."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QToolButton, QWidget

from waternet_plugin.core.drainage.catchments import DRY, WET
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.drainage import catchment_rows
from waternet_plugin.gui.drainage.catchment_rows import ListedCatchments
from waternet_plugin.gui.network import keep
from waternet_plugin.gui.network.picking import Pick
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.widgets.layouts import divided, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.store import Network

_WEATHER = "drainage/weather"


class CatchmentPane(SidePane):
    """Divides the ground among the outfalls; a toggle tells dry from wet weather."""

    NAME = "wn_catchments"
    TOPIC = "drainage"
    TABLES = ("pipe", "node", "compound", "customer", "setting")
    ICON = "outfallcatchments"
    ALGORITHM = "outfallcatchments"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Shows the ground that drains to each outfall, in dry and in wet weather."),
            tr("Which outfall"),
        )

    def build(self) -> QWidget:
        """Return tool, weather, list and card."""
        self.setWindowTitle(tr("Catchments"))
        self.found = ListedCatchments()
        self.weather = str(self.session.remembered(_WEATHER, DRY))
        self.chosen = ""
        return super().build()

    def _tool_line(self, parent: QWidget) -> QHBoxLayout:
        line = super()._tool_line(parent)
        self.clear_button.hide()
        self._weathers = QButtonGroup(parent)
        self._buttons: dict[str, QToolButton] = {}
        for place, (code, word, tip) in enumerate(
            (
                (DRY, tr("Dry"), tr("Dry weather: overflows take nothing")),
                (WET, tr("Wet"), tr("Wet weather: hatched ground drains by overflows, too")),
            ),
            start=1,
        ):
            button = pane.tool(
                word,
                f"wn_catchments_{code}",
                lambda: None,
                parent,
                toolTip=literal(tip),
                checkable=True,
                checked=code == self.weather,
            )
            button.clicked.connect(lambda _checked=False, code=code: self.show_weather(code))
            self._weathers.addButton(button)
            self._buttons[code] = button
            line.insertWidget(place, button)
        return line

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the list and the card of the chosen catchment."""
        page = QWidget(parent)
        self.list = narrow_list(
            catchment_rows.columns(), "wn_catchments_list", page, lambda row: self.choose(row, zooms=True)
        )
        self.card = pane.Prose("wn_catchments_card", page)
        split = divided((self.list, 3), (self.card, 2), parent=page)
        self.order_button = pane.button(
            tr("Work item"),
            "wn_catchments_order",
            self.order,
            page,
            toolTip=tr("Write a work order to trace what reaches the chosen outfall"),
            enabled=False,
        )
        vertical((split, 1), self.order_button, parent=page, spacing=4, margins=0)
        return page

    def fill_menu(self, menu: QMenu) -> None:
        """Offer layers of their own."""
        menu_entry(menu, tr("Keep as layers"), "wn_catchments_keep", self._keep)

    # Reading and showing.

    def refresh(self) -> None:
        """Divide the ground by the network as it is now."""

        def work(network: Network, progress: Progress) -> ListedCatchments:
            from waternet_plugin.operations.drainage.outfall_catchments import outfall_catchments

            return catchment_rows.listed_catchments(outfall_catchments(network, progress=progress))

        self.read_network(tr("Following the drains"), work, self.show_found)

    def show_found(self, found: ListedCatchments) -> None:
        """Show what was found."""
        self.found = found
        self.headline.setText(found.lines[0] if found.lines else "")
        self.place_note.setText(joined(found.lines[1:]))
        self.show_answer()
        self.show_weather(self.weather)

    def show_weather(self, weather: str) -> None:
        """Show dry or wet weather."""
        self.weather = weather
        self._buttons[weather].setChecked(True)
        self.session.remember(_WEATHER, weather)
        rows = self.found.rows.get(weather, [])
        self.list.set_rows(rows)
        kept = next((row for row in rows if row["outfall_id"] == self.chosen), None)
        if kept is None:
            self.chosen = ""
            self.card.setHtml("")
            self.order_button.setEnabled(False)
            self._draw()
        else:
            self.choose(kept)

    def choose(self, row: dict[str, Any], *, zooms: bool = False) -> None:
        """Show one catchment above the others, with its figures."""
        self.chosen = str(row["outfall_id"])
        self.card.setHtml(catchment_rows.card(row))
        self.order_button.setEnabled(True)
        self.list.choose_where("outfall_id", self.chosen)
        self._draw()
        if zooms:
            self.session.zoom_to(self.found.shapes[self.chosen, self.weather].bounds)

    def _draw(self) -> None:
        lines, marks, areas = catchment_rows.drawn(self.found, self.weather, self.chosen)
        self.overlay.show(lines, marks, self.crs, areas)

    def picked(self, pick: Pick) -> None:
        """Tell to which outfall the clicked place drains."""
        row = catchment_rows.at(self.found, self.weather, pick.x_m, pick.y_m)
        self.choose_or_tell(row, tr("No outfall is reached from there."))

    def order(self) -> None:
        """Write a work order to trace the chosen outfall, as one batch that can be undone."""
        work_orders.order_trace(self.session, self, self.chosen)

    def _keep(self) -> None:
        parameters = {"NETWORK": self.session.network_path}
        keep.keep(self.session, "outfallcatchments", parameters, tr("catchments", "name of a file"), self)

    def forget(self) -> None:
        """Forget the catchments."""
        self.found, self.chosen = ListedCatchments(), ""
        self.list.set_rows([])
