"""A network as a scenario of metered areas has it; the network itself stays as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.closed_ends import closed_ends, with_shut_ends
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.scenario import CLOSE, METER, NEW_VALVE, Scenario
from waternet_plugin.core.dma.zone_tree import ZoneTree, zone_tree
from waternet_plugin.core.frames import stacked, tuples


def in_scenario(model: DmaModel, scenario: Scenario) -> DmaModel:
    """Return a network as a scenario has it; rows that name what is not there are passed over.

    Parameters
    ----------
    scenario
        What differs.
    """
    zones, pipes, devices = scenario.zones, scenario.pipes, scenario.devices
    unchanged = model.zones[~model.zones["zone_id"].isin(zones["zone_id"]).to_numpy(dtype=bool)]
    all_zones = stacked([unchanged, zones.reindex(columns=model.zones.columns)])
    tree, before = zone_tree(all_zones), model.dma.zones
    dma = replace(
        model.dma,
        zones=tree,
        zone=_renumbered(model.dma.zone, before, tree),
        meter_in=_renumbered(model.dma.meter_in, before, tree),
        meter_out=_renumbered(model.dma.meter_out, before, tree),
        **{name: getattr(model.dma, name).copy() for name in ("closed", "unknown", "meter", "valve")},
    )
    numbers = tree.numbers(pipes["zone_id"].to_numpy(dtype=object))
    for name, number in zip(pipes["pipe_id"].tolist(), numbers.tolist()):
        pipe = dma.graph.edge_of(str(name))
        if pipe >= 0:
            dma.zone[pipe] = number
    return replace(model, dma=_with_devices(dma, devices), zones=all_zones, scenario=scenario)


def _renumbered(number: Array, before: ZoneTree, after: ZoneTree) -> Array:
    """Return zone numbers of one tree in another one; the result may be written to."""
    return np.array(np.append(after.numbers(before.zone_id), [-2, -1])[number])


def _with_devices(dma: DmaNetwork, devices: pd.DataFrame) -> DmaNetwork:
    devices = devices.astype(object).where(devices.notna(), None)
    cuts: list[int] = []
    degree = dma.graph.degree(dma.counts)
    into = dma.zones.numbers(devices["zone_in"].to_numpy(dtype=object))
    out_of = dma.zones.numbers(devices["zone_out"].to_numpy(dtype=object))
    for row, device in enumerate(tuples(devices)):
        node = dma.graph.vertex_of(str(device.node_id or device.at_node or ""))
        if node < 0:
            continue
        if device.kind == METER:
            dma.meter[node] = True
            dma.meter_in[node], dma.meter_out[node] = into[row], out_of[row]
            continue
        shut = device.kind in (CLOSE, NEW_VALVE)
        ends = closed_ends(dma, degree, device.pipe_id, node) if shut else []
        if ends:
            cuts += ends
            continue
        dma.closed[node], dma.unknown[node], dma.valve[node] = shut, False, True
    return with_shut_ends(dma, cuts)
