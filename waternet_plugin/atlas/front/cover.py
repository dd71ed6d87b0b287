"""The cover of a map book: what it is, of which network and state, and who signs."""

from __future__ import annotations

from dataclasses import dataclass

from qgis.core import (
    QgsFillSymbol,
    QgsLayoutItemPicture,
    QgsLayoutItemShape,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPrintLayout,
)

from waternet_plugin.atlas.layouts.page_labels import CENTRE, RIGHT, PageLabels, empty_page
from waternet_plugin.atlas.layouts.sheet_layout import SheetLayout
from waternet_plugin.atlas.pages.page import Imprint
from waternet_plugin.atlas.pages.scale_bar import scale_words
from waternet_plugin.core.colours import INK, NOTE

# Distances of the double border from the edge of the page, and its lines, mm.
_BORDERS_MM = ((10.0, 0.7), (12.0, 0.2))
_TITLE_MM, _SUBTITLE_MM, _FACT_MM = 14.0, 8.0, 4.5
_ROW_MM, _LOGO_MM = 9.0, 28.0


@dataclass(frozen=True)
class CoverText:
    """What a cover says beside the imprint: the network's name and the paper of the sheets."""

    imprint: Imprint
    network: str
    paper: str


def cover_page(layout: SheetLayout, text: CoverText) -> QgsPrintLayout:
    """Return the cover of a book, on a page like its sheets."""
    page_mm = layout.page_mm
    made = empty_page(layout.layout.project(), page_mm)
    width, height = page_mm
    for edge, line in _BORDERS_MM:
        _add_box(made, (edge, edge, width - 2 * edge, height - 2 * edge), line)
    labels, words, imprint = PageLabels(made, layout.families), layout.words, text.imprint
    inner = width - 60.0
    # The secrecy stands above all else, in the corner where it is looked for.
    labels.put(f"{words('secrecy')}{words.colon}{imprint.secrecy}", (18.0, 18.0, inner / 2), _FACT_MM)
    if layout.logo_path:
        _add_logo(made, layout.logo_path, (width - 18.0 - _LOGO_MM, 18.0))
    top = height * 0.2
    labels.put(imprint.title, (30.0, top, inner), _TITLE_MM, align=CENTRE, bold=True)
    subtitle = f"{imprint.theme} · {words('book')}"
    labels.put(subtitle, (30.0, top + _TITLE_MM * 1.8, inner), _SUBTITLE_MM, align=CENTRE)
    _write_facts(labels, layout, text, height * 0.43)
    _write_signatures(labels, made, layout, text)
    return made


def _write_facts(labels: PageLabels, layout: SheetLayout, text: CoverText, top: float) -> None:
    words, imprint = layout.words, text.imprint
    facts = (
        ("network", text.network),
        ("edition", imprint.edition),
        ("date", imprint.date),
        ("scale", scale_words(imprint.scale)),
        ("paper", text.paper),
        ("sheet_count", f"{imprint.pages:,}"),
        ("crs", imprint.crs),
        ("height_datum", imprint.height_datum),
    )
    middle = layout.page_mm[0] / 2
    for row, (word, fact) in enumerate((word, fact) for word, fact in facts if fact):
        at = top + row * _ROW_MM
        labels.put(words(word), (30.0, at, middle - 36.0), _FACT_MM, align=RIGHT, color=NOTE)
        labels.put(fact, (middle, at, middle - 30.0), _FACT_MM)


def _write_signatures(labels: PageLabels, made: QgsPrintLayout, layout: SheetLayout, text: CoverText) -> None:
    words, imprint = layout.words, text.imprint
    width, height = layout.page_mm
    names = (
        ("drawn", imprint.drawn_by),
        ("checked", imprint.checked_by),
        ("approved", imprint.approved_by),
    )
    column, top = (width - 60.0) / len(names), height - 46.0
    for place, (word, name) in enumerate(names):
        left = 30.0 + place * column
        labels.put(words(word) + words.colon + name, (left, top, column - 8.0), _FACT_MM)
        _add_box(made, (left, top + 17.0, column - 8.0, 0.0), 0.2)
        labels.put(words("signature"), (left, top + 18.0, column - 8.0), 3.0, color=NOTE)


def _add_box(made: QgsPrintLayout, place_mm: tuple[float, float, float, float], line_mm: float) -> None:
    """Draw a rectangle; without height it is a line."""
    left, top, width, height = place_mm
    shape = QgsLayoutItemShape(made)
    shape.setShapeType(QgsLayoutItemShape.Shape.Rectangle)
    pen = {"style": "no", "outline_color": INK, "outline_width": str(line_mm)}
    shape.setSymbol(QgsFillSymbol.createSimple(pen))
    made.addLayoutItem(shape)
    shape.attemptResize(QgsLayoutSize(width, max(height, 0.01)))
    shape.attemptMove(QgsLayoutPoint(left, top))


def _add_logo(made: QgsPrintLayout, path: str, place_mm: tuple[float, float]) -> None:
    logo = QgsLayoutItemPicture(made)
    logo.setPicturePath(path)
    made.addLayoutItem(logo)
    logo.attemptResize(QgsLayoutSize(_LOGO_MM, _LOGO_MM))
    logo.attemptMove(QgsLayoutPoint(*place_mm))
