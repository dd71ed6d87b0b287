"""The pane of conflicts: rows that a Save found changed by others as well, and which version to keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle
from qgis.PyQt.QtCore import QItemSelectionModel, Qt
from qgis.PyQt.QtWidgets import QAbstractItemView, QPushButton, QWidget

from waternet_plugin.core.editing.row_conflicts import MINE, RESTORE, THEIRS, Answers, RowConflict
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.conflicts.field_choices import FieldChoices
from waternet_plugin.gui.conflicts.ghosts import Ghosts
from waternet_plugin.gui.conflicts.given_answers import GivenAnswers, decided_side, sides_of
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.section import FIGURE_PT, NOTE_PT, sized
from waternet_plugin.gui.widgets import moments
from waternet_plugin.gui.widgets.layouts import divided, horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session

    Save = Callable[[Answers], bool]

WIDTH = 340
_YEAR = len("2026-")
# How much of the map a row takes that is brought into view.
_MARGIN = 2.0
_LEAST_M = 20.0


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("asset", tr("Asset"), width=64, fills=True),
        TableColumn("by", tr("Who"), width=52),
        # The day and the minute; the row below the list says the year.
        TableColumn("at", tr("When"), write=lambda text: moments.local_of_log(text)[_YEAR:], width=84),
        TableColumn("decided", tr("Decided"), width=56),
    )


class ConflictPane(pane.Pane):
    """Lists the rows, asks about each, and saves when all are answered."""

    NAME = "wn_edit_conflicts"
    TOPIC = "together"
    AREA = Qt.DockWidgetArea.RightDockWidgetArea
    SIZE = (WIDTH, 520)

    def build(self) -> QWidget:
        """Return headline, list, the chosen row, and the buttons."""
        self.setWindowTitle(tr("Conflicts"))
        self._save: Save | None = None
        self._shown: RowConflict | None = None
        self._words: dict[str, str] = {}
        self.ghosts = Ghosts(self.session.iface.mapCanvas())
        self.given = GivenAnswers(self)
        inside = QWidget(self, objectName=f"{self.NAME}_inside")
        self.headline = plain_label(
            "",
            inside,
            objectName=f"{self.NAME}_headline",
            wordWrap=True,
            font=sized(self.font(), FIGURE_PT - 1, semibold=True),
        )
        self.note = plain_label(
            "", inside, objectName=f"{self.NAME}_note", wordWrap=True, font=sized(self.font(), NOTE_PT)
        )
        self.list = RowsView(_columns(), f"{self.NAME}_list", inside)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.selectionModel().selectionChanged.connect(lambda *_change: self._selected())
        self.list.picked.connect(self._bring_into_view)
        self.fields = FieldChoices(inside)
        self.fields.chosen.connect(self._choose_field)
        split = divided(self.list, self.fields, parent=inside)
        vertical(
            *(self.headline, self.note, (split, 1), horizontal(*self._side_buttons(inside), 1)),
            self._foot(inside),
            parent=inside,
            margins=(12, 4, 12, 8),
        )
        self.given.changed.connect(self._update)
        inside.setMinimumWidth(WIDTH - 40)
        return inside

    def _side_buttons(self, parent: QWidget) -> list[QPushButton]:
        self._sides = {}
        for side, tip in (
            (MINE, tr("For all fields of the selected rows")),
            (THEIRS, tr("For all fields of the selected rows; deleted ones stay deleted")),
            (RESTORE, tr("Bring the selected rows back that somebody else deleted")),
        ):
            self._sides[side] = pane.button(
                "",
                f"{self.NAME}_{side}",
                lambda side=side: self._choose_rows(side),
                parent,
                toolTip=literal(tip),
            )
        return list(self._sides.values())

    def _foot(self, parent: QWidget) -> Any:
        self._count = plain_label("", parent, objectName=f"{self.NAME}_count")
        self.save_button = QPushButton(
            tr("Save"),
            parent,
            objectName=f"{self.NAME}_save",
            default=True,
            clicked=lambda _checked=False: self.save(),
        )
        self.save_button.setFixedHeight(28)
        return horizontal((self._count, 1), self.save_button)

    # What is asked.

    def ask(self, **wanted: Any) -> None:
        """Ask about ``conflicts``; ``save`` tries again with the answers, ``label`` is on its button.

        Of a crew's package ``crew`` is the name, and its side is mine.
        """
        if "conflicts" not in wanted:
            return
        self._save = wanted["save"]
        self.save_button.setText(wanted.get("label") or tr("Save"))
        self._name_sides(wanted.get("crew", ""))
        self.given.ask(wanted["conflicts"])
        conflicts = self.given.conflicts
        self.headline.setText(tr("%n row(s) were changed by somebody else as well", "", len(conflicts)))
        self.list.set_rows([self._row(one) for one in conflicts])
        self._shown = None
        self.ghosts.show({side: tuple(_shapes(conflicts, side)) for side in (MINE, THEIRS)}, self._crs)
        self._select_next()

    def _name_sides(self, crew: str) -> None:
        """Say whose the two versions are: the person's and somebody's, or the crew's and the network's."""
        self._words = {MINE: tr("mine"), THEIRS: tr("theirs"), RESTORE: tr("restored")}
        texts = {MINE: tr("Take mine"), THEIRS: tr("Take theirs"), RESTORE: tr("Restore row")}
        note = tr("Nothing is saved yet, and your edits are kept. Choose a version for each row, then save.")
        titles = (tr("Mine"), tr("Theirs"))
        if crew:
            titles = (tr("Crew"), tr("Network"))
            self._words |= {MINE: titles[0], THEIRS: titles[1]}
            texts |= {MINE: tr("Crew's"), THEIRS: tr("Network's")}
            note = tr("Nothing is taken up yet. Choose a version for each row that {crew} changed, too.")
        for side, made in self._sides.items():
            made.setText(texts[side])
        self.note.setText(note.format(crew=crew))
        self.fields.titles = titles

    def _row(self, conflict: RowConflict) -> dict[str, Any]:
        described = table(conflict.table)
        return {
            "conflict": conflict,
            "asset": conflict.asset or f"{described.label} {conflict.key}",
            "by": conflict.by,
            "at": conflict.at,
            "decided": "",
        }

    @property
    def chosen(self) -> list[RowConflict]:
        """The rows that are selected."""
        return [row["conflict"] for row in self.list.chosen]

    def _selected(self) -> None:
        chosen = self.chosen
        shown = chosen[0] if chosen else None
        if shown is not self._shown:
            self._shown = shown
            self.fields.show_row(shown)
        self._update()

    def _select_next(self) -> bool:
        """Select the next row that is open; the first one where none is."""
        is_open = {one.row_key for one in self.given.open}
        rows = [row["conflict"] for row in self.list.rows]
        if not rows:
            return False
        start = rows.index(self._shown) + 1 if self._shown in rows else 0
        order = [*range(start, len(rows)), *range(start)]
        found = next((number for number in order if rows[number].row_key in is_open), None)
        if found is None and self._shown in rows:
            return False
        index = self.list.model().index(found or 0, 0)
        flags = QItemSelectionModel.SelectionFlag
        self.list.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        return found is not None

    # Answering.

    def _choose_field(self, name: str, side: str) -> None:
        conflict = self._shown
        if conflict is None:
            return
        self.given.answer_field(conflict, name, side)
        if self.given.answer(conflict).is_complete:
            self._go_on()

    def _choose_rows(self, side: str) -> None:
        self.given.answer_rows(self.chosen, side)
        self._go_on()

    def _go_on(self) -> None:
        if all(self.given.answer(one).is_complete for one in self.chosen) and self._select_next():
            self._bring_into_view(self.list.chosen[0])

    def _update(self) -> None:
        """Show what was answered."""
        # Answers come to a pane whose list is not filled yet.
        known = {one.row_key for one in self.given.conflicts}
        for row in self.list.rows:
            if row["conflict"].row_key not in known:
                continue
            answer = self.given.answer(row["conflict"])
            row["decided"] = self._words.get(decided_side(answer), tr("both") if answer.is_complete else "")
        self.list.viewport().update()
        if self._shown is not None and self._shown.row_key in known:
            self.fields.show_answer(self.given.answer(self._shown))
        chosen = self.chosen
        for side, made in self._sides.items():
            made.setEnabled(any(side in sides_of(one) for one in chosen))
        total, still_open = len(self.given.conflicts), len(self.given.open)
        self._count.setText(tr("{done} of {total} answered").format(done=total - still_open, total=total))
        self.save_button.setEnabled(bool(total) and not still_open)

    def save(self) -> None:
        """Save with the answers; a Save that went well ends the pane."""
        if self._save is not None and self._save(self.given.answers):
            self.close()

    # The map.

    @property
    def _crs(self) -> QgsCoordinateReferenceSystem:
        layer = self.session.layer("pipe")
        canvas = self.session.iface.mapCanvas()
        return layer.crs() if layer is not None else canvas.mapSettings().destinationCrs()

    def _bring_into_view(self, row: dict[str, Any]) -> None:
        """Turn the map to a row that is out of sight."""
        from waternet_plugin.gui.panes.marking import geometry

        box = QgsRectangle()
        for side in (MINE, THEIRS):
            for wkb in _shapes((row["conflict"],), side, only_moved=False):
                box.combineExtentWith(geometry(wkb).boundingBox())
        if box.isNull() or not box.isFinite():
            return
        if not self._in_network_crs().contains(box):
            box.scale(_MARGIN)
            box.grow(_LEAST_M)
            self.session.zoom_to(box)

    def _in_network_crs(self) -> QgsRectangle:
        """Return what the map shows, in the network's coordinates."""
        from qgis.core import QgsCoordinateTransform, QgsCsException, QgsProject

        settings = self.session.iface.mapCanvas().mapSettings()
        change = QgsCoordinateTransform(settings.destinationCrs(), self._crs, QgsProject.instance())
        try:
            return QgsRectangle(change.transformBoundingBox(settings.visibleExtent()))
        except QgsCsException:
            return QgsRectangle()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Leave the map as it was."""
        self.ghosts.clear()
        self.given.forget()
        self._save = None
        super().closeEvent(event)


def _shapes(conflicts: Sequence[RowConflict], side: str, *, only_moved: bool = True) -> Iterator[bytes]:
    """Yield the geometries of a side where they are asked about, as WKB."""
    for conflict in conflicts:
        row = conflict.mine if side == MINE else conflict.theirs
        shape = row.get(GEOMETRY_COLUMN) if row is not None else None
        is_asked = conflict.is_about_row or any(one.name == GEOMETRY_COLUMN for one in conflict.fields)
        if shape is not None and (is_asked or not only_moved):
            yield to_wkb(shape)


def show_edit_conflicts(
    session: Session, conflicts: Sequence[RowConflict], save: Save, label: str = ""
) -> ConflictPane:
    """Open the pane, or ask about these conflicts in the one that is open."""
    opened: ConflictPane = pane.open_pane(session, ConflictPane, conflicts=conflicts, save=save, label=label)
    return opened


def show_crew_conflicts(
    session: Session, conflicts: Sequence[RowConflict], save: Save, crew: str
) -> ConflictPane:
    """Ask about rows of a crew's package that were changed here, too."""
    opened: ConflictPane = pane.open_pane(
        session, ConflictPane, conflicts=conflicts, save=save, label=tr("Take up"), crew=crew
    )
    return opened
