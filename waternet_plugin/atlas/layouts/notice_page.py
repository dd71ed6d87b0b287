"""A page that says why a sheet could not be printed."""

from __future__ import annotations

from qgis.core import QgsLayoutItemLabel, QgsLayoutPoint, QgsLayoutSize, QgsPrintLayout, QgsProject
from qgis.PyQt.QtGui import QFont

from waternet_plugin.atlas.layouts.item_fonts import set_label_color, set_label_font
from waternet_plugin.bridge.printing.page_fonts import with_families
from waternet_plugin.core.colours import INK, SEVERE

_HEADING_PT, _TEXT_PT, _MARGIN_MM = 18.0, 10.0, 20.0


def notice_page(
    project: QgsProject,
    page_mm: tuple[float, float],
    heading: str,
    text: str,
    families: tuple[str, ...],
) -> QgsPrintLayout:
    """Return a page with a heading and a text below it.

    Parameters
    ----------
    project
        Owns the layout.
    page_mm
        Width and height.
    heading, text
        What it says.
    families
        Fonts of the page.
    """
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*page_mm))
    width = page_mm[0] - 2 * _MARGIN_MM
    for written, points, top, height, color in (
        (heading, _HEADING_PT, _MARGIN_MM, 12.0, SEVERE),
        (text, _TEXT_PT, _MARGIN_MM + 16.0, page_mm[1] - 2 * _MARGIN_MM - 16.0, INK),
    ):
        item = QgsLayoutItemLabel(layout)
        face = QFont(families[0])
        face.setPointSizeF(points)
        set_label_font(item, with_families(face, families))
        set_label_color(item, color)
        # A message is not an expression.
        item.setText(written.replace("[%", "[ %"))
        layout.addLayoutItem(item)
        item.attemptResize(QgsLayoutSize(width, height))
        item.attemptMove(QgsLayoutPoint(_MARGIN_MM, top))
    return layout
