"""Small widgets of the wizard: status dots, rows of 28 px, the searchable list of codes, the rail."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QRectF, QSize, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import (
    QColor,
    QFont,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
    QStandardItem,
    QStandardItemModel,
)
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QCompleter,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTableWidget,
    QTableWidgetItem,
    QTreeView,
    QWidget,
)

from waternet_plugin.compat import text_flags
from waternet_plugin.core import colours
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.plain_text import literal, plain_label

ROW_HEIGHT = 28
DOT = 10
MARGIN, GAP, INSIDE = 12, 8, 4
# Of a column of the list that a box of columns opens.
_WIDEST = 320

# Status dots: colour and letter, so that neither speaks alone.
GOOD, DOUBT, BLANK, BAD = "good", "doubt", "blank", "bad"
_DOTS = {
    GOOD: (colours.GOOD, "✓"),
    DOUBT: (colours.DOUBT, "?"),
    BLANK: (colours.DIM, "–"),
    BAD: (colours.BAD, "!"),
}
_ROLE_CODE = Qt.ItemDataRole.UserRole + 1
# Key under which a list holds “nothing chosen yet”, apart from None, which is unknown.
UNDECIDED = "\x00"


def colour(kind: str) -> str:
    """Return the colour of a status."""
    return _DOTS[kind][0]


def dot(kind: str) -> QIcon:
    """Return the dot of a status, with its letter."""
    fill, letter = _DOTS[kind]
    scale = 4
    size = DOT * scale
    pixmap = QPixmap(size, size)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(fill))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QRectF(0, 0, size, size))
    painter.setPen(QColor(colours.WHITE))
    font = QFont()
    font.setPixelSize(int(size * 0.8))
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(QRectF(0, 0, size, size), text_flags(Qt.AlignmentFlag.AlignCenter), letter)
    painter.end()
    return QIcon(pixmap)


def confidence_dot(confidence: str) -> str:
    """Return the status that shows how sure something is."""
    return {"sure": GOOD, "guess": DOUBT, "assumed": DOUBT}.get(confidence, BLANK)


def text_item(
    text: str, *, tooltip: str = "", icon: QIcon | None = None, right: bool = False
) -> QTableWidgetItem:
    """Return a cell that is read only."""
    item = QTableWidgetItem(text)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    item.setToolTip(literal(tooltip or text))
    if icon is not None:
        item.setIcon(icon)
    if right:
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def plain_table(name: str, headings: Sequence[str], widths: Sequence[int], stretch: int) -> QTableWidget:
    """Return a table with rows of 28 px; one column takes the room that is left."""
    table = QTableWidget(
        0,
        len(headings),
        objectName=name,
        alternatingRowColors=False,
        wordWrap=False,
        selectionBehavior=QAbstractItemView.SelectionBehavior.SelectRows,
        selectionMode=QAbstractItemView.SelectionMode.SingleSelection,
        editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
        showGrid=False,
        iconSize=QSize(DOT, DOT),
        tabKeyNavigation=False,
    )
    table.setHorizontalHeaderLabels(list(headings))
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    table.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    for column, width in enumerate(widths):
        table.setColumnWidth(column, width)
    header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
    return table


class ChoiceBox(QComboBox):
    """A box of choices that the wheel does not turn while the table scrolls; each has a key.

    Further properties are Qt's, such as ``toolTip``, or a slot: ``chosen``.
    """

    chosen = pyqtSignal(object)

    def __init__(
        self, name: str, choices: Sequence[tuple[Any, str]] = (), current: Any = None, **properties: Any
    ) -> None:
        super().__init__(
            objectName=name,
            minimumContentsLength=4,
            focusPolicy=Qt.FocusPolicy.StrongFocus,
            sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon,
        )
        self.fill(choices, current)
        self.activated.connect(lambda _place: self.chosen.emit(self.key()))
        self.pyqtConfigure(**properties)

    def fill(self, choices: Sequence[tuple[Any, str]], current: Any) -> None:
        """Set the choices and the one that is chosen."""
        self.clear()
        for key, label in choices:
            self.addItem(label, key)
        self.choose(current)

    def key(self) -> Any:
        """Return the key of what is chosen."""
        return self.currentData()

    def choose(self, key: Any) -> None:
        """Choose by key, without telling anybody."""
        self.setCurrentIndex(next((row for row in range(self.count()) if self.itemData(row) == key), -1))

    def wheelEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Leave the wheel to the table."""
        event.ignore()


class ColumnChoice(ChoiceBox):
    """A box of the columns of a file; the list that opens shows the first values of each beside its name."""

    def __init__(
        self, name: str, columns: Sequence[tuple[str, str, str]], current: str, **properties: Any
    ) -> None:
        super().__init__(name, [(key, label) for key, label, _values in columns], current, **properties)
        model = self.model()
        model.setColumnCount(2)
        for row, (_key, _label, values) in enumerate(columns):
            item = QStandardItem(values)
            item.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
            model.setItem(row, 1, item)
        view = QTreeView(headerHidden=True, rootIsDecorated=False, uniformRowHeights=True)
        self.setView(view)
        view.header().setStretchLastSection(False)
        for column in range(2):
            view.resizeColumnToContents(column)
        view.setMinimumWidth(sum(min(view.columnWidth(column), _WIDEST) for column in range(2)) + 24)


class CodeList(QStandardItemModel):
    """The codes of a field as a list: label and code, with the aliases that can be searched too."""

    def __init__(self, codes: Mapping[str, Code], *, undecided: str = "", unknown: str = "") -> None:
        super().__init__()
        self.texts: list[str] = []
        if undecided:
            self._append(undecided, UNDECIDED, "")
        for code in codes.values():
            label = code.label if code.label == code.code else f"{code.label}  {code.code}"
            self._append(label, code.code, "  ".join(code.aliases))
        if unknown:
            self._append(unknown, None, "")

    def _append(self, label: str, code: str | None, aliases: str) -> None:
        item = QStandardItem(label)
        item.setData(code, Qt.ItemDataRole.UserRole)
        item.setData(f"{label}  {aliases}", _ROLE_CODE)
        if aliases:
            item.setToolTip(literal(aliases))
        self.appendRow(item)


class CodeChoice(QComboBox):
    """A list of our codes that is searched by any part of label, code or alias; properties as `ChoiceBox`."""

    chosen = pyqtSignal(object)

    def __init__(self, name: str, model: CodeList, current: Any = UNDECIDED, **properties: Any) -> None:
        super().__init__(
            objectName=name,
            editable=True,
            minimumContentsLength=8,
            insertPolicy=QComboBox.InsertPolicy.NoInsert,
            focusPolicy=Qt.FocusPolicy.StrongFocus,
            sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon,
        )
        self.setModel(model)
        completer = QCompleter(
            model,
            self,
            completionRole=_ROLE_CODE,
            filterMode=Qt.MatchFlag.MatchContains,
            caseSensitivity=Qt.CaseSensitivity.CaseInsensitive,
            completionMode=QCompleter.CompletionMode.PopupCompletion,
        )
        self.setCompleter(completer)
        completer.activated.connect(self._completed)
        self.lineEdit().editingFinished.connect(self._finished)
        self.activated.connect(self._take)
        self.choose(current)
        self.pyqtConfigure(**properties)

    def key(self) -> Any:
        """Return the code that is chosen, None for unknown."""
        return self.itemData(self._place)

    def choose(self, key: Any) -> None:
        """Choose by code, without telling anybody."""
        self._place = next((row for row in range(self.count()) if self.itemData(row) == key), 0)
        self.setCurrentIndex(self._place)
        self.lineEdit().setText(self.itemText(self._place))
        self.lineEdit().setCursorPosition(0)

    def _completed(self, text: str) -> None:
        place = next((row for row in range(self.count()) if self.itemData(row, _ROLE_CODE) == text), -1)
        if place >= 0:
            self._take(place)
            # The line writes what was completed, aliases and all, after us.
            QTimer.singleShot(0, lambda: None if sip.isdeleted(self) else self.choose(self.key()))

    def _finished(self) -> None:
        """Take what was typed when it says one code; else put back what was there."""
        typed = self.lineEdit().text().strip().casefold()
        if typed == self.itemText(self._place).casefold():
            return
        fits = [
            row
            for row in range(self.count())
            if typed and typed in str(self.itemData(row, _ROLE_CODE)).casefold()
        ]
        exact = [row for row in fits if self._words(row) & {typed}]
        found = exact if len(exact) == 1 else fits
        if len(found) == 1:
            self._take(found[0])
        else:
            self.choose(self.key())

    def _words(self, row: int) -> set[str]:
        return {
            word.strip().casefold()
            for word in str(self.itemData(row, _ROLE_CODE)).split("  ")
            if word.strip()
        }

    def _take(self, place: int) -> None:
        key = self.itemData(place)
        self.choose(key)
        self.chosen.emit(key)

    def wheelEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Leave the wheel to the table."""
        event.ignore()


class Message(QWidget):
    """One line that says what is wrong, or what to know; hidden when there is nothing to say.

    Parameters
    ----------
    name
        Of the widget.
    is_red
        Whether the words are red too, for what must not be overlooked.
    """

    def __init__(self, name: str, *, is_red: bool = False) -> None:
        super().__init__(objectName=name)
        self._dot = plain_label()
        self._text = plain_label(objectName=f"{name}_text", wordWrap=True)
        if is_red:
            palette = self._text.palette()
            palette.setColor(QPalette.ColorRole.WindowText, QColor(colour(BAD)))
            self._text.setPalette(palette)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        horizontal(
            (self._dot, 0, Qt.AlignmentFlag.AlignTop),
            (self._text, 1),
            parent=self,
            spacing=INSIDE,
            margins=(0, INSIDE, 0, INSIDE),
        )
        self.hide()

    def text(self) -> str:
        """Return what is said, '' for nothing."""
        return "" if self.isHidden() else str(self._text.text())

    def say(self, text: str, kind: str = BAD) -> None:
        """Say something; '' takes it away."""
        self._text.setText(text)
        self._dot.setPixmap(dot(kind).pixmap(DOT, DOT))
        self._dot.setContentsMargins(0, 3, 0, 0)
        self.setVisible(bool(text))


class Rail(QListWidget):
    """The steps at the left; a click on one leads there when everything before it is answered."""

    def __init__(self, steps: Sequence[str], go: Callable[[int], None]) -> None:
        super().__init__(objectName="wn_wizard_rail", spacing=2)
        self.setFixedWidth(136)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setIconSize(QSize(DOT, DOT))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        empty = QPixmap(DOT, DOT)
        empty.fill(QColor(0, 0, 0, 0))
        # Keeps the names below one another.
        self._nothing = QIcon(empty)
        for number, name in enumerate(steps, start=1):
            item = QListWidgetItem(f"{number}  {name}")
            item.setSizeHint(QSize(120, 36))
            self.addItem(item)
        self._go = go
        self.itemClicked.connect(lambda item: self._go(self.row(item)))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_step(self, current: int, furthest: int) -> None:
        """Mark the step that is shown and those that are answered."""
        self.setCurrentRow(current)
        for row in range(self.count()):
            item = self.item(row)
            font = item.font()
            font.setWeight(QFont.Weight.DemiBold if row == current else QFont.Weight.Normal)
            item.setFont(font)
            item.setIcon(dot(GOOD) if row < furthest and row != current else self._nothing)
            role = QPalette.ColorRole.PlaceholderText if row > furthest else QPalette.ColorRole.Text
            group = QPalette.ColorGroup.Active
            if row == current:
                role = QPalette.ColorRole.HighlightedText
            item.setForeground(self.palette().color(group, role))


def heading(text: str, **properties: Any) -> QLabel:
    """Return a title of 9 pt; properties are Qt's."""
    label = plain_label(text, **properties)
    font = label.font()
    font.setPointSizeF(9)
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label


def note(text: str = "", **properties: Any) -> QLabel:
    """Return a grey note of 8 pt that wraps; properties are Qt's."""
    label = plain_label(text, wordWrap=True, **properties)
    font = label.font()
    font.setPointSizeF(8)
    label.setFont(font)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    # It can be copied; without this, styles leave text in the placeholder's colour undrawn.
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def keep_place(widget: QWidget) -> None:
    """Leave the place of a widget free while it is hidden, so that nothing slides under the pointer."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    widget.setSizePolicy(policy)


def unknown_text() -> str:
    """Return what stands for a value that nobody knows."""
    return tr("(leave empty)")
