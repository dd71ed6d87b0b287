"""Add a code of one's own to a value list of a network."""

from __future__ import annotations

from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


def add_code(network: Network, request: CodeRequest) -> Written:
    """Add a code to a value list as one batch.

    Parameters
    ----------
    request
        The code.

    Raises
    ------
    InputError
        When it can't be added; the sentence says why. Nothing is written then.
    """
    with network.write("own", name=f"{request.domain}: {request.code}") as batch:
        batch.add_code(request)
    return Written(batch.batch_id)
