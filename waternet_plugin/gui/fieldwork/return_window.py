"""A package that came back: what is taken, in conflict and rejected, before anything is written."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QWidget

from waternet_plugin.core.editing.row_conflicts import MINE, RESTORE, Answers
from waternet_plugin.core.fieldwork.field_decisions import OURS, THEIRS, FieldDecisions
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.conflicts.conflict_pane import show_crew_conflicts
from waternet_plugin.gui.conflicts.value_texts import field_label
from waternet_plugin.gui.panes.section import FIGURE_PT, sized
from waternet_plugin.gui.panes.steps.widgets import Message
from waternet_plugin.gui.session.help_key import HelpKey
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn
from waternet_plugin.gui.widgets.standard_buttons import speak

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.fieldwork.import_field_package import FieldReturn

_ORDER = ("conflict", "rejected", "gone", "taken")


def _words() -> dict[str, str]:
    return {
        "conflict": tr("Conflict"),
        "rejected": tr("Rejected"),
        "gone": tr("Deleted by the crew"),
        "taken": tr("Taken"),
    }


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("verdict", tr("Verdict"), width=130),
        TableColumn("asset", tr("Asset"), width=90),
        TableColumn("field", tr("Field"), width=110),
        TableColumn("ours", tr("Network"), width=110),
        TableColumn("theirs", tr("Crew"), width=110),
        TableColumn("reason", tr("Reason"), width=180, fills=True, wraps=True),
    )


class ReturnWindow(HelpKey, QDialog):
    """Lists what differs and takes it up; conflicts are asked in their pane."""

    TOPIC = "field"

    def __init__(self, session: Session, place: str) -> None:
        super().__init__(
            session.iface.mainWindow(), objectName="wn_field_return", windowTitle=tr("Field package")
        )
        self.session, self.place = session, place
        self._seen: FieldReturn | None = None
        self.resize(820, 460)
        self.headline = plain_label(
            tr("Comparing"),
            self,
            objectName="wn_field_headline",
            wordWrap=True,
            font=sized(self.font(), FIGURE_PT - 1, semibold=True),
        )
        self.list = RowsView(_columns(), "wn_field_verdicts", self)
        self.delete = QCheckBox("", self, objectName="wn_field_delete", visible=False)
        self.message = Message("wn_field_return_message")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self, accepted=self._go)
        self.take = buttons.addButton(tr("Take up"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.pyqtConfigure(objectName="wn_field_take", default=True, enabled=False)
        speak(buttons).rejected.connect(self.reject)
        vertical(self.headline, (self.list, 1), self.delete, self.message, buttons, parent=self, margins=12)
        self.delete.toggled.connect(self._look)
        self._look()

    def _work(self, *, dry_run: bool, rows: dict[str, Any] | None = None) -> Any:
        decisions = FieldDecisions(rows=rows or {}, delete_all=self.delete.isChecked())
        return on_network(self.session.network_path, partial(_taken_up, self.place, decisions, dry_run))

    def _look(self, *_args: object) -> None:
        """Rehearse, so that the list says what pressing the button does."""
        self.take.setEnabled(False)
        title = tr("Reading {source}").format(source=Path(self.place).name)
        self.session.run(title, self._work(dry_run=True), self._show, failed=self._fail)

    def _show(self, done: FieldReturn) -> None:
        if sip.isdeleted(self):
            return
        self._seen = done
        text = tr("Package {package} of {crew}: {counts}")
        self.headline.setText(text.format(package=done.package_id, crew=done.crew, counts=done.sentence))
        words = _words()
        differing = [one for one in done.verdicts if one.verdict in words]
        self.list.set_rows(
            [
                {
                    "verdict": words[one.verdict],
                    "asset": one.asset or table(one.table).label,
                    "field": _field_text(one.table, one.field),
                    "ours": _value_text(one.table, one.field, one.ours),
                    "theirs": _value_text(one.table, one.field, one.theirs),
                    "reason": one.reason,
                }
                for one in sorted(differing, key=lambda one: _ORDER.index(one.verdict))
            ]
        )
        missing = done.rows["gone"]
        self.delete.setVisible(bool(missing))
        self.delete.setText(tr("Delete here, too, %n row(s) that the crew deleted", "", missing))
        for note in done.notes:
            self.message.say(note)
        self.take.setEnabled(True)

    def _fail(self, error: Any) -> None:
        if not sip.isdeleted(self):
            self.headline.setText(tr("Nothing is taken up"))
            self.message.say(error.message)

    def _go(self) -> None:
        """Take the package up; conflicts are asked first."""
        seen = self._seen
        if seen is None:
            return
        if not seen.conflicts:
            self._take_up({})
            self.accept()
            return
        uuids = {conflict.row_key: uuid for uuid, conflict in seen.conflicts}

        def save(answers: Answers) -> bool:
            self._take_up({uuids[key]: _side(answer) for key, answer in answers.rows.items() if key in uuids})
            return True

        show_crew_conflicts(self.session, [one for _uuid, one in seen.conflicts], save, seen.crew)
        self.accept()

    def _take_up(self, rows: dict[str, Any]) -> None:
        session = self.session
        title = tr("Taking up {source}").format(source=Path(self.place).name)

        def done(result: FieldReturn) -> None:
            session.written()
            session.say(result.sentence, "success")

        session.run(title, self._work(dry_run=False, rows=rows), done)


def _taken_up(place: str, decisions: FieldDecisions, dry_run: bool, network: Any, progress: Any) -> Any:
    from waternet_plugin.operations.fieldwork.import_field_package import (
        FieldReturnRequest,
        import_field_package,
    )

    return import_field_package(network, FieldReturnRequest(Path(place), decisions, dry_run), progress)


def _field_text(table_name: str, name: str) -> str:
    if not name:
        return ""
    if name != GEOMETRY_COLUMN and name not in table(table_name).field_names:
        return tr("Photo")
    return field_label(table_name, name)


def _value_text(table_name: str, name: str, value: str | None) -> str:
    """Return a value by its label; of a geometry nothing, for the map shows it."""
    if value is None or name == GEOMETRY_COLUMN:
        return ""
    known = {one.name: one for one in table(table_name).fields}
    return known[name].code_label(value) if name in known and known[name].domain else value


def _side(answer: Any) -> Any:
    """Return what an answer of the pane says as decisions have it: mine there is the crew's."""
    if answer.conflict.is_about_row:
        return THEIRS if answer.row in (MINE, RESTORE) else OURS
    return {one.name: THEIRS if answer.side(one.name) == MINE else OURS for one in answer.conflict.fields}


def open_returned(session: Session, place: str) -> QWidget:
    """Open the window for a package that came back."""
    window: QWidget = session.show_window(ReturnWindow(session, place))
    return window
