"""A trace: what was asked, what came out, ready for the map, the pane and the long profile."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.network.tracing.rules import (
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
from waternet_plugin.gui.network.overlay import Line, Mark
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.core.network.tracing.profile import Profile
    from waternet_plugin.core.network.tracing.trace import Place, Trace
    from waternet_plugin.core.network.tracing.trace_graph import Ground
    from waternet_plugin.operations.live_network import LiveNetwork

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
class Question:
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
class Answer:
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

    question: Question
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
    profile
        The profile.
    pipes
        A row a pipe of the way: pipe_id, system, material, diameter_mm, from_m, to_m, slope, wkb.
    name
        What the way is called.
    places
        Chainages and places of the way's vertices: (chainage_m, x, y), rising.
    """

    profile: Profile
    pipes: tuple[dict[str, Any], ...]
    name: str
    places: tuple[tuple[float, float, float], ...] = field(default=())


def ask(kept: LiveNetwork, question: Question, progress: Progress, *, with_profile: bool = False) -> Answer:
    """Return what a trace finds, and its long profile where it is wanted; to be called in a task.

    Raises
    ------
    InputError
        When there is no way, or the network can't be asked.
    """
    from waternet_plugin.core.network.tracing.trace import place_of, trace

    with kept.answering(progress):
        ground = kept.ground(progress)
        progress.at(0.9, tr("Tracing"))
        rules = replace(question.wish, barriers=question.barriers)
        start = place_of(ground, question.start)
        end = place_of(ground, question.end, parameter="END") if question.end else None
        found = trace(ground, start, rules, end=end)
        progress.at(0.95)
        answer = _answer(kept, ground, question, found, start, rules)
        if not with_profile or not len(found.pipes):
            return answer
        way, note = _way(ground, found, start, rules)
        return replace(answer, profile=_profile(ground, way, question), profile_note=note)


def _answer(
    kept: LiveNetwork, ground: Ground, question: Question, found: Trace, start: Place, rules: Any
) -> Answer:
    import numpy as np
    import shapely

    from waternet_plugin.core.network.model.customers import are_recorded
    from waternet_plugin.core.network.tracing.trace import customers_on
    from waternet_plugin.core.network.tracing.trace_ends import STOPS
    from waternet_plugin.core.reports.trace import figures_of
    from waternet_plugin.core.wkb import to_wkb

    graph = ground.graph
    pipe = found.pipes["pipe"].to_numpy(dtype=np.int64)
    lines = ground.pipes["geom"].to_numpy()[graph.pipe_row[pipe]]
    there = lines[~shapely.is_missing(lines)]
    together = shapely.multilinestrings(shapely.get_parts(shapely.force_2d(there))) if len(there) else None
    nodes = found.nodes["node"].to_numpy(dtype=np.int64)
    stops = found.ends.loc[found.ends["reason"].isin(STOPS), "node"].head(_MOST_ENDS).tolist()
    is_way = rules.direction in (TO_SOURCE, SHORTEST)
    return Answer(
        question=question,
        figures=figures_of(
            found, customers_on(ground, found, kept.customers), recorded=are_recorded(kept.customers)
        ),
        line=to_wkb(together) if together is not None else None,
        pipes=_rows(ground, found),
        start=_start_place(ground, start),
        end=_point(graph, nodes[-1]) if is_way and len(nodes) else None,
        ends=tuple(_point(graph, node) for node in stops),
        bounds=tuple(shapely.total_bounds(there).tolist()) if len(there) else (0.0, 0.0, 0.0, 0.0),
        notes=found.notes,
    )


def _point(graph: Any, node: int) -> tuple[float, float]:
    return float(graph.x_m[node]), float(graph.y_m[node])


def _start_place(ground: Ground, start: Place) -> tuple[float, float] | None:
    import shapely

    graph = ground.graph
    if start.node >= 0:
        return _point(graph, start.node)
    line = ground.pipes["geom"].to_numpy()[graph.pipe_row[start.pipe]]
    if line is None or line.is_empty:
        return None
    middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
    return middle.x, middle.y


_SHOWN = ("pipe_id", "system", "diameter_mm", "width_mm", "height_mm", "material", "street")


def _assets(ground: Ground, pipe: Any) -> list[dict[str, Any]]:
    """Return what is known of pipes, with their lines as WKB."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.wkb import to_wkb

    chosen = ground.pipes.iloc[ground.graph.pipe_row[pipe]]
    rows: list[dict[str, Any]] = records(chosen[list(_SHOWN)])
    for row, shape in zip(rows, to_wkb(chosen["geom"].to_numpy())):
        row["wkb"] = shape
    return rows


def _rows(ground: Ground, found: Trace) -> tuple[dict[str, Any], ...]:
    """Return the first pipes of the list."""
    from waternet_plugin.core.frames import records

    shown = found.pipes.head(MOST_ROWS)
    assets = _assets(ground, shown["pipe"].to_numpy())
    wanted = records(shown[["pipe_id", "order", "distance_m", "length_m"]])
    return tuple({**asset, **row} for asset, row in zip(assets, wanted))


def _way(ground: Ground, found: Trace, start: Place, rules: Any) -> tuple[Trace, str]:
    """Return the way of a long profile: the trace itself, or the way to the farthest node it found."""
    if rules.direction in (TO_SOURCE, SHORTEST):
        return found, ""
    way = _farthest(ground, found, start)
    if len(way.pipes) == len(found.pipes):
        return way, ""
    return way, tr("The profile follows the longest way of the trace.")


def _farthest(ground: Ground, found: Trace, start: Place) -> Trace:
    """Return the part of a trace that leads to the farthest node, its pipes one behind the other."""
    import numpy as np

    graph, pipes = ground.graph, found.pipes
    pipe = pipes["pipe"].to_numpy(dtype=np.int64)
    forward = pipes["forward"].to_numpy(dtype=bool).copy()
    enters = np.where(forward, graph.start[pipe], graph.end[pipe])
    leaves = np.where(forward, graph.end[pipe], graph.start[pipe])
    behind = pipes["distance_m"].to_numpy(dtype=float) + ground.length_m[pipe]
    order = np.argsort(leaves, kind="stable")
    by_exit = leaves[order]
    node = found.nodes["node"].to_numpy(dtype=np.int64)
    metres = found.nodes["distance_m"].to_numpy(dtype=float)
    distance = dict(zip(node.tolist(), metres.tolist()))
    here = int(node[int(np.argmax(metres))])
    rows: list[int] = []
    seen = {here}
    while distance[here] > 0:
        first, last = np.searchsorted(by_exit, [here, here + 1])
        # The pipe through which the node was reached: its end lies at the node's distance.
        candidates = [row for row in order[first:last].tolist() if int(enters[row]) not in seen]
        if not candidates:
            break
        row = min(candidates, key=lambda each: (abs(behind[each] - distance[here]), each))
        rows.append(row)
        here = int(enters[row])
        seen.add(here)
    rows.reverse()
    own = np.flatnonzero(pipe == start.pipe)
    if start.pipe >= 0 and len(own) and own[0] not in rows:
        rows.insert(0, int(own[0]))
        forward[own[0]] = graph.end[start.pipe] == here
    return replace(found, pipes=pipes.assign(forward=forward).iloc[rows].reset_index(drop=True))


def _profile(ground: Ground, way: Trace, question: Question) -> ProfileAnswer:
    import numpy as np
    import shapely

    from waternet_plugin.core.network.tracing.profile import profile

    graph = ground.graph
    pipe = way.pipes["pipe"].to_numpy(dtype=np.int64)
    forward = way.pipes["forward"].to_numpy(dtype=bool)
    found = profile(ground, way)
    points = found.points
    chainage, invert = points["chainage_m"].to_numpy(), points["invert_m"].to_numpy()
    rows, places = [], []
    lines = ground.pipes["geom"].to_numpy()[graph.pipe_row[pipe]]
    for number, (asset, line, ahead) in enumerate(zip(_assets(ground, pipe), lines, forward.tolist())):
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


def _way_name(points: Any, question: Question) -> str:
    """Return what a way is called: from where to where."""
    names = [str(name) for name in points["node_id"] if name]
    if len(names) < 2:
        return question.start.partition(":")[2] or question.start
    return tr("{first} to {last}").format(first=names[0], last=names[-1])


# How it looks.


def drawn(answer: Answer) -> tuple[list[Line], list[Mark]]:
    """Return what the map shows of an answer."""
    look = Look("screen", "en")
    lines = [Line(answer.line, look.colour("trace.path"), 5)] if answer.line else []
    marks = [Mark(x, y, look.colour("trace.barrier"), overlay.RING, "■", 0.7) for x, y in answer.ends]
    if answer.end is not None:
        marks.append(Mark(*answer.end, look.colour("trace.end"), overlay.BADGE, "B"))
    if answer.start is not None:
        marks.append(Mark(*answer.start, look.colour("trace.start"), overlay.BADGE, "A"))
    return lines, marks


def headline(answer: Answer) -> str:
    """Return what it comes to, in one short sentence."""
    figures = answer.figures
    pipes = tr("%n pipe(s)", "", figures["pipes"])
    return tr("{first}, {second}").format(first=pipes, second=amounts.length(figures["length_m"]))


def sums(answer: Answer) -> list[tuple[str, str]]:
    """Return the sums along the trace as names and figures."""
    from waternet_plugin.core.reports.people import RECORDED, not_recorded

    figures, number = answer.figures, amounts.number
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
        (tr("Critical customers"), number(figures["critical"])),
        (tr("Demand"), f"{number(figures['demand_m3d'], 1)} m³/d"),
    ]
