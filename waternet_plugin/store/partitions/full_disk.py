"""A disk that takes no more: it ends a run, since no utility is to blame for it."""

from __future__ import annotations

import errno

from waternet_plugin.core.errors import StoreError

_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class FullDiskError(StoreError):
    """There is no room for what is to be written."""


def failed_write(message: str, error: OSError) -> StoreError:
    """Return a failed writing as an error of ours.

    Parameters
    ----------
    message
        What the user reads.
    error
        What the system said.
    """
    return FullDiskError(message) if error.errno in _NO_ROOM else StoreError(message)
