"""The sheets of a book before it is printed: which there are, which are left out, where the pipes run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from qgis.PyQt.QtGui import QPainterPath

from waternet_plugin.atlas.pages.page import Overview
from waternet_plugin.atlas.pages.strokes import strokes_of
from waternet_plugin.atlas.sheets.series_basis import SeriesBasis, read_series_basis
from waternet_plugin.atlas.sheets.sheet_request import GRID, SheetRequest
from waternet_plugin.atlas.sheets.sheet_series import MAX_PAGES, check_thickness, sheets_of
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.progress import SILENT, Progress

if TYPE_CHECKING:
    from waternet_plugin.store import Network

Bounds = tuple[float, float, float, float]
Ring = tuple[tuple[float, float], ...]

# The picture is drawn this large and scaled by whoever shows it, in mm with ten dots each.
_WIDTH_MM, _HEIGHT_MM, DOTS = 160.0, 120.0, 10.0
# More pipes than this can't be told apart in it.
MOST_SHOWN = 40_000
# Places without pipes are shown one by one up to this many.
_MOST_EMPTY = 4000


@dataclass(frozen=True)
class Outline:
    """The sheets of one choice, in the order of the pages.

    ``numbers``, ``bounds`` and ``corners`` are those of the sheets, which may be turned, ``empty`` the places
    between those of a grid that no pipe reaches, ``area`` the rings of the polygon that the book is limited
    to, ``page_limit_fault`` the sentence for a book that is too thick ('' for none), ``strays`` how many
    pipes far from all others are on no sheet, ``notes`` what else is to be said, ``changed`` the numbers of
    the sheets that were changed.
    """

    numbers: tuple[str, ...]
    bounds: tuple[Bounds, ...]
    corners: tuple[Ring, ...]
    empty: tuple[Bounds, ...]
    empty_count: int
    area: tuple[Ring, ...]
    overview: Overview
    index: pd.DataFrame
    page_limit_fault: str
    strays: int = 0
    notes: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages the sheets have."""
        return len(self.numbers)


def _rings(area: shapely.Geometry | None) -> tuple[Ring, ...]:
    """Return the outer rings of an area, none for the whole network or for lines and points."""
    if area is None or shapely.get_dimensions(area) != 2:
        return ()
    parts = shapely.get_parts(area)
    outer = shapely.get_exterior_ring(parts[shapely.get_dimensions(parts) == 2])
    return tuple(tuple(map(tuple, shapely.get_coordinates(ring).tolist())) for ring in outer)


def pictured(geometry: np.ndarray, bounds: np.ndarray, *, most: int = MOST_SHOWN) -> np.ndarray:
    """Return which pipes the picture shows: those within bounds, one in several of more than `most`."""
    boxes = shapely.bounds(geometry)
    low, high = boxes[:, :2], boxes[:, 2:]
    on_sheet = np.flatnonzero((high >= bounds[:2]).all(axis=1) & (low <= bounds[2:]).all(axis=1))
    return on_sheet[:: max(1, len(on_sheet) // most)]


def outline_of(
    network: Network,
    request: SheetRequest,
    progress: Progress = SILENT,
    *,
    known: SeriesBasis | None = None,
) -> Outline:
    """Return the sheets of a choice.

    Parameters
    ----------
    network, request, known
        See ``read_series_basis``.

    Raises
    ------
    InputError
        For a request that can't be met, and when there is no pipe.
    """
    basis = read_series_basis(network, request, known)
    sheets = sheets_of(basis, request, progress.part(0.3, 0.6))
    index = sheets.index
    too_many = ""
    try:
        check_thickness(sheets, basis, most=network.settings().integer(MAX_PAGES))
    except WaterNetError as error:
        too_many = error.message
    empty: list[Bounds] = []
    empty_count = 0
    if request.series == GRID and sheets.grid is not None:
        rows, columns = index["row"].to_numpy(), index["col"].to_numpy()
        empty_count = (int(np.ptp(columns)) + 1) * (int(np.ptp(rows)) + 1) - len(index)
        if empty_count <= _MOST_EMPTY:
            cells = set(zip(rows.tolist(), columns.tolist()))
            empty = [
                sheets.grid.bounds(row, column)
                for row in range(int(rows.max()), int(rows.min()) - 1, -1)
                for column in range(int(columns.min()), int(columns.max()) + 1)
                if (row, column) not in cells
            ]
    progress.at(0.7)
    geometry = basis.pipes["geom"].to_numpy()
    shown = pictured(geometry, shapely.total_bounds(index["geom"].to_numpy()))
    overview = overview_of(index, geometry[shown], width_mm=_WIDTH_MM, height_mm=_HEIGHT_MM, dots=DOTS)
    progress.at(1.0)
    return Outline(
        numbers=tuple(index["sheet_no"].tolist()),
        bounds=overview.sheets,
        corners=tuple(_rings(shape)[0] for shape in index["geom"]),
        empty=tuple(empty),
        empty_count=empty_count,
        area=_rings(request.area),
        overview=overview,
        index=index,
        page_limit_fault=too_many,
        strays=sheets.strays,
        notes=sheets.notes,
        changed=sheets.changed,
    )


def overview_of(
    sheets: pd.DataFrame, geometry: np.ndarray, *, width_mm: float, height_mm: float, dots: float
) -> Overview:
    """Return the picture of all sheets of a book.

    Parameters
    ----------
    sheets
        The sheet index.
    geometry
        The pipes.
    width_mm, height_mm
        The room on paper.
    dots
        Dots per mm.
    """
    boxes = [tuple(row) for row in shapely.bounds(sheets["geom"].to_numpy()).tolist()]
    array = np.asarray(boxes)
    west, south, east, north = array[:, 0].min(), array[:, 1].min(), array[:, 2].max(), array[:, 3].max()
    per_mm = max((east - west) / width_mm, (north - south) / height_mm)
    strokes = strokes_of(geometry, (west, south, east, north), per_mm)
    path = QPainterPath()
    last = None
    for x1, y1, x2, y2 in (strokes * dots).tolist():
        if last != (x1, y1):
            path.moveTo(x1, y1)
        path.lineTo(x2, y2)
        last = (x2, y2)
    return Overview(
        path=path,
        width=(east - west) / per_mm,
        height=(north - south) / per_mm,
        west=west,
        north=north,
        metres_per_mm=per_mm,
        sheets=tuple(boxes),
    )
