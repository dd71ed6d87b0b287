"""A pane below the map: a list that is wider than the dock, with the map still in sight."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry
from qgis.gui import QgsDockWidget
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QSize, Qt, QTimer
from qgis.PyQt.QtGui import QIcon, QPalette
from qgis.PyQt.QtWidgets import (
    QDockWidget,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QTextBrowser,
    QToolButton,
    QWidget,
)

from waternet_plugin.core.colours import FAULT, QUIET
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import row_table
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.paths import icon_path

if TYPE_CHECKING:
    from waternet_plugin.store import Network

HEIGHT = 264
_MOST_OF_WINDOW = 0.3
_CONTROL = 24
_GROUP = "QDockWidgetGroupWindow"
_DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
# Kinds of files that lists are saved to.
CSV = "CSV (*.csv)"
WORKBOOK = f"Excel (*.xlsx);;{CSV}"
# Several writes in a row are read once.
_SETTLE_MS = 300


class Pane(HelpKey, QgsDockWidget):
    """A dock below the map; a subclass says its ``NAME`` and builds its inside in ``build``.

    It belongs to the network that was open when it was made, and goes with it: nothing that was shown, asked
    or decided there can be seen of another network.
    """

    NAME = ""
    # Tables whose rows it shows.
    TABLES: tuple[str, ...] = ()
    # Whether all it shows is read at once, of the shown run or plan: until then it is empty.
    READS = False
    # What is chosen in it, on the map.
    MARK = FAULT
    # Where it docks.
    AREA = Qt.DockWidgetArea.BottomDockWidgetArea
    # The width and height it opens with, px; None for what its inside asks for.
    SIZE: tuple[int, int] | None = None

    def __init__(self, session: Session) -> None:
        super().__init__(session.iface.mainWindow())
        self.session = session
        self.setObjectName(self.NAME)
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        self._latest = LatestReading(session.run, self)
        inside = self.build()
        inside.setMinimumHeight(120)
        self._cover = QStackedWidget(self, objectName=f"{self.NAME}_cover")
        self._cover.addWidget(inside)
        self._cover.addWidget(self._reading_page())
        self._cover.setCurrentIndex(int(self.READS))
        self.setWidget(self._cover)
        self._marking: Any = None
        self.visibilityChanged.connect(self._seen_or_gone)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS, timeout=self._refresh_shown)
        session.network_changed.connect(self._network_changed)
        session.run_changed.connect(self._run_changed)
        session.data_changed.connect(self._data_changed)

    def _reading_page(self) -> QWidget:
        page = QWidget(self)
        vertical(
            plain_label(tr("Reading…"), page, objectName=f"{self.NAME}_reading"), 1, parent=page, margins=12
        )
        return page

    @classmethod
    def neighbours(cls, session: Session) -> list[QDockWidget]:
        """Return the docks beside which one of this kind becomes a tab, the first choice first."""
        window = session.iface.mainWindow()
        others: list[QDockWidget | None] = list(panes_of(session, Pane))
        if Qt.DockWidgetArea.RightDockWidgetArea == cls.AREA:
            others.append(_panel(session))
        return [
            one
            for one in others
            if one is not None
            and not one.isHidden()
            and not one.isFloating()
            and window.dockWidgetArea(one) == cls.AREA
        ]

    def build(self) -> QWidget:
        """Return the inside."""
        raise NotImplementedError

    def sizeHint(self) -> QSize:  # noqa: N802 (Qt's name)
        """Return the size it opens with."""
        return super().sizeHint() if self.SIZE is None else QSize(*self.SIZE)

    def refresh(self) -> None:
        """Read anew what shows."""

    def ask(self, **wanted: Any) -> None:
        """Show something wanted; a pane that knows one thing only reads it anew."""
        self.refresh()

    def read(
        self, title: str, work: Callable[[Network, Progress], Any], done: Callable[[Any], None], **more: Any
    ) -> Any:
        """Read the network in a task; only the answer to the last call is shown.

        Parameters
        ----------
        title
            What QGIS's list of tasks says.
        work
            Reads, in a thread.
        done
            Shows what was read.
        more
            As `Session.run` has it; without anything nobody sees the reading.
        """

        def show(result: Any) -> None:
            self._cover.setCurrentIndex(0)
            done(result)

        def failed(error: WaterNetError) -> None:
            self._cover.setCurrentIndex(0)
            self.session.say_error(error)

        return self._latest.begin(
            title, on_network(self.session.network_path, work), show, failed, **(more or {"is_quiet": True})
        )

    @property
    def is_reading(self) -> bool:
        """Whether it is empty until what belongs to the shown run was read."""
        return bool(self._cover.currentIndex() == 1)

    def _run_changed(self) -> None:
        if self.READS:
            # An answer about the run before must not come any more.
            self._latest.drop()
            self._cover.setCurrentIndex(1)
        self._settle.start()

    def _data_changed(self, table: str) -> None:
        if table in ("", *self.TABLES):
            self._settle.start()

    def _refresh_shown(self) -> None:
        if not self.isHidden() and self.session.network_path:
            self.refresh()

    def _network_changed(self) -> None:
        # What it shows, was asked and waits for belongs to a network that is not open any more.
        self._latest.drop()
        self.close()
        self.setObjectName("")
        self.session.iface.removeDockWidget(self)
        self.deleteLater()
        self.session.turns.add(self.let_rows_go)

    def let_rows_go(self) -> None:
        """Let go of rows of a closed network, as a pane with very many does: garbage takes longer to go."""

    def wanted_layer(self, key: str) -> Any:
        """Return our layer of a table or view; say so and return None where the project has none."""
        layer = self.session.layer(key)
        if layer is None:
            message = tr("The project has no layer with these rows. Rebuild the project first.")
            self.session.say(message, "warning")
        return layer

    def show_point(self, geometry: QgsGeometry | None) -> None:
        """Zoom to a place in the network's coordinates and let it flash."""
        if geometry is None or geometry.isNull():
            self.session.say(tr("This one has no location on the map."), "warning")
            return
        self.session.zoom_to(geometry)
        layer = self.session.layer("pipe")
        canvas = self.session.iface.mapCanvas()
        if layer is not None and hasattr(canvas, "flashGeometries"):
            canvas.flashGeometries([geometry], layer.crs())

    def show_row(self, row: dict[str, Any]) -> None:
        """Zoom to the place of a row of a list; it stays marked until another one, or the pane, goes."""
        place = QgsGeometry()
        if row.get("wkb"):
            place.fromWkb(row["wkb"])
        self.show_point(place)
        self._mark([] if place.isNull() else [row["wkb"]])

    def _mark(self, shapes: list[bytes]) -> None:
        from waternet_plugin.gui.panes.marking import Marking

        layer = self.session.layer("pipe")
        if self._marking is None:
            self._marking = Marking(self.session.iface.mapCanvas())
        self._marking.show(
            shapes if layer is not None else [], None, self.MARK, layer.crs() if layer else None
        )

    def _seen_or_gone(self, visible: bool) -> None:
        # A pane that is only behind another one keeps its mark.
        if not visible and self.isHidden() and self._marking is not None:
            self._marking.clear()

    def copy_rows(self, view: row_table.RowsView | None) -> None:
        """Copy the chosen rows of a list and say so."""
        if view is not None:
            view.copy()
            self.session.say(tr("Copied."))


def open_pane(session: Session, kind: type[Pane], **wanted: Any) -> Any:
    """Return the pane of a kind, made and docked where there is none yet, and show what is wanted in it."""
    window = session.iface.mainWindow()
    for pane in panes_of(session, kind):
        if not sip.isdeleted(pane) and pane.session is session:
            pane.show()
            pane.raise_()
            pane.ask(**wanted)
            return pane
    others = kind.neighbours(session)
    pane = kind(session)
    if others:
        # Side by side for a moment, two panes would push QGIS's own panels away.
        window.tabifyDockWidget(others[0], pane)
        session.show_window(pane)
        _show_whole_tabs(window, pane.windowTitle())
    else:
        session.iface.addDockWidget(kind.AREA, pane)
        session.show_window(pane)
        if Qt.DockWidgetArea.BottomDockWidgetArea == kind.AREA:
            # A low window leaves the map the larger part.
            height = min(HEIGHT, round(window.height() * _MOST_OF_WINDOW))
            window.resizeDocks([pane], [height], Qt.Orientation.Vertical)
    pane.ask(**wanted)
    return pane


def _show_whole_tabs(window: Any, title: str) -> None:
    """Let the tabs of docks scroll rather than shorten each title to two letters."""
    for bar in window.findChildren(QTabBar, options=_DIRECT):
        if title in (bar.tabText(place) for place in range(bar.count())):
            bar.setElideMode(Qt.TextElideMode.ElideNone)
            bar.setUsesScrollButtons(True)


def panes_of(session: Session, kind: type[QDockWidget]) -> list[Any]:
    """Return the docks of a kind; to look through all that is in QGIS's window takes a while."""
    window = session.iface.mainWindow()
    # Docks that float together have a window of their own within QGIS's.
    groups = [one for one in window.findChildren(QWidget, options=_DIRECT) if one.inherits(_GROUP)]
    return [dock for parent in (window, *groups) for dock in parent.findChildren(kind, options=_DIRECT)]


def _panel(session: Session) -> QDockWidget | None:
    return next((dock for dock in panes_of(session, QDockWidget) if dock.objectName() == "wn_dock"), None)


def show_panel(session: Session) -> None:
    """Bring the panel in front of the panes that are tabs beside it."""
    dock = _panel(session)
    if dock is not None:
        dock.show()
        dock.raise_()


def button(text: str, name: str, on_click: Any, parent: QWidget, **properties: Any) -> QPushButton:
    """Return a button of the height that panes use; further properties are Qt's, such as `toolTip`."""
    made = QPushButton(text, parent, objectName=name, autoDefault=False, **properties)
    made.setFixedHeight(_CONTROL)
    made.clicked.connect(lambda _checked=False: on_click())
    return made


def tool(text: str, name: str, on_click: Any, parent: QWidget, **properties: Any) -> QToolButton:
    """Return a narrow button for the line above a list; further properties are Qt's, such as `toolTip`."""
    made = QToolButton(parent, objectName=name, text=text, **properties)
    made.setFixedHeight(_CONTROL)
    made.clicked.connect(lambda _checked=False: on_click())
    return made


def home_button(name: str, session: Session, parent: QWidget) -> QToolButton:
    """Return the button that leads back to the panel."""
    made = tool(
        "",
        f"{name}_home",
        lambda: show_panel(session),
        parent,
        icon=QIcon(icon_path("panel")),
        toolTip=tr("Back to the panel with the state of the network"),
    )
    made.setFixedWidth(_CONTROL)
    return made


def save_rows(
    session: Session,
    parent: QWidget,
    columns: Iterable[row_table.TableColumn],
    listed: Callable[[], list[dict[str, Any]]],
    name: str,
    *,
    kinds: str = CSV,
) -> None:
    """Ask for a place and write rows to a CSV file, or a workbook, in a task.

    Parameters
    ----------
    parent
        Above which the question stands.
    columns
        What the file holds.
    listed
        Makes the rows, in the task.
    name
        Stem of the file that is proposed.
    kinds
        The kinds of files that are offered, the first one proposed: CSV or WORKBOOK.
    """
    is_csv = kinds == CSV
    proposed = f"{session.paper_folder}/{name}{'.csv' if is_csv else '.xlsx'}"
    title = tr("Save as CSV") if is_csv else tr("Save the list")
    target = file_dialogs.ask_where_to_save(parent, title, proposed, kinds, session.say_error)
    if target is None:
        return
    wanted = tuple(columns)

    def work(_progress: Any) -> int:
        every = listed()
        write = row_table.write_csv if target.suffix.lower() == ".csv" else row_table.write_xlsx
        write(target, wanted, every)
        return len(every)

    def done(count: int) -> None:
        session.remember("folder", target.parent.as_posix())
        session.say(tr("%n row(s) written to {path}.", "", count).format(path=target), "success")

    session.run(tr("Writing a table"), work, done)


def save_shown(
    owner: Any,
    view: row_table.RowsView,
    columns: Iterable[row_table.TableColumn],
    name: str,
    kinds: str = WORKBOOK,
) -> None:
    """Save the rows that a list shows now, as `save_rows` does; ``owner`` is the pane, or its page."""
    rows = list(view.rows)
    save_rows(owner.session, owner, columns, lambda: rows, name, kinds=kinds)


class Prose(QTextBrowser):
    """Sentences to read; links are answered by their owner, by `anchorClicked` among Qt's properties."""

    def __init__(self, name: str, parent: QWidget | None = None, **properties: Any) -> None:
        super().__init__(
            parent,
            objectName=name,
            openLinks=False,
            frameShape=QTextBrowser.Shape.NoFrame,
            autoFillBackground=False,
            **properties,
        )
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, palette.color(QPalette.ColorRole.Window))
        palette.setColor(QPalette.ColorRole.Text, palette.color(QPalette.ColorRole.WindowText))
        self.setPalette(palette)
        self.document().setDocumentMargin(0)


def paragraph(text: str, *, points: float = 0, bold: bool = False, faint: bool = False) -> str:
    """Return a text as a paragraph of HTML, escaped."""
    style = "margin: 0 0 4px 0;"
    if points:
        style += f" font-size: {points:g}pt;"
    if bold:
        style += " font-weight: 600;"
    inner = html.escape(text)
    if faint:
        # Grey that is readable on light and dark alike: HTML can't name a colour of the palette.
        inner = f'<span style="color:{QUIET}">{inner}</span>'
    return f'<p style="{style}">{inner}</p>'
