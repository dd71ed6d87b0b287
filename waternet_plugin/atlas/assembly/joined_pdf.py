"""Join finished pages into one PDF with bookmarks."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from waternet_plugin.bridge.printing.pdf_library import pypdf
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.side_thread import computed
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class BookPart:
    """A file with pages and the bookmark that leads to its first one; '' for none.

    ``chapter`` is the bookmark above this one, '' for the top.
    """

    path: Path
    bookmark: str = ""
    chapter: str = ""


def not_written(output: Path, error: OSError) -> StoreError:
    """Return the error for a place that has no room, or that can't be written for another reason."""
    message = tr("{path} could not be written completely: {reason}. Free some space and try again.")
    return StoreError(message.format(path=output, reason=error.strerror or error))


def join_pdf(output: Path, parts: Sequence[BookPart], *, title: str, progress: Progress = SILENT) -> int:
    """Write all parts into one PDF that takes its place when it is whole, and return its pages.

    Parameters
    ----------
    output
        The book.
    parts
        In their order.
    title
        What readers show of the file.
    progress
        Of the writing; what is cancelled meanwhile takes nobody's place.

    Raises
    ------
    StoreError
        When the file can't be written, not to its end, or when the one that is there can't be replaced.
    """
    try:
        with scratch.folder(output.absolute().parent, "book") as folder:
            made = folder / "book.pdf"
            pages = computed(lambda _progress: write_pdf(made, parts, title=title), progress)
            replace_set({made: output})
    except OSError as error:
        raise not_written(output, error) from error
    return pages


def write_pdf(path: Path, parts: Sequence[BookPart], *, title: str) -> int:
    """Write all parts into one PDF and return its pages.

    Raises
    ------
    OSError
        When it can't be written to its end.
    """
    library = pypdf()
    writer = library.PdfWriter()
    chapters: dict[str, Any] = {}
    pages = 0
    for part in parts:
        reader = library.PdfReader(str(part.path))
        first = pages
        writer.append(reader, import_outline=False)
        pages += len(reader.pages)
        if part.bookmark:
            parent = None
            if part.chapter:
                if part.chapter not in chapters:
                    chapters[part.chapter] = writer.add_outline_item(part.chapter, first)
                parent = chapters[part.chapter]
            writer.add_outline_item(part.bookmark, first, parent=parent)
    writer.add_metadata({"/Title": title, "/Creator": "WaterNet"})
    with path.open("wb") as file:
        writer.write(file)
        file.flush()
        os.fsync(file.fileno())
    return pages
