"""Make a map book: the sheets of an area, what each page says, one PDF."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely
from qgis.core import QgsProject

from waternet_plugin.atlas.assembly.book_forms import USUAL_FORM, BookForm
from waternet_plugin.atlas.assembly.book_labels import BookLabels
from waternet_plugin.atlas.assembly.joined_pdf import BookPart, join_pdf
from waternet_plugin.atlas.assembly.page_parts import PageParts
from waternet_plugin.atlas.assembly.sheet_printer import PrintedSheet, SheetPrinter
from waternet_plugin.atlas.front.book_index import IndexTables, street_rows, sum_rows, valve_rows
from waternet_plugin.atlas.front.cover import CoverText
from waternet_plugin.atlas.front.front_pages import FrontPages
from waternet_plugin.atlas.imprint import imprint_of
from waternet_plugin.atlas.labels.sheet_labels import SheetLabels
from waternet_plugin.atlas.layouts.overview_picture import OverviewPicture
from waternet_plugin.atlas.layouts.page_template import template_path
from waternet_plugin.atlas.layouts.sheet_layout import BookLook, SheetLayout
from waternet_plugin.atlas.map_layers import map_content
from waternet_plugin.atlas.page_contents import pages_of
from waternet_plugin.atlas.pages.page import SheetPage
from waternet_plugin.atlas.pages.page_layout import STANDARD_FRAMES_MM
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.sheets.frames import STANDARD_MM, sheet_frame
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.atlas.sheets.sheet_series import (
    SeriesBasis,
    Sheets,
    check_thickness,
    read_series_basis,
    sheets_of,
    with_sheets,
)
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.files import scratch
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.printing.editions import next_edition
from waternet_plugin.operations.printing.record_edition import (
    EditionSheet,
    PrintingState,
    RecordEditionRequest,
    printing_state,
    record_edition,
)
from waternet_plugin.paths import version
from waternet_plugin.store.outputs import refuse_network_as_output

if TYPE_CHECKING:
    from waternet_plugin.atlas.pages.page import Imprint
    from waternet_plugin.store import Network


@dataclass(frozen=True)
class Book:
    """What was printed; ``strays`` pipes far from all others are on no page.

    ``resumed`` sheets were taken over from a run that was stopped, ``printed`` says what became of each.
    Where nothing was changed there are no pages and no file. ``note`` is what is to be said of the edition.
    """

    path: Path
    pages: int
    sheets: pd.DataFrame
    strays: int = 0
    printed: tuple[PrintedSheet, ...] = ()
    # What became of the label of each pipe on each sheet, see `BookLabels.rows`.
    labels: pd.DataFrame = field(default_factory=pd.DataFrame)
    note: str = ""
    # Pages before the first sheet and behind the last.
    before: int = 0
    index_pages: int = 0

    @property
    def resumed(self) -> int:
        """How many sheets a run that was stopped had printed."""
        return sum(sheet.resumed for sheet in self.printed)

    @property
    def failed(self) -> int:
        """How many sheets could not be printed."""
        return sum(bool(sheet.error) for sheet in self.printed)


@dataclass(frozen=True)
class MapLook:
    """How the maps of a book look: as for building a project."""

    theme: str = "system"
    palette: str = "print"
    language: str = "en"


def export_book(  # noqa: PLR0913, PLR0915
    network: Network,
    output: Path,
    request: SheetRequest,
    *,
    looks: MapLook = MapLook(),
    form: BookForm = USUAL_FORM,
    today: datetime.date | None = None,
    progress: Progress = SILENT,
) -> Book:
    """Print the sheets of a network to one PDF.

    A file that is there is replaced when the new one is complete. The pages of a run that was stopped are
    taken over by the next one that is asked the same of the same network. Only in the main thread.

    Parameters
    ----------
    output
        The PDF.
    request
        Which sheets, see `sheets_of`.
    looks
        Theme, palette and language.
    form
        The page and what is on it.
    today
        Date printed; None for today.

    Raises
    ------
    WaterNetError
        With one sentence; no book is written then.
    """
    refuse_network_as_output(output)
    words = PageWords(looks.language)
    families = page_fonts.page_families(looks.language)
    settings = network.settings()
    state, number = printing_state(network), form.edition or next_edition(network)
    basis = read_series_basis(network)
    sheets = sheets_of(network, request, progress.part(0.0, 0.05), basis=basis)
    whole = sheets
    if request.printed:
        sheets = with_sheets(sheets, request.printed)
    if request.since:
        if not sheets.changed:
            return Book(output, 0, sheets.index[:0])
        sheets = with_sheets(sheets, sheets.changed)
    check_thickness(sheets, basis)
    # Where each sheet has a scale of its own, what any of them shows is read.
    scale = float(sheets.index["scale"].min())
    template = form.template or _template_of(network, request.paper, scale)
    content = map_content(Path(network.uri), **asdict(looks), scale=scale, families=families)
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
    imprint = replace(imprint, edition=str(number))
    chosen = look.Look(look.ON_PAPER[looks.palette], looks.language)
    printer: SheetPrinter | None = None
    sheet_labels = SheetLabels(content, chosen, families, settings)
    content = replace(content, layers=(*sheet_labels.layers, *content.layers))
    try:
        with scratch.folder(None, "overview") as folder:
            shared = BookLook(words, families, imprint, table=form.table, logo=None)
            layout = SheetLayout(template, sheet_frame(request.paper, scale), content, shared, folder)
            key = _parts_key(state, network, sheets, looks, form, template, imprint)
            parts = PageParts(output, key)
            try:
                pages = list(pages_of(sheets, content, looks.theme, chosen, words))
                layout.prepare(pages, _overview(layout, sheets))
                front = (
                    _front(network, layout, imprint, basis, (sheets, whole), pages) if form.front else None
                )
                before, index_pages = (front.before, front.index_pages) if front is not None else (0, 0)
                labels = BookLabels(
                    sheet_labels,
                    layout,
                    sheets,
                    pages,
                    progress.part(0.1, 0.3),
                    before=before,
                    index_pages=index_pages,
                )
                printer = SheetPrinter(layout, parts, labels, form="pdf", dpi=form.dpi)
                printed = _print(printer, pages, progress.part(0.3, 0.95))
                book = [part for sheet in printed for part in _parts_of(parts, sheet)]
                if front is not None:
                    firsts = [labels.first_page(page) for page in pages]
                    first, last = front.print(parts, firsts, pages=labels.pages, dpi=form.dpi)
                    book = [*first, *book, *last]
                count = join_pdf(output, book, title=f"{imprint.title} {imprint.theme}")
            finally:
                parts.clear_if_empty()
            parts.clear()
            # The layout must be gone before the project is.
            label_rows = labels.rows()
            del layout, printer, labels, front
    finally:
        # Layers must be gone before QGIS is, whoever still holds the project.
        content.project.clear()
    hashes = [sheet.words_sha256 for sheet in printed]
    kept = record_edition(
        network,
        RecordEditionRequest(
            state,
            number,
            is_named=form.edition is not None,
            title=imprint.title,
            file_name=output.name,
            pages=count,
            sheets=tuple(map(EditionSheet, sheets.index["sheet_no"], sheets.index["page"].tolist(), hashes)),
            parameters={**asdict(looks), "scale": scale, "paper": request.paper, "series": request.series},
        ),
    )
    return Book(
        output, count, sheets.index, sheets.strays, tuple(printed), label_rows, kept.note, before, index_pages
    )


def _front(
    network: Network,
    layout: SheetLayout,
    imprint: Imprint,
    basis: SeriesBasis,
    shown: tuple[Sheets, Sheets],
    pages: Sequence[SheetPage],
) -> FrontPages:
    """Return the pages around the sheets; ``shown`` are those printed, and those of the index map."""
    words, (sheets, whole) = layout.words, shown
    tables = IndexTables(
        contents=[page.streets for page in pages],
        streets=street_rows(sheets),
        valves=valve_rows(network, sheets, words),
        sums=sum_rows(sheets, basis.strays, words),
    )
    return FrontPages(layout, CoverText(imprint, network.title, sheets.paper), tables, sheets, whole)


def _template_of(network: Network, paper: str, scale: float) -> Path:
    """Return the page of a paper; standard sheets are square at 1:5000 and have a page of their own."""
    frame = sheet_frame(paper, scale)
    names = [name for name, own in STANDARD_FRAMES_MM.items() if paper in STANDARD_MM and own == frame]
    name = f"sheet_{(names or [paper])[0].lower()}.qpt"
    return template_path(name, Path(network.uri), QgsProject.instance())


def _overview(layout: SheetLayout, sheets: Sheets) -> OverviewPicture | None:
    room = layout.overview_room_mm
    if room is None:
        return None
    outlines, pipes = sheets.index["geom"].to_numpy(), sheets.pipes["geom"].to_numpy()
    return OverviewPicture(outlines, pipes, width_mm=room[0], height_mm=room[1])


def _print(printer: SheetPrinter, pages: Sequence[SheetPage], progress: Progress) -> list[PrintedSheet]:
    printed = []
    for page in pages:
        text = tr("Page {page} of {pages}, sheet {sheet}").format(
            page=page.number, pages=len(pages), sheet=page.sheet_no
        )
        progress.at((page.number - 1) / len(pages), text)
        printed.append(printer.finished(page) or printer.print(page))
    return printed


def _parts_of(parts: PageParts, sheet: PrintedSheet) -> list[BookPart]:
    """Return the pages of a sheet; its number leads to the first."""
    following = [BookPart(parts.path(name)) for name in sheet.more]
    return [BookPart(parts.path(sheet.name), sheet.sheet_no), *following]


def _parts_key(
    state: PrintingState,
    network: Network,
    sheets: Sheets,
    looks: MapLook,
    form: BookForm,
    template: Path,
    imprint: Imprint,
) -> dict[str, Any]:
    """Return what the pages of a book depend on."""
    return {
        "version": version(),
        "network": str(network.uri),
        "position": state.position,
        "batch": state.batch_id,
        "edition": imprint.edition,
        "sheets": sheets.index["sheet_no"].tolist(),
        "corners": shapely.get_coordinates(sheets.index["geom"].to_numpy()).tolist(),
        "scales": sheets.index["scale"].tolist(),
        "paper": sheets.paper,
        "looks": asdict(looks),
        "table": form.table,
        "front": form.front,
        "dpi": form.dpi,
        "template": hashlib.sha256(template.read_bytes()).hexdigest(),
        "date": imprint.date,
    }
