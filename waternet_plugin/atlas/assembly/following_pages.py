"""The pages that follow a sheet: what its lists have no room for on it, and what was changed there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qgis.core import QgsPrintLayout

from waternet_plugin.atlas.layouts.list_page import ListPage
from waternet_plugin.atlas.layouts.page_table import TableText
from waternet_plugin.atlas.pages.page import SheetPage


@dataclass(frozen=True)
class FollowingTable:
    """A table that fits a page, the heading above it, and the page on which it is set.

    ``is_of_sheet`` says whether it goes on what stands on the sheet; changes are of the time between two
    books.
    """

    heading: str
    table: TableText
    page: ListPage
    is_of_sheet: bool = True


def in_pages(
    heading: str, table: TableText, page: ListPage, *, is_of_sheet: bool = True
) -> list[FollowingTable]:
    """Return a table in pages, its head above each column."""
    return [FollowingTable(heading, part, page, is_of_sheet) for part in table.parts(page.rows)]


class FollowingPages:
    """The pages behind the sheets of a book.

    Parameters
    ----------
    tables
        Those of each sheet.
    """

    def __init__(self, tables: Sequence[Sequence[FollowingTable]]) -> None:
        self._tables = tables

    def count(self, page: SheetPage) -> int:
        """Return how many pages follow a sheet."""
        return len(self._tables[page.number - 1])

    def words(self, page: SheetPage) -> list[str]:
        """Return what the lists of a sheet say behind it."""
        tables = [each.table for each in self._tables[page.number - 1] if each.is_of_sheet]
        return [text for table in tables for row in table.rows for text in row]

    def layouts(self, page: SheetPage, first: int, pages: int) -> list[QgsPrintLayout]:
        """Return the pages that follow a sheet; the first is page ``first`` of ``pages``."""
        return [
            each.page.layout(f"{each.heading}  {page.sheet_no}", each.table, f"{number}/{pages}")
            for number, each in enumerate(self._tables[page.number - 1], first)
        ]
