"""Draw the list of the book of projects: all on one map, then year by year with their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from waternet_plugin.atlas.pages import printed_tables
from waternet_plugin.atlas.pages.page import Imprint
from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.pen import Pen
from waternet_plugin.atlas.pages.printed_tables import PrintedColumn
from waternet_plugin.atlas.projects import project_page
from waternet_plugin.atlas.projects.project_facts import SheetBasis
from waternet_plugin.atlas.projects.project_map import MapView
from waternet_plugin.atlas.projects.project_page import FOOT, FRAME, HEAD, Number
from waternet_plugin.core.colours import NOTE
from waternet_plugin.core.renewal.dossiers import Dossier
from waternet_plugin.core.reports.document import length, number
from waternet_plugin.core.reports.renewal.project_list import label_of

# The legend of the map stands between them.
_UNDER_MAP_MM = 9.0
_TOP_LATER = HEAD.bottom + 4.0
_NOTE_MM = 4.0


@dataclass(frozen=True)
class Row:
    """A line of the list: the place of a project, or None and the year whose sum it is."""

    index: int | None
    year: int | None


def _rows(dossiers: Sequence[Dossier]) -> list[Row]:
    rows: list[Row] = []
    for index, dossier in enumerate(dossiers):
        rows.append(Row(index, dossier.year))
        after = dossiers[index + 1].year if index + 1 < len(dossiers) else None
        if dossier.year is not None and (index + 1 == len(dossiers) or after != dossier.year):
            rows.append(Row(None, dossier.year))
    return rows


def pages_of(dossiers: Sequence[Dossier]) -> tuple[Box, list[list[Row]]]:
    """Return the frame of the map on the first page of the list, and the lines of each page."""
    rows = _rows(dossiers)
    first = printed_tables.rows_that_fit(FOOT.y - _NOTE_MM - FRAME.bottom - _UNDER_MAP_MM)
    later = printed_tables.rows_that_fit(FOOT.y - _NOTE_MM - _TOP_LATER)
    frame, parts = project_page.parted(len(rows), first, later)
    return frame, [rows[start:end] for start, end in parts]


def _columns(words: PageWords, currency: str) -> tuple[PrintedColumn, ...]:
    return (
        PrintedColumn(words("number"), 8),
        PrintedColumn(words("project_year"), 18),
        PrintedColumn(words("street"), 44),
        PrintedColumn(words("project_no"), 28),
        PrintedColumn(words("health_class"), 28),
        PrintedColumn(words("length") + ", m", 18, numeric=True),
        PrintedColumn(f"{words('cost')}, {currency}", 28, numeric=True),
        PrintedColumn(words("page"), 12, numeric=True),
    )


def _cells(
    row: Row, dossiers: Sequence[Dossier], pages: Mapping[str, int], words: PageWords
) -> tuple[str, ...]:
    if row.index is None:
        own = [dossier for dossier in dossiers if dossier.year == row.year]
        metres = sum(float(dossier.project["length_m"]) for dossier in own)
        cost = sum(float(dossier.project["cost"]) for dossier in own)
        title = words("year_total").format(year=row.year)
        return ("", "", title, "", "", number(metres), number(cost), "")
    dossier = dossiers[row.index]
    return (
        str(row.index + 1),
        words("not_funded") if dossier.year is None else str(dossier.year),
        project_page.title_of(dossier, words),
        dossier.project_id,
        label_of("health_class", dossier.project["class"]),
        number(float(dossier.project["length_m"])),
        number(float(dossier.project["cost"])),
        str(pages[dossier.project_id]),
    )


def draw(
    pen: Pen,
    dossiers: Sequence[Dossier],
    rows: Sequence[Row],
    view: MapView | None,
    pages: Mapping[str, int],
    imprint: Imprint,
    basis: SheetBasis,
    words: PageWords,
) -> None:
    """Draw one page of the list.

    Parameters
    ----------
    pen
        Its map, if any, is drawn already.
    dossiers
        All projects.
    rows
        The lines of this page.
    view
        Of the map, None on later pages.
    pages
        The page of each project by its id.
    imprint, basis, words
        What the book says and rests on.
    """
    years = sorted({dossier.year for dossier in dossiers if dossier.year is not None})
    span = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    summed = words("projects_years").format(
        count=len(dossiers),
        length=length(sum(float(dossier.project["length_m"]) for dossier in dossiers)),
        cost=f"{number(sum(float(dossier.project['cost']) for dossier in dossiers))} {basis.currency}",
    )
    small = words("project_year") if span else ""
    project_page.draw_head(pen, imprint.title, words("projects"), summed, span, small)
    top = _TOP_LATER
    if view is not None:
        top = view.frame.bottom + _UNDER_MAP_MM
        project_page.draw_map_frame(pen, imprint, view, words)
        for mark in numbers_of(dossiers, view):
            mark.draw(pen)
    cells = [_cells(row, dossiers, pages, words) for row in rows]
    strong = [index for index, row in enumerate(rows) if row.index is None]
    box = Box(FRAME.x, top, FRAME.width, 0.0)
    end = printed_tables.draw_table(pen, box, _columns(words, basis.currency), cells, strong=strong)
    note = words("money_in").format(currency=basis.currency)
    pen.text(Box(FRAME.x, end + 0.4, FRAME.width, 3.2), note, 2.0, color=NOTE)


def numbers_of(dossiers: Sequence[Dossier], view: MapView) -> list[Number]:
    """Return the number of each project on the map, the longest first, where there is room."""
    order = sorted(range(len(dossiers)), key=lambda index: -float(dossiers[index].project["length_m"]))
    wanted = []
    for index in order:
        geom = dossiers[index].geom
        if geom is not None and not geom.is_empty:
            point = geom.representative_point()
            wanted.append(Number(*view.on_paper(point.x, point.y), str(index + 1)))
    return project_page.apart(wanted)
