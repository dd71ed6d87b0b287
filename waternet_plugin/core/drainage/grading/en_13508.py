"""EN 13508-2 by ISYBAU: provisional and final damage number, density and class of a pipe."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional

from waternet_plugin.core.drainage.grading.graded import PLACES, Figures, half_up

# Codes that list parts and circumstances of a pipe or manhole begin with these: no damages.
NOTES = ("AE", "BC", "BD", "DC", "DD")
_POINT_M = 0.3
_CLASS_STEP, _WORST = 100, 5
_FEW, _MANY, _MOST_EXTRA = 0.1, 0.5, 40


@dataclass(frozen=True)
class Damage:
    """One row: main code, damage number, station and length (m); mark (A or B) and number of a stretch."""

    code: str
    number: float
    position_m: Optional[float]
    length_m: float = 0.0
    mark: str = ""
    stretch: str = ""


@dataclass(frozen=True)
class _Part:
    greatest: float
    mean: float
    length_m: float


def _parts(damages: Iterable[Damage]) -> list[_Part]:
    """Return damages with A and B of one stretch as one: of the number and the main code."""
    parts, begun = [], {}
    for one in damages:
        if one.mark == "A":
            begun[one.stretch, one.code] = one
            continue
        first = begun.pop((one.stretch, one.code), None) if one.mark == "B" else None
        if first is None or first.position_m is None or one.position_m is None:
            parts += [_alone(each) for each in (first, one) if each is not None]
            continue
        length = abs(one.position_m - first.position_m)
        parts.append(_Part(max(first.number, one.number), (first.number + one.number) / 2, length))
    return parts + [_alone(one) for one in begun.values()]


def _alone(one: Damage) -> _Part:
    return _Part(one.number, one.number, one.length_m or _POINT_M)


def family_figures(runs: Iterable[tuple[Damage, ...]], length_m: Optional[float]) -> Figures:
    """Return final (value) and provisional number (mean), density and class of the runs of a pipe on a day.

    Parameters
    ----------
    runs
        Damages of each run, in their order along it; none in any of them: no damage was seen.
    length_m
        Summed inspected length of the runs, m; None: the extra and with it number and class stay unknown.
    """
    parts = [part for run in runs for part in _parts(run)]
    provisional = max((part.greatest for part in parts), default=0.0)
    if not provisional:
        return Figures(0.0, 0.0, 0.0, 0)
    if not length_m:
        return Figures(mean=provisional)
    density = sum(part.mean * part.length_m for part in parts) / (provisional * length_m)
    final = provisional + _extra(round(density, PLACES))
    grade = min(int(final // _CLASS_STEP) + 1, _WORST)
    return Figures(final, provisional, round(density, PLACES), grade)


def _extra(density: float) -> int:
    if density <= _FEW:
        return 0
    return half_up(100 * density - 10) if density <= _MANY else _MOST_EXTRA
