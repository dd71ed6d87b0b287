"""The sheets of a book before it is printed: which there are, which are left out, where the pipes run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.atlas.pages.overview import overview_of
from waternet_plugin.atlas.pages.page_layout import frame_of
from waternet_plugin.atlas.sheets.sheet_series import Sheets, check_scale, check_thickness, false_easting
from waternet_plugin.atlas.sheets.sheets import grid_of, sheet_index, strays_of, zone_offset
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.progress import SILENT, Progress

if TYPE_CHECKING:
    from waternet_plugin.atlas.pages.page import Overview
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
class OutlineBasis:
    """What sheets are cut from, read once: the pipes and their outlines, the zone of their eastings.

    ``most_pages`` is how thick a book of this network may be.
    """

    pipes: pd.DataFrame
    boxes: np.ndarray
    zone_offset_m: float
    most_pages: int


@dataclass(frozen=True)
class Outline:
    """The sheets of one choice, in the order of the pages.

    ``numbers`` and ``bounds`` are those of the sheets, ``empty`` the places between them that no pipe
    reaches, ``area`` the rings of the polygon that the book is limited to, ``page_limit_fault`` the sentence
    for a book that is too thick ('' for none), ``strays`` how many pipes far from all others are on no sheet.
    """

    numbers: tuple[str, ...]
    bounds: tuple[Bounds, ...]
    empty: tuple[Bounds, ...]
    empty_count: int
    area: tuple[Ring, ...]
    overview: Overview
    index: pd.DataFrame
    page_limit_fault: str
    strays: int = 0

    @property
    def pages(self) -> int:
        """How many pages the book has."""
        return len(self.numbers)


def read_outline_basis(network: Network) -> OutlineBasis:
    """Read what sheets are cut from."""
    pipes = network.read("pipe", ["pipe_id"])
    return OutlineBasis(
        pipes,
        shapely.bounds(pipes["geom"].to_numpy()),
        zone_offset(false_easting(network.crs)),
        network.settings().integer("printing.max_pages"),
    )


def _rings(area: shapely.Geometry | None) -> tuple[Ring, ...]:
    """Return the outer rings of an area, none for the whole network or for lines and points."""
    if area is None or shapely.get_dimensions(area) != 2:
        return ()
    parts = shapely.get_parts(area)
    outer = shapely.get_exterior_ring(parts[shapely.get_dimensions(parts) == 2])
    return tuple(tuple(map(tuple, shapely.get_coordinates(ring).tolist())) for ring in outer)


def pictured(ground: OutlineBasis, bounds: np.ndarray, *, most: int = MOST_SHOWN) -> np.ndarray:
    """Return which pipes the picture shows: those within bounds, one in several of more than `most`."""
    low, high = ground.boxes[:, :2], ground.boxes[:, 2:]
    on_sheet = np.flatnonzero((high >= bounds[:2]).all(axis=1) & (low <= bounds[2:]).all(axis=1))
    return on_sheet[:: max(1, len(on_sheet) // most)]


def outline_of(
    basis: OutlineBasis,
    *,
    scale: float,
    paper: str,
    area: shapely.Geometry | None = None,
    progress: Progress = SILENT,
) -> Outline:
    """Return the sheets of a choice.

    Parameters
    ----------
    basis
        See `read_outline_basis`.
    scale, paper, area
        As for ``cutting.sheets_of``.
    progress
        Asked between the steps whether to go on.

    Raises
    ------
    InputError
        For a scale or paper that is none, and when there is no pipe.
    """
    check_scale(scale)
    grid = grid_of(frame_of(paper), scale, zone_offset_m=basis.zone_offset_m)
    geometry = basis.pipes["geom"].to_numpy()
    progress.at(0.1)
    index = sheet_index(geometry, grid, area=area)
    progress.at(0.6)
    too_many = ""
    try:
        check_thickness(Sheets(index, grid, basis.pipes, scale, paper), basis.most_pages, area)
    except WaterNetError as error:
        too_many = error.message
    rows, columns = index["row"].to_numpy(), index["col"].to_numpy()
    across, down = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    empty: list[Bounds] = []
    if across * down - len(index) <= _MOST_EMPTY:
        cells = set(zip(rows.tolist(), columns.tolist()))
        empty = [
            grid.bounds(row, column)
            for row in range(int(rows.max()), int(rows.min()) - 1, -1)
            for column in range(int(columns.min()), int(columns.max()) + 1)
            if (row, column) not in cells
        ]
    progress.at(0.7)
    shown = pictured(basis, shapely.total_bounds(index["geom"].to_numpy()))
    overview = overview_of(index, geometry[shown], width_mm=_WIDTH_MM, height_mm=_HEIGHT_MM, dots=DOTS)
    progress.at(1.0)
    return Outline(
        numbers=tuple(index["sheet_no"].tolist()),
        bounds=overview.sheets,
        empty=tuple(empty),
        empty_count=across * down - len(index),
        area=_rings(area),
        overview=overview,
        index=index,
        page_limit_fault=too_many,
        strays=0 if area is not None else int(strays_of(geometry).sum()),
    )
