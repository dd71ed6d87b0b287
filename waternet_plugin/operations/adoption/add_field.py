"""Add a field of one's own to a table of a network."""

from __future__ import annotations

from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


def add_field(network: Network, request: FieldRequest) -> Written:
    """Add a field to a table as one batch.

    Parameters
    ----------
    request
        The field.

    Raises
    ------
    InputError
        When it can't be added; the sentence says why. Nothing is written then.
    """
    label = f"{network.table(request.table).label}: {request.name}" if request.table else request.name
    with network.write("own", name=label) as batch:
        batch.add_field(request)
    return Written(batch.batch_id)
