"""Enter a printed map book into the network: who printed what, and from which state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.store.editions import EditionSheet, PrintedEdition
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class PrintingState:
    """The state of a network before a book is drawn: its newest batch, '' for none, and its position."""

    batch_id: str
    position: str


def printing_state(network: Network) -> PrintingState:
    """Return the state of a network: take it before anything of a book is read."""
    position = network.position()
    batches = network.batches()
    return PrintingState(str(batches["batch_id"].iloc[0]) if len(batches) else "", position)


@dataclass(frozen=True)
class RecordEditionRequest:
    """A map book that was printed.

    Parameters
    ----------
    state
        Of the network before it was drawn.
    edition
        The number on its pages.
    is_named
        Whether a person gave the number: then an edition of it is made anew. Else a number that somebody
        took meanwhile stays theirs.
    title, file_name, pages, sheets
        Of the book; `EditionSheet` has number, page and hash of the words of a sheet.
    parameters
        By which it was printed.
    """

    state: PrintingState
    edition: int
    is_named: bool = False
    title: str = ""
    file_name: str = ""
    pages: int = 0
    sheets: tuple[EditionSheet, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordedEdition:
    """The number under which a book was kept, None where it was not; ``note`` says what is to be said."""

    edition: Optional[int]
    note: str = ""


def record_edition(network: Network, request: RecordEditionRequest) -> RecordedEdition:
    """Keep an edition and its sheets; the last batch stays the last edit.

    Who may not write the network still has the book: the answer then says that no edition was kept.
    """
    state = request.state
    printed = PrintedEdition(
        request.edition,
        request.title,
        state.batch_id,
        state.position,
        request.parameters,
        request.file_name,
        request.pages,
        request.sheets,
    )
    try:
        number = network.keep_edition(printed, replaces=request.is_named)
    except StoreError as error:
        return RecordedEdition(
            None, joined([tr("The network keeps no record of this edition."), error.message])
        )
    if number == request.edition:
        return RecordedEdition(number)
    return RecordedEdition(
        number,
        tr(
            "Edition {edition} was printed by somebody else meanwhile: this book is kept as edition {kept}, "
            "while its pages say {edition}. Print it again as EDITION {kept}."
        ).format(edition=request.edition, kept=number),
    )
