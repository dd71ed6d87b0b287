"""Draw the shipped pages of the map book: ``make_pages.py``, by the Python of build/venv.

All papers follow one plan (`waternet_plugin.atlas.pages.page_layout`), so that they agree. A template is
written to ``styles/pages`` as QGIS 3.22 saves it, with numbers in the place of random marks: two runs give
the same bytes. Values of a sheet are filled in by the ids of the items when a book is printed, captions by
variables (``[% @wn_word_scale %]``).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "build" / "plugins"))
if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Without it the attributes of a page come in another order each time.
    os.environ["QT_HASH_SEED"] = "0"

from page_file import Shortener  # noqa: E402
from page_items import Sheet, draw_bar, draw_legend, draw_map, pairs  # noqa: E402
from qgis.core import QgsApplication, QgsLayoutItem, QgsLayoutItemPicture  # noqa: E402

from waternet_plugin.atlas.pages.page_layout import (  # noqa: E402
    FRAMES_MM,
    STANDARD_FRAMES_MM,
    WALL_LETTERS,
    Box,
    ProjectPlan,
    paper_map_plan,
    plan_of,
    project_list_plan,
    project_plan,
    standard_plan,
    wall_plan,
)
from waternet_plugin.core.colours import FAINT, NOTE  # noqa: E402

# Shares of the title strip: title, number, scale, systems, names, dates.
STRIP_SHARES = (0.25, 0.14, 0.16, 0.21, 0.125, 0.115)
# Shares of what overview and neighbours leave of the column: legend, table, list of labels. On a low column
# the legend needs more of it.
COLUMN_SHARES, LOW_COLUMN_SHARES, LOW_MM = (0.46, 0.25, 0.29), (0.53, 0.25, 0.22), 200.0
OVERVIEW_MM, OVERVIEW_SHARE = 55.0, 0.22
CELL_MM = 6.0
# Of a wall map: shares of the strip (scale, systems, names, dates), and of the column that the legend takes.
WALL_STRIP_SHARES, WALL_LEGEND_SHARE = (0.3, 0.34, 0.2, 0.16), 0.66
NEIGHBOURS = ("nw", "n", "ne", "w", "", "e", "sw", "s", "se")


def draw_column(sheet: Sheet) -> None:
    """Lay overview, adjoining sheets, legend, table and list of labels."""
    column = sheet.plan.column
    top = sheet.heading(column, "overview")
    height = min(OVERVIEW_MM, OVERVIEW_SHARE * column.height)
    picture = QgsLayoutItemPicture(sheet.layout)
    picture.setResizeMode(QgsLayoutItemPicture.Zoom)
    picture.setPictureAnchor(QgsLayoutItem.UpperMiddle)
    sheet.put(picture, Box(column.x, top, column.width, height), "overview")
    top = sheet.heading(Box(column.x, top + height + 3.0, column.width, 0.0), "neighbours")
    width = column.width / 3.0
    for index, side in enumerate(NEIGHBOURS):
        row, col = divmod(index, 3)
        cell = Box(column.x + col * width, top + row * CELL_MM, width, CELL_MM)
        own = not side
        sheet.rectangle(cell, width=0.15, fill=FAINT if own else "")
        name = "" if own else f"neighbour_{side}"
        inner = Box(cell.x + 1.0, cell.y, cell.width - 2.0, cell.height)
        text = "[% @wn_sheet_no %]" if own else ""
        sheet.label(inner, text, 2.4, name=name, align="center", bold=own)
    top += 3 * CELL_MM + 3.0
    room = column.bottom - top
    shares = LOW_COLUMN_SHARES if column.height < LOW_MM else COLUMN_SHARES
    for word, share in zip(("legend", "table", "label_list"), shares):
        inner = sheet.heading(Box(column.x, top, column.width, 0.0), word) if word == "legend" else top
        block = Box(column.x, inner, column.width, top + room * share - inner - 2.0)
        if word == "legend":
            draw_legend(sheet, block)
        else:
            sheet.label(Box(block.x, block.y, block.width, 4.0), f"[% @wn_word_{word} %]", 2.8, bold=True)
            below = Box(block.x, block.y + 4.4, block.width, block.height - 4.4)
            sheet.table(below, word)
        top += room * share


def draw_strip(sheet: Sheet) -> None:
    """Lay the title strip: title, sheet number, scale, systems, names, dates."""
    strip = sheet.plan.strip
    edges = [strip.x]
    for share in STRIP_SHARES:
        edges.append(edges[-1] + share * strip.width)
    sheet.rectangle(strip, width=0.5)
    for left in edges[1:-1]:
        sheet.line(left, strip.y, left, strip.bottom, 0.2)
    cells = [Box(left, strip.y, right - left, strip.height) for left, right in zip(edges, edges[1:])]
    title, number, scale, systems, names, dates = cells
    inner = title.width - 3.0
    logo = 15.0
    caption = Box(title.x + 1.5, title.y + 1.2, inner - logo, 3.0)
    sheet.label(caption, "[% @wn_word_sheet_name %]", 2.2, color=NOTE)
    sheet.label(Box(title.x + 1.5, title.y + 4.6, inner - logo, 7.0), "", 4.4, name="title", bold=True)
    sheet.label(Box(title.x + 1.5, title.y + 13.0, inner - logo, 4.0), "", 2.4, name="sheet_name")
    picture = QgsLayoutItemPicture(sheet.layout)
    picture.setResizeMode(QgsLayoutItemPicture.Zoom)
    picture.setPictureAnchor(QgsLayoutItem.Middle)
    sheet.put(picture, Box(title.right - logo - 1.5, title.y + 2.5, logo, 15.0), "logo")
    inner = number.width - 3.0
    sheet.label(Box(number.x + 1.5, number.y + 1.2, inner, 3.0), "[% @wn_word_sheet_no %]", 2.2, color=NOTE)
    box = Box(number.x + 1.5, number.y + 5.5, inner, 10.0)
    sheet.label(box, "", 6.4, name="sheet_no", align="center", bold=True)
    inner = scale.width - 3.0
    sheet.label(Box(scale.x + 1.5, scale.y + 1.2, inner, 3.0), "[% @wn_word_scale %]", 2.2, color=NOTE)
    written = Box(scale.x + 1.5, scale.y + 3.6, inner, 7.0)
    sheet.label(written, "[% @wn_scale %]", 4.6, bold=True, align="center")
    draw_bar(sheet, Box(scale.x + scale.width / 2.0, scale.y + 11.6, inner, 6.0))
    wide = max(16.0, systems.width * 0.28)
    rows = (("crs", "crs"), ("height_datum", "height_datum"), ("secrecy", "secrecy"))
    pairs(sheet, Box(systems.x, systems.y + 1.0, systems.width, 18.0), rows, wide, lined=False)
    rows = (("drawn", "drawn_by"), ("checked", "checked_by"), ("approved", "approved_by"))
    pairs(sheet, Box(names.x, names.y + 1.0, names.width, 18.0), rows, 13.0, lined=True)
    rows = (("date", "date"), ("edition", "edition"), ("page", "page_no"))
    pairs(sheet, Box(dates.x, dates.y + 1.0, dates.width, 18.0), rows, 11.5, lined=False)


def draw_wall_title(sheet: Sheet, band: Box) -> None:
    """Lay the title of a wall map above it, what it shows at the left and the day at the right below it."""
    k = sheet.letters
    sheet.label(Box(band.x, band.y, band.width, 10.6 * k), "", 8.0, name="title", align="center", bold=True)
    below = Box(band.x, band.y + 10.9 * k, band.width, 4.6 * k)
    sheet.label(below, "", 3.4, name="sheet_no", align="center", color=NOTE)
    picture = QgsLayoutItemPicture(sheet.layout)
    picture.setResizeMode(QgsLayoutItemPicture.Zoom)
    picture.setPictureAnchor(QgsLayoutItem.UpperLeft)
    sheet.put(picture, Box(band.x, band.y, 15.0 * k, 15.0 * k), "logo")


def draw_wall_column(sheet: Sheet) -> None:
    """Lay the legend of a wall map and its totals."""
    column, k = sheet.plan.column, sheet.letters
    height = column.height * WALL_LEGEND_SHARE
    top = sheet.heading(column, "legend")
    draw_legend(sheet, Box(column.x, top, column.width, column.y + height - top - 3.0 * k))
    top = sheet.heading(Box(column.x, column.y + height, column.width, 0.0), "table")
    sheet.table(Box(column.x, top, column.width, column.bottom - top), "table")


def draw_wall_strip(sheet: Sheet) -> None:
    """Lay the strip below a wall map: scale, systems, names, dates."""
    strip, k = sheet.plan.strip, sheet.letters
    edges = [strip.x]
    for share in WALL_STRIP_SHARES:
        edges.append(edges[-1] + share * strip.width)
    sheet.rectangle(strip, width=0.5)
    for left in edges[1:-1]:
        sheet.line(left, strip.y, left, strip.bottom, 0.2)
    cells = [Box(left, strip.y, right - left, strip.height) for left, right in zip(edges, edges[1:])]
    scale, systems, names, dates = cells
    written = Box(scale.x + 2.0 * k, scale.y, 26.0 * k, scale.height)
    sheet.label(written, "[% @wn_scale %]", 4.6, bold=True)
    room = scale.width - 32.0 * k
    draw_bar(sheet, Box(scale.x + 30.0 * k + room / 2.0, scale.y + 4.5 * k, room, 6.0 * k))
    rows: tuple[tuple[str, str], ...] = (("crs", "crs"), ("height_datum", "height_datum"))
    pairs(sheet, inset(systems, k), (*rows, ("secrecy", "secrecy")), 18.0 * k, lined=False)
    rows = (("drawn", "drawn_by"), ("checked", "checked_by"), ("approved", "approved_by"))
    pairs(sheet, inset(names, k), rows, 15.0 * k, lined=True)
    pairs(sheet, inset(dates, k), (("date", "date"), ("edition", "edition")), 13.0 * k, lined=False)


def inset(box: Box, room: float) -> Box:
    """Return a box without so much above and below."""
    return Box(box.x, box.y + room, box.width, box.height - 2 * room)


def draw_paper_map(sheet: Sheet) -> None:
    """Lay what stands around the map of a paper: title, scale and systems, legend."""
    strip = sheet.plan.strip
    sheet.label(Box(strip.x, 18.0, strip.width - 50.0, 6.0), "", 4.0, name="title", bold=True)
    number = Box(strip.right - 50.0, 18.0, 50.0, 6.0)
    sheet.label(number, "", 3.2, name="sheet_no", align="right", bold=True)
    sheet.label(Box(strip.x, 24.6, strip.width, 4.0), "", 2.6, name="sheet_name", color=NOTE)
    sheet.label(Box(strip.x, strip.y, 26.0, strip.height), "[% @wn_scale %]", 3.6, bold=True)
    draw_bar(sheet, Box(strip.x + 56.0, strip.y + 2.4, 60.0, 6.0))
    rows = (("crs", "crs"), ("height_datum", "height_datum"))
    pairs(sheet, Box(strip.x + 92.0, strip.y, strip.width - 92.0, strip.height), rows, 24.0, lined=False)
    draw_legend(sheet, sheet.plan.column)


def draw_project(sheet: Sheet, plan: ProjectPlan) -> None:
    """Lay what stands around the map of a project, and what stands below it."""
    head, page, wide = plan.head, plan.page, 46.0
    left = head.width - wide - 4.0
    sheet.label(Box(head.x, head.y, left, 3.2), "", 2.4, name="kind", color=NOTE)
    sheet.label(Box(head.x, head.y + 3.2, left, 7.8), "", 5.9, name="title", bold=True)
    sheet.label(Box(head.x, head.y + 11.0, left, 3.8), "", 2.6, name="note", color=NOTE)
    side = Box(head.right - wide, head.y, wide, 3.2)
    sheet.label(side, "", 2.4, name="year_caption", align="right", color=NOTE)
    sheet.label(Box(side.x, head.y + 3.4, wide, 10.0), "", 8.0, name="year", align="right", bold=True)
    # Without an id no label of the map keeps away from it.
    sheet.label(page.frame, "[% @wn_map_note %]", 3.0, align="center", color=NOTE)
    draw_legend(sheet, page.column)
    beside = page.frame.right - page.column.right
    scale = Box(page.column.right, page.column.y, beside, 5.0)
    sheet.label(scale, "[% @wn_scale %]", 3.0, align="center", bold=True)
    draw_bar(sheet, Box(scale.x + beside / 2, scale.bottom + 0.6, beside, 6.0))
    for name, box in plan.blocks.items():
        if name == "failures":
            picture = QgsLayoutItemPicture(sheet.layout)
            picture.setResizeMode(QgsLayoutItemPicture.Zoom)
            sheet.put(picture, box, name)
        elif name == "pipes":
            half = box.width / 2
            sheet.label(Box(box.x, box.y, half, 4.5), "", 2.8, name="pipes_title", bold=True)
            note = Box(box.x + half, box.y, half, 4.5)
            sheet.label(note, "", 2.0, name="pipes_note", align="right", color=NOTE)
            sheet.table(Box(box.x, box.y + 5.0, box.width, box.height - 5.0), name, cell_mm=0.45)
        else:
            sheet.table(box, name, titled=name != "projects", cell_mm=0.45)
    draw_project_foot(sheet)


def draw_project_foot(sheet: Sheet) -> None:
    """Lay what the sheet of a project rests on, its page, and the names that sign."""
    strip = sheet.plan.strip
    sheet.line(strip.x, strip.y, strip.right, strip.y, 0.25)
    sheet.label(Box(strip.x, strip.y + 0.8, strip.width - 30.0, 3.4), "", 2.2, name="basis", color=NOTE)
    number = Box(strip.right - 30.0, strip.y + 0.8, 18.0, 3.4)
    sheet.label(number, "[% @wn_caption_page %]", 2.2, align="right", color=NOTE)
    sheet.label(Box(number.right, number.y, 12.0, 3.4), "", 2.2, name="page_no", align="right", color=NOTE)
    step = strip.width / 4
    rows = (("drawn", "drawn_by"), ("checked", "checked_by"), ("approved", "approved_by"), ("date", "date"))
    for index, row in enumerate(rows):
        box = Box(strip.x - 1.5 + index * step, strip.y + 4.8, step, 4.0)
        pairs(sheet, box, (row,), 14.0, lined=row[1] != "date")


def drawn_pages() -> Iterator[tuple[str, Sheet]]:
    """Draw the page of every paper and yield it with the name of its template."""
    # What is needless is found on the first page of those that are alike.
    large, upright = Shortener(), Shortener()
    for plan in (*map(plan_of, FRAMES_MM), *map(standard_plan, STANDARD_FRAMES_MM)):
        sheet = Sheet(plan, large)
        draw_map(sheet)
        draw_column(sheet)
        draw_strip(sheet)
        yield f"sheet_{plan.paper.lower()}", sheet
    for paper in WALL_LETTERS:
        wall = wall_plan(paper)
        sheet = Sheet(wall.page, large, WALL_LETTERS[paper])
        draw_map(sheet)
        draw_wall_title(sheet, wall.title)
        draw_wall_column(sheet)
        draw_wall_strip(sheet)
        yield f"wall_{paper.lower()}", sheet
    sheet = Sheet(paper_map_plan(), upright)
    draw_map(sheet)
    draw_paper_map(sheet)
    yield "paper_map_a4", sheet
    for name, project in (("project_a4", project_plan()), ("project_list_a4", project_list_plan())):
        sheet = Sheet(project.page, Shortener())
        draw_map(sheet)
        draw_project(sheet, project)
        yield name, sheet


def main() -> None:
    """Write the page of every paper."""
    application = QgsApplication([], False)
    application.initQgis()
    for name, sheet in drawn_pages():
        sheet.write(ROOT / "styles" / "pages" / f"{name}.qpt")


if __name__ == "__main__":
    main()
