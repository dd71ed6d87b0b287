"""What people decide about issues: accepted with a reason, open again; one batch each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.quality.issues.issue_lifecycle import ACCEPTED, OPEN, goes_with
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class Decided(Written):
    """What was decided: of how many issues, those that follow from others among them."""

    issues: int


def refuse_undecided(ids: Sequence[str], reason: str, *, accept: bool = True) -> None:
    """Refuse a decision without issues, and one that accepts without a reason."""
    if not ids:
        raise InputError(tr("No issue is chosen."))
    if accept and not reason.strip():
        raise InputError(tr("Give a reason why this is right: it is saved with the issue."))


def accept_issues(
    network: Network, ids: Sequence[str], reason: str, *, seen: Optional[str] = None
) -> Decided:
    """Accept issues with a reason, which later checks keep, as one batch.

    What follows from them, is open and of the same family of rules is accepted with them; what follows and is
    of another family stays open and stands by itself from then on.

    Parameters
    ----------
    ids
        Of the issues.
    reason
        Why they are right as they are.
    seen
        The network's position before the issues were read that the decision was made by; now if None.

    Raises
    ------
    InputError
        Without a reason, without issues, and for an issue that is not there.
    ConflictError
        When somebody else changed the issues meanwhile.
    """
    refuse_undecided(ids, reason)
    words = reason.strip()
    basis = seen or _position_with(network, ids)
    same, others = _followers(network, ids, OPEN)
    name = tr("Accepted: {reason}").format(reason=words)
    return _write(network, [*ids, *same], ACCEPTED, words, name, basis, freed=others)


def reopen_issues(network: Network, ids: Sequence[str], *, seen: Optional[str] = None) -> Decided:
    """Open issues again that were accepted or fixed, as one batch.

    What was accepted with them opens with them; ``seen`` as `accept_issues` takes it.

    Raises
    ------
    InputError
        Without issues, and for an issue that is not there.
    ConflictError
        When somebody else changed the issues meanwhile.
    """
    refuse_undecided(ids, "", accept=False)
    basis = seen or _position_with(network, ids)
    every = [*ids, *_followers(network, ids, ACCEPTED)[0]]
    return _write(network, every, OPEN, None, tr("Reopened"), basis)


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


def _write(
    network: Network,
    ids: Sequence[str],
    state: str,
    reason: str | None,
    name: str,
    seen: str,
    *,
    freed: Sequence[str] = (),
) -> Decided:
    rows = pd.DataFrame({"issue_id": list(dict.fromkeys(ids))}, dtype=object).assign(
        state=state, state_reason=reason
    )
    with network.write("edit", name=name, facts={"issues": len(rows)}, seen=seen) as batch:
        batch.update("issue", rows)
        if freed:
            batch.update("issue", pd.DataFrame({"issue_id": list(freed), "root": None}, dtype=object))
    return Decided(batch.batch_id, len(rows))
