"""The one sheet of a wall map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.atlas.pages.page_layout import wall_plan
from waternet_plugin.atlas.sheets.frames import FITTING_SCALES, next_scale
from waternet_plugin.atlas.sheets.series_basis import SeriesBasis
from waternet_plugin.atlas.sheets.sheet_pieces import (
    left_out_pipes,
    node_counts,
    polygon_pieces,
    with_figures,
)
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest, check_scale
from waternet_plugin.atlas.sheets.sheet_series import Sheets
from waternet_plugin.atlas.sheets.sheets import DIRECTIONS, NEIGHBOUR_SEPARATOR, no_sheet
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

# What is shown keeps so far from the frame, mm.
_EDGE_MM = 3.0
# Papers of a wall map where none is chosen.
_USUAL_PAPERS = ("A1", "A0")


def _room_mm(paper: str) -> tuple[float, float]:
    frame = wall_plan(paper).page.frame
    return frame.width - 2 * _EDGE_MM, frame.height - 2 * _EDGE_MM


def _fits(paper: str, scale: float, width_m: float, height_m: float) -> bool:
    width, height = _room_mm(paper)
    return width_m <= width * scale / 1000.0 and height_m <= height * scale / 1000.0


def wall_paper(scale: float, width_m: float, height_m: float) -> str:
    """Return A1 or A0: of those on which a wall map fits, the one whose frame it fills better.

    At the round scales a map can be far smaller than its paper. The rest as for `wall_scale`.
    """

    def share(paper: str) -> float:
        own = scale or wall_scale(paper, 0.0, width_m, height_m)
        width, height = _room_mm(paper)
        is_there = _fits(paper, own, width_m, height_m)
        return is_there * width_m * height_m / (width * height * own**2)

    return max(_USUAL_PAPERS, key=share)


def wall_scale(paper: str, scale: float, width_m: float, height_m: float) -> float:
    """Return the scale of a wall map: as wanted, for 0 the first of 200 to 10 000 that fits.

    What is too large for 1:10 000 gets the next round scale.

    Raises
    ------
    InputError
        When it does not fit the paper at this scale.
    """
    first = next((float(one) for one in FITTING_SCALES if _fits(paper, one, width_m, height_m)), None)
    first = first or next_scale(_room_mm(paper), width_m, height_m)
    if not scale:
        return first
    check_scale(scale)
    if not _fits(paper, scale, width_m, height_m):
        raise InputError(
            tr(
                "At 1:{scale:g} it does not fit on one sheet of {paper}. Print it at 1:{better:g}, on larger "
                "paper, or write SCALE 0."
            ).format(scale=scale, paper=paper, better=first)
        )
    return scale


def wall_sheet(
    basis: SeriesBasis, *, paper: str, scale: float, area: shapely.Geometry | None, name: str = ""
) -> Sheets:
    """Return the sheet of a wall map with what it shows in its middle.

    Parameters
    ----------
    basis
        The network.
    paper
        A3 to A0; '' for A1 or A0, see `wall_paper`.
    scale
        Denominator; 0 for the first that fits.
    area
        What must be on the sheet; None for all pipes but strays.
    name
        What stands in place of the sheet's number.

    Raises
    ------
    InputError
        When there are no pipes on the sheet, or it does not fit.
    """
    geometry = basis.pipes["geom"].to_numpy()
    shown = np.where(basis.strays, None, geometry) if area is None else np.array([area], dtype=object)
    west, south, east, north = (float(one) for one in shapely.total_bounds(shown))
    if not np.isfinite(west):
        raise no_sheet(area)
    paper = paper or wall_paper(scale, east - west, north - south)
    chosen = wall_scale(paper, scale, east - west, north - south)
    frame = wall_plan(paper).page.frame
    half_x, half_y = frame.width * chosen / 2000.0, frame.height * chosen / 2000.0
    x, y = (west + east) / 2.0, (south + north) / 2.0
    corners = [(x - half_x, y - half_y), (x + half_x, y - half_y), (x + half_x, y + half_y)]
    sheet = shapely.Polygon([*corners, (x - half_x, y + half_y)])
    index = pd.DataFrame(
        {
            "sheet_no": pd.Series([name], dtype=object),
            "neighbours": NEIGHBOUR_SEPARATOR * (len(DIRECTIONS) - 1),
            "scale": np.array([chosen]),
            "angle_deg": 0.0,
            "geom": pd.Series([sheet], dtype=object),
        }
    )
    pieces = polygon_pieces(geometry, index["geom"].to_numpy())
    if pieces.empty:
        raise no_sheet(area)
    index, pieces = with_figures(index, pieces, basis.pipes, node_counts(basis.nodes, index, None))
    left_out = left_out_pipes(basis.pipes, basis.strays & (area is None))
    request = SheetRequest(chosen, paper)
    return Sheets(index, pieces, basis.pipes, request, None, basis.compounds, left_out)
