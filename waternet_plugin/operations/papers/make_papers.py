"""Make papers of a network; nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.operations.papers.paper_kinds import make_of
from waternet_plugin.operations.papers.paper_request import PaperRequest, PapersResult
from waternet_plugin.operations.rows.newest_rows import finish_without_batch, no_outputs
from waternet_plugin.store.network import Network


def make_papers(
    network: Network,
    request: PaperRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[PapersResult], Any] = no_outputs,
) -> PapersResult:
    """Make papers, all from one state of the network.

    Raises
    ------
    InputError
        When what they are about is not in the network.
    """
    with network.reading_together():
        made = make_of(request.kind)(network, request, progress)
    return finish_without_batch(made, before_commit)
