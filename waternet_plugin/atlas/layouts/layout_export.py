"""Print one filled layout: PDF with text as text, geo-PDF or picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsLayoutExporter, QgsLayoutRenderContext, QgsPrintLayout, QgsRenderContext

from waternet_plugin.bridge.printing.searchable import make_searchable
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.texts import tr

FORMATS = ("pdf", "png", "geopdf")


def check_format(form: str) -> None:
    """Refuse a format that this QGIS can't print.

    Raises
    ------
    InputError
        For a geo-PDF where QGIS was built without.
    """
    if form == "geopdf" and not _gdal_reads_pdf():
        raise InputError(tr("This QGIS can't write geo-PDF. Choose FORMAT pdf."))


def _gdal_reads_pdf() -> bool:
    """Return whether GDAL can put the parts of a geo-PDF together, which it has to read for that."""
    from osgeo import gdal

    driver = gdal.GetDriverByName("PDF")
    names = ("HAVE_POPPLER", "HAVE_PDFIUM", "HAVE_PODOFO")
    return driver is not None and any(driver.GetMetadataItem(name) == "YES" for name in names)


def export_page(
    layout: QgsPrintLayout, path: Path, *, form: str = "pdf", dpi: float = 300.0, has_photos: bool = False
) -> Any:
    """Print a layout of one page to a file and return the exporter, which knows the labels it placed.

    Parameters
    ----------
    layout
        Filled.
    path
        The file; its folder is there.
    form
        One of `FORMATS`.
    dpi
        Dots an inch of pictures and of what can't be drawn as lines.
    has_photos
        Whether pictures are compressed as photos, not as drawings.

    Raises
    ------
    StoreError
        When the file can't be written.
    """
    exporter = QgsLayoutExporter(layout)
    if form == "png":
        picture = QgsLayoutExporter.ImageExportSettings()
        picture.dpi = dpi
        result = exporter.exportToImage(str(path), picture)
    else:
        settings = QgsLayoutExporter.PdfExportSettings()
        settings.dpi = dpi
        settings.textRenderFormat = QgsRenderContext.TextRenderFormat.AlwaysText
        settings.forceVectorOutput = True
        settings.rasterizeWholeImage = False
        settings.simplifyGeometries = False
        settings.exportMetadata = False
        if not has_photos:
            # QGIS 3.22 hatches areas with pictures, which blur as photos and are twenty times as large.
            settings.flags = settings.flags | QgsLayoutRenderContext.Flag.FlagLosslessImageRendering
        settings.appendGeoreference = form == "geopdf"
        settings.writeGeoPdf = form == "geopdf"
        settings.includeGeoPdfFeatures = False
        result = exporter.exportToPdf(str(path), settings)
    if result != QgsLayoutExporter.ExportResult.Success or not path.is_file():
        raise StoreError(
            tr("The page {path} can't be written: {reason}.").format(
                path=path, reason=exporter.errorMessage() or tr("the reason is not known")
            )
        )
    if form == "pdf":
        make_searchable(path)
    return exporter
