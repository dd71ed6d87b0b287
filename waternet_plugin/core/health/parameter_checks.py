"""What may be asked of an assessment and of matching: said here alone."""

from __future__ import annotations

import datetime
import math

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr


def check_span(
    *, as_of: datetime.date, horizon_years: float, window_start: datetime.date | None = None
) -> None:
    """Raise an InputError when the days of an assessment or the years ahead make no sense."""
    if not (math.isfinite(horizon_years) and horizon_years > 0):
        raise InputError(tr("The horizon must be a number of years greater than 0."))
    if window_start is not None and window_start > as_of:
        message = tr("The records can't start on {start}, after the assessment date, {as_of}.")
        raise InputError(message.format(start=window_start, as_of=as_of))


def check_radius(radius_m: float) -> None:
    """Raise an InputError when a radius to match failures within is not a number of metres above 0."""
    if not (math.isfinite(radius_m) and radius_m > 0):
        raise InputError(tr("The radius must be a distance in metres greater than 0."))
