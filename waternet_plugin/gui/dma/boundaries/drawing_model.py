"""What is being drawn, for all who show it: the drawing, the chosen zone, the unit, and what is unsaved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.PyQt.QtCore import QObject, pyqtSignal

from waternet_plugin.core.dma.drawing import gestures
from waternet_plugin.core.dma.drawing.change import Change
from waternet_plugin.core.dma.drawing.drawing_units import PIPE, SEGMENT
from waternet_plugin.core.dma.hues import HUES, given_hues, touching
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.core.arrays import Array
    from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
    from waternet_plugin.core.dma.drawing.zone_figures import ZoneFigures
    from waternet_plugin.operations.dma.begin_zone_drawing import DrawingGround, ZoneRow

_PREFIX = "DMA-"


class DrawingModel(QObject):
    """Zones that are drawn on a network kept in memory; nothing is read or written here.

    Parameters
    ----------
    parent
        Owner.
    """

    # Another drawing, or none.
    replaced = pyqtSignal()
    # A gesture was done, undone or done again.
    changed = pyqtSignal()
    # Another zone is drawn, or there is one more.
    zone_changed = pyqtSignal()
    # What a click would change: pipes and difference, None for nothing.
    previewed = pyqtSignal(object)
    # Why a gesture does nothing.
    refused = pyqtSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ground: DrawingGround | None = None
        self.zone = -1
        self.unit = SEGMENT
        # Of the last check, by the ids of zones.
        self.verdicts: dict[str, str] = {}
        self._saved_at = self._gestures = 0
        # While the network is read anew, gestures would be lost.
        self.is_waiting = False

    @property
    def drawing(self) -> ZoneDrawing:
        """The drawing; there is one once the network was read."""
        return self.ground.drawing

    @property
    def is_ready(self) -> bool:
        """Whether gestures are taken."""
        return self.ground is not None and not self.is_waiting

    @property
    def is_unsaved(self) -> bool:
        """Whether gestures are not in the stored scenario yet."""
        return self._gestures != self._saved_at

    @property
    def revision(self) -> int:
        """Which state it is; a number that was saved is handed to `mark_saved`."""
        return self._gestures

    def tells_waiting(self) -> bool:
        """Say so where gestures are not taken for now; return whether that is so."""
        if self.is_waiting:
            self.refused.emit(tr("The network was edited and is being read. Click again in a moment."))
        return self.is_waiting

    def mark_saved(self, revision: int) -> None:
        """Remember which state is in the stored scenario; one from before the drawing began says nothing."""
        self._saved_at = max(self._saved_at, revision)

    def begin(self, ground: DrawingGround | None) -> None:
        """Take a drawing, or put it away."""
        chosen = self.zone_id if self.ground is not None else ""
        self.ground = ground
        # Numbers go on: a storing that still runs may name one of the drawing before.
        self._saved_at = self._gestures
        self.is_waiting = False
        # Those of another scenario; what the network keeps is in its rows.
        self.verdicts = {}
        self.zone = -1
        if ground is not None:
            numbers = {str(one): number for number, one in enumerate(ground.drawing.zones.tree.zone_id)}
            self.zone = numbers.get(chosen, -1)
        self.replaced.emit()

    def carry_on(self, ground: DrawingGround) -> None:
        """Go on with the same drawing on the network as it is after an edit."""
        chosen = self.zone_id
        self.ground = ground
        ids = [str(one) for one in ground.drawing.zones.tree.zone_id]
        self.zone = ids.index(chosen) if chosen in ids else -1
        self.is_waiting = False
        self.zone_changed.emit()
        self.changed.emit()

    # Zones.

    @property
    def zone_id(self) -> str:
        """Id of the zone that is drawn, '' for none."""
        if self.ground is None or not 0 <= self.zone < self.drawing.zones.count:
            return ""
        return str(self.drawing.zones.tree.zone_id[self.zone])

    def name_of(self, zone: int) -> str:
        """Return what people call a zone."""
        if zone < 0:
            return tr("outside")
        zone_id = str(self.drawing.zones.tree.zone_id[zone])
        row = self.row_of(zone)
        return row.name if row is not None and row.name else zone_id

    def row_of(self, zone: int) -> ZoneRow | None:
        """Return what the network says of a zone, None for a new one."""
        return self.ground.zones.get(str(self.drawing.zones.tree.zone_id[zone]))

    def verdict_of(self, zone: int) -> str:
        """Return the newest verdict on a zone, '' where it was never checked."""
        row = self.row_of(zone)
        stored = row.verdict if row is not None else ""
        return self.verdicts.get(str(self.drawing.zones.tree.zone_id[zone]), stored)

    def choose(self, zone: int) -> None:
        """Draw another zone."""
        if zone != self.zone:
            self.zone = zone
            self.preview(None)
            self.zone_changed.emit()

    def add_zone(self) -> int:
        """Draw a new zone, named after those there, and return its number; one without pipes serves too."""
        tree = self.drawing.zones.tree
        for zone in range(tree.count):
            if tree.row[zone] < 0 and not len(self.drawing.pipes_of(zone)):
                self.choose(zone)
                return zone
        taken = {str(one) for one in self.drawing.zones.tree.zone_id}
        taken |= set(self.ground.zones)
        number = 1
        while f"{_PREFIX}{number}" in taken:
            number += 1
        zone = self.drawing.add_zone(f"{_PREFIX}{number}")
        self.zone = zone
        self.zone_changed.emit()
        return zone

    def lock(self, zone: int, *, is_locked: bool) -> None:
        """Let gestures leave a zone as it is, or change it again."""
        self.drawing.lock(zone, is_locked=is_locked)
        self.zone_changed.emit()

    def is_locked(self, zone: int) -> bool:
        """Return whether gestures leave a zone as it is."""
        return zone in self.drawing.zones.locked

    def figures(self) -> ZoneFigures | None:
        """Return the figures of the zone that is drawn."""
        return self.drawing.figures(self.zone) if self.zone >= 0 else None

    def hues(self) -> dict[int, int]:
        """Return the place of each zone's hue among the colours."""
        drawing = self.drawing
        rows = [self.row_of(zone) for zone in range(drawing.zones.count)]
        known = np.array([0 if row is None else row.hue or 0 for row in rows], dtype=float)
        pairs = touching(drawing.zones.tree, np.array(list(drawing.neighbours()), dtype=np.int64))
        given = given_hues(len(rows), pairs.tolist(), known)
        return {zone: int(hue) % HUES for zone, hue in enumerate(given)}

    # Gestures.

    def unit_pipes(self, pipe: int) -> Array:
        """Return the pipes that a click on one takes."""
        return self.ground.units.pipes(pipe, self.unit)

    def change_of(self, pipe: int, *, takes_out: bool = False, floods: bool = False) -> Change:
        """Return what a click on a pipe changes.

        Raises
        ------
        InputError
            When a flood does not end.
        """
        if floods:
            return gestures.flooding(self.drawing, pipe, self.zone)
        act = gestures.taking_out if takes_out else gestures.adding
        return act(self.drawing, self.unit_pipes(pipe), self.zone)

    def click(self, pipe: int, *, takes_out: bool = False, floods: bool = False, joins: bool = False) -> bool:
        """Do what a click on a pipe does; return whether anything changed.

        Parameters
        ----------
        pipe
            Number of the pipe.
        takes_out, floods
            With Ctrl, and with Shift.
        joins
            Whether it goes on with the gesture before, as a brush does.
        """
        if not self.is_ready or self.zone < 0:
            return False
        if self.is_locked(self.zone):
            self.refused.emit(
                tr("{zone} is locked. Unlock it to change it.").format(zone=self.name_of(self.zone))
            )
            return False
        try:
            change = self.change_of(pipe, takes_out=takes_out, floods=floods)
        except InputError as error:
            self.refused.emit(error.message)
            return False
        return self.do(change, joins=joins)

    def do(self, change: Change, *, joins: bool = False) -> bool:
        """Do a gesture; return whether anything changed."""
        if not self.is_ready or not self.drawing.do(change, joins=joins):
            return False
        self._moved()
        return True

    def _moved(self) -> None:
        self._gestures += 1
        self.previewed.emit(None)
        self.changed.emit()

    def undo(self) -> None:
        """Take the last gesture back."""
        if self.is_ready and self.drawing.undo() is not None:
            self._moved()

    def redo(self) -> None:
        """Do again what was undone last."""
        if self.is_ready and self.drawing.redo() is not None:
            self._moved()

    def at_vertex(self, make: Callable[..., Change], vertex: int, *more: Any, **options: Any) -> bool:
        """Do a gesture of `core.dma.drawing.gestures` at a vertex."""
        return self.is_ready and self.do(make(self.drawing, vertex, *more, **options))

    def preview(
        self, pipe: int | None, *, takes_out: bool = False, floods: bool = False
    ) -> dict[str, float] | None:
        """Tell what a click on a pipe would change, None for no pipe."""
        if pipe is None or not self.is_ready or self.zone < 0:
            self.previewed.emit(None)
            return None
        try:
            change = self.change_of(pipe, takes_out=takes_out, floods=floods)
        except InputError as error:
            self.previewed.emit((self.unit_pipes(pipe) if self.unit != PIPE else [pipe], error.message))
            return None
        difference = self.drawing.preview(change, self.zone)
        self.previewed.emit((change.pipes, difference))
        return difference
