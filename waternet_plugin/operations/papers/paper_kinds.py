"""The kinds of papers: what each is called, what it is about, and which function makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.papers.paper_request import PaperRequest, PapersResult
    from waternet_plugin.store.network import Network

COMPOUND_BOOK, STATISTICS = "compound_book", "statistics"


@dataclass(frozen=True)
class PaperKind:
    """A kind of paper.

    Parameters
    ----------
    code
        What scripts call it.
    make
        What makes it of a network.
    table
        The table whose rows it is about; '' for the whole network.
    """

    code: str
    make: Callable[[Network, PaperRequest, Progress], PapersResult]
    table: str = ""


# QGIS asks for the kinds when it starts: what makes them is loaded when it is called.
def _compound_book(network: Network, request: PaperRequest, progress: Progress) -> PapersResult:
    from waternet_plugin.operations.papers.compound_books import make_compound_books

    return make_compound_books(network, request, progress)


def _statistics(network: Network, request: PaperRequest, progress: Progress) -> PapersResult:
    from waternet_plugin.operations.papers.yearbook_statistics import make_statistics

    return make_statistics(network, request, progress)


KINDS = {
    kind.code: kind
    for kind in (
        PaperKind(COMPOUND_BOOK, _compound_book, "compound"),
        PaperKind(STATISTICS, _statistics),
    )
}


def kind_label(code: str) -> str:
    """Return what people call a kind of paper."""
    return {
        COMPOUND_BOOK: tr("Compound book"),
        STATISTICS: tr("Statistics for the yearbook"),
    }[code]
