"""Steps of undo in several layers that are one gesture: they go and come together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar
from weakref import WeakSet

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QUndoCommand

from waternet_plugin.bridge.saving.buffers import buffer_edits

if TYPE_CHECKING:
    from waternet_plugin.core.editing.row_edits import RowEdit
    from waternet_plugin.gui.gestures.layer_changes import LayerChanges


class _LinkedStep(QUndoCommand):
    """The last command of a step: undone first, redone last, with the step it stands in."""

    def __init__(self, gesture: LinkedGesture, changes: LayerChanges, edits: Sequence[RowEdit]) -> None:
        super().__init__()
        self.gesture = gesture
        self.changes = changes
        # What the gesture made in the layer, from what was there before it.
        self.edits = list(edits)
        # Pushing counts as the first redo.
        self.is_done = False

    def undo(self) -> None:
        """Take the other steps of the gesture back."""
        self.is_done = False
        self.gesture.went(self, is_done=False)

    def redo(self) -> None:
        """Bring the other steps of the gesture again."""
        was_new, self.is_done = not self.gesture.is_complete, True
        if not was_new:
            self.gesture.went(self, is_done=True)


class LinkedGesture:
    """A gesture that changed several layers.

    Parameters
    ----------
    main
        Names of the tables that the person edited; what followed in others goes and comes with them.
    """

    # Those whose steps still move together.
    _linked: ClassVar[WeakSet[LinkedGesture]] = WeakSet()

    def __init__(self, main: set[str]) -> None:
        self._linked.add(self)
        self._main = main
        self._steps: list[_LinkedStep] = []
        self.is_complete = self._is_moving = False

    @classmethod
    def link(cls, edits: Mapping[LayerChanges, Sequence[RowEdit]], *, main: set[str]) -> None:
        """Make one gesture of the open steps of several layers; a layer alone needs none.

        Parameters
        ----------
        edits
            What the gesture made in each layer.
        main
            As the class has it.
        """
        if len(edits) < 2:
            return
        gesture = cls(main)
        for changes, made in edits.items():
            gesture._add(changes, made)
        gesture.is_complete = True

    def _add(self, changes: LayerChanges, edits: Sequence[RowEdit]) -> None:
        """Put the end of a layer's step into it, while the step is open."""
        step = _LinkedStep(self, changes, edits)
        self._steps.append(step)
        changes.push(step)

    @classmethod
    def let_all_go(cls) -> None:
        """Let the steps of all gestures so far go their own ways: nobody listens any more."""
        for gesture in list(cls._linked):
            gesture._is_moving = True
        cls._linked.clear()

    @classmethod
    def drop_broken_redo(cls) -> None:
        """Leave nothing to redo of gestures that were taken back and can't come again in one of their layers.

        New edits in a layer delete what could be redone there; the rest of a gesture must not come alone.
        """
        for gesture in list(cls._linked):
            left = [step for step in gesture._steps if not sip.isdeleted(step)]
            if len(left) == len(gesture._steps) or any(step.is_done for step in left):
                continue
            for step in left:
                layer = step.changes.layer
                if sip.isdeleted(step) or sip.isdeleted(layer):
                    continue
                stack = layer.undoStack()
                if any(_is_last_of(stack, index, step) for index in range(stack.index(), stack.count())):
                    step.changes.drop_redo()

    def went(self, step: _LinkedStep, *, is_done: bool) -> None:
        """Move the steps in the other layers as one of them moved."""
        if self._is_moving:
            return
        self._is_moving = True
        try:
            for other in self._steps:
                if other is step or sip.isdeleted(other) or other.is_done == is_done:
                    continue
                if sip.isdeleted(other.changes.layer) or not other.changes.layer.isEditable():
                    continue
                self._move(other, is_done=is_done)
        finally:
            self._is_moving = False

    def _move(self, step: _LinkedStep, *, is_done: bool) -> None:
        stack = step.changes.layer.undoStack()
        if not is_done and _is_last_of(stack, stack.index() - 1, step):
            stack.undo()
        elif is_done and _is_last_of(stack, stack.index(), step):
            stack.redo()
        elif step.changes.name not in self._main:
            # Other steps were made after it, so it can only be changed back in a step of its own.
            self._change(step, is_done=is_done)
            step.is_done = is_done
        step.changes.layer.triggerRepaint()

    def _change(self, step: _LinkedStep, *, is_done: bool) -> None:
        changes = step.changes
        edits = step.edits if is_done else buffer_edits.inverse(step.edits)
        wanted = buffer_edits.still_as_left(edits, changes.rows_now(edit.key for edit in edits))
        if not wanted:
            return
        changes.is_ours = True
        try:
            changes.open_macro(changes.text)
            numbers = buffer_edits.apply(changes.layer, wanted, changes.text)
        finally:
            changes.close_macro()
            changes.is_ours = False
        step.edits = [buffer_edits.renumbered(edit, numbers) for edit in step.edits]


def _is_last_of(stack: Any, index: int, step: _LinkedStep) -> bool:
    """Return whether the step of a stack at an index ends with one of ours."""
    if not 0 <= index < stack.count():
        return False
    command = stack.command(index)
    count = command.childCount()
    return count > 0 and command.child(count - 1) is step
