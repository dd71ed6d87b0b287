"""The plan of a compound or zone as a small map: its boundary, its pipes by system, what lies around it."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.colours import DIM, SEVERE, TEXT, WHITE
from waternet_plugin.core.files.spreadsheet_file import text_width
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.reports.network import line_map
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr

PLAN_HEIGHT = 470.0
_ROW, _KEY, _SIGN, _GAP = 18.0, 20.0, 6.0, 18.0
# More lines than these around an area tell nobody more; the longest are drawn.
_MOST_AROUND, _MOST_POINTS = 3_000, 400


@dataclass(frozen=True)
class PlanSubject(PlainFrames):
    """What a plan shows.

    Parameters
    ----------
    shape
        The boundary, None where there is none.
    pipes
        Those that belong to it: system, street and lines in ``geom``.
    around
        All pipes in use, of which those in sight are drawn pale; the same columns.
    points
        Tanks and other places to see: a label and the points of it.
    colours
        Colour of each system, #rrggbb.
    labels
        What people call the systems.
    """

    shape: Any
    pipes: pd.DataFrame
    around: pd.DataFrame
    points: Sequence[tuple[str, Any]] = ()
    colours: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def plan_map(subject: PlanSubject, title: str, height: float = PLAN_HEIGHT) -> str:
    """Return the map, '' where nothing of the subject has a place."""
    lines = subject.pipes[GEOMETRY_COLUMN].to_numpy(dtype=object)
    frame = line_map.frame_around([subject.shape] if subject.shape is not None else list(lines), height)
    if frame is None:
        return ""
    others = subject.around[GEOMETRY_COLUMN].to_numpy(dtype=object)
    near = np.flatnonzero(shapely.intersects(others, shapely.box(*frame.bounds)))
    near = np.sort(near[np.argsort(-shapely.length(others[near]), kind="stable")[:_MOST_AROUND]])
    parts = line_map.paths(frame, others[near], line_map.AROUND, 1.0)
    if subject.shape is not None:
        edge = np.array([shapely.boundary(shapely.force_2d(subject.shape))], dtype=object)
        parts += [part.replace("<path", '<path stroke-dasharray="7,3,2,3"', 1) for part in
                  line_map.paths(frame, edge, DIM, 1.6)]  # fmt: skip
    systems = subject.pipes["system"].to_numpy(dtype=object)
    keys: list[tuple[str, str]] = []
    for system, label in subject.labels.items():
        of_it = lines[systems == system]
        if len(of_it):
            colour = subject.colours.get(system, TEXT)
            parts += line_map.paths(frame, of_it, colour, 2.2)
            keys.append((colour, label))
    streets = subject.around["street"].to_numpy(dtype=object)[near]
    names = np.array(["" if pd.isna(each) else str(each) for each in streets], dtype=object)
    parts += line_map.street_names(frame, names, others[near])
    for label, point in subject.points[:_MOST_POINTS]:
        x, y = frame.xy(np.array([[point.x, point.y]]))[0].tolist()
        parts.append(line_map.square(x, y, label, SEVERE))
    parts += line_map.scale_and_north(frame)
    drawn, low = _key(keys, height)
    size = f'viewBox="0 0 {line_map.WIDTH:g} {low:g}" width="{line_map.WIDTH:g}" height="{low:g}"'
    border = f'<rect width="{line_map.WIDTH:g}" height="{height:g}" fill="{WHITE}" stroke="{DIM}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{html.escape(title)}">'
        f"{border}{''.join(parts)}{drawn}</svg>"
    )


def _key(keys: Sequence[tuple[str, str]], height: float) -> tuple[str, float]:
    """Return what the colours mean, drawn below a map, and where that ends."""
    x, y, parts = 0.0, height + _ROW, []
    for colour, label in [*keys, ("", tr("boundary")), (line_map.AROUND, tr("other pipes"))]:
        wide = _KEY + 6 + _SIGN * text_width(label) + _GAP
        if x + wide > line_map.WIDTH:
            x, y = 0.0, y + _ROW
        dash = "" if colour else 'stroke-dasharray="7,3,2,3" '
        style = f'fill="none" stroke="{colour or DIM}" {dash}stroke-width="2.2"'
        parts.append(f'<path d="M{x:.1f},{y - 4:.1f} L{x + _KEY:.1f},{y - 4:.1f}" {style}/>')
        parts.append(line_map.text_at(x + _KEY + 6, y, label, more=f'fill="{TEXT}"'))
        x += wide
    return "".join(parts), y + 6.0
