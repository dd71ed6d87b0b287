"""The map of a shut area as a drawing (SVG): pipes, numbered valves, streets, scale."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely

from waternet_plugin.core.colours import WHITE
from waternet_plugin.core.network.analysis.segments import Ints
from waternet_plugin.core.network.isolation import map_shapes
from waternet_plugin.core.network.isolation.isolate import DEAD_END, ISOLATED, UNINTENDED, Burst
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel
from waternet_plugin.core.network.isolation.roles import ALREADY_CLOSED, OPEN_TO_FEED, SECOND_CHOICE
from waternet_plugin.core.reports.network.line_map import (
    AROUND,
    FOOT,
    HEIGHT,
    INK,
    WIDTH,
    MapFrame,
    badge,
    drawing,
    frame_around,
    free_badge_xy,
    paths,
    scale_and_north,
    square,
    street_names,
    text_at,
)
from waternet_plugin.core.texts import tr

# More lines than these tell nobody more; the widest are drawn.
_MOST_AROUND = 3_000
_WIDTHS = {DEAD_END: 2.0, UNINTENDED: 3.0, ISOLATED: 4.0}


def shut_map(works: IsolationModel, burst: Burst, colours: Mapping[str, str]) -> str:
    """Return the map of what is shut, '' where nothing of it has a place.

    Parameters
    ----------
    works
        The network, its pipes with lines.
    burst
        The isolation; its valves are numbered in their order.
    colours
        Colour of each role and effect, of ``place``, ``hydrant`` and ``customer``.
    """
    frame = _frame_of(works, burst)
    if frame is None:
        return ""
    around = _around(works, frame)
    parts = paths(frame, map_shapes.pipe_lines(works, around), AROUND, 1.2)
    for effect, width in _WIDTHS.items():
        pipe = burst.pipes.loc[burst.pipes["effect"] == effect, "pipe"].to_numpy(dtype=np.int64)
        parts += paths(frame, map_shapes.pipe_lines(works, pipe), colours[effect], width)
    names = works.streets[0][works.connected.graph.pipe_row[around]]
    parts += street_names(frame, names, map_shapes.pipe_lines(works, around))
    parts += _marks(works, burst, frame, colours)
    parts += scale_and_north(frame)
    parts += _legend(burst, colours)
    return drawing(parts, tr("Map of the isolated area"))


def _frame_of(works: IsolationModel, burst: Burst) -> MapFrame | None:
    """Return the ground that shows what is shut and the valves around it."""
    pipe = burst.pipes.loc[burst.pipes["effect"] == ISOLATED, "pipe"].to_numpy(dtype=np.int64)
    valves = map_shapes.at_nodes(works, burst.valves[burst.valves["role"] != OPEN_TO_FEED])
    return frame_around([*map_shapes.pipe_lines(works, pipe), *valves["geom"]])


def _around(works: IsolationModel, frame: MapFrame) -> Ints:
    """Return the water pipes in use that the map shows, the widest where there are too many."""
    size = works.connected.graph.pipe_count
    pipe = np.flatnonzero(works.real[:size] & (works.segments.pipe[:size] >= 0))
    west, south, east, north = frame.bounds
    x0, y0, x1, y1 = shapely.bounds(map_shapes.pipe_lines(works, pipe)).T
    with np.errstate(invalid="ignore"):
        pipe = pipe[(x0 <= east) & (x1 >= west) & (y0 <= north) & (y1 >= south)]
    order = np.argsort(-works.width_mm[pipe], kind="stable")
    return np.sort(pipe[order[:_MOST_AROUND]])


def _marks(works: IsolationModel, burst: Burst, frame: MapFrame, colours: Mapping[str, str]) -> list[str]:
    west, south, east, north = frame.bounds

    def place(point: shapely.Point | None) -> tuple[float, float] | None:
        if point is None or point.is_empty or not (west <= point.x <= east and south <= point.y <= north):
            return None
        x, y = frame.xy(np.array([[point.x, point.y]]))[0].tolist()
        return x, y

    marks = []
    if "geom" in works.customers:
        lost = burst.customers[burst.customers["critical"] == "yes"]
        for point in map_shapes.of_customers(works, lost)["geom"]:
            if (at := place(point)) is not None:
                marks.append(square(*at, "!", colours["customer"]))
    graph = works.connected.graph
    for name in burst.hydrants["node_id"]:
        node = graph.vertex_of(name)
        at = place(shapely.Point(graph.x_m[node], graph.y_m[node])) if node >= 0 else None
        if at is not None:
            marks.append(square(*at, "H", colours["hydrant"]))
    placed = map_shapes.at_nodes(works, burst.valves)
    taken: list[tuple[float, float]] = []
    for number, (role, point) in enumerate(zip(placed["role"], placed["geom"]), 1):
        if (at := place(point)) is not None:
            x, y = free_badge_xy(at, taken)
            taken.append((x, y))
            if (x, y) != at:
                leader = f"M{at[0]:.1f},{at[1]:.1f} L{x:.1f},{y:.1f}"
                marks.insert(0, f'<path d="{leader}" stroke="{colours[role]}" stroke-width="1"/>')
            ring = role in (SECOND_CHOICE, ALREADY_CLOSED)
            marks.append(badge(x, y, str(number), colours[role], is_ring=ring))
    own = map_shapes.pipe_lines(works, np.array([graph.edge_of(burst.pipe_id)]))[0]
    if own is not None and not own.is_empty:
        at = place(shapely.line_interpolate_point(shapely.force_2d(own), 0.5, normalized=True))
        if at is not None:
            marks.append(badge(*at, "×", colours["place"]))
    return marks


def _legend(burst: Burst, colours: Mapping[str, str]) -> list[str]:
    """Say under the map what its signs mean, those that occur."""
    roles, effects = set(burst.valves["role"]), set(burst.pipes["effect"])
    y = HEIGHT + FOOT - 9
    signs: list[tuple[str, bool, str]] = [("place", True, tr("Burst"))]
    signs += [
        (effect, False, text)
        for effect, text in ((ISOLATED, tr("Isolated")), (UNINTENDED, tr("Cut off unintentionally")))
        if effect in effects
    ]
    signs += [
        (codes[0], True, text)
        for codes, text in (
            (("close", "instead"), tr("To close")),
            ((SECOND_CHOICE,), tr("In reserve")),
            ((ALREADY_CLOSED,), tr("Already closed")),
            ((OPEN_TO_FEED,), tr("Open to feed")),
        )
        if roles.intersection(codes)
    ]
    step = WIDTH / len(signs)
    parts = []
    for number, (code, is_badge, text) in enumerate(signs):
        x = number * step + 10
        if is_badge:
            ring = WHITE if code in (SECOND_CHOICE, ALREADY_CLOSED) else colours[code]
            circle = f'<circle cx="{x:.1f}" cy="{y - 3:g}" r="5" fill="{ring}" stroke="{colours[code]}"'
            parts.append(f'{circle} stroke-width="2"/>')
        else:
            stroke = f'stroke="{colours[code]}" stroke-width="{_WIDTHS[code]:g}"'
            parts.append(f'<path d="M{x - 8:.1f},{y - 3:g} L{x + 6:.1f},{y - 3:g}" {stroke}/>')
        parts.append(text_at(x + 11, y, text, more=f'fill="{INK}"'))
    return parts
