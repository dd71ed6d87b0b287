"""Accept misconnections with a reason; those that were only listed so far are kept as issues first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.checks.decide_on_issues import (
    DecidedIssues,
    DecideRequest,
    accept_issues,
    refuse_undecided,
)
from waternet_plugin.operations.drainage.find_misconnections import (
    MisconnectionRequest,
    MisconnectionResult,
    find_misconnections,
)
from waternet_plugin.operations.rows.newest_rows import no_outputs
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class AcceptMisconnectionsRequest:
    """Misconnections to accept.

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
        Without a reason or an id.
    """

    ids: Sequence[str]
    reason: str
    name: str

    def __post_init__(self) -> None:
        refuse_undecided(self.ids, self.reason)


def accept_misconnections(
    network: Network,
    request: AcceptMisconnectionsRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[DecidedIssues], Any] = no_outputs,
) -> DecidedIssues:
    """Accept misconnections, as one batch; where findings have to be kept first they are one of their own.

    Raises
    ------
    InputError
        For a finding that is not there any more; nothing is written then.
    """
    ids = list(request.ids)
    known = network.read("issue", ["issue_id"], ids=ids, geometry=False)["issue_id"]

    def refuse_gone(found: MisconnectionResult) -> None:
        gone = sorted(set(ids) - set(known) - set(found.found["issue_id"]))
        if gone:
            message = tr("There is no misconnection {ids} in this network any more. Look for them again.")
            raise InputError(message.format(ids=shortened(gone)))

    if len(known) < len(set(ids)):
        kept = MisconnectionRequest(name=request.name, store=True)
        find_misconnections(network, kept, progress.part(0.0, 0.9), before_commit=refuse_gone)
    decided = DecideRequest(ids, request.reason)
    return accept_issues(network, decided, progress.part(0.9, 1.0), before_commit=before_commit)
