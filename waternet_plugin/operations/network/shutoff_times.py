"""When shut-offs begin and end, by the clocks of a network."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.dma.pressure_test.typed_readings import moment_of
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

TIME_ZONE = "general.time_zone"
CALLED_OFF = "called_off"


@dataclass(frozen=True)
class ShutoffTimes:
    """Begin and end in UTC; ``ends_at`` is None where nobody knows yet.

    Raises
    ------
    InputError
        When it ends before it begins.
    """

    starts_at: pd.Timestamp
    ends_at: Optional[pd.Timestamp]

    def __post_init__(self) -> None:
        if self.ends_at is not None and self.ends_at <= self.starts_at:
            raise InputError(tr("TO: the shut-off ends before it begins. Correct one of the times."))


def network_clock(settings: Settings) -> datetime.tzinfo:
    """Return the clock by which a network is run."""
    return clock_of(TIME_ZONE, settings.text(TIME_ZONE))


def read_times(start: str, end: str, settings: Settings, now: pd.Timestamp) -> ShutoffTimes:
    """Return the times that people wrote: ``YYYY-MM-DD HH:MM`` by the network's clocks, or with an offset.

    Parameters
    ----------
    start, end
        '' for now, and for an end that nobody knows yet.
    now
        The moment.
    """
    zone = settings.text(TIME_ZONE)
    begins = moment_of("FROM", start, zone).tz_localize("UTC") if start else now
    return ShutoffTimes(begins, moment_of("TO", end, zone).tz_localize("UTC") if end else None)


def spans(shutoffs: pd.DataFrame) -> list[tuple[pd.Timestamp, pd.Timestamp] | None]:
    """Return from when to when each shut-off lasts: the crews' times before the planned ones, None unknown.

    One without an end lasts on.
    """
    begin = shutoffs["closed_at"].fillna(shutoffs["starts_at"])
    end = shutoffs["reopened_at"].fillna(shutoffs["ends_at"])
    last = pd.Timestamp.max.tz_localize("UTC")
    return [
        None if pd.isna(first) else (first, last if pd.isna(until) else until)
        for first, until in zip(begin, end)
    ]


def clock_text(moment: Any, zone: datetime.tzinfo) -> Optional[str]:
    """Return a moment by a clock, ``YYYY-MM-DD HH:MM``; None for unknown."""
    if moment is None or pd.isna(moment):
        return None
    return str(pd.Timestamp(moment).tz_convert(zone).strftime("%Y-%m-%d %H:%M"))
