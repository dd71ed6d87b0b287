"""The map tools that edit what is clicked: insert a node, replace a pipe, reverse one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import NULL, QgsExpression, QgsFeature, QgsFeatureRequest, QgsPointXY, QgsVectorLayer

from waternet_plugin.core.schema.use import TAKEN_OUT
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.drawing import pipe_edits
from waternet_plugin.gui.drawing.tool_bars import KindBar, PipeBar
from waternet_plugin.gui.network.picking import Pick, PickTool
from waternet_plugin.gui.session.session import Session

TOPIC = "forms"
_KIND = "inserted_kind"


class _EditTool(PickTool):
    """Edits the pipe that is clicked; stays until it is left."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, self._picked, topic=TOPIC)
        self.bar: Any = None

    def activate(self) -> None:
        """Show the bar."""
        super().activate()
        if self.bar is not None:
            self.bar.show_above()

    def deactivate(self) -> None:
        """Hide the bar."""
        if self.bar is not None:
            self.bar.hide()
        super().deactivate()

    def close(self) -> None:
        """Leave for good."""
        super().close()
        if self.bar is not None:
            self.bar.close_for_good()

    def _picked(self, pick: Pick) -> None:
        layer = self._editable("pipe")
        if layer is None:
            return
        wanted = QgsExpression.createFieldEqualityExpression("pipe_id", pick.pipe_id)
        for pipe in layer.getFeatures(QgsFeatureRequest().setFilterExpression(wanted)):
            self.edit(layer, pipe, QgsPointXY(pick.x_m, pick.y_m))
            return

    def _editable(self, name: str) -> QgsVectorLayer | None:
        layer = self._session.layer(name)
        if layer is None or not (layer.isEditable() or layer.startEditing()):
            self._session.say(
                tr("The pipes can't be edited now: another program may be using the file."), "warning"
            )
            return None
        return layer

    def edit(self, pipes: QgsVectorLayer, pipe: QgsFeature, point: QgsPointXY) -> None:
        """Edit a pipe that was clicked at a point, in the coordinates of the layer."""
        raise NotImplementedError


class InsertNodeTool(_EditTool):
    """A click on a pipe puts a node of the chosen kind there."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.bar = KindBar(self._canvas, str(session.remembered(_KIND, "valve")), session.layer("node"))

    def edit(self, pipes: QgsVectorLayer, pipe: QgsFeature, point: QgsPointXY) -> None:
        """Insert the node; that the pipe is split follows from it."""
        nodes = self._editable("node")
        kind = str(self.bar.kind.currentData() or "")
        if nodes is None or not kind:
            return
        self._session.remember(_KIND, kind)
        pipe_edits.insert_node(nodes, pipe, point, kind)


class ReplacePipeTool(_EditTool):
    """A click on a pipe abandons it and puts a new one in its place.

    Parameters
    ----------
    template
        Returns what the last pipe of a system had, by field.
    remember
        Keeps what a new pipe had.
    """

    def __init__(
        self,
        session: Session,
        template: Callable[[str], dict[str, Any]],
        remember: Callable[[Any], Any],
        system: str,
    ) -> None:
        super().__init__(session)
        self._remember = remember
        self.bar = PipeBar(
            self._canvas, lambda _system: template(system), None, session.layer("pipe"), "wn_replace_bar"
        )

    def edit(self, pipes: QgsVectorLayer, pipe: QgsFeature, point: QgsPointXY) -> None:
        """Replace the pipe; one that is out of use already is not replaced."""
        if pipe["status"] in TAKEN_OUT:
            self._session.say(
                tr("{pipe} is out of use already. Click a pipe in use.").format(pipe=pipe["pipe_id"]),
                "warning",
            )
            return
        new = pipe_edits.replace_pipe(pipes, pipe, self.bar.values())
        self._remember(new)
        self._session.say(
            tr("{old} is abandoned and keeps its failures; {new} is in its place.").format(
                old=pipe["pipe_id"], new=new["pipe_id"]
            )
        )


class ReversePipeTool(_EditTool):
    """A click on a pipe turns it round."""

    def edit(self, pipes: QgsVectorLayer, pipe: QgsFeature, point: QgsPointXY) -> None:
        """Reverse the pipe."""
        pipe_edits.reverse_pipe(pipes, pipe)
        if pipe["from_node"] not in (None, NULL) and pipe["to_node"] not in (None, NULL):
            self._session.say(
                tr("{pipe} now runs from {start} to {end}.").format(
                    pipe=pipe["pipe_id"], start=pipe["to_node"], end=pipe["from_node"]
                )
            )
