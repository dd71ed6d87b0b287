"""Areas of metered areas on the map, derived from their pipes whenever pipes change their zone."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.dma.hues import given_hues, touching
from waternet_plugin.core.dma.outlines import zone_outlines
from waternet_plugin.core.dma.zone_tree import ZoneTree, zone_tree
from waternet_plugin.core.id_lookup import IdLookup
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.store.network import Network

# Outlines of zones farther apart than this many reaches know nothing of each other.
_APART_REACHES = 6
# From this share of the pipes on, all are read.
_MANY_SHARE = 0.3


class _Pipes:
    """Pipes by id: the zone that each has now and the one that it is to have."""

    def __init__(self, network: Network, ids: Array, now: Array, wanted: Array) -> None:
        self._network = network
        self._lookup = IdLookup(ids)
        self.ids, self.now, self.wanted = ids, now, wanted

    def lines_of(self, zones: Iterable[str]) -> tuple[Array, Array]:
        """Return the pipes of some zones as they are to be: rows and lines."""
        listed = sorted(zones)
        moved = np.flatnonzero((self.now != self.wanted) & np.isin(self.wanted.astype(str), listed))
        frames = [self._network.read("pipe", ["pipe_id"], where={"dma_id": listed})]
        if len(moved):
            frames.append(self._network.read("pipe", ["pipe_id"], ids=self.ids[moved].tolist()))
        return self._rows(pd.concat(frames, ignore_index=True))

    def lines_in(self, box: Array) -> tuple[Array, Array]:
        """Return the pipes of zones in a box: rows and lines."""
        west, south, east, north = box.tolist()
        return self._rows(self._network.read("pipe", ["pipe_id"], bbox=(west, south, east, north)))

    def lines(self) -> tuple[Array, Array]:
        """Return all pipes of zones: rows and lines."""
        return self._rows(self._network.read("pipe", ["pipe_id"]))

    def _rows(self, frame: gpd.GeoDataFrame) -> tuple[Array, Array]:
        rows = self._lookup.rows(frame["pipe_id"])
        lines = frame[GEOMETRY_COLUMN].to_numpy(dtype=object)
        known = np.array([one is not None for one in self.wanted[rows]], dtype=bool) & (rows >= 0)
        rows, first = np.unique(rows[known], return_index=True)
        return rows, lines[known][first]


def _box(lines: Array, reach_m: float) -> Array:
    margin = _APART_REACHES * reach_m * np.array([-1, -1, 1, 1])
    return np.asarray(shapely.total_bounds(lines) + margin)


def areas_after(
    network: Network,
    pipe_id: Array,
    now: Array,
    wanted: Array,
    zones: pd.DataFrame,
    progress: Progress = SILENT,
) -> gpd.GeoDataFrame:
    """Return the areas that change when pipes change their zone: zone_id, hue and ``geom``, None for none.

    They are those of the zones that lose or gain pipes, of their neighbours, and of what holds them.

    Parameters
    ----------
    pipe_id
        Ids of all pipes (P,).
    now
        Zone of each in the network (P,), None for none.
    wanted
        Zone that each is to have (P,), None for none.
    zones
        Zones as they are to be: zone_id, kind, parent_id, state, hue.
    """
    reach_m = network.settings().real("dma.outline_m")
    tree = zone_tree(zones.assign(level=np.nan))
    pipes = _Pipes(network, pipe_id, now, wanted)
    changed = now != wanted
    touched = {str(one) for one in [*now[changed], *wanted[changed]] if one is not None}
    if not touched:
        return gpd.GeoDataFrame(
            {"zone_id": [], "hue": [], GEOMETRY_COLUMN: []}, geometry=GEOMETRY_COLUMN, crs=network.crs
        )
    members = np.isin(wanted.astype(str), sorted(touched))
    if members.sum() > _MANY_SHARE * max(int((wanted != None).sum()), 1):  # noqa: E711
        rows, lines = pipes.lines()
        near = _with_holders(tree, {str(one) for one in wanted[rows]} | touched)
    else:
        near, rows, lines = _surroundings(pipes, tree, touched, reach_m)
    progress.at(0.3)
    number = tree.numbers(wanted[rows])
    flat = ZoneTree(tree.zone_id, tree.row, np.full(tree.count, -1), tree.level)
    outlines = zone_outlines(lines, number, flat, reach_m)
    progress.at(0.8)
    held = _with_parents(network, tree, outlines.areas, near)
    given = zones["hue"].to_numpy()[tree.row] if "hue" in zones else None
    numbers = sorted(held)
    hue = given_hues(
        tree.count,
        touching(tree, outlines.neighbours).tolist(),
        None if given is None else pd.to_numeric(given),
        movable=np.isin(np.arange(tree.count), numbers),
    )
    return gpd.GeoDataFrame(
        {"zone_id": tree.zone_id[numbers], "hue": hue[numbers]},
        geometry=gpd.GeoSeries([held[one] for one in numbers], crs=network.crs),
    ).rename_geometry(GEOMETRY_COLUMN)


def _with_holders(tree: ZoneTree, zones: set[str]) -> set[str]:
    """Return zones and all that hold them."""
    numbers = tree.numbers(np.array(sorted(zones), dtype=object))
    holders = np.flatnonzero(tree.ancestors[:, numbers[numbers >= 0]].any(axis=1))
    return zones | {str(one) for one in tree.zone_id[holders]}


def _surroundings(
    pipes: _Pipes, tree: ZoneTree, touched: set[str], reach_m: float
) -> tuple[set[str], Array, Array]:
    """Return the zones whose areas may change, and the pipes of them and around them."""
    _rows, lines = pipes.lines_of(touched)
    near = set(touched)
    if len(lines):
        rows, _lines = pipes.lines_in(_box(lines, reach_m))
        near |= {str(one) for one in pipes.wanted[rows]}
    near = _with_holders(tree, near)
    _rows, lines = pipes.lines_of(near)
    if not len(lines):
        return near, np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    rows, lines = pipes.lines_in(_box(lines, reach_m))
    return near, rows, lines


def _with_parents(
    network: Network, tree: ZoneTree, own: Array, near: set[str]
) -> dict[int, shapely.MultiPolygon | None]:
    """Return the areas of zones by number, those of zones in them included; others are as they are stored."""
    stored = network.read("zone", ["zone_id"])
    shape_of = dict(zip(stored["zone_id"], stored[GEOMETRY_COLUMN]))
    numbers = [one for one in range(tree.count) if str(tree.zone_id[one]) in near]
    children: dict[int, list[int]] = grouped(
        (parent, number) for number, parent in enumerate(tree.parent.tolist())
    )
    found: dict[int, shapely.MultiPolygon | None] = {}
    # The deepest first: a zone is what the zones in it are.
    for number in sorted(numbers, key=lambda one: -int(tree.depth[one])):
        parts = [own[number]]
        for child in () if tree.in_cycle[number] else children.get(number, ()):
            parts.append(found[child] if child in found else shape_of.get(tree.zone_id[child]))
        there = [part for part in parts if part is not None]
        if len(there) > 1:
            polygons = shapely.get_parts(shapely.union_all(there))
            found[number] = shapely.multipolygons(polygons[shapely.get_type_id(polygons) == 3].tolist())
        else:
            found[number] = there[0] if there else None
    return found
