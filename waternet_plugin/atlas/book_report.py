"""The report of a map book: each sheet with its file, pages and figures, as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.atlas.assembly.book_forms import is_folder
from waternet_plugin.atlas.assembly.sheet_files import sheet_file_names
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.printing.labels.account import LISTED, PLACED
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.atlas.book import Book


def book_report(book: Book) -> dict[str, Any]:
    """Return what the report holds.

    ``sheets`` with the pages in the PDF (of a folder, in the file of the sheet, which is named), figures and
    what failed; ``note`` says where the network keeps no edition of it.
    """
    in_folder = bool(book.printed) and is_folder(book.path)
    files = sheet_file_names(book.printed) if in_folder else ()
    columns = ("sheet_no", "pipe_count", "node_count", "length_m")
    rows = zip(*(book.sheets[column].tolist() for column in columns))
    labels = book.labels.groupby(["sheet_no", "state"]).size()
    sheets, page = [], book.before + 1
    for row, printed in zip(rows, book.printed):
        page = 1 if in_folder else page
        last = page + len(printed.more)
        states = {
            f"labels_{state}": int(labels.get((printed.sheet_no, state), 0)) for state in (PLACED, LISTED)
        }
        pages = {"pages": [page, last], "error": printed.error}
        sheets.append({**dict(zip(columns, row)), **states, **pages})
        page = last + 1
    return {
        "pages": book.pages,
        "resumed": book.resumed,
        "failed": book.failed,
        "length_m": float(book.sheets["length_m"].sum()),
        "front": _pages(1, book.before),
        "index": _pages(page, book.index_pages),
        "note": book.note,
        "sheets": [{**sheet, "file": name} for sheet, name in zip(sheets, files)] if in_folder else sheets,
    }


def _pages(first: int, count: int) -> list[int]:
    """Return the first and the last of so many pages, nothing for none."""
    return [first, first + count - 1] if count else []


def write_book_report(path: Path, book: Book) -> None:
    """Write the report.

    Raises
    ------
    StoreError
        When the file can't be written.
    """
    text = json.dumps(book_report(book), ensure_ascii=False, indent=1)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(
            tr("The file {path} can't be written. Choose another location.").format(path=path)
        ) from error
