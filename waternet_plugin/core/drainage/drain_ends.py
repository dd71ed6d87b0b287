"""What each end of the drains is: an outfall, the edge of a cut-out, a dead end, ..."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.outfall_sets import outfall_sets
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.drain_flow import compound_membership, drain_flow
from waternet_plugin.core.network.model.network_frame import END, START, NetworkFrame

OUTFALL, EXIT, PLANT, PUMP = "outfall", "exit", "plant", "pump"
CLIP_EDGE, DEAD_END, HEAD, UNKNOWN = "clip_edge", "dead_end", "head", "unknown"
ENDS = (OUTFALL, PLANT, PUMP, EXIT, CLIP_EDGE, DEAD_END, UNKNOWN, HEAD)
END_COLUMNS = ("node_id", "end", "upstream_m", "pipe_id", "system")
_OF_KIND = {
    "outfall": OUTFALL,
    "plant": PLANT,
    "pump_station": PUMP,
    "pump_pit": PUMP,
}
# Where drains begin by what stands there, at the edge of a cut-out too.
_BEGINS = ("inlet", "septic_tank", "grease_trap", "sediment_tank")


@dataclass(frozen=True)
class DrainEnds(PlainFrames):
    """Ends of drains in use, one row each: `END_COLUMNS` and the place in ``geom``.

    ``upstream_m`` is the length of all drains whose water reaches the end; ``pipe_id`` the first drain there
    by id, ``system`` its system. ``node_id`` is None where no asset stands.
    """

    frame: pd.DataFrame


def drain_ends(subject: NetworkFrame, clip: shapely.Geometry | None = None) -> DrainEnds:
    """Return what each end of the drains in use is.

    Ends are places that drains only leave (heads) or only enter, those of single drains whose flow is
    undetermined (unknown), and outfalls, plants and pumps at which a drain has an end.

    - exit: where a drain leaves its compound, or names a node that is not in the network;
    - clip_edge: outside the clip, or up to 10 m inside it; inlets and tanks begin there all the same;
    - dead_end: any other place at which water goes no further.

    Parameters
    ----------
    clip
        The area by which the network was cut out, in its coordinates, m; None: it was not, or nobody knows.
    """
    ways, many = subject.once(DrainWays), subject.connected.graph.node_count
    rows = np.flatnonzero(subject.live & subject.is_drain)
    at = subject.vertex[rows]
    leaves, enters = (np.bincount(way, minlength=many) > 0 for way in (ways.upper, ways.lower))
    there = leaves | enters
    last, first = enters & ~leaves, leaves & ~enters
    # An end of one drain that leads both ways.
    single = (np.bincount(at.ravel(), minlength=many) == 1) & leaves & enters
    end = np.full(many, None, dtype=object)
    end[last], end[first], end[single] = DEAD_END, HEAD, UNKNOWN
    if clip is not None:
        shapely.prepare(clip)
        loose = np.flatnonzero((end != None) & ~subject.kind_among(_BEGINS))  # noqa: E711 (by element)
        places = shapely.points(subject.vertex_xy[loose])
        inner = shapely.covers(clip, places)
        near = shapely.distance(shapely.boundary(clip), places) <= subject.settings.real(
            "quality.clip_edge_m"
        )
        end[loose[~inner | near]] = CLIP_EDGE
    end[last & _exits(subject, rows)] = EXIT
    for kind, name in _OF_KIND.items():
        end[there & subject.kind_among((kind,))] = name
    chosen = np.flatnonzero(end != None)  # noqa: E711 (by element)
    pipe = _first_pipe(subject, rows)[chosen]
    frame = pd.DataFrame(
        {
            "node_id": subject.vertex_ids(chosen),
            "end": end[chosen],
            "upstream_m": _upstream_m(ways, chosen, many),
            "pipe_id": subject.pipes.ids[pipe],
            "system": subject.pipes.text("system")[pipe],
        },
        columns=list(END_COLUMNS),
    )
    frame["geom"] = shapely.points(subject.vertex_xy[chosen])
    order = np.lexsort((frame["pipe_id"].astype(str), -frame["upstream_m"].to_numpy(dtype=float)))
    return DrainEnds(frame.iloc[order].reset_index(drop=True))


def _exits(subject: NetworkFrame, rows: Array) -> Array:
    """Return the vertices at which a drain leaves its compound or leads to a node that is not there."""
    pipes, flow = subject.pipes, subject.once(drain_flow)
    exits = np.zeros(subject.connected.graph.node_count, dtype=bool)
    names = np.column_stack([pipes.text("from_node"), pipes.text("to_node")])
    lost = (subject.named < 0) & (names != None)  # noqa: E711 (by element)
    exits[subject.vertex[rows][lost[rows]]] = True
    member = subject.once(compound_membership).pipe[rows]
    shapes = np.append(subject.rows("compound").geometry, np.array([None], dtype=object))[member]
    drawn = ~shapely.is_missing(shapes) & shapely.is_valid(shapes)
    at, shapes = flow.lower[rows[drawn]], shapes[drawn]
    places = shapely.points(subject.vertex_xy[at])
    inner = shapely.intersects(shapes, places)
    inner &= shapely.distance(shapely.boundary(shapes), places) > subject.settings.real(
        "quality.compound_edge_m"
    )
    exits[at[~inner]] = True
    return exits


def _first_pipe(subject: NetworkFrame, rows: Array) -> Array:
    """Return the first drain by id at each vertex, -1 for none."""
    first = np.full(subject.connected.graph.node_count, -1, dtype=np.int64)
    late = rows[np.argsort(-subject.pipe_rank[rows], kind="stable")]
    first[subject.vertex[late, START]] = late
    at_end = np.full(len(first), -1, dtype=np.int64)
    at_end[subject.vertex[late, END]] = late
    rank = np.append(subject.pipe_rank, len(subject.pipe_rank))
    return np.where(rank[at_end] < rank[first], at_end, first)


def _upstream_m(ways: DrainWays, ends: Array, size: int) -> Array:
    """Return the length of the drains above each end, m; each drain once for each end that it reaches."""
    reached = outfall_sets(ways, ends, size)
    _, edge = np.unique(ways.pipe, return_index=True)
    metres = np.bincount(
        reached.of_vertex[ways.lower[edge]], ways.length_m[ways.pipe[edge]], minlength=len(reached.sets)
    )
    number = np.array([len(one) for one in reached.sets], dtype=np.int64)
    members = np.fromiter((end for one in reached.sets for end in one), np.int64, int(number.sum()))
    total: Array = np.bincount(members, np.repeat(metres, number), minlength=size)
    return total[ends]
