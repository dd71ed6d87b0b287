"""What is asked of the change log, and what is brought back from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Optional

if TYPE_CHECKING:
    import datetime

    import shapely

# Columns of a history, in order.
HISTORY_COLUMNS = (
    "seq",
    "at",
    "by",
    "batch_id",
    "table",
    "asset",
    "action",
    "field",
    "before",
    "after",
)


@dataclass(frozen=True)
class HistoryQuery:
    """Which entries of the change log are asked for; what is left out does not limit them.

    Parameters
    ----------
    table
        Name of a table.
    asset
        Id that a row has now, or had last: its whole life is told, under earlier ids too.
    area
        Rows that lie or once lay in this geometry, in the network's CRS.
    batch_id
        Id of a batch.
    since, until
        First and last day, in UTC.
    """

    table: str = ""
    asset: str = ""
    area: Optional[shapely.Geometry] = None
    batch_id: str = ""
    since: Optional[datetime.date] = None
    until: Optional[datetime.date] = None


@dataclass(frozen=True)
class Restoring:
    """Which asset becomes again what it was.

    Parameters
    ----------
    table, asset
        The row, by the id it has now, or had last where it is deleted.
    seq
        The entry of the change log before which it was so; None for its newest one.
    fields
        Which fields, ``geom`` for the geometry; all of them where none is named.
    """

    table: str
    asset: str
    seq: Optional[int] = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Restored:
    """What a restoring wrote: its batch, the id of the row, the fields, and whether the row came back."""

    batch_id: str
    asset: str
    fields: tuple[str, ...]
    came_back: bool
