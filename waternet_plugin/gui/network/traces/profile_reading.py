"""What a long profile says at a place of the way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.gui.network.traces.trace_answer import ProfileAnswer


@dataclass(frozen=True)
class ProfileReading:
    """The values at a chainage; NaN where unknown.

    ``water_m`` is the highest level of water by the newest run of SWMM, ``crossing`` the row of a pipe that
    crosses there, None for none.
    """

    chainage_m: float
    pipe_id: str
    size: str
    slope: float
    ground_m: float
    invert_m: float
    depth_m: float
    water_m: float = math.nan
    crossing: dict[str, Any] | None = None


# How near the pointer must be to a crossing, as a share of the way.
_CROSSING_SHARE = 0.01


def at(answer: ProfileAnswer, chainage_m: float) -> ProfileReading:
    """Return the values at a chainage, between the ends of the pipe that lies there."""
    from waternet_plugin.core.exchange.drawings.long_section import size_text

    pipes = answer.pipes
    number = next(
        (place for place, pipe in enumerate(pipes) if chainage_m <= pipe["to_m"]), max(len(pipes) - 1, 0)
    )
    pipe = pipes[number]
    ends = answer.profile.points.iloc[2 * number : 2 * number + 2]
    length = pipe["to_m"] - pipe["from_m"]
    share = min(max((chainage_m - pipe["from_m"]) / length, 0.0), 1.0) if length > 0 else 0.0

    def between(first: float, last: float) -> float:
        return float(first + share * (last - first))

    water = answer.water[2 * number : 2 * number + 2]

    return ProfileReading(
        chainage_m=chainage_m,
        pipe_id=str(pipe["pipe_id"]),
        size=size_text(pipe),
        slope=float(pipe["slope"]),
        ground_m=between(*ends["ground_m"]),
        invert_m=between(*ends["invert_m"]),
        depth_m=between(*ends["depth_m"]),
        water_m=between(*water) if water else math.nan,
        crossing=_crossing(answer, chainage_m),
    )


def _crossing(answer: ProfileAnswer, chainage_m: float) -> dict[str, Any] | None:
    """Return the pipe that crosses nearest to a chainage, None where none is near."""
    from waternet_plugin.core.frames import records

    rows = records(answer.profile.crossings)
    reach = _CROSSING_SHARE * answer.profile.length_m
    near = [row for row in rows if abs(row["chainage_m"] - chainage_m) <= reach]
    return min(near, key=lambda row: abs(row["chainage_m"] - chainage_m)) if near else None


def point_at(answer: ProfileAnswer, chainage_m: float) -> tuple[float, float] | None:
    """Return the place on the map at a chainage, None where the way has no lines."""
    places = answer.stations
    if not places:
        return None
    for (first, x0, y0), (last, x1, y1) in zip(places, places[1:]):
        if first <= chainage_m <= last:
            share = (chainage_m - first) / (last - first) if last > first else 0.0
            return x0 + share * (x1 - x0), y0 + share * (y1 - y0)
    _chainage, x, y = places[0] if chainage_m < places[0][0] else places[-1]
    return x, y


def sentence(found: ProfileReading) -> str:
    """Return the values as a line to read."""

    def figure(value: float) -> str:
        return amounts.number(value, 2) if math.isfinite(value) else "–"

    parts = [
        tr("at {chainage} m").format(chainage=amounts.number(found.chainage_m, 1)),
        " ".join(part for part in (found.pipe_id, found.size) if part),
        tr("ground {level}").format(level=figure(found.ground_m)),
        tr("invert {level}").format(level=figure(found.invert_m)),
        tr("depth {depth}").format(depth=figure(found.depth_m)),
    ]
    if math.isfinite(found.water_m):
        parts.append(tr("water {level}").format(level=figure(found.water_m)))
    if math.isfinite(found.slope):
        parts.append(f"{amounts.number(1000 * found.slope, 1)} ‰")
    if found.crossing is not None:
        gap = found.crossing["clearance_m"]
        crossing = (
            tr("crosses {pipe}, clearance {gap} m") if not gap < 0 else tr("collides with {pipe} by {gap} m")
        )
        parts.append(crossing.format(pipe=found.crossing["pipe_id"], gap=figure(abs(gap))))
    return " · ".join(parts)
