"""Rows to look at: a table that sorts, is copied, and goes to a CSV file."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QAbstractTableModel, QEvent, QModelIndex, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeySequence, QPalette, QPixmap, QTextLayout, QTextOption
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyle,
    QTableView,
    QWidget,
)

from waternet_plugin import compat
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.formulas import delimited
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal

ROW_HEIGHT = 28
# Of a longer list each row takes one line: to measure thousands would hold QGIS up.
_MOST_WRAPPED = 500
_LINE_SEPARATOR = "\u2028"
# How far columns shrink for one more to be seen.
_SHRINK = 0.9
# What a heading takes beside its text, in pixels.
_HEAD_EDGE = 10
_MARK = 10
_NO_PARENT = QModelIndex()


@dataclass(frozen=True)
class TableColumn:
    """A column: its key in a row, its heading, and how its value is written.

    Numbers have ``decimals`` and stand at the right; ``write`` overrides both. ``colour`` gives a value's
    mark, None for none; ``width`` is in pixels at 100 %, and ``fills`` takes what is left beyond it. A text
    that ``wraps`` goes on in further lines. ``tip`` says what the cell of a row means; its text if None. One
    that is ``spare`` is left out where there is no room for all; the tip of another tells it then. Where the
    heading is a sign, ``title`` says it in full. One that ``is_link`` looks as if a click on it led on.
    """

    key: str
    label: str
    decimals: int | None = None
    write: Callable[[Any], str] | None = None
    colour: Callable[[Any], str | None] | None = None
    width: int = 100
    fills: bool = False
    wraps: bool = False
    spare: bool = False
    tip: Callable[[dict[str, Any]], str] | None = None
    title: str = ""
    is_link: bool = False

    def text(self, value: Any) -> str:
        """Return a value as people read it; unknown is an empty cell."""
        if value is None or value != value:
            return ""
        if self.write is not None:
            return self.write(value)
        if self.decimals is not None:
            return amounts.number(float(value), self.decimals)
        return str(value)


def _order(value: Any) -> tuple[bool, Any]:
    """Return what sorts values with the unknown ones last."""
    unknown = value is None or value != value
    return unknown, 0 if unknown else value


class RowsModel(QAbstractTableModel):
    """Rows as mappings, shown through columns.

    Parameters
    ----------
    columns
        What shows.
    """

    def __init__(self, columns: Sequence[TableColumn], parent: Any = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: list[dict[str, Any]] = []

    def set_rows(self, rows: Sequence[dict[str, Any]]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = _NO_PARENT) -> int:  # noqa: N802 (Qt's name)
        """Return the number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text, alignment, mark or tooltip."""
        column = self.columns[index.column()]
        value = self.rows[index.row()].get(column.key)
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return literal(column.text(value) if column.tip is None else column.tip(self.rows[index.row()]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.decimals is not None else Qt.AlignmentFlag.AlignLeft
            return compat.alignment(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole and column.is_link:
            return QApplication.palette().brush(QPalette.ColorRole.Link)
        if role == Qt.ItemDataRole.DecorationRole and column.colour is not None:
            colour = column.colour(value)
            if colour:
                mark = QPixmap(_MARK, _MARK)
                mark.fill(QColor(colour))
                return mark
        return None

    def headerData(  # noqa: N802 (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a heading."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].label
        if role == Qt.ItemDataRole.ToolTipRole:
            return literal(self.columns[section].title or self.columns[section].label)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            numeric = self.columns[section].decimals is not None
            side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
            return compat.alignment(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; unknown values stay last either way."""
        if not 0 <= column < len(self.columns):
            return
        key = self.columns[column].key
        known = [row for row in self.rows if not _order(row.get(key))[0]]
        unknown = [row for row in self.rows if _order(row.get(key))[0]]
        known.sort(key=lambda row: row[key], reverse=order == Qt.SortOrder.DescendingOrder)
        self.layoutAboutToBeChanged.emit()
        self.rows = known + unknown
        self.layoutChanged.emit()


def text_of(columns: Sequence[TableColumn], rows: Sequence[dict[str, Any]], delimiter: str) -> str:
    """Return rows as text with headings; numbers are plain, so that other programs read them."""
    cells = [[_plain(column, row.get(column.key)) for column in columns] for row in rows]
    return delimited([[column.label for column in columns], *cells], delimiter)


def _plain(column: TableColumn, value: Any) -> str:
    if value is None or value != value:
        return ""
    if column.decimals is not None:
        return f"{float(value):.{column.decimals}f}"
    return column.text(value)


def write_csv(path: str | Path, columns: Sequence[TableColumn], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows to a CSV file that spreadsheets open with Chinese intact.

    Raises
    ------
    InputError
        When the place can't be written.
    """
    from waternet_plugin.store.outputs import refuse_network_as_output

    refuse_network_as_output(path)
    try:
        Path(path).write_text(text_of(columns, rows, ","), encoding="utf-8-sig")
    except OSError as error:
        message = tr("{path} can't be written: {reason}. Choose another location.")
        raise InputError(message.format(path=path, reason=error.strerror)) from error


def write_xlsx(path: str | Path, columns: Sequence[TableColumn], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows to a workbook; numbers stay numbers, all else is as people read it.

    Raises
    ------
    InputError
        When the place can't be written.
    """
    from waternet_plugin.core.files.spreadsheet_file import Column, Sheet, cell_kinds, write_workbook
    from waternet_plugin.store.outputs import refuse_network_as_output

    refuse_network_as_output(path)

    def cell(column: TableColumn, value: Any) -> Any:
        if value is None or value != value:
            return None
        return float(value) if column.decimals is not None else column.text(value)

    made = [
        Column(column.label, cell_kinds([cell(column, row.get(column.key)) for row in rows]), column.decimals)
        for column in columns
    ]
    try:
        write_workbook(Path(path), [Sheet(Path(path).stem, tuple(made))])
    except OSError as error:
        message = tr("{path} can't be written: {reason}. Choose another location.")
        raise InputError(message.format(path=path, reason=error.strerror)) from error


def fitting(
    columns: Sequence[TableColumn], wanted: Sequence[int], least: Sequence[int], room: int
) -> list[int]:
    """Return widths of which no column is cut at the edge of the room, as long as nobody scrolls.

    As many columns as fit share the room: they shrink a little for one more, and what is left over goes to
    the one that fills, else to those with words.

    Parameters
    ----------
    columns
        What shows.
    wanted, least
        Their widths in pixels, and how far each may shrink.
    room
        Pixels that there are.
    """
    widths = list(wanted)
    count = len(widths)
    while count > 1 and sum(least[:count]) > room:
        count -= 1
    left = room - sum(widths[:count])
    if room <= 0 or sum(least[:count]) > room:
        return widths
    if left < 0:
        weights = [wide - narrow for wide, narrow in zip(wanted[:count], least)]
    else:
        takers = [column.fills for column in columns[:count]]
        if not any(takers):
            takers = [column.decimals is None for column in columns[:count]]
        weights = [wide * (taker or not any(takers)) for wide, taker in zip(wanted, takers)]
    whole = sum(weights)
    for place, weight in enumerate(weights):
        change = round(left * weight / whole) if whole else 0
        widths[place] += change
        left, whole = left - change, whole - weight
    return widths


class RowsView(QTableView):
    """The table: one click on a row says ``picked``; Ctrl+C copies the chosen rows.

    Parameters
    ----------
    columns
        What shows.
    name
        Object name.
    properties
        Further properties of Qt, such as `selectionMode`.
    """

    picked = pyqtSignal(dict)

    def __init__(
        self, columns: Sequence[TableColumn], name: str, parent: QWidget | None = None, **properties: Any
    ) -> None:
        properties.setdefault("selectionMode", QAbstractItemView.SelectionMode.ExtendedSelection)
        super().__init__(
            parent,
            objectName=name,
            selectionBehavior=QAbstractItemView.SelectionBehavior.SelectRows,
            editTriggers=QAbstractItemView.EditTrigger.NoEditTriggers,
            wordWrap=any(column.wraps for column in columns),
            showGrid=False,
            alternatingRowColors=True,
            minimumWidth=160,
            **properties,
        )
        self._rows = RowsModel(columns, self)
        # Of texts by their columns, while widths stay.
        self._heights: dict[tuple[int, str], int] = {}
        self._margin = 0
        self.setModel(self._rows)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setMinimumSectionSize(ROW_HEIGHT)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._is_fitting = self._has_own_widths = False
        self._fit()
        head.sectionResized.connect(self._section_resized)
        if self.wordWrap():
            # Heights belong to places in the list, not to rows.
            self._rows.layoutChanged.connect(self._fit_heights)
            self._rows.modelReset.connect(self._fit_heights)
        self.setSortingEnabled(True)
        self.clicked.connect(self._pick)
        self.activated.connect(self._pick)

    def choose_where(self, key: str, value: Any) -> None:
        """Choose the row whose value of a key is this one; none where no row has it."""
        for index, row in enumerate(self.rows):
            if row[key] == value:
                self.selectRow(index)

    def _scaled(self, width: int) -> int:
        """Return a width for the screen's dots per inch; Qt scales pixels by itself where it knows how."""
        return round(width * max(self.logicalDpiX() / 96.0, 1.0))

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Let whole columns show."""
        super().resizeEvent(event)
        if not self._has_own_widths:
            self._fit()

    def _fit(self) -> None:
        metrics = self.horizontalHeader().fontMetrics()
        heads = [metrics.horizontalAdvance(column.label) + _HEAD_EDGE for column in self.columns]
        wanted = [max(self._scaled(column.width), head) for column, head in zip(self.columns, heads)]
        least = [max(round(width * _SHRINK), head) for width, head in zip(wanted, heads)]
        room, shown = self.viewport().width(), list(range(len(wanted)))
        for place in reversed(range(len(wanted))):
            if self.columns[place].spare and sum(least[one] for one in shown) > room:
                shown.remove(place)
        self._is_fitting = True
        for place in range(len(wanted)):
            self.setColumnHidden(place, place not in shown)
        columns, wanted, least = ([each[one] for one in shown] for each in (self.columns, wanted, least))
        for place, width in zip(shown, fitting(columns, wanted, least, room)):
            self.horizontalHeader().resizeSection(place, width)
        self._is_fitting = False
        self._fit_heights()

    def _fit_heights(self) -> None:
        """Let each row be as high as the texts that wrap in it."""
        self._heights.clear()
        # What Qt's delegate leaves on each side of a mark and of a text.
        self._margin = self.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, self) + 1
        if self.wordWrap() and len(self.rows) <= _MOST_WRAPPED:
            self.resizeRowsToContents()

    def sizeHintForRow(self, row: int) -> int:  # noqa: N802 (Qt's name)
        """Return how high a row is; each text of a column is measured once, while widths stay."""
        shown = self.rows[row]
        height = ROW_HEIGHT
        for place, column in enumerate(self.columns):
            cell = place, column.text(shown.get(column.key))
            if cell not in self._heights:
                self._heights[cell] = 0 if self.isColumnHidden(place) else self._height(*cell)
            height = max(height, self._heights[cell])
        return height

    def _height(self, place: int, text: str) -> int:
        """Return how high a text is in its column, as wide as Qt's delegate lets it be."""
        metrics = self.fontMetrics()
        is_marked = self.columns[place].colour is not None
        mark = _MARK + 2 * self._margin if is_marked else 0
        # A pixel more, as widths of texts are rounded.
        room = self.columnWidth(place) - 2 * self._margin - mark - 1
        if "\n" not in text and metrics.horizontalAdvance(text) <= room:
            return int(metrics.height())
        layout = QTextLayout(text.replace("\n", _LINE_SEPARATOR), self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        layout.setTextOption(option)
        layout.beginLayout()
        height, line = 0.0, layout.createLine()
        while line.isValid():
            line.setLineWidth(room)
            height, line = height + line.height(), layout.createLine()
        layout.endLayout()
        # Qt leaves a pixel above and below beside a mark.
        return math.ceil(height) + 2 * is_marked

    def _section_resized(self, *_section: int) -> None:
        # What a person dragged stays.
        self._has_own_widths = self._has_own_widths or not self._is_fitting
        if not self._is_fitting:
            self._fit_heights()

    @property
    def columns(self) -> tuple[TableColumn, ...]:
        """What shows."""
        return self._rows.columns

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows in the order in which they show."""
        return self._rows.rows

    @property
    def chosen(self) -> list[dict[str, Any]]:
        """The rows that are selected, from above."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self.rows[place] for place in places]

    def set_rows(self, rows: Sequence[dict[str, Any]]) -> None:
        """Show other rows in their own order."""
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._rows.set_rows(rows)
        self.scrollToTop()

    def _pick(self, index: QModelIndex) -> None:
        if index.isValid():
            self.picked.emit(self._rows.rows[index.row()])

    def event(self, event: QEvent) -> bool:
        """Take Ctrl+C before QGIS does, which copies features of the current layer with it."""
        if event.type() == QEvent.Type.ShortcutOverride and event.matches(QKeySequence.StandardKey.Copy):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Copy whole rows."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
            return
        super().keyPressEvent(event)

    def copy(self) -> None:
        """Copy the chosen rows, all where none is chosen, as a spreadsheet takes them."""
        QApplication.clipboard().setText(text_of(self.columns, self.chosen or self.rows, "\t"))
