"""What operations that write have in common: what runs before the commit, and once more after a conflict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from waternet_plugin.core.errors import ConflictError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.written import Written

if TYPE_CHECKING:
    from waternet_plugin.store import Batch

Result = TypeVar("Result")
Kept = TypeVar("Kept", bound=Written)


def no_outputs(_result: Any) -> None:
    """Write nothing beside the batch: what operations call before the commit where nothing is asked for."""


def finish(batch: Batch, result: Kept, before_commit: Callable[[Kept], Any]) -> Kept:
    """Write what belongs to a batch as its last step and return the result, which names the batch.

    Parameters
    ----------
    batch
        The batch, with all its rows.
    result
        What was found.

    Raises
    ------
    ConflictError
        When rows were changed meanwhile; nothing was called then.
    """
    batch.refuse_changed()
    kept = replace(result, batch_id=batch.batch_id)
    before_commit(kept)
    return kept


def finish_without_batch(result: Result, before_commit: Callable[[Result], Any]) -> Result:
    """Write what is asked for beside the network, and return the result, of which nothing is stored."""
    before_commit(result)
    return result


def with_newest_rows(work: Callable[[tuple[str, ...]], Result], progress: Progress = SILENT) -> Result:
    """Do work that reads what it writes; when rows were changed in between, once more with the newest ones.

    Parameters
    ----------
    work
        Reads, computes and writes. It gets the sentences that its result has to tell first: none, or that
        everything is computed once more.

    Raises
    ------
    ConflictError
        When they were changed a second time.
    """
    try:
        return work(())
    except ConflictError as conflict:
        for line in conflict.details:
            progress.at(0.0, line)
        return work(
            (tr("Somebody changed the same rows in the meantime: computing again with what is there now."),)
        )
