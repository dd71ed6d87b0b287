"""Add a code of one's own to a value list of a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.own_codes import CodeRequest
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


def add_code(
    network: Network,
    request: CodeRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[Written], Any] = no_outputs,
) -> Written:
    """Add a code to a value list as one batch.

    Raises
    ------
    InputError
        When it can't be added; the sentence says why. Nothing is written then.
    """
    with network.write("own", name=f"{request.domain}: {request.code}", progress=progress) as batch:
        batch.add_code(request)
        return finish(batch, Written(""), before_commit)
