"""A PDF that is written page by page, so that memory stays flat and cancelling works between pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from qgis.PyQt.QtCore import QFile, QIODevice, QMarginsF, QSizeF
from qgis.PyQt.QtGui import QPageSize, QPainter, QPdfWriter

from waternet_plugin.atlas.plan import Box
from waternet_plugin.atlas.searchable import make_searchable
from waternet_plugin.core import scratch
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.files import replace_set
from waternet_plugin.core.texts import tr
from waternet_plugin.store.outputs import refuse_network_as_output

# 254 dots an inch are ten a millimetre: every edge of the page falls on a whole dot.
DOTS_PER_MM = 10
DPI = 254


class PdfPages:
    """The pages of a PDF under way; ``painter`` draws on the last one.

    Parameters
    ----------
    file, writer
        Where the pages go.
    """

    def __init__(self, file: QFile, writer: QPdfWriter) -> None:
        self._file, self._writer = file, writer
        self.painter = QPainter(writer)
        self.count = 0

    def next(self) -> QPainter:
        """Begin a page and return its painter."""
        if self.count:
            self._writer.newPage()
        self.count += 1
        return self.painter

    @property
    def is_broken(self) -> bool:
        """Whether the disk took no more."""
        return bool(self._file.error() != QFile.FileError.NoError)


@contextlib.contextmanager
def pdf_pages(path: Path, page: Box, title: str) -> Iterator[PdfPages]:
    """Write a new PDF with pages of one size in mm.

    Raises
    ------
    StoreError
        When the file can't be written, or not to its end.
    """
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise StoreError(tr("The file {path} can't be written. Choose another place.").format(path=path))
    writer = QPdfWriter(file)
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QSizeF(page.width, page.height), QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF(0.0, 0.0, 0.0, 0.0))
    writer.setTitle(title)
    writer.setCreator("WaterNet")
    pages = PdfPages(file, writer)
    try:
        yield pages
    finally:
        pages.painter.end()
        file.close()
    if pages.is_broken:
        raise StoreError(
            tr("{path} could not be written to its end: {reason}. Make room and try again.").format(
                path=path, reason=file.errorString()
            )
        )


@contextlib.contextmanager
def replaced(output: Path) -> Iterator[Path]:
    """Give a place to write a PDF to; when the block ends well, it is made searchable and takes its place.

    Raises
    ------
    StoreError
        When the file that is there can't be replaced.
    """
    refuse_network_as_output(output)
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(scratch.folder(output.absolute().parent, "pages"))
        except OSError:
            message = tr("The file {path} can't be written. Choose another place.")
            raise StoreError(message.format(path=output)) from None
        part = folder / "pages.pdf"
        yield part
        make_searchable(part)
        replace_set({part: output})
