"""Step 4: what would be written, then what was written, with the ledger of all rows."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QTabWidget, QWidget

from waternet_plugin.core.colours import ACCENT
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, labelled, listed, tr
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import GAP, INSIDE, MARGIN
from waternet_plugin.gui.survey.attempt import Attempt
from waternet_plugin.gui.survey.survey_choices import purposes
from waternet_plugin.gui.survey.verification import verdict_words, verification_sheets
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import grid, horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn

# Names of files that a line tells; a survey of a whole town has hundreds.
_MOST_NAMES = 3
_NEW, _NEW_COLOUR = "new", ACCENT


def summary(attempt: Attempt) -> str:
    """Return how many rows are ready and rejected, for the footer; what becomes of them waits for answers."""
    counts = attempt.counts
    if attempt.questions:
        open_ones = tr("%n question(s) open", "", len(attempt.questions))
        sentence = tr("{rows} rows, {questions}")
        return sentence.format(rows=amounts.number(counts.rows), questions=open_ones)
    sentence = tr("{rows} rows: {ready} ready, {rejected} rejected")
    return sentence.format(
        rows=amounts.number(counts.rows),
        ready=amounts.number(counts.ready),
        rejected=amounts.number(counts.rejected),
    )


def facts_of(attempt: Attempt) -> list[tuple[str, str]]:
    """Return what an import writes, or wrote: what a line is about, and its words."""
    counts = attempt.counts
    facts = [
        (tr("Purpose"), dict(purposes()).get(attempt.purpose, "")),
        (tr("Files"), _names(attempt)),
        (
            tr("Rows"),
            tr("{imported} imported, {merged} merged, {rejected} rejected, {skipped} skipped").format(
                imported=amounts.number(counts.imported),
                merged=amounts.number(counts.merged),
                rejected=amounts.number(counts.rejected),
                skipped=amounts.number(counts.skipped),
            ),
        ),
    ]
    if counts.nodes or counts.pipes:
        written = [tr("%n node(s)", "", counts.nodes)] if counts.nodes else []
        pipes = tr("%n pipe(s), {length}", "", counts.pipes)
        written += [pipes.format(length=amounts.length(counts.length_m))] if counts.pipes else []
        facts.append((tr("Into the network"), listed(written)))
    verdicts = _verdicts(attempt)
    if verdicts:
        facts.append((tr("Verification"), verdicts))
    unused = [labelled(file.name, file.unused) for file in attempt.files if file.unused]
    if unused:
        facts.append((tr("Columns not used"), listed(unused)))
    facts.append((tr("Batch"), _batch(attempt)))
    if attempt.batch_id and attempt.backup:
        facts.append((tr("Backup"), attempt.backup))
    return facts


def _names(attempt: Attempt) -> str:
    names = [file.name for file in attempt.files]
    more = len(names) - _MOST_NAMES
    shown = listed(names[:_MOST_NAMES])
    return tr("{names} and %n more", "", more).format(names=shown) if more > 0 else shown


def _verdicts(attempt: Attempt) -> str:
    passed = attempt.verdicts.get("pass", 0)
    waiting = sum(attempt.verdicts.values()) - passed
    sentences = [tr("%n planned pipe(s) become as-built.", "", passed)] if passed else []
    if waiting:
        sentences.append(tr("%n pipe(s) stay planned: evidence is missing or contrary.", "", waiting))
    new = attempt.new_verdicts
    unverified = sum(new.values()) - new.get("pass", 0)
    if unverified:
        sentences.append(
            tr("%n new pipe(s) are in use and not verified: evidence is missing or contrary.", "", unverified)
        )
    elif new:
        sentences.append(tr("%n new pipe(s) are verified.", "", sum(new.values())))
    return joined(sentences)


def _batch(attempt: Attempt) -> str:
    """Return how the import can be taken back."""
    if not attempt.batch_id:
        return tr("All or nothing, after a backup. It can be undone as a whole, here or under “Batches…”.")
    sentence = tr("{batch}; it can be undone as a whole, here or under “Batches…”.")
    return sentence.format(batch=attempt.batch_id)


def _outcome(code: str) -> str:
    return tr("New") if code == _NEW else verdict_words.label(code)


def _outcome_colour(code: str) -> str | None:
    return verdict_words.colour(code) or _NEW_COLOUR


def _row_verdict(code: str) -> str:
    verdict = domain("survey_verdict").get(code)
    return verdict.label if verdict else code


class SurveyImportPage(QWidget):
    """Say in words what is written, list the pipes and what becomes of each row."""

    undo_wanted = pyqtSignal()
    sheets_wanted = pyqtSignal()
    list_wanted = pyqtSignal()
    map_wanted = pyqtSignal()
    # A pipe of the list was chosen: show its place.
    picked = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__(objectName="wn_survey_import")
        self._head = widgets.heading("")
        self._head.setObjectName("wn_survey_import_head")
        self._head.setWordWrap(True)
        self._facts = QWidget(self)
        # A form would cut lines that wrap.
        self._lines = grid(parent=self._facts, margins=0, stretch=(1,), spacing=(MARGIN, INSIDE))
        self.pipes = RowsView(
            (
                TableColumn("pipe_id", tr("Pipe"), width=130),
                TableColumn("length_m", tr("Length (m)"), decimals=1, width=76),
                TableColumn("size_mm", "DN", decimals=0, width=48),
                TableColumn("material", tr("Material"), width=110),
                TableColumn("outcome", tr("Outcome"), write=_outcome, colour=_outcome_colour, width=92),
                TableColumn("missing", tr("What is missing"), width=220, fills=True),
            ),
            "wn_survey_pipes",
            self,
        )
        self.pipes.picked.connect(self._pick)
        self._missing = widgets.note()
        self._missing.setObjectName("wn_survey_missing")
        self.ledger = RowsView(
            (
                TableColumn("file", tr("File"), width=130),
                TableColumn("sheet", tr("Sheet"), width=80),
                TableColumn("row_no", tr("Row no."), decimals=0, width=72),
                TableColumn("point_no", tr("Point no."), width=90),
                TableColumn("verdict", tr("Verdict"), write=_row_verdict, width=80),
                TableColumn("asset", tr("Asset"), width=100),
                TableColumn("reason", tr("Reason"), width=160, fills=True),
            ),
            "wn_survey_ledger",
            self,
        )
        self.lists = QTabWidget(self, objectName="wn_survey_lists")
        self.lists.addTab(self.pipes, "")
        self.lists.addTab(self.ledger, "")
        self.map = self._button(tr("Show on the map"), "map", self.map_wanted)
        self.sheets = self._button(tr("Verification sheets"), "sheets", self.sheets_wanted)
        self.list = self._button(tr("Pipes to verify"), "list", self.list_wanted)
        self.undo = self._button(tr("Undo the import"), "undo", self.undo_wanted)
        vertical(
            self._head,
            self._facts,
            (self.lists, 1),
            self._missing,
            horizontal(self.map, self.sheets, self.list, 1, self.undo, spacing=GAP),
            parent=self,
            spacing=GAP,
            margins=(MARGIN, MARGIN, MARGIN, 0),
        )

    def _pick(self, row: dict[str, Any]) -> None:
        self._say_missing(row)
        self.picked.emit(row["box"])

    def _say_missing(self, row: dict[str, Any] | None) -> None:
        """Say in full what a pipe is missing; its cell may cut it off."""
        missing = "" if row is None else row["missing"]
        sentence = tr("{pipe}: {what}").format(pipe=row["pipe_id"], what=missing) if missing else ""
        self._missing.setText(sentence)
        self._missing.setVisible(bool(sentence))

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
        self._show_facts(attempt)
        self.pipes.set_rows(list(attempt.written))
        self._say_missing(next((row for row in attempt.written if row["missing"]), None))
        self.ledger.set_rows(list(attempt.ledger))
        counts = attempt.counts
        self.lists.setTabText(0, tr("Pipes ({n})").format(n=amounts.number(counts.pipes)))
        self.lists.setTabText(1, tr("Ledger ({n})").format(n=amounts.number(counts.rows)))
        # What is left out is seen first.
        self.lists.setCurrentIndex(1 if counts.rejected or not attempt.written else 0)
        verified = bool(attempt.verdicts or attempt.new_verdicts)
        has_sheets = verification_sheets.has(verification_sheets.SHEETS)
        self.map.setVisible(is_done and attempt.extent is not None)
        self.sheets.setVisible(is_done and verified and has_sheets)
        self.list.setVisible(is_done and verified)
        self.undo.setVisible(is_done)

    def _show_facts(self, attempt: Attempt) -> None:
        while self._lines.count():
            widget = self._lines.takeAt(0).widget()
            widget.setParent(None)
            widget.deleteLater()
        for row, (about, words) in enumerate(facts_of(attempt)):
            value = plain_label(words, objectName="wn_survey_import_fact", wordWrap=True)
            self._lines.addWidget(plain_label(about), row, 0, Qt.AlignmentFlag.AlignTop)
            self._lines.addWidget(value, row, 1)
