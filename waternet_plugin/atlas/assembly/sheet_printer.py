"""Print the sheets of a book one by one; one that fails gets a page that says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsProject

from waternet_plugin.atlas.assembly.page_numbers import PageNumbers
from waternet_plugin.atlas.assembly.page_parts import PageParts
from waternet_plugin.atlas.assembly.sheet_content import SheetContent
from waternet_plugin.atlas.layouts.layout_export import export_page
from waternet_plugin.atlas.layouts.notice_page import notice_page
from waternet_plugin.atlas.layouts.sheet_layout import SheetLayout
from waternet_plugin.atlas.pages.page import SheetPage
from waternet_plugin.core.errors import CancelledError


@dataclass(frozen=True)
class PrintedSheet:
    """What became of one sheet: ``name`` is its file among the parts, ``error`` '' where it is good."""

    sheet_no: str
    name: str
    words_sha256: str
    error: str = ""
    resumed: bool = False
    # Pages behind it: what its lists have no room for, and its changes.
    more: tuple[str, ...] = ()


class SheetPrinter:
    """Prints sheets with one layout.

    Parameters
    ----------
    layout
        Prepared for the book.
    parts
        Where the pages go.
    content
        What is on the sheets and behind them.
    numbers
        The pages on which they are.
    form, dpi
        See `export_page`.
    """

    def __init__(
        self,
        layout: SheetLayout,
        parts: PageParts,
        content: SheetContent,
        numbers: PageNumbers,
        *,
        form: str,
        dpi: float,
    ) -> None:
        self._content, self._numbers = content, numbers
        self._layout, self._parts, self._form, self._dpi = layout, parts, form, dpi
        # A page without a map lies nowhere.
        self._plain_form = self._ending = "png" if form == "png" else "pdf"

    def finished(self, page: SheetPage) -> PrintedSheet | None:
        """Return a sheet that an earlier run has printed; None for one that is to be printed."""
        name = self._name(page)
        facts = self._parts.facts(name)
        # A sheet is finished after its lists.
        if facts is None:
            return None
        digest = str(facts["words_sha256"])
        return PrintedSheet(page.sheet_no, name, digest, resumed=True, more=self._lists(page))

    def _name(self, page: SheetPage) -> str:
        return f"sheet_{page.number:05d}.{self._ending}"

    def _lists(self, page: SheetPage) -> tuple[str, ...]:
        count = self._content.following.count(page)
        return tuple(f"sheet_{page.number:05d}_{number}.{self._ending}" for number in range(1, count + 1))

    def print(self, page: SheetPage) -> PrintedSheet:
        """Print one sheet and the pages behind it.

        Raises
        ------
        CancelledError
            When the user cancels.
        StoreError
            When not even the page that tells of the failure can be written.
        """
        name = self._name(page)
        try:
            number, pages = self._numbers.first(page), self._numbers.of(page)
            words = self._draw(page, number, pages)
            following_pages = self._content.following.layouts(page, number + 1, pages)
            for part, following in zip(self._lists(page), following_pages):
                export_page(following, self._parts.path(part), form=self._plain_form, dpi=self._dpi)
            export_page(self._layout.layout, self._parts.part(name), form=self._form, dpi=self._dpi)
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 (whatever befalls one sheet, the others are printed)
            return self._notice(page, name, str(error) or type(error).__name__)
        digest = words_digest(words)
        self._parts.finish(name, {"words_sha256": digest})
        return PrintedSheet(page.sheet_no, name, digest, more=self._lists(page))

    def _draw(self, page: SheetPage, number: int, pages: int) -> list[str]:
        """Fill the layout with a sheet and return what it says, and where its signs stand.

        A valve that was moved changes its sheet though no word on it does.
        """
        content = self._content
        if content.clouds is not None:
            content.clouds.show(page)
        words = content.labels.draw(page, has_clouds=content.clouds is not None)
        labels = content.labels.table(page)
        assets = content.assets[page.number - 1] if content.assets is not None else None
        words += self._layout.fill(page, number=number, pages=pages, labels=labels, assets=assets)
        return [*words, *content.following.words(page), *content.labels.places(page)]

    def _notice(self, page: SheetPage, name: str, reason: str) -> PrintedSheet:
        # Not among the finished pages: the next run tries it again.
        name = f"failed_{name}"
        project: QgsProject = self._layout.layout.project()
        heading = self._layout.words("page_failed").format(sheet=page.sheet_no)
        notice = notice_page(project, self._layout.page_mm, heading, reason, self._layout.families)
        export_page(notice, self._parts.path(name), form=self._plain_form, dpi=self._dpi)
        return PrintedSheet(page.sheet_no, name, words_digest([heading]), error=reason)


def words_digest(words: Sequence[Any]) -> str:
    """Return the SHA-256 of what a sheet says and where its signs stand, in hexadecimal digits."""
    text = json.dumps(list(words), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
