"""Every assessment the network keeps: show an earlier one, compare two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QEvent, Qt
from qgis.PyQt.QtWidgets import QDialog, QWidget

from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.session import help_key
from waternet_plugin.gui.widgets import moments
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.health.recorded_runs import Run, Runs


def _columns() -> tuple[TableColumn, ...]:
    described = table("assessment_run")
    return (
        TableColumn("run_id", described.field("run_id").label, width=64),
        TableColumn("as_of", described.field("as_of").label, write=lambda day: day.isoformat(), width=92),
        TableColumn("window_start", described.field("window_start").label, width=100),
        TableColumn("renew_m", tr("Renew now, km"), decimals=1, width=104),
        TableColumn("rate", tr("Failures per 100 km per year"), decimals=1, width=172),
        TableColumn("made_on", described.field("made_on").label, write=moments.local, width=128),
        TableColumn("made_by", described.field("made_by").label, width=64),
        TableColumn("shown", tr("On the map"), width=120, fills=True),
    )


def _row(run: Run, runs: Runs) -> dict[str, Any]:
    shown = ""
    if run is runs.shown:
        shown = tr("chosen") if runs.chosen else tr("newest")
    return {
        "run_id": run.run_id,
        "as_of": run.as_of,
        "window_start": run.figures.get("window_start"),
        "renew_m": run.renew_now_m / 1000.0,
        "rate": run.network_rate,
        "made_on": run.made_on,
        "made_by": run.made_by,
        "shown": shown,
    }


class RunsDialog(QDialog):
    """The list of assessments, newest first.

    Parameters
    ----------
    runs
        The assessments.
    """

    def __init__(self, session: Session, runs: Runs, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_runs", windowTitle=tr("Assessments"))
        self._session = session
        self.resize(880, 360)
        text = plain_label(
            tr(
                "Every assessment is kept. Choose the one that map, list and figures show, "
                "or two, with Ctrl, to compare them."
            ),
            self,
            wordWrap=True,
        )
        self.list = RowsView(_columns(), "wn_runs_list", self)
        self.list.set_rows([_row(run, runs) for run in reversed(runs.runs)])
        self.list.doubleClicked.connect(lambda _index: self._show_chosen())
        self._compare = pane.button(
            tr("Compare the two selected"),
            "wn_runs_compare",
            self._compare_chosen,
            self,
            toolTip=tr("Choose two assessments of the list: click the second with Ctrl"),
        )
        self._newest = pane.button(
            tr("Always the newest"),
            "wn_runs_newest",
            lambda: self._show(None),
            self,
            toolTip=tr("Map, list and figures follow the newest assessment"),
        )
        self._choose = pane.button(tr("Show this one"), "wn_runs_show", self._show_chosen, self, default=True)
        line = horizontal(
            self._compare,
            1,
            self._newest,
            self._choose,
            pane.button(tr("Close"), "wn_runs_close", self.close, self),
        )
        vertical(text, (self.list, 1), line, parent=self, margins=12)
        self.list.selectionModel().selectionChanged.connect(lambda *_args: self._chosen_changed())
        self.list.selectRow(0)

    def chosen(self) -> list[str]:
        """Return the ids of the chosen runs, the oldest first."""
        return sorted(str(row["run_id"]) for row in self.list.chosen)

    def _chosen_changed(self) -> None:
        count = len(self.chosen())
        self._choose.setEnabled(count == 1)
        self._compare.setEnabled(count == 2)

    def _show_chosen(self) -> None:
        chosen = self.chosen()
        if len(chosen) == 1:
            self._show(chosen[0])

    def _show(self, run_id: str | None) -> None:
        from waternet_plugin.gui.health.why_pane import show_run

        self.close()
        show_run(self._session, run_id)

    def _compare_chosen(self) -> None:
        from waternet_plugin.gui.health.compare import ComparePane

        first, second = self.chosen()
        self.close()
        pane.open_pane(self._session, ComparePane, first=first, second=second)

    def event(self, event: QEvent) -> bool:
        """Answer F1."""
        return help_key.answers(event, lambda: self._session, "compare") or bool(super().event(event))

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Show the chosen run on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._show_chosen()
        else:
            super().keyPressEvent(event)
