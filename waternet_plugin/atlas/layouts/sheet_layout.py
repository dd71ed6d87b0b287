"""The page of a map sheet: a template, filled by the ids of its items for one sheet after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, TypeVar

import shapely
from qgis.core import (
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemMapGrid,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsRectangle,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QFont, QFontMetricsF

from waternet_plugin.atlas.layouts.item_fonts import POINT_MM, label_font, set_fonts, set_label_font
from waternet_plugin.atlas.layouts.legend_item import LegendItem
from waternet_plugin.atlas.layouts.overview_picture import OverviewPicture
from waternet_plugin.atlas.layouts.page_table import TableText, page_table
from waternet_plugin.atlas.layouts.page_template import load_template
from waternet_plugin.atlas.map_layers import MapContent
from waternet_plugin.atlas.pages.figures import metres
from waternet_plugin.atlas.pages.page import Imprint, SheetPage
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.scale_bar import round_length, scale_words
from waternet_plugin.bridge.variables import set_layout_variable
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.paths import SHIPPED_PAGES

NEIGHBOURS = ("nw", "n", "ne", "w", "e", "sw", "s", "se")
# Captions of the page: with a colon behind, and as headings.
_CAPTIONS = ("crs", "height_datum", "secrecy", "drawn", "checked", "approved", "date", "edition", "page")
_HEADINGS = ("overview", "neighbours", "legend", "sheet_name", "sheet_no", "scale", "north")
# Distance of the crosses on paper, and the least height of a text, mm.
GRID_MM, _SMALLEST_MM = 100.0, 2.0
# The frame of a map may miss that of the sheet by what a hand can't see.
_SAME_MM = 0.1

_Item = TypeVar("_Item", bound=QgsLayoutItem)


@dataclass(frozen=True)
class BookLook:
    """What all sheets of a book share: words, fonts, imprint; the logo's path is None where there is none."""

    words: PageWords
    families: tuple[str, ...]
    imprint: Imprint
    table: str = "summary"
    logo: Optional[Path] = None


@dataclass(frozen=True)
class NamedTable:
    """A table and its heading."""

    title: str
    table: TableText


class SheetLayout:
    """The page of one paper, to be filled with sheets.

    Parameters
    ----------
    template
        Path of the template.
    frame_mm
        Width and height that the map must have.
    content
        Layers of the map; its project holds the layout.
    look
        What all sheets share.
    scratch
        Folder for the pictures of the overview.

    Raises
    ------
    InputError
        When the template is none, has no map, or one of another size.
    """

    def __init__(
        self,
        template: Path,
        frame_mm: tuple[float, float],
        content: MapContent,
        look: BookLook,
        scratch: Path,
    ) -> None:
        self._content, self._look, self._scratch = content, look, scratch
        self._is_own = template.parent != SHIPPED_PAGES
        # A label that the frame would cut is not written on this sheet but on the next one.
        content.project.setLabelingEngineSettings(content.labeling)
        self.layout = load_template(template, content.project)
        self.map = self._checked_map(template, frame_mm)
        # What lies on the map, mm from the frame's lower left corner.
        self.blocked: list[shapely.Polygon] = []
        set_fonts(self.layout, look.families)
        self._set_map()
        self._legend: LegendItem | None = None
        self._overview: OverviewPicture | None = None
        # The scale that the bar shows; most sheets have that of the sheet before.
        self._bar_scale = 0.0
        self.table = page_table(self.layout, "table")
        self.label_list = page_table(self.layout, "label_list")
        self._faces: dict[str, QFont] = {}
        # Looking through all items for each text takes longer than writing it.
        self._texts: dict[str, list[QgsLayoutItemLabel]] = {}
        for item in self.layout.items():
            if isinstance(item, QgsLayoutItemLabel):
                self._texts.setdefault(item.id(), []).append(item)
        # What all sheets say but when and in which edition.
        self._shared: dict[str, str] = {}

    def item(self, name: str, kind: type[_Item]) -> _Item | None:
        """Return the item of a kind with an id, None where the page has none."""
        for item in self.layout.items():
            if isinstance(item, kind) and item.id() == name:
                return item
        return None

    def _checked_map(self, template: Path, frame_mm: tuple[float, float]) -> QgsLayoutItemMap:
        found = self.item("map", QgsLayoutItemMap)
        if found is None:
            message = tr("{path} has no map with the item id “map”. Add one, or go back to the shipped page.")
            raise InputError(message.format(path=template))
        width, height = frame_mm
        size = found.rect()
        if abs(size.width() - width) > _SAME_MM or abs(size.height() - height) > _SAME_MM:
            raise InputError(
                tr(
                    "The map of {path} is {wide:g} × {high:g} mm, but the sheets need {width:g} × {height:g} "
                    "mm. Give the map this size, or go back to the shipped page."
                ).format(
                    path=template,
                    wide=round(size.width(), 1),
                    high=round(size.height(), 1),
                    width=width,
                    height=height,
                )
            )
        return found

    @property
    def words(self) -> PageWords:
        """The words of the book."""
        return self._look.words

    @property
    def families(self) -> tuple[str, ...]:
        """The fonts of the book."""
        return self._look.families

    @property
    def logo_path(self) -> str:
        """The picture of the logo on the page, '' for none."""
        logo = self.item("logo", QgsLayoutItemPicture)
        return str(logo.picturePath()) if logo is not None else ""

    @property
    def page_mm(self) -> tuple[float, float]:
        """Width and height of the page."""
        size = self.layout.pageCollection().page(0).pageSize()
        return float(size.width()), float(size.height())

    def _set_map(self) -> None:
        """Give the map its layers, and keep labels away from the items on it."""
        shown = self.map
        shown.setFollowVisibilityPreset(False)
        shown.setKeepLayerStyles(False)
        shown.setKeepLayerSet(True)
        shown.setLayers(list(self._content.layers))
        shown.setCrs(self._content.project.crs())
        on_map = self.map.mapRectToScene(self.map.rect())
        for item in self.layout.items():
            is_over = isinstance(item, QgsLayoutItem) and item is not shown and item.id() != ""
            rect = item.mapRectToScene(item.rect()) if is_over else None
            if rect is not None and on_map.contains(rect):
                shown.addLabelBlockingItem(item)
                west, south = rect.left() - on_map.left(), on_map.bottom() - rect.bottom()
                self.blocked.append(shapely.box(west, south, west + rect.width(), south + rect.height()))

    def _set_shared(self) -> None:
        """Fill in what all sheets share."""
        imprint = self._look.imprint
        for name, text in captions(imprint, self._look.words).items():
            self.set_variable(name, text)
        self._shared = shared_texts(imprint)
        for name, text in {**self._shared, "date": imprint.date, "edition": imprint.edition}.items():
            self.set_text(name, text)
        logo = self.item("logo", QgsLayoutItemPicture)
        if logo is not None and self._look.logo is not None:
            logo.setPicturePath(str(self._look.logo))
        if logo is not None and not logo.picturePath():
            logo.setVisibility(False)
        for name in ("north_arrow", "north_letter", "north_ground"):
            for item in self.layout.items():
                if isinstance(item, QgsLayoutItem) and item.id() == name:
                    item.setVisibility(imprint.north_arrow)

    def _set_bar(self, scale: float) -> None:
        """Let the bar of the scale show four round lengths that fit it."""
        bar = self.item("scale_bar", QgsLayoutItemScaleBar)
        if bar is not None and scale != self._bar_scale:
            bar.setLinkedMap(self.map)
            set_bar(bar, scale)
            self._bar_scale = scale

    def prepare(self, pages: Sequence[SheetPage], overview: OverviewPicture | None) -> None:
        """Make ready what all sheets share: words, legend and overview of a book."""
        self._set_shared()
        self._overview = overview
        item = self.item("legend", QgsLayoutItemLegend)
        if item is not None:
            legends = (page.legend for page in pages)
            self._legend = LegendItem(item, self.map, self._content.project, legends, self._look.words)

    @property
    def overview_room_mm(self) -> tuple[float, float] | None:
        """Width and height of the picture of the whole book; None where the page has none."""
        item = self.item("overview", QgsLayoutItemPicture)
        return None if item is None else (float(item.rect().width()), float(item.rect().height()))

    def fill(
        self,
        page: SheetPage,
        *,
        number: int,
        pages: int,
        labels: TableText | None = None,
        assets: TableText | None = None,
        totals: NamedTable | None = None,
    ) -> tuple[str, ...]:
        """Fill in one sheet and return what it says, without date, edition and page.

        Parameters
        ----------
        page
            What it says.
        number, pages
            The page n/m that is printed.
        labels
            The list of labels that got no room on the map; None for none.
        assets
            The list of assets where the book's table is that; None for none.
        totals
            What the table says instead of what the book's table is; None for that.
        """
        words = self._look.words
        self._show_map(page)
        self._set_bar(page.scale)
        streets = words("streets") + words.colon + page.streets if page.streets else ""
        texts = {"sheet_no": page.sheet_no, "sheet_name": streets, "page_no": f"{number}/{pages}"}
        texts.update({f"neighbour_{side}": own for side, own in zip(NEIGHBOURS, page.neighbours)})
        for name, text in texts.items():
            self.set_text(name, text)
        del texts["page_no"]
        if self._legend is not None:
            self._legend.show(page.legend)
        picture = self.item("overview", QgsLayoutItemPicture)
        if picture is not None and self._overview is not None:
            # QGIS keeps pictures by their paths: each sheet needs one of its own.
            path = self._scratch / f"overview_{page.number}.svg"
            path.write_text(self._overview.svg([page.number - 1]), encoding="utf-8")
            picture.setPicturePath(str(path))
        rows = self._show_table(page, assets, totals)
        self._show_labels(labels)
        if self._is_own:
            # Properties of a user's page may rest on what the sheet says. Those of ours do not, and to ask
            # each item takes a sixth of a book's time.
            self.layout.refresh()
        signs = (
            (group.heading, group.note, sign.label, sign.figure)
            for group in page.legend
            for sign in group.signs
        )
        shared = (self._shared[name] for name in sorted(self._shared))
        listed = labels.rows if labels is not None else ()
        return (*shared, *texts.values(), *(text for row in (*signs, *rows, *listed) for text in row))

    def _show_table(
        self, page: SheetPage, assets: TableText | None, totals: NamedTable | None
    ) -> tuple[tuple[str, ...], ...]:
        """Show the table of the book, or what is to stand there, and return its rows."""
        words, shown = self._look.words, totals
        if self.table is None:
            return ()
        if shown is None and assets is not None:
            shown = NamedTable(words("asset_table"), assets)
        if shown is None and self._look.table == "summary" and page.materials:
            shown = NamedTable(words("table"), material_table(page, words, self.table.rows))
        self.set_variable("word_table", shown.title if shown is not None else "")
        self.table.show(shown.table if shown is not None else None)
        return shown.table.rows if shown is not None else ()

    def _show_labels(self, text: TableText | None) -> None:
        """Show the list of labels that got no room on the map; None for none."""
        self.set_variable("word_label_list", "" if text is None else self._look.words("label_list"))
        if self.label_list is not None:
            self.label_list.show(text)

    def _show_map(self, page: SheetPage) -> None:
        self.map.setMapRotation(page.angle_deg)
        self.map.zoomToExtent(QgsRectangle(*page.bounds))
        self.set_variable("scale", scale_words(page.scale))
        step = GRID_MM * page.scale / 1000.0
        for grid in self.map.grids().asList():
            if grid.name() == "coordinates":
                grid.setUnits(QgsLayoutItemMapGrid.GridUnit.MapUnit)
                grid.setIntervalX(step)
                grid.setIntervalY(step)
                grid.setAnnotationPrecision(0 if abs(step - round(step)) < 1e-6 else 2)
        arrow = self.item("north_arrow", QgsLayoutItemPicture)
        if arrow is not None:
            arrow.setPictureRotation(page.angle_deg)

    def set_variable(self, name: str, text: str) -> None:
        """Say something where an expression of the page asks for it."""
        set_layout_variable(self.layout, f"wn_{name}", text)

    def set_text(self, name: str, text: str) -> None:
        """Write into the label of an id, in letters that fit; an expression of the user's own stays.

        Properties that rest on it follow once the layout is refreshed.
        """
        self.set_variable(name, text)
        for item in self._texts.get(name, ()):
            if "[%" not in item.text() or name in self._faces:
                self._fit(item, name, text)

    def _fit(self, item: QgsLayoutItemLabel, name: str, text: str) -> None:
        face = self._faces.setdefault(name, QFont(label_font(item)))
        text, fitted = fitting(text, face, float(item.rect().width()) - 2 * item.marginX())
        set_label_font(item, fitted)
        # A name is not an expression.
        item.setText(text.replace("[%", "[ %"))


def set_bar(bar: QgsLayoutItemScaleBar, scale: float) -> None:
    """Let the bar of a scale show four round lengths that fit it."""
    # The item takes the width of its bar: the template says how long that may be.
    field = round_length(max(bar.maximumBarWidth(), _SMALLEST_MM) * scale / 1000.0 / 4.0)
    in_km = field * 4 >= 4000.0
    bar.setUnits(
        QgsUnitTypes.DistanceUnit.DistanceKilometers if in_km else QgsUnitTypes.DistanceUnit.DistanceMeters
    )
    bar.setUnitLabel("km" if in_km else "m")
    bar.setNumberOfSegments(4)
    bar.setNumberOfSegmentsLeft(0)
    bar.setUnitsPerSegment(field / 1000.0 if in_km else field)
    bar.setMapUnitsPerScaleBarUnit(1.0)
    # It only finds its size when it is asked to, and the map had no scale before.
    bar.refresh()
    bar.attemptMove(bar.positionWithUnits())


def captions(imprint: Imprint, words: PageWords) -> dict[str, str]:
    """Return captions and headings of the page by their variables, without the prefix of these."""
    found = {f"caption_{word}": words(word) + words.colon for word in _CAPTIONS}
    found.update({f"word_{word}": words(word) for word in _HEADINGS})
    if not imprint.height_datum:
        found["caption_height_datum"] = ""
    return found


def shared_texts(imprint: Imprint) -> dict[str, str]:
    """Return what all sheets say, without date and edition, by the ids of the items."""
    return {
        "title": imprint.heading,
        "crs": imprint.crs,
        "height_datum": imprint.height_datum,
        "secrecy": imprint.secrecy,
        "drawn_by": imprint.drawn_by,
        "checked_by": imprint.checked_by,
        "approved_by": imprint.approved_by,
    }


def fitting(text: str, face: QFont, width_mm: float) -> tuple[str, QFont]:
    """Return text and font that fit a width: smaller letters first, then an ellipsis."""
    # Measured large: small letters are rounded to dots of the screen.
    dots = 20.0
    fitted, size = QFont(face), face.pointSizeF()
    measured = QFont(face)
    measured.setPixelSize(max(1, round(size * POINT_MM * dots)))
    needed = QFontMetricsF(measured).horizontalAdvance(text) / dots
    if needed <= width_mm or not text:
        return text, fitted
    smaller = max(_SMALLEST_MM / POINT_MM, size * width_mm / needed * 0.99)
    fitted.setPointSizeF(min(size, smaller))
    measured.setPixelSize(max(1, round(fitted.pointSizeF() * POINT_MM * dots)))
    metrics: Any = QFontMetricsF(measured)
    return str(metrics.elidedText(text, Qt.TextElideMode.ElideRight, width_mm * dots)), fitted


def material_table(page: SheetPage, words: PageWords, room: int) -> TableText:
    """Return pipes and metres by material with their sum; what finds no room is summed in one line."""
    shown, rest = list(page.materials), []
    if len(shown) + 1 > room:
        keep = max(room - 2, 0)
        shown, rest = shown[:keep], shown[keep:]
    rows = [
        (page.material_labels.get(row.key) or row.key or words("not_recorded"), row.count, row.length_m)
        for row in shown
    ]
    if rest:
        more = words("and_more").format(n=len(rest))
        rows.append((more, sum(row.count for row in rest), sum(row.length_m for row in rest)))
    count, length_m = (sum(row.count for row in page.materials), sum(row.length_m for row in page.materials))
    rows.append((words("total"), count, length_m))
    texts = [(name, f"{pipes:,}", metres(length)) for name, pipes, length in rows]
    head = (words("material"), words("pipes"), words("length"))
    return TableText(
        rows=(head, *texts),
        shares=(0.5, 0.2, 0.3),
        numeric=(False, True, True),
        strong=frozenset({len(texts)}),
    )
