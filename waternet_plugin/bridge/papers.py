"""What goes out of the house on paper or in a spreadsheet: plain sheets, and a report on one page."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from osgeo import ogr
from qgis.PyQt.QtCore import QFile, QIODevice, QMarginsF, QSizeF
from qgis.PyQt.QtGui import QFont, QPageLayout, QPageSize, QPdfWriter, QTextDocument

from waternet_plugin.bridge.export.layers import gdal_errors
from waternet_plugin.bridge.workbook import dress
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.files import scratch_folder
from waternet_plugin.core.reports.document import Report, plain
from waternet_plugin.core.texts import tr

_FAMILIES = ("Noto Sans", "Source Sans 3", "Segoe UI", "Helvetica Neue", "Arial", "DejaVu Sans")
_CHINESE = ("Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "SimHei")
_MARGIN_MM = 12.0
# From easily read to just readable.
_SIZES_PT = (10.0, 9.0, 8.0, 7.0, 6.0, 5.0)
_DPI = 300
_STYLE = """
h1 { font-size: 150%; margin: 0 0 2px 0; } h2 { font-size: 115%; margin: 8px 0 2px 0; }
p { margin: 2px 0; } .sub, .note { color: #555; } td, th { padding: 1px 8px 1px 0; text-align: left; }
footer { color: #777; }
"""


def _cell(value: Any) -> Any:
    """Return a value as a sheet holds it: numbers stay numbers, yes and no become words."""
    value = plain(value)
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return value


def _column_type(values: Sequence[Any]) -> int:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int) for value in known):
        return int(ogr.OFTInteger64)
    if known and all(isinstance(value, (int, float)) for value in known):
        return int(ogr.OFTReal)
    return int(ogr.OFTString)


def _write_sheet(source: Any, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    layer = source.CreateLayer(title, geom_type=ogr.wkbNone)
    cells = [[_cell(value) for value in row] for row in rows]
    types = [_column_type([row[place] for row in cells]) for place in range(len(columns))]
    for name, type_ in zip(columns, types):
        layer.CreateField(ogr.FieldDefn(name, type_))
    for row in cells:
        feature = ogr.Feature(layer.GetLayerDefn())
        for place, value in enumerate(row):
            if value is not None:
                feature.SetField(place, str(value) if types[place] == ogr.OFTString else value)
        layer.CreateFeature(feature)


def write_sheets(path: Path, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]) -> None:
    """Write sheets to an .xlsx: title, headings and rows of each.

    Raises
    ------
    WaterNetError
        When the place can't be written.
    """
    if path.suffix.lower() != ".xlsx":
        message = tr("{name} must end in {known}. Choose one of these formats.")
        raise InputError(message.format(name=path.name, known=".xlsx"))
    with scratch_folder(path.absolute().parent) as folder:
        partial = folder / "sheets.xlsx"
        with gdal_errors(path):
            source = ogr.GetDriverByName("XLSX").CreateDataSource(str(partial))
            for title, columns, rows in sheets:
                _write_sheet(source, title, columns, rows)
            # GDAL writes the file when the last reference goes.
            source = None
        dress(partial, sheets)
        try:
            os.replace(partial, path)
        except OSError as error:
            message = tr("{path} can't be replaced: {reason}. Close it where it is open and try again.")
            raise StoreError(message.format(path=path, reason=error.strerror)) from None


def _document(report: Report, writer: QPdfWriter, size_pt: float) -> QTextDocument:
    font = QFont()
    font.setFamilies([*_FAMILIES, *_CHINESE])
    font.setPointSizeF(size_pt)
    document = QTextDocument()
    # Measures are those of the paper, not of a screen.
    document.documentLayout().setPaintDevice(writer)
    document.setDocumentMargin(0)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(_STYLE)
    document.setHtml(re.sub(r"<style>.*?</style>", "", report.to_html(), flags=re.DOTALL))
    document.setPageSize(QSizeF(writer.width(), writer.height()))
    return document


def print_page(path: Path, report: Report) -> None:
    """Print a report on one A4 page, as large as fits; what is too long at the least size takes more pages.

    Raises
    ------
    StoreError
        When the file can't be written.
    """
    _print_report(path, report, _SIZES_PT)


def print_pages(path: Path, report: Report) -> None:
    """Print a report on as many A4 pages as it takes, in letters that are easily read.

    Raises
    ------
    StoreError
        When the file can't be written.
    """
    _print_report(path, report, _SIZES_PT[1:2])


def _print_report(path: Path, report: Report, sizes_pt: Sequence[float]) -> None:
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise StoreError(tr("The file {path} can't be written. Choose another place.").format(path=path))
    try:
        writer = QPdfWriter(file)
        writer.setResolution(_DPI)
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        size = QPageSize(QPageSize.PageSizeId.A4)
        millimetres = QPageLayout.Unit.Millimeter
        writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, margins, millimetres))
        writer.setTitle(report.title)
        writer.setCreator("WaterNet")
        for size_pt in sizes_pt:
            document = _document(report, writer, size_pt)
            if document.pageCount() == 1:
                break
        _print(document, writer)
        del writer
    finally:
        file.close()
    if file.error() != QFile.FileError.NoError:
        message = tr("{path} could not be written to its end: {reason}. Make room and try again.")
        raise StoreError(message.format(path=path, reason=file.errorString()))


def _print(document: QTextDocument, writer: QPdfWriter) -> None:
    # PyQt5 calls it print_, as print was a keyword once.
    (document.print_ if hasattr(document, "print_") else document.print)(writer)
