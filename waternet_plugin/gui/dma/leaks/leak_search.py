"""The pipes of an alarm by the chance that they leak: a list, the map, and work orders to locate the leak."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.colours import ACCENT, GREY, SEVERE, WARNING
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.network.overlay import OverlayLine
from waternet_plugin.gui.panes import pane, work_orders
from waternet_plugin.gui.panes.narrow_lists import narrow_list
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.row_table import TableColumn

# Shares of the chance that pipes above them hold together, with their colour and width.
_CLASSES = ((0.5, SEVERE, 6), (0.9, WARNING, 4), (1.0, GREY, 2))
_CHOSEN, _CHOSEN_PX = ACCENT, 8


def pipe_columns() -> tuple[TableColumn, ...]:
    """Return what the list of suspected pipes shows."""
    return (
        TableColumn("order", tr("No."), decimals=0, width=32),
        TableColumn("pipe_id", tr("Pipe"), width=66),
        TableColumn("percent", tr("Chance, %"), decimals=1, width=52),
        TableColumn("length_m", tr("Length, m"), decimals=0, width=52),
        # All of them are read below the buttons once a row is chosen.
        TableColumn("reason", tr("Reasons"), width=90, fills=True, tip=lambda row: str(row["reasons"])),
    )


def chance_lines(rows: list[dict[str, Any]], chosen: str = "") -> list[OverlayLine]:
    """Return the pipes as lines of the map, the likely ones above, the chosen one on top.

    Parameters
    ----------
    rows
        Pipes with ``chance`` and ``shape``, most likely first.
    chosen
        Id of the pipe that is looked at; '' for none.
    """
    import numpy as np

    from waternet_plugin.core.shapes.wkb import lines_wkb

    shapes = np.array([row["shape"] for row in rows], dtype=object)
    before = np.concatenate([[0.0], np.cumsum([row["chance"] for row in rows])[:-1]])
    found = []
    low = 0.0
    for high, colour, width in _CLASSES:
        wkb = lines_wkb(shapes[(before >= low) & (before < high)])
        low = high
        if wkb is not None:
            found.append(OverlayLine(wkb, colour, width))
    found.reverse()
    mine = lines_wkb(shapes[np.array([row["pipe_id"] == chosen for row in rows], dtype=bool)])
    return [*found, OverlayLine(mine, _CHOSEN, _CHOSEN_PX)] if mine is not None else found


class LeakSearch(QWidget):
    """Suspected pipes of one alarm.

    Parameters
    ----------
    session
        Reads and writes.
    show
        Shows lines on the map.
    back
        Leads back to the flow.
    section
        Shows how far the work is.
    parent
        Owner.
    """

    def __init__(
        self,
        session: Session,
        show: Callable[[list[OverlayLine]], Any],
        back: Callable[[], Any],
        section: Any,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, objectName="wn_dma_leak")
        self.session, self._show, self._section = session, show, section
        self.alarm_id = self.zone_id = ""
        self.note = plain_label(
            "", self, objectName="wn_dma_leak_note", wordWrap=True, font=sized(self.font(), NOTE_PT + 0.5)
        )
        self.list = narrow_list(pipe_columns(), "wn_dma_leak_pipes", self, self._picked)
        self.back_button = pane.tool(tr("Back"), "wn_dma_leak_back", back, self)
        self.order_button = pane.tool(
            tr("Work order"),
            "wn_dma_leak_order",
            self.order,
            self,
            toolTip=literal(tr("Order that the leak is located on the chosen pipes")),
            enabled=False,
        )
        menu = QMenu(self)
        menu_entry(menu, tr("Plan a step test…"), "wn_dma_leak_steps_plan", self.plan_steps)
        menu_entry(menu, tr("Record a step test…"), "wn_dma_leak_steps_record", self.record_steps)
        self.steps_button = menu_button(
            "wn_dma_leak_steps",
            menu,
            self,
            tr("Step test"),
            toolTip=literal(
                tr("Valves that are shut one after the other at night: which ones, and what was shut when")
            ),
        )
        line = horizontal(self.back_button, self.order_button, self.steps_button, 1)
        vertical(line, self.note, (self.list, 1), parent=self, spacing=4, margins=0)

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return a size that leaves room for the list of zones."""
        return QSize(300, 220)

    def rank(self, alarm_id: str, then: Callable[[], Any]) -> None:
        """Rank the pipes of an alarm's area in a task; ``then`` is called once they are listed."""
        from waternet_plugin.operations.leakage.narrow_leak import NarrowRequest, narrow_leak

        def work(network: Any, progress: Any) -> Any:
            return narrow_leak(network, NarrowRequest(alarm_id=alarm_id), progress)

        def done(found: Any) -> None:
            if not sip.isdeleted(self):
                self.alarm_id, self.zone_id = alarm_id, found.zone_id
                self.show_pipes(found)
                then()

        self.session.run(
            tr("Ranking the pipes"), on_network(self.session.network_path, work), done, section=self._section
        )

    def show_pipes(self, found: Any) -> None:
        """Show ranked pipes in the list and on the map."""
        from waternet_plugin.core.frames import records
        from waternet_plugin.core.leakage.narrowing.narrow_words import WORDS

        pipes = records(found.pipes)
        sentences = [WORDS.say_all(WORDS.read(one["reason_facts"], one["reasons"])) for one in pipes]
        rows = [
            {
                "order": int(one["order"]),
                "pipe_id": str(one["pipe_id"]),
                "chance": float(one["chance"]),
                "percent": 100.0 * float(one["chance"]),
                "length_m": float(one["length_m"]),
                "reason": next(iter(reasons), ""),
                "reasons": joined(reasons),
                "shape": one["geom"],
            }
            for one, reasons in zip(pipes, sentences)
        ]
        self.list.set_rows(rows)
        self.note.setText(joined((*found.summary, *found.notes)))
        self.order_button.setEnabled(False)
        self._show(chance_lines(rows))

    def _picked(self, row: dict[str, Any]) -> None:
        self.order_button.setEnabled(True)
        self.note.setText(tr("{pipe}: {reasons}").format(pipe=row["pipe_id"], reasons=row["reasons"]))
        self._show(chance_lines(self.list.rows, row["pipe_id"]))

    def order(self) -> None:
        """Write a work order for each chosen pipe, as one batch that can be undone."""
        chosen = [row["pipe_id"] for row in self.list.chosen]
        text = tr("Work order {item} to locate the leak on pipe {asset} is written.")
        work_orders.order_assets(self.session, self._section, chosen, text, alarm_id=self.alarm_id)

    def plan_steps(self) -> None:
        """Open what plans which valves to shut for this alarm."""
        self.session.open_algorithm(
            "plansteptest", {"NETWORK": self.session.network_path, "ALARM": self.alarm_id}
        )

    def record_steps(self) -> None:
        """Open what records which valves were shut when in the alarm's area."""
        parameters = {"NETWORK": self.session.network_path, "ZONE": self.zone_id}
        self.session.open_algorithm("recordsteptest", parameters)
