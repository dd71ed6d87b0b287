"""The zip file that a workbook is: measured before anything of it is unpacked."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from typing import IO

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.guarded_xml import (
    EndHandler,
    GuardedParser,
    StartHandler,
    TextHandler,
    XmlFaultError,
)
from waternet_plugin.core.texts import tr

MOST_ENTRIES = 10_000
MOST_BYTES = 500 * 1024 * 1024
# Honest sheets are packed to a hundredth at most; small files may be denser.
MOST_RATIO = 250
_RATIO_FROM = 20 * 1024 * 1024


def damaged(name: str) -> InputError:
    """Return the error of a workbook that can't be read."""
    return InputError(
        tr("The workbook {file} is damaged. Open it in a spreadsheet program and save it again.").format(
            file=name
        )
    )


class WorkbookPackage:
    """The parts of a workbook.

    Parameters
    ----------
    stream
        The file, to be read from anywhere.
    name
        Of the file, for messages.

    Raises
    ------
    InputError
        When it is not a zip file, has a password, or is larger than any honest workbook when unpacked.
    """

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as error:
            raise damaged(name) from error
        self._parts = {part.filename.lstrip("/").lower(): part for part in self._zip.infolist()}
        self._measure()

    def _measure(self) -> None:
        parts = self._zip.infolist()
        size, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
        is_dense = size > _RATIO_FROM and size > MOST_RATIO * max(packed, 1)
        if len(parts) > MOST_ENTRIES or size > MOST_BYTES or is_dense:
            message = tr(
                "{file} is {size} MB when unpacked, too much to be read safely. Check where it comes from, "
                "or save its table as CSV."
            )
            raise InputError(message.format(file=self.name, size=round(size / 1024**2)))
        if any(part.flag_bits & 0x1 for part in parts):
            message = tr("{file} is protected by a password. Remove it and save the file again.")
            raise InputError(message.format(file=self.name))

    def has(self, part: str) -> bool:
        """Return whether a part is there."""
        return part.lower() in self._parts

    def resolved(self, folder: str, target: str) -> str:
        """Return the name of the part that a relationship of a folder names."""
        path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        return posixpath.normpath(path)

    def parse(self, part: str, start: StartHandler, end: EndHandler, text: TextHandler) -> None:
        """Stream the elements of a part.

        Parameters
        ----------
        part
            Its name.
        start, end, text
            As for `GuardedParser`.

        Raises
        ------
        InputError
            When the part is damaged or declares a document type.
        """
        entry = self._parts.get(part.lower())
        if entry is None:
            raise damaged(self.name)
        try:
            with self._zip.open(entry) as stream:
                GuardedParser(start, end, text).read(stream)
        except XmlFaultError as fault:
            if fault.reason == "doctype":
                message = tr("{file} declares a document type, which no workbook does. It is not read.")
                raise InputError(message.format(file=self.name)) from fault
            raise damaged(self.name) from fault
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise damaged(self.name) from error
        except RuntimeError as error:
            # zipfile says so of parts that need a password.
            raise damaged(self.name) from error
