"""The rules of a score by version: bands of the indicators, readings of the source where it is unclear."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr

ROUNDS, PIPES, COVERS = "rounds", "pipe_cleaning", "appurtenance_cleaning"
SEPARATION, COLLECTION, ZERO_DISCHARGE = "separation", "collection", "zero_discharge"
TIMELY, COMPLAINTS, HANDLED = "timely", "complaint_rate", "complaint_handling"
SATISFACTION = "satisfaction"
INDICATORS = (
    *(ROUNDS, PIPES, COVERS, SEPARATION, COLLECTION, ZERO_DISCHARGE, TIMELY, COMPLAINTS, HANDLED),
    SATISFACTION,
)
# What an indicator may be without being known.
LEAST_POINTS, MOST_POINTS = 0.5, 1.0
EXCELLENT, QUALIFIED, FAILED, OPEN = "excellent", "qualified", "failed", "open"
# Readings of the source where it is ambiguous, and what each may be.
ROUNDS_AS, LIMITS, ZERO_DISCHARGE_OF = "rounds_as", "limits", "zero_discharge_of"
COUNT, RATE = "count", "rate"
BETTER, WORSE = "better", "worse"
UNIT, COMPOUND = "unit", "compound"
SWITCHES = {
    ROUNDS_AS: (COUNT, RATE),
    LIMITS: (BETTER, WORSE),
    ZERO_DISCHARGE_OF: (UNIT, COMPOUND),
}
# The totals from which a compound is excellent and qualified.
EXCELLENT_FROM, QUALIFIED_FROM = "excellent_from", "qualified_from"
_ROUNDS_RATE = "rounds_rate"
_PREFIX = "drainage.score."
_BAND = re.compile(r"([^:]*)\.\.([^:]*):([^:]+)")
# Shares are quotients: a limit that is met to the last digit is met.
SAME = 1e-9


@dataclass(frozen=True)
class Bands:
    """The bands of one indicator, from the lowest value to the highest, without gaps.

    Parameters
    ----------
    first, last
        Ends of each band; the first begins at minus infinity, the last ends at infinity.
    points
        What each gives.
    better_at_limits
        Whether a value on the limit of two bands counts for the better one.
    """

    first: tuple[float, ...]
    last: tuple[float, ...]
    points: tuple[float, ...]
    better_at_limits: bool

    def points_of(self, value: Array) -> Array:
        """Return the points of values, NaN for unknown ones."""
        chosen = np.full(len(value), np.nan)
        pick = np.fmax if self.better_at_limits else np.fmin
        for first, last, points in zip(self.first, self.last, self.points):
            inside = (value >= first - SAME) & (value <= last + SAME)
            chosen[inside] = pick(chosen[inside], points)
        return chosen

    @property
    def text(self) -> str:
        """The bands as the settings have them."""

        def end(value: float) -> str:
            return "" if math.isinf(value) else f"{value:g}"

        bands = zip(self.first, self.last, self.points)
        return ";".join(f"{end(first)}..{end(last)}:{points:g}" for first, last, points in bands)


@dataclass(frozen=True)
class ScoreRules:
    """The rules of a score.

    Parameters
    ----------
    version
        What they are called.
    bands
        By indicator.
    switches
        How the source is read where it is ambiguous: by name, one of the words of `SWITCHES`.
    excellent_from, qualified_from
        Totals from which a compound is excellent and qualified.
    """

    version: str
    bands: Mapping[str, Bands]
    switches: Mapping[str, str]
    excellent_from: float
    qualified_from: float

    def grades(self, low: Array, high: Array) -> Array:
        """Return the grade of each range of totals, OPEN where its ends have different ones."""
        least, most = (self._grade(total) for total in (low, high))
        return np.where(least == most, least, OPEN).astype(object)

    def _grade(self, total: Array) -> Array:
        is_excellent = total >= self.excellent_from - SAME
        is_qualified = total >= self.qualified_from - SAME
        return np.where(is_excellent, EXCELLENT, np.where(is_qualified, QUALIFIED, FAILED)).astype(object)


def read_rules(settings: Settings, version: str = "") -> ScoreRules:
    """Return the rules of a version, the newest if it is ''.

    A version has what its settings say (drainage.score.VERSION.NAME), for the rest what the one before has.

    Raises
    ------
    InputError
        When there is no such version, when bands overlap or leave a gap, or when a value says nothing.
    """
    versions = _versions(settings)
    if version and version not in versions:
        message = tr("RULES: there is no version “{version}” of the bands. There are: {known}.")
        raise InputError(message.format(version=version, known=listed(versions)))
    chosen = version or versions[-1]
    values: dict[str, str] = {}
    keys: dict[str, str] = {}
    for each in versions[: versions.index(chosen) + 1]:
        own = settings.below(f"{_PREFIX}{each}.")
        values.update(own)
        keys.update({name: f"{_PREFIX}{each}.{name}" for name in own})
    switches = {name: _switch(keys[name], values[name], known) for name, known in SWITCHES.items()}
    better = switches[LIMITS] == BETTER
    names = {each: each for each in INDICATORS}
    if switches[ROUNDS_AS] == RATE:
        names[ROUNDS] = _ROUNDS_RATE
    bands = {each: _bands(keys[name], values[name], better) for each, name in names.items()}
    excellent, qualified = (_total(keys[name], values[name]) for name in (EXCELLENT_FROM, QUALIFIED_FROM))
    if excellent < qualified:
        message = tr("Setting {key}: excellent begins below qualified. Correct it in the settings table.")
        raise InputError(message.format(key=keys[EXCELLENT_FROM]))
    return ScoreRules(chosen, bands, switches, excellent, qualified)


def _versions(settings: Settings) -> list[str]:
    """Return the versions, the oldest first: numbers by their value, names behind them."""
    names = {name.split(".", 1)[0] for name in settings.below(_PREFIX)}

    def order(name: str) -> tuple[int, tuple[int, ...], str]:
        numbers = tuple(int(part) for part in re.findall("[0-9]+", name))
        return (0 if numbers else 1), numbers, name

    return sorted(names, key=order)


def _switch(key: str, value: str, known: tuple[str, ...]) -> str:
    if value.strip() not in known:
        message = tr("Setting {key}: “{value}” is not one of {known}. Correct it in the settings table.")
        raise InputError(message.format(key=key, value=value, known=listed(known)))
    return value.strip()


def _total(key: str, value: str) -> float:
    total = _number(value)
    if total is None:
        message = tr("Setting {key}: “{value}” is not a number. Correct it in the settings table.")
        raise InputError(message.format(key=key, value=value))
    return total


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _bands(key: str, text: str, better: bool) -> Bands:
    """Return the bands that a setting says, such as ``0.9..:1;0.8..0.9:0.8;..0.8:0.5``."""
    read = sorted(_band(key, word) for word in text.split(";") if word.strip())
    for one, other in zip(read, read[1:]):
        if other[0] < one[1]:
            raise InputError(
                tr(
                    "Setting {key}: the bands {one} and {other} overlap. Correct them in the settings table."
                ).format(key=key, one=_ends(one), other=_ends(other))
            )
        if other[0] > one[1]:
            raise InputError(
                tr(
                    "Setting {key}: nothing is said between the bands {one} and {other}. Correct them in the "
                    "settings table."
                ).format(key=key, one=_ends(one), other=_ends(other))
            )
    if not read or read[0][0] != -math.inf or read[-1][1] != math.inf:
        raise InputError(
            tr(
                "Setting {key}: “{value}” does not give points to every value. Leave the lower end of the "
                "lowest band and the upper end of the highest one empty, in the settings table."
            ).format(key=key, value=text)
        )
    first, last, points = zip(*read)
    return Bands(first, last, points, better)


def _band(key: str, word: str) -> tuple[float, float, float]:
    """Return the ends and the points of one band."""
    written = _BAND.fullmatch(word.strip())
    ends: list[float | None] = [None, None]
    points = None
    if written is not None:
        sides = (written.group(1).strip(), written.group(2).strip())
        ends = [_number(side) if side else open_ for side, open_ in zip(sides, (-math.inf, math.inf))]
        points = _number(written.group(3).strip())
    if ends[0] is None or ends[1] is None or points is None or not (ends[0] < ends[1] and 0 <= points <= 1):
        raise InputError(
            tr(
                "Setting {key}: “{value}” is not a band such as 0.8..0.9:0.8: two ends with two dots, a "
                "colon, points from 0 to 1. Correct it in the settings table."
            ).format(key=key, value=word.strip())
        )
    return ends[0], ends[1], points


def _ends(band: tuple[float, float, float]) -> str:
    return "..".join("" if math.isinf(end) else f"{end:g}" for end in band[:2])
