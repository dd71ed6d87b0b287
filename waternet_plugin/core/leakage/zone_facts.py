"""What night flow needs to know of zones: meters, night use, mains, who lies beside whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import ZoneTree
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.leakage.night_use import night_use_m3h, properties_of
from waternet_plugin.core.leakage.zone_inflow import ZoneMeter, zone_meters
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE


@dataclass(frozen=True)
class ZoneFacts:
    """Zones by number, ``Z`` of them.

    Parameters
    ----------
    tree
        The zones.
    meters
        Boundary meters of each zone.
    night_use_m3h
        Legitimate night use: as measured, else by customers; NaN where neither is known (Z,).
    is_measured
        Where it was measured (Z,).
    length_m, connections, properties
        Mains, customers and the properties that they stand for, descendants included (Z,).
    """

    tree: ZoneTree
    meters: tuple[tuple[ZoneMeter, ...], ...]
    night_use_m3h: Array
    is_measured: Array
    length_m: Array
    connections: Array
    properties: Array

    @property
    def related(self) -> Array:
        """Zones of one parent, between which a valve may pass water, booleans (Z, Z)."""
        parent = self.tree.parent
        return np.asarray(parent[:, None] == parent[None, :])


def zone_facts(
    tree: ZoneTree,
    zones: pd.DataFrame,
    nodes: pd.DataFrame,
    pipes: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    settings: Settings,
) -> ZoneFacts:
    """Return what is known of zones.

    Parameters
    ----------
    tree
        The zones of kind dma.
    zones
        Their rows with night_use_m3h.
    nodes
        node_id, meter_in and meter_out of boundary meters.
    pipes
        pipe_id, dma_id, length_m, function and status of the pipes in zones.
    customers
        pipe_id, kind and households, as `with_supply` returns them.
    settings
        Night use by kinds.
    """
    meters = zone_meters(
        column(nodes, "node_id"),
        tree.numbers(column(nodes, "meter_in")),
        tree.numbers(column(nodes, "meter_out")),
        tree.ancestors,
    )
    zone_of_pipe = tree.numbers(column(pipes, "dma_id"))
    counts = ~pipes["status"].isin(OUT_OF_USE).to_numpy() & (pipes["function"] != "connector").to_numpy()
    length = np.nan_to_num(pipes["length_m"].to_numpy(dtype=float)) * counts
    at = rows_of_ids(column(pipes, "pipe_id"), column(customers, "pipe_id"))
    zone = np.append(zone_of_pipe, -1)[at]
    connections = tree.summed(zone, np.ones(len(zone)))
    by_customers = tree.summed(zone, night_use_m3h(customers, settings))
    measured = zones["night_use_m3h"].to_numpy(dtype=float)[tree.row]
    use = np.where(connections > 0, by_customers, np.nan)
    return ZoneFacts(
        tree,
        meters,
        np.where(np.isfinite(measured), measured, use),
        np.isfinite(measured),
        tree.summed(zone_of_pipe, length),
        connections,
        tree.summed(zone, properties_of(customers)),
    )
