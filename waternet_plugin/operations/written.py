"""What every operation that writes says of it: the batch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """What an operation wrote; results that say more derive from it.

    Parameters
    ----------
    batch_id
        Its batch, which can be undone as a whole; '' where nothing is written, or not yet.
    """

    batch_id: str
