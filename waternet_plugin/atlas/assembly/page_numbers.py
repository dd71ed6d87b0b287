"""On which page of its PDF each sheet is: n/m counts the pages of a book, or those of the file of a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from waternet_plugin.atlas.pages.page import SheetPage


class PageNumbers:
    """The pages of sheets.

    Parameters
    ----------
    counts
        How many pages each sheet has.
    before, index_pages
        How many pages come before the first sheet and behind the last.
    of_book
        Whether all are one PDF; else each sheet is a file of its own.
    """

    def __init__(
        self, counts: Sequence[int], *, before: int = 0, index_pages: int = 0, of_book: bool = True
    ) -> None:
        self._counts, self._of_book = counts, of_book
        self._firsts = list(accumulate(counts, initial=before + 1))
        self.total = before + sum(counts) + index_pages

    def first(self, page: SheetPage) -> int:
        """Return the page on which a sheet is."""
        return self._firsts[page.number - 1] if self._of_book else 1

    def of(self, page: SheetPage) -> int:
        """Return how many pages its PDF has."""
        return self.total if self._of_book else self._counts[page.number - 1]
