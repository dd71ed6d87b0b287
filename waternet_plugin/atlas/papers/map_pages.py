"""The map of a compound or zone as a page of its paper: a layout, filled for one after the other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import shapely
from qgis.core import (
    QgsFeature,
    QgsFillSymbol,
    QgsGeometry,
    QgsInvertedPolygonRenderer,
    QgsLayoutExporter,
    QgsLayoutItem,
    QgsPrintLayout,
    QgsProject,
    QgsRenderContext,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QBuffer, QIODevice, QRectF, QSize
from qgis.PyQt.QtGui import QPainter

from waternet_plugin.atlas.imprint import imprint_of
from waternet_plugin.atlas.layouts.notice_page import notice_page
from waternet_plugin.atlas.layouts.sheet_layout import BookLook, SheetLayout
from waternet_plugin.atlas.map_layers import map_content
from waternet_plugin.atlas.page_contents import pages_of
from waternet_plugin.atlas.pages.page import SheetPage
from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.pdf_pages import DPI
from waternet_plugin.atlas.papers.map_form import MapForm
from waternet_plugin.atlas.sheets.frames import sheet_frame
from waternet_plugin.atlas.sheets.series_basis import read_series_basis
from waternet_plugin.atlas.sheets.sheet_series import sheets_around
from waternet_plugin.bridge.layer_frames import without_asking
from waternet_plugin.bridge.printing import page_fonts
from waternet_plugin.bridge.project.project_basis import read_project_basis
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.colours import INK
from waternet_plugin.core.errors import CancelledError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.reports.document import ReportSection
from waternet_plugin.core.reports.papers.paper_words import PaperHead

if TYPE_CHECKING:
    from waternet_plugin.store import Network

_PALETTE = "print"
# What lies outside of the compound or zone is made pale; its boundary is drawn over all.
_OUTSIDE = "255,255,255,120"
_AREA = 2
# On a page of text there are no title and no foot of the map's own.
_OF_PAGE = ("title", "sheet_no", "page_no", "date", "edition")


class MapPages:
    """The maps of compounds or zones, one page each.

    Parameters
    ----------
    layout
        The page.
    outline
        The layer that shows the boundary of the one that is drawn.
    shapes
        What each shows, by its id.
    pages
        What each page says, by the same ids.
    note
        What all maps are without, as a sentence; '' for nothing.
    """

    def __init__(
        self,
        layout: SheetLayout,
        outline: QgsVectorLayer,
        shapes: Mapping[str, shapely.Geometry],
        pages: Mapping[str, SheetPage],
        note: str = "",
    ) -> None:
        self._layout, self._outline, self._shapes, self._pages = layout, outline, shapes, pages
        self.note = note
        # Why there is no map of some, by their ids.
        self.failed: dict[str, str] = {}
        layout.layout.renderContext().setTextRenderFormat(QgsRenderContext.TextRenderFormat.AlwaysText)
        layout.prepare(list(pages.values()), None)

    def draw(self, painter: QPainter, section: ReportSection, *, number: int, pages: int) -> None:
        """Draw the map of a section as a page, n of m."""
        layout = self._filled(section, number, pages)
        layout.renderContext().setDpi(DPI)
        QgsLayoutExporter(layout).renderPage(painter, 0)

    def picture(self, section: ReportSection, dpi: float) -> tuple[bytes, float]:
        """Return the map of a section, without title and foot, as PNG, and its width in mm."""
        layout = self._filled(section, 1, 1)
        boxes = [
            item.mapRectToScene(item.rect())
            for item in layout.items()
            if isinstance(item, QgsLayoutItem) and item.id() and item.id() not in _OF_PAGE
        ]
        box = QRectF(layout.pageCollection().page(0).rect())
        for first, *others in [boxes] if boxes else []:
            box = first
            for other in others:
                box = box.united(other)
        image = QgsLayoutExporter(layout).renderRegionToImage(box, QSize(), dpi)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        return bytes(buffer.data()), float(box.width())

    @property
    def paper(self) -> Box:
        """The page of a map, mm."""
        return Box(0.0, 0.0, *self._layout.page_mm)

    def _filled(self, section: ReportSection, number: int, pages: int) -> QgsPrintLayout:
        """Return the page of a section, or one that says why there is none."""
        try:
            self._fill(section, number, pages)
        except CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 (whatever befalls one map, the paper is written)
            reason = self.failed[section.map_of] = str(error) or type(error).__name__
            project, words = self._layout.layout.project(), self._layout.words
            heading = words("map_failed").format(subject=section.map_of)
            return notice_page(project, self._layout.page_mm, heading, reason, self._layout.families)
        return self._layout.layout

    def _fill(self, section: ReportSection, number: int, pages: int) -> None:
        """Fill the page for the section."""
        provider = self._outline.dataProvider()
        provider.truncate()
        shape = self._shapes[section.map_of]
        if shapely.get_dimensions(shape) == _AREA:
            feature = QgsFeature()
            feature.setGeometry(QgsGeometry.fromWkt(shapely.force_2d(shape).wkt))
            provider.addFeatures([feature])
        self._layout.set_text("title", section.title)
        self._layout.fill(self._pages[section.map_of], number=number, pages=pages)


@contextlib.contextmanager
def map_pages(
    network: Network, shapes: Mapping[str, shapely.Geometry], form: MapForm, head: PaperHead
) -> Iterator[MapPages | None]:
    """Make ready the maps of some shapes while the block lasts; None for no shape. In the main thread.

    Parameters
    ----------
    network
        The network, beside which a page of its own may lie.
    shapes
        What each map shows, by its id: its boundary, or where its pipes lie.
    form
        How they are drawn.
    head
        What the paper says of the network.

    Raises
    ------
    InputError
        When the template is none, has no map, or one of another size.
    """
    if not shapes:
        yield None
        return
    language = form.language
    words, families = PageWords(language), page_fonts.page_families(language)
    sheets = sheets_around(read_series_basis(network), shapes, form.page, form.scale)
    scale = float(sheets.index["scale"].min())
    template = form.template_path(network.address)
    content = map_content(
        read_project_basis(network),
        theme=form.theme,
        palette=_PALETTE,
        language=language,
        scale=scale,
        families=families,
        templates=[template],
    )
    imprint = imprint_of(
        network.settings(), name=head.network, crs=network.crs, theme=form.theme, scale=scale,
        pages=len(shapes), words=words, today=head.as_of,
    )  # fmt: skip
    try:
        outline = _outline(content.project)
        shown = replace(content, layers=(outline, *content.layers))
        with scratch.folder(None, "map") as folder:
            shared = BookLook(words, families, imprint)
            layout = SheetLayout(template, sheet_frame(form.page, scale), shown, shared, folder)
            pages = {
                page.sheet_no: _without_figures(page)
                for page in pages_of(sheets, content, form.theme, look.Look(_PALETTE, language), words)
            }
            maps = MapPages(layout, outline, shapes, pages, content.missing_text)
            try:
                yield maps
            finally:
                # The layout must be gone before the project is.
                del layout, maps
    finally:
        # Layers must be gone before QGIS is, whoever still holds the project.
        content.project.clear()


def _without_figures(page: SheetPage) -> SheetPage:
    """Return what a page says without the lengths of all that is in sight: the paper has those that count."""
    groups = (
        replace(group, signs=tuple(replace(sign, figure="") for sign in group.signs)) for group in page.legend
    )
    return replace(page, legend=tuple(groups))


def _outline(project: QgsProject) -> QgsVectorLayer:
    """Return the layer of the boundary that is shown, in a project."""
    layer = QgsVectorLayer("Polygon", "outline", "memory", without_asking())
    layer.setCrs(project.crs())
    style = {"color": _OUTSIDE, "outline_color": INK, "outline_width": "0.5", "outline_style": "dash dot"}
    layer.setRenderer(QgsInvertedPolygonRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(style))))
    project.addMapLayer(layer, False)
    return layer
