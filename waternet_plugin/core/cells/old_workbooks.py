"""What lies under the ending of an old workbook (.xls): web systems export pages and texts by that name."""

from __future__ import annotations

import re

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

ENDING = ".xls"
# How much of a file tells what it is.
HEAD_BYTES = 4096
# A container of streams, and the first record of the workbooks that had none, by version.
CONTAINER = b"\xd0\xcf\x11\xe0"
_FIRST_RECORDS = tuple(bytes((0x09, version)) for version in (0x00, 0x02, 0x04, 0x08))
_PACKED = b"PK\x03\x04"
_PAGE = re.compile(
    rb"\A\s*<(?:!--|(?:\?xml|!doctype|html|head|meta|style|body|table|div|workbook)\b)", re.IGNORECASE
)


def is_old_workbook(head: bytes) -> bool:
    """Return whether a file begins as an old workbook does."""
    return head.startswith((CONTAINER, *_FIRST_RECORDS))


def is_page(head: bytes) -> bool:
    """Return whether a file begins as a web page or an XML table does."""
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    plain = head.decode("utf-16", "ignore").encode() if wide else head.removeprefix(b"\xef\xbb\xbf")
    return _PAGE.match(plain) is not None


def refuse_page(name: str) -> None:
    """Refuse a page under the name of a workbook.

    Raises
    ------
    InputError
        With what to do.
    """
    message = tr(
        "{file} is a web page under the name of a workbook. Open it in Excel or WPS and save it as XLSX."
    )
    raise InputError(message.format(file=name))


def refuse_others(head: bytes, name: str) -> None:
    """Refuse a file with the ending of an old workbook that is none.

    Raises
    ------
    InputError
        With what it is and what to do.
    """
    if not name.lower().endswith(ENDING) or is_old_workbook(head):
        return
    if is_page(head):
        refuse_page(name)
    ending = ".xlsx" if head.startswith(_PACKED) else ".csv"
    message = tr(
        "{file} is not an old workbook, although its name says so. Rename it to end in {ending}, then try "
        "again."
    )
    raise InputError(message.format(file=name, ending=ending))
