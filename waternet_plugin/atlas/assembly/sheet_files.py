"""Put the sheets of a run into a folder, each as a file of its own: all of them, or none."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from waternet_plugin.atlas.assembly.joined_pdf import BookPart, not_written, write_pdf
from waternet_plugin.atlas.assembly.page_parts import PageParts
from waternet_plugin.atlas.assembly.sheet_printer import PrintedSheet
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_names import free_names
from waternet_plugin.core.files.file_sets import replace_set


def sheet_file_names(sheets: Sequence[PrintedSheet]) -> list[str]:
    """Return the names of the files of sheets, that of the first page where each page is a picture."""
    stems = free_names(sheet.sheet_no for sheet in sheets)
    return [stem + Path(sheet.name).suffix for stem, sheet in zip(stems, sheets)]


def place_sheets(folder: Path, parts: PageParts, sheets: Sequence[PrintedSheet], *, title: str) -> int:
    """Write a PDF for each sheet, or a picture for each of its pages, and return the number of pages.

    Parameters
    ----------
    folder
        Where they go; it is made where it is not there.
    parts
        Has the finished pages.
    sheets
        What was printed.
    title
        What readers show of a PDF, before the number of its sheet.

    Raises
    ------
    StoreError
        When they can't be written, or one that is there can't be replaced; all is as it was before then.
    """
    count = 0
    try:
        with scratch.folder(folder.absolute().parent, "sheets") as made:
            places: dict[Path, Path] = {}
            for name, sheet in zip(sheet_file_names(sheets), sheets):
                pages = [parts.path(page) for page in (sheet.name, *sheet.more)]
                if Path(name).suffix == ".pdf":
                    path = made / name
                    write_pdf(path, [BookPart(page) for page in pages], title=f"{title} {sheet.sheet_no}")
                    places[path] = folder / name
                else:
                    for number, page in enumerate(pages, 1):
                        path = made / (name if number == 1 else f"{Path(name).stem}_{number}{page.suffix}")
                        shutil.copyfile(page, path)
                        places[path] = folder / path.name
                count += len(pages)
            folder.mkdir(exist_ok=True)
            replace_set(places)
    except OSError as error:
        raise not_written(folder, error) from error
    return count
