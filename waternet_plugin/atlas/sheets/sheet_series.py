"""Cut a network into the sheets of a book."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import shapely

from waternet_plugin.atlas.pages.page_layout import frame_of
from waternet_plugin.atlas.sheets.sheets import Grid, grid_of, sheet_index, strays_of, zone_offset
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    import pyproj

    from waternet_plugin.store import Network

_PIPE_COLUMNS = (
    "pipe_id",
    "function",
    "material",
    "diameter_mm",
    "width_mm",
    "height_mm",
    "length_m",
    "street",
)
# Scales of maps of pipes, for the advice when a book would get too thick.
_SCALES = (500, 1000, 2000, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)


@dataclass(frozen=True)
class Sheets:
    """The sheets of a book and what they were cut from; ``strays`` pipes far from all others are on none."""

    index: pd.DataFrame
    grid: Grid
    pipes: pd.DataFrame
    scale: float
    paper: str
    # Names of compounds: where a pipe's street is one of them, it lies in no street.
    compounds: frozenset[str] = frozenset()
    strays: int = 0


def false_easting(crs: pyproj.CRS) -> float:
    """Return the false easting of a projected CRS in m, 0 when it has none."""
    operation = crs.coordinate_operation
    for parameter in operation.params if operation is not None else ():
        if parameter.name == "False easting":
            return float(parameter.value)
    return 0.0


def check_scale(scale: float) -> None:
    """Refuse a denominator that no map has.

    Raises
    ------
    InputError
        When it is no number from 50 to 10 000 000.
    """
    if not 50 <= scale <= 10_000_000:
        raise InputError(
            tr("SCALE is the denominator of the scale, from 50 to 10 000 000; 1000 means 1:1000.")
        )


def sheets_of(
    network: Network,
    *,
    scale: float,
    paper: str = "A3",
    area: shapely.Geometry | None = None,
    progress: Progress = SILENT,
) -> Sheets:
    """Return the sheets of a network at a scale.

    Parameters
    ----------
    scale
        Denominator.
    paper
        A4 to A0.
    area
        Only sheets with pipes in this part of the plane; None for the bulk of the network.

    Raises
    ------
    InputError
        For a scale or paper that is none, and when there is no pipe.
    """
    check_scale(scale)
    grid = grid_of(frame_of(paper), scale, zone_offset_m=zone_offset(false_easting(network.crs)))
    progress.at(0.0)
    pipes = network.read("pipe", list(_PIPE_COLUMNS))
    progress.at(0.5)
    index = sheet_index(pipes["geom"].to_numpy(), grid, area=area)
    progress.at(1.0)
    compounds = network.read("compound", ["name"], geometry=False)["name"].dropna()
    strays = 0 if area is not None else int(strays_of(pipes["geom"].to_numpy()).sum())
    return Sheets(index, grid, pipes, scale, paper, frozenset(compounds), strays)


def check_thickness(sheets: Sheets, most: int, area: shapely.Geometry | None = None) -> None:
    """Refuse a book of absurdly many pages.

    Raises
    ------
    InputError
        With the number of pages and a scale that would do.
    """
    count = len(sheets.index)
    if count <= most:
        return
    frame = frame_of(sheets.paper)
    geometry = sheets.pipes["geom"].to_numpy()
    for scale in _SCALES:
        if scale <= sheets.scale:
            continue
        grid = grid_of(frame, scale, zone_offset_m=sheets.grid.zone_offset_m)
        coarser = len(sheet_index(geometry, grid, area=area))
        if coarser <= most:
            raise InputError(
                tr(
                    "At 1:{scale:,.0f} the book would have {count:,} pages, more than the {most:,} allowed "
                    "by the setting printing.max_pages. Print at 1:{better:,} ({pages:,} pages) or choose "
                    "an AREA."
                ).format(scale=sheets.scale, count=count, most=most, better=scale, pages=coarser)
            )
    raise InputError(
        tr("The book would have {count:,} pages, more than the {most:,} allowed. Choose an AREA.").format(
            count=count, most=most
        )
    )
