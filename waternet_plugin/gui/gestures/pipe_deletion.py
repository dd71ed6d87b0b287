"""What names a pipe that was deleted: the person is asked before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.gui.gestures.layer_changes import LayerChanges
    from waternet_plugin.gui.session.session import Session


def ask_about(
    session: Session,
    edited: Sequence[LayerChanges],
    pipe_ids: Sequence[str],
    edited_rows: Callable[[str], Mapping[int, Any]],
) -> None:
    """Ask whether pipes stay deleted, where something names them.

    Parameters
    ----------
    edited
        The layers that the gesture was in.
    pipe_ids
        The pipes that went with it.
    edited_rows
        Returns the rows of a table that differ from the file, None for those that are gone.
    """
    from waternet_plugin.operations.editing.deleted_pipes import naming_deleted
    from waternet_plugin.store.changes.orphans import without_pipe_text

    try:
        with session.network() as network:
            left = naming_deleted(network, pipe_ids, edited_rows)
    except WaterNetError:
        # The Save tells of it.
        return
    text = without_pipe_text(pipe_ids, left)
    if not text:
        return
    stack = next(changes.layer.undoStack() for changes in edited if changes.name == "pipe")
    # The step of the gesture is still open.
    QTimer.singleShot(0, lambda: _ask(session, text, stack))


def _ask(session: Session, text: str, stack: Any) -> None:
    if session.is_closed or sip.isdeleted(stack):
        return
    step = stack.index()
    questions: list[Callable[[], None]] = []

    def answered() -> None:
        questions.pop()()

    def undo() -> None:
        answered()
        # Only as long as nothing was done since.
        if not sip.isdeleted(stack) and stack.index() == step:
            stack.undo()

    questions.append(session.ask(text, (tr("Undo"), undo), (tr("Leave them deleted"), answered)))
