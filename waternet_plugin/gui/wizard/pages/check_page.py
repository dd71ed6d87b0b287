"""Step 5: what would be written and what not, then what was written."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QTabWidget, QTextBrowser, QWidget

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.steps import widgets
from waternet_plugin.gui.panes.steps.widgets import (
    BAD,
    DOUBT,
    GAP,
    GOOD,
    MARGIN,
    colour,
    dot,
    keep_place,
    plain_table,
    text_item,
)
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.wizard.adoption_work import AdoptionOutcome
from waternet_plugin.gui.wizard.pages.changes_part import ChangesPart
from waternet_plugin.gui.wizard.pages.questions import Questions
from waternet_plugin.gui.wizard.pages.taken_columns import taken_lines
from waternet_plugin.gui.wizard.pages.taken_values import TakenRows, TakenValues
from waternet_plugin.gui.wizard.state import State
from waternet_plugin.store.addresses import parse
from waternet_plugin.store.outputs import refuse_network_as_output

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult


class CheckPage(QWidget):
    """Show the dry run of every source; after adopting, what came of it and what to do next.

    Parameters
    ----------
    state
        The wizard's memory; its results belong to the ready sources in their order.
    """

    show_rejected = pyqtSignal()
    undo = pyqtSignal()
    told = pyqtSignal(str, bool)

    def __init__(self, state: State) -> None:
        super().__init__(objectName="wn_wizard_check")
        self._state = state
        self._head = widgets.heading("", objectName="wn_wizard_check_head")
        self.table = plain_table(
            "wn_wizard_results",
            [tr("File"), tr("Becomes"), tr("Rows"), tr("Ready"), tr("Rejected"), tr("Length")],
            [160, 110, 80, 80, 80, 90],
            0,
        )
        self.table.setMaximumHeight(28 * 6)
        self.questions = Questions(state)
        self.details = QTextBrowser(objectName="wn_wizard_details", openLinks=False)
        self.taken = TakenValues()
        self.taken.rows_wanted.connect(lambda *found: TakenRows(self.window(), *found).show())
        self.tabs = QTabWidget(objectName="wn_wizard_check_tabs", documentMode=True)
        self.tabs.addTab(self.details, tr("Summary"))
        self.tabs.addTab(self.taken, "")
        self.rejected = QPushButton(
            tr("Show rejected rows on the map"),
            objectName="wn_wizard_show_rejected",
            clicked=lambda _checked=False: self.show_rejected.emit(),
        )
        self.report = QPushButton(
            tr("Save the report…"),
            objectName="wn_wizard_save_report",
            clicked=lambda _checked=False: self._ask_report(),
        )
        self.undo_button = QPushButton(
            tr("Undo the adoption"),
            objectName="wn_wizard_undo",
            clicked=lambda _checked=False: self.undo.emit(),
        )
        self.changes = ChangesPart(state)
        vertical(
            self._head,
            self.table,
            self.questions,
            (self.tabs, 1),
            horizontal(self.report, self.rejected, 1, self.undo_button, spacing=GAP),
            parent=self,
            spacing=GAP,
            margins=(MARGIN, MARGIN, MARGIN, 0),
        )
        for button in (self.rejected, self.report, self.undo_button):
            keep_place(button)
        self._is_done = False

    def refresh(self, results: Sequence[AdoptionResult] = (), adopted: AdoptionOutcome | None = None) -> None:
        """Show results, of the dry run or, with ``adopted``, of what was written."""
        self._is_done = adopted is not None
        self._show_changes(results)
        self.questions.show_results(results if adopted is None else ())
        ready = self._state.ready
        headings = [tr("File"), tr("Becomes"), tr("Rows"), tr("Ready"), tr("Rejected"), tr("Length")]
        if adopted is not None:
            headings[3] = tr("Adopted")
        self.table.setHorizontalHeaderLabels(headings)
        from waternet_plugin.core.reports.adoption.adoption import (
            is_there_already,
            summary_lines,
            useless_lines,
        )

        self.table.setRowCount(0)
        self.table.setRowCount(len(results))
        heading = self.table.horizontalHeader().sizeHint().height()
        rows = min(max(len(results), 1), 5)
        self.table.setMinimumHeight(heading + 28 * min(rows, 3) + 4)
        self.table.setMaximumHeight(heading + 28 * rows + 4)
        parts = []
        for line, (source, result) in enumerate(zip(ready, results)):
            name = source.name
            useless = useless_lines(result)
            is_lost = not result.rows_written and not is_there_already(result)
            kind = BAD if is_lost or useless else DOUBT if result.rows_rejected else GOOD
            self.table.setItem(line, 0, text_item(name, icon=dot(kind)))
            self.table.setItem(line, 1, text_item(table(result.table).label))
            for column, count in ((2, result.rows_in), (3, result.rows_written), (4, result.rows_rejected)):
                self.table.setItem(line, column, text_item(amounts.number(count), right=True))
            is_long = "length_m" in result.rows and result.update is None
            metres = result.rows["length_m"].sum() if is_long else None
            self.table.setItem(
                line, 5, text_item("" if metres is None else amounts.length(float(metres)), right=True)
            )
            lines = summary_lines(result, dry_run=adopted is None)
            lines += [*([result.transform] if result.transform else []), *taken_lines(source)]
            parts.append(_paragraph(name, lines, useless))
        self.details.setHtml("".join(parts))
        self.taken.show_results(ready, results)
        self.tabs.setTabText(
            self.tabs.indexOf(self.taken), tr("What was taken how ({n})").format(n=self.taken.count)
        )
        self.rejected.setVisible(bool(sum(result.rows_rejected for result in results)))
        self.report.setVisible(bool(results))
        self.undo_button.setVisible(adopted is not None and bool(adopted.batch_ids))
        updates = any(result.update is not None for result in results)
        self.undo_button.setText(tr("Undo the update") if updates else tr("Undo the adoption"))
        self._head.setText(self._headline(results, adopted))

    def _show_changes(self, results: Sequence[AdoptionResult]) -> None:
        """Show the list of changes before the summary where a file updates rows."""
        updates = any(result.update is not None for result in results)
        # Rejecting all that is there can be taken back where it was said.
        updates = updates or any(self._state.is_update(source) for source in self._state.ready)
        place = self.tabs.indexOf(self.changes)
        if updates and place < 0:
            self.tabs.insertTab(0, self.changes, tr("Changes"))
            self.tabs.setCurrentIndex(0)
        elif not updates and place >= 0:
            self.tabs.removeTab(place)
        if updates:
            self.changes.show_results(results, is_done=self._is_done)

    def _headline(self, results: Sequence[AdoptionResult], adopted: AdoptionOutcome | None) -> str:
        is_update = bool(results) and all(result.update is not None for result in results)
        if adopted is not None:
            text = tr("Updated {name}.") if is_update else tr("Adopted into {name}.")
            return text.format(name=parse(adopted.path).name)
        if not results:
            return ""
        name = parse(self._state.target_path).name
        if is_update:
            if not any(result.assets_written for result in results):
                return tr("There is nothing to write: {name} has all of this already.").format(name=name)
            return tr("Nothing has been written yet. “Update” writes these changes to {name}.").format(
                name=name
            )
        if self._state.makes_network:
            return tr("Nothing has been written yet. “Adopt” creates {name} and writes these rows.").format(
                name=name
            )
        return tr("Nothing has been written yet. “Adopt” writes these rows to {name}.").format(name=name)

    def _ask_report(self) -> None:
        path = file_dialogs.ask_where_to_save(
            self,
            tr("Save the report"),
            str(parse(self._state.target_path).outputs_folder / "adoption.html"),
            "HTML (*.html)",
            lambda error: self.told.emit(error.message, True),
        )
        if path is not None:
            self.save_report(path)

    def save_report(self, path: Path) -> list[Path]:
        """Write one report a source; the second and later ones get their file's name."""
        from waternet_plugin.core.reports.adoption.adoption import adoption_report

        written = []
        for number, (source, result) in enumerate(zip(self._state.ready, self._state.results)):
            target = (
                path if number == 0 else path.with_name(f"{path.stem}_{Path(source.name).stem}{path.suffix}")
            )
            report = adoption_report(
                result,
                source=source.name,
                network=parse(self._state.target_path).name,
                encoding=source.encoding_used,
                dry_run=not self._is_done,
            )
            try:
                refuse_network_as_output(target)
                written.append(report.write(target))
            except WaterNetError as error:
                self.told.emit(error.message, True)
                return written
        self.told.emit(tr("The report is in {path}.").format(path=path), False)
        return written


def _paragraph(name: str, lines: list[str], useless: list[str]) -> str:
    """Return a source's sentences as HTML, those that tell what makes its rows useless in red."""
    head = f"<p style='margin:8px 0 2px 0'><b>{html.escape(name)}</b></p>"
    red = f";color:{colour(BAD)};font-weight:600"
    return head + "".join(
        f"<p style='margin:0 0 2px 0{red if line in useless else ''}'>{html.escape(line)}</p>"
        for line in lines
    )
