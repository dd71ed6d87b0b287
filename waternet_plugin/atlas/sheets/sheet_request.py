"""Which sheets of a network are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from waternet_plugin.atlas.sheets.frames import sheet_frame
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    import shapely

GRID, STRIP = "grid", "strip"
# The ids of units, by the series and the table of the same name.
UNIT_IDS = {"compound": "compound_id", "zone": "zone_id", "project": "project_id"}
SERIES = (GRID, STRIP, *UNIT_IDS)


@dataclass(frozen=True)
class SheetRequest:
    """Which sheets are wanted.

    Parameters
    ----------
    scale
        Denominator; 0, not for a grid, for the first at which the subject fits on a sheet.
    paper
        A4 to A0, 50x50 or 40x50.
    series
        One of `SERIES`.
    subject
        Ids of pipes for a grid (the sheets they lie on) and strips, else of units; empty for all.
    area
        Only sheets with pipes in this part of the plane; None for the bulk of the network.
    since
        Number of an edition, id of a batch, or a time, since when changes are looked for; '' for never.
    printed
        Numbers of the sheets of the series that a book is made of; empty for all.
    """

    scale: float = 1000.0
    paper: str = "A3"
    series: str = GRID
    subject: tuple[str, ...] = ()
    area: shapely.Geometry | None = None
    since: str = ""
    printed: tuple[str, ...] = ()


# The whole network on A3 at 1:1000.
DEFAULT_REQUEST = SheetRequest()


def check_scale(scale: float) -> None:
    """Refuse a denominator that no map has.

    Raises
    ------
    InputError
        When it is not a number from 50 to 10 000 000.
    """
    if not 50 <= scale <= 10_000_000:
        raise InputError(
            tr("SCALE is the denominator of the scale, from 50 to 10 000 000; 1000 means 1:1000.")
        )


def check_request(request: SheetRequest) -> None:
    """Refuse what no sheets can be cut by, before anything is read.

    Raises
    ------
    InputError
        For a scale, paper or series that is none, or that do not go together.
    """
    if request.series == GRID and request.scale == 0:
        raise InputError(
            tr(
                "SCALE 0 lets each sheet show all of its subject, so it is not for a grid. Write a scale, "
                "such as 1000, or choose another SERIES."
            )
        )
    if request.scale:
        check_scale(request.scale)
        sheet_frame(request.paper, request.scale)
    else:
        # Any scale that its sheets have.
        sheet_frame(request.paper, 1000)
    if request.series == STRIP and not request.subject:
        raise InputError(tr("SUBJECT: name the pipes along which the strips run, separated by semicolons."))
