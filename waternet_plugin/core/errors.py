"""The errors whose sentence a user may read."""

from __future__ import annotations

from dataclasses import dataclass


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


@dataclass(frozen=True)
class Conflict:
    """One change by somebody else to a row that was to be written.

    Parameters
    ----------
    table, asset
        The row, by the id it had when it was read.
    fields
        What was changed; empty where the row was deleted or made.
    by, at, batch
        Who did it, when (UTC, ISO 8601), and in which batch; '' for an edit without one.
    action
        Code of the domain ``log_action``.
    """

    table: str
    asset: str
    fields: tuple[str, ...]
    by: str
    at: str
    batch: str
    action: str = "update"


class ConflictError(StoreError):
    """Rows that were to be written were changed by somebody else since they were read; nothing was written.

    Parameters
    ----------
    message
        Translated sentence for the user.
    conflicts
        Every change that stands in the way, in the order in which they were made; empty where the change
        log can't tell what changed.
    details
        Further lines for a log or a report, one change each.
    """

    def __init__(
        self, message: str, *, conflicts: tuple[Conflict, ...] = (), details: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, details=details)
        self.conflicts = conflicts


class RowRefusedError(StoreError):
    """One row can't be written as it is; nothing was written.

    Parameters
    ----------
    message
        Translated sentence for the user.
    table
        The table of the row.
    key
        Its ``fid``; of a new row the number it was given to be written under.
    asset
        Its id, '' where it has none.
    field
        The field that stands in the way, ``geom`` for the geometry, '' where the row as a whole does.
    details
        Further lines for a log or a report.
    """

    def __init__(
        self,
        message: str,
        *,
        table: str,
        key: int,
        asset: str = "",
        field: str = "",
        details: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, details=details)
        self.table = table
        self.key = key
        self.asset = asset
        self.field = field


class NewerSchemaError(StoreError):
    """The network was written by a newer WaterNet."""


class DependencyError(WaterNetError):
    """A Python package is missing."""


class CancelledError(WaterNetError):
    """The user cancelled; nothing was changed."""
