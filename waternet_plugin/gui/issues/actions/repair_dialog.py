"""Fix many issues at once: the dry run as a table first, then one batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QProgressBar,
    QTabWidget,
    QWidget,
)

from waternet_plugin.core.errors import CancelledError, WaterNetError
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.issues import issue_counts, repair_preview
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn
from waternet_plugin.gui.widgets.standard_buttons import add_button, speak

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.checks.issue_rows import Issue


def _change_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("asset", tr("Asset"), width=120),
        TableColumn("field", tr("What"), width=120),
        TableColumn("before", tr("Before"), width=120),
        TableColumn("after", tr("After"), width=140, fills=True),
    )


def _refused_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("text", tr("Finding"), width=260),
        TableColumn("reason", tr("Why not"), width=260, fills=True),
    )


class RepairDialog(HelpKey, QDialog):
    """Shows what repairing would do, then repairs what can be.

    Parameters
    ----------
    title
        The rule whose issues they are.
    issues
        What to repair.
    on_repair
        Called with the ids of what can be repaired.
    """

    TOPIC = "issues"

    def __init__(
        self,
        session: Session,
        title: str,
        issues: Sequence[Issue],
        on_repair: Callable[[list[str]], Any],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, objectName="wn_repair", windowTitle=tr("Fix all: {rule}").format(rule=title))
        self.session = session
        self._issues = {issue.issue_id: issue for issue in issues}
        self._on_repair = on_repair
        self._task: Any = None
        self.preview: repair_preview.RepairPreview | None = None
        self.resize(680, 420)
        self.head = plain_label(
            tr("Working out what the fix does…"), self, objectName="wn_repair_head", wordWrap=True
        )
        self._bar = QProgressBar(self, objectName="wn_repair_bar", textVisible=False, minimum=0, maximum=1000)
        self._bar.setFixedHeight(6)
        self.changes = RowsView(_change_columns(), "wn_repair_changes", self)
        self.refused = RowsView(_refused_columns(), "wn_repair_refused", self)
        self._tabs = QTabWidget(self)
        self._tabs.addTab(self.changes, tr("Before and after"))
        self._tabs.addTab(self.refused, tr("By hand"))
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.go = add_button(box, tr("Fix"), "wn_repair_go", self._repair, enabled=False, default=True)
        speak(box).rejected.connect(self.reject)
        vertical(self.head, self._bar, self._tabs, box, parent=self, margins=12)
        self._work_out()

    def show_progress(self, fraction: float, _on_cancel: Any = None) -> None:
        """Show how far the dry run is."""
        self._bar.setValue(round(1000 * fraction))

    def hide_progress(self) -> None:
        """Hide the bar again."""
        self._bar.hide()

    def _work_out(self) -> None:
        path, ids = self.session.network_path, list(self._issues)

        self._task = self.session.run(
            tr("Working out a fix"),
            on_network(path, lambda network, progress: repair_preview.plan(network, ids, progress)),
            self._show,
            failed=self._failed,
            section=self,
        )

    def _failed(self, error: WaterNetError) -> None:
        self._task = None
        if not isinstance(error, CancelledError):
            self.head.setText(error.message)

    def _show(self, preview: repair_preview.RepairPreview) -> None:
        self._task = None
        # What was worked out when the window closed is of no use to anybody.
        if sip.isdeleted(self):
            return
        self.preview = preview
        done, left = len(preview.done), len(preview.refusals)
        text = issue_counts.fixable(done)
        if left:
            text = joined((text, issue_counts.needing_person(left)))
        self.head.setText(text)
        self.changes.set_rows([vars(line) for line in preview.lines])
        self.refused.set_rows(
            [
                {"text": self._issues[name].text if name in self._issues else name, "reason": reason}
                for name, reason in preview.refusals.items()
            ]
        )
        self._tabs.setTabText(0, tr("Before and after ({n})").format(n=len(preview.lines)))
        self._tabs.setTabText(1, tr("By hand ({n})").format(n=left))
        self._tabs.setTabEnabled(1, left > 0)
        if left and not done:
            self._tabs.setCurrentIndex(1)
        self.go.setEnabled(done > 0)

    def _repair(self) -> None:
        if self.preview is not None and self.preview.done:
            ids = list(self.preview.done)
            self.accept()
            self._on_repair(ids)

    def done(self, result: int) -> None:
        """Leave, and give up what is being worked out."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        super().done(result)
        self.deleteLater()
