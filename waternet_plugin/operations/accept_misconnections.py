"""Accept misconnections with a reason; those that were only listed so far are kept as issues first."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.operations.decide_on_issues import accept_issues
from waternet_plugin.operations.find_misconnections import MisconnectionRequest, find_misconnections
from waternet_plugin.store.network import Network


def accept_misconnections(
    network: Network, ids: Sequence[str], reason: str, name: str, progress: Progress = SILENT
) -> str:
    """Accept misconnections and return the id of the batch that says so.

    Parameters
    ----------
    network
        The network.
    ids
        Ids of their issues.
    reason
        Why they are right as they are.
    name
        What people see in the list of batches where the findings have to be kept first.
    progress
        Told of the steps; may cancel.

    Raises
    ------
    InputError
        Without a reason or an id, and for a finding that is not there any more.
    """
    if len(network.read("issue", ["issue_id"], ids=list(ids), geometry=False)) < len(set(ids)):
        find_misconnections(network, MisconnectionRequest(name=name, store=True), progress)
    return accept_issues(network, ids, reason)
