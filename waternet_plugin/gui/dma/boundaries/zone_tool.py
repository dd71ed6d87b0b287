"""The map tool that draws zones: clicks and strokes add, take out and flood; a menu meters, closes, locks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.core import QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.PyQt.QtCore import QEvent, QObject, Qt
from qgis.PyQt.QtGui import QKeySequence

from waternet_plugin.core.schema.use import systems
from waternet_plugin.gui.network.picking import PickTool

if TYPE_CHECKING:
    from waternet_plugin.gui.dma.boundaries.drawing_model import DrawingModel
    from waternet_plugin.gui.session.session import Session

_MOST_HOVERED = 200
_KEYS = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)


def key_of(event: Any) -> str:
    """Return what a key does while zones are drawn: undo, redo, save, leave; '' for nothing of ours."""
    if event.type() not in _KEYS:
        return ""
    if event.matches(QKeySequence.StandardKey.Undo):
        return "undo"
    control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    if event.matches(QKeySequence.StandardKey.Redo) or (control and event.key() == Qt.Key.Key_Y):
        return "redo"
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return "save"
    return "leave" if event.key() == Qt.Key.Key_Escape else ""


class ZoneTool(PickTool):
    """Draws the chosen zone of a drawing.

    Parameters
    ----------
    session
        Knows the layers.
    model
        What is drawn.
    on_key
        Called with save or leave; undo and redo are done here.
    on_menu
        Called with a pipe by number and the place of the click, in the network's coordinates and on the
        screen.
    topic
        Where the guide opens on F1.
    """

    def __init__(
        self,
        session: Session,
        model: DrawingModel,
        on_key: Callable[[str], Any],
        on_menu: Callable[[int, QgsPointXY, Any], Any],
        topic: str,
    ) -> None:
        supply = frozenset(systems("supply"))
        super().__init__(session, lambda _pick: None, systems=supply, topic=topic)
        self._model, self._on_key, self._on_menu = model, on_key, on_menu
        # The stroke under way: whether it did something already.
        self._strokes = self._has_drawn = False
        self._modifiers = Qt.KeyboardModifier.NoModifier
        model.previewed.connect(self._show_unit)

    def close(self) -> None:
        """Leave for good."""
        self._model.previewed.disconnect(self._show_unit)
        super().close()

    # Mouse.

    def canvasPressEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Draw with the left button."""
        if event.button() == Qt.MouseButton.LeftButton and not self._model.tells_waiting():
            self._strokes, self._has_drawn = True, False
            self._stroke(event)

    def canvasMoveEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """Go on drawing while the button is down; else look what lies under the pointer once it rests."""
        self._modifiers = event.modifiers()
        floods = bool(self._modifiers & Qt.KeyboardModifier.ShiftModifier)
        if self._strokes and event.buttons() & Qt.MouseButton.LeftButton and not floods:
            self._stroke(event)
        else:
            super().canvasMoveEvent(event)

    def canvasReleaseEvent(self, event: Any) -> None:  # noqa: N802 (QGIS's name)
        """End a stroke; the right button opens the menu."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._strokes = False
        elif event.button() == Qt.MouseButton.RightButton:
            self.menu_at(event.mapPoint(), self._canvas.mapToGlobal(event.pixelPoint()))

    def _stroke(self, event: Any) -> None:
        self.draw_at(event.mapPoint(), event.modifiers(), joins=self._has_drawn)

    def draw_at(self, place: QgsPointXY, modifiers: Any, *, joins: bool = False) -> bool:
        """Do what a click at a place of the map does; return whether anything changed."""
        pipe = self.pipe_at(place)
        if pipe is None:
            return False
        takes_out, floods = _meant(modifiers)
        done = self._model.click(pipe, takes_out=takes_out, floods=floods, joins=joins)
        self._has_drawn |= done
        return done

    def pipe_at(self, place: QgsPointXY, most: int = -1) -> int | None:
        """Return the number of the pipe at a place of the map, None where there is none."""
        found = self._find(place, most) if self._model.is_ready else None
        number = self._model.drawing.network.graph.edge_of(found.pipe_id) if found is not None else -1
        return number if number >= 0 else None

    def menu_at(self, place: QgsPointXY, position: Any) -> None:
        """Open the menu for the pipe at a place of the map."""
        layer = self._session.layer("pipe")
        pipe = self.pipe_at(place)
        where = self._point(place, layer) if layer is not None else None
        if pipe is not None and where is not None:
            self._on_menu(pipe, where[0], position)

    # Looking.

    def _hover(self) -> None:
        pipe = self.pipe_at(self._place, _MOST_HOVERED) if self._place is not None else None
        takes_out, floods = _meant(self._modifiers)
        self._model.preview(pipe, takes_out=takes_out, floods=floods)

    def _show_unit(self, found: Any) -> None:
        from waternet_plugin.core.shapes.wkb import lines_wkb

        self._band.reset(QgsWkbTypes.GeometryType.LineGeometry)
        layer, ground = self._session.layer("pipe"), self._model.ground
        if found is None or layer is None or ground is None or not len(found[0]):
            return
        wkb = lines_wkb(ground.lines[found[0]])
        if wkb is not None:
            shape = QgsGeometry()
            shape.fromWkb(wkb)
            self._band.setToGeometry(shape, layer.crs())

    # Keys.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Answer our keys before QGIS does: its own undo would take back edits of layers."""
        return self.answers_key(event) or bool(super().eventFilter(watched, event))

    def answers_key(self, event: Any) -> bool:
        """Do what a key does, and tell whether it was one of ours."""
        key = key_of(event)
        if not key:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            act = {"undo": self._model.undo, "redo": self._model.redo}.get(key)
            if act is not None:
                act()
            else:
                self._on_key(key)
        return True


def _meant(modifiers: Any) -> tuple[bool, bool]:
    """Return whether a click takes out, and whether it floods."""
    keys = Qt.KeyboardModifier
    return bool(modifiers & keys.ControlModifier), bool(modifiers & keys.ShiftModifier)
