"""A PDF that is written page by page, so that memory stays flat and cancelling works between pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from qgis.PyQt.QtCore import QMarginsF, QSizeF
from qgis.PyQt.QtGui import QPageLayout, QPageSize, QPainter

from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.bridge.printing.pdf import PdfFile, pdf_file

# 254 dots an inch are ten a millimetre: every edge of the page falls on a whole dot.
DOTS_PER_MM = 10
DPI = 254


class PdfPages:
    """The pages of a PDF under way; ``painter`` draws on the last one.

    Parameters
    ----------
    file
        Where the pages go.
    """

    def __init__(self, file: PdfFile) -> None:
        self._file = file
        self.painter = QPainter(file.writer)
        self.count = 0

    def next(self, page: Box | None = None) -> QPainter:
        """Begin a page, of another size in mm than the first one if wanted, and return its painter."""
        if self.count:
            if page is not None:
                self._file.writer.setPageLayout(_layout(page))
            self._file.writer.newPage()
        self.count += 1
        return self.painter

    @property
    def is_broken(self) -> bool:
        """Whether the disk took no more."""
        return self._file.is_broken


@contextlib.contextmanager
def pdf_pages(output: Path, page: Box, title: str) -> Iterator[PdfPages]:
    """Write a PDF with pages of one size in mm, which takes its place when the block ends well.

    Raises
    ------
    WaterNetError
        As `pdf_file`.
    """
    with pdf_file(output, title, _layout(page), DPI) as file:
        pages = PdfPages(file)
        try:
            yield pages
        finally:
            pages.painter.end()


def _layout(page: Box) -> QPageLayout:
    size = QPageSize(QSizeF(page.width, page.height), QPageSize.Unit.Millimeter)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0.0, 0.0, 0.0, 0.0))
