"""How a map book is made: page, table, format, dots of its pictures, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from waternet_plugin.atlas.layouts.layout_export import check_format
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

NONE, SUMMARY, ASSETS = "none", "summary", "assets"
TABLES = (NONE, SUMMARY, ASSETS)


@dataclass(frozen=True)
class BookForm:
    """How a book is made.

    ``template`` is the path of a page, None for the user's own or the shipped one; ``table`` one of `TABLES`;
    ``dpi`` is that of pictures in it; ``edition`` its number, made anew where it is there, None for the next;
    ``front`` whether cover, contents and index map come before the sheets, and the index behind them: a
    folder of sheets has none. ``format`` is one of `layout_export.FORMATS`.
    """

    template: Path | None = None
    table: str = "summary"
    dpi: float = 300.0
    edition: int | None = None
    front: bool = False
    format: str = "pdf"


# With the user's own page, or the shipped one.
USUAL_FORM = BookForm()


def check_template(text: str) -> None:
    """Refuse a page that is not there, before anything is read; '' is none.

    Raises
    ------
    InputError
        With its path.
    """
    if text and not Path(text).is_file():
        raise InputError(tr("TEMPLATE: there is no file {path}.").format(path=text))


def edition_of(text: str) -> int | None:
    """Return the number of an edition as it is written, None for '': the next one.

    Raises
    ------
    InputError
        When it is not a whole number from 1.
    """
    written = text.strip()
    if not written:
        return None
    if not written.isdecimal() or int(written) < 1:
        raise InputError(
            tr(
                "EDITION “{text}” is not a number of an edition. Write a whole number from 1, or nothing "
                "for the next."
            ).format(text=text)
        )
    return int(written)


def is_folder(place: Path) -> bool:
    """Return whether a place is that of a folder, which gets a file for each sheet: no ending, or there."""
    return place.is_dir() or not place.suffix


def check_place(place: Path, form: BookForm) -> None:
    """Refuse a place or a format that the other does not go with, before anything is read.

    Raises
    ------
    InputError
        For a book that is not a PDF, and for a geo-PDF where QGIS can't write one.
    """
    check_format(form.format)
    if is_folder(place):
        return
    if form.format == "png":
        raise InputError(tr("FORMAT png makes a picture of each sheet: give a folder for them as OUTPUT."))
    if place.suffix.lower() != ".pdf":
        message = tr("{name} must end in .pdf, or be a folder, which gets a file for each sheet.")
        raise InputError(message.format(name=place.name))
