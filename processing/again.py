"""Read, compute and write once more where somebody changed the same rows meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import ConflictError
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.processing.job import Job


def with_newest(job: Job, work: Callable[[Job], dict[str, Any]]) -> dict[str, Any]:
    """Do work that reads what it writes; when rows were changed in between, once more with the newest ones.

    Raises
    ------
    ConflictError
        When they were changed a second time.
    """
    try:
        return work(job)
    except ConflictError as conflict:
        for line in conflict.details:
            job.info(line)
        job.warn(tr("Somebody changed the same rows meanwhile: computing once more with what is there now."))
        return work(job)
