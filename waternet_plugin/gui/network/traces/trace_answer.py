"""A trace: what was asked, what came out, ready for the map, the pane and the long profile."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.network.tracing.trace_rules import (
    DIRECTIONS,
    DOWNSTREAM,
    DRY,
    SHORTEST,
    TO_SOURCE,
    WET,
    Rules,
)
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network import overlay
from waternet_plugin.gui.network.overlay import OverlayLine, OverlayMark
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.core.network.tracing.profile import Profile
    from waternet_plugin.operations.network.live_network import LiveNetwork
    from waternet_plugin.operations.network.trace_network import TraceResult

# Pipes that the list shows; the file gets them all.
MOST_ROWS = 1000
# Kinds of nodes at which people end a trace.
STOP_KINDS = (
    "valve", "flow_meter", "check_valve", "prv", "pump_station", "interceptor", "plant", "tank",
)  # fmt: skip
# More ends than anybody tells apart on a map.
_MOST_ENDS = 500


def remembered(saved: dict[str, Any]) -> Rules:
    """Return rules that were saved; what can't be used is as it is by default."""
    direction = saved.get("direction")
    farthest = saved.get("max_distance_m")
    return Rules(
        direction=direction if direction in DIRECTIONS else DOWNSTREAM,
        stop_kinds=tuple(str(kind) for kind in saved.get("stop_kinds") or ()),
        max_distance_m=float(farthest) if isinstance(farthest, (int, float)) else float("inf"),
        weather=WET if saved.get("weather") == WET else DRY,
        pass_closed=bool(saved.get("pass_closed")),
    )


@dataclass(frozen=True)
class TraceQuestion:
    """A trace from a place; ``end`` for the shortest way only, ``barriers`` are ids."""

    start: str
    wish: Rules
    end: str = ""
    barriers: tuple[str, ...] = ()

    def parameters(self, network_path: str) -> dict[str, Any]:
        """Return the parameters of the algorithm `tracenetwork` that ask the same."""
        return {
            "NETWORK": network_path,
            "START": self.start,
            "END": self.end,
            "BARRIERS": json.dumps(list(self.barriers)) if self.barriers else "",
            "DIRECTION": self.wish.direction,
            "WEATHER": self.wish.weather,
            "STOP_KINDS": ";".join(self.wish.stop_kinds),
            "MAX_DISTANCE": self.wish.saved()["max_distance_m"],
            "PASS_CLOSED": self.wish.pass_closed,
        }


@dataclass(frozen=True)
class TraceAnswer:
    """What came out.

    Parameters
    ----------
    question
        What was asked.
    figures
        Sums by name, as the report has them.
    line
        WKB of all pipes, None for none.
    pipes
        The first rows of the list: pipe_id, order, distance_m, length_m, diameter_mm, material, street, wkb.
    start, end
        Places: where it began, and where a way ends; None for none.
    ends
        Places of the first nodes at which something stopped the trace: x, y.
    bounds
        Of all that shows: min x, min y, max x, max y.
    notes
        Sentences about what to know.
    profile
        The long profile along the way, or along the longest way of all that was found; None where it was
        not asked for.
    profile_note
        Of which way the profile is, where that is not the trace itself.
    """

    question: TraceQuestion
    figures: dict[str, Any]
    line: bytes | None
    pipes: tuple[dict[str, Any], ...]
    start: tuple[float, float] | None
    end: tuple[float, float] | None
    ends: tuple[tuple[float, float], ...]
    bounds: tuple[float, float, float, float]
    notes: tuple[str, ...]
    profile: ProfileAnswer | None = None
    profile_note: str = ""


@dataclass(frozen=True)
class ProfileAnswer:
    """A long profile with what its drawing says beside it.

    Parameters
    ----------
    pipes
        A row a pipe of the way: pipe_id, system, material, diameter_mm, from_m, to_m, slope, wkb.
    name
        What the way is called.
    stations
        Chainages and places of the way's vertices: (chainage_m, x, y), rising.
    defects
        What the newest inspections saw: (chainage_m, code, grade), rising; grade None where unknown.
    water
        Highest level of water at the ends of pipes by the newest run of SWMM, m, as the points of the
        profile; NaN where it is not known, empty where no run is kept.
    """

    profile: Profile
    pipes: tuple[dict[str, Any], ...]
    name: str
    stations: tuple[tuple[float, float, float], ...] = field(default=())
    defects: tuple[tuple[float, str, int | None], ...] = ()
    water: tuple[float, ...] = ()


def ask(
    live: LiveNetwork, question: TraceQuestion, progress: Progress, *, with_profile: bool = False
) -> TraceAnswer:
    """Return what a trace finds, and its long profile where it is wanted; to be called in a task.

    Raises
    ------
    InputError
        When there is no way, or the network can't be asked.
    """
    from waternet_plugin.operations.network.trace_network import TraceRequest, trace_network

    rules = replace(question.wish, barriers=question.barriers)
    request = TraceRequest(
        question.start, rules, question.end, with_profile=with_profile, longest_way=True, with_report=False
    )
    found = trace_network(live, request, progress)
    answer = _answer(found, question)
    if answer.profile is None:
        return answer
    defects = _defects(live.uri, found, answer.profile)
    return replace(answer, profile=replace(answer.profile, defects=defects, water=_water(live.uri, found)))


def _water(uri: str, found: TraceResult) -> tuple[float, ...]:
    """Return the highest level of water at the points of a profile, by the newest run of SWMM."""
    from waternet_plugin import store
    from waternet_plugin.operations.hydraulics.run_depths import water_levels

    if found.profile is None:
        return ()
    names = [str(name) for name in found.profile.points["node_id"]]
    with store.open_network(uri) as network:
        levels = water_levels(network, sorted({*names} - {""}))
    return tuple(levels.get(name, float("nan")) for name in names) if levels else ()


def _defects(
    uri: str, found: TraceResult, profile: ProfileAnswer
) -> tuple[tuple[float, str, int | None], ...]:
    """Return where along the way defects were seen; distances count from the drawn start of a pipe."""
    from waternet_plugin import store
    from waternet_plugin.core.frames import records
    from waternet_plugin.operations.drainage.pipe_defects import newest_defects

    way = found.way
    if way is None:
        return ()
    with store.open_network(uri) as network:
        seen = newest_defects(network, [str(one) for one in way["pipe_id"]])
    ahead = dict(zip(way["pipe_id"], way["forward"].tolist()))
    span = {row["pipe_id"]: (row["from_m"], row["to_m"]) for row in profile.pipes}
    places = []
    for row in records(seen):
        first, last = span[row["pipe_id"]]
        at = first + row["position_m"] if ahead[row["pipe_id"]] else last - row["position_m"]
        # What lies beyond the end of its pipe has no place here.
        if first <= at <= last:
            grade = row["grade"]
            places.append((float(at), str(row["code"]), None if grade != grade else int(grade)))
    return tuple(sorted(places, key=lambda place: place[0]))


def _answer(found: TraceResult, question: TraceQuestion) -> TraceAnswer:
    import shapely

    from waternet_plugin.core.network.tracing.trace_ends import STOPS
    from waternet_plugin.core.shapes.wkb import to_wkb

    lines = found.pipes["geom"].to_numpy()
    there = lines[~shapely.is_missing(lines)]
    together = shapely.multilinestrings(shapely.get_parts(shapely.force_2d(there))) if len(there) else None
    nodes = found.nodes.geometry
    stops = found.ends[found.ends["reason"].isin(STOPS)].head(_MOST_ENDS)
    is_way = question.wish.direction in (TO_SOURCE, SHORTEST)
    answer = TraceAnswer(
        question=question,
        figures=dict(found.figures),
        line=to_wkb(together) if together is not None else None,
        pipes=_rows(found.pipes.head(MOST_ROWS), ("order", "distance_m", "length_m")),
        start=_xy(found.start),
        end=_xy(nodes.iloc[-1]) if is_way and len(nodes) else None,
        ends=tuple((point.x, point.y) for point in stops.geometry),
        bounds=tuple(shapely.total_bounds(there).tolist()) if len(there) else (0.0, 0.0, 0.0, 0.0),
        notes=found.notes,
    )
    if found.profile is None or found.way is None or not len(found.pipes):
        return answer
    is_part = len(found.way) < len(found.pipes)
    note = tr("The profile follows the longest way of the trace.") if is_part else ""
    return replace(answer, profile=_profile(found.profile, found.way, question), profile_note=note)


def _xy(point: Any) -> tuple[float, float] | None:
    return None if point is None else (point.x, point.y)


_SHOWN = ("pipe_id", "system", "diameter_mm", "width_mm", "height_mm", "material", "street")


def _rows(pipes: Any, more: tuple[str, ...] = ()) -> tuple[dict[str, Any], ...]:
    """Return pipes as rows of the list, with their lines as WKB."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.shapes.wkb import to_wkb

    rows = records(pipes[[*_SHOWN, *more]])
    return tuple({**row, "wkb": shape} for row, shape in zip(rows, to_wkb(pipes["geom"].to_numpy())))


def _profile(found: Profile, way: Any, question: TraceQuestion) -> ProfileAnswer:
    import numpy as np
    import shapely

    points = found.points
    chainage, invert = points["chainage_m"].to_numpy(), points["invert_m"].to_numpy()
    rows, places = [], []
    for number, (asset, line, ahead) in enumerate(zip(_rows(way), way["geom"], way["forward"].tolist())):
        first, last = chainage[2 * number], chainage[2 * number + 1]
        fall = invert[2 * number] - invert[2 * number + 1]
        slope = float(fall / (last - first)) if last > first else float("nan")
        rows.append({**asset, "from_m": float(first), "to_m": float(last), "slope": slope})
        if line is not None and not line.is_empty:
            xy = shapely.get_coordinates(line if ahead else shapely.reverse(line))
            step = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
            share = step / step[-1] if step[-1] > 0 else step
            places += [
                (float(first + part * (last - first)), float(x), float(y)) for part, (x, y) in zip(share, xy)
            ]
    return ProfileAnswer(found, tuple(rows), _way_name(points, question), tuple(places))


def _way_name(points: Any, question: TraceQuestion) -> str:
    """Return what a way is called: from where to where."""
    names = [str(name) for name in points["node_id"] if name]
    if len(names) < 2:
        return question.start.partition(":")[2] or question.start
    return tr("{first} to {last}").format(first=names[0], last=names[-1])


# How it looks.


def drawn(answer: TraceAnswer) -> tuple[list[OverlayLine], list[OverlayMark]]:
    """Return what the map shows of an answer."""
    look = Look("screen", "en")
    lines = [OverlayLine(answer.line, look.colour("trace.path"), 5)] if answer.line else []
    marks = [OverlayMark(x, y, look.colour("trace.barrier"), overlay.RING, "■", 0.7) for x, y in answer.ends]
    if answer.end is not None:
        marks.append(OverlayMark(*answer.end, look.colour("trace.end"), overlay.BADGE, "B"))
    if answer.start is not None:
        marks.append(OverlayMark(*answer.start, look.colour("trace.start"), overlay.BADGE, "A"))
    return lines, marks


def headline(answer: TraceAnswer) -> str:
    """Return what it comes to, in one short sentence."""
    figures = answer.figures
    return tr("{first}, {second}").format(
        first=tr("%n pipe(s)", "", figures["pipes"]), second=amounts.length(figures["length_m"])
    )


def sums(answer: TraceAnswer) -> list[tuple[str, str]]:
    """Return the sums along the trace as names and figures."""
    from waternet_plugin.core.network.model.customers import RECORDED
    from waternet_plugin.core.reports.network.people import counted, not_recorded

    figures, number = answer.figures, amounts.number
    critical, demand = counted(figures, "critical"), counted(figures, "demand_m3d")
    rows = [
        (tr("Length"), amounts.length(figures["length_m"])),
        (tr("Farthest"), amounts.length(figures["reach_m"])),
        (tr("Volume"), f"{number(figures['volume_m3'], 1)} m³"),
    ]
    if not figures[RECORDED]:
        return [*rows, (tr("Customers"), not_recorded())]
    return [
        *rows,
        (tr("Customers"), number(figures["customers"])),
        (tr("Households"), number(figures["households"])),
        (tr("Critical customers"), critical if isinstance(critical, str) else number(critical)),
        (tr("Demand"), demand if isinstance(demand, str) else f"{number(demand, 1)} m³/d"),
    ]
