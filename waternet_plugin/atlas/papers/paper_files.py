"""A paper as a file, as the ending of its name says, and beside it its figures."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.atlas.papers.map_form import MapForm
from waternet_plugin.atlas.papers.map_pages import MapPages, map_pages
from waternet_plugin.atlas.papers.wall_map import WallPrinter
from waternet_plugin.atlas.papers.word_file import ENDING as WORD
from waternet_plugin.atlas.papers.word_file import write_document
from waternet_plugin.atlas.report import print_report
from waternet_plugin.bridge.export.spreadsheets import write_sheets
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.file_names import free_names
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.texts import listed, tr

if TYPE_CHECKING:
    from waternet_plugin.operations.papers.paper_request import PapersResult, SubjectPaper
    from waternet_plugin.store import Network

# Writes a paper to a path, that goes to a target, and returns its pages.
_Write = Callable[[Path, Path, Any, Progress], int]
PDF, WORKBOOK, PAGE = ".pdf", ".xlsx", ".html"
ENDINGS = (PDF, WORD, WORKBOOK, PAGE)
# Of pictures of maps on a screen.
_PAGE_DPI = 120.0


@dataclass(frozen=True)
class WrittenPapers:
    """Pages of PDFs, files, and why there is no map of some subjects, by their ids.

    ``note`` says what all maps are without, '' for nothing.
    """

    pages: int
    files: int
    failed_maps: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


_Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]


def check_ending(path: Path, known: Sequence[str] = ENDINGS) -> str:
    """Return the ending of a paper's name, in small letters.

    Raises
    ------
    InputError
        When it is none of those known.
    """
    ending = path.suffix.lower()
    if ending not in known:
        message = tr("{name} must end in {known}. Choose one of these formats.")
        raise InputError(message.format(name=path.name, known=listed(known)))
    return ending


def write_paper(
    path: Path,
    target: Path,
    report: Report,
    *,
    fits_page: bool = False,
    maps: MapPages | None = None,
    progress: Progress = SILENT,
) -> int:
    """Write a report as its ending says, and its figures as .json beside it; return the pages of a PDF.

    Of other kinds the program that shows them decides how many pages there are: 0.

    Parameters
    ----------
    path
        Where it is written.
    target
        Where it goes, which is named when it can't be written.
    fits_page
        Whether the letters of a PDF are made smaller to put it on one page.
    maps
        Draws the maps: pages of a PDF, pictures of a document or page; None leaves them out.

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    ending, pages = check_ending(path), 0
    if ending == PAGE:
        report = _with_pictures(report, maps)
    elif ending == PDF:
        pages = print_report(path, report, fits_page=fits_page, maps=maps, progress=progress)
    elif ending == WORD:
        write_document(path, report, maps, progress)
    elif ending == WORKBOOK:
        write_sheets(path, _sheets(report))
    if maps is not None:
        told = {"failed_maps": dict(maps.failed), "note": maps.note}
        figures = {**report.figures, **{name: said for name, said in told.items() if said}}
        report = replace(report, figures=figures)
    # The page of a report brings its figures along.
    if ending == PAGE:
        report.prepare(path, target)
    else:
        report.prepare_figures(path, target)
    return pages


def write_papers(
    network: Network,
    made: PapersResult,
    path: Path,
    target: Path,
    *,
    name: str,
    form: MapForm,
    is_wall_map: bool = False,
    progress: Progress = SILENT,
) -> WrittenPapers:
    """Write papers as one file, or into a folder as a PDF of each subject.

    Only in the main thread, for the maps.

    Parameters
    ----------
    network
        The network, for the maps.
    path, target
        Where they are written and where they go, see `write_paper`; files in a folder are named by subjects.
    name
        Of the file in a folder that is about no subject.
    form
        How maps are drawn.
    is_wall_map
        Whether the papers are wall maps.

    Raises
    ------
    WaterNetError
        With one sentence.
    """
    if is_wall_map:
        printer = WallPrinter(network, form, made.head)
        counts = _write_each(made, path, target, name, printer.write, progress)
        return WrittenPapers(*counts, note=printer.note)
    places = made.places if path.is_dir() or check_ending(path) != WORKBOOK else {}
    with map_pages(network, places, form, made.head) as maps:

        def write(path: Path, target: Path, paper: SubjectPaper, progress: Progress) -> int:
            report, fits_page = paper.report, paper.fits_page
            return write_paper(path, target, report, fits_page=fits_page, maps=maps, progress=progress)

        counts = _write_each(made, path, target, name, write, progress)
        return WrittenPapers(*counts, maps.failed, maps.note) if maps is not None else WrittenPapers(*counts)


def _write_each(
    made: PapersResult, path: Path, target: Path, name: str, write: _Write, progress: Progress
) -> tuple[int, int]:
    """Write all papers to a file, or each into a folder; return pages and files."""
    if not path.is_dir():
        return write(path, target, made.whole, progress), 1
    pages, names = 0, free_names(paper.subject or name for paper in made.papers)
    for number, (own, paper) in enumerate(zip(names, made.papers)):
        file, part = path / f"{own}{PDF}", progress.part(number / len(names), (number + 1) / len(names))
        pages += write(file, target / file.name, paper, part)
    return pages, len(names)


def _with_pictures(report: Report, maps: MapPages | None) -> Report:
    """Return a report whose maps are pictures inside of its page."""
    if maps is None:
        return report
    sections = []
    for section in report.sections:
        if section.map_of:
            data, width_mm = maps.picture(section, _PAGE_DPI)
            size = f'style="width: {width_mm:g}mm" alt="{html.escape(section.title)}"'
            source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
            section = replace(section, chart=f'<img {size} src="{source}">')
        sections.append(section)
    chapters = tuple(_with_pictures(chapter, maps) for chapter in report.chapters)
    return replace(report, sections=tuple(sections), chapters=chapters)


def _sheets(report: Report) -> list[_Sheet]:
    """Return a report as sheets: what it says in words, then each table; numbers unrounded.

    Tables of the same heading in chapters are one sheet, whose first column says whose the rows are.
    """
    lines: list[tuple[str]] = []
    tables: dict[tuple[str, tuple[str, ...]], list[Sequence[Any]]] = {}
    for part in (report, *report.chapters):
        lines += [(text,) for text in (part.title, part.subtitle, part.lead) if text]
        is_chapter = part.title != report.title
        for section in part.sections:
            texts = [text for text in (*section.paragraphs, section.code, section.note) if text]
            lines += [(text,) for text in (section.title, *texts) if texts]
            table = section.table or section.chart_table
            if table is not None:
                columns = (tr("Paper", "a document"), *table.columns) if is_chapter else table.columns
                rows = tables.setdefault((section.title, columns), [])
                rows += [(part.title, *row) for row in table.rows] if is_chapter else table.rows
    if report.foot:
        lines.append((report.foot,))
    sheets = [(title, columns, rows) for (title, columns), rows in tables.items()]
    return [(tr("Summary"), (report.title,), lines[1:]), *sheets]
