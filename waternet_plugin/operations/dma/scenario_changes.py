"""What changed in the network since a scenario of metered areas was branched from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from waternet_plugin.core.dma.scenario import Scenario
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.network import Network

# So many assets that changed meanwhile are named.
_NAMED = 5


def changed_since_branch(
    network: Network, base_log: Any, scenario: Scenario, pipes: pd.DataFrame
) -> dict[str, tuple[str, ...]]:
    """Return what changed in the network since a scenario was branched: its pipes, zones and devices.

    Parameters
    ----------
    base_log
        Newest entry of the change log when the scenario was branched, None where unknown.
    scenario
        Its rows.
    pipes
        pipe_id and dma_id of all pipes.

    Returns
    -------
    dict
        Ids by table; a table without ids changed too much to be listed.
    """
    if base_log is None or pd.isna(base_log):
        return {}
    edits = network.changed(str(int(base_log)))
    if edits.complete:
        return dict.fromkeys(("pipe", "node", "zone"), ())
    zones = {str(one) for one in [*scenario.pipes["zone_id"].dropna(), *scenario.zones["zone_id"]]}
    named = set(scenario.pipes["pipe_id"])
    named |= set(pipes["pipe_id"][pipes["dma_id"].isin(list(zones))])
    at = {one for key in ("node_id", "at_node") for one in scenario.devices[key].dropna()}
    # A pipe that is gone belongs to no zone any more: it is named by what the scenario said of it.
    asked = {"pipe": named, "node": at, "zone": zones}
    found = {name: tuple(one for one in edits.assets.get(name, ()) if one in asked[name]) for name in asked}
    return {name: ids for name, ids in found.items() if ids}


def change_sentences(
    scenario: Scenario, pipes: pd.DataFrame, changed: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return what the user is told of changes since a scenario was branched, and of pipes that are gone."""
    found = []
    for name, ids in changed.items():
        label = table(name).label
        if ids:
            found.append(
                tr(
                    "{table}: %n row(s) of the scenario's areas changed in the network since it was "
                    "branched, such as {names}. Check these areas again.",
                    "",
                    len(ids),
                ).format(table=label, names=listed(ids[:_NAMED]))
            )
        else:
            found.append(
                tr(
                    "{table}: too much changed in the network since the scenario was branched to be listed. "
                    "Check its areas again."
                ).format(table=label)
            )
    gone = scenario.pipes["pipe_id"][~scenario.pipes["pipe_id"].isin(pipes["pipe_id"])].tolist()
    if gone:
        text = tr("%n pipe(s) of the scenario are no longer in the network, such as {names}.", "", len(gone))
        found.append(text.format(names=listed(gone[:_NAMED])))
    return tuple(found)
