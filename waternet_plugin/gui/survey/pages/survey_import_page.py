"""Step 4: what would be written, then what was written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.survey.verification import verification_sheets
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn
from waternet_plugin.gui.wizard import widgets
from waternet_plugin.gui.wizard.widgets import GAP, MARGIN

if TYPE_CHECKING:
    from waternet_plugin.gui.survey.attempt import Attempt


def summary(attempt: Attempt) -> str:
    """Return how many rows are ready and rejected, for the footer; what becomes of them waits for answers."""
    counts = attempt.counts
    if attempt.questions:
        open_ones = tr("%n question(s) open", "", len(attempt.questions))
        said = tr("{rows} rows, {questions}")
        return said.format(rows=amounts.number(counts.rows), questions=open_ones)
    said = tr("{rows} rows: {ready} ready, {rejected} rejected")
    return said.format(
        rows=amounts.number(counts.rows),
        ready=amounts.number(counts.ready),
        rejected=amounts.number(counts.rejected),
    )


def lines_of(attempt: Attempt) -> list[str]:
    """Return what an import writes, a sentence each."""
    counts, passed = attempt.counts, attempt.verdicts.get("pass", 0)
    rows = tr("Rows: {imported} imported, {merged} merged, {rejected} rejected, {skipped} skipped.")
    found = [
        rows.format(
            imported=amounts.number(counts.imported),
            merged=amounts.number(counts.merged),
            rejected=amounts.number(counts.rejected),
            skipped=amounts.number(counts.skipped),
        )
    ]
    if counts.nodes or counts.pipes:
        written = tr("Nodes: {nodes}. Pipes: {pipes}, {length}.")
        found.append(
            written.format(
                nodes=amounts.number(counts.nodes),
                pipes=amounts.number(counts.pipes),
                length=amounts.length(counts.length_m),
            )
        )
    waiting = sum(attempt.verdicts.values()) - passed
    if passed:
        found.append(tr("%n planned pipe(s) become as-built.", "", passed))
    if waiting:
        found.append(tr("%n pipe(s) stay planned: evidence is missing or contrary.", "", waiting))
    return found


class SurveyImportPage(QWidget):
    """Say in figures what is written and list the rows that are not."""

    undo_wanted = pyqtSignal()
    sheets_wanted = pyqtSignal()
    list_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__(objectName="wn_survey_import")
        self._head = widgets.heading("")
        self._head.setObjectName("wn_survey_import_head")
        self._text = plain_label("", objectName="wn_survey_import_text", wordWrap=True)
        self._rejected_head = widgets.heading(tr("Rejected rows"))
        columns = (
            TableColumn("file", tr("File"), width=140),
            TableColumn("sheet", tr("Sheet"), width=90),
            TableColumn("row_no", tr("Row no."), decimals=0, width=56),
            TableColumn("point_no", tr("Point no."), width=90),
            TableColumn("reason", tr("Reason"), width=280, fills=True),
        )
        self.rejected = RowsView(columns, "wn_survey_rejected", self)
        self.sheets = self._button(tr("Verification sheets"), "sheets", self.sheets_wanted)
        self.list = self._button(tr("Pipes to verify"), "list", self.list_wanted)
        self.undo = self._button(tr("Undo the import"), "undo", self.undo_wanted)
        vertical(
            self._head,
            self._text,
            self._rejected_head,
            (self.rejected, 1),
            0,
            horizontal(self.sheets, self.list, 1, self.undo, spacing=GAP),
            parent=self,
            spacing=GAP,
            margins=(MARGIN, MARGIN, MARGIN, 0),
        )

    def _button(self, text: str, name: str, wanted: pyqtSignal) -> QPushButton:
        return QPushButton(
            text,
            objectName=f"wn_survey_{name}",
            autoDefault=False,
            clicked=lambda _checked=False: wanted.emit(),
        )

    def refresh(self, attempt: Attempt, network: str) -> None:
        """Show a dry run, or what was written to the network of a name."""
        is_done = bool(attempt.batch_id)
        if is_done:
            head = tr("Imported into {name}.").format(name=network)
        elif attempt.refusal:
            head = attempt.refusal
        else:
            head = tr("Nothing has been written yet. “Import” writes these rows to {name}.").format(
                name=network
            )
        self._head.setText(head)
        self._text.setText("\n".join(lines_of(attempt)))
        rows = list(attempt.rejected)
        self.rejected.set_rows(rows)
        self.rejected.setVisible(bool(rows))
        self._rejected_head.setVisible(bool(rows))
        verified = bool(sum(attempt.verdicts.values()))
        has_sheets = verification_sheets.has(verification_sheets.SHEETS)
        self.sheets.setVisible(is_done and verified and has_sheets)
        self.list.setVisible(is_done and verified)
        self.undo.setVisible(is_done)
