"""Catchments of outfalls: what drains to each of them, in dry and in wet weather."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.catchment_sums import SEPARATOR, catchment_rows
from waternet_plugin.core.drainage.divided_ground.drained_parts import STORMY, DrainedParts, drained_parts
from waternet_plugin.core.drainage.divided_ground.joined_parts import JoinedParts, of_polygons
from waternet_plugin.core.drainage.divided_ground.threads import without_threads
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.outfall_sets import OutfallSets, outfall_sets
from waternet_plugin.core.frames import PlainFrames, stacked
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.network.analysis.drain_flow import drain_flow, pipe_flow
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.tracing.trace_graph import ready_to_trace

DRY, WET = "dry", "wet"
WEATHERS = (DRY, WET)
CATCHMENT_COLUMNS = (
    "outfall_id", "weather", "area_m2", "shared_m2", "length_m", "inlets", "users", "compounds", "confidence",
)  # fmt: skip
PART_COLUMNS = ("part_id", "compound_id", "node_id", "outfalls_dry", "outfalls_wet", "area_m2")


@dataclass(frozen=True)
class Catchments(PlainFrames):
    """Catchments and the parts of which they consist.

    Parameters
    ----------
    outfalls
        One row for each outfall and weather in which ground drains there: `CATCHMENT_COLUMNS` and the polygon
        in ``geom``. Shared parts count in full for each of their outfalls; ``compounds`` are numbers by
        type.
    parts
        One row a part: `PART_COLUMNS` and its polygon or polygons in ``geom``; outfalls with semicolons.
    lost_m2
        Area of the parts from which no outfall is reached even in wet weather, m2.
    not_recorded, drains
        Storm and combined drains whose flow is not recorded, and all of them.
    outfall_count
        Outfalls that there are, also those to which no ground drains.
    unjoined_inlets
        Storm inlets in use at which no pipe ends: they take no ground.
    """

    outfalls: pd.DataFrame
    parts: pd.DataFrame
    lost_m2: float
    not_recorded: int
    drains: int
    outfall_count: int
    unjoined_inlets: int


@uncollected()
def outfall_catchments(subject: NetworkFrame, area: shapely.Geometry | None = None) -> Catchments:
    """Return the catchments of the outfalls of storm and combined drains.

    In dry weather overflows, and what leaves an interceptor beside its dry outlet, take nothing.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node, compound and customer.
    area
        Polygon to divide, in the network's coordinates, m; None: compounds and the setting
        ``drainage.roadside_m`` around drains.
    """
    flow = subject.once(drain_flow)
    used = np.logical_or.reduce([flow.of[system] for system in STORMY])
    traced = ready_to_trace(
        subject.connected, subject.pipes.frame, subject.nodes.frame, settings=subject.settings
    )
    parts = drained_parts(subject, area)
    many = subject.connected.graph.node_count
    outfalls = np.flatnonzero(subject.kind_among(("outfall",)))
    joined = JoinedParts(parts)

    def told(weather: str, usable: Array) -> tuple[OutfallSets, pd.DataFrame]:
        ways = DrainWays(subject, usable)
        reached = outfall_sets(ways, outfalls, many)
        return reached, catchment_rows(subject, weather, outfalls, parts, joined, ways, reached)

    dry = used & ~traced.wet_only
    sets = {}
    sets[DRY], in_dry = told(DRY, dry)
    if np.array_equal(dry, used):
        # No drain takes water in wet weather only.
        sets[WET], in_wet = sets[DRY], in_dry.assign(weather=WET)
    else:
        sets[WET], in_wet = told(WET, used)
    frame = stacked([in_dry, in_wet])[[*CATCHMENT_COLUMNS, "geom"]]
    frame["geom"] = joined.polygons()[frame["geom"].to_numpy(dtype=np.int64)]
    lost = sets[WET].of_vertex[parts.vertex] == 0
    return Catchments(
        frame,
        _part_rows(subject, parts, sets),
        float(parts.area_m2[lost].sum()),
        int((used & ~subject.once(pipe_flow).recorded).sum()),
        int(used.sum()),
        len(outfalls),
        int(
            (subject.kind_among(("inlet",)) & (subject.degree == 0))[: len(subject.nodes)][
                subject.live_nodes
            ].sum()
        ),
    )


def _part_rows(subject: NetworkFrame, parts: DrainedParts, sets: dict[str, OutfallSets]) -> pd.DataFrame:
    names = np.append(subject.rows("compound").ids, np.array([None], dtype=object))
    columns: dict[str, object] = {
        "part_id": np.arange(1, len(parts) + 1),
        "compound_id": names[parts.compound],
        "node_id": subject.vertex_ids(parts.vertex),
    }
    told: dict[int, Array] = {}
    for weather, reached in sets.items():
        # The same sets where no drain takes water in wet weather only.
        if id(reached) not in told:
            ids = [subject.vertex_ids(np.array(one, dtype=np.int64)) for one in reached.sets]
            names = np.array([SEPARATOR.join(sorted(map(str, one))) or None for one in ids], dtype=object)
            told[id(reached)] = names[reached.of_vertex[parts.vertex]]
        columns[f"outfalls_{weather}"] = told[id(reached)]
    frame: pd.DataFrame = pd.DataFrame({**columns, "area_m2": parts.area_m2})
    shapes = parts.shape.copy()
    shapes[parts.is_overlaid] = without_threads(of_polygons(shapes[parts.is_overlaid]))
    frame["geom"] = shapes
    return frame
