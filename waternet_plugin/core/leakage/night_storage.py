"""Storage inside metered areas: its tanks, their areas and levels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import ZoneTree
from waternet_plugin.core.leakage.night_figures import NightFigures, night_figures
from waternet_plugin.core.leakage.night_readings import NightRows
from waternet_plugin.core.leakage.zone_facts import ZoneFacts
from waternet_plugin.core.leakage.zone_inflow import ZoneInflow
from waternet_plugin.core.leakage.zone_storage import ZoneStorage, stored_inflow, tanks_inside, with_storage
from waternet_plugin.core.readings.local_clock import LocalClock, NightWindow
from waternet_plugin.core.readings.recorded_series import LEVEL, ReadSeries, series_of_levels
from waternet_plugin.core.texts import shortened, tr


def storage_of(rows: NightRows, tree: ZoneTree, now_s: float) -> ZoneStorage:
    """Return the tanks inside zones with what each takes in.

    Parameters
    ----------
    tree
        The zones.
    now_s
        The moment after which readings are of the future, seconds since 1970 in UTC.
    """
    nodes = rows.storage
    tanks = tanks_inside(tree, [str(name) for name in nodes["node_id"]], rows.storage_pipes)
    inside = sorted({one for some in tanks for one in some})
    areas = _areas(rows.drawn_areas_m2, nodes[nodes["node_id"].isin(inside).to_numpy()])
    return ZoneStorage(tanks, areas, series_of_levels(rows.readings_of((LEVEL,), areas), areas, now_s=now_s))


def _areas(areas: Mapping[str, float], nodes: pd.DataFrame) -> dict[str, float]:
    """Return the surface of tanks, m2: as it is drawn, else volume by depth."""
    with np.errstate(divide="ignore", invalid="ignore"):
        of_rows = nodes["tank_volume_m3"].to_numpy(dtype=float) / nodes["depth_m"].to_numpy(dtype=float)
    own = {str(name): float(area) for name, area in zip(nodes["node_id"], of_rows) if 0 < area < np.inf}
    return {name: areas.get(name, own.get(name, 0.0)) for name in map(str, nodes["node_id"])
            if name in areas or name in own}  # fmt: skip


def figures_with_storage(
    facts: ZoneFacts,
    read: ReadSeries,
    storage: ZoneStorage,
    inflows: list[ZoneInflow | None],
    clock: LocalClock,
    window: NightWindow,
    coverage: float,
) -> tuple[NightFigures, Array]:
    """Return the nights of zones less what goes into their storage, and where that is not known (Z, N).

    Parameters
    ----------
    facts, read
        The zones and what their meters measured.
    storage
        Their tanks.
    inflows
        Net inflow of each zone, None where there is none (Z,).
    clock, window
        When a night's window is.
    coverage
        Least share of a span in which there must be values (0-1).
    """
    stored = [
        stored_inflow(meters, read.series, storage, tanks, inflow)
        for meters, tanks, inflow in zip(facts.meters, storage.tanks, inflows)
    ]
    # Made at once, so that both have the same nights.
    both = night_figures([*inflows, *stored], clock, window, coverage=coverage)
    count = len(inflows)
    parts = [
        NightFigures(night=both.night, **{
            name: value[rows] for name, value in vars(both).items()
            if name in NightFigures.__dataclass_fields__ and name != "night"
        })
        for rows in (slice(None, count), slice(count, None))
    ]  # fmt: skip
    return with_storage(parts[0], parts[1], np.array([bool(one) for one in storage.tanks]))


def storage_notes(facts: ZoneFacts, storage: ZoneStorage, asked_zones: tuple[str, ...]) -> tuple[str, ...]:
    """Return what to know of storage, in sentences; of the zones that were asked for, or all."""
    named = [
        (str(zone), one)
        for zone, tanks, meters in zip(facts.tree.zone_id, storage.tanks, facts.meters)
        if meters and (not asked_zones or str(zone) in asked_zones)
        for one in tanks
    ]
    notes = []
    known = sorted({tank for _zone, tank in named if tank in storage.series})
    if known:
        notes.append(
            tr("The change of the level of {tanks} inside is taken off night flow.").format(
                tanks=shortened(known)
            )
        )
    unknown = sorted({tank for _zone, tank in named if tank not in storage.series})
    if unknown:
        zones = list(dict.fromkeys(zone for zone, tank in named if tank in unknown))
        notes.append(
            tr(
                "The filling of {tanks} counts as leakage of {zones}: adopt readings of level, and give "
                "volume and depth."
            ).format(tanks=shortened(unknown), zones=shortened(zones))
        )
    return tuple(notes)
