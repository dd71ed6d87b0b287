"""The tab of loggers: how many of which kind, what they hear or see, each moved on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QPushButton

from waternet_plugin.core.colours import ACCENT, DIM
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.network.overlay import BADGE, SQUARE, OverlayLine, OverlayMark
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.pressure.loggers.logger_tool import LoggerTool
from waternet_plugin.gui.pressure.pressure_tab import PressureTab
from waternet_plugin.gui.users.question_line import QuestionLine, number_box
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.pressure.movable_loggers import MovableLoggers, PlacedLoggers

NOISE, PRESSURE, FLOW = "noise", "pressure", "flow"
_COUNT, _MOST = 8, 10_000
# 1.6 mm on a screen of 96 dots an inch.
_COVER_PX, _COVER_OPACITY = 6, 0.4
_MARGIN_M = 150.0
# Wide enough for what is chosen.
_BOX_PX = 168


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a logger."""
    return (
        TableColumn("order", tr("No.", "rank"), decimals=0, width=36),
        TableColumn("node_id", tr("At"), width=90, fills=True),
        TableColumn(
            "covers_m", tr("New m"), decimals=0, width=60, title=tr("Metres that no logger before covers")
        ),
        TableColumn("share", tr("All %"), decimals=0, width=52, title=tr("Covered with all before it (%)")),
    )


class LoggersTab(PressureTab):
    """Places loggers where they cover most; dragged on the map, the cover follows."""

    KEY = "loggers"
    ALGORITHM = "siteloggers"
    TABLES = ("pipe", "node", "setting")

    def __init__(self, session: Session, owner: pane.Pane) -> None:
        self.model: MovableLoggers | None = None
        self.placed: PlacedLoggers | None = None
        self.places: list[int] = []
        self._kind_placed = NOISE
        self.tool: LoggerTool | None = None
        name = f"{owner.NAME}_{self.KEY}"
        self.count = number_box(f"{name}_count", tr("How many"), _COUNT, _MOST)
        self.count.setMinimum(1)
        self.kind = ChoiceBox(
            f"{name}_kind",
            [(NOISE, tr("noise loggers")), (PRESSURE, tr("pressure loggers")), (FLOW, tr("flow loggers"))],
            NOISE,
            accessibleName=tr("Kind"),
            minimumWidth=_BOX_PX,
        )
        self.existing = ChoiceBox(
            f"{name}_existing",
            [(True, tr("beside those on the map")), (False, tr("as if none were there"))],
            True,
            accessibleName=tr("Loggers on the map"),
            minimumWidth=_BOX_PX,
        )
        self.place_button = QPushButton(
            tr("Place", "loggers"),
            objectName=f"{name}_place",
            autoDefault=False,
            clicked=lambda _checked=False: self.place(),
        )
        asks = QuestionLine(
            tr("{count} {kind} {existing} {place}"),
            {"count": self.count, "kind": self.kind, "existing": self.existing, "place": self.place_button},
        )
        super().__init__(session, owner, columns(), asks=asks)
        self.list.picked.connect(self.show_logger)
        self.move_button = self.add_button(
            tr("Move"), "move", self.start_moving, tr("Drag loggers on the map: what they cover follows")
        )
        self.move_button.setCheckable(True)
        self.best_button = self.add_button(
            tr("Best places"), "best", self.show_best, tr("Put all loggers back to where they cover most")
        )
        menu_entry(self.menu, tr("Save the list…"), f"{name}_save", self._save)
        self._show_none()

    def algorithm_parameters(self) -> dict[str, Any]:
        """Return with what the algorithm opens."""
        return {"KIND": self.kind.key(), "COUNT": self.count.value(), "EXISTING": bool(self.existing.key())}

    # Placing.

    def refresh(self) -> None:
        """Say that the network has changed since; what is placed stays until it is placed anew."""
        if self.model is not None:
            self.note.setText(tr("The network has changed since: press “Place” to place them anew."))
            self.note.show()

    def place(self) -> None:
        """Place the loggers where they cover most; nothing is written."""
        count, kind, existing = self.count.value(), str(self.kind.key()), bool(self.existing.key())

        def work(network: Any, progress: Progress) -> MovableLoggers:
            from waternet_plugin.operations.pressure.movable_loggers import movable_loggers
            from waternet_plugin.operations.pressure.site_loggers import SitingRequest

            return movable_loggers(network, SitingRequest(kind, count, existing=existing), progress)

        def done(found: MovableLoggers) -> None:
            self._kind_placed = kind
            self.model, self.is_stale = found, False
            self.show_best()
            if self.placed is not None and self.placed.rows:
                self.start_moving()

        self.read(tr("Placing loggers"), work, done)

    def refuse(self, error: Any) -> None:
        """Say why none is placed."""
        super().refuse(error)
        self._show_none()

    def _show_none(self) -> None:
        self.model = self.placed = None
        self.places = []
        self.stop_moving()
        self.overlay.clear()
        self.move_button.setEnabled(False)
        self.best_button.setEnabled(False)
        if not self.message.text():
            self.headline.setText("")
            self.note.setText(tr("Says where loggers belong, and what they hear or see."))
            self.note.show()

    def show_best(self) -> None:
        """Show the loggers at their best places."""
        if self.model is not None:
            self.places = list(self.model.places)
            self._show_cover(joined(self.model.notes))

    def _show_cover(self, note: str) -> None:
        """Reckon what the loggers cover where they are, and show it."""
        if self.model is None:
            return
        found = self.placed = self.model.placed(self.places)
        rows = [
            {
                "order": number, "node_id": row.node_id, "covers_m": row.covers_m,
                "share": 100 * row.share, "xy": row.xy,
            }
            for number, row in enumerate(found.rows, 1)
        ]  # fmt: skip
        self.show_rows(self._sentence(found), rows, note)
        self.move_button.setEnabled(bool(rows))
        self.best_button.setEnabled(self.places != list(self.model.places))
        lines = [OverlayLine(found.wkb, ACCENT, _COVER_PX, opacity=_COVER_OPACITY)] if found.wkb else []
        marks = [OverlayMark(x, y, DIM, SQUARE, scale=0.7) for x, y in self.model.existing]
        marks += [
            OverlayMark(*row.xy, ACCENT, BADGE, str(number), scale=0.9)
            for number, row in enumerate(found.rows, 1)
        ]
        self.overlay.show(lines, marks, self.crs)

    def _sentence(self, found: PlacedLoggers) -> str:
        if self.model is None or not self.model.total_m:
            return tr("No potable pipe in use is there.")
        count = len(found.rows)
        return {
            NOISE: tr("%n noise logger(s): {share} of {km} heard", "", count),
            PRESSURE: tr("%n pressure logger(s): {share} of {km} seen", "", count),
            FLOW: tr("%n flow logger(s): {share} of {km} seen", "", count),
        }[self._kind_placed].format(share=amounts.share(found.share, 0), km=amounts.km(self.model.total_m))

    def show_logger(self, row: dict[str, Any]) -> None:
        """Zoom to a logger."""
        x_m, y_m = row["xy"]
        self.session.zoom_to((x_m - _MARGIN_M, y_m - _MARGIN_M, x_m + _MARGIN_M, y_m + _MARGIN_M))

    # Moving.

    def start_moving(self) -> None:
        """Let loggers be dragged on the map, or stop that."""
        if self.tool is not None and self.session.iface.mapCanvas().mapTool() is self.tool:
            self.stop_moving()
            return
        if self.tool is None or sip.isdeleted(self.tool):
            self.tool = LoggerTool(self.session, self._where, self.move, self.owner.TOPIC)
            self.tool.activated.connect(self._tool_changed)
            self.tool.deactivated.connect(self._tool_changed)
        self.tool.take()
        self._tool_changed()

    def stop_moving(self) -> None:
        """Give the map back."""
        if self.tool is not None and not sip.isdeleted(self.tool):
            self.tool.leave()

    def _tool_changed(self) -> None:
        if not sip.isdeleted(self):
            tool = self.session.iface.mapCanvas().mapTool()
            self.move_button.setChecked(self.tool is not None and tool is self.tool)

    def _where(self) -> list[tuple[float, float]]:
        return [] if self.placed is None else [row.xy for row in self.placed.rows]

    def move(self, number: int, x_m: float, y_m: float) -> None:
        """Move a logger, counted from 0, to the nearest place where one may be and none is."""
        if self.model is None or number >= len(self.places):
            return
        vertex = self.model.nearest(x_m, y_m, [*self.places[:number], *self.places[number + 1 :]])
        if vertex in (-1, self.places[number]):
            return
        self.places[number] = vertex
        self._show_cover(joined(self.model.notes))
        self.list.selectRow(number)

    def go(self) -> None:
        """Leave the map."""
        self.stop_moving()
        super().go()

    def end(self) -> None:
        """Forget the loggers and put the tool away."""
        self._show_none()
        self.list.set_rows([])
        if self.tool is not None and not sip.isdeleted(self.tool):
            self.tool.close()
            self.tool.deleteLater()
        self.tool = None

    def _save(self) -> None:
        pane.save_shown(self, self.list, columns(), tr("Loggers"))
