"""Step 1: the files, what the survey is for, what each sheet holds."""

from __future__ import annotations

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFileDialog, QPushButton, QWidget

from waternet_plugin.core.survey.decisions.decision_words import value_words
from waternet_plugin.core.survey.reading.format_words import format_words
from waternet_plugin.core.texts import joined, labelled, tr
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import (
    BAD,
    GAP,
    GOOD,
    MARGIN,
    ChoiceBox,
    dot,
    plain_table,
    text_item,
)
from waternet_plugin.gui.survey.attempt import Attempt, FileSeen, SheetSeen
from waternet_plugin.gui.survey.survey_choices import (
    AS_BUILT,
    IGNORED,
    SurveyChoices,
    purposes,
    ways_of_lines,
)
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

_ENDS = "csv txt dat xlsx xls xml jxl jobxml gsi dxf gpkg sdr rw5".split()
_ENCODINGS = ("utf-8", "gb18030")
_FILE, _SHEET, _ROLE, _ROWS, _FORMAT, _ENCODING = range(6)


def role_names() -> list[tuple[str, str]]:
    """Return the roles of sheets with their names."""
    return [
        ("points", tr("Points")),
        ("lines", tr("Lines")),
        ("combined", tr("Points and lines")),
        (IGNORED, tr("Leave out")),
    ]


class SurveyFilesPage(QWidget):
    """List files and sheets with format, encoding, rows and role; ask for the purpose.

    Parameters
    ----------
    choices
        What the person chose.
    folder
        Where the choosing of files begins.
    """

    # Paths to read; anything that makes another dry run.
    wanted = pyqtSignal(list)
    changed = pyqtSignal()
    # The name of a file that is not to be imported after all.
    left_out = pyqtSignal(str)
    # File and sheet of which a person wants to say what the columns hold.
    columns_wanted = pyqtSignal(str, str)

    def __init__(self, choices: SurveyChoices, folder: str = "") -> None:
        super().__init__(objectName="wn_survey_files")
        self._choices, self._folder = choices, folder
        self._choose = QPushButton(
            tr("Choose files…"),
            objectName="wn_survey_choose_files",
            clicked=lambda _checked=False: self.choose(),
        )
        hint = plain_label(tr("Or drop files and folders here; several at once."), wordWrap=True)
        self._leave = QPushButton(
            tr("Leave out"),
            objectName="wn_survey_leave_out",
            enabled=False,
            clicked=lambda _checked=False: self._leave_out(),
        )
        self.columns = QPushButton(
            tr("Columns…"),
            objectName="wn_survey_name_columns",
            enabled=False,
            toolTip=literal(tr("What each column of the chosen sheet holds")),
            clicked=lambda _checked=False: self._name_columns(),
        )
        self.purpose = ChoiceBox("wn_survey_purpose", purposes(), chosen=self._take_purpose)
        self.lines = ChoiceBox("wn_survey_lines", ways_of_lines(), choices.lines, chosen=self._take_lines)
        self._why = widgets.note()
        self._why.setObjectName("wn_survey_purpose_why")
        self.table = plain_table(
            "wn_survey_sources",
            [tr("File"), tr("Sheet"), tr("Holds"), tr("Rows"), tr("Format"), tr("Encoding")],
            [180, 110, 120, 56, 130, 160],
            _FILE,
        )
        self.table.currentCellChanged.connect(lambda row, *_rest: self._choose_line(row))
        # A line of the table is too short for what is wrong with a file.
        self._error = plain_label("", objectName="wn_survey_file_error", wordWrap=True)
        # File and sheet of each line.
        self._of_line: list[tuple[str, SheetSeen | None]] = []
        vertical(
            horizontal(self._choose, (hint, 1), self.columns, self._leave, spacing=GAP),
            horizontal(
                plain_label(tr("Purpose")),
                (self.purpose, 2),
                plain_label(tr("Lines")),
                (self.lines, 2),
                spacing=GAP,
            ),
            self._why,
            (self.table, 1),
            self._error,
            parent=self,
            spacing=GAP,
            margins=(MARGIN, MARGIN, MARGIN, 0),
        )

    def choose(self) -> None:
        """Ask for files, several at once."""
        kinds = " ".join(f"*.{end}" for end in _ENDS)
        paths, _ = QFileDialog.getOpenFileNames(
            self, tr("Choose files"), self._folder, f"{tr('Survey files')} ({kinds});;{tr('All files')} (*)"
        )
        if paths:
            self.wanted.emit(list(paths))

    def _choose_line(self, row: int) -> None:
        self._leave.setEnabled(row >= 0)
        sheet = self._of_line[row][1] if 0 <= row < len(self._of_line) else None
        self.columns.setEnabled(sheet is not None and sheet.head is not None)

    def _leave_out(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._of_line):
            self.left_out.emit(self._of_line[row][0])

    def _name_columns(self) -> None:
        name, sheet = self._of_line[self.table.currentRow()]
        if sheet is not None:
            self.columns_wanted.emit(name, sheet.name)

    def _take_purpose(self, purpose: str) -> None:
        self._choices.purpose = purpose
        self.changed.emit()

    def _take_lines(self, source: str) -> None:
        self._choices.lines = source
        self.changed.emit()

    def _take_role(self, file: str, sheet: str, role: str) -> None:
        self._choices.roles[file, sheet] = role
        self.changed.emit()

    def _take_encoding(self, file: str, encoding: str) -> None:
        self._choices.answer(file, "encoding", encoding or None)
        self.changed.emit()

    # -------------------------------------------------------------------------------------- showing

    def refresh(self, attempt: Attempt) -> None:
        """Show the files as they were read."""
        self.purpose.choose(self._choices.purpose or attempt.purpose)
        self.lines.choose(self._choices.lines)
        suggested = not self._choices.purpose and attempt.purpose == AS_BUILT
        why = [tr("Suggested: planned pipes lie beneath the points.")] if suggested else []
        self._why.setText(joined(filter(None, [*why, attempt.passed_over, *_unused(attempt)])))
        self._why.setVisible(bool(self._why.text()))
        self._error.setText("\n".join(read_file.error for read_file in attempt.files if read_file.error))
        self._error.setVisible(bool(self._error.text()))
        self.table.setRowCount(0)
        self.table.clearSpans()
        self._of_line = []
        for file in attempt.files:
            self._add_file(file)
        open_line = next((index for index, name in enumerate(self._of_line) if _is_open(name[1])), None)
        if open_line is not None:
            self.table.setCurrentCell(open_line, _FILE)

    def _add_file(self, file: FileSeen) -> None:
        first = self.table.rowCount()
        seen = {read_sheet.name for read_sheet in file.sheets}
        # Sheets that are left out are not read; their role can be changed back.
        left = [
            SheetSeen(sheet, role, 0)
            for (name, sheet), role in self._choices.roles.items()
            if name == file.name and sheet not in seen
        ]
        sheets = [*file.sheets, *left] or [None]
        self.table.setRowCount(first + len(sheets))
        self._of_line += [(file.name, sheet) for sheet in sheets]
        for line, sheet in enumerate(sheets, start=first):
            if line == first:
                mark = dot(BAD) if file.error else dot(GOOD)
                name = labelled(file.name, file.error) if bool(file.error) and sheet is None else file.name
                self.table.setItem(line, _FILE, text_item(name, icon=mark))
                self.table.setItem(line, _FORMAT, text_item(format_words(file.format)))
                # What can't be read may be in another encoding.
                self.table.setCellWidget(line, _ENCODING, self._encoding_box(line, file))
            if sheet is None:
                self.table.setItem(line, _ROWS, text_item(amounts.number(file.rows), right=True))
                continue
            mark = dot(BAD) if _is_open(sheet) else None
            self.table.setItem(line, _SHEET, text_item(sheet.name, icon=mark))
            self.table.setItem(line, _ROWS, text_item(amounts.number(sheet.rows), right=True))
            box = ChoiceBox(
                f"wn_survey_role_{line}",
                role_names(),
                sheet.role,
                chosen=lambda role, file_name=file.name, name=sheet.name: self._take_role(
                    file_name, name, role
                ),
            )
            self.table.setCellWidget(line, _ROLE, box)
        if file.error and not file.sheets:
            self.table.setSpan(first, _FILE, 1, _FORMAT)

    def _encoding_box(self, line: int, file: FileSeen) -> QWidget | None:
        if not file.encoding and not file.error:
            return None
        own = self._choices.answers.get(file.name, {}).get("encoding", "")
        detected = tr("detect it")
        if file.encoding and not own:
            detected = tr("{encoding} (found)").format(encoding=_encoding(file.encoding))
        return ChoiceBox(
            f"wn_survey_encoding_{line}",
            [("", detected), *((name, _encoding(name)) for name in _ENCODINGS)],
            own,
            chosen=lambda name, file_name=file.name: self._take_encoding(file_name, name),
        )


def _is_open(sheet: SheetSeen | None) -> bool:
    """Return whether nobody understands a sheet."""
    return sheet is not None and sheet.head is not None and bool(sheet.head.reason)


def _unused(attempt: Attempt) -> list[str]:
    """Return a sentence for each file of which columns are not used."""
    text = tr("{file}: columns that are not used: {columns}.")
    return [text.format(file=file.name, columns=file.unused) for file in attempt.files if file.unused]


def _encoding(code: str) -> str:
    return value_words("encoding", code)
