"""Read, compute and write once more where somebody changed the same rows meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from waternet_plugin.core.errors import ConflictError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr

Result = TypeVar("Result")


def with_newest_rows(work: Callable[[tuple[str, ...]], Result], progress: Progress = SILENT) -> Result:
    """Do work that reads what it writes; when rows were changed in between, once more with the newest ones.

    Parameters
    ----------
    work
        Reads, computes and writes. It gets the sentences that its result has to tell first: none, or that
        everything is computed once more.
    progress
        Told what was changed by whom.

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
        again = tr("Somebody changed the same rows in the meantime: computing again with what is there now.")
        return work((again,))
