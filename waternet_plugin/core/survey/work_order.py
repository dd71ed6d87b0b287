"""What the work order says of a survey: where and when it is measured."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

AREA, FIRST, LAST = "work_area", "work_from", "work_to"
KEYS = (AREA, FIRST, LAST)


@dataclass(frozen=True)
class WorkOrder:
    """Area (in the network's coordinates) and first and last day of a survey; None for no limit."""

    area: Optional[shapely.Geometry] = None
    first: Optional[datetime.date] = None
    last: Optional[datetime.date] = None


def work_order(answers: Mapping[str, Any]) -> WorkOrder:
    """Return what DECISIONS say of the work order.

    Parameters
    ----------
    answers
        DECISIONS: ``work_area`` a list of [east, north] in the network's coordinates or a polygon as WKT,
        ``work_from`` and ``work_to`` days such as 2026-11-22.

    Raises
    ------
    InputError
        When they are no polygon and no days, or the last day is before the first.
    """
    first, last = _day(FIRST, answers), _day(LAST, answers)
    if first and last and last < first:
        message = tr("DECISIONS: “{last}” is before “{first}”. Exchange the two days.")
        raise InputError(message.format(first=FIRST, last=LAST))
    given = answers.get(AREA)
    return WorkOrder(None if given is None else _area(given), first, last)


def _day(key: str, answers: Mapping[str, Any]) -> Optional[datetime.date]:
    given = answers.get(key)
    if given is None:
        return None
    try:
        return datetime.date.fromisoformat(str(given))
    except ValueError as error:
        message = tr("DECISIONS: “{key}” is “{value}”, not a day. Write it as 2026-11-22.")
        raise InputError(message.format(key=key, value=str(given)[:40])) from error


def _area(given: object) -> shapely.Geometry:
    area = None
    with suppress(TypeError, ValueError, shapely.errors.ShapelyError):
        area = shapely.from_wkt(given) if isinstance(given, str) else shapely.Polygon(np.array(given, float))
    if (
        area is None
        or area.geom_type not in ("Polygon", "MultiPolygon")
        or not area.is_valid
        or area.is_empty
    ):
        raise InputError(
            tr(
                "DECISIONS: “{key}” is not an area. Give at least three [east, north] in the network's "
                "coordinates, or a polygon as WKT."
            ).format(key=AREA)
        )
    return area
