"""The template of the verification sheet: the user's own, else that of the plugin; filled for one pipe.

Labels take the values of a page as variables (``[% @wn_pipe %]``); the pictures ``sketch``, ``photo_1``,
``photo_2``, ... and the first table are filled by their ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Optional

from qgis.core import (
    QgsApplication,
    QgsExpressionContextUtils,
    QgsLayoutItemLabel,
    QgsLayoutItemManualTable,
    QgsLayoutItemPicture,
    QgsPrintLayout,
    QgsProject,
    QgsReadWriteContext,
    QgsTableCell,
)
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtXml import QDomDocument

from waternet_plugin.bridge.printing.page_fonts import with_families
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.paths import ROOT

NAME = "verification_sheet.qpt"
_FOLDER = "composer_templates"
# A template is a page, no data: what is larger is none.
_MOST_BYTES = 20_000_000


def template_path(network: Path, project: QgsProject) -> Path:
    """Return the template: beside project or network, in the user's profile, else the plugin's own."""
    home = project.homePath()
    folders = [*([Path(home)] if home else []), network.parent]
    folders.append(Path(QgsApplication.qgisSettingsDirPath()) / _FOLDER)
    paths = (folder / NAME for folder in folders)
    return next((path for path in paths if path.is_file()), ROOT / "styles" / "pages" / NAME)


def load_template(path: Path) -> QgsPrintLayout:
    """Return the page of a template.

    Raises
    ------
    InputError
        When it is no template of a page.
    """
    layout = QgsPrintLayout(QgsProject.instance())
    document, is_read = QDomDocument(), False
    if path.stat().st_size <= _MOST_BYTES:
        text = path.read_text(encoding="utf-8", errors="replace")
        # A template needs no document type, and one may hold entities that grow without end.
        parsed: Any = document.setContent(text) if "<!ENTITY" not in text else False
        is_read = bool(parsed[0] if isinstance(parsed, tuple) else parsed)
    if is_read:
        _items, is_read = layout.loadFromTemplate(document, QgsReadWriteContext())
    if not is_read or layout.pageCollection().pageCount() < 1:
        message = tr("{path} is not a page template. Save it again from QGIS's layout window, or delete it.")
        raise InputError(message.format(path=path))
    return layout


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
        Pictures; more photos than the template has places are left out.
    families
        Fonts of the page.
    """
    for name, value in values.items():
        QgsExpressionContextUtils.setLayoutVariable(layout, name, value)
    for item in layout.items():
        if isinstance(item, QgsLayoutItemPicture):
            _show(item, _picture_of(item.id(), sketch, photos))
        elif isinstance(item, QgsLayoutItemLabel):
            color = values.get("wn_verdict_color") if item.id() == "verdict" else None
            _set_font(item, families, color)
            item.refresh()
    for frame in layout.multiFrames():
        if isinstance(frame, QgsLayoutItemManualTable):
            for of_cells in ("content", "header"):
                form = getattr(frame, f"{of_cells}TextFormat")()
                form.setFont(with_families(form.font(), families))
                getattr(frame, f"set{of_cells.title()}TextFormat")(form)
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


def _set_font(item: QgsLayoutItemLabel, families: tuple[str, ...], color: Optional[str]) -> None:
    if hasattr(item, "textFormat"):
        form = item.textFormat()
        form.setFont(with_families(form.font(), families))
        if color:
            form.setColor(QColor(color))
        item.setTextFormat(form)
        return
    item.setFont(with_families(item.font(), families))
    if color:
        item.setFontColor(QColor(color))
