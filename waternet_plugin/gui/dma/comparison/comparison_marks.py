"""What the map shows of a comparison: pipes in the colours of new zones, the old ones dashed; devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.core.colours import ACCENT, INK, QUIET
from waternet_plugin.core.dma.scenario import METER, OPEN
from waternet_plugin.core.frames import records
from waternet_plugin.gui.dma.comparison.comparison_rows import colours_of
from waternet_plugin.gui.network import overlay
from waternet_plugin.gui.network.overlay import OverlayLine, OverlayMark

if TYPE_CHECKING:
    from waternet_plugin.operations.dma.compare_scenarios import CompareScenariosResult

_CLOSED, _METER = INK, ACCENT
_WIDE, _NARROW, _THIN = 8, 2, 2
# More lines than a map that is panned can redraw at once: then the pipes that change zone alone show.
_MOST_LINES = 30_000


def compared(result: CompareScenariosResult) -> tuple[list[OverlayLine], list[OverlayMark]]:
    """Return what the map shows; pipes that change zone are on top."""
    from waternet_plugin.core.shapes.wkb import lines_wkb

    colours, drawings = colours_of(result), result.drawings
    lines = []
    if sum(len(zone.lines) for zone in drawings.zones) <= _MOST_LINES:
        for zone in drawings.zones:
            wkb = lines_wkb(zone.lines)
            if wkb is not None:
                lines.append(OverlayLine(wkb, colours.get(zone.zone_id, QUIET), _THIN))
    for move in drawings.moves:
        wkb = lines_wkb(move.lines)
        if wkb is None:
            continue
        lines.append(OverlayLine(wkb, colours.get(move.after or "", QUIET), _WIDE))
        if move.before:
            lines.append(OverlayLine(wkb, colours.get(move.before, QUIET), _NARROW, is_dashed=True))
    marks = []
    for device in records(result.devices):
        x, y = device["x"], device["y"]
        if x != x:
            continue
        is_gone = bool(device["in_a"])
        if device["kind"] == METER:
            marks.append(OverlayMark(x, y, QUIET if is_gone else _METER, overlay.BADGE, "M"))
        else:
            text = "○" if device["kind"] == OPEN else ""
            marks.append(OverlayMark(x, y, QUIET if is_gone else _CLOSED, overlay.BOW_TIE, text))
    return lines, marks
