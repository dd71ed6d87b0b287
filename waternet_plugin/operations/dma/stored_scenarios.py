"""Scenarios of metered areas as they are stored."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.dma.drawing.scenario_content import ScenarioContent, content_of_rows
from waternet_plugin.core.dma.scenario import (
    DEVICE_COLUMNS,
    PIPE_COLUMNS,
    ZONE_COLUMNS,
    Scenario,
)
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.frames import records
from waternet_plugin.core.texts import listed, tr, with_name
from waternet_plugin.store.network import Network

ADOPTED = "adopted"
_MOST_NAMED = 12


def scenario_named(network: Network, scenario: str) -> str:
    """Return the id of a scenario by its id or name; of several of a name the only one that is not adopted.

    Raises
    ------
    InputError
        When there is no such scenario, or several have the name.
    """
    heads = network.read("zone_scenario", ["scenario_id", "name", "state"])
    if scenario in heads["scenario_id"].tolist():
        return scenario
    is_named = heads["name"] == scenario
    named = heads["scenario_id"][is_named].tolist()
    drafts = heads["scenario_id"][is_named & (heads["state"] != ADOPTED)].tolist()
    for ids in (named, drafts):
        if len(ids) == 1:
            return str(ids[0])
    if named:
        message = tr("Several scenarios are called “{scenario}”: {ids}. Give the id of one.")
        raise InputError(message.format(scenario=scenario, ids=listed(drafts or named)))
    if heads.empty:
        message = tr(
            "There is no scenario “{scenario}”: this network has none. Leave it out, or draw one first."
        )
        raise InputError(message.format(scenario=scenario))
    message = tr("There is no scenario “{scenario}”. This network has: {known}.")
    known = list(map(with_name, heads["scenario_id"], heads["name"]))
    raise InputError(message.format(scenario=scenario, known=listed(known[:_MOST_NAMED])))


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
        raise _unknown_scenario(scenario_id)
    return found[0]


def _unknown_scenario(scenario_id: str) -> InputError:
    return InputError(tr("There is no scenario {scenario} in this network.").format(scenario=scenario_id))


def scenario_rows(network: Network, scenario_id: str) -> Scenario:
    """Return the rows of a scenario; '' is the network as it is.

    Raises
    ------
    InputError
        When there is no such scenario.
    """
    if not scenario_id:
        return Scenario()
    if network.read("zone_scenario", ["scenario_id"], ids=[scenario_id]).empty:
        raise _unknown_scenario(scenario_id)
    here = {"scenario_id": scenario_id}
    return Scenario(
        network.read("scenario_zone", list(ZONE_COLUMNS), where=here),
        network.read("scenario_pipe", list(PIPE_COLUMNS), where=here),
        network.read("scenario_device", list(DEVICE_COLUMNS), where=here),
    )


class ScenarioChangedError(StoreError):
    """Somebody else stored, adopted or deleted a scenario since it was read; nothing was written.

    Parameters
    ----------
    message
        Translated sentence for the user.
    is_gone
        Whether it can't be drawn on any more.
    """

    def __init__(self, message: str, *, is_gone: bool) -> None:
        super().__init__(message)
        self.is_gone = is_gone


def read_scenario(network: Network, scenario_id: str) -> ScenarioContent:
    """Return what a scenario differs in from the network.

    Raises
    ------
    InputError
        When there is no such scenario.
    """
    return content_of_rows(scenario_rows(network, scenario_id))


def refuse_changed_scenario(network: Network, scenario_id: str, name: str, seen: str) -> None:
    """Refuse to go on with a scenario that is not as it was read.

    Parameters
    ----------
    scenario_id, name
        The scenario.
    seen
        Fingerprint of its content when it was read or stored; '' to ask only whether it is a draft.

    Raises
    ------
    ScenarioChangedError
        When somebody else stored, adopted or deleted it.
    """
    heads = records(network.read("zone_scenario", ["scenario_id", "state", "edited_by"], ids=[scenario_id]))
    if not heads:
        text = tr(
            "“{name}” was deleted, or its storing was undone, since you opened it. Nothing was written."
        )
        raise ScenarioChangedError(text.format(name=name), is_gone=True)
    who = str(heads[0]["edited_by"] or "?")
    if heads[0]["state"] == ADOPTED:
        text = tr("“{name}” was adopted by {who} since you opened it. Nothing was written.")
        raise ScenarioChangedError(text.format(name=name, who=who), is_gone=True)
    if seen and read_scenario(network, scenario_id).fingerprint != seen:
        text = tr("“{name}” was stored by {who} in another window since you opened it. Nothing was written.")
        raise ScenarioChangedError(text.format(name=name, who=who), is_gone=False)
