"""Where things stand on a page, in mm from its upper left corner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import listed, tr

# Width and height of the paper, landscape.
PAPERS_MM = {"A4": (297, 210), "A3": (420, 297), "A2": (594, 420), "A1": (841, 594), "A0": (1189, 841)}

# The map frame of a page, in mm, landscape. A3 is drawn in UX section 6; the frames of the other sizes are
# what the same margins, column and strip leave, rounded down to 5 mm.
FRAMES_MM = {
    "A4": (205, 165),
    "A3": (315, 250),
    "A2": (485, 370),
    "A1": (730, 545),
    "A0": (1080, 790),
}

# The frames of the standard sheets of large scales, width (east) and height (north): their paper is cut from
# the roll, as large as margins, column and strip make it.
STANDARD_FRAMES_MM = {"50x50": (500, 500), "40x50": (500, 400), "40x40": (400, 400)}
_COLUMN_MM = 80.0
# Of pages of text.
_TEXT_MARGIN_MM = 18.0
# The frame of a map that is a page of a paper of text, upright, in mm.
PAPER_MAP_MM = (166, 180)
# The maps on the sheet of a renewal project and above the list of all of them, in mm.
PROJECT_MAP_MM, PROJECT_LIST_MM = (190, 66), (190, 100)

# By how much the letters of a wall map are larger than those of a sheet: it is read from farther away.
WALL_LETTERS = {"A3": 1.0, "A2": 1.4, "A1": 2.0, "A0": 2.8}
# The paper of a map between pages of text, and that of a wall map on a page that is given, where none is
# chosen.
TEXT_PAPER, WALL_PAPER = "A4", "A1"
_WALL_TITLE_MM, _WALL_COLUMN_MM, _WALL_STRIP_MM = 16.0, 68.0, 14.0
# Frames are whole multiples of so many mm.
_STEP_MM = 5.0

MARGIN_MM = 10.0
GAP_MM = 5.0
STRIP_MM = 20.0


@dataclass(frozen=True)
class Box:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


@dataclass(frozen=True)
class PagePlan:
    """The page of one paper: map frame at the left top, column right of it, strip at the bottom."""

    paper: str
    page: Box
    frame: Box
    column: Box
    strip: Box


@dataclass(frozen=True)
class WallPlan:
    """The page of a wall map: its title above the map, the rest as on a `PagePlan`."""

    title: Box
    page: PagePlan


@dataclass(frozen=True)
class ProjectPlan:
    """The upright page of renewal projects: head, map, what stands below it by its id, foot.

    The column of the page is its legend, the strip its foot.
    """

    head: Box
    page: PagePlan
    blocks: Mapping[str, Box]


def project_plan() -> ProjectPlan:
    """Return the plan of the sheet of a project."""
    plan = _map_above("project", PROJECT_MAP_MM)
    half = (plan.page.frame.width - GAP_MM) / 2
    left, right, top = MARGIN_MM, MARGIN_MM + half + GAP_MM, plan.page.column.bottom + 2.0
    blocks = {
        "why": Box(left, top, half, 21.5),
        "failures": Box(left, top + 22.0, half, 16.5),
        "touched": Box(left, top + 39.5, half, 32.5),
        "cost": Box(right, top, half, 58.0),
    }
    low = blocks["touched"].bottom + 2.0
    blocks["pipes"] = Box(left, low, plan.page.frame.width, plan.page.strip.y - low)
    return replace(plan, blocks=blocks)


def project_list_plan() -> ProjectPlan:
    """Return the plan of the first page of the list of projects."""
    plan = _map_above("project list", PROJECT_LIST_MM)
    top = plan.page.column.bottom + 2.0
    box = Box(MARGIN_MM, top, plan.page.frame.width, plan.page.strip.y - top)
    return replace(plan, blocks={"projects": box})


def _map_above(name: str, frame_mm: tuple[float, float]) -> ProjectPlan:
    """Return a page with the map below its head and nothing below that."""
    page = Box(0.0, 0.0, 210.0, 297.0)
    head = Box(MARGIN_MM, MARGIN_MM, page.width - 2 * MARGIN_MM, 15.0)
    # Coordinates stand around the map.
    frame = Box(MARGIN_MM, head.bottom + 3.5, *frame_mm)
    legend = Box(MARGIN_MM, frame.bottom + 4.0, 130.0, 13.0)
    strip = Box(MARGIN_MM, page.height - MARGIN_MM - 9.0, head.width, 9.0)
    return ProjectPlan(head, PagePlan(name, page, frame, legend, strip), {})


def paper_map_plan() -> PagePlan:
    """Return the plan of a map between pages of text: legend below the map, room for the paper's own foot."""
    width, height = PAPER_MAP_MM
    page = Box(0.0, 0.0, 210.0, 297.0)
    # Coordinates stand in the margin of the text.
    frame = Box((page.width - width) / 2, 34.0, width, height)
    strip = Box(_TEXT_MARGIN_MM, frame.bottom + 6.0, page.width - 2 * _TEXT_MARGIN_MM, 10.0)
    return PagePlan("map", page, frame, Box(strip.x, strip.bottom + 3.0, strip.width, 36.0), strip)


def frame_of(paper: str) -> tuple[int, int]:
    """Return width and height of the map frame of a paper.

    Raises
    ------
    InputError
        When there is no such paper.
    """
    if paper not in FRAMES_MM:
        raise InputError(
            tr("PAPER “{paper}” is not known. Choose one of: {known}.").format(
                paper=paper, known=listed(FRAMES_MM)
            )
        )
    return FRAMES_MM[paper]


def plan_of(paper: str) -> PagePlan:
    """Return the plan of a paper's page."""
    width, height = frame_of(paper)
    page_width, page_height = PAPERS_MM[paper]
    left = MARGIN_MM + width + GAP_MM
    return PagePlan(
        paper=paper,
        page=Box(0.0, 0.0, page_width, page_height),
        frame=Box(MARGIN_MM, MARGIN_MM, width, height),
        column=Box(left, MARGIN_MM, page_width - MARGIN_MM - left, height),
        strip=Box(MARGIN_MM, page_height - MARGIN_MM - STRIP_MM, page_width - 2 * MARGIN_MM, STRIP_MM),
    )


def standard_plan(name: str) -> PagePlan:
    """Return the plan of the page around a standard sheet, see `STANDARD_FRAMES_MM`."""
    width, height = STANDARD_FRAMES_MM[name]
    page_width = 2 * MARGIN_MM + width + GAP_MM + _COLUMN_MM
    # Coordinates stand between frame and strip.
    strip_top = MARGIN_MM + height + 2 * GAP_MM
    return PagePlan(
        paper=name,
        page=Box(0.0, 0.0, page_width, strip_top + STRIP_MM + MARGIN_MM),
        frame=Box(MARGIN_MM, MARGIN_MM, width, height),
        column=Box(MARGIN_MM + width + GAP_MM, MARGIN_MM, _COLUMN_MM, height),
        strip=Box(MARGIN_MM, strip_top, page_width - 2 * MARGIN_MM, STRIP_MM),
    )


def wall_plan(paper: str) -> WallPlan:
    """Return the plan of a wall map's page.

    Raises
    ------
    InputError
        When there is no wall map of this paper.
    """
    if paper not in WALL_LETTERS:
        raise InputError(
            tr("PAPER “{paper}” is not known. Choose one of: {known}.").format(
                paper=paper, known=listed(WALL_LETTERS)
            )
        )
    letters, (page_width, page_height) = WALL_LETTERS[paper], PAPERS_MM[paper]
    gap, column = GAP_MM * letters, _WALL_COLUMN_MM * letters
    title = Box(MARGIN_MM, MARGIN_MM, page_width - 2 * MARGIN_MM, _WALL_TITLE_MM * letters)
    # Coordinates stand between the map and what is around it.
    top = title.bottom + gap
    strip_top = page_height - MARGIN_MM - _WALL_STRIP_MM * letters
    width = (page_width - 2 * MARGIN_MM - 2 * gap - column) // _STEP_MM * _STEP_MM
    height = (strip_top - gap - top) // _STEP_MM * _STEP_MM
    left = MARGIN_MM + gap
    column_left = left + width + gap
    return WallPlan(
        title,
        PagePlan(
            paper=paper,
            page=Box(0.0, 0.0, page_width, page_height),
            frame=Box(left, top, width, height),
            column=Box(column_left, top, page_width - MARGIN_MM - column_left, height),
            strip=Box(MARGIN_MM, strip_top, page_width - 2 * MARGIN_MM, _WALL_STRIP_MM * letters),
        ),
    )


def wall_frame_mm(paper: str) -> tuple[float, float]:
    """Return width and height of the map on a wall map's page."""
    frame = wall_plan(paper).page.frame
    return frame.width, frame.height


def map_paper(chosen: str, *, is_wall_map: bool, has_own_page: bool) -> str:
    """Return the paper of the maps of a paper: that which is chosen, else ('') the usual one.

    That of a wall map is '' where what it shows decides.

    Raises
    ------
    InputError
        For a wall map on a paper that is too small.
    """
    if is_wall_map:
        paper = chosen or (WALL_PAPER if has_own_page else "")
        if paper:
            wall_plan(paper)
        return paper
    return chosen or TEXT_PAPER
