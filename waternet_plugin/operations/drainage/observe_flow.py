"""Keep the flow of a drain as somebody saw it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.flow import AS_DRAWN, FORWARD, OBSERVED, REVERSE, SENSE_OF_FLOW
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class ObserveFlowRequest:
    """A drain whose flow was seen.

    Parameters
    ----------
    pipe_id
        The drain; its line stays as drawn.
    flow
        ``forward`` (as drawn) or ``reverse``.

    Raises
    ------
    InputError
        For any other flow.
    """

    pipe_id: str
    flow: str

    def __post_init__(self) -> None:
        if SENSE_OF_FLOW.get(self.flow) not in (FORWARD, REVERSE):
            raise InputError(tr("Flow that was seen is “forward” or “reverse”."))


def observe_flow(
    network: Network,
    request: ObserveFlowRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[Written], Any] = no_outputs,
) -> Written:
    """Write the flow of a drain as observed, as one batch.

    Raises
    ------
    InputError
        For a pipe that is not there, is not a drain, or leads as drawn by its function.
    ConflictError
        When somebody changed the drain twice meanwhile.
    """
    return with_newest_rows(lambda _again: _write(network, request, progress, before_commit), progress)


def _write(
    network: Network,
    request: ObserveFlowRequest,
    progress: Progress,
    before_commit: Callable[[Written], Any],
) -> Written:
    seen = network.position()
    pipe_id = request.pipe_id
    pipes = network.read("pipe", ["pipe_id", "system", "function"], ids=[pipe_id], geometry=False)
    if not len(pipes):
        raise InputError(tr("There is no pipe {pipe} in this network. Check its id.").format(pipe=pipe_id))
    if pipes["system"].iloc[0] not in systems("drain"):
        raise InputError(tr("{pipe} is not a drain: its flow is not recorded.").format(pipe=pipe_id))
    if pipes["function"].iloc[0] in AS_DRAWN:
        raise InputError(
            tr("{pipe} always leads as it is drawn. Reverse its line if that is wrong.").format(pipe=pipe_id)
        )
    row = {"pipe_id": [pipe_id], "flow": [request.flow], "flow_source": [OBSERVED], "flow_confidence": [None]}
    name = tr("Flow seen in {pipe}").format(pipe=pipe_id)
    with network.write("edit", name=name, seen=seen, progress=progress) as batch:
        batch.update("pipe", pd.DataFrame(row, dtype=object))
        return finish(batch, Written(""), before_commit)
