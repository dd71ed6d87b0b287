"""Packages year by year: dragged, or moved by keys, from one year to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qgis.PyQt.QtCore import QEvent, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QFont, QKeySequence, QPixmap
from qgis.PyQt.QtWidgets import QAbstractItemView, QApplication, QTreeWidget, QTreeWidgetItem, QWidget

from waternet_plugin import compat
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plan.decisions import SETTLED
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal
from waternet_plugin.gui.widgets.row_table import TableColumn, text_of

_ROW = Qt.ItemDataRole.UserRole
_MARK_PX = 10
NOT_FUNDED = 0
# Keys that QGIS would take first.
_EARLIER, _LATER = Qt.Key.Key_Up, Qt.Key.Key_Down


class _Item(QTreeWidgetItem):
    """A package, or a year above its packages; sorts by what is behind the text, unknown last."""

    key: Any = None

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        mine, theirs = self.key, getattr(other, "key", None)
        return mine is not None and (theirs is None or mine < theirs)


class _PackageItem(_Item):
    """A package; its cells are made when they show, which those of many thousand packages never do."""

    def __init__(self, row: dict[str, Any], columns: Sequence[TableColumn]) -> None:
        super().__init__()
        self._row, self._columns = row, columns
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if row["state"] not in SETTLED:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        self.setFlags(flags)

    def data(self, place: int, role: int) -> Any:
        """Return the row, or what a cell shows."""
        if role == _ROW:
            return self._row
        column = self._columns[place]
        value = self._row.get(column.key)
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(value)
        if role == Qt.ItemDataRole.ToolTipRole:
            return literal(column.text(value))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.decimals is not None else Qt.AlignmentFlag.AlignLeft
            return compat.alignment(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole and self._row.get("is_open"):
            font = QFont()
            font.setItalic(True)
            return font
        colour = column.colour(value) if column.colour is not None else None
        if role == Qt.ItemDataRole.DecorationRole and colour:
            mark = QPixmap(_MARK_PX, _MARK_PX)
            mark.fill(QColor(colour))
            return mark
        return None


class PackagesTree(QTreeWidget):
    """The packages under their years.

    Parameters
    ----------
    columns
        What shows of a package.
    years
        Every year of the plan, also those without packages: a package may be dragged there.
    name
        Object name.
    """

    picked = pyqtSignal(dict)
    # Ids of packages and the year they were moved to, NOT_FUNDED for out of the plan.
    moved = pyqtSignal(list, int)
    # Ids of packages to lock where they are, or to set free.
    locked = pyqtSignal(list)
    undone = pyqtSignal()

    def __init__(
        self, columns: Sequence[TableColumn], years: Sequence[int], name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, objectName=name)
        self.columns = tuple(columns)
        self.years = tuple(years)
        self.rows: list[dict[str, Any]] = []
        self._groups: dict[int, QTreeWidgetItem] = {}
        self._folded: set[int] = set()
        self.setColumnCount(len(columns))
        self.setHeaderLabels([column.label for column in columns])
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setAutoScroll(True)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setAlternatingRowColors(True)
        self.setIndentation(12)
        self.setMinimumWidth(160)
        head = self.header()
        head.setSectionsClickable(True)
        head.setStretchLastSection(True)
        head.sectionClicked.connect(self._sort)
        scale = max(self.logicalDpiX() / 96.0, 1.0)
        metrics = head.fontMetrics()
        for place, column in enumerate(columns):
            wide = max(round(column.width * scale), metrics.horizontalAdvance(column.label) + 16)
            self.setColumnWidth(place, wide)
        self.setToolTip(
            tr("Drag packages to another year. Alt with up or down does the same, Delete drops, L locks.")
        )
        self.itemClicked.connect(self._pick)
        self.itemActivated.connect(self._pick)
        self.itemCollapsed.connect(lambda item: self._folded.add(item.data(0, _ROW)))
        self.itemExpanded.connect(lambda item: self._folded.discard(item.data(0, _ROW)))

    # What shows.

    def set_rows(
        self,
        rows: Sequence[dict[str, Any]],
        budget: float,
        currency: str,
        *,
        shows: Callable[[int], bool] = lambda _year: True,
    ) -> None:
        """Show packages under their years, each year with what it spends of its budget.

        Parameters
        ----------
        rows
            Packages in their order; year NaN for those without money.
        budget
            Money a year.
        currency
            Its code.
        shows
            Whether a year (NOT_FUNDED for none) shows; those that do show without packages, too.
        """
        chosen = set(self.chosen())
        bar = self.verticalScrollBar().value()
        self.rows = list(rows)
        self.clear()
        self._groups.clear()
        by_year: dict[int, list[dict[str, Any]]] = {year: [] for year in self.years}
        for row in rows:
            year = int(row["year"]) if row["year"] == row["year"] else NOT_FUNDED
            by_year.setdefault(year, []).append(row)
        by_year.setdefault(NOT_FUNDED, [])
        for year in sorted(by_year, key=lambda each: (each == NOT_FUNDED, each)):
            if shows(year):
                self._add_group(year, by_year[year], budget, currency)
        for group in self._groups.values() if chosen else ():
            for place in range(group.childCount()):
                child = group.child(place)
                if child.data(0, _ROW)["project_id"] in chosen:
                    child.setSelected(True)
        self.verticalScrollBar().setValue(bar)

    def _add_group(self, year: int, rows: list[dict[str, Any]], budget: float, currency: str) -> None:
        group = _Item(self)
        group.setData(0, _ROW, year)
        group.setText(0, _group_words(year, rows, budget, currency))
        group.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsDropEnabled)
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        group.addChildren([_PackageItem(row, self.columns) for row in rows])
        group.setFirstColumnSpanned(True)
        group.setExpanded(year not in self._folded)
        self._groups[year] = group

    def _sort(self, place: int) -> None:
        """Sort the packages of each year by a column; a second click turns the order round."""
        head = self.header()
        turned = head.isSortIndicatorShown() and head.sortIndicatorSection() == place
        down = turned and head.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        head.setSortIndicatorShown(True)
        head.setSortIndicator(place, order)
        key = self.columns[place].key
        for group in self._groups.values():
            for each in range(group.childCount()):
                child = group.child(each)
                value = child.data(0, _ROW).get(key)
                child.key = None if value is None or value != value else value
            group.sortChildren(0, order)

    # What people choose and move.

    def chosen(self) -> list[str]:
        """Return the ids of the chosen packages."""
        return [item.data(0, _ROW)["project_id"] for item in self.selectedItems() if item.parent()]

    def _movable(self) -> list[str]:
        items = [item for item in self.selectedItems() if item.parent() is not None]
        free = [item for item in items if item.flags() & Qt.ItemFlag.ItemIsDragEnabled]
        return [item.data(0, _ROW)["project_id"] for item in free]

    def _pick(self, item: QTreeWidgetItem, _place: int = 0) -> None:
        if item.parent() is not None:
            self.picked.emit(item.data(0, _ROW))

    def year_at(self, position: Any) -> int | None:
        """Return the year at a place in the view, NOT_FUNDED for the last group, None for none."""
        item = self.itemAt(position)
        return None if item is None else int((item.parent() or item).data(0, _ROW))

    def move_to(self, year: int) -> None:
        """Say that the chosen packages are to be built in a year."""
        names = self._movable()
        if names:
            self.moved.emit(names, year)

    def step(self, by: int) -> None:
        """Say that the chosen packages are to be built a year earlier or later."""
        items = [item for item in self.selectedItems() if item.parent() is not None]
        if not items or not self.years:
            return
        here = int(items[0].parent().data(0, _ROW))
        order = [*self.years, NOT_FUNDED]
        place = order.index(here) + by if here in order else len(order) - 1
        if 0 <= place < len(order):
            self.move_to(order[place])

    def lock_chosen(self) -> None:
        """Say that the chosen packages are to stay where they are, or to be free again."""
        names = self._movable()
        if names:
            self.locked.emit(names)

    def dragMoveEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Show where packages can be dropped: on a year, or on a package of it."""
        super().dragMoveEvent(event)
        if event.source() is self and self.year_at(_position(event)) is not None:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        else:
            event.ignore()

    def dropEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Move the dragged packages to the year under the pointer."""
        year = self.year_at(_position(event))
        # The rows move when the decision is made, not by Qt.
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if event.source() is self and year is not None:
            self.move_to(year)

    def event(self, event: QEvent) -> bool:
        """Take our keys before QGIS does."""
        if event.type() == QEvent.Type.ShortcutOverride and self._is_ours(event):
            event.accept()
            return True
        return bool(super().event(event))

    def _is_ours(self, event: Any) -> bool:
        keys = QKeySequence.StandardKey
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in (_EARLIER, _LATER)
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        return (
            alt
            or event.matches(keys.Copy)
            or event.matches(keys.Undo)
            or (plain and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_L))
        )

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Move with Alt and up or down, drop with Delete, lock with L, undo, copy."""
        if not self._is_ours(event):
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self.undone.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.move_to(NOT_FUNDED)
        elif event.key() == Qt.Key.Key_L:
            self.lock_chosen()
        else:
            self.step(-1 if event.key() == _EARLIER else 1)

    def copy(self) -> None:
        """Copy the chosen packages, all where none is chosen, as a spreadsheet takes them."""
        chosen = set(self.chosen())
        rows = [row for row in self.rows if not chosen or row["project_id"] in chosen]
        QApplication.clipboard().setText(text_of(self.columns, rows, "\t"))


def _position(event: Any) -> Any:
    """Return where a drag is; Qt 6 knows it to parts of a pixel."""
    return event.position().toPoint() if hasattr(event, "position") else event.pos()


def _group_words(year: int, rows: list[dict[str, Any]], budget: float, currency: str) -> str:
    """Return the heading over the packages of a year."""
    cost = sum(row["cost"] for row in rows)
    metres = amounts.length(sum(row["length_m"] for row in rows))
    count = tr("%n package(s)", "", len(rows))
    if year == NOT_FUNDED:
        parts = [tr("Not funded"), count, metres]
        return "   ".join(parts)
    parts = [str(year), amounts.spent(cost, budget, currency), count, metres]
    if round(cost * 100) > round(budget * 100):
        parts.insert(2, tr("{money} over budget").format(money=amounts.money(cost - budget, currency)))
    return "   ".join(parts)
