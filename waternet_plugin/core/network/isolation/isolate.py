"""Isolate a burst: which valves to close, and what that costs.

Everything here is topology. No pressure and no flow is computed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.segments import Ints
from waternet_plugin.core.network.analysis.unjoined import Unjoined
from waternet_plugin.core.network.isolation.caveats import caveats_of, holds_source
from waternet_plugin.core.network.isolation.choices import ValveRow, feeding_rows, valve_rows
from waternet_plugin.core.network.isolation.isolation_model import CUSTOMER_COLUMNS, IsolationModel, rows_of
from waternet_plugin.core.network.isolation.remaining import Bottleneck, dead_ends, narrowest
from waternet_plugin.core.network.isolation.roles import ROLES, SECOND_CHOICE, TO_CLOSE
from waternet_plugin.core.network.isolation.shutdown import Shut, Shutdown
from waternet_plugin.core.network.model.customers import FOUND_BY
from waternet_plugin.core.network.tracing.nearest import nearest_pipe
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.core.texts import tr

ISOLATED, UNINTENDED, DEAD_END = "isolated", "unintended", "dead_end"


@dataclass(frozen=True)
class Burst(PlainFrames):
    """What isolating one burst means; every frame is sorted by role or effect, then id.

    Parameters
    ----------
    pipe_id
        The pipe that burst.
    valves
        node_id, role, diameter_mm, turns, added_customers, restored_customers, instead_of, street, reason,
        ``node`` (the vertex), one row a valve and role: what to close, what to close instead of a valve that
        can't be, what to close only if another fails, what is closed already, and what could be opened to
        feed those cut off.
    pipes
        pipe_id, effect, length_m, street, ``pipe`` (its number).
    customers
        customer_id, effect, critical, kind, households, persons, demand_m3d, pipe_id, found_by, ``row``.
    hydrants
        node_id, effect, street.
    segments
        Numbers of the segments that are shut.
    volume_m3, pipes_without_volume
        Water in the isolated pipes, and how many of them have no known size.
    overlap
        Ids of pipes that another shut-down given cuts off as well.
    bottleneck
        The remaining path, None where nothing around the burst is left with water.
    lost_diameter_mm
        Greatest diameter among the isolated pipes, NaN if none is known.
    unjoined
        What lies on or beside the pipes without being joined to them.
    to_check
        How many valves drawn beside the pipes have to be checked first, since as drawn no valve keeps a
        source from the burst; 0 where valves do.
    notes
        Sentences about what to know or doubt, what is unjoined first where it has to be checked first.
    """

    pipe_id: str
    valves: pd.DataFrame
    pipes: pd.DataFrame
    customers: pd.DataFrame
    hydrants: pd.DataFrame
    segments: tuple[int, ...]
    volume_m3: float
    pipes_without_volume: int
    overlap: tuple[str, ...]
    bottleneck: Bottleneck | None
    lost_diameter_mm: float
    unjoined: Unjoined
    to_check: int
    notes: tuple[str, ...]

    def count(self, effect: str) -> int:
        """Return how many customers an effect hits."""
        return int((self.customers["effect"] == effect).sum())

    @property
    def valve_count(self) -> int:
        """How many valves have to be closed by hand."""
        return int(self.valves["role"].isin(TO_CLOSE).sum())

    @property
    def reserve_count(self) -> int:
        """How many more have to be closed only if one of these fails."""
        return int((self.valves["role"] == SECOND_CHOICE).sum())


def pipe_to_isolate(works: IsolationModel, pipe_id: str) -> int:
    """Return the number of a pipe that can be isolated.

    Raises
    ------
    InputError
        When there is none with this id, or it is out of use or no water pipe.
    """
    graph = works.connected.graph
    pipe = graph.edge_of(pipe_id)
    if pipe < 0:
        raise InputError(
            tr("PIPE: there is no pipe “{id}” in this network. Check the id.").format(id=pipe_id)
        )
    status, system = graph.pipe_status[pipe], graph.pipe_system[pipe]
    if status in OUT_OF_USE:
        message = tr(
            "Pipe {id} is not in use ({status}), so there is nothing to isolate. Choose another pipe."
        )
        raise InputError(message.format(id=pipe_id, status=label_of("status", status)))
    if system is not None and system not in systems("supply"):
        message = tr(
            "Pipe {id} is a drain ({system}); only pipes under pressure are isolated by valves. Choose "
            "another pipe."
        )
        raise InputError(message.format(id=pipe_id, system=label_of("system", system)))
    if works.segments.pipe[pipe] < 0:
        message = tr("Pipe {id} is closed in the model, so there is nothing to isolate.")
        raise InputError(message.format(id=pipe_id))
    return pipe


def pipe_at(works: IsolationModel, x_m: float, y_m: float) -> int:
    """Return the number of the water pipe in use nearest to a point.

    Raises
    ------
    InputError
        When none lies within `network.start_reach_m`.
    """
    lines = works.lines
    candidates = np.flatnonzero(works.real[: len(lines)] & (works.segments.pipe[: len(lines)] >= 0))
    reach = works.settings.real("network.start_reach_m")
    pipe = nearest_pipe(lines, candidates, works.connected.graph.pipe_id, x_m, y_m, reach)
    if pipe < 0:
        message = tr(
            "No water pipe in use lies within {reach} m of the point {x}, {y}. Give a point nearer to the "
            "pipe, in the coordinates of the network."
        )
        raise InputError(message.format(reach=f"{reach:g}", x=f"{x_m:.1f}", y=f"{y_m:.1f}"))
    return pipe


def shut_volume_m3(works: IsolationModel, segments: Collection[int]) -> float:
    """Return the water in the pipes of some segments, m3, as `Burst.volume_m3`; NaN where none is known."""
    shut_pipes = _pipes_in(works, works.index.pipes_of_segment, sorted(segments))
    return _volume(works, shut_pipes)[0]


def isolate(works: IsolationModel, pipe: int, *, others: Sequence[int] = ()) -> Burst:
    """Return what isolating a burst on a pipe means.

    Parameters
    ----------
    pipe
        Number of the pipe.
    others
        Numbers of pipes whose segments are shut at the same time for other reasons.
    """
    # A valve thought into the pipe itself leaves the break on either side of it: both are shut.
    halves = np.flatnonzero(works.elements.half_of == pipe)
    home = frozenset(int(works.segments.pipe[half]) for half in halves)
    job = Shutdown(works, home, others)
    shut = job.shut()
    lost = job.lost(shut)
    valves = valve_rows(job, shut) + feeding_rows(job, shut, lost)
    shut_pipes = _pipes_in(works, works.index.pipes_of_segment, sorted(shut.segments))
    lost_pipes = _pipes_in(works, works.index.pipes_of_part, lost.tolist())
    lost_pipes = lost_pipes[~np.isin(lost_pipes, shut_pipes)]
    dead = np.array(dead_ends(works, shut.still, shut.valves), dtype=np.int64)
    dead = dead[~np.isin(dead, np.concatenate([shut_pipes, lost_pipes]))]
    pipes = _pipe_frame(works, {ISOLATED: shut_pipes, UNINTENDED: lost_pipes, DEAD_END: dead})
    volume, unknown = _volume(works, shut_pipes)
    width = works.width_mm[shut_pipes]
    known = width[(width > 0) & np.isfinite(width)]
    overlap = _overlap(job, pipes)
    bottleneck = narrowest(
        works, shut.still, shut.valves, rows_of(works.index.pipes_of_segment, shut.segments)
    )
    lost_diameter = float(known.max()) if len(known) else float("nan")
    unjoined = works.surroundings.beside(pipes["pipe"].to_numpy(dtype=np.int64))
    to_check = len(unjoined.valves) if not shut.valves or holds_source(works, shut) else 0
    notes = caveats_of(
        job,
        shut,
        unjoined=unjoined,
        to_check=to_check,
        pipes_without_volume=unknown,
        overlap=overlap,
        bottleneck=bottleneck,
        lost_diameter_mm=lost_diameter,
    )
    return Burst(
        pipe_id=str(works.connected.graph.pipe_id[pipe]),
        valves=_valve_frame(works, valves),
        pipes=pipes,
        customers=_customer_frame(works, pipes),
        hydrants=_hydrant_frame(works, shut, lost),
        segments=tuple(sorted(shut.segments)),
        volume_m3=volume,
        pipes_without_volume=unknown,
        overlap=overlap,
        bottleneck=bottleneck,
        lost_diameter_mm=lost_diameter,
        unjoined=unjoined,
        to_check=to_check,
        notes=tuple(notes),
    )


def _pipes_in(works: IsolationModel, index: tuple[Ints, Ints], wanted: Iterable[int]) -> Ints:
    """Return the pipes of groups, connectors left out; a cut pipe is in if either half is."""
    pipes = np.unique(works.elements.half_of[rows_of(index, wanted)])
    real: Ints = pipes[works.real[pipes]]
    return real


def _pipe_frame(works: IsolationModel, effects: dict[str, Ints]) -> pd.DataFrame:
    graph = works.connected.graph
    pipe = np.concatenate(list(effects.values()))
    frame = pd.DataFrame(
        {
            "pipe_id": graph.pipe_id[pipe],
            "effect": np.repeat(list(effects), [len(each) for each in effects.values()]).astype(object),
            "length_m": graph.length_m[pipe],
            "street": works.streets[0][graph.pipe_row[pipe]],
            "pipe": pipe,
        }
    )
    rank = {effect: number for number, effect in enumerate(effects)}
    return _sorted(frame, "effect", rank, "pipe_id")


def _sorted(frame: pd.DataFrame, first: str, rank: dict[str, int], second: str) -> pd.DataFrame:
    ranked = frame.assign(_rank=frame[first].map(rank))
    ordered = ranked.sort_values(["_rank", second], kind="stable", ignore_index=True)
    result: pd.DataFrame = ordered.drop(columns="_rank")
    return result


def _picked(values: Array, row: Ints) -> Array:
    """Return values by row, None for row -1."""
    picked = np.full(len(row), None, dtype=object)
    picked[row >= 0] = values[row[row >= 0]]
    return picked


def _valve_frame(works: IsolationModel, rows: list[ValveRow]) -> pd.DataFrame:
    graph = works.connected.graph
    node = np.array([row.node for row in rows], dtype=np.int64)
    row = np.where(node < graph.node_count, graph.asset[np.minimum(node, graph.node_count - 1)], -1)
    is_known = row >= 0

    def of_nodes(name: str) -> Array:
        values = works.nodes[name].to_numpy(dtype=float)
        return np.where(is_known, values[row], np.nan) if len(values) else np.full(len(row), np.nan)

    frame = pd.DataFrame(
        {
            "node_id": np.array([works.node_name(each) for each in node.tolist()], dtype=object),
            "role": np.array([row.role for row in rows], dtype=object),
            "diameter_mm": of_nodes("diameter_mm"),
            "turns": of_nodes("turns"),
            "added_customers": np.array([row.added_customers for row in rows], dtype=float),
            "restored_customers": np.array([row.restored_customers for row in rows], dtype=float),
            "instead_of": np.array([row.instead_of or None for row in rows], dtype=object),
            "street": _picked(works.streets[1], row),
            "reason": np.array([row.reason for row in rows], dtype=object),
            "node": node,
        }
    )
    return _sorted(frame, "role", {role: number for number, role in enumerate(ROLES)}, "node_id")


def _customer_frame(works: IsolationModel, pipes: pd.DataFrame) -> pd.DataFrame:
    cut = pipes[pipes["effect"] != DEAD_END]
    effect = pd.Series(cut["effect"].to_numpy(), index=cut["pipe"].to_numpy())
    effect = effect[~effect.index.duplicated()]
    row = rows_of(works.index.customers_of_pipe, effect.index.tolist())
    frame = works.customers.reindex(columns=[*CUSTOMER_COLUMNS, FOUND_BY]).iloc[row].reset_index(drop=True)
    frame.insert(1, "effect", works.customer_pipe[row])
    frame["effect"] = frame["effect"].map(effect).astype(object)
    frame["row"] = row
    return _sorted(frame, "effect", {ISOLATED: 0, UNINTENDED: 1}, "customer_id")


def _hydrant_frame(works: IsolationModel, shut: Shut, lost: Ints) -> pd.DataFrame:
    row, segment = works.hydrants
    # A segment that keeps water in other parts counts as supplied: see DIRECTED.
    effect_of = np.full(works.segments.count + 1, None, dtype=object)
    effect_of[np.setdiff1d(works.supply.segment[lost], works.supply.segment[shut.still])] = UNINTENDED
    effect_of[sorted(shut.segments)] = ISOLATED
    effect = effect_of[segment]
    hit = pd.notna(effect)
    frame = pd.DataFrame(
        {
            "node_id": works.nodes["node_id"].to_numpy()[row[hit]],
            "effect": effect[hit],
            "street": works.streets[1][row[hit]],
        }
    )
    return _sorted(frame, "effect", {ISOLATED: 0, UNINTENDED: 1}, "node_id")


def _volume(works: IsolationModel, pipes: Ints) -> tuple[float, int]:
    """Return the water in pipes, m3, and how many have no known size or length."""
    width = works.width_mm[pipes]
    volume = np.pi / 4 * (width / 1000) ** 2 * works.connected.graph.length_m[pipes]
    known = (width > 0) & np.isfinite(volume)
    return float(volume[known].sum()), int((~known).sum())


def _overlap(job: Shutdown, pipes: pd.DataFrame) -> tuple[str, ...]:
    """Return the ids of pipes that the other shut-downs cut off as well."""
    if not job.others:
        return ()
    works = job.works
    reached = works.supply.dependence.reached[: len(works.supply.segment)]
    is_lost = reached & ~job.before
    pipe = pipes.loc[pipes["effect"] != DEAD_END, "pipe"].to_numpy(dtype=np.int64)
    shut = np.isin(works.segments.pipe[pipe], sorted(job.others))
    both = pipe[shut | is_lost[works.part_of_pipe[pipe]]]
    return tuple(sorted(str(name) for name in works.connected.graph.pipe_id[both]))
