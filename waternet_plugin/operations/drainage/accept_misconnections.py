"""Accept misconnections with a reason; those that were only listed so far are kept as issues first."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.checks.decide_on_issues import Decided, accept_issues, refuse_undecided
from waternet_plugin.operations.drainage.find_misconnections import (
    MisconnectionRequest,
    MisconnectionResult,
    find_misconnections,
)
from waternet_plugin.store.network import Network


def accept_misconnections(
    network: Network, ids: Sequence[str], reason: str, name: str, progress: Progress = SILENT
) -> Decided:
    """Accept misconnections, as one batch; where findings have to be kept first they are one of their own.

    Parameters
    ----------
    ids
        Ids of their issues.
    reason
        Why they are right as they are.
    name
        What people see in the list of batches where the findings have to be kept first.

    Raises
    ------
    InputError
        Without a reason or an id, and for a finding that is not there any more; nothing is written then.
    """
    refuse_undecided(ids, reason)
    known = network.read("issue", ["issue_id"], ids=list(ids), geometry=False)["issue_id"]

    def refuse_gone(found: MisconnectionResult) -> None:
        gone = sorted(set(ids) - set(known) - set(found.found["issue_id"]))
        if gone:
            message = tr("There is no misconnection {ids} in this network any more. Look for them again.")
            raise InputError(message.format(ids=shortened(gone)))

    if len(known) < len(set(ids)):
        request = MisconnectionRequest(name=name, store=True)
        find_misconnections(network, request, progress, before_commit=refuse_gone)
    return accept_issues(network, ids, reason)
