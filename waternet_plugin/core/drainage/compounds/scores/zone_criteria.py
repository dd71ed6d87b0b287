"""Zones for zero discharge: what the map knows of their six criteria, and what blocks each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.scores.checklists import Known
from waternet_plugin.core.drainage.zoning.blockers import (
    INTERCEPTOR,
    SEWAGE_SEEN,
    Blocker,
    by_zone,
)
from waternet_plugin.core.network.analysis.drain_flow import compound_membership
from waternet_plugin.core.network.analysis.surrounding_areas import first_area
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.model.table_rows import TableRows

LIST = "zone"
SEPARATED, MISCONNECTIONS = "separated", "misconnections"
INTERCEPTORS, DRY_WEATHER = "interceptors", "dry_weather"


def zone_criteria(subject: NetworkFrame, blocking: Sequence[Blocker], zones: TableRows) -> dict[str, Known]:
    """Return what the map knows of zones, by criterion; surface and wet weather it never knows.

    Where nothing blocks, only a tick shows that a criterion holds. The
    zone is separated where it has drains outside compounds and none of them is combined.

    Parameters
    ----------
    subject
        The drains.
    blocking
        What `blockers` finds.
    zones
        The zones.
    """
    outfalls = np.flatnonzero(subject.kind_among(("outfall",)))
    around = first_area(subject.vertex_xy[outfalls], zones.geometry, zones.ids)
    inside = around >= 0
    zone_of = dict(
        zip(map(str, subject.vertex_ids(outfalls[inside])), around[inside].tolist()),
    )
    found = by_zone(blocking, zone_of, zones.geometry)

    def known(is_meant: Callable[[Blocker], bool], *, coded: bool = False) -> Known:
        pairs = [(row, one) for row, of_zone in enumerate(found) for one in of_zone if is_meant(one)]
        rows = np.array([row for row, _one in pairs], dtype=np.int64)
        holds = np.full(len(zones), np.nan)
        holds[rows] = 0.0
        codes = [one.what for _row, one in pairs] if coded else ()
        return Known.from_rows(holds, rows, [one.asset for _row, one in pairs], codes)

    return {
        SEPARATED: _separated(subject, zones),
        MISCONNECTIONS: known(lambda one: one.what not in (INTERCEPTOR, SEWAGE_SEEN), coded=True),
        INTERCEPTORS: known(lambda one: one.what == INTERCEPTOR),
        DRY_WEATHER: known(lambda one: one.what == SEWAGE_SEEN),
    }


def _separated(subject: NetworkFrame, zones: TableRows) -> Known:
    member = subject.once(compound_membership).pipe
    drains = np.flatnonzero(subject.live & subject.is_drain & (member < 0))
    zone = first_area(subject.pipes.xy_of(drains), zones.geometry, zones.ids)
    drains, zone = drains[zone >= 0], zone[zone >= 0]
    is_combined = subject.pipes.among("system", ("combined",))[drains]
    count, combined = (np.bincount(rows, minlength=len(zones)) for rows in (zone, zone[is_combined]))
    holds: Array = np.where(combined > 0, 0.0, np.where(count > 0, 1.0, np.nan))
    return Known.from_rows(holds, zone[is_combined], subject.pipes.ids[drains[is_combined]])
