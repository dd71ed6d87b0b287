"""The map frame of a sheet: of the office's own papers, and of the standard sheets of the trade."""

from __future__ import annotations

from waternet_plugin.atlas.pages.page_layout import (
    FRAMES_MM,
    PAPER_MAP_MM,
    PROJECT_LIST_MM,
    PROJECT_MAP_MM,
    WALL_LETTERS,
    wall_frame_mm,
)
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import listed, tr

# Width (east) and height (north) of the standard sheets of large scales, in mm.
STANDARD_MM = {"50x50": (500, 500), "40x50": (500, 400)}
# The map of a paper of text is a page of its own in it.
PAPER_MAP = "paper_map_a4"
# The sheet of a renewal project, and the first page of the list of them.
PROJECT, PROJECT_LIST = "project_a4", "project_list_a4"
# The page of a wall map begins so, before its paper in small letters.
WALL = "wall_"
_PAGE_MAPS_MM = {
    PAPER_MAP: PAPER_MAP_MM,
    PROJECT: PROJECT_MAP_MM,
    PROJECT_LIST: PROJECT_LIST_MM,
    **{f"{WALL}{paper.lower()}": wall_frame_mm(paper) for paper in WALL_LETTERS},
}
# Both are square at 1:5000, where a sheet covers whole kilometres.
_SQUARE_SCALE, _SQUARE_MM = 5000, (400, 400)
STANDARD_SCALES = (500, 1000, 2000, _SQUARE_SCALE)
PAPERS = (*FRAMES_MM, *STANDARD_MM)
# What is tried in turn where the scale follows from what is shown.
FITTING_SCALES = (200, 250, 500, 1000, 2000, 5000, 10_000)
# What does not fit at the smallest of them gets one of these, times a power of ten.
_STEPS = (1, 2, 5)


def sheet_frame(paper: str, scale: float) -> tuple[float, float]:
    """Return width and height of the map frame in mm.

    Parameters
    ----------
    paper
        A4 to A0, 50x50 or 40x50, or a page that is not a sheet: `PAPER_MAP`, `PROJECT`,
        `PROJECT_LIST`, `WALL` and a paper.
    scale
        Denominator.

    Raises
    ------
    InputError
        For a paper that is none, and for a standard sheet at a scale that has none.
    """
    if paper in _PAGE_MAPS_MM:
        return _PAGE_MAPS_MM[paper]
    if paper not in PAPERS:
        raise InputError(
            tr("PAPER “{paper}” is not known. Choose one of: {known}.").format(
                paper=paper, known=listed(PAPERS)
            )
        )
    if paper not in STANDARD_MM:
        return FRAMES_MM[paper]
    if scale not in STANDARD_SCALES:
        raise InputError(
            tr(
                "Standard sheets of {paper} cm exist at the scales {scales} only. Choose one of these as "
                "SCALE, or one of the papers A4 to A0."
            ).format(paper=paper, scales=listed(f"1:{one}" for one in STANDARD_SCALES))
        )
    return _SQUARE_MM if scale == _SQUARE_SCALE else STANDARD_MM[paper]


def next_scale(frame_mm: tuple[float, float], width_m: float, height_m: float) -> float:
    """Return the first round scale beyond FITTING_SCALES at which something fits a frame."""
    width, height = frame_mm
    power = FITTING_SCALES[-1]
    while True:
        for step in _STEPS:
            scale = float(step * power)
            if width_m <= width * scale / 1000.0 and height_m <= height * scale / 1000.0:
                return scale
        power *= 10


def fitting_scale(paper: str, width_m: float, height_m: float, *, margin_mm: float = 0.0) -> int | None:
    """Return the first scale at which something of this size fits into the frame, None for none.

    Parameters
    ----------
    width_m, height_m
        What is to be shown, along the frame's sides.
    margin_mm
        Kept free on each side.
    """
    scales = STANDARD_SCALES if paper in STANDARD_MM else FITTING_SCALES
    for scale in scales:
        width, height = (side - 2 * margin_mm for side in sheet_frame(paper, scale))
        if width_m <= width * scale / 1000.0 and height_m <= height * scale / 1000.0:
            return scale
    return None
