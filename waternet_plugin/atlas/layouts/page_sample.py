"""Show a page as it will be printed while it is edited: texts of the network, its map at the scale."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsPrintLayout,
    QgsRectangle,
)

from waternet_plugin.atlas.imprint import imprint_of
from waternet_plugin.atlas.layouts.own_page import FILLED
from waternet_plugin.atlas.layouts.sheet_layout import GRID_MM, NEIGHBOURS, captions, set_bar, shared_texts
from waternet_plugin.atlas.pages.page import Imprint
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.scale_bar import scale_words
from waternet_plugin.bridge.variables import set_layout_variable

if TYPE_CHECKING:
    from waternet_plugin.store import Network

# Headings that a sheet shows where there is something below them.
_HEADINGS = ("table", "label_list")
# What a sheet says that is not of the whole book.
_OF_A_SHEET = ("sheet_no", "sheet_name", "page_no", *(f"neighbour_{side}" for side in NEIGHBOURS))


def sample_imprint(network: Network, theme: str, scale: float, words: PageWords) -> Imprint:
    """Return what a page that is edited says of its book: the network's names, a scale, today."""
    return imprint_of(
        network.settings(),
        name=network.title,
        crs=network.crs,
        theme=theme,
        scale=scale,
        pages=1,
        words=words,
        today=datetime.date.today(),
    )


def sample_texts(imprint: Imprint, words: PageWords) -> dict[str, str]:
    """Return what a page says while it is edited, by the ids of its items.

    Parameters
    ----------
    imprint
        What all sheets say.
    words
        In the language of the page.
    """
    found = {
        **shared_texts(imprint),
        "date": imprint.date,
        "edition": imprint.edition,
        "sheet_no": "X-Y",
        "sheet_name": words("streets") + words.colon + "…",
        "page_no": "n/m",
    }
    found.update({f"neighbour_{side}": side.upper() for side in NEIGHBOURS})
    # An empty label can be neither seen nor moved.
    return {name: text or f"({name})" for name, text in found.items()}


# Items whose texts a book fills in.
FILLED_IDS = frozenset(_OF_A_SHEET).union(
    "title crs height_datum secrecy drawn_by checked_by approved_by date edition".split()
)


def show_sample(
    layout: QgsPrintLayout,
    imprint: Imprint,
    words: PageWords,
    view: QgsRectangle,
    crs: QgsCoordinateReferenceSystem,
) -> None:
    """Fill a page for editing; `save_page` takes all of it out again.

    Parameters
    ----------
    layout
        The page.
    imprint, words
        See `sample_texts`; the scale is the imprint's.
    view
        The map shows its middle.
    crs
        Of the view.
    """
    texts = sample_texts(imprint, words)
    variables = {**captions(imprint, words), **texts, "scale": scale_words(imprint.scale)}
    variables.update({f"word_{word}": words(word) for word in _HEADINGS})
    for name, text in variables.items():
        set_layout_variable(layout, FILLED + name, text)
    bars, shown = [], None
    for item in layout.items():
        if isinstance(item, QgsLayoutItemLabel) and item.id() in texts and "[%" not in item.text():
            # A name is not an expression.
            item.setText(texts[item.id()].replace("[%", "[ %"))
        elif isinstance(item, QgsLayoutItemMap) and item.id() == "map":
            _show_map(item, imprint.scale, view, crs)
            shown = item
        elif isinstance(item, QgsLayoutItemScaleBar):
            bars.append(item)
    for bar in bars:
        # When its map has the scale.
        bar.setLinkedMap(shown)
        set_bar(bar, imprint.scale)
    layout.refresh()


def _show_map(item: Any, scale: float, view: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> None:
    item.setKeepLayerSet(False)
    item.setLayers([])
    item.setCrs(crs)
    item.zoomToExtent(view)
    item.setScale(scale)
    for grid in item.grids().asList():
        grid.setIntervalX(GRID_MM * scale / 1000.0)
        grid.setIntervalY(GRID_MM * scale / 1000.0)
