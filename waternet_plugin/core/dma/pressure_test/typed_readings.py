"""Readings as people type them from the form: a gauge, a time and a pressure a line."""

from __future__ import annotations

import datetime
import re

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.units import METRE_MPA

_UNITS = {"mpa": 1.0, "kpa": 1e-3, "bar": 0.1, "m": METRE_MPA}
_VALUE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)")
_CLOCK = re.compile(r"([0-9]{1,2})[:：]([0-9]{2})(?::([0-9]{2}))?")


def typed_readings(text: str, *, start: pd.Timestamp, time_zone: str) -> pd.DataFrame:
    """Return typed readings as rows of the table ``reading``: node_id, time in UTC, quantity, value in MPa.

    A line, or what stands between two semicolons, is ``gauge time pressure [unit]``, such as
    ``JSD-0053 01:20 0.31``: the time a clock time of the test's night, or a day and a clock time; the unit
    MPa where none is given, else kPa, bar or m, the same for all.

    Parameters
    ----------
    text
        What was typed.
    start
        Begin of the test in UTC: clock times before it are those of the next day.
    time_zone
        Name of the zone of the clocks.

    Raises
    ------
    InputError
        For a line that can't be read, and for more than one unit.
    """
    lines = [line.strip() for line in re.split(r"[;；\n]", text) if line.strip()]
    night = start.tz_localize("UTC").tz_convert(time_zone)
    rows, units = [], set()
    for line in lines:
        words = re.split(r"[\s,，\t]+", line, maxsplit=1)
        name, rest = words[0], (words[1] if len(words) > 1 else "")
        match = re.fullmatch(
            r"(?:([0-9]{4}-[0-9]{2}-[0-9]{2})[ T])?([0-9]{1,2}[:：][0-9]{2}(?::[0-9]{2})?)[\s,，]+(.+)", rest
        )
        value = _VALUE.fullmatch(match.group(3).strip()) if match else None
        moment = _moment(match.group(1), match.group(2), night) if match else None
        if value is None or moment is None or (value.group(2) and value.group(2).lower() not in _UNITS):
            raise InputError(
                tr(
                    "The reading “{line}” can't be read. Write gauge, time and pressure, such as “JSD-0053 "
                    "01:20 0.31”; a unit (MPa, kPa, bar, m) may follow."
                ).format(line=line)
            )
        unit = value.group(2).lower() or "mpa"
        units.add(unit)
        rows.append((name, moment, float(value.group(1)) * _UNITS[unit]))
    if len(units) > 1:
        message = tr("The typed readings are in more than one unit: {units}. Write all of them in one.")
        raise InputError(message.format(units=listed(sorted(units))))
    frame: pd.DataFrame = pd.DataFrame(rows, columns=["node_id", "time", "value"])
    frame["time"] = pd.to_datetime(frame["time"], utc=True)
    frame.insert(2, "quantity", "pressure_mpa")
    return frame


def _moment(day: str | None, clock: str, night: pd.Timestamp) -> pd.Timestamp | None:
    """Return the moment of a clock time in UTC, None where there is no such time."""
    match = _CLOCK.fullmatch(clock)
    if match is None:
        return None
    hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        date = datetime.date.fromisoformat(day) if day else night.date()
        time = datetime.datetime.combine(date, datetime.time(hour, minute, second))
    except ValueError:
        return None
    if day is None and time.time() < night.time().replace(second=0, microsecond=0):
        time += datetime.timedelta(days=1)
    local = pd.Timestamp(time).tz_localize(night.tz, ambiguous=False, nonexistent="shift_forward")
    moment: pd.Timestamp = local.tz_convert("UTC")
    return moment


def moment_of(name: str, text: str, time_zone: str) -> pd.Timestamp:
    """Return the moment that a parameter says, in UTC without its zone.

    Parameters
    ----------
    name
        The parameter, for the sentence.
    text
        ``YYYY-MM-DD HH:MM``, by the clocks of the network, or with an offset such as +08:00.
    time_zone
        Name of the zone of the clocks.

    Raises
    ------
    InputError
        When it is written in another way.
    """
    written = re.fullmatch(
        r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)\s*(Z|[+-][0-9]{2}:[0-9]{2})?",
        text.strip(),
    )
    try:
        if written is None:
            raise ValueError(text)
        moment = pd.Timestamp(f"{written.group(1)} {written.group(2)}{written.group(3) or ''}")
    except ValueError:
        raise InputError(
            tr(
                "{name}: “{text}” is not a valid time. Write it as YYYY-MM-DD HH:MM, such as 2026-03-12 "
                "01:30."
            ).format(name=name, text=text)
        ) from None
    if moment.tzinfo is None:
        moment = moment.tz_localize(time_zone, ambiguous=False, nonexistent="shift_forward")
    naive: pd.Timestamp = moment.tz_convert("UTC").tz_localize(None)
    return naive
