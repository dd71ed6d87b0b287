"""Scenarios of metered areas as they are stored."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.dma.scenario import (
    DEVICE_COLUMNS,
    PIPE_COLUMNS,
    ZONE_COLUMNS,
    Scenario,
)
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.texts import tr
from waternet_plugin.store.network import Network


def scenario_head(network: Network, scenario_id: str) -> dict[str, Any]:
    """Return scenario_id, name, state and base_log of a scenario.

    Raises
    ------
    InputError
        When there is no such scenario.
    """
    columns = ["scenario_id", "name", "state", "base_log"]
    found = records(network.read("zone_scenario", columns, ids=[scenario_id]))
    if not found:
        raise InputError(tr("There is no scenario {scenario} in this network.").format(scenario=scenario_id))
    return found[0]


def scenario_rows(network: Network, scenario_id: str) -> Scenario:
    """Return the rows of a scenario; '' is the network as it is.

    Raises
    ------
    InputError
        When there is no such scenario.
    """
    if not scenario_id:
        return Scenario()
    scenario_head(network, scenario_id)
    here = {"scenario_id": scenario_id}
    return Scenario(
        network.read("scenario_zone", list(ZONE_COLUMNS), where=here),
        network.read("scenario_pipe", list(PIPE_COLUMNS), where=here),
        network.read("scenario_device", list(DEVICE_COLUMNS), where=here),
    )
