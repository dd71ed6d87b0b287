"""What people decide about issues: accepted with a reason, open again; one batch each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.quality.states import ACCEPTED, OPEN
from waternet_plugin.core.texts import tr
from waternet_plugin.store.network import Network


def accept_issues(network: Network, ids: Sequence[str], reason: str, *, seen: Optional[str] = None) -> str:
    """Accept issues with a reason, which later checks keep, and return the batch's id.

    What follows from them and is open is accepted with them.

    Parameters
    ----------
    network
        The network.
    ids
        Of the issues.
    reason
        Why they are right as they are.
    seen
        The network's position before the issues were read that the decision was made by; now if None.

    Raises
    ------
    InputError
        Without a reason, or without issues.
    ConflictError
        When somebody else changed the issues meanwhile.
    """
    words = reason.strip()
    if not words:
        raise InputError(tr("Say why this is right as it is: the reason stays with the issue."))
    basis = seen or network.position()
    every = [*ids, *_followers(network, ids, OPEN)]
    return _write(network, every, ACCEPTED, words, tr("Accepted: {reason}").format(reason=words), basis)


def reopen_issues(network: Network, ids: Sequence[str], *, seen: Optional[str] = None) -> str:
    """Open issues again that were accepted or fixed, and return the batch's id.

    What was accepted with them opens with them; ``seen`` as `accept_issues` takes it.

    Raises
    ------
    InputError
        Without issues.
    ConflictError
        When somebody else changed the issues meanwhile.
    """
    basis = seen or network.position()
    every = [*ids, *_followers(network, ids, ACCEPTED)]
    return _write(network, every, OPEN, None, tr("Opened again"), basis)


def _followers(network: Network, ids: Sequence[str], state: str) -> list[str]:
    """Return the ids of what follows from issues and is in a state."""
    if not ids:
        return []
    where = {"root": list(ids), "state": state}
    frame = network.read("issue", ["issue_id"], where=where, geometry=False)
    return [name for name in frame["issue_id"] if name not in set(ids)]


def _write(network: Network, ids: Sequence[str], state: str, reason: str | None, name: str, seen: str) -> str:
    if not ids:
        raise InputError(tr("No issue is chosen."))
    rows = pd.DataFrame({"issue_id": list(ids)}, dtype=object).assign(state=state, state_reason=reason)
    with network.write("edit", name=name, facts={"issues": len(rows)}, seen=seen) as batch:
        batch.update("issue", rows)
    return batch.batch_id
