"""The conflicts that are asked about, and what was answered so far."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from qgis.PyQt.QtCore import QObject, pyqtSignal

from waternet_plugin.core.editing.row_conflicts import (
    MINE,
    RESTORE,
    THEIRS,
    Answers,
    RowAnswer,
    RowConflict,
    RowKey,
)


class GivenAnswers(QObject):
    """Answers by row; what was answered stays when a Save is refused once more."""

    # A row was answered, or other conflicts are asked about.
    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.conflicts: tuple[RowConflict, ...] = ()
        self._answers: dict[RowKey, RowAnswer] = {}

    def ask(self, conflicts: Sequence[RowConflict]) -> None:
        """Ask about conflicts; what was said about the same values in the file is said already."""
        self.conflicts = tuple(conflicts)
        for conflict in conflicts:
            earlier = self._answers.get(conflict.row_key)
            answer = RowAnswer(conflict)
            if earlier is not None and not conflict.is_about_row:
                sides = {one.name: earlier.of_field(one.name, one.theirs) for one in conflict.fields}
                answer = replace(answer, fields={name: side for name, side in sides.items() if side})
            self._answers[conflict.row_key] = answer
        self.changed.emit()

    def forget(self) -> None:
        """Forget questions and answers."""
        self.conflicts, self._answers = (), {}

    def answer(self, conflict: RowConflict) -> RowAnswer:
        """Return what was said about a row."""
        return self._answers[conflict.row_key]

    def answer_field(self, conflict: RowConflict, name: str, side: str) -> None:
        """Say which side a field takes."""
        earlier = self._answers[conflict.row_key]
        self._answers[conflict.row_key] = replace(earlier, fields={**earlier.fields, name: side})
        self.changed.emit()

    def answer_rows(self, conflicts: Iterable[RowConflict], side: str) -> None:
        """Say which side whole rows take; rows of which that can't be said stay as they are.

        Parameters
        ----------
        conflicts
            The rows.
        side
            ``MINE``, ``THEIRS``, or ``RESTORE`` for rows that are gone.
        """
        for conflict in conflicts:
            if side in sides_of(conflict):
                self._answers[conflict.row_key] = RowAnswer(conflict, side)
        self.changed.emit()

    @property
    def open(self) -> tuple[RowConflict, ...]:
        """The rows that are not answered."""
        return tuple(one for one in self.conflicts if not self.answer(one).is_complete)

    @property
    def answers(self) -> Answers:
        """All that was said, about rows of earlier refusals too."""
        return Answers(dict(self._answers))


def sides_of(conflict: RowConflict) -> tuple[str, ...]:
    """Return what can be said about a row as a whole."""
    return (RESTORE, THEIRS) if conflict.is_gone else (MINE, THEIRS)


def decided_side(answer: RowAnswer) -> str:
    """Return the side that a whole row takes, '' where fields differ or are open."""
    if not answer.is_complete:
        return ""
    if answer.conflict.is_about_row:
        return answer.row
    sides = {answer.side(one.name) for one in answer.conflict.fields}
    return sides.pop() if len(sides) == 1 else ""
