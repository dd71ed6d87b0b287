"""The one place where a PDF is made: guarded, made searchable, and put into its place when it is whole."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from qgis.PyQt.QtCore import QFile, QIODevice
from qgis.PyQt.QtGui import QPageLayout, QPdfWriter

from waternet_plugin.bridge.printing.searchable import make_searchable
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.texts import in_interface, tr
from waternet_plugin.store.outputs import refuse_network_as_output


class PdfFile:
    """A PDF under way; ``writer`` is what a painter or a document draws on.

    Parameters
    ----------
    file, writer
        Where the pages go.
    """

    def __init__(self, file: QFile, writer: QPdfWriter) -> None:
        self._file, self.writer = file, writer

    @property
    def is_broken(self) -> bool:
        """Whether the disk took no more."""
        return bool(self._file.error() != QFile.FileError.NoError)


@in_interface()
def _cannot_write(path: Path) -> StoreError:
    return StoreError(tr("The file {path} can't be written. Choose another location.").format(path=path))


@in_interface()
def _not_whole(path: Path, reason: str) -> StoreError:
    message = tr("{path} could not be written completely: {reason}. Free some space and try again.")
    return StoreError(message.format(path=path, reason=reason))


@contextlib.contextmanager
def _written(part: Path, output: Path, title: str, layout: QPageLayout, dpi: int) -> Iterator[PdfFile]:
    """Write a part that is not searchable yet; messages name the output."""
    file = QFile(str(part))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise _cannot_write(output)
    writer = QPdfWriter(file)
    writer.setResolution(dpi)
    writer.setPageLayout(layout)
    writer.setTitle(title)
    writer.setCreator("WaterNet")
    pdf = PdfFile(file, writer)
    try:
        yield pdf
    finally:
        # The writer ends its file when the last reference goes.
        del writer, pdf.writer
        file.close()
    if pdf.is_broken:
        raise _not_whole(output, file.errorString())


@contextlib.contextmanager
def pdf_file(output: Path, title: str, layout: QPageLayout, dpi: int) -> Iterator[PdfFile]:
    """Write a PDF; when the block ends well, its Chinese words can be found and it takes its place.

    Whoever paints ends the painter inside the block. A file that is there stays until the new one is whole.

    Parameters
    ----------
    output
        The file.
    title
        What readers show in their title bar.
    layout
        Size, margins and orientation of the pages.
    dpi
        Dots an inch of what is drawn.

    Raises
    ------
    InputError
        When the place is that of a network.
    StoreError
        When the file can't be written, not to its end, or when the one that is there can't be replaced.
    """
    refuse_network_as_output(output)
    if output.is_dir():
        raise _cannot_write(output)
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(scratch.folder(output.absolute().parent, "pages"))
        except OSError:
            raise _cannot_write(output) from None
        part = folder / "pages.pdf"
        with _written(part, output, title, layout, dpi) as pdf:
            yield pdf
        make_searchable(part)
        replace_set({part: output})
