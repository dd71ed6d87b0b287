"""The window that compares two scenarios of metered areas, or one with the network as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsPointXY
from qgis.PyQt.QtCore import QEvent, Qt, QTimer
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QHBoxLayout, QProgressBar, QSplitter, QTabWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dma.comparison import comparison_marks, comparison_rows
from waternet_plugin.gui.guide import help_key
from waternet_plugin.gui.network import shared_network
from waternet_plugin.gui.panel import pane
from waternet_plugin.gui.panel.section import FIGURE_PT, NOTE_PT, sized
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.hint import Hint
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.row_table import RowsView

if TYPE_CHECKING:
    from waternet_plugin.gui.network.overlay import OverlayLine, OverlayMark
    from waternet_plugin.gui.session import Session
    from waternet_plugin.operations.compare_scenarios import CompareScenariosResult
    from waternet_plugin.operations.zone_scenarios import ScenarioHead

    # Lines and marks for the map, None to take them off.
    Show = Callable[["tuple[list[OverlayLine], list[OverlayMark]] | None"], Any]

_WIDTH, _HEIGHT = 760, 430
_EDGE = 16
_SETTLE_MS = 400
_TABLES = ("", "pipe", "node", "customer", "zone", "zone_scenario", "setting")


class ComparisonWindow(QDialog):
    """Asks which two are compared, and shows in what they differ.

    Parameters
    ----------
    session
        Runs the work.
    heads
        The scenarios that are stored.
    before, after
        Ids of the two compared first; '' for the network as it is.
    show
        Shows lines and marks on the map, None for what was there before.
    """

    def __init__(
        self, session: Session, heads: tuple[ScenarioHead, ...], before: str, after: str, show: Show
    ) -> None:
        super().__init__(
            session.iface.mainWindow(), objectName="wn_comparison", windowTitle=tr("Compare scenarios")
        )
        self.session, self._show = session, show
        self.result: CompareScenariosResult | None = None
        self._on_cancel: Callable[[], Any] | None = None
        self._turn = 0
        self.before_box, self.after_box = (self._choice(name) for name in ("before", "after"))
        self.swap_button = pane.tool("⇄", "wn_comparison_swap", self.swap, self)
        self.swap_button.setToolTip(literal(tr("Swap before and after")))
        self.headline = plain_label("", self, objectName="wn_comparison_headline", wordWrap=True)
        self.headline.setFont(sized(self.font(), FIGURE_PT - 1, semibold=True))
        self.note = plain_label("", self, objectName="wn_comparison_note", wordWrap=True)
        self.note.setFont(sized(self.font(), NOTE_PT))
        self._bar = QProgressBar(self, objectName="wn_comparison_bar", textVisible=False)
        self._bar.setRange(0, 1000)
        self._bar.setFixedHeight(6)
        self._bar.hide()
        hint = Hint("wn_comparison_hint", self)
        hint.say(
            tr("On the map: the colour of the new zone, that of the old one dashed. Click a row to zoom in.")
        )
        vertical(
            *(self._question(), self.headline, self.note, self._bar, (self._lists(), 1), hint),
            parent=self,
            spacing=8,
            margins=12,
        )
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS, timeout=self.start)
        session.data_changed.connect(self._data_changed)
        session.network_changed.connect(self.close)
        self._show_heads(heads, before, after)
        self.resize(_WIDTH, _HEIGHT)
        self._stand_below()
        self.start()

    def _choice(self, name: str) -> QComboBox:
        box = QComboBox(self, objectName=f"wn_comparison_{name}")
        box.setFixedHeight(28)
        box.activated.connect(lambda _index: self.start())
        return box

    def _question(self) -> QHBoxLayout:
        return horizontal(
            plain_label(tr("Before", "of a comparison"), self),
            (self.before_box, 1),
            self.swap_button,
            plain_label(tr("After", "of a comparison"), self),
            (self.after_box, 1),
            spacing=8,
        )

    def _lists(self) -> QSplitter:
        split = QSplitter(Qt.Orientation.Vertical, self, childrenCollapsible=False)
        self.zones = self._list(comparison_rows.zone_columns(), "zones", split)
        self.tabs = QTabWidget(split, objectName="wn_comparison_tabs", documentMode=True)
        self.moves = self._list(comparison_rows.move_columns(), "moves", self.tabs)
        self.devices = self._list(comparison_rows.device_columns(), "devices", self.tabs)
        self.changed = self._list(comparison_rows.changed_columns(), "changed", self.tabs)
        for view in (self.moves, self.devices, self.changed):
            self.tabs.addTab(view, "")
        split.addWidget(self.zones)
        split.addWidget(self.tabs)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        return split

    def _list(self, columns: Any, name: str, parent: Any) -> RowsView:
        view = RowsView(columns, f"wn_comparison_{name}", parent)
        view.picked.connect(self._zoom)
        return view

    def _stand_below(self) -> None:
        """Stand in a corner of the map, which is what one looks at."""
        canvas = self.session.iface.mapCanvas()
        corner = canvas.mapToGlobal(canvas.rect().bottomLeft())
        self.move(corner.x() + _EDGE, max(0, corner.y() - self.height() - 3 * _EDGE))

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
        from waternet_plugin.operations.compare_scenarios import CompareScenariosRequest, compare_in_figures
        from waternet_plugin.operations.zone_scenarios import list_scenarios

        self._turn += 1
        turn, kept = self._turn, shared_network.live_network(self.session)
        try:
            request = CompareScenariosRequest(*self.chosen)
        except WaterNetError as error:
            self._failed(error)
            return

        def work(network: Any, progress: Any) -> tuple[CompareScenariosResult, Any, str]:
            found = compare_in_figures(kept, network, request, progress)
            return found, list_scenarios(network), network.settings().text("general.currency")

        def done(found: tuple[CompareScenariosResult, Any, str]) -> None:
            if turn == self._turn:
                self._show_heads(found[1], *self.chosen)
                self._show_result(found[0], found[2])

        self.session.run(
            self.windowTitle(),
            on_network(self.session.network_path, work),
            done,
            failed=self._failed,
            section=self,
        )

    def _failed(self, error: WaterNetError) -> None:
        self.result = None
        for view in (self.zones, self.moves, self.devices, self.changed):
            view.set_rows([])
        self._name_tabs()
        self.headline.setText("")
        self.note.setText(error.message)
        self._show(None)

    def _show_result(self, result: CompareScenariosResult, currency: str) -> None:
        self.result = result
        self.headline.setText(comparison_rows.headline(result, currency))
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
            tr("Pipes that change zone ({n})"),
            tr("Devices ({n})"),
            tr("Changed in the network since ({n})"),
        )
        counts = (
            0 if self.result is None else self.result.drawings.pipes,
            len(self.devices.rows),
            len(self.changed.rows),
        )
        for place, (word, count) in enumerate(zip(words, counts)):
            self.tabs.setTabText(place, word.format(n=count))
        self.tabs.setTabVisible(2, counts[2] > 0)

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

    def _data_changed(self, table: str) -> None:
        if table in _TABLES and self.isVisible():
            self._settle.start()

    # Long work.

    def show_progress(self, fraction: float, on_cancel: Callable[[], Any] | None = None) -> None:
        """Show how far the work is."""
        self._on_cancel = on_cancel or self._on_cancel
        self._bar.setValue(round(1000 * fraction))
        self._bar.show()

    def hide_progress(self) -> None:
        """Long work ended."""
        self._on_cancel = None
        self._bar.hide()

    def event(self, event: QEvent) -> bool:
        """Answer F1."""
        session = getattr(self, "session", None)
        if session is not None and help_key.answers(event, lambda: session, "dma"):
            return True
        return bool(super().event(event))

    def reject(self) -> None:
        """Cancel what runs; else close."""
        if self._on_cancel is not None:
            self._on_cancel()
        else:
            super().reject()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Cancel what runs."""
        if self._on_cancel is not None:
            self._on_cancel()
            self._on_cancel = None
        super().closeEvent(event)

    def hideEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Take the comparison off the map; one that is minimised keeps it."""
        if not event.spontaneous():
            self._turn += 1
            self._settle.stop()
            self._show(None)
        super().hideEvent(event)
