"""How the drains stand: of how many the flow is known, how many are joined wrongly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.core.quality.misconnected.table import NEAR_RULES_OF, RULES
from waternet_plugin.core.reports.drainage.misconnections import WRONG
from waternet_plugin.core.schema.flow import FLOW_OF_SENSE, UNDETERMINED, is_recorded
from waternet_plugin.core.schema.use import in_use, systems
from waternet_plugin.operations.checks import rule_checks
from waternet_plugin.operations.rows.edited_since import edited_since
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class DrainState:
    """The drains of a network.

    Parameters
    ----------
    drains
        How many are in use.
    unknown
        Those whose flow is not known.
    misconnections
        Open ones.
    checked_on
        The day since when all rules of misconnections have been looked at, YYYY-MM-DD; '' for never.
    edited
        Pipes and nodes of drains edited since, -1 where it can't be told.
    """

    drains: int
    unknown: int
    misconnections: int
    checked_on: str
    edited: int = 0


def drain_state(network: Network) -> DrainState:
    """Return how the drains of a network stand."""
    where = {"system": list(systems("drain")), "status": list(in_use())}
    pipes = network.read("pipe", ["pipe_id", "flow", "function"], where=where, geometry=False)
    flow = pipes["flow"].to_numpy(dtype=object)
    recorded = is_recorded(flow=flow, function=pipes["function"].to_numpy(dtype=object))
    known = recorded & (flow != FLOW_OF_SENSE[UNDETERMINED])
    near = NEAR_RULES_OF.values()
    wrong = [rule for rule in RULES if catalogue()[rule].code in WRONG and rule not in near]
    issues = network.read("issue", ["issue_id"], where={"rule_id": wrong, "state": [OPEN]}, geometry=False)
    checked_on = rule_checks.checked_on(network, wrong)
    position = rule_checks.position_of(network, wrong)
    return DrainState(
        len(pipes),
        int(np.count_nonzero(~known)),
        len(issues),
        checked_on.date().isoformat() if checked_on else "",
        edited_since(network, position, systems("drain")) if checked_on else 0,
    )
