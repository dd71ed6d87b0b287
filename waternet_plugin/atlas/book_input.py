"""What a map book reads of a network, before anything of it is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from waternet_plugin.atlas.assembly.asset_tables import NODE_COLUMNS, listed_nodes
from waternet_plugin.atlas.assembly.book_forms import ASSETS, BookForm
from waternet_plugin.atlas.sheets.series_basis import SeriesBasis, read_series_basis
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.bridge.project.project_basis import ProjectBasis, read_project_basis
from waternet_plugin.core.progress import Progress
from waternet_plugin.operations.printing.changes_since import ChangeLines, change_lines
from waternet_plugin.operations.printing.editions import Edition, editions
from waternet_plugin.operations.printing.record_edition import PrintingState, printing_state

if TYPE_CHECKING:
    from pyproj import CRS

    from waternet_plugin.core.schema.settings import Settings
    from waternet_plugin.store import Network


@dataclass(frozen=True)
class BookInput:
    """What a book rests on; ``state`` is that before anything else was read, ``editions`` those printed.

    ``nodes`` are those of the asset lists and of the index, where there are some; ``changes`` what is listed
    behind the sheets, where changes are looked for.
    """

    state: PrintingState
    series: SeriesBasis
    nodes: pd.DataFrame | None
    project: ProjectBasis
    crs: CRS
    settings: Settings
    editions: tuple[Edition, ...]
    changes: ChangeLines | None


def read_book(network: Network, request: SheetRequest, form: BookForm, progress: Progress) -> BookInput:
    """Read what a book rests on; of a province that takes seconds.

    Raises
    ------
    InputError
        For a request that can't be met.
    """
    state, series = printing_state(network), read_series_basis(network, request)
    progress.at(0.6)
    lists_nodes = form.front or form.table == ASSETS
    return BookInput(
        state,
        series,
        listed_nodes(network.read("node", list(NODE_COLUMNS))) if lists_nodes else None,
        read_project_basis(network),
        network.crs,
        network.settings(),
        editions(network),
        change_lines(network, series.since.entries) if series.since is not None else None,
    )
