"""Fill the template of the verification sheet for one pipe.

Labels take the values of a page as variables (``[% @wn_pipe %]``); the pictures ``sketch``, ``photo_1``,
``photo_2``, ... and the first table are filled by their ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from qgis.core import (
    QgsExpressionContextUtils,
    QgsLayoutItemLabel,
    QgsLayoutItemManualTable,
    QgsLayoutItemPicture,
    QgsPrintLayout,
    QgsTableCell,
)
from qgis.PyQt.QtGui import QColor

from waternet_plugin.atlas.layouts.item_fonts import set_fonts

NAME = "verification_sheet.qpt"
_PHOTO = "photo_"


def photo_places(layout: QgsPrintLayout) -> int:
    """Return how many photos a page of a template shows."""
    items = (item for item in layout.items() if isinstance(item, QgsLayoutItemPicture))
    return sum(item.id().startswith(_PHOTO) and item.id()[len(_PHOTO) :].isdigit() for item in items)


def fill(
    layout: QgsPrintLayout,
    values: dict[str, str],
    *,
    table: Sequence[Sequence[str]],
    sketch: Path,
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
        Pictures; at most as many photos as the template has places, see `photo_places`.
    families
        Fonts of the page.
    """
    for name, value in values.items():
        QgsExpressionContextUtils.setLayoutVariable(layout, name, value)
    set_fonts(layout, families)
    for item in layout.items():
        if isinstance(item, QgsLayoutItemPicture):
            _show(item, _picture_of(item.id(), sketch, photos))
        elif isinstance(item, QgsLayoutItemLabel):
            color = values.get("wn_verdict_color")
            if item.id() == "verdict" and color:
                _set_color(item, color)
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
    if kind == "photo" and number.isdigit():
        return photos[int(number) - 1] if 0 < int(number) <= len(photos) else None
    return Path()


def _show(item: QgsLayoutItemPicture, path: Optional[Path]) -> None:
    if path == Path():
        # A picture of the user's own, such as a coat of arms.
        return
    item.setVisibility(path is not None)
    if path is not None:
        item.setPicturePath(str(path))
        item.refreshPicture()


def _set_color(item: QgsLayoutItemLabel, color: str) -> None:
    if hasattr(item, "textFormat"):
        form = item.textFormat()
        form.setColor(QColor(color))
        item.setTextFormat(form)
    else:
        item.setFontColor(QColor(color))
