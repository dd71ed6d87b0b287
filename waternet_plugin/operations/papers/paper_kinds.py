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

COMPOUND_BOOK, AREA_FILE, MONTHLY_REPORT = "compound_book", "area_file", "monthly_report"
PROGRAMME_LEDGER, STATISTICS, NETWORK_PAGE = "programme_ledger", "statistics", "network_page"
WALL_MAP = "wall_map"
PROGRAMME_ITEMS = "programme_item"


@dataclass(frozen=True)
class PaperKind:
    """A kind of paper.

    Parameters
    ----------
    code
        What scripts call it.
    table
        The table whose rows it is about; '' for the whole network.
    has_map
        Whether there is a map in it.
    """

    code: str
    table: str = ""
    has_map: bool = False


KINDS = {
    kind.code: kind
    for kind in (
        PaperKind(COMPOUND_BOOK, "compound", has_map=True),
        PaperKind(AREA_FILE, "zone", has_map=True),
        PaperKind(MONTHLY_REPORT, PROGRAMME_ITEMS),
        PaperKind(PROGRAMME_LEDGER, PROGRAMME_ITEMS),
        PaperKind(STATISTICS),
        PaperKind(NETWORK_PAGE),
        PaperKind(WALL_MAP, has_map=True),
    )
}


def make_of(code: str) -> Callable[[Network, PaperRequest, Progress], PapersResult]:
    """Return what makes a kind of paper of a network."""
    # QGIS asks for the kinds when it starts: what makes them is loaded when one is made.
    from waternet_plugin.operations.papers import (
        area_files,
        compound_books,
        network_glance,
        programme_papers,
        wall_map,
        yearbook_statistics,
    )

    return {
        COMPOUND_BOOK: compound_books.make_compound_books,
        AREA_FILE: area_files.make_area_files,
        MONTHLY_REPORT: programme_papers.make_month_reports,
        PROGRAMME_LEDGER: programme_papers.make_ledgers,
        STATISTICS: yearbook_statistics.make_statistics,
        NETWORK_PAGE: network_glance.make_network_page,
        WALL_MAP: wall_map.make_wall_maps,
    }[code]


def kind_label(code: str) -> str:
    """Return what people call a kind of paper."""
    return {
        COMPOUND_BOOK: tr("Compound book"),
        AREA_FILE: tr("Area file"),
        MONTHLY_REPORT: tr("Monthly report of a programme"),
        PROGRAMME_LEDGER: tr("Ledger of a programme"),
        NETWORK_PAGE: tr("The network at a glance"),
        STATISTICS: tr("Statistics for the yearbook"),
        WALL_MAP: tr("Wall map"),
    }[code]
