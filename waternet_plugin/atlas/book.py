"""Make a map book: the sheets of an area, what each page says, one PDF or a file for each sheet."""

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

from waternet_plugin.atlas.assembly.book_forms import ASSETS, USUAL_FORM, BookForm, check_place, is_folder
from waternet_plugin.atlas.assembly.book_labels import no_rows
from waternet_plugin.atlas.assembly.cloud_layer import RevisionClouds
from waternet_plugin.atlas.assembly.joined_pdf import BookPart, join_pdf
from waternet_plugin.atlas.assembly.page_numbers import PageNumbers
from waternet_plugin.atlas.assembly.page_parts import PageParts
from waternet_plugin.atlas.assembly.sheet_content import BookMaps, sheet_content
from waternet_plugin.atlas.assembly.sheet_files import place_sheets
from waternet_plugin.atlas.assembly.sheet_printer import PrintedSheet, SheetPrinter
from waternet_plugin.atlas.book_input import BookInput, read_book
from waternet_plugin.atlas.front.book_index import (
    IndexTables,
    change_counts,
    street_rows,
    sum_rows,
    valve_rows,
)
from waternet_plugin.atlas.front.cover import CoverText
from waternet_plugin.atlas.front.front_pages import FrontPages
from waternet_plugin.atlas.imprint import imprint_of, logo_of
from waternet_plugin.atlas.labels.sheet_labels import SheetLabels
from waternet_plugin.atlas.layouts.overview_picture import OverviewPicture
from waternet_plugin.atlas.layouts.page_template import sheet_template_name, template_path
from waternet_plugin.atlas.layouts.sheet_layout import BookLook, SheetLayout
from waternet_plugin.atlas.map_layers import map_content
from waternet_plugin.atlas.page_contents import pages_of
from waternet_plugin.atlas.pages.page import SheetPage
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.sheets.frames import sheet_frame
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.atlas.sheets.sheet_series import (
    MAX_PAGES,
    Sheets,
    check_thickness,
    sheets_of,
    with_sheets,
)
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.files import scratch
from waternet_plugin.core.printing.labels.account import LISTED, PLACED
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.side_thread import computed
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.operations.printing.editions import edition_of_book, last_edition, next_edition
from waternet_plugin.operations.printing.record_edition import (
    EditionSheet,
    RecordedEdition,
    RecordEditionRequest,
    record_edition,
)
from waternet_plugin.paths import version
from waternet_plugin.store.outputs import refuse_network_as_output

if TYPE_CHECKING:
    from waternet_plugin.atlas.pages.page import Imprint
    from waternet_plugin.store import Network

# What is known of each sheet of a book, also where none was changed.
_INDEX_COLUMNS = ("sheet_no", "page", "pipe_count", "node_count", "length_m")


@dataclass(frozen=True)
class Book:
    """What was printed; ``strays`` pipes far from all others are on no page.

    ``resumed`` sheets were taken over from a run that was stopped, ``printed`` says what became of each.
    Where nothing was changed there are no pages and no file. ``note`` is what is to be said of the edition
    and of what is not on the maps.
    ``path`` is that of the PDF or of the folder with a file for each sheet.
    """

    path: Path
    pages: int
    sheets: pd.DataFrame
    strays: int = 0
    printed: tuple[PrintedSheet, ...] = ()
    # What became of the label of each pipe on each sheet, see `BookLabels.rows`.
    labels: pd.DataFrame = field(default_factory=no_rows)
    note: str = ""
    # Pages before the first sheet and behind the last.
    before: int = 0
    index_pages: int = 0

    @property
    def resumed(self) -> int:
        """How many sheets a run that was stopped had printed."""
        return sum(sheet.resumed for sheet in self.printed)

    @property
    def figures(self) -> dict[str, float]:
        """What is counted of it, by the names that scripts know."""
        states = self.labels["state"].value_counts()
        return {
            "PAGES": self.pages,
            "SHEETS": len(self.sheets),
            "RESUMED": self.resumed,
            "FAILED": self.failed,
            "LENGTH_M": float(self.sheets["length_m"].sum()),
            "LABELS_PLACED": int(states.get(PLACED, 0)),
            "LABELS_LISTED": int(states.get(LISTED, 0)),
        }

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


@dataclass(frozen=True)
class _Order:
    """A book that is wanted, and what was read for it."""

    request: SheetRequest
    looks: MapLook
    form: BookForm
    today: datetime.date
    read: BookInput


@dataclass(frozen=True)
class _Plan:
    """What is printed and from which state: ``whole`` are the sheets before some were chosen.

    ``edition`` is the number under which it is kept, None for a reprint.
    """

    looks: MapLook
    form: BookForm
    read: BookInput
    edition: int | None
    sheets: Sheets
    whole: Sheets
    template: Path
    logo: Path | None
    imprint: Imprint

    @property
    def scale(self) -> float:
        """The denominator; where each sheet has its own, that at which all is read that any of them shows."""
        return float(self.sheets.index["scale"].min())


@dataclass(frozen=True)
class _Printed:
    """What was drawn and is in its place: see `Book`; ``missing`` says what the maps are without."""

    pages: int
    sheets: tuple[PrintedSheet, ...]
    labels: pd.DataFrame
    before: int
    index_pages: int
    missing: str = ""


def export_book(  # noqa: PLR0913
    network: Network,
    output: Path,
    request: SheetRequest,
    *,
    looks: MapLook = MapLook(),
    form: BookForm = USUAL_FORM,
    today: datetime.date | None = None,
    progress: Progress = SILENT,
) -> Book:
    """Print the sheets of a network to one PDF, or each to a file of its own.

    A file that is there is replaced when the new one is complete. The pages of a run that was stopped are
    taken over by the next one that is asked the same of the same network. Only in the main thread.

    Parameters
    ----------
    output
        The PDF; or a folder, which gets a file for each sheet, see `book_forms.is_folder`.
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
    check_place(output, form)
    order = _Order(
        request,
        looks,
        form,
        today or datetime.date.today(),
        computed(lambda reading: read_book(network, request, form, reading), progress.part(0.0, 0.03)),
    )
    plan = _plan(order, progress.part(0.03, 0.05))
    if plan is None:
        return Book(output, 0, pd.DataFrame(columns=list(_INDEX_COLUMNS)))
    printed = _printed(output, plan, progress)
    kept = _recorded(network, output, plan, printed)
    sheets = plan.sheets
    computed(lambda _progress: plan.read.series.let_go(), progress.part(0.99, 1.0))
    return Book(
        output,
        printed.pages,
        sheets.index,
        sheets.strays,
        printed.sheets,
        printed.labels,
        joined(filter(None, (kept.note, printed.missing))),
        printed.before,
        printed.index_pages,
    )


def _plan(order: _Order, progress: Progress) -> _Plan | None:
    """Cut the sheets and return what is to be printed; None where nothing was changed."""
    request, read, words = order.request, order.read, PageWords(order.looks.language)
    sheets = whole = computed(lambda cutting: sheets_of(read.series, request, cutting), progress)
    if request.printed:
        sheets = with_sheets(sheets, request.printed)
    is_whole = len(sheets.index) == len(whole.index)
    if request.since:
        if not sheets.changed:
            return None
        sheets = with_sheets(sheets, sheets.changed)
    check_thickness(sheets, read.series, most=read.settings.integer(MAX_PAGES))
    scale = float(sheets.index["scale"].min())
    number = edition_of_book(order.form.edition, next_edition(read.editions), is_whole=is_whole)
    imprint = imprint_of(
        read.settings,
        name=read.project.title,
        crs=read.crs,
        theme=order.looks.theme,
        scale=scale,
        pages=len(sheets.index),
        words=words,
        today=order.today,
    )
    return _Plan(
        order.looks,
        order.form,
        read,
        number,
        sheets,
        whole,
        order.form.template
        or template_path(
            sheet_template_name(request.paper, scale), read.project.address, QgsProject.instance()
        ),
        logo_of(read.settings, read.project.address),
        replace(imprint, edition=_edition_words(read, number, words)),
    )


def _edition_words(read: BookInput, number: int | None, words: PageWords) -> str:
    """Return what the pages say: the edition, of a reprint the one printed last; '' where there is none."""
    if number is not None:
        return str(number)
    last = last_edition(read.editions)
    return words("reprint_of").format(edition=last) if last else ""


def _printed(output: Path, plan: _Plan, progress: Progress) -> _Printed:
    """Draw the pages and put them into their places."""
    looks = plan.looks
    families = page_fonts.page_families(looks.language)
    content = map_content(
        plan.read.project,
        **asdict(looks),
        scale=plan.scale,
        families=families,
        templates=[plan.template],
        progress=progress.part(0.05, 0.07),
    )
    chosen = look.Look(look.ON_PAPER[looks.palette], looks.language)
    labels = SheetLabels(content, chosen, families, plan.read.settings)
    changes, clouds = plan.sheets.changes, None
    if changes is not None:
        clouds = RevisionClouds(content.project.crs(), changes)
    above = (*labels.layers, *([clouds.layer] if clouds is not None else []))
    content = replace(content, layers=(*above, *content.layers))
    try:
        with (
            scratch.folder(None, "overview") as folder,
            PageParts(output, _parts_key(plan)) as parts,
        ):
            words = PageWords(looks.language)
            shared = BookLook(words, families, plan.imprint, table=plan.form.table, logo=plan.logo)
            frame_mm = sheet_frame(plan.sheets.paper, plan.scale)
            # The window hears of clicks between steps that take a tenth of a second each.
            progress.at(0.075)
            layout = SheetLayout(plan.template, frame_mm, content, shared, folder)
            progress.at(0.08)
            pages = list(pages_of(plan.sheets, content, looks.theme, chosen, words))
            progress.at(0.09)
            layout.prepare(pages, _overview(layout, plan.sheets))
            progress.at(0.1)
            printed = _joined(output, plan, layout, BookMaps(pages, labels, clouds), parts, progress)
            parts.clear()
            # The layout must be gone before the project is.
            del layout
            return replace(printed, missing=content.missing_text)
    finally:
        # Layers must be gone before QGIS is, whoever still holds the project.
        content.project.clear()


def _joined(
    output: Path,
    plan: _Plan,
    layout: SheetLayout,
    maps: BookMaps,
    parts: PageParts,
    progress: Progress,
) -> _Printed:
    """Print the sheets that are not finished and put all of them together."""
    pages, in_folder = maps.pages, is_folder(output)
    front = _front(layout, plan, pages) if plan.form.front and not in_folder else None
    before, index_pages = (front.before, front.index_pages) if front is not None else (0, 0)
    content = sheet_content(
        layout,
        plan.sheets,
        maps,
        nodes=plan.read.nodes if plan.form.table == ASSETS else None,
        changes=plan.read.changes,
        progress=progress.part(0.1, 0.3),
    )
    numbering = PageNumbers(
        [1 + content.following.count(page) for page in pages],
        before=before,
        index_pages=index_pages,
        of_book=not in_folder,
    )
    printer = SheetPrinter(layout, parts, content, numbering, form=plan.form.format, dpi=plan.form.dpi)
    printed = _print(printer, pages, progress.part(0.3, 0.95))
    title = plan.imprint.heading
    if in_folder:
        count = place_sheets(output, parts, printed, title=title)
    else:
        book = [part for sheet in printed for part in _parts_of(parts, sheet)]
        if front is not None:
            firsts = [numbering.first(page) for page in pages]
            first, last = front.print(parts, firsts, pages=numbering.total, dpi=plan.form.dpi)
            book = [*first, *book, *last]
        count = join_pdf(output, book, title=title, progress=progress.part(0.95, 0.99))
    return _Printed(count, tuple(printed), content.labels.rows(), before, index_pages)


def _recorded(network: Network, output: Path, plan: _Plan, printed: _Printed) -> RecordedEdition:
    """Keep the edition in the network; a reprint is none."""
    if plan.edition is None:
        return RecordedEdition(None, tr("Some sheets alone are a reprint: no edition is kept of them."))
    index, request = plan.sheets.index, plan.sheets.request
    hashes = [sheet.words_sha256 for sheet in printed.sheets]
    return record_edition(
        network,
        RecordEditionRequest(
            plan.read.state,
            plan.edition,
            is_named=plan.form.edition is not None,
            title=plan.imprint.title,
            file_name=output.name,
            pages=printed.pages,
            sheets=tuple(map(EditionSheet, index["sheet_no"], index["page"].tolist(), hashes)),
            parameters={
                **asdict(plan.looks),
                "scale": plan.scale,
                "paper": request.paper,
                "series": request.series,
            },
        ),
    )


def _front(layout: SheetLayout, plan: _Plan, pages: Sequence[SheetPage]) -> FrontPages:
    """Return the pages around the sheets."""
    words, sheets, nodes = layout.words, plan.sheets, plan.read.nodes
    assert nodes is not None
    tables = IndexTables(
        contents=[page.streets for page in pages],
        streets=street_rows(sheets),
        valves=valve_rows(nodes, sheets, words),
        sums=sum_rows(sheets, plan.read.series.strays, words),
        changes=change_counts(sheets),
    )
    cover = CoverText(plan.imprint, plan.read.project.title, sheets.paper)
    return FrontPages(layout, cover, tables, sheets, plan.whole)


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


def _parts_key(plan: _Plan) -> dict[str, Any]:
    """Return what the pages of a book depend on."""
    sheets = plan.sheets
    return {
        "version": version(),
        "network": str(plan.read.project.address),
        "title": plan.read.project.title,
        "position": plan.read.state.position,
        "batch": plan.read.state.batch_id,
        "edition": plan.imprint.edition,
        "sheets": sheets.index["sheet_no"].tolist(),
        "corners": shapely.get_coordinates(sheets.index["geom"].to_numpy()).tolist(),
        "scales": sheets.index["scale"].tolist(),
        "paper": sheets.paper,
        "since": sheets.request.since,
        "looks": asdict(plan.looks),
        "table": plan.form.table,
        "front": plan.form.front,
        "format": plan.form.format,
        "dpi": plan.form.dpi,
        "template": hashlib.sha256(plan.template.read_bytes()).hexdigest(),
        "logo": hashlib.sha256(plan.logo.read_bytes()).hexdigest() if plan.logo is not None else "",
        "date": plan.imprint.date,
    }
