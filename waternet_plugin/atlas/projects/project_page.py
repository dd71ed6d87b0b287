"""Draw the sheet of one project on A4: head, map, facts, pipes, foot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely

from waternet_plugin.atlas.pages import frame, printed_tables
from waternet_plugin.atlas.pages.page import Imprint, SheetPage, Sign
from waternet_plugin.atlas.pages.page_layout import GAP_MM, MARGIN_MM, Box, PagePlan
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.pen import Pen
from waternet_plugin.atlas.pages.scale_bar import draw_bar, scale_words
from waternet_plugin.atlas.projects import project_facts
from waternet_plugin.atlas.projects.project_facts import SheetBasis
from waternet_plugin.atlas.projects.project_map import HALO, MapView
from waternet_plugin.core.colours import INK, NOTE, PALE, WHITE
from waternet_plugin.core.renewal.dossiers import Dossier
from waternet_plugin.core.reports.renewal.project_list import label_of

PAGE = Box(0.0, 0.0, 210.0, 297.0)
_WIDTH = PAGE.width - 2 * MARGIN_MM
HEAD = Box(MARGIN_MM, MARGIN_MM, _WIDTH, 15.0)
FRAME = Box(MARGIN_MM, HEAD.bottom + 2.0, _WIDTH, 100.0)
# A map gives way so far to the last rows of a table, rather than that they stand alone on a page.
_LEAST_MAP_MM = 64.0
FOOT = Box(MARGIN_MM, PAGE.height - MARGIN_MM - 9.0, _WIDTH, 9.0)
_LEGEND_MM = 6.0
_MARK_MM = 1.9
_FAILURE_MM = 1.25


@dataclass(frozen=True)
class PageContent:
    """What stands on one page: ``first`` and ``last`` are the pipes of its table, ``page`` its number.

    ``frame`` is the place of the map, whether there is one or not.
    """

    dossier: Dossier
    frame: Box
    view: MapView | None
    page: int
    pages: int
    first: int
    last: int


def parted(rows: int, first: int, later: int) -> tuple[Box, list[tuple[int, int]]]:
    """Return the frame of the map over the first rows of a table, and first and last row of each page.

    Parameters
    ----------
    rows
        Rows of the table.
    first, later
        How many fit under a map of the usual height, and on a page without one.
    """
    rest = (rows - first) % later if rows > first else 0
    box = FRAME
    if 0 < rest <= int((FRAME.height - _LEAST_MAP_MM) / printed_tables.ROW_MM):
        box = replace(FRAME, height=FRAME.height - rest * printed_tables.ROW_MM)
        first += rest
    starts = [0, *range(first, rows, later)]
    return box, list(zip(starts, [*starts[1:], rows]))


def draw_head(pen: Pen, kind: str, title: str, note: str, big: str, small: str) -> None:
    """Write kind, title and note at the left, one word large at the right."""
    wide = max(pen.text_width(big, 8.0, bold=True), pen.text_width(small, 2.4)) + 2.0
    left = HEAD.width - wide - 4.0
    pen.text(Box(HEAD.x, HEAD.y, left, 3.2), kind, 2.4, color=NOTE)
    pen.text(Box(HEAD.x, HEAD.y + 3.2, left, 7.2), title, 6.0, bold=True)
    pen.text(Box(HEAD.x, HEAD.y + 10.8, left, 3.6), note, 2.6, color=NOTE)
    pen.text(Box(HEAD.right - wide, HEAD.y, wide, 3.2), small, 2.4, align="right", color=NOTE)
    pen.text(Box(HEAD.right - wide, HEAD.y + 3.6, wide, 9.0), big, 8.0, bold=True, align="right")


def draw_foot(pen: Pen, imprint: Imprint, basis: SheetBasis, words: PageWords, page: int, pages: int) -> None:
    """Write network, plan, assessment and date, and leave room for the names that sign."""
    pen.line(FOOT.x, FOOT.y, FOOT.right, FOOT.y, width=0.25)
    day = f"{basis.as_of:%Y-%m-%d}" if basis.as_of == basis.as_of else ""
    rests = [
        imprint.title,
        f"{words('plan_no')} {basis.plan_id}",
        f"{words('assessment')} {basis.run_id}{words.comma}{words('as_of').format(date=day)}",
        imprint.secrecy,
    ]
    line = "   ".join(part for part in rests if part)
    pen.text(Box(FOOT.x, FOOT.y + 0.8, FOOT.width - 30.0, 3.4), line, 2.2, color=NOTE)
    number = f"{words('page')} {page}/{pages}"
    pen.text(Box(FOOT.right - 30.0, FOOT.y + 0.8, 30.0, 3.4), number, 2.2, align="right", color=NOTE)
    step = FOOT.width / 4.0
    signed = (("drawn", imprint.drawn_by), ("checked", imprint.checked_by), ("approved", imprint.approved_by))
    for index, (key, name) in enumerate((*signed, ("date", imprint.date))):
        x, y = FOOT.x + index * step, FOOT.y + 4.8
        caption = words(key) + words.colon
        wide = pen.text_width(caption, 2.2) + 1.0
        pen.text(Box(x, y, wide, 3.6), caption, 2.2, color=NOTE)
        if name:
            pen.text(Box(x + wide, y, step - wide - 2.0, 3.6), name, 2.4)
        else:
            pen.line(x + wide, y + 3.2, x + step - 4.0, y + 3.2, width=0.12, color=NOTE)


def draw_legend(
    pen: Pen, y: float, scale: float | None, marks: Sequence[tuple[str, str]], signs: Sequence[Sign]
) -> None:
    """Draw the line under the map: marks (kind and word), signs of the map, and the bar of the scale."""
    x = FRAME.x
    middle = y + _LEGEND_MM / 2.0
    room = FRAME.right - (46.0 if scale else 0.0)
    for kind, word in marks:
        if kind == "halo":
            pen.rectangle(Box(x, middle - 1.1, 7.0, 2.2), width=0, fill=HALO)
            pen.line(x, middle, x + 7.0, middle, width=0.7, color=INK)
            x += 8.2
        else:
            draw_failure(pen, x + _FAILURE_MM, middle)
            x += 3.8
        wide = pen.text_width(word, 2.3) + 0.5
        pen.text(Box(x, y, wide, _LEGEND_MM), word, 2.3)
        x += wide + 4.0
    for sign in signs:
        wide = pen.text_width(sign.label, 2.3) + 0.5
        if x + 7.2 + wide > room:
            break
        pen.symbol(Box(x, middle - 1.4, 6.0, 2.8), sign.symbol)
        pen.text(Box(x + 7.2, y, wide, _LEGEND_MM), sign.label, 2.3)
        x += wide + 7.2 + 3.4
    if scale:
        pen.text(
            Box(FRAME.right - 60.0, y, 17.0, _LEGEND_MM), scale_words(scale), 2.4, align="right", bold=True
        )
        draw_bar(pen, Box(FRAME.right - 44.0, y + 1.2, 46.0, 4.5), scale)


def draw_failure(pen: Pen, x: float, y: float) -> None:
    """Draw the mark of a failure: a cross on a white dot."""
    pen.circle(x, y, _FAILURE_MM, fill=WHITE, color=project_facts.BAR, width=0.3)
    arm = 0.62
    for sign in (1.0, -1.0):
        pen.line(x - arm, y - sign * arm, x + arm, y + sign * arm, width=0.35, color=project_facts.BAR)


@dataclass(frozen=True)
class Number:
    """A number in a circle on a map: its middle on the page, mm."""

    x: float
    y: float
    text: str

    @property
    def box(self) -> Box:
        """What it covers."""
        return Box(self.x - _MARK_MM, self.y - _MARK_MM, 2 * _MARK_MM, 2 * _MARK_MM)

    def draw(self, pen: Pen) -> None:
        """Draw it."""
        pen.circle(self.x, self.y, _MARK_MM, fill=WHITE, color=INK, width=0.25)
        text = Box(self.x - _MARK_MM, self.y - 1.4, 2 * _MARK_MM, 2.8)
        pen.text(text, self.text, 2.3, align="center", bold=True)


def apart(wanted: Iterable[Number]) -> list[Number]:
    """Return the numbers that cover none before them: on one another nobody can read them."""
    placed: list[Number] = []
    for number in wanted:
        if all(max(abs(number.x - other.x), abs(number.y - other.y)) >= 2 * _MARK_MM for other in placed):
            placed.append(number)
    return placed


def failures_of(view: MapView, dossier: Dossier) -> list[tuple[float, float]]:
    """Return where the failures of a project happened, on the page."""
    points = [geom for geom in dossier.failures["geom"] if geom is not None and not geom.is_empty]
    return [view.on_paper(geom.x, geom.y) for geom in points]


def numbers_of(view: MapView, dossier: Dossier) -> list[Number]:
    """Return the number of each pipe beside its middle, of the longest first; the table names every pipe."""
    wanted = []
    longest = dossier.pipes.sort_values(["length_m", "number"], ascending=[False, True])
    for number, geom in zip(longest["number"], longest["geom"]):
        if geom is None or geom.is_empty:
            continue
        point = shapely.line_interpolate_point(shapely.force_2d(geom), 0.5, normalized=True)
        wanted.append(Number(*_beside(geom, *view.on_paper(point.x, point.y)), str(number)))
    return apart(wanted)


def label_free_map_boxes(
    imprint: Imprint, view: MapView, numbers: Sequence[Number], failures: Sequence[tuple[float, float]] = ()
) -> list[tuple[float, float, float, float]]:
    """Return what is drawn over the map and no label may cover: xmin, ymin, xmax, ymax on the ground."""
    boxes = [number.box for number in numbers]
    boxes += [Box(x - _FAILURE_MM, y - _FAILURE_MM, 2 * _FAILURE_MM, 2 * _FAILURE_MM) for x, y in failures]
    framed = frame.label_free_boxes(_layout(view), replace(imprint, scale=view.scale), _page(view))
    return framed + [view.under(box) for box in boxes]


def _beside(geom: Any, x: float, y: float) -> tuple[float, float]:
    """Return a place beside the line, so that the number covers neither the pipe nor its label."""
    (x1, y1), (x2, y2) = shapely.get_coordinates(geom)[[0, -1]]
    long = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1e-9)
    # To the right of the way on paper, where labels (above the line) are not.
    across_x, across_y = (y2 - y1) / long, (x2 - x1) / long
    if across_y < 0:
        across_x, across_y = -across_x, -across_y
    away = _MARK_MM + 1.7
    return x + across_x * away, y + across_y * away


def draw_facts(pen: Pen, sheet: PageContent, basis: SheetBasis, words: PageWords) -> float:
    """Draw reasons at the left, cost and whom it touches at the right; return where they end."""
    dossier = sheet.dossier
    top = sheet.frame.bottom + _LEGEND_MM + 3.0
    half = (FRAME.width - GAP_MM) / 2.0
    left, right = Box(FRAME.x, top, half, 0.0), Box(FRAME.x + half + GAP_MM, top, half, 0.0)
    low = project_facts.draw_why(pen, left, dossier, basis, words)
    low = project_facts.draw_touched(pen, Box(left.x, low + 3.0, half, 0.0), dossier, basis, words)
    return max(low, project_facts.draw_cost(pen, right, dossier, basis, words))


def draw_pipes(pen: Pen, sheet: PageContent, y: float, basis: SheetBasis, words: PageWords) -> float:
    """Draw the table of the page's pipes from a height on; return where it ends."""
    title = words("pipes_of_project")
    if sheet.first:
        title = f"{title} ({words('pipes_more')})"
    y = project_facts.heading(pen, Box(FRAME.x, y, FRAME.width, 0.0), title)
    rows = project_facts.pipe_rows(sheet.dossier)[sheet.first : sheet.last]
    columns = project_facts.pipe_columns(words, basis.currency)
    end = printed_tables.draw_table(pen, Box(FRAME.x, y, FRAME.width, 0.0), columns, rows)
    if sheet.last >= len(sheet.dossier.pipes):
        pen.text(Box(FRAME.x, end + 0.4, FRAME.width, 3.2), words("rate_note"), 2.0, color=NOTE)
    return end


def title_of(dossier: Dossier, words: PageWords) -> str:
    """Return the title of a project's sheet."""
    return dossier.street or words("street_unknown")


def head_of(pen: Pen, dossier: Dossier, words: PageWords) -> None:
    """Draw the head of a project's sheet."""
    row = dossier.project
    note = "   ".join(
        [
            f"{words('project_no')} {dossier.project_id}",
            f"{words('health_class')}{words.colon}{label_of('health_class', row['class'])}",
            f"{words('project_state')}{words.colon}{label_of('project_state', row['state'])}",
        ]
    )
    year = words("not_funded") if dossier.year is None else str(dossier.year)
    draw_head(pen, words("project"), title_of(dossier, words), note, year, words("project_year"))


def draw_map_frame(pen: Pen, imprint: Imprint, view: MapView, words: PageWords) -> None:
    """Draw neat line, coordinates and north arrow of a map that is there already."""
    frame.draw_frame(pen, _layout(view), replace(imprint, scale=view.scale), _page(view), words)


def _layout(ground: MapView) -> PagePlan:
    return PagePlan("A4", PAGE, ground.frame, ground.frame, FOOT)


def _page(ground: MapView) -> SheetPage:
    return SheetPage(0, "", ground.bounds, (), "", (), (), {})


def draw_neat_line(pen: Pen, box: Box, note: str) -> None:
    """Draw the frame of a map that is not there, and why."""
    pen.rectangle(box, width=0.3, color=PALE)
    pen.text(box, note, 3.0, align="center", color=NOTE)
