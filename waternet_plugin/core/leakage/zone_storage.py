"""Storage inside metered areas: what goes into it is not a leak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import ZoneTree
from waternet_plugin.core.leakage.night_figures import NightFigures
from waternet_plugin.core.leakage.zone_inflow import ZoneInflow, ZoneMeter, net_inflow
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.readings.meter_series import MeterSeries


@dataclass(frozen=True)
class ZoneStorage:
    """The storage of ``Z`` zones.

    Parameters
    ----------
    tanks
        Ids of the tanks inside each zone, those of the zones in it among them (Z,).
    area_m2
        Surface of each tank, missing where it is unknown.
    series
        What each tank takes in, m3/h, negative while it empties; missing where no level or no area is known.
    """

    tanks: tuple[tuple[str, ...], ...]
    area_m2: Mapping[str, float]
    series: Mapping[str, MeterSeries]


def tanks_inside(tree: ZoneTree, tanks: Sequence[str], pipes: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    """Return the tanks inside each zone: those all of whose pipes lie in it or in what it holds (Z,).

    Parameters
    ----------
    tree
        The zones.
    tanks
        Ids of the tanks.
    pipes
        from_node, to_node and dma_id of the pipes at them.
    """
    zone = tree.numbers(column(pipes, "dma_id"))
    holds = np.zeros((tree.count, len(pipes)), dtype=bool)
    holds[:, zone >= 0] = tree.ancestors[:, zone[zone >= 0]]
    ends = [column(pipes, name) for name in ("from_node", "to_node")]
    tanks_of: list[list[str]] = [[] for _ in range(tree.count)]
    for tank in sorted(tanks):
        at_tank = (ends[0] == tank) | (ends[1] == tank)
        if at_tank.any():
            for number in np.flatnonzero(holds[:, at_tank].all(axis=1)).tolist():
                tanks_of[number].append(tank)
    return tuple(tuple(storage) for storage in tanks_of)


def stored_inflow(
    meters: Sequence[ZoneMeter],
    series: Mapping[str, MeterSeries],
    storage: ZoneStorage,
    tanks: Sequence[str],
    inflow: ZoneInflow | None,
) -> ZoneInflow | None:
    """Return the net inflow of a zone less what its tanks take in; None where that of a tank is not known.

    Parameters
    ----------
    meters, series
        The zone's meters and what they measured.
    storage
        What tanks take in.
    tanks
        The tanks of the zone.
    inflow
        Its net inflow as it was measured.
    """
    if inflow is None or not tanks or not all(tank in storage.series for tank in tanks):
        return None
    taken = {}
    for tank in tanks:
        values = storage.series[tank]
        within = (values.start_s >= inflow.first_s) & (values.end_s <= inflow.last_s)
        taken[tank] = replace(
            values,
            start_s=values.start_s[within], end_s=values.end_s[within], flow_m3h=values.flow_m3h[within],
        )  # fmt: skip
    return net_inflow([*meters, *(ZoneMeter(tank, -1) for tank in tanks)], {**series, **taken})


def with_storage(
    measured: NightFigures, stored: NightFigures, has_tanks: Array
) -> tuple[NightFigures, Array]:
    """Return nights less what tanks take in where that is known, and where it is not (Z, N).

    Parameters
    ----------
    measured
        The nights as the meters measured them.
    stored
        The same nights less what tanks take in, NaN where it is not known.
    has_tanks
        Which zones hold storage (Z,).
    """
    at = stored.known
    unknown = has_tanks[:, None] & measured.known & ~at
    day = np.isfinite(stored.inflow_m3)
    changed = {"inflow_m3": day, "around_mean_m3h": np.isfinite(stored.around_mean_m3h)}
    made = {
        field.name: np.where(
            changed.get(field.name, at), getattr(stored, field.name), getattr(measured, field.name)
        )
        for field in fields(NightFigures)
        if field.name not in ("night", "coverage")
    }
    return NightFigures(night=measured.night, coverage=measured.coverage, **made), unknown
