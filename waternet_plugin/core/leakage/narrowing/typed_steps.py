"""Steps of a step test as the crew writes them: a night, two clock times and the valves a line."""

from __future__ import annotations

import re

import pandas as pd

from waternet_plugin.core.dma.pressure_test.typed_readings import moment_of
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.leakage.narrowing.step_records import ValveStep
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import HOUR_S

_LINE = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{1,2})[:：]([0-9]{2})\s*[-–—~～至\s]\s*"
    r"([0-9]{1,2})[:：]([0-9]{2})(.*)"
)
_BETWEEN = re.compile(r"[\s,，、]+")


def typed_steps(text: str, *, time_zone: str, longest_h: float) -> tuple[ValveStep, ...]:
    """Return the steps that were typed, in order of time.

    A line, or what stands between two semicolons, is ``day from-to valve, valve``, such as
    ``2026-03-12 01:30-02:00 FM-0012, FM-0015``; an end before its begin is on the next day.

    Parameters
    ----------
    text
        What was typed.
    time_zone
        Name of the zone of the clocks.
    longest_h
        No step is longer, h.

    Raises
    ------
    InputError
        For a line that can't be read, a step without valves, and one that is too long.
    """
    lines = [line.strip() for line in re.split(r"[;；\n]", text) if line.strip()]
    if not lines:
        raise InputError(tr("Write one step per line: day, from-to and valves."))
    return tuple(
        sorted(
            (_step(line, time_zone, longest_h) for line in lines),
            key=lambda step: (step.start_s, step.valves),
        )
    )


def _step(line: str, time_zone: str, longest_h: float) -> ValveStep:
    match = _LINE.fullmatch(line)
    if match is None:
        raise InputError(
            tr(
                "The step “{line}” can't be read. Write day, from-to and valves, such as “2026-03-12 "
                "01:30-02:00 FM-0012, FM-0015”."
            ).format(line=line)
        )
    day, hour, minute, end_hour, end_minute, rest = match.groups()
    valves = tuple(sorted({part for part in _BETWEEN.split(rest) if part}))
    if not valves:
        message = tr("The step “{line}” names no valve. Write the ids of the valves that were shut.")
        raise InputError(message.format(line=line))
    start = moment_of("STEPS", f"{day} {int(hour):02d}:{minute}", time_zone)
    end = moment_of("STEPS", f"{day} {int(end_hour):02d}:{end_minute}", time_zone)
    if end <= start:
        following = (pd.Timestamp(day) + pd.Timedelta("1D")).date()
        end = moment_of("STEPS", f"{following} {int(end_hour):02d}:{end_minute}", time_zone)
    if (end - start).total_seconds() > longest_h * HOUR_S:
        message = tr("The step “{line}” is longer than {hours} h. Correct its times.")
        raise InputError(message.format(line=line, hours=f"{longest_h:g}"))
    epoch = pd.Timestamp(0)
    return ValveStep((start - epoch).total_seconds(), (end - epoch).total_seconds(), valves)
