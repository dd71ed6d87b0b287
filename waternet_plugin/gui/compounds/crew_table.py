"""The crews of a month: who takes part, with how many hours, and how many of them the plan takes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QHeaderView,
    QStyledItemDelegate,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from waternet_plugin import compat
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.core.drainage.compounds.duties.crews import Crew

_NAME, _HOURS, _PLANNED = range(3)
_ROW, _MOST_ROWS = 22, 5
_MOST_HOURS = 100_000.0


@dataclass(frozen=True)
class CrewChoice:
    """What a person changed of the crews that are proposed.

    Parameters
    ----------
    hours
        Hours of crews in the month, by their names.
    left_out
        Crews that take no part.
    added
        Crews that no grid names.
    """

    hours: dict[str, float] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    added: tuple[str, ...] = ()

    def offered(self, proposed: tuple[Crew, ...]) -> tuple[Crew, ...]:
        """Return all crews there are, proposed and added, with the hours of the person."""
        usual = proposed[0]
        names = {crew.name for crew in proposed}
        return tuple(
            replace(crew, hours=self.hours.get(crew.name, crew.hours))
            for crew in (*proposed, *(replace(usual, name=name) for name in self.added if name not in names))
        )

    def taking_part(self, proposed: tuple[Crew, ...]) -> tuple[Crew, ...]:
        """Return the crews that the plan is made for."""
        return tuple(crew for crew in self.offered(proposed) if crew.name not in self.left_out)

    def to_plain(self) -> dict[str, Any]:
        """Return the choice as it is remembered."""
        return {"hours": self.hours, "left_out": sorted(self.left_out), "added": list(self.added)}

    @classmethod
    def of(cls, remembered: Any) -> CrewChoice:
        """Return the choice that was remembered; one that changes nothing where that is none."""
        try:
            hours = {str(name): float(value) for name, value in remembered["hours"].items()}
            return cls(
                hours, frozenset(map(str, remembered["left_out"])), tuple(map(str, remembered["added"]))
            )
        except (AttributeError, KeyError, TypeError, ValueError):
            return cls()


class _HoursBox(QStyledItemDelegate):
    """Takes hours from 0 on."""

    def createEditor(self, parent: QWidget, _option: Any, _index: Any) -> QWidget:  # noqa: N802 (Qt's name)
        """Return the box in which hours are entered."""
        return QDoubleSpinBox(parent, decimals=1, minimum=0.0, maximum=_MOST_HOURS, singleStep=8.0)

    def displayText(self, value: Any, _locale: Any) -> str:  # noqa: N802 (Qt's name)
        """Return hours as people write them."""
        return amounts.number(float(value), 1)


class MonthCrewTable(QTableWidget):
    """Names with a tick, hours to enter, hours planned.

    Parameters
    ----------
    parent
        The pane.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 3, parent, objectName="wn_month_crews")
        self.choice = CrewChoice()
        self.setHorizontalHeaderLabels([tr("Crew"), tr("Hours"), tr("Planned")])
        self.setFont(sized(self.font(), NOTE_PT + 0.5))
        self.horizontalHeader().setFont(self.font())
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        for column in (_HOURS, _PLANNED):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self._hours_box = _HoursBox(self)
        self.setItemDelegateForColumn(_HOURS, self._hours_box)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        edit = QAbstractItemView.EditTrigger
        self.setEditTriggers(
            edit.DoubleClicked | edit.SelectedClicked | edit.EditKeyPressed | edit.AnyKeyPressed
        )
        self.itemChanged.connect(self._edited)
        self._fit()

    def show_crews(
        self, crews: tuple[Crew, ...], planned_h: dict[str, float], short: tuple[str, ...]
    ) -> None:
        """Show the crews that there are.

        Parameters
        ----------
        crews
            All of them, those that take no part too.
        planned_h
            Hours that the plan takes of each.
        short
            Those whose hours don't suffice.
        """
        self.blockSignals(True)
        self.setRowCount(len(crews))
        for row, crew in enumerate(crews):
            takes_part = crew.name not in self.choice.left_out
            name = QTableWidgetItem(crew.name)
            name.setData(Qt.ItemDataRole.UserRole, crew.name)
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
            if crew.name in self.choice.added:
                flags |= Qt.ItemFlag.ItemIsEditable
            name.setFlags(flags)
            name.setCheckState(Qt.CheckState.Checked if takes_part else Qt.CheckState.Unchecked)
            hours = QTableWidgetItem()
            hours.setData(Qt.ItemDataRole.EditRole, float(crew.hours))
            hours.setToolTip(literal(tr("Hours of the crew in this month; double-click to change them")))
            planned = QTableWidgetItem(
                amounts.number(planned_h.get(crew.name, 0.0), 1) if takes_part else "–"
            )
            planned.setFlags(Qt.ItemFlag.ItemIsEnabled)
            if crew.name in short:
                planned.setText(f"{planned.text()} !")
                planned.setToolTip(literal(tr("It has too few hours for what is due.")))
            for item in (hours, planned):
                right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                item.setTextAlignment(compat.alignment(right))
            for column, item in enumerate((name, hours, planned)):
                self.setItem(row, column, item)
        self.blockSignals(False)
        self._fit()

    def _fit(self) -> None:
        """Take the height of the rows, of many crews that of the first ones."""
        rows = min(max(self.rowCount(), 1), _MOST_ROWS)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + rows * _ROW + 2 * self.frameWidth())

    def _edited(self, item: QTableWidgetItem) -> None:
        name = str(self.item(item.row(), _NAME).data(Qt.ItemDataRole.UserRole))
        choice = self.choice
        if item.column() == _HOURS:
            hours = float(item.data(Qt.ItemDataRole.EditRole))
            choice = replace(choice, hours={**choice.hours, name: hours})
        elif item.column() == _NAME and item.text().strip() != name:
            choice = self._renamed(name, item.text().strip())
        elif item.column() == _NAME:
            out = choice.left_out - {name}
            if item.checkState() != Qt.CheckState.Checked:
                out |= {name}
            choice = replace(choice, left_out=out)
        self.choice = choice
        self.changed.emit()

    def _renamed(self, old: str, new: str) -> CrewChoice:
        """Return the choice with another name of an added crew; a name that is taken changes nothing."""
        choice = self.choice
        if not new or new in self._names():
            return choice
        hours = {new if name == old else name: value for name, value in choice.hours.items()}
        added = tuple(new if name == old else name for name in choice.added)
        return CrewChoice(hours, frozenset(new if name == old else name for name in choice.left_out), added)

    def _names(self) -> set[str]:
        return {str(self.item(row, _NAME).data(Qt.ItemDataRole.UserRole)) for row in range(self.rowCount())}

    def add_crew(self) -> None:
        """Add a crew that no grid names; its name can be changed."""
        names, number = self._names(), self.rowCount() + 1
        while tr("Crew {number}").format(number=number) in names:
            number += 1
        added = (*self.choice.added, tr("Crew {number}").format(number=number))
        self.choice = replace(self.choice, added=added)
        self.changed.emit()
