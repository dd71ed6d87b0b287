"""Catchments of outfalls: what drains to each of them, in dry and in wet weather."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.divided_ground.drained_parts import STORMY, DrainedParts, drained_parts
from waternet_plugin.core.drainage.divided_ground.joined_parts import JoinedParts, of_polygons
from waternet_plugin.core.drainage.divided_ground.threads import without_threads
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.outfall_sets import OutfallSets, outfall_sets
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.network.model.row_groups import gather, slices
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.drain_flow import drain_flow
from waternet_plugin.core.schema.flow import is_recorded

DRY, WET = "dry", "wet"
WEATHERS = (DRY, WET)
CATCHMENT_COLUMNS = (
    "outfall_id", "weather", "area_m2", "shared_m2", "length_m", "inlets", "users", "compounds", "confidence",
)  # fmt: skip
PART_COLUMNS = ("part_id", "compound_id", "node_id", "outfalls_dry", "outfalls_wet", "area_m2")
# How sure a flow is that nobody recorded: by inverts, and as the line is drawn.
BY_INVERTS, AS_DRAWN, UNDETERMINED = 0.9, 0.6, 0.5
SEPARATOR = ";"


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
        One row a part: `PART_COLUMNS` and ``geom``; outfalls with semicolons.
    lost_m2
        Area of the parts from which no outfall is reached even in wet weather, m2.
    not_recorded, drains
        Storm and combined drains whose flow is not recorded, and all of them.
    """

    outfalls: pd.DataFrame
    parts: pd.DataFrame
    lost_m2: float
    not_recorded: int
    drains: int


@uncollected()
def outfall_catchments(subject: CheckContext, area: shapely.Geometry | None = None) -> Catchments:
    """Return the catchments of the outfalls of storm and combined drains.

    In dry weather overflows, and what leaves an interceptor beside its dry outlet, take nothing.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node, compound and customer.
    area
        Polygon to divide, in the network's coordinates, m; None: compounds and 50 m around drains.
    """
    pipes, flow = subject.pipes, subject.once(drain_flow)
    used = np.logical_or.reduce([flow.of[system] for system in STORMY])
    traced = TraceableNetwork(subject.connected, pipes.frame, subject.nodes.frame, subject.settings)
    parts = drained_parts(subject, area)
    many = subject.connected.graph.node_count
    outfalls = np.flatnonzero(subject.kind_among(("outfall",)))
    joined = JoinedParts(parts)

    def told(weather: str, usable: Array) -> tuple[OutfallSets, list[dict[str, object]]]:
        ways = DrainWays(subject, usable)
        reached = outfall_sets(ways, outfalls, many)
        grouped = _Grouped(subject, parts, ways, reached, _confidence(subject, ways))
        return reached, _rows(subject, weather, grouped, reached, outfalls, joined)

    dry = used & ~traced.wet_only
    sets = {}
    sets[DRY], rows = told(DRY, dry)
    if np.array_equal(dry, used):
        # No drain takes water in wet weather only.
        sets[WET], in_wet = sets[DRY], [{**row, "weather": WET} for row in rows]
    else:
        sets[WET], in_wet = told(WET, used)
    frame = pd.DataFrame(rows + in_wet, columns=[*CATCHMENT_COLUMNS, "geom"])
    frame["geom"] = joined.polygons()[frame["geom"].to_numpy(dtype=np.int64)]
    recorded = is_recorded(flow=pipes.text("flow"), function=pipes.text("function"))
    lost = sets[WET].of_vertex[parts.vertex] == 0
    return Catchments(
        frame,
        _part_rows(subject, parts, sets),
        float(parts.area_m2[lost].sum()),
        int((used & ~recorded).sum()),
        int(used.sum()),
    )


def _confidence(subject: CheckContext, ways: DrainWays) -> Array:
    """Return for each vertex the least confidence of the drains on its way to the nearest outfall."""
    pipes, flow = subject.pipes, subject.once(drain_flow)
    recorded = is_recorded(flow=pipes.text("flow"), function=pipes.text("function"))
    high, low = pipes.number("invert_start_m"), pipes.number("invert_end_m")
    with np.errstate(invalid="ignore"):
        told = np.where(high != low, BY_INVERTS, AS_DRAWN)
    told = np.where(np.isfinite(high - low), told, AS_DRAWN)
    given = pipes.number("flow_confidence")
    sure = np.where(recorded, np.where(np.isfinite(given), given, 1.0), told)
    sure = np.where(flow.known, sure, UNDETERMINED)
    towards, _outfall = ways.to_outfall
    begin = np.flatnonzero(towards >= 0)
    least = np.ones(len(towards))
    least[begin] = sure[ways.pipe_between(begin, towards[begin])]
    # Ever longer stretches of the way at once.
    ahead = np.where(towards >= 0, towards, np.arange(len(towards)))
    while True:
        least = np.minimum(least, least[ahead])
        further = ahead[ahead]
        if np.array_equal(further, ahead):
            return least
        ahead = further


class _Grouped:
    """The parts by the set of outfalls that they reach, with what is summed up of each set."""

    def __init__(
        self, subject: CheckContext, parts: DrainedParts, ways: DrainWays, reached: OutfallSets, sure: Array
    ) -> None:
        count = len(reached.sets)
        of_part = reached.of_vertex[parts.vertex]
        area = parts.area_m2
        self.bounds, self.order = gather(of_part, count)
        self.shared = np.array([len(one) > 1 for one in reached.sets])

        def by_set(numbers: Array, weight: Array | None = None) -> Array:
            return np.bincount(numbers, weight, minlength=count)

        self.area, self.sure_area = by_set(of_part, area), by_set(of_part, area * sure[parts.vertex])
        _, edge = np.unique(ways.pipe, return_index=True)
        self.length = by_set(reached.of_vertex[ways.lower[edge]], ways.length_m[ways.pipe[edge]])
        self.inlets = by_set(reached.of_vertex[np.flatnonzero(subject.kind_among(("inlet",)))])
        customers = subject.rows("customer")
        outlet = subject.nodes.row_of(customers.text("outlet_node"))
        self.users = by_set(reached.of_vertex[outlet[outlet >= 0]])
        unplaced = np.flatnonzero(pd.isna(customers.text("outlet_node")))
        homes = subject.rows("compound").row_of(customers.text("compound_id"))[unplaced]
        compounds = len(subject.rows("compound"))
        self._users_of = np.bincount(homes[homes >= 0], minlength=compounds)
        # Each compound with the sets that its parts have, sorted by set.
        inside = np.flatnonzero(parts.compound >= 0)
        pairs = np.unique(of_part[inside] * np.int64(max(compounds, 1)) + parts.compound[inside])
        self._set, self._compound = pairs // max(compounds, 1), pairs % max(compounds, 1)
        self._sets_of = np.bincount(self._compound, minlength=compounds)
        self._bounds = np.searchsorted(self._set, np.arange(count + 1))

    def parts(self, sets: Array) -> Array:
        """Return the parts of some sets."""
        return self.order[slices(self.bounds, sets)]

    def compounds(self, sets: Array) -> tuple[Array, int]:
        """Return the compounds with parts in some sets, and the users of those with no part elsewhere."""
        here, number = np.unique(self._compound[slices(self._bounds, sets)], return_counts=True)
        return here, int(self._users_of[here[number == self._sets_of[here]]].sum())


def _rows(
    subject: CheckContext,
    weather: str,
    grouped: _Grouped,
    reached: OutfallSets,
    outfalls: Array,
    joined: JoinedParts,
) -> list[dict[str, object]]:
    """Return the catchments in one weather; ``geom`` is the number of what is joined."""
    rows = []
    for outfall, name in zip(outfalls.tolist(), subject.vertex_ids(outfalls)):
        mine = reached.having(outfall)
        area = grouped.area[mine].sum()
        if not area:
            continue
        inside, users = grouped.compounds(mine)
        rows.append(
            {
                "outfall_id": name,
                "weather": weather,
                "area_m2": float(area),
                "shared_m2": float(grouped.area[mine[grouped.shared[mine]]].sum()),
                "length_m": float(grouped.length[mine].sum()),
                "inlets": int(grouped.inlets[mine].sum()),
                "users": int(grouped.users[mine].sum() + users),
                "compounds": _by_type(subject, inside),
                "confidence": float(grouped.sure_area[mine].sum() / area),
                "geom": joined.number(np.sort(grouped.parts(mine))),
            }
        )
    return rows


def _by_type(subject: CheckContext, rows: Array) -> str | None:
    """Return how many compounds there are of each type, most first."""
    counts = Counter(
        "unknown" if name is None else str(name) for name in subject.rows("compound").text("type")[rows]
    )
    told = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return f"{SEPARATOR} ".join(f"{name} {count}" for name, count in told) or None


def _part_rows(subject: CheckContext, parts: DrainedParts, sets: dict[str, OutfallSets]) -> pd.DataFrame:
    areas = subject.rows("compound")
    names = np.append(areas.ids, np.array([None], dtype=object))
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
    shapes = of_polygons(parts.shape)
    # Cells as they are have no threads.
    shapes[~parts.is_cell] = without_threads(shapes[~parts.is_cell])
    frame["geom"] = shapes
    return frame
