"""The printed editions of map books of a network, and which number the next one gets."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

from waternet_plugin.core.frames import records
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class Edition:
    """A printed map book.

    Parameters
    ----------
    edition_id, edition
        Its id and number.
    title, file_name, pages
        Of the book.
    made_on, made_by
        When (with its zone) and by whom; None and '' where that is not known.
    batch_id, log_seq
        The state of the network from which it was printed, see ``store.editions``.
    parameters
        By which it was printed.
    """

    edition_id: str
    edition: int
    title: str
    made_on: Optional[datetime.datetime]
    made_by: str
    batch_id: str
    log_seq: str
    parameters: Mapping[str, Any]
    file_name: str
    pages: int

    @property
    def day(self) -> str:
        """The day on which it was printed where the reader is, YYYY-MM-DD; '' where that is not known."""
        return self.made_on.astimezone().date().isoformat() if self.made_on is not None else ""


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def _moment(value: Any) -> Optional[datetime.datetime]:
    if value is None or value != value:
        return None
    moment: datetime.datetime = value.to_pydatetime() if hasattr(value, "to_pydatetime") else value
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=datetime.timezone.utc)


def editions(network: Network) -> tuple[Edition, ...]:
    """Return the editions of a network, the one printed last first."""
    found = [
        Edition(
            _text(row["edition_id"]),
            int(row["edition"]),
            _text(row["title"]),
            _moment(row["made_on"]),
            _text(row["made_by"]),
            _text(row["batch_id"]),
            _text(row["log_seq"]),
            stored_object(row["parameters"]),
            _text(row["file_name"]),
            int(row["pages"]) if row["pages"] == row["pages"] and row["pages"] is not None else 0,
        )
        for row in records(network.read("edition", geometry=False))
    ]
    return tuple(reversed(found))


def last_edition(printed: Sequence[Edition]) -> str:
    """Return the number of the edition printed last, the first of some, as SINCE takes it; '' for none."""
    return next((str(edition.edition) for edition in printed), "")


def next_edition(printed: Iterable[Edition]) -> int:
    """Return the number of the edition after some: the one after the greatest."""
    return max((edition.edition for edition in printed), default=0) + 1


def edition_of_book(named: Optional[int], following: int, *, is_whole: bool) -> Optional[int]:
    """Return the number under which a book is kept; None where it is a reprint.

    An edition is of all sheets that were asked for. Some of them alone belong to the edition printed last and
    make none, else all other sheets would seem to be of an older one.

    Parameters
    ----------
    named
        The number that a person gave, None for none.
    following
        The number of the next edition.
    is_whole
        Whether no sheet of the series is left out but those that did not change.
    """
    return named or (following if is_whole else None)
