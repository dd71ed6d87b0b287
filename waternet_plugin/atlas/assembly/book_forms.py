"""How a map book is made: page, table, dots of its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

TABLES = ("none", "summary")


@dataclass(frozen=True)
class BookForm:
    """How a book is made.

    ``template`` is the path of a page, None for the user's own or the shipped one; ``table`` one of `TABLES`;
    ``dpi`` is that of pictures in it; ``edition`` its number, made anew where it is there, None for the next;
    ``front`` whether cover, contents and index map come before the sheets, and the index behind them.
    """

    template: Path | None = None
    table: str = "summary"
    dpi: float = 300.0
    edition: int | None = None
    front: bool = False


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
        When it is no whole number from 1.
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
