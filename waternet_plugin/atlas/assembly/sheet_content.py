"""What is on the sheets of a book beside their maps, and on the pages behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.atlas.assembly.asset_tables import asset_tables
from waternet_plugin.atlas.assembly.book_labels import BookLabels
from waternet_plugin.atlas.assembly.change_tables import change_tables
from waternet_plugin.atlas.assembly.cloud_layer import RevisionClouds
from waternet_plugin.atlas.assembly.following_pages import FollowingPages, FollowingTable, in_pages
from waternet_plugin.atlas.assembly.wrapped_table import split, wrapped_table
from waternet_plugin.atlas.labels.sheet_labels import SheetLabels, TextMeasure
from waternet_plugin.atlas.layouts.list_page import LARGE, ListPage
from waternet_plugin.atlas.layouts.page_table import TableText
from waternet_plugin.atlas.layouts.sheet_layout import SheetLayout
from waternet_plugin.atlas.pages.page import SheetPage
from waternet_plugin.atlas.sheets.sheet_series import Sheets
from waternet_plugin.core.progress import Progress
from waternet_plugin.operations.printing.changes_since import ChangeLines

# Width of a column of changes, mm.
_CHANGES_MM = 190.0
# Tables of each sheet, by its place in the book.
_Following = Sequence[list[FollowingTable]]


@dataclass(frozen=True)
class BookMaps:
    """The maps of a book: what each page says, the labels, and clouds where changes are looked for."""

    pages: Sequence[SheetPage]
    labels: SheetLabels
    clouds: RevisionClouds | None = None


@dataclass(frozen=True)
class SheetContent:
    """What is on the sheets beside their maps, and behind them.

    ``assets`` are the lists that have room on the sheets, None where the table is another one; ``clouds`` are
    those around changes, None where none are looked for.
    """

    labels: BookLabels
    following: FollowingPages
    assets: Sequence[TableText | None] | None = None
    clouds: RevisionClouds | None = None


def sheet_content(
    layout: SheetLayout,
    sheets: Sheets,
    maps: BookMaps,
    *,
    nodes: pd.DataFrame | None,
    changes: ChangeLines | None,
    progress: Progress,
) -> SheetContent:
    """Return what is on the sheets of a book and behind them.

    Parameters
    ----------
    layout
        The page of the sheets.
    sheets
        Those that are printed.
    nodes
        See `listed_nodes`; None where no assets are listed.
    changes
        What was changed; None where nothing is looked for.
    """
    list_page = ListPage(layout.layout.project(), layout.page_mm, layout.families)
    labels = BookLabels(maps.labels, layout, sheets, maps.pages, list_page, progress)
    following = [labels.more(page) for page in maps.pages]
    assets = None if nodes is None else _assets(nodes, layout, sheets, list_page, following)
    if changes is not None:
        _add_changes(changes, layout, sheets, following)
    return SheetContent(labels, FollowingPages(following), assets, maps.clouds)


def _assets(
    nodes: pd.DataFrame, layout: SheetLayout, sheets: Sheets, list_page: ListPage, following: _Following
) -> list[TableText | None]:
    """Return the lists on the sheets; what they have no room for follows."""
    room, words = layout.table or list_page.column, layout.words
    measure = TextMeasure(layout.families, room.text_mm)
    result = []
    for more, whole in zip(following, asset_tables(nodes, sheets, words)):
        on_sheet, rest = split(wrapped_table(whole, room, measure.width), layout.table)
        result.append(on_sheet)
        more += in_pages(words("asset_table"), rest, list_page)
    return result


def _add_changes(changes: ChangeLines, layout: SheetLayout, sheets: Sheets, following: _Following) -> None:
    """Let the changes of each sheet follow it."""
    words, since = layout.words, sheets.request.since
    wide, large = (
        ListPage(layout.layout.project(), layout.page_mm, layout.families, column_mm=_CHANGES_MM, scale=scale)
        for scale in (1.0, LARGE)
    )
    named = f"{words('edition')} {since}" if since.isdecimal() else since
    heading = words("change_table").format(since=named)
    for more, table in zip(following, change_tables(changes, sheets, words)):
        if table is not None:
            page = large if len(_wrapped(table, large, layout).rows) - 1 <= large.rows else wide
            more += in_pages(heading, _wrapped(table, page, layout), page, is_of_sheet=False)


def _wrapped(table: TableText, page: ListPage, layout: SheetLayout) -> TableText:
    """Return a table whose texts go on below where a column of a page has no room for them."""
    return wrapped_table(table, page.column, TextMeasure(layout.families, page.column.text_mm).width)
