"""Zero-discharge zones: neighbouring catchments grouped, and what blocks each."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.catchment_sums import SEPARATOR
from waternet_plugin.core.drainage.divided_ground.threads import without_threads
from waternet_plugin.core.drainage.zoning.blockers import Blocker, by_zone
from waternet_plugin.core.drainage.zoning.fewest import fewest_zones
from waternet_plugin.core.drainage.zoning.ground import EDGE_APART_M, M2_PER_KM2, ZoneGround
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.progress import SILENT, Progress

WITHIN, TOO_SMALL, TOO_LARGE = "within", "too_small", "too_large"
STATES = (WITHIN, TOO_SMALL, TOO_LARGE)
ZONE_COLUMNS = ("zone_id", "outfalls", "area_km2", "state", "ready", "blocked_by")
PREFIX = "ZD-"


@dataclass(frozen=True)
class ZeroDischargeZones(PlainFrames):
    """Zones of catchments.

    Parameters
    ----------
    frame
        One row a zone: `ZONE_COLUMNS` and the polygon in ``geom``; outfalls with semicolons, ``ready`` 1
        where nothing blocks.
    proved
        Whether fewer zones are proved to be impossible.
    together
        Catchments that share ground with others and stay with them.
    strange
        Outfalls of the catchments that the network does not have.
    """

    frame: pd.DataFrame
    proved: bool
    together: int
    strange: tuple[str, ...]


def build_zones(
    ground: ZoneGround,
    min_km2: float,
    max_km2: float,
    found: Sequence[Blocker],
    *,
    known: frozenset[str],
    taken: frozenset[str] = frozenset(),
    progress: Progress = SILENT,
) -> ZeroDischargeZones:
    """Return the zones of some ground, from north to south, those within the limits first.

    Parameters
    ----------
    ground
        The catchments.
    min_km2, max_km2
        Limits of a zone, km2.
    found
        What blocks zero discharge.
    known
        Outfalls of the network.
    taken
        Ids that zones of the network have.
    """
    fewest = fewest_zones(ground, min_km2, max_km2, progress=progress)
    shapes = np.array([_joined(ground.shape[list(group)]) for group in fewest.groups], dtype=object)
    area = shapely.area(shapes) / M2_PER_KM2
    state = np.where(area < min_km2 - 1e-9, TOO_SMALL, np.where(area > max_km2 + 1e-9, TOO_LARGE, WITHIN))
    north = -shapely.get_y(shapely.centroid(shapes)) if len(shapes) else np.empty(0)
    order = np.lexsort((north, np.array([STATES.index(one) for one in state], dtype=np.int64)))
    outfalls = [
        sorted(name for piece in fewest.groups[row] for name in ground.outfalls[piece]) for row in order
    ]
    zone_of = {name: zone for zone, names in enumerate(outfalls) for name in names}
    shapes = shapes[order]
    lists = by_zone(found, zone_of, shapes)
    free = (name for name in (f"{PREFIX}{number:02d}" for number in itertools.count(1)) if name not in taken)
    frame = pd.DataFrame(
        {
            "zone_id": list(itertools.islice(free, len(order))),
            "outfalls": [SEPARATOR.join(names) for names in outfalls],
            "area_km2": area[order],
            "state": state[order],
            "ready": [int(not one) for one in lists],
            "blocked_by": [SEPARATOR.join(_texts(one)) or None for one in lists],
            "geom": shapes,
        }
    )
    return ZeroDischargeZones(frame, fewest.proved, ground.together, tuple(sorted(set(zone_of) - known)))


def _texts(found: Sequence[Blocker]) -> list[str]:
    return sorted({one.text for one in found})


def _joined(shapes: Array) -> shapely.Geometry:
    """Return one polygon of shapes whose edges may lie a little apart."""
    whole = shapely.union_all(shapes)
    if len(shapes) > 1 and len(shapely.get_parts(whole)) > 1:
        wide = shapely.buffer(whole, EDGE_APART_M, join_style="mitre")
        whole = shapely.buffer(wide, -EDGE_APART_M, join_style="mitre")
    pieces = [one for one in shapely.get_parts(whole) if one.geom_type == "Polygon"]
    return without_threads(np.array([shapely.multipolygons(pieces)], dtype=object))[0]
