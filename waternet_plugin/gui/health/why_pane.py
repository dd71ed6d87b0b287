"""The pane “why”: how many km to renew now and why, for the network, the selected pipes, one pipe."""

from __future__ import annotations

from functools import partial
from typing import Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QToolButton,
    QWidget,
)

from waternet_plugin.core.errors import CancelledError
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.panes.run_options import show_result
from waternet_plugin.gui.panes.section import ElidedLabel
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import divided, horizontal, vertical
from waternet_plugin.gui.widgets.row_table import RowsView

NETWORK, SELECTION, PIPE = "network", "selection", "pipe"
_WORST = "renew_now"
_LAYERS = ("pipe", "pipe_health")
# A rubber band over many pipes selects them bit by bit.
_SELECTION_MS = 250


class WhyPane(pane.Pane):
    """Answers at the left, the pipes behind them at the right."""

    NAME = "wn_why"
    TOPIC = "health"
    TABLES = ("pipe", "failure", "assessment", "setting")
    READS = True

    def build(self) -> QWidget:
        """Return answer and list side by side."""
        from waternet_plugin.gui.health import pipe_list

        self.setWindowTitle(tr("Health: why"))
        self._listing = pipe_list
        self._mode = NETWORK
        self._pipe_id = ""
        self._list: Any = pipe_list.PipeList()
        self._currency = "CNY"
        self._watched: list[Any] = []
        self._wait = QTimer(self, singleShot=True, interval=_SELECTION_MS, timeout=self._selection_settled)
        self.visibilityChanged.connect(self._watch)
        return divided((self._answer_side(self), 2), (self._list_side(self), 3), parent=self, is_beside=True)

    def _answer_side(self, parent: QWidget) -> QWidget:
        side = QWidget(parent)
        line = QHBoxLayout(spacing=4)
        self._modes: dict[str, QToolButton] = {}
        group = QButtonGroup(side)
        for mode, text in (
            (NETWORK, tr("Network")),
            (SELECTION, tr("Selection")),
            (PIPE, tr("Pipe", "one pipe")),
        ):
            made = pane.tool(text, f"wn_why_{mode}", partial(self.show_mode, mode), side, checkable=True)
            group.addButton(made)
            line.addWidget(made)
            self._modes[mode] = made
        self._modes[PIPE].setEnabled(False)
        line.addStretch(1)
        self._prose = pane.Prose("wn_why_answer", side, anchorClicked=self._follow)
        # Where records end long before the day, the years after them lower every rate.
        self._page: Any = None
        self._working = Working("wn_why", side)
        self._to_end = pane.button("", "wn_why_records_end", self._assess_to_end, side, visible=False)
        vertical(
            line,
            (self._prose, 1),
            horizontal(self._to_end, self._working, 1),
            parent=side,
            margins=(12, 4, 8, 8),
        )
        return side

    def _assess_to_end(self) -> None:
        """Assess as of the last record, else as the shown run was."""
        from waternet_plugin.gui.health.repeating import assess_again

        def failed(error: Any) -> None:
            self._to_end.setEnabled(True)
            if not isinstance(error, CancelledError):
                self.session.say(error.message, "warning")

        def done(_results: Any) -> None:
            self._to_end.setEnabled(True)
            show_run(self.session, None)

        self._to_end.setEnabled(False)
        day = self._page.records_end.isoformat()
        assess_again(self.session, self._page.run, done, section=self._working, AS_OF=day, failed=failed)

    def _list_side(self, parent: QWidget) -> QWidget:
        side = QWidget(parent)
        self._class = QComboBox(side, objectName="wn_why_class")
        self._class.setFixedHeight(24)
        for code, described in domain("health_class").items():
            if code != "unknown":
                self._class.addItem(described.label, code)
        self._class.setToolTip(tr("Which pipes the list shows"))
        self._class.currentIndexChanged.connect(lambda _place: self.refresh())
        self._head = ElidedLabel(side, objectName="wn_why_head")
        line = horizontal(
            self._class,
            (self._head, 1),
            pane.tool(tr("Copy"), "wn_why_copy", self._copy, side),
            pane.tool(tr("CSV…"), "wn_why_csv", self._save, side),
        )
        self._rows = RowsView(self._listing.columns(), "wn_why_list", side)
        self._rows.picked.connect(self._picked)
        vertical(line, (self._rows, 1), parent=side, margins=(0, 4, 12, 8))
        return side

    def _follow(self, link: Any) -> None:
        """Compare the shown run with the one it got worse since."""
        from waternet_plugin.gui.health.answer_pages import COMPARE
        from waternet_plugin.gui.health.compare import ComparePane

        text = link.toString()
        if text.startswith(COMPARE):
            first, _, second = text[len(COMPARE) :].partition("/")
            pane.open_pane(self.session, ComparePane, first=first, second=second)

    # What it is about.

    @property
    def mode(self) -> str:
        """What the answer is about: network, selection or pipe."""
        return self._mode

    def ask(self, **wanted: Any) -> None:
        """Answer for ``mode``: network, selection or pipe; as before without one."""
        self.show_mode(str(wanted.get("mode", self._mode)))

    def show_mode(self, mode: str) -> None:
        """Answer for the network, the selected pipes or the pipe that was clicked last."""
        self._mode = mode
        self.refresh()

    def show_pipe(self, pipe_id: str) -> None:
        """Answer for one pipe; the list stays as it is."""
        self._pipe_id = pipe_id
        self._modes[PIPE].setEnabled(True)
        self._mode = PIPE
        self._read(with_list=not self._list.count)

    def refresh(self) -> None:
        """Read answer and list anew."""
        self._read(with_list=True)

    def selected(self) -> set[int]:
        """Return the row numbers of the pipes selected on the map, in either layer of pipes."""
        layers = [self.session.layer(key) for key in _LAYERS]
        return {fid for layer in layers if layer is not None for fid in layer.selectedFeatureIds()}

    def _watch(self, visible: bool) -> None:
        """Follow the selection while the pane is in sight."""
        for layer in self._watched:
            try:
                layer.selectionChanged.disconnect(self._selection_moved)
            except (RuntimeError, TypeError):
                # The layer is gone, its connection with it.
                continue
        self._watched = [self.session.layer(key) for key in _LAYERS] if visible else []
        self._watched = [layer for layer in self._watched if layer is not None]
        for layer in self._watched:
            layer.selectionChanged.connect(self._selection_moved)

    def _selection_moved(self, *_args: Any) -> None:
        self._wait.start()

    def _selection_settled(self) -> None:
        fids = self.selected()
        if len(fids) == 1:
            self._read(with_list=not self._list.count, only=next(iter(fids)))
        elif fids:
            self.show_mode(SELECTION)
        elif self._mode == SELECTION:
            self.show_mode(NETWORK)

    # Reading and showing.

    def _read(self, *, with_list: bool, only: int | None = None) -> None:
        """Read the page in a task; ``only`` is the row number of the one pipe it is about."""
        mode, pipe_id = self._mode, self._pipe_id
        if only is not None:
            mode, pipe_id = PIPE, ""
        fids = {only} if only is not None else self.selected() if mode == SELECTION else set()
        code = str(self._class.currentData() or _WORST)
        if only is None:
            self._modes[mode].setChecked(True)
        self._class.setVisible(mode != SELECTION)

        def work(network: Any, _progress: Any) -> Any:
            from waternet_plugin.gui.health import why_page
            from waternet_plugin.operations.health import explain_health

            request = explain_health.ExplainRequest(
                mode, pipe_id, tuple(fids), code, with_list, most_lines=self._listing.MOST
            )
            found = explain_health.explain_health(network, request)
            return why_page.page_of(found), found.pipe_id

        def done(found: Any) -> None:
            page, chosen = found
            if only is not None and chosen:
                self._mode, self._pipe_id = PIPE, chosen
                self._modes[PIPE].setEnabled(True)
                self._modes[PIPE].setChecked(True)
            self._show(page)

        self.read(tr("Reading health"), work, done)

    def _show(self, page: Any) -> None:
        self._prose.setHtml(page.html)
        self.setWindowTitle(page.title or tr("Health: why"))
        self._page = page
        self._to_end.setVisible(page.records_end is not None)
        if page.records_end is not None:
            text = tr("Assess as of the last record ({date})")
            self._to_end.setText(text.format(date=page.records_end.isoformat()))
        if page.currency:
            self._currency = page.currency
        if page.pipes is None:
            return
        self._list = page.pipes
        self._rows.set_rows(self._list.shown)
        total, shown = self._list.count, len(self._list.shown)
        head = tr("%n pipe(s), {length}, highest risk first", "", total).format(
            length=amounts.length(self._list.length_m)
        )
        if shown < total:
            head = tr("{head}; the first {shown} are listed, CSV has all").format(
                head=head, shown=amounts.number(shown)
            )
        self._head.set_text(head)

    def _picked(self, row: dict[str, Any]) -> None:
        self.show_row(row)
        self.show_pipe(row["pipe_id"])

    def _copy(self) -> None:
        self.copy_rows(self._rows)

    def _save(self) -> None:
        shown = str(self._class.currentData() or _WORST)
        which = tr("selection", "in a file name") if self._mode == SELECTION else shown
        name = "_".join((tr("pipes", "in a file name"), which))
        pane.save_rows(self.session, self, self._listing.file_columns(self._currency), self._list.every, name)


def show_run(session: Session, run_id: str | None) -> None:
    """Show a run on the map and in the panel.

    Parameters
    ----------
    run_id
        The run; None for always the newest.
    """

    def choose(network: Any) -> tuple[Any, bool]:
        from waternet_plugin.operations.health import recorded_runs

        runs = recorded_runs.read_runs(network)
        wanted = runs.named(run_id) if run_id else None
        changes = (wanted is not None) != runs.chosen or (
            wanted is not None and runs.shown is not None and wanted.run_id != runs.shown.run_id
        )
        if changes:
            network.show_run(wanted.run_id if wanted else None)
            runs = recorded_runs.read_runs(network)
        return runs.shown, changes

    def open_pane() -> None:
        pane.open_pane(session, WhyPane, mode=NETWORK)

    show_result(session, tr("Showing the assessment"), choose, show_on_map, open_pane)


def show_on_map(session: Session, run: Any) -> None:
    """Turn the map to health, its legend to the kilometres of a run."""
    from waternet_plugin.bridge.project import refreshing

    metres = {code: 1000.0 * float(km) for code, km in run.figures.get("class_km", {}).items()}
    refreshing.refresh_results(QgsProject.instance(), health_m=metres)
    session.reload_layers("pipe_health")
    session.show_theme("health")
