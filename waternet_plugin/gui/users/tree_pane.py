"""The pane of total meters: the trees with the loss of each level, drawn on the map, made by picking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.colours import ACCENT, FAULT, SEVERE
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.gui.network import overlay
from waternet_plugin.gui.network.overlay import OverlayLine, OverlayMark
from waternet_plugin.gui.network.picking import Pick, PickTool
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.users.tree_list import TreeList
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import divided, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.users.propose_meter_tree import MeterTreeResult
    from waternet_plugin.operations.users.read_meter_levels import LevelMonths, MeterLevels
    from waternet_plugin.operations.users.set_total_meter import TotalMeterResult
    from waternet_plugin.store import Network

# 0.3 mm on a screen of 96 dots an inch.
_LINE_PX = 1
_PLOT_HEIGHT = 180


def tree_lines(rows: Sequence[dict[str, Any]]) -> bytes:
    """Return the lines from sub-meters to their total meters as WKB, b'' for none."""
    import shapely

    place = {row["node_id"]: row["xy"] for row in rows}
    ends = [(place[row["node_id"]], place.get(row["meter_parent"])) for row in rows if row["meter_parent"]]
    pairs = [[one, other] for one, other in ends if one is not None and other is not None and one != other]
    return b"" if not pairs else bytes(shapely.multilinestrings(shapely.linestrings(pairs)).wkb)


class TreePane(SidePane):
    """Shows which meters are below which; a click on a total meter, then on its sub-meters, makes more."""

    NAME = "wn_meter_tree"
    TOPIC = "users"
    TABLES = ("node", "customer", "volume", "setting")
    ICON = "waternet"
    ALGORITHM = "metertree"

    def empty_text(self) -> tuple[str, str]:
        """Return what the pane would show, and the label of the button that leads there."""
        return (
            tr("Shows total meters above their sub-meters, with what is lost between them."),
            tr("Pick meters"),
        )

    def build(self) -> QWidget:
        """Return tool, trees and plot."""
        self.setWindowTitle(tr("Meter tree"))
        self.levels: MeterLevels | None = None
        # What was clicked so far: the total meter, then its sub-meters.
        self.clicked: list[str] = []
        self._places: dict[str, tuple[float, float]] = {}
        return super().build()

    def build_answer(self, parent: QWidget) -> QWidget:
        """Return the trees, the plot of the chosen total meter, and the buttons."""
        page = QWidget(parent)
        self.list = TreeList("wn_meter_tree_list", page)
        self.list.picked.connect(self.choose)
        self.plot = PlotView(
            self.session,
            "wn_meter_tree_plot",
            page,
            with_title=False,
            minimumHeight=_PLOT_HEIGHT,
            visible=False,
        )
        split = divided((self.list, 1), self.plot, parent=page)
        self.keep_button = pane.button(
            tr("Keep"),
            "wn_meter_tree_keep",
            self.keep,
            page,
            toolTip=tr("Write the total meter of the clicked sub-meters, as one batch"),
            enabled=False,
        )
        self.pipes_button = pane.button(
            tr("By the pipes"),
            "wn_meter_tree_pipes",
            self.propose,
            page,
            toolTip=tr("Find the total meter of each meter by what it feeds"),
        )
        self.keep_proposed_button = pane.button(
            tr("Keep what follows from the pipes"),
            "wn_meter_tree_keep_proposed",
            self.keep_proposed,
            page,
            visible=False,
        )
        buttons = QWidget(page)
        buttons.setLayout(WrappingRow(self.keep_button, self.pipes_button, self.keep_proposed_button))
        vertical((split, 1), buttons, parent=page, spacing=4, margins=0)
        return page

    def fill_menu(self, menu: QMenu) -> None:
        """Offer to take a meter away from its total meter."""
        menu_entry(menu, tr("Take the chosen meter away"), "wn_meter_tree_free", self.free_chosen)

    def make_tool(self) -> PickTool:
        """Return the tool that picks a node."""
        return PickTool(self.session, self.picked, takes_nodes=True, topic=self.TOPIC)

    # Reading and showing.

    def refresh(self) -> None:
        """Read the trees anew."""

        def work(network: Network, progress: Progress) -> MeterLevels:
            from waternet_plugin.operations.users.read_meter_levels import read_meter_levels

            return read_meter_levels(network, progress=progress)

        self.read(tr("Reading volumes"), work, self.show_levels)

    def show_levels(self, levels: MeterLevels) -> None:
        """Show trees."""
        self.levels = levels
        self.list.show_levels(levels.rows, levels.limit)
        tops = [row for row in levels.rows if not row["meter_parent"]]
        above = sum((row["loss_rate"] or 0.0) > levels.limit for row in tops)
        text = tr("%n total meter(s), {above} with a loss above {limit} %", "", len(tops))
        self.headline.setText(text.format(above=amounts.number(above), limit=f"{100 * levels.limit:g}"))
        period = "" if levels.period is None else tr("Volumes: {period}").format(period=levels.period.text)
        self.place_note.setText(joined(one for one in (period, *levels.notes) if one))
        self.keep_proposed_button.hide()
        self.show_answer()
        self._draw()

    def choose(self, row: dict[str, Any]) -> None:
        """Show a meter on the map, and the months of a total meter."""
        if row["xy"] is not None:
            x_m, y_m = row["xy"]
            self.session.zoom_to((x_m, y_m, x_m, y_m))
        self.plot.setVisible(bool(row["below"]))
        if not row["below"]:
            return
        name = str(row["node_id"])
        last = None if self.levels is None or self.levels.period is None else self.levels.period.last

        def work(network: Any, _progress: Progress) -> LevelMonths:
            from waternet_plugin.operations.users.read_meter_levels import level_months

            return level_months(network, name, last)

        def done(found: LevelMonths) -> None:
            from waternet_plugin.gui.plots.level_months import plot_of

            self.plot.set_plots([(tr("Twelve months"), plot_of(found, network=self.session.network_title))])

        self.session.run(
            tr("Reading volumes"), on_network(self.session.network_path, work), done, is_quiet=True
        )

    def _draw(self) -> None:
        """Draw a line from each sub-meter to its total meter, and what was clicked."""
        lines = tree_lines(() if self.levels is None else self.levels.rows)
        drawn = [OverlayLine(lines, ACCENT, _LINE_PX, is_dashed=True)] if lines else []
        marks = [
            OverlayMark(*at, SEVERE if one == 0 else FAULT, overlay.RING, tr("Σ") if one == 0 else "")
            for one, name in enumerate(self.clicked)
            if (at := self._places.get(name)) is not None
        ]
        self.overlay.show(drawn, marks, self.crs, [])

    # Picking.

    def picked(self, pick: Pick) -> None:
        """Take a meter: the first click is the total meter, the others its sub-meters; again undoes it."""
        if not pick.node_id:
            self.tell(tr("No node lies there. Click a meter."))
            return
        if pick.node_id in self.clicked:
            self.clicked.remove(pick.node_id)
        else:
            self.clicked.append(pick.node_id)
            self._places[pick.node_id] = (pick.x_m, pick.y_m)
        self._say_clicked()

    def _say_clicked(self) -> None:
        total, *below = self.clicked or [""]
        text = ""
        if below:
            text = tr("Total meter {name}, sub-meters: {below}.").format(name=total, below=listed(below))
        elif total:
            text = tr("Total meter {name}: now click its sub-meters.").format(name=total)
        self.tell(text)
        self.keep_button.setEnabled(len(self.clicked) > 1)
        self._draw()

    def keep(self) -> None:
        """Write what was clicked as one batch that can be undone."""
        total, *below = self.clicked or [""]
        self._write(total, tuple(below))

    def free_chosen(self) -> None:
        """Take the chosen sub-meter away from its total meter."""
        item = self.list.currentItem()
        if item is not None:
            self._write("", (item.text(0),))

    def _write(self, total: str, below: tuple[str, ...]) -> None:
        from waternet_plugin.core.errors import InputError
        from waternet_plugin.operations.users.set_total_meter import TotalMeterRequest, set_total_meter

        try:
            request = TotalMeterRequest(total, below)
        except InputError as error:
            self.refuse(error)
            return

        def work(network: Any, progress: Progress) -> TotalMeterResult:
            return set_total_meter(network, request, progress)

        def done(made: TotalMeterResult) -> None:
            self.clicked.clear()
            self._say_clicked()
            self._say_written(len(made.meters), made.batch_id)

        self.session.run(
            tr("Writing total meters"), on_network(self.session.network_path, work), done,
            failed=self.refuse, section=self,
        )  # fmt: skip

    def _say_written(self, count: int, batch_id: str) -> None:
        if not batch_id:
            self.session.say(tr("Nothing was changed."), "info")
            return
        self.session.written("node")
        text = tr("%n meter(s) have another total meter.", "", count)
        work_orders.say_written(self.session, self, text, batch_id)
        self.refresh()

    # By the pipes.

    def propose(self) -> None:
        """Find total meters by the pipes; nothing is written."""
        self._by_pipes(stores=False)

    def keep_proposed(self) -> None:
        """Write the total meters that the pipes tell, as one batch that can be undone."""
        self._by_pipes(stores=True)

    def _by_pipes(self, *, stores: bool) -> None:
        def work(network: Any, progress: Progress) -> MeterTreeResult:
            from waternet_plugin.operations.users.propose_meter_tree import (
                MeterTreeRequest,
                propose_meter_tree,
            )

            return propose_meter_tree(network, MeterTreeRequest(store=stores), progress)

        def done(found: MeterTreeResult) -> None:
            self.tell(joined((*found.summary, *found.notes)))
            if stores:
                self._say_written(found.written, found.batch_id)
            else:
                self.keep_proposed_button.setVisible(bool((found.links["state"] == "new").any()))

        self.session.run(
            tr("Looking for what each meter feeds"), on_network(self.session.network_path, work), done,
            failed=self.refuse, section=self,
        )  # fmt: skip

    def forget(self) -> None:
        """Forget what was clicked and shown."""
        self.levels = None
        self.clicked.clear()
        self.list.show_levels((), 0.0)
        self.plot.hide()
        self.keep_button.setEnabled(False)
