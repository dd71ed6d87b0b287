"""The pane of condition: drains in the colours of their grades, the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.drainage import condition_rows
from waternet_plugin.gui.drainage.condition_rows import ListedCondition
from waternet_plugin.gui.network.picking import Pick
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.widgets.layouts import divided, horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry

if TYPE_CHECKING:
    from waternet_plugin.store import Network

# A click may miss its drain by so many pixels.
_REACH_PX = 12


class ConditionPane(SidePane):
    """Shows what the newest inspections found, on the map and as a list."""

    NAME = "wn_condition"
    TOPIC = "inspections"
    TABLES = ("pipe", "inspection", "defect")
    ICON = "assesshealth"
    ALGORITHM = "gradeinspections"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Shows inspected drains by their grades, once there is a file of camera inspections."),
            tr("Which drain"),
        )

    def build(self) -> QWidget:
        """Return tool, list and card."""
        self.setWindowTitle(tr("Condition of drains"))
        self.found = ListedCondition()
        self.chosen = ""
        return super().build()

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the list, the card of the chosen drain, and what is ordered for it."""
        page = QWidget(parent)
        self.list = narrow_list(
            condition_rows.columns(), "wn_condition_list", page, lambda row: self.choose(row, zooms=True)
        )
        side = QWidget(page)
        self.card = pane.Prose("wn_condition_card", side)
        self.repair_button = pane.button(
            tr("Order repair"),
            "wn_condition_repair",
            self.order_repair,
            side,
            toolTip=tr("Write a work order that tells a crew what to repair, and where"),
        )
        self.clean_button = pane.button(
            tr("Order cleaning"),
            "wn_condition_clean",
            self.order_cleaning,
            side,
            toolTip=tr("Write a work order that tells a crew what to clean, and where"),
        )
        buttons = horizontal((self.repair_button, 1), (self.clean_button, 1))
        vertical((self.card, 1), buttons, parent=side, spacing=4, margins=0)
        split = divided((self.list, 1), (side, 1), parent=page)
        vertical((split, 1), parent=page, margins=0)
        return page

    def fill_menu(self, menu: QMenu) -> None:
        """Offer a table."""
        menu_entry(menu, tr("Save as CSV…"), "wn_condition_csv", self._save)

    def refresh(self) -> None:
        """Read the grades as they are now."""

        def work(network: Network, _progress: Progress) -> ListedCondition:
            from waternet_plugin.operations.drainage.drain_conditions import drain_conditions

            return condition_rows.listed_condition(drain_conditions(network))

        self.read_network(tr("Reading inspections"), work, self.show_found)

    def show_found(self, found: ListedCondition) -> None:
        """Show what was found."""
        self.found = found
        self.list.set_rows(found.rows)
        self._choose_none()
        if found.rows:
            self.headline.setText(condition_rows.headline(found))
            self.show_answer()
        else:
            self.tell(tr("No drain was inspected yet. Import a file of camera inspections."))
        self._draw()

    def _choose_none(self) -> None:
        self.chosen = ""
        self.card.setHtml("")
        self._enable()

    def _enable(self) -> None:
        for each in (self.repair_button, self.clean_button):
            each.setEnabled(bool(self.chosen))

    def choose(self, row: dict[str, Any], *, zooms: bool = False) -> None:
        """Show one drain above the others, with its figures."""
        self.chosen = str(row["pipe_id"])
        self.card.setHtml(condition_rows.card(row))
        self.list.choose_where("pipe_id", self.chosen)
        self._enable()
        self._draw()
        if zooms and self.chosen in self.found.shapes:
            self.session.zoom_to(self.found.shapes[self.chosen].bounds)

    def _draw(self) -> None:
        self.overlay.show(condition_rows.drawn(self.found, self.chosen), [], self.crs, [])

    def picked(self, pick: Pick) -> None:
        """Tell the condition of the drain that was clicked."""
        reach = _REACH_PX * self.session.iface.mapCanvas().mapUnitsPerPixel()
        row = condition_rows.at(self.found, pick.x_m, pick.y_m, reach)
        self.choose_or_tell(row, tr("No inspected drain lies there."))

    # What is done about one.

    def order_repair(self) -> None:
        """Write a work order to repair the chosen drain, as one batch that can be undone."""
        self._order("repair", tr("Work order {item} to repair {asset} is written."))

    def order_cleaning(self) -> None:
        """Write a work order to clean the chosen drain, as one batch that can be undone."""
        self._order("clean", tr("Work order {item} to clean {asset} is written."))

    def _order(self, type_: str, text: str) -> None:
        row = next((one for one in self.found.rows if one["pipe_id"] == self.chosen), None)
        if row is not None:
            note = condition_rows.order_note(row)
            work_orders.order_assets(
                self.session, self, [self.chosen], text, table="pipe", type=type_, note=note
            )

    def _save(self) -> None:
        wanted = (*condition_rows.columns()[1:], *condition_rows.further_columns())
        pane.save_shown(self, self.list, wanted, "condition", pane.CSV)

    def forget(self) -> None:
        """Forget the grades."""
        self.found = ListedCondition()
        self.list.set_rows([])
        self._choose_none()
