"""The menu of a right click while zones are drawn: meter here, close here, open, lock, why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from qgis.PyQt.QtWidgets import QMenu, QWidget

from waternet_plugin.core.dma.closed_ends import ends_at
from waternet_plugin.core.dma.drawing import gestures
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets.menu_entries import menu_entry

if TYPE_CHECKING:
    from waternet_plugin.gui.dma.boundaries.drawing_model import DrawingModel


def meant_vertex(model: DrawingModel, pipe: int, x_m: float, y_m: float, reach_m: float) -> int:
    """Return the vertex that a click means: a crossing of the drawn zone near it, else the nearer end.

    Parameters
    ----------
    model
        What is drawn.
    pipe
        Number of the pipe that was clicked.
    x_m, y_m
        Where, m.
    reach_m
        How far a crossing may be, m.
    """
    graph = model.drawing.network.graph

    def nearest(vertices: Any) -> tuple[float, int]:
        there = np.asarray(vertices, dtype=np.int64)
        distance = np.hypot(graph.x_m[there] - x_m, graph.y_m[there] - y_m)
        best = int(np.argmin(np.where(np.isnan(distance), np.inf, distance)))
        return float(distance[best]), int(there[best])

    crossings = model.drawing.crossings(model.zone) if model.zone >= 0 else []
    if crossings:
        distance, vertex = nearest(crossings)
        if distance <= reach_m:
            return vertex
    return nearest([graph.start[pipe], graph.end[pipe]])[1]


def boundary_menu(
    model: DrawingModel, vertex: int, pipe: int, tell_why: Callable[[int], Any], parent: QWidget
) -> QMenu:
    """Return the menu for a vertex of the boundary and a pipe.

    Parameters
    ----------
    model
        What is drawn.
    vertex, pipe
        Numbers of what was clicked.
    tell_why
        Says and shows why the zone is open or closed at a vertex.
    """
    menu = QMenu(parent, objectName="wn_dma_boundary_menu")
    network, state = model.drawing.network, model.drawing.state
    menu.addSection(str(network.graph.node_id[vertex] or tr("a joint")))
    has_zone = model.zone >= 0
    entries = (
        ("meter_in", tr("Meter here, into the zone"), {"is_inlet": True}),
        ("meter_out", tr("Meter here, out of the zone"), {"is_inlet": False}),
    )
    for name, text, options in entries:
        menu_entry(
            menu,
            text,
            f"wn_dma_{name}",
            lambda options=options: model.at_vertex(gestures.metering, vertex, model.zone, **options),
            enabled=has_zone and model.drawing.crossing_state(model.zone, vertex) is not None,
        )
    device = state.device(vertex)
    ends = [] if network.valve[vertex] else ends_at(network, vertex).tolist()
    if len(ends) > 2:
        # Where several pipes meet, a new meter or valve stands at one of them, and others may have their own.
        crosses = has_zone and model.drawing.crossing_state(model.zone, vertex) is not None
        metered = {one[0] for one in device.end_meters}
        for end in ends if crosses and not network.meter[vertex] else ():
            name = str(network.graph.pipe_id[end >> 1])
            menu_entry(
                menu,
                tr("Meter on {pipe} here, into the zone").format(pipe=name).replace("&", "&&"),
                f"wn_dma_meter_{name}",
                lambda end=end: model.at_vertex(gestures.metering_end, vertex, end, model.zone),
                enabled=end not in metered,
            )
        for end in ends:
            name = str(network.graph.pipe_id[end >> 1])
            menu_entry(
                menu,
                tr("Close {pipe} here with a new valve").format(pipe=name).replace("&", "&&"),
                f"wn_dma_close_{name}",
                lambda end=end: model.at_vertex(gestures.closing_end, vertex, end),
                enabled=not state.closed[vertex] and end not in device.shut_ends,
            )
    close = tr("Close all here with new valves") if len(ends) > 2 else tr("Close here with a new valve")
    menu_entry(
        menu,
        tr("Close here") if network.valve[vertex] else close,
        "wn_dma_close",
        lambda: model.at_vertex(gestures.closing, vertex),
        enabled=not state.closed[vertex],
    )
    drawn_meter = device.is_meter and not network.meter[vertex]
    menu_entry(
        menu,
        tr("Remove the meter") if drawn_meter else tr("Open"),
        "wn_dma_open",
        lambda: model.at_vertex(gestures.opening, vertex),
        enabled=bool(state.closed[vertex] or state.unknown[vertex] or drawn_meter or device.shut_ends),
    )
    menu.addSeparator()
    own = int(state.zone[pipe])
    zone = own if own >= 0 else model.zone
    if zone >= 0:
        locked = model.is_locked(zone)
        text = tr("Unlock {zone}") if locked else tr("Lock {zone}")
        menu_entry(
            menu,
            text.format(zone=model.name_of(zone)).replace("&", "&&"),
            "wn_dma_lock",
            lambda: model.lock(zone, is_locked=not locked),
        )
        if zone != model.zone:
            draw = tr("Draw {zone}").format(zone=model.name_of(zone))
            menu_entry(menu, draw.replace("&", "&&"), "wn_dma_draw_this", lambda: model.choose(zone))
    menu_entry(
        menu,
        tr("Why?"),
        "wn_dma_why",
        lambda: tell_why(vertex),
        enabled=has_zone,
    )
    return menu
