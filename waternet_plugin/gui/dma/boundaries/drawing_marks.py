"""What the map shows of a drawing: pipes in the hues of their zones, signs where the drawn zone ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Tuple

import numpy as np

from waternet_plugin.core.colours import ACCENT, FAULT, INK
from waternet_plugin.core.dma.drawing.boundary_state import CLOSED, DOUBTFUL, INLET, OPEN, OUTLET
from waternet_plugin.core.dma.drawing.entering_way import entering_way
from waternet_plugin.gui.dma.boundaries.hues import HUES
from waternet_plugin.gui.network import overlay
from waternet_plugin.gui.network.overlay import OverlayLine, OverlayMark

if TYPE_CHECKING:
    from waternet_plugin.core.arrays import Array
    from waternet_plugin.core.dma.proposal.proposed_zones import Proposal
    from waternet_plugin.gui.dma.boundaries.drawing_model import DrawingModel
    from waternet_plugin.operations.dma.begin_zone_drawing import DrawingGround

# Least x, least y, greatest x, greatest y, m.
Box = Tuple[float, float, float, float]
_CLOSED, _METER = INK, ACCENT
_WIDE, _NARROW = 6, 3
# More lines than a map that is panned can redraw at once: then the drawn zone alone shows.
_MOST_LINES = 30_000


def drawn(model: DrawingModel) -> tuple[list[OverlayLine], list[OverlayMark]]:
    """Return what the map shows, the drawn zone on top."""
    drawing = model.drawing
    hues = model.hues()
    shown = [zone for zone in range(drawing.zones.count) if zone != model.zone]
    members = {zone: drawing.pipes_of(zone) for zone in shown}
    if sum(len(each) for each in members.values()) > _MOST_LINES:
        shown = []
    lines = [_line(model, members[zone], HUES[hues[zone]], _NARROW) for zone in shown]
    marks: list[OverlayMark] = []
    if model.zone >= 0:
        lines.append(_line(model, drawing.pipes_of(model.zone), HUES[hues[model.zone]], _WIDE))
        lines.append(_line(model, drawing.loose_pipes(model.zone), FAULT, _NARROW, is_dashed=True))
        marks = boundary_marks(model)
    return [line for line in lines if line is not None], marks


def proposed(ground: DrawingGround, solution: Proposal) -> tuple[list[OverlayLine], list[OverlayMark]]:
    """Return what the map shows of a proposed solution: its zones, meters and closings.

    Parameters
    ----------
    ground
        What zones are drawn on: lines and graph.
    solution
        The solution.
    """
    from waternet_plugin.core.shapes.wkb import lines_wkb

    graph = ground.drawing.network.graph
    zone_of = solution.pipes["zone_id"].to_numpy(dtype=object)
    names = np.array([graph.edge_of(one) for one in solution.pipes["pipe_id"]], dtype=np.int64)
    lines = []
    for number, zone in enumerate(solution.zones["zone_id"]):
        wkb = lines_wkb(ground.lines[names[(zone_of == zone) & (names >= 0)]])
        if wkb is not None:
            lines.append(OverlayLine(wkb, HUES[number % len(HUES)], _WIDE))
    marks = []
    for device, name in zip(solution.boundary["device"], solution.boundary["at_node"]):
        vertex = graph.vertex_of(name) if isinstance(name, str) else -1
        if vertex >= 0:
            x, y = float(graph.x_m[vertex]), float(graph.y_m[vertex])
            is_meter = device == "meter"
            shape, colour = (overlay.BADGE, _METER) if is_meter else (overlay.BOW_TIE, _CLOSED)
            marks.append(OverlayMark(x, y, colour, shape, "M" if is_meter else ""))
    return lines, marks


def _line(
    model: DrawingModel, pipes: Array, colour: str, width: int, *, is_dashed: bool = False
) -> OverlayLine | None:
    from waternet_plugin.core.shapes.wkb import lines_wkb

    wkb = lines_wkb(model.ground.lines[pipes]) if len(pipes) else None
    return None if wkb is None else OverlayLine(wkb, colour, width, is_dashed=is_dashed)


def boundary_marks(model: DrawingModel) -> list[OverlayMark]:
    """Return the signs of the drawn zone's boundary, what is open on top."""
    drawing, graph = model.drawing, model.drawing.network.graph
    marks = []
    for what in (CLOSED, DOUBTFUL, OUTLET, INLET, OPEN):
        for vertex in drawing.crossings(model.zone, what):
            x, y = float(graph.x_m[vertex]), float(graph.y_m[vertex])
            if not (math.isfinite(x) and math.isfinite(y)):
                continue
            if what == OPEN:
                marks.append(OverlayMark(x, y, FAULT, overlay.RING, "!", 0.9))
            elif what in (INLET, OUTLET):
                angle = _into_zone_deg(model, vertex)
                turned = angle if what == INLET or angle is None else angle + 180.0
                marks.append(OverlayMark(x, y, _METER, overlay.BADGE, "M", 1.0, turned))
            else:
                marks.append(OverlayMark(x, y, _CLOSED, overlay.BOW_TIE, "?" if what == DOUBTFUL else ""))
    return marks


def _into_zone_deg(model: DrawingModel, vertex: int) -> float | None:
    """Return where the zone lies seen from a vertex, degrees from east to north."""
    drawing, graph = model.drawing, model.drawing.network.graph
    indptr, neighbour, pipes = graph.adjacency()
    here = slice(int(indptr[vertex]), int(indptr[vertex + 1]))
    inside = drawing.zones.tree.holds(model.zone, drawing.state.zone[pipes[here]])
    others = np.asarray(neighbour[here])[inside]
    if not len(others):
        return None
    east = float(graph.x_m[others[0]] - graph.x_m[vertex])
    north = float(graph.y_m[others[0]] - graph.y_m[vertex])
    return math.degrees(math.atan2(north, east)) if math.isfinite(east + north) else None


def way_of(model: DrawingModel, assets: str) -> tuple[OverlayLine, Box] | None:
    """Return the pipes that a finding names as a line over the others, and its box; None where it names none.

    Parameters
    ----------
    model
        What is drawn.
    assets
        Ids of pipes and other assets, by semicolons.
    """
    if model.ground is None:
        return None
    graph = model.drawing.network.graph
    named = np.array([graph.edge_of(one) for one in assets.split(";")], dtype=np.int64)
    pipes = named[named >= 0]
    line, box = _line(model, pipes, FAULT, _WIDE, is_dashed=True), _box(model.ground.lines[pipes])
    return None if line is None or box is None else (line, box)


def entering_way_of(model: DrawingModel, vertex: int) -> OverlayLine | None:
    """Return the way of water to a crossing of the drawn zone as a line, None where none gets there.

    Through an open or doubtful crossing it runs past the meters: the line has the colour of a fault then.
    """
    what = model.drawing.crossing_state(model.zone, vertex)
    if what is None or what == CLOSED:
        return None
    pipes = entering_way(model.drawing, model.zone, vertex)
    return _line(model, pipes, FAULT if what in (OPEN, DOUBTFUL) else _METER, _WIDE, is_dashed=True)


def box_of(model: DrawingModel, key: str) -> Box | None:
    """Return the box round what a figure of the live line counts, None where there is nothing.

    Parameters
    ----------
    model
        What is drawn.
    key
        Of the figure.
    """
    import shapely

    if model.ground is None or model.zone < 0:
        return None
    drawing = model.drawing
    states = {"open": (OPEN,), "doubtful": (DOUBTFUL,), "inlets": (INLET,), "outlets": (OUTLET,)}
    if key in states:
        graph, vertices = drawing.network.graph, drawing.crossings(model.zone, *states[key])
        shapes = shapely.points(graph.x_m[vertices], graph.y_m[vertices]) if vertices else []
    else:
        pipes = drawing.pipes_of(model.zone)
        if key in ("loose", "cut_off"):
            pipes = drawing.loose_pipes(model.zone) if key == "loose" else drawing.lost_supply().pipes
        shapes = model.ground.lines[pipes]
    return _box(shapes)


def _box(shapes: Sequence[Any] | Array) -> Box | None:
    import shapely

    box = shapely.total_bounds(shapes) if len(shapes) else np.full(4, np.nan)
    return None if np.isnan(box).any() else (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
