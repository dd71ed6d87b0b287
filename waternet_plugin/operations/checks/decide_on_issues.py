"""What people decide about issues: accepted with a reason, open again; one batch each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.issues.issue_lifecycle import ACCEPTED, OPEN, goes_with
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class DecidedIssues(Written):
    """What was decided: of how many issues, those that follow from others among them."""

    issues: int


def refuse_undecided(ids: Sequence[str], reason: str, *, accept: bool = True) -> None:
    """Refuse a decision without issues, and one that accepts without a reason."""
    if not ids:
        raise InputError(tr("No issue is chosen."))
    if accept and not reason.strip():
        raise InputError(tr("Give a reason why this is right: it is saved with the issue."))


@dataclass(frozen=True)
class DecideRequest:
    """Issues to decide about.

    Parameters
    ----------
    ids
        Of the issues.
    reason
        Why they are right as they are; '' where they are opened again.
    seen
        The network's position before the issues were read that the decision was made by; now if None.

    Raises
    ------
    InputError
        Without issues.
    """

    ids: Sequence[str]
    reason: str = ""
    seen: Optional[str] = None

    def __post_init__(self) -> None:
        refuse_undecided(self.ids, self.reason, accept=False)


def accept_issues(
    network: Network,
    request: DecideRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[DecidedIssues], Any] = no_outputs,
) -> DecidedIssues:
    """Accept issues with a reason, which later checks keep, as one batch.

    What follows from them, is open and of the same family of rules is accepted with them; what follows and is
    of another family stays open and stands by itself from then on.

    Raises
    ------
    InputError
        Without a reason, and for an issue that is not there.
    ConflictError
        When somebody else changed the issues meanwhile.
    """
    refuse_undecided(request.ids, request.reason)
    words = request.reason.strip()
    seen = request.seen or _position_with(network, request.ids)
    same, others = _followers(network, request.ids, OPEN)
    rows = _rows([*request.ids, *same], ACCEPTED, words)
    name = tr("Accepted: {reason}").format(reason=words)
    facts = {"issues": len(rows)}
    with network.write("edit", name=name, facts=facts, seen=seen, progress=progress) as batch:
        batch.update("issue", rows)
        if others:
            batch.update("issue", pd.DataFrame({"issue_id": others, "root": None}, dtype=object))
        return finish(batch, DecidedIssues("", len(rows)), before_commit)


def reopen_issues(
    network: Network,
    request: DecideRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[DecidedIssues], Any] = no_outputs,
) -> DecidedIssues:
    """Open issues again that were accepted or fixed, as one batch.

    What was accepted with them opens with them.

    Raises
    ------
    InputError
        For an issue that is not there.
    ConflictError
        When somebody else changed the issues meanwhile.
    """
    seen = request.seen or _position_with(network, request.ids)
    rows = _rows([*request.ids, *_followers(network, request.ids, ACCEPTED)[0]], OPEN, None)
    facts = {"issues": len(rows)}
    with network.write("edit", name=tr("Reopened"), facts=facts, seen=seen, progress=progress) as batch:
        batch.update("issue", rows)
        return finish(batch, DecidedIssues("", len(rows)), before_commit)


def _position_with(network: Network, ids: Sequence[str]) -> str:
    """Return the network's position once it is sure that all these issues are there."""
    found = network.position()
    strange = set(ids) - set(network.read("issue", ["issue_id"], ids=list(ids), geometry=False)["issue_id"])
    if strange:
        message = tr("There is no issue {ids} in this network. Check it first, or correct the ids.")
        raise InputError(message.format(ids=shortened(sorted(strange))))
    return found


def _followers(network: Network, ids: Sequence[str], state: str) -> tuple[list[str], list[str]]:
    """Return the ids of what follows from issues and is in a state: of the family of its root, and others."""
    columns = ["issue_id", "rule_id", "root"]
    frame = network.read("issue", columns, where={"root": list(ids), "state": state}, geometry=False)
    roots = network.read("issue", columns[:2], ids=list(ids), geometry=False)
    rule_of = dict(zip(roots["issue_id"], roots["rule_id"]))
    same: list[str] = []
    others: list[str] = []
    for name, rule, root in zip(frame["issue_id"], frame["rule_id"], frame["root"]):
        if name not in rule_of:
            (same if goes_with(str(rule), str(rule_of.get(root, ""))) else others).append(name)
    return same, others


def _rows(ids: Sequence[str], state: str, reason: Optional[str]) -> pd.DataFrame:
    """Return the rows of issues in their new state, each once."""
    rows = pd.DataFrame({"issue_id": list(dict.fromkeys(ids))}, dtype=object)
    return rows.assign(state=state, state_reason=reason)
