"""The errors whose sentence a user may read."""

from __future__ import annotations


class WaterNetError(Exception):
    """Say in one sentence what happened and what to do about it.

    Parameters
    ----------
    message
        Translated sentence for the user.
    details
        Further lines for a log or a report, one finding each.
    """

    def __init__(self, message: str, *, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InputError(WaterNetError):
    """The user's file, parameter or mapping can't be used as it is."""


class StoreError(WaterNetError):
    """The network file can't be opened, read or written."""


class LockedError(StoreError):
    """Another program is writing the network at this moment."""


class NewerSchemaError(StoreError):
    """The network was written by a newer WaterNet."""


class DependencyError(WaterNetError):
    """A Python package is missing."""


class CancelledError(WaterNetError):
    """The user cancelled; nothing was changed."""
