"""Old workbooks (.xls, BIFF2 to BIFF8) as sheets with columns of text; lengths are checked before they count.

Layout of the records: Microsoft's [MS-XLS]; of the versions before BIFF8: OpenOffice.org's documentation
of the Excel file format.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from waternet_plugin.core.cells.encodings import known_codec, tell
from waternet_plugin.core.cells.old_workbooks import CONTAINER
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.core.workbooks.compound_file import CompoundFile, ContradictionError
from waternet_plugin.core.workbooks.old_book_facts import BEGINNINGS, OldBookFacts, OldSheetEntry, password
from waternet_plugin.core.workbooks.old_cells import OldCells
from waternet_plugin.core.workbooks.old_records import Text, records
from waternet_plugin.core.workbooks.sheet_cells import WorkbookSheet, sheet_of

_BOOK, _SHEET = 0x05, 0x10
_END = 0x000A
# Of the one sheet of workbooks that name none.
_ONE_SHEET = "Worksheet"
# Newest first: a workbook for two versions has both.
_STREAMS = ("workbook", "book")
_PROTECTED = "encryptedpackage"
# Code pages by numbers that only workbooks know.
_OWN_CODE_PAGES = {367: "ascii", 32768: "mac_roman", 32769: "cp1252"}
# What programs leave behind the last record of a workbook without a container.
_FILLING = b"\0\t\r\n \x1a"


def _stream(raw: bytes, name: str) -> bytes:
    """Return the records of the bytes of a file."""
    if not raw.startswith(CONTAINER):
        return raw
    container = CompoundFile(raw)
    if container.has(_PROTECTED):
        raise password(name)
    for stream in _STREAMS:
        if container.has(stream):
            return container.stream(stream)
    raise ContradictionError("no workbook in the container")


def _sheet(stream: bytes, at: int, facts: OldBookFacts) -> tuple[OldCells, int]:
    """Return the cells of a sheet, and where its records end."""
    found = OldCells(facts)
    depth = 0
    for record in records(stream, at):
        if record.kind in BEGINNINGS:
            # Charts within a sheet have records of their own.
            depth += 1
        elif depth == 0:
            raise ContradictionError("no beginning of a sheet")
        elif record.kind == _END:
            depth -= 1
            if depth == 0:
                found.finish()
                return found, record.end
        elif depth == 1 and not facts.take(record):
            found.take(record)
    raise AssertionError("records end by an error")


def _sheets(stream: bytes, name: str) -> tuple[OldBookFacts, list[tuple[OldSheetEntry, OldCells]]]:
    """Return what the cells refer to, and the sheets."""
    facts = OldBookFacts(name)
    content = facts.begin(next(records(stream, 0)))
    if content == _SHEET:
        cells, end = _sheet(stream, 0, facts)
        if stream[end:].strip(_FILLING):
            raise ContradictionError("more than one workbook")
        return facts, [(OldSheetEntry(_ONE_SHEET, 0, False), cells)]
    if content != _BOOK:
        raise ContradictionError("neither book nor sheet")
    for record in records(stream, 0):
        if record.kind == _END:
            break
        facts.take(record)
    entries = tuple(facts.sheets)
    if len({entry.at for entry in entries}) < len(entries):
        raise ContradictionError("two sheets in one place")
    return facts, [(entry, _sheet(stream, entry.at, facts)[0]) for entry in entries]


def _codec(facts: OldBookFacts, texts: Sequence[Text], name: str, given: str | None) -> str:
    """Return the encoding of the texts that are bytes."""
    if given is not None:
        return known_codec(given) or given
    strange = {text for text in texts if isinstance(text, bytes) and not text.isascii()}
    page = facts.code_page
    declared = None if page is None else _OWN_CODE_PAGES.get(page, known_codec(str(page)))
    return tell(sorted(strange), declared, None, name, cut=False)


def _named(raw: bytes, name: str, given: str | None) -> tuple[WorkbookSheet, ...]:
    facts, sheets = _sheets(_stream(raw, name), name)
    texts = {value for entry, cells in sheets for value in (entry.name, *cells.cells.values)}
    codec = _codec(facts, sorted(text for text in texts if isinstance(text, bytes)), name, given)
    try:
        known = {text: (text.decode(codec) if isinstance(text, bytes) else text).strip() for text in texts}
    except (UnicodeDecodeError, LookupError) as error:
        message = tr("{file} is not text in the encoding {encoding}. Give another one in the mapping.")
        raise InputError(message.format(file=name, encoding=codec)) from error
    found = []
    for entry, cells in sheets:
        cells.cells.values = [known[value] or None for value in cells.cells.values]
        cells.cells.is_1904 = facts.is_1904
        found.append(sheet_of(cells.cells, known[entry.name], entry.is_hidden, name))
    return tuple(found)


def read_old_workbook(raw: bytes, name: str, encoding: str | None = None) -> tuple[WorkbookSheet, ...]:
    """Return all sheets of the bytes of an old workbook.

    Parameters
    ----------
    name
        Of the file, for messages.
    encoding
        Of the texts of workbooks before BIFF8; found out where it is None.

    Raises
    ------
    InputError
        When it is damaged, has a password or is too large; one damaged record refuses the whole file.
    """
    try:
        return _named(raw, name, encoding)
    except (ValueError, struct.error) as error:
        message = tr(
            "The old workbook {file} is damaged or of a kind that can't be read. Open it in Excel or WPS and "
            "save it as XLSX."
        )
        raise InputError(message.format(file=name), details=(str(error),)) from error
