"""The metered area that somebody asks for: its number in the network, and its pipes."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.leakage.narrowing.zone_pipes import ZonePipes, zone_pipes
from waternet_plugin.core.texts import tr


def number_of_zone(model: DmaModel, zone_id: str) -> int:
    """Return the number of a zone.

    Raises
    ------
    InputError
        Where there is no metered area of this id.
    """
    number = int(model.dma.zones.numbers(np.array([zone_id], dtype=object))[0])
    if number < 0:
        message = tr("There is no metered area “{zone}”. Give the id of a zone of the kind dma.")
        raise InputError(message.format(zone=zone_id))
    return number


def pipes_of_zone(model: DmaModel, zone: int) -> ZonePipes:
    """Return the pipes of a zone by its number, with the valves that people can shut."""
    nodes, graph = model.nodes, model.graph
    works = (nodes["operable"] != "no").to_numpy() & (nodes["accessible"] != "no").to_numpy()
    isolates = nodes["kind"].isin(model.settings.words("network.isolation_kinds")).to_numpy()
    of_row = np.append(works & isolates, False)
    reach_m = model.settings.real("leakage.inlet_valve_search_m")
    return zone_pipes(model.dma, zone, of_row[graph.asset] & model.dma.valve, reach_m)


def refuse_empty(pipes: ZonePipes, zone_id: str) -> None:
    """Refuse a zone without pipes that can leak."""
    if not (pipes.is_main & (pipes.length_m > 0)).any():
        message = tr("Zone {zone} has no open pipe. Assign its pipes first, by drawing the zone.")
        raise InputError(message.format(zone=zone_id))
