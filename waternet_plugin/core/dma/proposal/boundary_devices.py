"""Meters and valves on the boundary of a proposal: where, what there is already, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
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
    known = np.isfinite(dma.diameter_mm) & (dma.diameter_mm > 0)
    diameter = np.where(known, dma.diameter_mm, settings.real("renewal.unknown_diameter_mm"))
    isolating = np.isin(graph.kind.astype(str), settings.words("network.isolation_kinds")) & dma.valve
    pipes_at = np.bincount(graph.start[dma.open], minlength=graph.node_count)
    pipes_at += np.bincount(graph.end[dma.open], minlength=graph.node_count)
    works = np.ones(graph.node_count, dtype=bool)
    there = np.flatnonzero(graph.asset >= 0)
    if "operable" in model.nodes:
        works[there] = (model.nodes["operable"].to_numpy() != "no")[graph.asset[there]]
    return DevicePrices(
        meter=_priced(settings, "dma.meter_cost.", diameter),
        valve=_priced(settings, "dma.valve_cost.", diameter),
        close=settings.real("dma.close_cost"),
        has_valve=isolating & (pipes_at <= 2) & works,
    )


def _priced(settings: Settings, prefix: str, diameter_mm: Array) -> Array:
    """Return prices by diameter, those between two given ones in proportion."""
    keys = [key for key in defaults() if key.startswith(prefix)]
    points = sorted((float(key[len(prefix) :]), settings.real(key)) for key in keys)
    size, cost = np.array(points).T
    # Above the largest, in proportion to it.
    above = np.maximum(diameter_mm / size[-1], 1.0)
    return np.asarray(np.interp(diameter_mm, size, cost) * above)
