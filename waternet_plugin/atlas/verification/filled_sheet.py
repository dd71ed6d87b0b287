"""Fill the template of the verification sheet for one pipe.

Labels take the values of a page as variables (``[% @wn_pipe %]``); the pictures ``sketch``, ``photo_1``,
``photo_2``, ... and the first table are filled by their ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemManualTable,
    QgsLayoutItemPicture,
    QgsPrintLayout,
    QgsTableCell,
)
from qgis.PyQt.QtCore import QRectF, Qt
from qgis.PyQt.QtGui import QFont

from waternet_plugin.atlas.layouts.item_fonts import POINT_MM, set_fonts, set_label_color, set_label_font
from waternet_plugin.atlas.verification.sketch import HEIGHT_MM, TEXT_MM, WIDTH_MM, SketchWord
from waternet_plugin.bridge.printing.page_fonts import with_families
from waternet_plugin.bridge.variables import set_layout_variable

NAME = "verification_sheet.qpt"
_PHOTO = "photo_"
# Room for a word of the sketch, mm, and how far the middle of its letters is above their line, as a share.
_ROOM_MM, _ABOVE_LINE = 40.0, 0.36


def photo_places(layout: QgsPrintLayout) -> int:
    """Return how many photos a page of a template shows."""
    items = (item for item in layout.items() if isinstance(item, QgsLayoutItemPicture))
    return sum(item.id().startswith(_PHOTO) and item.id()[len(_PHOTO) :].isdecimal() for item in items)


def fill(
    layout: QgsPrintLayout,
    values: dict[str, str],
    *,
    table: Sequence[Sequence[str]],
    sketch: Path,
    words: Sequence[SketchWord],
    photos: Sequence[Path],
    families: tuple[str, ...],
) -> None:
    """Put the values of one pipe into a template.

    Parameters
    ----------
    layout
        The page.
    values
        Variables and their values.
    table
        Rows of texts, the heading first.
    sketch, photos
        Pictures, the sketch without its words; at most as many photos as `photo_places`.
    words
        Of the sketch.
    families
        Fonts of the page.
    """
    for name, value in values.items():
        set_layout_variable(layout, name, value)
    set_fonts(layout, families)
    for item in layout.items():
        if isinstance(item, QgsLayoutItemPicture):
            _show(item, _picture_of(item.id(), sketch, photos))
            if item.id() == "sketch":
                _write_words(layout, item, words, families)
        elif isinstance(item, QgsLayoutItemLabel):
            color = values.get("wn_verdict_color")
            if item.id() == "verdict" and color:
                set_label_color(item, color)
            item.refresh()
    for frame in layout.multiFrames():
        if isinstance(frame, QgsLayoutItemManualTable):
            if len(frame.columnWidths()) != len(table[0]):
                # Of a template with other columns.
                frame.setColumnWidths([0.0] * len(table[0]))
            frame.setTableContents([[QgsTableCell(text) for text in row] for row in table])
            frame.refresh()
            break


def _picture_of(name: str, sketch: Path, photos: Sequence[Path]) -> Optional[Path]:
    """Return the picture for an item; None for a place of a photo that there is none for."""
    if name == "sketch":
        return sketch
    kind, _, number = name.partition("_")
    if kind == "photo" and number.isdecimal():
        return photos[int(number) - 1] if 0 < int(number) <= len(photos) else None
    return Path()


def _write_words(
    layout: QgsPrintLayout, item: QgsLayoutItemPicture, words: Sequence[SketchWord], families: tuple[str, ...]
) -> None:
    """Write the words of a sketch where its picture lies: labels are text, which is found and copied."""
    # The sketch fills its item as far as its shape allows, in the middle of it.
    item.setResizeMode(QgsLayoutItemPicture.ResizeMode.Zoom)
    item.setPictureAnchor(QgsLayoutItem.ReferencePoint.Middle)
    place = item.mapRectToScene(item.rect())
    times = min(place.width() / WIDTH_MM, place.height() / HEIGHT_MM)
    left = place.center().x() - WIDTH_MM / 2.0 * times
    top = place.center().y() - HEIGHT_MM / 2.0 * times
    face = with_families(QFont(families[0]), families)
    face.setPointSizeF(TEXT_MM * times / POINT_MM)
    for word in words:
        label = QgsLayoutItemLabel(layout)
        set_label_font(label, face)
        set_label_color(label, word.colour)
        # What a survey calls a point is not an expression.
        label.setText(word.text.replace("[%", "[ %"))
        label.setMarginX(0.0)
        label.setMarginY(0.0)
        label.setHAlign(Qt.AlignmentFlag.AlignHCenter)
        label.setVAlign(Qt.AlignmentFlag.AlignVCenter)
        layout.addLayoutItem(label)
        middle = word.y_mm - _ABOVE_LINE * TEXT_MM
        label.attemptSetSceneRect(
            QRectF(
                left + (word.x_mm - _ROOM_MM / 2.0) * times,
                top + (middle - TEXT_MM) * times,
                _ROOM_MM * times,
                2.0 * TEXT_MM * times,
            )
        )


def _show(item: QgsLayoutItemPicture, path: Optional[Path]) -> None:
    if path == Path():
        # A picture of the user's own, such as a coat of arms.
        return
    item.setVisibility(path is not None)
    if path is not None:
        item.setPicturePath(str(path))
        item.refreshPicture()
