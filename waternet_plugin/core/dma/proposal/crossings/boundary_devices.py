"""Meters and valves on the boundary of a proposal: where, what there is already, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.scenario import CLOSE, METER, NEW_VALVE
from waternet_plugin.core.schema.settings import Settings, defaults


@dataclass(frozen=True)
class DevicePrices:
    """What devices cost, and where valves are.

    Parameters
    ----------
    meter, valve
        Cost of a new meter or valve on each pipe (P,).
    close
        Cost of closing and testing a valve that is there.
    has_valve
        Nodes with an isolation valve that shuts just one pipe off from another (N,).
    """

    meter: Array
    valve: Array
    close: float
    has_valve: Array

    def closing(self, pipe: Array, node: Array) -> Array:
        """Return what closing pipes at nodes costs; arrays of one shape."""
        return np.where(self.has_valve[node], self.close, self.valve[pipe])


def device_prices(model: DmaModel, settings: Settings) -> DevicePrices:
    """Return what devices on the boundary of a model cost."""
    dma, graph = model.dma, model.graph
    diameter = _known_diameter(settings, dma.diameter_mm)
    isolating = np.isin(graph.kind.astype(str), settings.words("network.isolation_kinds")) & dma.valve
    pipes_at = np.bincount(graph.start[dma.open], minlength=graph.node_count)
    pipes_at += np.bincount(graph.end[dma.open], minlength=graph.node_count)
    works = np.ones(graph.node_count, dtype=bool)
    with_asset = np.flatnonzero(graph.asset >= 0)
    if "operable" in model.nodes:
        works[with_asset] = (model.nodes["operable"].to_numpy() != "no")[graph.asset[with_asset]]
    return DevicePrices(
        meter=_priced(settings, "dma.meter_cost.", diameter),
        valve=_priced(settings, "dma.valve_cost.", diameter),
        close=settings.real("dma.close_cost"),
        has_valve=isolating & (pipes_at <= 2) & works,
    )


def planned_costs(settings: Settings, devices: pd.DataFrame) -> Array:
    """Return what devices of a scenario cost (D,): as they are stored with it, else at the prices in force.

    What is there already costs nothing but for a valve that is closed; for opening one there is no price,
    NaN.

    Parameters
    ----------
    settings
        Prices.
    devices
        Rows of scenario_device: kind, node_id, zone_in, zone_out, diameter_mm, cost.
    """
    kind = devices["kind"].to_numpy(dtype=object)
    diameter = _known_diameter(settings, pd.to_numeric(devices["diameter_mm"]).to_numpy(dtype=float))
    is_new = devices["node_id"].isna().to_numpy()
    measures = (devices["zone_in"].notna() | devices["zone_out"].notna()).to_numpy()
    meter = np.where(is_new & measures, _priced(settings, "dma.meter_cost.", diameter), 0.0)
    priced = np.select(
        [kind == METER, kind == NEW_VALVE, kind == CLOSE],
        [meter, _priced(settings, "dma.valve_cost.", diameter), settings.real("dma.close_cost")],
        np.nan,
    )
    stored = pd.to_numeric(devices["cost"]).to_numpy(dtype=float)
    return np.where(np.isfinite(stored), stored, priced)


def _known_diameter(settings: Settings, diameter_mm: Array) -> Array:
    """Return diameters, those that are unknown as they are assumed for costs."""
    known = np.isfinite(diameter_mm) & (diameter_mm > 0)
    return np.where(known, diameter_mm, settings.real("renewal.unknown_diameter_mm"))


def _priced(settings: Settings, prefix: str, diameter_mm: Array) -> Array:
    """Return prices by diameter, those between two given ones in proportion."""
    keys = [key for key in defaults() if key.startswith(prefix)]
    points = sorted((float(key[len(prefix) :]), settings.real(key)) for key in keys)
    size, cost = np.array(points).T
    # Above the largest, in proportion to it.
    above = np.maximum(diameter_mm / size[-1], 1.0)
    return np.asarray(np.interp(diameter_mm, size, cost) * above)
