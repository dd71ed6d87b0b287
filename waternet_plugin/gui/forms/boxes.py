"""Value lists that one searches by typing: any part of label, code or alias."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QEvent, QModelIndex, QObject, Qt
from qgis.PyQt.QtWidgets import QComboBox, QCompleter

from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.domains import Code

_SEARCH = Qt.ItemDataRole.UserRole + 7


def _searched(code: Code) -> str:
    """Return all that a code is found by."""
    words = (code.label_zh, code.label_en, code.code, code.standard_code, *code.aliases)
    return " ".join(word for word in words if word)


class _Completer(QCompleter):
    """Finds rows by what is searched, and writes their labels."""

    def pathFromIndex(self, index: QModelIndex) -> str:  # noqa: N802 (Qt's name)
        """Return what the box shows for a row that was found."""
        return str(index.data(Qt.ItemDataRole.DisplayRole) or "")


class SearchableBox(QObject):
    """Makes a value list of QGIS searchable.

    Parameters
    ----------
    box
        QGIS's own box of a value map; its data are codes.
    domain
        The value list.
    hint
        Grey text where nothing is chosen.
    """

    def __init__(self, box: QComboBox, domain: str, hint: str) -> None:
        super().__init__(box)
        self._box = box
        self._domain = domain
        codes = domains.domain(domain)
        for row in range(box.count()):
            code = codes.get(str(box.itemData(row)))
            # A code that users added is searched by what the list shows of it.
            box.setItemData(row, _searched(code) if code else box.itemText(row), _SEARCH)
        box.setEditable(True)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        edit: Any = box.lineEdit()
        edit.setPlaceholderText(hint)
        completer = _Completer(box.model(), box)
        completer.setCompletionRole(_SEARCH)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setMaxVisibleItems(12)
        box.setCompleter(completer)
        edit.editingFinished.connect(self._settle)
        edit.installEventFilter(self)
        # Each box shows the beginning of its text, as QGIS's own does.
        box.currentIndexChanged.connect(self._show_beginning)
        self._show_beginning()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Select the text when the box is entered, so that typing searches at once."""
        if event.type() == QEvent.Type.FocusIn:
            watched.selectAll()  # type: ignore[attr-defined]
        return False

    def _show_beginning(self, *_index: Any) -> None:
        edit = self._box.lineEdit()
        if edit is not None and not edit.hasFocus():
            edit.setCursorPosition(0)

    def row_of(self, text: str) -> int:
        """Return the row that a typed text means, -1 for none or several."""
        exact = self._box.findText(text, Qt.MatchFlag.MatchFixedString)
        if exact >= 0:
            return exact
        meant = domains.suggest(self._domain, text)
        if meant is not None:
            return self._box.findData(meant)
        part = text.strip().casefold()
        rows = range(self._box.count())
        found = [row for row in rows if part in str(self._box.itemData(row, _SEARCH) or "").casefold()]
        return found[0] if len(found) == 1 else -1

    def _settle(self) -> None:
        """Choose what was typed; what means nothing gives way to what was chosen before."""
        text = self._box.currentText()
        if text == self._box.itemText(self._box.currentIndex()):
            return
        row = self.row_of(text)
        if row >= 0:
            self._box.setCurrentIndex(row)
        self._box.setEditText(self._box.itemText(self._box.currentIndex()))
        self._show_beginning()
