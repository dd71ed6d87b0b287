"""The edits that were not saved when QGIS ended: which rows, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from qgis.PyQt.QtWidgets import QAbstractItemView, QWidget

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.conflicts.value_texts import field_label, geometry_text, value_text
from waternet_plugin.gui.panes.list_window import ListWindow
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets.row_table import TableColumn


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("table", tr("Table"), width=80),
        TableColumn("asset", tr("Asset"), width=110),
        TableColumn("what", tr("What changed"), width=320, fills=True),
    )


def what_changed(edit: RowEdit) -> str:
    """Return what became of a row, field by field."""
    if edit.before is None or edit.now is None:
        return domains.label_of("log_action", "insert" if edit.before is None else "delete")
    return listed(
        _change(edit.table, name, edit.before.get(name), edit.now.get(name)) for name in edit.changed_fields
    )


def _change(table_name: str, name: str, before: Any, now: Any) -> str:
    label = field_label(table_name, name)
    if name == GEOMETRY_COLUMN:
        text = tr("{field}: {after}", "what happened to a field")
        return text.format(field=label, after=geometry_text(before, now))
    text = tr("{field}: {before} → {after}", "old and new value of a field")
    was, becomes = (value_text(table_name, name, each) for each in (before, now))
    return text.format(field=label, before=was, after=becomes)


def _row(edit: RowEdit) -> dict[str, Any]:
    return {
        "table": table(edit.table).label,
        "asset": edit.asset or (str(edit.key) if edit.key >= 0 else ""),
        "what": what_changed(edit),
    }


class LeftEditsWindow(ListWindow):
    """The list, and the answers that the message bar offers too.

    Parameters
    ----------
    edits
        The rows.
    answers
        What can be done with them: a word, and what does it; the window closes with it.
    """

    TOPIC = "together"

    NAME = "wn_left_edits"
    SELECTION = QAbstractItemView.SelectionMode.ExtendedSelection

    def __init__(
        self,
        session: Session,
        edits: tuple[RowEdit, ...],
        answers: Mapping[str, tuple[str, Callable[[], object]]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, tr("Edits that were not saved"), _columns(), parent)
        self.table.set_rows([_row(edit) for edit in edits])
        for name, (text, act) in answers.items():
            self._button(text, name, partial(self._answer, act))

    def _answer(self, act: Callable[[], object], *_checked: bool) -> None:
        self.close()
        act()
