"""Make a map book: the sheets of an area, what each page says, one PDF."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from waternet_plugin.atlas.imprint import imprint_of
from waternet_plugin.atlas.map_layers import map_content
from waternet_plugin.atlas.page_contents import pages_of
from waternet_plugin.atlas.pages.overview import overview_of
from waternet_plugin.atlas.pages.page_layout import plan_of
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.paint import Surround, map_settings, write_pdf
from waternet_plugin.atlas.pages.pdf_pages import DOTS_PER_MM
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.atlas.sheets.sheet_series import (
    check_thickness,
    read_series_basis,
    sheets_of,
)
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.progress import SILENT, Progress

if TYPE_CHECKING:
    from waternet_plugin.store import Network

# The overview is never higher than this, nor than its share of the column.
_OVERVIEW_MM, _OVERVIEW_SHARE = 55.0, 0.22


@dataclass(frozen=True)
class Book:
    """What was printed; ``strays`` pipes far from all others are on no page."""

    path: Path
    pages: int
    sheets: pd.DataFrame
    strays: int = 0


@dataclass(frozen=True)
class MapLook:
    """How the maps of a book look: as for building a project."""

    theme: str = "system"
    palette: str = "print"
    language: str = "en"


def export_book(
    network: Network,
    output: Path,
    request: SheetRequest,
    *,
    looks: MapLook = MapLook(),
    today: datetime.date | None = None,
    progress: Progress = SILENT,
) -> Book:
    """Print the sheets of a network to one PDF.

    A file that is there is replaced when the new one is complete. Only in the main thread.

    Parameters
    ----------
    output
        The PDF.
    request
        Which sheets, see `sheets_of`.
    looks
        Theme, palette and language.
    today
        Date printed; None for today.

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    words = PageWords(looks.language)
    families = page_fonts.page_families(looks.language)
    settings = network.settings()
    basis = read_series_basis(network)
    sheets = sheets_of(network, request, progress.part(0.0, 0.05), basis=basis)
    check_thickness(sheets, basis)
    scale = request.scale
    content = map_content(Path(network.uri), **asdict(looks), scale=scale, families=families)
    plan = plan_of(request.paper)
    imprint = imprint_of(
        settings,
        name=network.title,
        crs=network.crs,
        theme=looks.theme,
        scale=scale,
        pages=len(sheets.index),
        words=words,
        today=today or datetime.date.today(),
    )
    overview = overview_of(
        sheets.index,
        sheets.pipes["geom"].to_numpy(),
        width_mm=plan.column.width,
        height_mm=min(_OVERVIEW_MM, _OVERVIEW_SHARE * plan.column.height),
        dots=DOTS_PER_MM,
    )
    chosen = look.Look(look.ON_PAPER[looks.palette], looks.language)
    try:
        pages = write_pdf(
            output,
            pages_of(sheets, content, looks.theme, chosen, words),
            Surround(plan, imprint, overview, words, families),
            settings=map_settings(content, content.project.crs(), plan.frame),
            project=content.project,
            progress=progress.part(0.1, 1.0),
        )
    finally:
        # Layers must be gone before QGIS is, whoever still holds the project.
        content.project.clear()
    return Book(output, pages, sheets.index, sheets.strays)
