"""The map of a zero-pressure test as a drawing (SVG): the zone, numbered steps, open crossings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.colours import WHITE
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.pressure_test import plan as plans
from waternet_plugin.core.dma.pressure_test.plan import PressureTestPlan
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.reports.network.line_map import (
    AROUND,
    MapFrame,
    drawing,
    frame_around,
    free_badge,
    legend,
    paths,
    scale_and_north,
    street_names,
    widest_in_sight,
)
from waternet_plugin.core.texts import tr

HEIGHT = 420.0
# Colour of each role, of pipes of the zone and beyond that lose water, and of open crossings, by these keys.
COLOURS = ("zone", "dry", "boundary", "inlet", "storage", "gauge", "drain", "crossing")


def pressure_test_map(model: DmaModel, plan: PressureTestPlan, colours: Mapping[str, str]) -> str:
    """Return the map of a test, '' where nothing of the zone has a place.

    Parameters
    ----------
    model
        The network, its pipes with lines.
    plan
        The plan; its steps carry their numbers.
    colours
        Colours by the keys of COLOURS.
    """
    lines = model.pipes["geom"].to_numpy()[model.graph.pipe_row]
    frame = frame_around(list(lines[plan.cut.inside]), HEIGHT)
    if frame is None:
        return ""
    around = _around(model, frame, lines)
    parts = paths(frame, lines[around], AROUND, 1.2)
    parts += paths(frame, lines[plan.dry & ~plan.cut.inside], colours["dry"], 2.0)
    parts += paths(frame, lines[plan.cut.inside], colours["zone"], 2.6)
    parts += street_names(frame, column(model.pipes, "street")[model.graph.pipe_row[around]], lines[around])
    parts += _marks(model, plan, frame, colours)
    parts += scale_and_north(frame)
    parts += _legend(plan, colours)
    return drawing(parts, tr("Map of the zero-pressure test"), HEIGHT)


def _around(model: DmaModel, frame: MapFrame, lines: Array) -> Array:
    """Return the water pipes in sight, the widest where there are too many."""
    pipe = np.flatnonzero(model.dma.counts)
    return np.asarray(pipe[widest_in_sight(frame, lines[pipe], np.nan_to_num(model.dma.diameter_mm[pipe]))])


def _marks(model: DmaModel, plan: PressureTestPlan, frame: MapFrame, colours: Mapping[str, str]) -> list[str]:
    """Return the numbered steps where they are done, and rings at open crossings."""
    west, south, east, north = frame.bounds
    graph, marks = model.graph, []
    taken: list[tuple[float, float]] = []
    for node in plan.cut.crossings.tolist():
        x, y = frame.xy(np.array([[graph.x_m[node], graph.y_m[node]]]))[0].tolist()
        marks.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="none" stroke="{colours["crossing"]}" '
            'stroke-width="3"/>'
        )
        taken.append((x, y))
    shown = plan.steps[plan.steps["role"] != plans.REOPEN]
    for step, role, node in zip(shown["step"], shown["role"], shown["node"]):
        x_m, y_m = float(graph.x_m[node]), float(graph.y_m[node])
        if not (west <= x_m <= east and south <= y_m <= north):
            continue
        x, y = frame.xy(np.array([[x_m, y_m]]))[0].tolist()
        is_ring = role in (plans.GAUGE, plans.DRAIN)
        leader, sign = free_badge((x, y), str(step), colours[role], taken, is_ring=is_ring, height=HEIGHT)
        marks = [*leader, *marks, sign]
    return marks


def _legend(plan: PressureTestPlan, colours: Mapping[str, str]) -> list[str]:
    """Say under the map what its signs mean, those that occur."""
    roles = set(plan.steps["role"])
    labels = (
        (plans.BOUNDARY, tr("Boundary valve")), (plans.GAUGE, tr("Pressure gauge")),
        (plans.STORAGE, tr("Storage")), (plans.INLET, tr("Inlet")), (plans.DRAIN, tr("Draining point")),
    )  # fmt: skip
    signs = [("zone", tr("Zone")), *((role, text) for role, text in labels if role in roles)]
    if len(plan.cut.crossings):
        signs.append(("crossing", tr("Open crossing")))
    fills = {"zone": "", plans.GAUGE: WHITE, plans.DRAIN: WHITE, "crossing": WHITE}
    return legend(
        [(text, colours[code], fills.get(code, colours[code]), 2.6) for code, text in signs], HEIGHT
    )
