"""What names a pipe that was deleted: the person is asked before it is saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qgis.PyQt import sip
from qgis.PyQt.QtCore import QTimer

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.gui.gestures.layer_changes import LayerChanges
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.store.changes.undo_results import Dependents


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
    from waternet_plugin.store.changes.orphans import without_pipe_text

    try:
        with session.network() as network:
            naming = network.naming("pipe", pipe_ids)
    except WaterNetError:
        # The Save tells of it.
        return
    # What no person edits, such as the assessments of earlier years, the Save tells of.
    naming = tuple(each for each in naming if table(each.table).is_editable)
    left = [
        dependents
        for dependents in (_still(each, pipe_ids, edited_rows(each.table)) for each in naming)
        if dependents.rows
    ]
    text = without_pipe_text(pipe_ids, left)
    if not text:
        return
    stack = next(changes.layer.undoStack() for changes in edited if changes.name == "pipe")
    # The step of the gesture is still open.
    QTimer.singleShot(0, lambda: _ask(session, text, stack))


def _still(dependents: Dependents, pipe_ids: Sequence[str], edited: Mapping[int, Any]) -> Dependents:
    """Return what of the saved rows names the pipes with the edits that are not saved."""
    id_field, deleted_ids = table(dependents.table).id_field, set(pipe_ids)
    ids = {
        str(row.get(id_field))
        for row in edited.values()
        if row is not None and row.get(dependents.field) in deleted_ids
    }
    changed = {str(row.get(id_field)) for row in edited.values() if row is not None} - ids
    assets = tuple(asset for asset in dependents.assets if asset not in changed)
    return replace(dependents, rows=len(assets), assets=assets)


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
