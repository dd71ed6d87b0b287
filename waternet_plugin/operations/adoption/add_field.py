"""Add a field of one's own to a table of a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


def add_field(
    network: Network,
    request: FieldRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[Written], Any] = no_outputs,
) -> Written:
    """Add a field to a table as one batch.

    Raises
    ------
    InputError
        When it can't be added; the sentence says why. Nothing is written then.
    """
    label = f"{network.table(request.table).label}: {request.name}" if request.table else request.name
    with network.write("own", name=label, progress=progress) as batch:
        batch.add_field(request)
        return finish(batch, Written(""), before_commit)
