"""Sheets of units: one page a compound, zone or project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import shapely

from waternet_plugin.atlas.sheets.frames import fitting_scale, next_scale, sheet_frame
from waternet_plugin.atlas.sheets.sheet_request import UNIT_IDS
from waternet_plugin.core.arrays import grouped
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import joined, shortened, tr


@dataclass(frozen=True)
class UnitSheets:
    """The sheets of units: ids, polygons and scales; ``too_large`` are those that got a smaller scale."""

    ids: tuple[str, ...]
    polygons: tuple[shapely.Polygon, ...]
    scales: tuple[float, ...]
    too_large: tuple[str, ...] = ()
    without_shape: tuple[str, ...] = ()


def refuse_unknown(subject: Sequence[str], known: Sequence[str], text: str) -> None:
    """Refuse ids that are not there.

    Raises
    ------
    InputError
        With the sentence ``text``, {ids} replaced by those that are missing.
    """
    there = set(known)
    missing = [one for one in subject if one not in there]
    if missing:
        raise InputError(text.format(ids=shortened(missing)))


def sheet_around(
    bounds: tuple[float, float, float, float], paper: str, scale: float
) -> tuple[shapely.Polygon, float]:
    """Return the sheet with something in its middle, and its scale: smaller where it is too large.

    A scale of 0 is the first at which it fits.
    """
    west, south, east, north = bounds
    size = east - west, north - south
    chosen = scale
    if scale:
        frame = sheet_frame(paper, scale)
        if size[0] > frame[0] * scale / 1000.0 or size[1] > frame[1] * scale / 1000.0:
            chosen = 0.0
    chosen = chosen or fitting_scale(paper, *size) or next_scale(sheet_frame(paper, 1000), *size)
    width, height = (side * chosen / 1000.0 for side in sheet_frame(paper, chosen))
    middle = (west + east) / 2, (south + north) / 2
    left, low = middle[0] - width / 2, middle[1] - height / 2
    corners = [(left, low), (left + width, low), (left + width, low + height), (left, low + height)]
    return shapely.Polygon(corners), chosen


def unit_sheets(
    rows: pd.DataFrame, series: str, subject: Sequence[str], paper: str, scale: float
) -> UnitSheets:
    """Return one sheet for each unit.

    Parameters
    ----------
    rows
        Ids and shapes of the units.
    series
        compound, zone or project.
    subject
        Ids, in the order of the pages; none for all.
    paper
        A4 to A0, 50x50 or 40x50.
    scale
        Denominator; 0 for the first at which a unit fits.

    Raises
    ------
    InputError
        When there is no unit, or an id is none of them.
    """
    ids = rows[UNIT_IDS[series]].astype(str).tolist()
    if not ids:
        raise InputError(_nothing(series))
    wanted = list(dict.fromkeys(subject)) or sorted(set(ids))
    refuse_unknown(wanted, ids, _unknown(series))
    shapes: dict[str, list[shapely.Geometry]] = grouped(
        (identifier, shape)
        for identifier, shape in zip(ids, rows["geom"])
        if shape is not None and not shape.is_empty
    )
    drawn = [one for one in wanted if one in shapes]
    made = [sheet_around(shapely.GeometryCollection(shapes[one]).bounds, paper, scale) for one in drawn]
    too_large = tuple(one for one, (_polygon, chosen) in zip(drawn, made) if scale and chosen != scale)
    return UnitSheets(
        tuple(drawn),
        tuple(polygon for polygon, _scale in made),
        tuple(chosen for _polygon, chosen in made),
        too_large,
        tuple(one for one in wanted if one not in shapes),
    )


def _nothing(series: str) -> str:
    sentences = {
        "compound": tr("The network has no compounds, so there is no sheet of one. Adopt compounds first."),
        "zone": tr("The network has no zones, so there is no sheet of one. Adopt or draw zones first."),
        "project": tr(
            "The network has no renewal plan with projects. Run “Plan renewal” (planrenewal) first."
        ),
    }
    return sentences[series]


def _unknown(series: str) -> str:
    kinds = {
        "compound": tr("SUBJECT: there is no compound {ids}."),
        "zone": tr("SUBJECT: there is no zone {ids}."),
        "project": tr("SUBJECT: there is no project {ids} in the plan that is shown."),
    }
    return joined([kinds[series], tr("Correct the ids or leave SUBJECT empty for all.")])
