"""The search box of the panel: it finds while one types; Enter or a click shows it on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QEvent, QObject, Qt, QTimer
from qgis.PyQt.QtWidgets import QListWidget, QListWidgetItem, QWidget

from waternet_plugin.core.errors import CancelledError, WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.finding import showing
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.tasks.latest_reading import LatestReading
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

if TYPE_CHECKING:
    from waternet_plugin.gui.finding.showing import Finding
    from waternet_plugin.store.geopackage.finding import SearchHit

_SETTLE_MS = 150
_MOST, _SHOWN = 20, 8


class SearchBox(QWidget):
    """A line to type in, and under it what was found.

    Parameters
    ----------
    finding
        Searches the open network, and shows what is chosen.
    """

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_find")
        self._finding = finding
        self._latest = LatestReading(finding.session.run, self)
        self.line = QgsFilterLineEdit(
            self,
            objectName="wn_find_line",
            placeholderText=tr("Find pipe, node, compound, customer, street"),
            toolTip=tr("Id or name; Enter shows the first one, Esc clears"),
        )
        self.line.setFixedHeight(26)
        self.list = QListWidget(
            self,
            objectName="wn_find_list",
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            textElideMode=Qt.TextElideMode.ElideNone,
            visible=False,
        )
        self.note = plain_label(
            "",
            self,
            objectName="wn_find_note",
            font=sized(self.font(), NOTE_PT),
            wordWrap=True,
            visible=False,
        )
        vertical(self.line, self.list, self.note, parent=self, spacing=4, margins=0)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS, timeout=self.find)
        self.line.textChanged.connect(self._typed)
        self.line.returnPressed.connect(self._show_chosen)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(self._show)
        self.list.itemActivated.connect(self._show)

    def _typed(self, text: str) -> None:
        self._latest.drop()
        if text.strip():
            self._settle.start()
        else:
            self._settle.stop()
            self.list.hide()
            self.note.hide()
            self._finding.clear()

    def find(self) -> None:
        """Look for what is typed, in a task."""
        self._latest.drop()
        text, finder = self.line.text().strip(), self._finding.finder()
        if not text or finder is None:
            return

        def work(progress: Progress) -> list[SearchHit]:
            def cancelled() -> bool:
                try:
                    progress.at(0.5)
                except CancelledError:
                    return True
                return False

            found: list[SearchHit] = finder.find(text, most=_MOST, cancelled=cancelled)
            return found

        def failed(error: WaterNetError) -> None:
            self._fill([])
            self.note.setText(error.message)

        self._latest.begin(tr("Finding"), work, self._fill, failed, is_quiet=True)

    def _fill(self, found: list[SearchHit]) -> None:
        self.list.clear()
        for one in found[:_MOST]:
            item = QListWidgetItem(f"{showing.title(one)}\n{showing.detail(one)}")
            item.setToolTip(literal(item.text()))
            item.setData(Qt.ItemDataRole.UserRole, one)
            self.list.addItem(item)
        if found:
            self.list.setCurrentRow(0)
            high = sum(self.list.sizeHintForRow(row) for row in range(min(len(found), _SHOWN)))
            self.list.setFixedHeight(high + 2 * self.list.frameWidth())
        self.list.setVisible(bool(found))
        self.note.setText("" if found else tr("Nothing in the network has this name or id."))
        self.note.setVisible(not found)

    def _show_chosen(self) -> None:
        item = self.list.currentItem()
        if item is not None and not self.list.isHidden():
            self._show(item)

    def _show(self, item: QListWidgetItem) -> None:
        self._finding.show(item.data(Qt.ItemDataRole.UserRole))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Let the arrows walk the list while one types, and Esc clear the line before QGIS takes it."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        keys = Qt.Key
        if event.key() == keys.Key_Escape and self.line.text():
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.line.clear()
            return True
        step = {keys.Key_Down: 1, keys.Key_Up: -1}.get(event.key(), 0)
        if not step or self.list.isHidden() or event.type() != QEvent.Type.KeyPress:
            return False
        self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
        return True
