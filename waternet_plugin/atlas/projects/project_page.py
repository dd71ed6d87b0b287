"""The page of a project, or of the list of all: a template of QGIS, filled for one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

from qgis.core import QgsLayoutItem, QgsLayoutItemPicture, QgsPrintLayout, QgsProject

from waternet_plugin.atlas.assembly.wrapped_table import split, wrapped_table
from waternet_plugin.atlas.labels.paper_frame import PaperFrame
from waternet_plugin.atlas.labels.sheet_labels import TextMeasure
from waternet_plugin.atlas.layouts.list_page import ListPage
from waternet_plugin.atlas.layouts.page_table import TableText, page_table
from waternet_plugin.atlas.layouts.page_template import template_path
from waternet_plugin.atlas.layouts.sheet_layout import BookLook, SheetLayout
from waternet_plugin.atlas.map_layers import MapContent
from waternet_plugin.atlas.pages.page import SheetPage
from waternet_plugin.atlas.sheets.frames import sheet_frame
from waternet_plugin.store import Place

_LIST_MM = 186.0
# Any scale: these maps are as large at each.
_SCALE = 1000.0
_NORTH = ("north_arrow", "north_letter", "north_ground")
_OF_MAP = ("map", *_NORTH, "scale_bar", "legend")


@dataclass(frozen=True)
class PageContent:
    """What one page says: lines by the ids of their labels, tables, and pictures (SVG) as well.

    ``map`` is None where there is nothing to show, and ``following`` are the headings of what the tables
    have no room for, by their ids.
    """

    map: Optional[SheetPage]
    texts: Mapping[str, str]
    tables: Mapping[str, TableText]
    pictures: Mapping[str, str] = field(default_factory=dict)
    following: Mapping[str, str] = field(default_factory=dict)


def project_template(name: str, network: Place) -> Path:
    """Return the template of a page: beside project or network, or the shipped one."""
    return template_path(f"{name}.qpt", network, QgsProject.instance())


class ProjectPage:
    """A template that is filled.

    Parameters
    ----------
    name
        `frames.PROJECT` or `frames.PROJECT_LIST`.
    network
        Path of the network, beside which a page of its own may lie.
    content
        What the map draws.
    look
        What all pages share.
    folder
        For pictures.

    Raises
    ------
    InputError
        When the template is none, has no map, or one of another size.
    """

    def __init__(self, name: str, network: Place, content: MapContent, look: BookLook, folder: Path) -> None:
        self._folder, self._name = folder, name
        template = project_template(name, network)
        self._sheet = SheetLayout(template, sheet_frame(name, _SCALE), content, look, folder)
        self._list = ListPage(content.project, self._sheet.page_mm, look.families, column_mm=_LIST_MM)
        self._has_north = look.imprint.north_arrow
        self._count = 0

    @property
    def layout(self) -> QgsPrintLayout:
        """The page as it is filled now."""
        return self._sheet.layout

    def picture_mm(self, name: str) -> tuple[float, float]:
        """Return width and height of a picture; (0, 0) where the page has none of this id."""
        item = self._sheet.item(name, QgsLayoutItemPicture)
        return (0.0, 0.0) if item is None else (float(item.rect().width()), float(item.rect().height()))

    def prepare(self, pages: list[SheetPage]) -> None:
        """Make ready the legend of all pages."""
        self._sheet.prepare(pages, None)

    def following(self, content: PageContent) -> list[tuple[str, TableText]]:
        """Return what the tables have no room for, in pages with their headings."""
        pages = []
        for name, heading in content.following.items():
            _first, rest = self._parted(name, content.tables[name])
            pages += [(heading, part) for part in rest.parts(self._list.rows)]
        return pages

    def following_layout(self, heading: str, text: TableText, page_no: str) -> QgsPrintLayout:
        """Return a page of what a table had no room for."""
        return self._list.layout(heading, text, page_no)

    def fill(self, content: PageContent, *, number: int, pages: int) -> None:
        """Fill in page n of m."""
        sheet = self._sheet
        if content.map is not None:
            sheet.fill(content.map, number=number, pages=pages)
        for name in _OF_MAP:
            item = sheet.item(name, QgsLayoutItem)
            if item is not None:
                item.setVisibility(content.map is not None and (name not in _NORTH or self._has_north))
        for name, text in {**content.texts, "page_no": f"{number}/{pages}"}.items():
            sheet.set_text(name, text)
        if content.map is None:
            sheet.set_variable("scale", "")
        for name, text in content.tables.items():
            table = page_table(sheet.layout, name)
            if table is not None:
                table.show(self._parted(name, text)[0])
        for name, svg in content.pictures.items():
            picture = sheet.item(name, QgsLayoutItemPicture)
            if picture is not None:
                # QGIS keeps pictures by their paths: each page needs one of its own.
                self._count += 1
                path = self._folder / f"{self._name}_{name}_{self._count}.svg"
                path.write_text(svg, encoding="utf-8")
                picture.setPicturePath(str(path))
        sheet.layout.refresh()

    def _parted(self, name: str, text: TableText) -> tuple[TableText | None, TableText]:
        """Return what of a table stands on the page, in lines that fit, and the rest."""
        table = page_table(self._sheet.layout, name)
        column = table or self._list.column
        measure: Callable[[str], float] = TextMeasure(self._sheet.families, column.text_mm).width
        return split(wrapped_table(text, column, measure), table)


def frame_of_page(page: SheetPage) -> PaperFrame:
    """Return the frame of a page's map."""
    return PaperFrame.of_bounds(page.bounds, page.scale)
