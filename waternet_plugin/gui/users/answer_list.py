"""What the panes of users and meters share: a headline, what is refused, a list, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QMenu, QPushButton, QWidget

from waternet_plugin.bridge.styling import expressions
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.side_pane import WIDTH
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.narrow_lists import ListAbove, make_narrow
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.panes.report_files import make_and_show
from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, sized
from waternet_plugin.gui.panes.steps.widgets import Message
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn
from waternet_plugin.gui.widgets.wrapping_row import WrappingRow

_LEAST_LIST_PX = 96
# A compound or a user that is shown stands in some ground around it.
_MARGIN_M = 40.0


class AnswerList(QWidget):
    """The inside of a pane with one list.

    Parameters
    ----------
    name
        Object name of the pane; those of the parts begin with it.
    columns
        What the list shows.
    asks
        What is chosen or typed above the answer.
    below
        What belongs to the chosen row, under the list.
    """

    def __init__(
        self,
        session: Session,
        name: str,
        columns: Sequence[TableColumn],
        parent: QWidget,
        *,
        asks: QWidget | None = None,
        below: QWidget | None = None,
    ) -> None:
        super().__init__(parent, objectName=f"{name}_inside")
        self._session, self._name = session, name
        self._answer, self._beside = (LatestReading(session.run, self) for _reading in range(2))
        self.menu = QMenu(self, objectName=f"{name}_menu")
        self.working = Working(name, self)
        self.message = Message(f"{name}_message")
        self.headline = plain_label(
            "", self, objectName=f"{name}_headline", wordWrap=True,
            font=sized(self.font(), FIGURE_PT - 1, semibold=True),
        )  # fmt: skip
        self.note = plain_label(
            "",
            self,
            objectName=f"{name}_note",
            wordWrap=True,
            font=sized(self.font(), NOTE_PT),
            visible=False,
        )
        self.list = make_narrow(RowsView(columns, f"{name}_list"))
        middle: QWidget = self.list
        if below is not None:
            middle = ListAbove(_LEAST_LIST_PX, self)
            middle.addWidget(self.list)
            middle.addWidget(below)
            middle.setStretchFactor(0, 1)
        self._buttons = WrappingRow()
        # What stands beside the way back to the panel.
        self.head = horizontal(
            pane.home_button(name, session, self), 1, menu_button(f"{name}_more", self.menu, self)
        )
        above = () if asks is None else (asks,)
        vertical(
            self.head, *above, self.working, self.message, self.headline, self.note, (middle, 1),
            self._buttons, parent=self, spacing=4, margins=(8, 4, 8, 8),
        )  # fmt: skip
        self.setMinimumWidth(WIDTH - 40)

    def add_button(self, text: str, key: str, on_click: Callable[[], Any], tip: str = "") -> QPushButton:
        """Add a button to the last line and return it."""
        made = pane.button(text, f"{self._name}_{key}", on_click, self, toolTip=literal(tip))
        self._buttons.addWidget(made)
        return made

    def read(
        self,
        title: str,
        work: Callable[[Any, Any], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[Any], None] | None = None,
    ) -> None:
        """Read the network in a task, ``work(network, progress)``; only the answer to the last call is shown.

        What is refused stands above the list, unless ``failed`` takes it.
        """
        wanted = on_network(self._session.network_path, work)
        self._answer.begin(title, wanted, done, failed or self.refuse, section=self.working)

    def read_beside(self, title: str, work: Callable[[Any], Any], done: Callable[[Any], None]) -> None:
        """Read what belongs to the chosen row, ``work(network)``; nobody sees the reading."""
        wanted = on_network(self._session.network_path, lambda network, _progress: work(network))
        self._beside.begin(title, wanted, done, self._session.say_error, is_quiet=True)

    def forget_beside(self) -> None:
        """Hear no answer any more that belongs to a row which is not chosen now."""
        self._beside.drop()

    def show_rows(self, headline: str, rows: Sequence[dict[str, Any]], note: str = "") -> None:
        """Show an answer: its sentence, what to know of it, and the rows."""
        self.message.say("")
        self.headline.setText(headline)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        self.list.set_rows(rows)

    def refuse(self, error: Any) -> None:
        """Say why there is no answer; the last one does not stay as if it were the answer."""
        self.show_rows("", [])
        self.message.say(error.message)

    def select(self, table: str, column: str, names: Sequence[str]) -> int:
        """Select rows of a table on the map and show them; return how many were found.

        Parameters
        ----------
        column
            The field with their ids.
        names
            The ids.
        """
        layer = self._session.layer(table)
        if layer is None:
            return 0
        layer.selectByExpression(expressions.is_among(column, names) if names else "false")
        count = int(layer.selectedFeatureCount())
        if count:
            box = layer.boundingBoxOfSelected()
            box.grow(_MARGIN_M)
            self._session.zoom_to(box)
        self._session.say(tr("%n selected on the map.", "", count))
        return count


class AnswerPane(pane.Pane):
    """A pane of users and meters beside the map: one list, its report and its algorithm."""

    TOPIC = "users"
    AREA = Qt.DockWidgetArea.RightDockWidgetArea
    SIZE = (WIDTH, 600)
    # The algorithm that the menu opens, and what stands behind the network's name in that of the report.
    ALGORITHM = REPORT = ""
    # What came out last, None before.
    result: Any = None

    def set_page(self, page: AnswerList) -> None:
        """Set the inside that `build` returns."""
        self.page, self.list = page, page.list

    def add_algorithm(self) -> None:
        """Add the entry of the menu that opens the algorithm."""
        menu_entry(self.page.menu, tr("Open the algorithm…"), f"{self.NAME}_algorithm", self._open_algorithm)

    def _open_algorithm(self) -> None:
        self.session.open_algorithm(self.ALGORITHM, {"NETWORK": self.session.network_path})

    def select_listed(self, table: str, column: str, key: str) -> None:
        """Select the chosen rows on the map, all that are listed where one or none is chosen.

        Parameters
        ----------
        table, column
            Where they stand, and the field with their ids.
        key
            Of the ids in the list.
        """
        chosen = self.list.chosen
        rows = chosen if len(chosen) > 1 else self.list.rows
        self.page.select(table, column, [str(row[key]) for row in rows])

    def show_report(self) -> None:
        """Write the report and open it."""
        if self.result is not None:
            report = self.result.report
            make_and_show(self.session, lambda: report, self.REPORT)
