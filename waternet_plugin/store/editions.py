"""A printed edition of a map book, as it is handed to the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class EditionSheet:
    """A sheet of an edition: its number, page, and the hash of its words, '' where that is not known."""

    sheet_no: str
    page: int
    words_sha256: str = ""


@dataclass(frozen=True)
class PrintedEdition:
    """What was printed, and from which state of the network.

    Parameters
    ----------
    edition
        Its number.
    title
        Of the book.
    batch_id, log_seq
        The newest batch, '' for none, and the ``position``, both before anything of the book was read.
    parameters
        By which it was printed.
    file_name
        Of the book, without its folder.
    pages
        How many it has.
    sheets
        Its sheets.
    """

    edition: int
    title: str
    batch_id: str
    log_seq: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    file_name: str = ""
    pages: int = 0
    sheets: tuple[EditionSheet, ...] = ()
