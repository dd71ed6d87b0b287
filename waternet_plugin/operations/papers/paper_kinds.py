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
    make
        What makes it of a network.
    table
        The table whose rows it is about; '' for the whole network.
    has_map
        Whether there is a map in it.
    """

    code: str
    make: Callable[[Network, PaperRequest, Progress], PapersResult]
    table: str = ""
    has_map: bool = False


# QGIS asks for the kinds when it starts: what makes them is loaded when it is called.
def _compound_books(network: Network, request: PaperRequest, progress: Progress) -> PapersResult:
    from waternet_plugin.operations.papers.compound_books import make_compound_books

    return make_compound_books(network, request, progress)


def _area_files(network: Network, request: PaperRequest, progress: Progress) -> PapersResult:
    from waternet_plugin.operations.papers.area_files import make_area_files

    return make_area_files(network, request, progress)


def _month_reports(network: Network, request: PaperRequest, progress: Progress) -> PapersResult:
    from waternet_plugin.operations.papers.programme_papers import make_month_reports

    return make_month_reports(network, request, progress)


def _ledgers(network: Network, request: PaperRequest, progress: Progress) -> PapersResult:
    from waternet_plugin.operations.papers.programme_papers import make_ledgers

    return make_ledgers(network, request, progress)


def _statistics(network: Network, request: PaperRequest, progress: Progress) -> PapersResult:
    from waternet_plugin.operations.papers.yearbook_statistics import make_statistics

    return make_statistics(network, request, progress)


def _network_page(network: Network, request: PaperRequest, progress: Progress) -> PapersResult:
    from waternet_plugin.operations.papers.network_glance import make_network_page

    return make_network_page(network, request, progress)


def _wall_maps(network: Network, request: PaperRequest, progress: Progress) -> PapersResult:
    from waternet_plugin.operations.papers.wall_map import make_wall_maps

    return make_wall_maps(network, request, progress)


KINDS = {
    kind.code: kind
    for kind in (
        PaperKind(COMPOUND_BOOK, _compound_books, "compound", has_map=True),
        PaperKind(AREA_FILE, _area_files, "zone", has_map=True),
        PaperKind(MONTHLY_REPORT, _month_reports, PROGRAMME_ITEMS),
        PaperKind(PROGRAMME_LEDGER, _ledgers, PROGRAMME_ITEMS),
        PaperKind(STATISTICS, _statistics),
        PaperKind(NETWORK_PAGE, _network_page),
        PaperKind(WALL_MAP, _wall_maps, has_map=True),
    )
}


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
