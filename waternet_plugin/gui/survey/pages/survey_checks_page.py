"""Step 3: what the checks found: errors in red, warnings with a tick each or for all of a kind."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QPushButton, QTableWidgetItem, QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.survey.survey_rules import survey_rules
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import (
    BAD,
    DOUBT,
    GAP,
    MARGIN,
    ChoiceBox,
    colour,
    dot,
    plain_table,
    text_item,
)
from waternet_plugin.gui.survey.attempt import ERROR, Attempt, CheckLine
from waternet_plugin.gui.survey.pages.code_meaning import CodeMeaning
from waternet_plugin.gui.survey.survey_choices import SurveyChoices
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

# More rows than anybody ticks one by one; the tick of the kind counts for all.
_MOST = 1000
_KIND_ROWS = 5
_ROW = 28
_SYSTEM_UNKNOWN = "system_unknown"
_OF_COLUMNS = ("column_unused", "level_unused")


class SurveyChecksPage(QWidget):
    """List the kinds of findings, and the findings of the chosen kind.

    Parameters
    ----------
    choices
        Keeps the ticks.
    """

    ticked = pyqtSignal()
    # A finding was chosen: show its place.
    picked = pyqtSignal(object)
    prefix_wanted = pyqtSignal(object)
    valid_wanted = pyqtSignal()
    # The system of rows that say none was chosen.
    system_wanted = pyqtSignal(object)
    # File and sheet of which a person wants to say what the columns hold.
    columns_wanted = pyqtSignal(str, str)

    def __init__(self, choices: SurveyChoices) -> None:
        super().__init__(objectName="wn_survey_checks")
        self._choices = choices
        self._groups: list[list[CheckLine]] = []
        self._lines: list[CheckLine] = []
        self._filling = False
        self._head = widgets.heading("")
        self._head.setObjectName("wn_survey_checks_head")
        self.kinds = plain_table("wn_survey_kinds", [tr("Seen"), tr("Finding"), tr("Rows")], [48, 400, 72], 1)
        self.kinds.itemChanged.connect(self._kind_ticked)
        self.kinds.currentCellChanged.connect(lambda row, *_rest: self._show_kind(row))
        self.rows = plain_table(
            "wn_survey_findings",
            [tr("Seen"), tr("File"), tr("Row no."), tr("Point no."), tr("Finding")],
            [48, 120, 72, 90, 300],
            4,
        )
        # A finding in full needs more lines than there is room for in a small window, and takes them here.
        self.rows.setMinimumHeight(2 * _ROW)
        self.rows.itemChanged.connect(self._row_ticked)
        self.rows.currentCellChanged.connect(lambda row, *_rest: self._pick(row))
        self._whole = plain_label("", objectName="wn_survey_finding", wordWrap=True)
        self._fix = widgets.note()
        self._fix.setObjectName("wn_survey_fix")
        self.prefix = QPushButton(
            objectName="wn_survey_prefix", autoDefault=False, clicked=lambda _checked=False: self._number()
        )
        self.valid = QPushButton(
            tr("Import valid rows"),
            objectName="wn_survey_valid",
            autoDefault=False,
            clicked=lambda _checked=False: self.valid_wanted.emit(),
        )
        self.columns = QPushButton(
            tr("Columns…"),
            objectName="wn_survey_check_columns",
            autoDefault=False,
            clicked=lambda _checked=False: self._name_columns(),
        )
        for button in (self.valid, self.prefix, self.columns):
            widgets.keep_place(button)
        systems = [(entry.code, entry.label) for entry in domain("system").values()]
        self.system = ChoiceBox("wn_survey_system", systems, chosen=self.system_wanted)
        self.meaning = CodeMeaning()
        self._system = QWidget(self)
        label = plain_label(tr("System of the rows that say none"))
        horizontal(label, (self.system, 1), parent=self._system, spacing=GAP, margins=0)
        vertical(
            self._head,
            self.kinds,
            (self.rows, 1),
            self._whole,
            self._fix,
            self._system,
            self.meaning,
            horizontal(self.valid, self.prefix, 1, self.columns, spacing=GAP),
            parent=self,
            spacing=GAP,
            margins=(MARGIN, MARGIN, MARGIN, 0),
        )
        self._offered: dict[str, str] = {}

    def refresh(self, attempt: Attempt) -> None:
        """Show the findings of a dry run."""
        by_rule: dict[tuple[bool, str], list[CheckLine]] = {}
        for line in attempt.checks:
            by_rule.setdefault((line.severity != ERROR, line.rule_id), []).append(line)
        self._groups = [by_rule[key] for key in sorted(by_rule, key=lambda key: key[0])]
        errors, warnings = len(attempt.errors), len(attempt.warnings)
        if errors and not self._choices.valid_only:
            head = tr(
                "%n error(s). Correct the file and drop it again, or import the valid rows.", "", errors
            )
        elif warnings:
            head = tr("%n warning(s) to look at. Tick what is right as it is.", "", warnings)
        else:
            head = tr("The checks found nothing.") if not errors else tr("Rows with errors are left out.")
        self._head.setText(head)
        given = self._choices.prefixes
        self._offered = {
            name: prefix for name, prefix in attempt.offered_prefixes.items() if name not in given
        }
        prefixes = listed(dict.fromkeys(self._offered.values()))
        self.prefix.setText(tr("Number with prefix {prefix}").format(prefix=prefixes))
        self.prefix.setVisible(bool(self._offered))
        self.system.choose(self._choices.system or None)
        unknown = any(error.rule_id == _SYSTEM_UNKNOWN for error in attempt.errors)
        self._system.setVisible(unknown or bool(self._choices.system))
        self.valid.setVisible(bool(errors) and not self._choices.valid_only)
        self._show_kinds()

    def _show_kinds(self) -> None:
        self._filling = True
        row = max(self.kinds.currentRow(), 0)
        self.kinds.setRowCount(0)
        self.kinds.setRowCount(len(self._groups))
        for index, group in enumerate(self._groups):
            is_error = group[0].severity == ERROR
            self.kinds.setItem(index, 0, self._tick(group))
            item = text_item(kind_words(group), icon=dot(BAD if is_error else DOUBT))
            if is_error:
                item.setForeground(QColor(colour(BAD)))
            self.kinds.setItem(index, 1, item)
            self.kinds.setItem(index, 2, text_item(amounts.number(len(group)), right=True))
        heading = self.kinds.horizontalHeader().sizeHint().height()
        self.kinds.setFixedHeight(heading + _ROW * min(max(len(self._groups), 1), _KIND_ROWS) + 4)
        self._filling = False
        if self._groups:
            self.kinds.setCurrentCell(min(row, len(self._groups) - 1), 1)
        self._show_kind(self.kinds.currentRow())

    def _tick(self, lines: list[CheckLine]) -> QTableWidgetItem:
        """Return the box of one or more findings; errors have none."""
        item = QTableWidgetItem()
        if lines[0].severity == ERROR:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            return item
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
        seen = sum(line.key in self._choices.ticked for line in lines)
        states = Qt.CheckState
        part = states.PartiallyChecked if seen else states.Unchecked
        item.setCheckState(states.Checked if seen == len(lines) else part)
        label = tr("Take the new value") if lines[0].asset else tr("Seen, and right as it is")
        item.setToolTip(literal(tr("Tick all of this kind") if len(lines) > 1 else label))
        return item

    def _show_kind(self, row: int) -> None:
        if self._filling:
            return
        self._lines = self._groups[row][:_MOST] if 0 <= row < len(self._groups) else []
        self._filling = True
        self.rows.setRowCount(0)
        self.rows.setRowCount(len(self._lines))
        for index, line in enumerate(self._lines):
            self.rows.setItem(index, 0, self._tick([line]))
            file = f"{line.file} / {line.sheet}" if line.sheet else line.file
            self.rows.setItem(index, 1, text_item(file))
            number = "" if line.row_no is None else str(line.row_no)
            self.rows.setItem(index, 2, text_item(number, right=True))
            self.rows.setItem(index, 3, text_item(line.point_no))
            self.rows.setItem(index, 4, text_item(line.text))
        self._filling = False
        self.meaning.show_lines(self._groups[row] if self._lines else [])
        self.columns.setVisible(bool(self._lines) and self._lines[0].rule_id in _OF_COLUMNS)
        self._say(self._lines[0] if self._lines else None)

    def _kind_ticked(self, item: QTableWidgetItem) -> None:
        if not self._filling and item.column() == 0:
            self._take(self._groups[item.row()], item)

    def _row_ticked(self, item: QTableWidgetItem) -> None:
        if not self._filling and item.column() == 0:
            self._take([self._lines[item.row()]], item)

    def _take(self, lines: list[CheckLine], item: QTableWidgetItem) -> None:
        self._choices.tick(lines, item.checkState() == Qt.CheckState.Checked)
        self._show_kinds()
        self.ticked.emit()

    def _pick(self, row: int) -> None:
        if not self._filling and 0 <= row < len(self._lines):
            self._say(self._lines[row])
            self.picked.emit(self._lines[row])

    def _say(self, line: CheckLine | None) -> None:
        """Say a finding in full, and what to do about it."""
        self._whole.setText("" if line is None else line.text)
        self._fix.setText("" if line is None or line.fix == line.text else line.fix)

    def _name_columns(self) -> None:
        line = self._lines[max(self.rows.currentRow(), 0)]
        self.columns_wanted.emit(line.file, line.sheet)

    def _number(self) -> None:
        self.prefix_wanted.emit(self._offered)


def kind_words(group: list[CheckLine]) -> str:
    """Return the title of a kind of findings, and the points and lines that it names."""
    rule = survey_rules().get(group[0].rule_id)
    title = group[0].text if rule is None else rule.title
    names = list(dict.fromkeys(finding.point_no for finding in group if finding.point_no))
    if not names:
        return title
    text = tr("{title}: {names}", "a kind of findings, and what it names")
    return text.format(title=title, names=shortened(names))
