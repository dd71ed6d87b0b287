"""Print the pages before the sheets of a map book and behind them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qgis.core import QgsLayoutItemPicture, QgsLayoutPoint, QgsLayoutSize, QgsPrintLayout

from waternet_plugin.atlas.assembly.joined_pdf import BookPart
from waternet_plugin.atlas.assembly.page_parts import PageParts
from waternet_plugin.atlas.front.book_index import (
    IndexTables,
    contents_table,
    street_table,
    sum_table,
    valve_table,
)
from waternet_plugin.atlas.front.cover import CoverText, cover_page
from waternet_plugin.atlas.labels.sheet_labels import TextMeasure
from waternet_plugin.atlas.layouts.layout_export import export_page
from waternet_plugin.atlas.layouts.list_page import LARGE, ListPage
from waternet_plugin.atlas.layouts.overview_picture import OverviewPicture
from waternet_plugin.atlas.layouts.page_labels import CENTRE, MARGIN_MM, PageLabels, empty_page
from waternet_plugin.atlas.layouts.page_table import TableText
from waternet_plugin.atlas.layouts.sheet_layout import SheetLayout
from waternet_plugin.atlas.sheets.sheet_series import Sheets
from waternet_plugin.core.colours import BAD

_BELOW_HEAD_MM, _FOOT_MM = 14.0, 8.0
# The letters of a sheet's number on the index map: at most, at least, and how wide they are for their size.
_LARGEST_MM, _SMALLEST_MM, _WIDE = 3.5, 1.0, 0.62
_CUT_SIGN = "…"


class FrontPages:
    """Cover, contents and index map; streets, valves and sums.

    Parameters
    ----------
    layout
        The page of the sheets, whose size, fonts and words these pages share.
    cover
        What the cover says.
    tables
        What is listed.
    sheets
        The sheets of the book.
    whole
        The sheets of the index map: more than those of the book where only changed ones are printed.
    """

    def __init__(
        self, layout: SheetLayout, cover: CoverText, tables: IndexTables, sheets: Sheets, whole: Sheets
    ) -> None:
        self._layout, self._cover, self._tables, self._whole = layout, cover, tables, whole
        project, page_mm = layout.layout.project(), layout.page_mm
        self._list_page = ListPage(project, page_mm, layout.families)
        self._large_page = ListPage(project, page_mm, layout.families, scale=LARGE)
        self._numbers = sheets.index["sheet_no"].astype(str).tolist()
        words = layout.words
        lists = (
            ("streets_index", street_table(tables.streets, self._numbers, words)),
            ("valves_index", valve_table(tables.valves, self._numbers, words)),
            ("sums", sum_table(tables.sums, words)),
        )
        self._lists = [(words(word), self._page_of(table), self._fitted(table)) for word, table in lists]

    def _page_of(self, table: TableText) -> ListPage:
        """Return the page of a list: one with large letters where all rows have room on it."""
        return self._large_page if len(table.rows) - 1 <= self._large_page.rows else self._list_page

    def _fitted(self, table: TableText) -> list[TableText]:
        """Return a table in pages, each text cut to its column, so that a row is one line."""
        page = self._page_of(table)
        column = page.column
        measure, total = TextMeasure(self._layout.families, column.text_mm), sum(table.shares)
        # A border more: the columns' widths are rounded.
        rooms = [column.column_mm(share / total) - 1.5 for share in table.shares]
        rows = tuple(tuple(_cut(text, room, measure) for text, room in zip(row, rooms)) for row in table.rows)
        return TableText(rows, table.shares, table.numeric, table.strong).parts(page.rows)

    @property
    def before(self) -> int:
        """How many pages come before the first sheet."""
        return 2 + math.ceil(len(self._numbers) / self._list_page.rows)

    @property
    def index_pages(self) -> int:
        """How many pages come behind the last sheet."""
        return sum(len(parts) for _heading, _page, parts in self._lists)

    def print(
        self, parts: PageParts, firsts: Sequence[int], *, pages: int, dpi: float
    ) -> tuple[list[BookPart], list[BookPart]]:
        """Print all pages and return those before the sheets and those behind them.

        Parameters
        ----------
        parts
            Where the pages go.
        firsts
            The page of each sheet.
        pages
            How many the book has.
        dpi
            Of pictures.

        Raises
        ------
        StoreError
            When a page can't be written.
        """
        words = self._layout.words
        contents = contents_table(self._tables, self._numbers, firsts, words)
        made = [(words("cover"), cover_page(self._layout, self._cover))]
        heading = words("contents" if self._tables.changes is None else "replaced_sheets")
        made += self._list_layouts(heading, self._page_of(contents), self._fitted(contents), 2, pages)
        made.append((words("index_map"), self._index_map(parts, f"{self.before}/{pages}")))
        first = pages - self.index_pages + 1
        index_pages = []
        for heading, page, following in self._lists:
            index_pages += self._list_layouts(heading, page, following, first + len(index_pages), pages)
        return (
            _printed(made, parts, "front", words("front"), dpi),
            _printed(index_pages, parts, "index", words("book_index"), dpi),
        )

    def _list_layouts(
        self, heading: str, page: ListPage, tables: Sequence[TableText], first: int, pages: int
    ) -> list[tuple[str, QgsPrintLayout]]:
        """Return pages of a list, the first with its bookmark."""
        return [
            ("" if place else heading, page.layout(heading, table, f"{first + place}/{pages}"))
            for place, table in enumerate(tables)
        ]

    def _index_map(self, parts: PageParts, page_no: str) -> QgsPrintLayout:
        """Return the page with all sheets and their numbers over the pipes; changed ones are marked."""
        layout, words, index = self._layout, self._layout.words, self._whole.index
        width, height = layout.page_mm
        made = empty_page(layout.layout.project(), layout.page_mm)
        labels = PageLabels(made, layout.families)
        wide = width - 2 * MARGIN_MM
        high = height - 2 * MARGIN_MM - _BELOW_HEAD_MM - _FOOT_MM
        labels.put_head(words("index_map"), page_no, width)
        outlines, pipes = index["geom"].to_numpy(), self._whole.pipes["geom"].to_numpy()
        picture = OverviewPicture(outlines, pipes, width_mm=wide, height_mm=high)
        numbers = set(self._whole.changed)
        changed = [place for place, number in enumerate(index["sheet_no"]) if number in numbers]
        path = parts.folder / "index_map.svg"
        path.write_text(picture.svg(changed), encoding="utf-8")
        size = picture.size_mm
        left, top = (width - size[0]) / 2, MARGIN_MM + _BELOW_HEAD_MM + (high - size[1]) / 2
        item = QgsLayoutItemPicture(made)
        item.setPicturePath(str(path))
        made.addLayoutItem(item)
        item.attemptResize(QgsLayoutSize(size[0], size[1]))
        item.attemptMove(QgsLayoutPoint(left, top))
        for number, (west, upper, east, lower) in zip(index["sheet_no"], picture.places_mm.tolist()):
            room = east - west
            letters = min(_LARGEST_MM, room * 0.9 / max(len(str(number)), 1) / _WIDE)
            letters = max(letters, _SMALLEST_MM)
            # Pipes below a number would strike it through.
            covered = min(TextMeasure(layout.families, letters).width(str(number)) + 1.0, room)
            at = (left + (west + east - covered) / 2, top + (upper + lower) / 2 - letters * 0.8, covered)
            labels.put(str(number), at, letters, align=CENTRE, on_white=True)
        if changed:
            at = (MARGIN_MM, height - MARGIN_MM - _FOOT_MM, wide)
            labels.put(words("changed_sheets"), at, 3.0, color=BAD)
        return made


def _cut(text: str, room_mm: float, measure: TextMeasure) -> str:
    """Return a text that fits, with an ellipsis where it was cut."""
    if measure.width(text) <= room_mm:
        return text
    while text and measure.width(text + _CUT_SIGN) > room_mm:
        text = text[:-1]
    return text + _CUT_SIGN


def _printed(
    pages: Sequence[tuple[str, QgsPrintLayout]], parts: PageParts, name: str, chapter: str, dpi: float
) -> list[BookPart]:
    """Print pages; those with a bookmark are found under the chapter."""
    printed = []
    for place, (bookmark, layout) in enumerate(pages, 1):
        path = parts.path(f"{name}_{place:05d}.pdf")
        export_page(layout, path, dpi=dpi)
        printed.append(BookPart(path, bookmark, chapter if bookmark else ""))
    return printed
