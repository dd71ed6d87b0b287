"""The labels of a book: placed on all its sheets before the first is printed, since lists add pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from waternet_plugin.atlas.assembly.following_pages import FollowingTable
from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.atlas.labels.sheet_labels import LabelledSheet, SheetLabels, TextMeasure
from waternet_plugin.atlas.layouts.list_page import ListPage
from waternet_plugin.atlas.layouts.page_table import PageTable, TableText
from waternet_plugin.atlas.layouts.sheet_layout import SheetLayout
from waternet_plugin.atlas.pages.page import SheetPage
from waternet_plugin.atlas.sheets.sheet_series import Sheets
from waternet_plugin.core.printing.labels.account import COLUMNS, wrapped
from waternet_plugin.core.progress import SILENT, Progress

# Of the width of a list its texts take at most this; its numbers with their pipes take the rest.
_MOST_OF_TEXT = 0.6
# Widths of columns are rounded, mm.
_ROUNDED_MM = 1.0


@dataclass(frozen=True)
class ListedSheet:
    """A sheet with its labels: ``table`` is the list on it, ``more`` what follows on pages of its own."""

    labels: LabelledSheet
    table: TableText | None
    more: tuple[TableText, ...]


class BookLabels:
    """The labels of the sheets of a book.

    Parameters
    ----------
    labels
        Place and draw them.
    layout
        The page that holds the list, and what lies on the map.
    sheets, pages
        What is printed, in the same order.
    list_page
        The page for what a sheet has no room for.
    """

    def __init__(
        self,
        labels: SheetLabels,
        layout: SheetLayout,
        sheets: Sheets,
        pages: Sequence[SheetPage],
        list_page: ListPage,
        progress: Progress = SILENT,
    ) -> None:
        self._labels, self._layout = labels, layout
        self._list_page = list_page
        counted = sheets.pieces[sheets.pieces["is_counted"]]
        ids = sheets.pipes["pipe_id"].astype(str).to_numpy()[counted["line"]]
        assets = pd.Series(ids, dtype=object).groupby(counted["sheet"].to_numpy()).agg(frozenset).to_dict()
        self._sheets: list[ListedSheet] = []
        for position, page in enumerate(pages):
            placing = progress.part(position / len(pages), (position + 1) / len(pages))
            placing.at(0.0)
            frame = PaperFrame.of_turned(page.bounds, page.scale, page.angle_deg)
            placed = labels.of(frame, assets.get(position, frozenset()), layout.blocked, placing)
            self._sheets.append(self._listed(placed))
        self._numbers = [page.sheet_no for page in pages]

    def _listed(self, placed: LabelledSheet) -> ListedSheet:
        """Return a sheet with its list: on it what has room, the rest on further pages."""
        lines, room = placed.account.lines, self._layout.label_list
        if not lines:
            return ListedSheet(placed, None, ())
        column = room or self._list_page.column
        measure = TextMeasure(self._layout.families, column.text_mm)
        shares = self._shares([line.text for line in lines], column, measure)
        rows = wrapped(lines, column.column_mm(shares[1]), measure.width)
        on_sheet, most = (room.rows, room.dense_rows) if room is not None else (0, 0)
        # Rows that stand close are better than a page for some of them.
        is_dense = on_sheet < len(rows) <= most
        on_sheet = most if is_dense else on_sheet
        more = [
            self._table(rows, shares, first, first + self._list_page.rows)
            for first in range(on_sheet, len(rows), self._list_page.rows)
        ]
        table = replace(self._table(rows, shares, 0, on_sheet), is_dense=is_dense) if on_sheet else None
        return ListedSheet(placed, table, tuple(more))

    def _shares(self, texts: Sequence[str], column: PageTable, measure: TextMeasure) -> tuple[float, float]:
        """Return the shares of texts and of numbers: texts take what they need, so that lists are short."""
        longest = max(map(measure.width, [self._layout.words("label_text"), *texts]))
        text = min((longest + _ROUNDED_MM) / sum(column.rooms_mm((1.0, 1.0))), _MOST_OF_TEXT)
        return text, 1.0 - text

    def _table(
        self, rows: Sequence[tuple[str, str]], shares: tuple[float, float], first: int, end: int
    ) -> TableText:
        """Return some rows of a list; the first says its text, though it may go on from another page."""
        words = self._layout.words
        text = next(text for text, _ in reversed(rows[: first + 1]) if text)
        shown = [(text, rows[first][1]), *rows[first + 1 : end]]
        continued = frozenset(number for number, (text, _pipes) in enumerate(shown, 1) if not text)
        head = (words("label_text"), words("label_pipes"))
        return TableText((head, *shown), shares, (False, False), continued=continued)

    def table(self, page: SheetPage) -> TableText | None:
        """Return the list on a sheet; None for none."""
        return self._sheets[page.number - 1].table

    def draw(self, page: SheetPage, *, has_clouds: bool = False) -> tuple[str, ...]:
        """Draw the labels of a sheet, with clouds or not, in the layers of the map; return what they say."""
        sheet = self._sheets[page.number - 1]
        self._labels.draw(sheet.labels, has_clouds=has_clouds)
        return tuple(label.text for label in sheet.labels.account.labels)

    def more(self, page: SheetPage) -> list[FollowingTable]:
        """Return what follows a sheet of its list, a page each."""
        heading = self._layout.words("label_list")
        return [
            FollowingTable(heading, table, self._list_page) for table in self._sheets[page.number - 1].more
        ]

    def places(self, page: SheetPage) -> tuple[str, ...]:
        """Return where the signs of points stand on a sheet, to what can be seen."""
        return self._sheets[page.number - 1].labels.places

    def rows(self) -> pd.DataFrame:
        """Return a row a pipe and sheet: ``sheet_no``, ``asset``, ``text``, ``state``, ``number``."""
        frames = [
            sheet.labels.account.rows.assign(sheet_no=number)
            for sheet, number in zip(self._sheets, self._numbers)
        ]
        return pd.concat(frames, ignore_index=True)[["sheet_no", *COLUMNS]]


def no_rows() -> pd.DataFrame:
    """Return `BookLabels.rows` of no sheets."""
    return pd.DataFrame(columns=["sheet_no", *COLUMNS])
