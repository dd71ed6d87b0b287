"""The pane that compares two scenarios of metered areas, or one with the network as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsPointXY
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QTabWidget, QWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dma.comparison import comparison_marks, comparison_rows
from waternet_plugin.gui.network import shared_network
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, sized
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label, tip_text
from waternet_plugin.gui.widgets.row_table import RowsView

if TYPE_CHECKING:
    from waternet_plugin.gui.network.overlay import OverlayLine, OverlayMark
    from waternet_plugin.operations.dma.compare_scenarios import CompareScenariosResult
    from waternet_plugin.operations.dma.zone_scenarios import ScenarioHead

    # Lines and marks for the map, None to take them off.
    Show = Callable[["tuple[list[OverlayLine], list[OverlayMark]] | None"], Any]

_BOX_PX, _LEAST_PX = 150, 18


class ComparisonPane(pane.Pane):
    """Asks which two are compared, and shows in what they differ."""

    NAME = "wn_comparison"
    TOPIC = "dma"
    TABLES = ("pipe", "node", "customer", "zone", "zone_scenario", "setting")

    def build(self) -> QWidget:
        """Return the question, the differences in one line, and the lists."""
        self.setWindowTitle(tr("Compare scenarios"))
        self.result: CompareScenariosResult | None = None
        self._show: Show = lambda _found: None
        inside = QWidget(self, objectName="wn_comparison_inside")
        self.before_box, self.after_box = (self._choice(name, inside) for name in ("before", "after"))
        self.swap_button = pane.tool(
            "⇄", "wn_comparison_swap", self.swap, inside, toolTip=literal(tr("Swap before and after"))
        )
        self.headline = plain_label(
            "",
            inside,
            objectName="wn_comparison_headline",
            font=sized(self.font(), FIGURE_PT - 1, semibold=True),
        )
        self.note = plain_label(
            "",
            inside,
            objectName="wn_comparison_note",
            wordWrap=True,
            font=sized(self.font(), NOTE_PT),
            visible=False,
        )
        self._working = Working(self.NAME, inside)
        legend = tr("On the map: the colour of the new zone, that of the old one dashed.")
        self.headline.setToolTip(literal(legend))
        vertical(
            *(self._question(inside), self.headline),
            *(self.note, self._working, (self._lists(inside), 1)),
            parent=inside,
            spacing=4,
            margins=(12, 4, 12, 4),
        )
        return inside

    def _choice(self, name: str, parent: QWidget) -> QComboBox:
        box = QComboBox(
            parent,
            objectName=f"wn_comparison_{name}",
            minimumWidth=_BOX_PX,
            activated=lambda _index: self.start(),
        )
        box.setFixedHeight(24)
        tip_text(box)
        return box

    def _question(self, parent: QWidget) -> QHBoxLayout:
        return horizontal(
            plain_label(tr("Before", "of a comparison"), parent),
            (self.before_box, 1),
            self.swap_button,
            plain_label(tr("After", "of a comparison"), parent),
            (self.after_box, 1),
            spacing=8,
        )

    def _lists(self, parent: QWidget) -> QTabWidget:
        self.tabs = QTabWidget(parent, objectName="wn_comparison_tabs", documentMode=True)
        self.zones = self._list(comparison_rows.zone_columns(), "zones")
        self.moves = self._list(comparison_rows.move_columns(), "moves")
        self.devices = self._list(comparison_rows.device_columns(), "devices")
        self.changed = self._list(comparison_rows.changed_columns(), "changed")
        return self.tabs

    def _list(self, columns: Any, name: str) -> RowsView:
        view = RowsView(columns, f"wn_comparison_{name}", self.tabs)
        # The marks are narrower than the style's headings.
        view.horizontalHeader().setMinimumSectionSize(_LEAST_PX)
        view.picked.connect(self._zoom)
        self.tabs.addTab(view, "")
        return view

    # Asking.

    def ask(self, **wanted: Any) -> None:
        """Compare ``before`` and ``after``, ids of ``heads`` or ''; ``show`` shows the answer on the map."""
        if "heads" in wanted:
            self._show = wanted["show"]
            self._show_heads(wanted["heads"], wanted["before"], wanted["after"])
            self.start()

    def refresh(self) -> None:
        """Compare with what is there now."""
        self.start()

    def _show_heads(self, heads: tuple[ScenarioHead, ...], before: str, after: str) -> None:
        """List the scenarios, two of them chosen."""
        for box, chosen in ((self.before_box, before), (self.after_box, after)):
            box.clear()
            box.addItem(tr("Live"), "")
            for head in heads:
                box.addItem(head.name, head.scenario_id)
            box.setCurrentIndex(max(0, box.findData(chosen)))

    @property
    def chosen(self) -> tuple[str, str]:
        """Ids of the two that are compared."""
        return str(self.before_box.currentData()), str(self.after_box.currentData())

    def swap(self) -> None:
        """Compare the other way round."""
        before, after = self.before_box.currentIndex(), self.after_box.currentIndex()
        self.before_box.setCurrentIndex(after)
        self.after_box.setCurrentIndex(before)
        self.start()

    def start(self) -> None:
        """Compare the two that are chosen."""
        from waternet_plugin.operations.dma.compare_scenarios import (
            CompareScenariosRequest,
            compare_scenarios,
        )
        from waternet_plugin.operations.dma.zone_scenarios import list_scenarios

        self._latest.drop()
        kept = shared_network.live_network(self.session)
        try:
            request = CompareScenariosRequest(*self.chosen)
        except WaterNetError as error:
            self._failed(error)
            return

        def work(network: Any, progress: Any) -> tuple[CompareScenariosResult, Any]:
            return compare_scenarios(network, request, progress, live=kept), list_scenarios(network)

        def done(found: tuple[CompareScenariosResult, Any]) -> None:
            self._show_heads(found[1], *self.chosen)
            self._show_result(found[0])

        wanted = on_network(self.session.network_path, work)
        self._latest.begin(self.windowTitle(), wanted, done, self._failed, section=self._working)

    def _failed(self, error: WaterNetError) -> None:
        self.result = None
        for view in (self.zones, self.moves, self.devices, self.changed):
            view.set_rows([])
        self._name_tabs()
        self.headline.setText("")
        self.note.setText(error.message)
        self.note.show()
        self._show(None)

    def _show_result(self, result: CompareScenariosResult) -> None:
        self.result = result
        self.headline.setText(comparison_rows.headline(result))
        self.note.setText("\n".join(result.messages))
        self.note.setVisible(bool(result.messages))
        self.zones.set_rows(comparison_rows.zone_rows(result))
        self.moves.set_rows(comparison_rows.move_rows(result))
        self.devices.set_rows(comparison_rows.device_rows(result))
        self.changed.set_rows(comparison_rows.changed_rows(result))
        self._name_tabs()
        self._show(comparison_marks.compared(result))

    def _name_tabs(self) -> None:
        words = (
            tr("Zones ({n})"),
            tr("Pipes that change zone ({n})"),
            tr("Devices ({n})"),
            tr("Changed in the network since ({n})"),
        )
        counts = (
            sum(row["state"] != "same" for row in self.zones.rows),
            0 if self.result is None else self.result.drawings.pipes,
            len(self.devices.rows),
            len(self.changed.rows),
        )
        for place, (word, count) in enumerate(zip(words, counts)):
            self.tabs.setTabText(place, word.format(n=count))
        self.tabs.setTabVisible(3, counts[3] > 0)

    def _zoom(self, row: dict[str, Any]) -> None:
        """Show where a row is."""
        box = row["box"]
        if box is None:
            self.session.say(tr("This one has no location on the map."), "warning")
            return
        if self.result is not None:
            # Something else may have been shown meanwhile.
            self._show(comparison_marks.compared(self.result))
        is_point = box[0] == box[2] and box[1] == box[3]
        self.session.zoom_to(QgsGeometry.fromPointXY(QgsPointXY(box[0], box[1])) if is_point else box)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Cancel what runs, and take the comparison off the map."""
        self._latest.drop()
        self._show(None)
        super().closeEvent(event)
