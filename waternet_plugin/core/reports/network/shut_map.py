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
    MapFrame,
    badge,
    drawing,
    frame_around,
    free_badge,
    legend,
    paths,
    scale_and_north,
    square,
    street_names,
    widest_in_sight,
)
from waternet_plugin.core.texts import tr

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
    return np.asarray(pipe[widest_in_sight(frame, map_shapes.pipe_lines(works, pipe), works.width_mm[pipe])])


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
            is_ring = role in (SECOND_CHOICE, ALREADY_CLOSED)
            leader, sign = free_badge(at, str(number), colours[role], taken, is_ring=is_ring)
            marks = [*leader, *marks, sign]
    own = map_shapes.pipe_lines(works, np.array([graph.edge_of(burst.pipe_id)]))[0]
    if own is not None and not own.is_empty:
        at = place(shapely.line_interpolate_point(shapely.force_2d(own), 0.5, normalized=True))
        if at is not None:
            marks.append(badge(*at, "×", colours["place"]))
    return marks


def _legend(burst: Burst, colours: Mapping[str, str]) -> list[str]:
    """Say under the map what its signs mean, those that occur."""
    roles, effects = set(burst.valves["role"]), set(burst.pipes["effect"])
    badges = [("place", tr("Burst"))]
    badges += [
        (codes[0], text)
        for codes, text in (
            (("close", "instead"), tr("To close")),
            ((SECOND_CHOICE,), tr("In reserve")),
            ((ALREADY_CLOSED,), tr("Already closed")),
            ((OPEN_TO_FEED,), tr("Open to feed")),
        )
        if roles.intersection(codes)
    ]
    lines = [
        (text, colours[effect], "", _WIDTHS[effect])
        for effect, text in ((ISOLATED, tr("Isolated")), (UNINTENDED, tr("Cut off unintentionally")))
        if effect in effects
    ]
    signs = [
        (text, colours[code], WHITE if code in (SECOND_CHOICE, ALREADY_CLOSED) else colours[code], 2.0)
        for code, text in badges
    ]
    return legend([*signs[:1], *lines, *signs[1:]])
