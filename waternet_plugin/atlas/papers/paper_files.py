"""A paper as a file, as the ending of its name says, and beside it its figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from waternet_plugin.atlas.papers.word_file import ENDING as WORD
from waternet_plugin.atlas.papers.word_file import write_document
from waternet_plugin.atlas.report import print_report
from waternet_plugin.bridge.export.spreadsheets import write_sheets
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.texts import listed, tr

PDF, WORKBOOK, PAGE = ".pdf", ".xlsx", ".html"
ENDINGS = (PDF, WORD, WORKBOOK, PAGE)

_Sheet = tuple[str, Sequence[str], Sequence[Sequence[Any]]]


def check_ending(path: Path) -> str:
    """Return the ending of a paper's name, in small letters.

    Raises
    ------
    InputError
        When it is none of ENDINGS.
    """
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        message = tr("{name} must end in {known}. Choose one of these formats.")
        raise InputError(message.format(name=path.name, known=listed(ENDINGS)))
    return ending


def write_paper(
    path: Path, target: Path, report: Report, *, fits_page: bool = False, progress: Progress = SILENT
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

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    ending, pages = check_ending(path), 0
    if ending == PDF:
        pages = print_report(path, report, fits_page=fits_page, progress=progress)
    elif ending == WORD:
        write_document(path, report, progress)
    elif ending == WORKBOOK:
        write_sheets(path, _sheets(report))
    # The page of a report brings its figures along.
    report.prepare(path, target) if ending == PAGE else report.prepare_figures(path, target)
    return pages


def _sheets(report: Report) -> list[_Sheet]:
    """Return a report as sheets: what it says in words, then each table; numbers unrounded."""
    parts = (report, *report.chapters)
    lines: list[tuple[str]] = []
    tables: list[_Sheet] = []
    for part in parts:
        lines += [(text,) for text in (part.title, part.subtitle, part.lead) if text]
        for section in part.sections:
            texts = [text for text in (*section.paragraphs, section.code, section.note) if text]
            lines += [(text,) for text in (section.title, *texts) if texts]
            if section.table is not None:
                name = section.title if part.title == report.title else f"{part.title} {section.title}"
                tables.append((name, section.table.columns, section.table.rows))
    if report.foot:
        lines.append((report.foot,))
    return [(tr("Summary"), (report.title,), lines[1:]), *tables]
