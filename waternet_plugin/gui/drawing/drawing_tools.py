"""The actions of the editing tools, pressed while their tool is the canvas's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QAction

from waternet_plugin.core.errors import DependencyError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.tasks import tasks

if TYPE_CHECKING:
    from waternet_plugin.gui.editing.native_editing import Editing
    from waternet_plugin.gui.map.map_tool import NetworkTool
    from waternet_plugin.gui.session.session import Session


class DrawingTools:
    """Draw pipe, insert node, replace pipe, reverse.

    Parameters
    ----------
    make_action
        Makes an action of menu and toolbar: name, icon, text, tooltip, what a click does.
    editing
        Remembers the pipe that was drawn last.
    """

    def __init__(self, session: Session, make_action: Callable[..., QAction], editing: Editing) -> None:
        self._session = session
        self._canvas = session.iface.mapCanvas()
        self._editing = editing
        self._tools: dict[str, NetworkTool] = {}
        self.actions: dict[str, QAction] = {}
        for key, icon, text, tooltip in (
            (
                "draw_pipe",
                "drawpipe",
                tr("Draw pipe"),
                tr("Click from node to node; Enter or right click ends, Backspace takes a point back"),
            ),
            (
                "insert_node",
                "insertnode",
                tr("Insert node"),
                tr("Click a pipe: a valve or another node is put there, and the pipe is split"),
            ),
            (
                "replace_pipe",
                "replacepipe",
                tr("Replace pipe"),
                tr("Click a pipe: it is abandoned with its failures, and a new one takes its place"),
            ),
            (
                "reverse_pipe",
                "reversepipe",
                tr("Reverse pipe"),
                tr("Click a pipe: its ends, levels and depths are swapped"),
            ),
        ):
            action = make_action(key, icon, text, tooltip, partial(self._pressed, key))
            action.setCheckable(True)
            self.actions[key] = action
        self._canvas.mapToolSet.connect(self._tool_set)
        session.network_changed.connect(self.leave)

    def tool(self, key: str) -> Any:
        """Return a tool; made when it is first used."""
        if key not in self._tools:
            self._tools[key] = self._make(key)
        return self._tools[key]

    def _make(self, key: str) -> NetworkTool:
        from waternet_plugin.gui.drawing import click_tools
        from waternet_plugin.gui.drawing.draw_pipe import DrawPipeTool

        editing = self._editing
        system = editing.last_system or "potable"
        if key == "draw_pipe":
            return DrawPipeTool(self._session, editing.template, editing.remember, system)
        if key == "insert_node":
            return click_tools.InsertNodeTool(self._session)
        if key == "replace_pipe":
            return click_tools.ReplacePipeTool(self._session, editing.template, editing.remember, system)
        return click_tools.ReversePipeTool(self._session)

    def _pressed(self, key: str) -> None:
        try:
            # What is drawn without them would not be connected.
            tasks.keep_packages_apart()
        except DependencyError as error:
            self._session.say_error(error)
            self._tool_set()
            return
        tool = self.tool(key)
        if self._canvas.mapTool() is tool:
            tool.leave()
        elif self._begin():
            tool.take()
        self._tool_set()

    def _begin(self) -> bool:
        """Put the pipes into editing, with which nodes are, and junctions show."""
        layer = self._session.layer("pipe")
        if layer is None:
            self._session.say(
                tr("The layer of pipes is not in this project. Restore it from the panel."), "warning"
            )
            return False
        if not layer.isEditable() and not layer.startEditing():
            self._session.say(
                tr("The pipes can't be edited now: another program may be using the file."), "warning"
            )
            return False
        return True

    def _tool_set(self, *_tools: Any) -> None:
        current = self._canvas.mapTool()
        for key, action in self.actions.items():
            action.setChecked(key in self._tools and self._tools[key] is current)

    def leave(self) -> None:
        """Put every tool away; the next ones begin with what this network had last."""
        for tool in self._tools.values():
            tool.close()
        self._tools.clear()
        self._tool_set()

    def remove(self) -> None:
        """Let go of the canvas."""
        self._canvas.mapToolSet.disconnect(self._tool_set)
        self._session.network_changed.disconnect(self.leave)
        self.leave()
