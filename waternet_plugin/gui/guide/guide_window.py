"""The guide: topics with a search at the left, the text at the right; F1 opens it at a window's topic."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QTextBlock, QTextCursor
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from waternet_plugin.core import texts
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.guide import guide_texts
from waternet_plugin.gui.widgets.layouts import divided, horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal

_SIZE, _SIDE = (960, 600), 260
_TOPIC = Qt.ItemDataRole.UserRole


def _groups() -> dict[str, str]:
    """Return the headings of the list of topics."""
    return {
        "begin": tr("First steps"),
        "import": tr("Bring in your data"),
        "work": tr("Panel and map"),
        "data": tr("Data quality and history"),
        "health": tr("Pipe health assessment"),
        "plan": tr("Renewal"),
        "operate": tr("Bursts and traces"),
        "papers": tr("Documents and files"),
        "system": tr("Settings and packages"),
        "words": tr("Words"),
    }


class GuideWindow(QDialog):
    """The guide in the language of the interface.

    Parameters
    ----------
    topic
        What shows: the key of a topic, a heading's anchor behind a # where one is meant; '' for the first.
    parent
        The main window, or the modal one above it.
    """

    # What it shows is of no network.
    IS_OF_NO_NETWORK = True

    def __init__(self, topic: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="wn_guide", windowTitle=tr("WaterNet guide"))
        self.resize(*_SIZE)
        self._language = texts.language()
        self._topics = {each.key: each for each in guide_texts.topics(self._language)}
        self.shown = ""
        self._way: list[str] = []
        self.search = QLineEdit(
            self,
            objectName="wn_guide_search",
            placeholderText=tr("Search the guide"),
            clearButtonEnabled=True,
            textChanged=self._list,
            returnPressed=self._open_first,
        )
        self.list = QTreeWidget(
            self, objectName="wn_guide_list", headerHidden=True, currentItemChanged=self._chosen
        )
        self.back = QPushButton(
            tr("Go back"),
            self,
            objectName="wn_guide_back",
            autoDefault=False,
            clicked=lambda _checked=False: self._go_back(),
        )
        self.text = QTextBrowser(
            self,
            objectName="wn_guide_text",
            searchPaths=[str(guide_texts.folder(self._language))],
            openLinks=False,
            anchorClicked=self._follow,
        )
        self._lay_out()
        self._list("")
        if not self.show_topic(topic):
            self.show_topic(guide_texts.FIRST)
        self.search.setFocus()

    def _lay_out(self) -> None:
        side = QWidget(self)
        vertical(horizontal((self.search, 1), self.back), (self.list, 1), parent=side, margins=0)
        halves = divided(side, (self.text, 1), parent=self, is_beside=True)
        halves.setSizes([_SIDE, _SIZE[0] - _SIDE])
        vertical(halves, parent=self, spacing=None, margins=12)

    # The list.

    def _list(self, wanted: str) -> None:
        """List all topics by groups, or the headings that a search finds."""
        self.list.blockSignals(True)
        self.list.clear()
        if wanted.strip():
            for part in guide_texts.search(wanted, self._language):
                title = self._topics[part.topic].title
                text = part.heading if part.heading == title else f"{part.heading} · {title}"
                self._item(self.list.invisibleRootItem(), text, f"{part.topic}#{part.anchor}")
            if not self.list.topLevelItemCount():
                self._item(self.list.invisibleRootItem(), tr("Nothing found"), "")
        else:
            names, groups = _groups(), {}
            for topic in self._topics.values():
                if topic.group not in groups:
                    groups[topic.group] = self._item(
                        self.list.invisibleRootItem(), names[topic.group], f"{topic.key}#"
                    )
                    groups[topic.group].setExpanded(True)
                self._item(groups[topic.group], topic.title, topic.key)
        self.list.blockSignals(False)
        self._mark()

    @staticmethod
    def _item(parent: QTreeWidgetItem, text: str, topic: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, [text])
        item.setToolTip(0, literal(text))
        item.setData(0, _TOPIC, topic)
        return item

    def _items(self) -> list[QTreeWidgetItem]:
        return self.list.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive)

    def _mark(self) -> None:
        """Mark the topic that is shown in the list of all."""
        for item in self._items():
            if item.data(0, _TOPIC) == self.shown:
                self.list.blockSignals(True)
                self.list.setCurrentItem(item)
                self.list.blockSignals(False)
                return

    def _chosen(self, item: QTreeWidgetItem | None, _before: object = None) -> None:
        if item is not None and item.data(0, _TOPIC):
            self.show_topic(str(item.data(0, _TOPIC)))
            self._find()

    def _open_first(self) -> None:
        if self.list.topLevelItemCount():
            self.list.setCurrentItem(self.list.topLevelItem(0))
            self._chosen(self.list.topLevelItem(0))

    def _find(self) -> None:
        """Mark the first word of the search in what is shown, from where it is scrolled to."""
        words = self.search.text().split()
        if words:
            self.text.find(words[0])

    # The text.

    def show_topic(self, topic: str) -> bool:
        """Show a topic, at a heading where a # names one; tell whether there is such a place."""
        key, _, place = topic.partition("#")
        if key not in self._topics:
            return False
        if key != self.shown:
            if self.shown:
                self._way.append(self.shown)
            self._show(key)
        if not place:
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            return True
        return self._scroll_to(place)

    def _show(self, key: str) -> None:
        self.shown = key
        self.text.setMarkdown(self._topics[key].markdown)
        self.back.setEnabled(bool(self._way))
        self._mark()

    def _headings(self) -> list[QTextBlock]:
        block, found = self.text.document().begin(), []
        while block.isValid():
            if block.blockFormat().headingLevel():
                found.append(block)
            block = block.next()
        return found

    def _scroll_to(self, place: str) -> bool:
        for block in self._headings():
            if guide_texts.anchor(block.text()) == place:
                cursor = self.text.textCursor()
                # From below, so that the heading stands at the top.
                cursor.movePosition(QTextCursor.MoveOperation.End)
                self.text.setTextCursor(cursor)
                cursor.setPosition(block.position())
                self.text.setTextCursor(cursor)
                return True
        return False

    def _follow(self, url: QUrl) -> None:
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
            return
        name = url.path().rpartition("/")[2]
        key = name[: -len(".md")] if name.endswith(".md") else self.shown
        # Chinese anchors come as they are written.
        self.show_topic(f"{key}#{url.fragment(QUrl.ComponentFormattingOption.FullyDecoded)}")

    def _go_back(self) -> None:
        if self._way:
            self._show(self._way.pop())
            self.text.moveCursor(QTextCursor.MoveOperation.Start)


def open_guide(session: Any, topic: str = "") -> None:
    """Show the guide at a topic, above a modal window where one is open."""
    session.show_window(GuideWindow(topic, QApplication.activeModalWidget() or session.iface.mainWindow()))
