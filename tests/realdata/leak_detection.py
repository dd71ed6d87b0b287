"""Thresholds of leak alarms: chosen on the first half of measured night flow, judged on the second.

``python tests/realdata/leak_detection.py`` reads ``WATERNET_DATA``/dma_flows; two tables. In ten real
areas (their own rises count as false alarms, whatever they were) one leak an area is planted, 8 to 40 % of
night flow, half of them slow; in the drawn town three areas have 19 leaks in a year, many at once, each of
which must be found by an alarm of its own. So must the 19 of the crowded town, of which most are never
repaired within the year; a line of its own halves its noise. Detection sees no night after the one it judges.

"again" counts alarms of leaks that have one. For leaks that grow in drawn areas, ever slower, evenly and ever
quicker, it counts the alarms beside the first one of each leak: as they are raised, and those that are still
open on the last night. For towns it counts by how many alarms all nights together have more open than leaks
that run ("too many"), and fewer ("too few").

CHOOSING tries the thresholds on the first half and on drawn towns; what stands in the settings is marked.
JUDGING shows the settings in force on the second half, other towns and the whole series, beside the naive
rule: three nights above the median of fourteen by four mean deviations.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "build" / "plugins")]

from support.planted_leaks import (  # noqa: E402
    GROWING,
    Score,
    crowded_town,
    drawn_town,
    growing_leaks,
    measured_hours,
    naive_alarms,
    night_and_day,
    open_alarm_nights,
    score,
    with_leaks,
)

SEEDS, TOWNS, DRAWN = 4, 12, 6
# Draws of the leaks in real areas whose spread is shown.
SPREAD = 12
# Settings are so close to one another that a dozen towns don't tell them apart.
CHOOSING_TOWNS = 36
TOWN_LEAKS = 19
POWERS = (0.5, 1.0, 2.0)
# Nights of rest after which a leak has its size, and those of one that comes slowly.
RESTS = ((1, 14), (2, 14), (3, 3), (3, 7), (3, 14), (3, 28), (4, 14), (7, 14))
# When an alarm is looked at again, in nights after it was raised; the nights that count before the leak whose
# growth it may be; the evidence that keeps the two apart.
AGAIN: tuple[tuple[tuple[int, ...], int, float], ...] = (
    ((), 70, 10.0),
    ((14, 28), 70, 10.0),
    ((14, 28, 42), 28, 10.0),
    ((14, 28, 42), 70, 5.0),
    ((14, 28, 42), 70, 10.0),
    ((14, 28, 42), 70, 12.0),
    ((14, 28, 42), 70, 15.0),
    ((14, 21, 28, 42, 56), 70, 10.0),
    ((28, 42, 56), 70, 10.0),
)
# Deviations that must stay after a fall.
LEFT = (2.0, 2.5, 3.0)
TRIED: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("threshold", (2.0, 2.2, 2.3, 2.5, 2.75)),
    ("smallest_share", (0.05, 0.06, 0.07, 0.08)),
    ("short_factor", (1.0, 1.25, 1.4, 1.6)),
    ("earlier_share", (0.0, 0.5, 0.7, 1.0)),
    ("drift_share", (0.0, 0.2, 0.3, 0.5, 1.0)),
    ("fall_threshold", (2.0, 2.5, 3.0, 4.0)),
    ("same_leak_nights", (2, 5, 10, 21)),
)
# Zone, night raised, night started, night ended: that after the last one where it is open.
Detector = Callable[[Any, Any], list[tuple[int, int, int, int]]]


def by_settings(**changed: float) -> Detector:
    """Return the detector with the settings that ship, some of them changed."""
    from dataclasses import replace

    from waternet_plugin.core.leakage.detection.lasting_rises import find_leaks
    from waternet_plugin.core.leakage.detection.leak_alarms import alarm_options
    from waternet_plugin.core.schema.settings import Settings

    options = replace(alarm_options(Settings()), **changed)  # type: ignore[arg-type]
    return lambda night, day: [
        (one.zone, one.raised, one.started, night.shape[1] if one.ended is None else one.ended)
        for one in find_leaks(night, day, options).alarms
    ]


def naive(night: Any, _day: Any) -> list[tuple[int, int, int, int]]:
    """Return the alarms of the naive rule, which never ends one."""
    return [(*one, night.shape[1]) for one in naive_alarms(night)]


def judged(cases: list[Any], detector: Detector) -> Score:
    """Return the sum of what a detector makes of hours with leaks."""
    total = Score(0, 0, 0, ())
    for hours, leaks in cases:
        total = total + score(detector(*night_and_day(hours)), leaks)
    return total


def planted(hours: Any, seeds: range, each: int) -> list[Any]:
    """Return hours with leaks, once for each seed."""
    return [with_leaks(hours, seed, each=each) for seed in seeds]


def open_nights(towns: list[Any], detector: Detector) -> str:
    """Return by how many alarms a town's nights have too many open and too few, on average."""
    counts = [
        open_alarm_nights(detector(*night_and_day(hours)), leaks, hours.shape[1]) for hours, leaks in towns
    ]
    many, few = np.mean(counts, axis=0)
    return f"towns: {many:.0f} too many, {few:.0f} too few"


def grown(seeds: range, detector: Detector) -> str:
    """Return for each way to grow how many leaks were found, and how many alarms were told beside them."""
    told = []
    for power in POWERS:
        found = further = still = 0
        for seed in seeds:
            nights = growing_leaks(seed, power)
            alarms = [one for one in detector(nights, nights + 10.0) if one[0] < GROWING]
            zones = {one[0] for one in alarms}
            found += len(zones)
            further += len(alarms) - len(zones)
            at_end = [one[0] for one in alarms if one[3] == nights.shape[1]]
            still += len(at_end) - len(set(at_end))
        told.append(f"{found} of {GROWING * len(seeds)}, {further} further, {still} still open")
    return "   ".join(told)


def with_constants(module: str, **changed: Any) -> Detector:
    """Return the detector of the settings with other constants of a module of `core.leakage`."""
    from importlib import import_module

    constants = vars(import_module(f"waternet_plugin.core.leakage.detection.{module}"))

    def detect(night: Any, day: Any) -> list[tuple[int, int, int, int]]:
        usual = {name: constants[name] for name in changed}
        constants.update(changed)
        try:
            return by_settings()(night, day)
        finally:
            constants.update(usual)

    return detect


def resting(nights: int, slow: int) -> Detector:
    """Return the detector of the settings with other nights of rest."""
    return with_constants("alarm_growth", _RESTING_NIGHTS=nights, _SLOW_RESTING_NIGHTS=slow)


def again(ages: tuple[int, ...], nights: int, evidence: float) -> Detector:
    """Return the detector of the settings with other nights on which an alarm is looked at again."""
    return with_constants("alarm_growth", _AGAIN_AFTER=ages, _AGAIN_NIGHTS=nights, _AGAIN_EVIDENCE=evidence)


def _line(name: str, real: Score, town: Score, crowded: Score, series: int) -> str:
    parts = [
        f"{one.found / runs:6.1f} of {one.leaks / runs:4.1f} {one.false / runs:6.1f} "
        f"{one.again / runs:6.1f} {np.median(one.delays) if one.delays else float('nan'):6.1f}"
        for one, runs in ((real, series), *((one, one.leaks // TOWN_LEAKS) for one in (town, crowded)))
    ]
    return f"{name:<32}" + "   ".join(parts)


def spread(cases: list[Any], detector: Detector) -> str:
    """Return how found and false alarms spread over draws."""
    scores = [judged([case], detector) for case in cases]
    found, false = np.array([one.found for one in scores]), np.array([one.false for one in scores])
    return (
        f"found {found.mean():.1f}, deviation {found.std():.1f}; "
        f"false {false.mean():.1f}, deviation {false.std():.1f}, at most {false.max()}"
    )


def choose(first: list[Any], towns: list[Any], crowded: list[Any]) -> None:
    """Print what thresholds make of the first half and of drawn towns."""

    def show(name: str, detector: Detector) -> None:
        made = [judged(cases, detector) for cases in (first, towns, crowded)]
        print(_line(name, made[0], made[1], made[2], SEEDS), flush=True)

    show("naive rule", naive)
    show("as in the settings", by_settings())
    for setting, values in TRIED:
        for value in values:
            show(f"{setting} {value:g}", by_settings(**{setting: value}))
    for deviations in LEFT:
        show(f"left {deviations:g}", with_constants("leftover_rises", _LEFT_DEVIATIONS=deviations))
    for nights, slow in RESTS:
        show(f"rest {nights}, slow {slow}", resting(nights, slow))
        print(f"{'  leaks that grow':<32}{grown(range(DRAWN), resting(nights, slow))}", flush=True)
    for ages, before, evidence in AGAIN:
        detector = again(ages, before, evidence)
        show(f"again {' '.join(map(str, ages)) or 'never'}; {before}, {evidence:g}", detector)
        print(f"{'  leaks that grow':<32}{grown(range(DRAWN), detector)}")
        print(f"{'':<32}{open_nights(towns, detector)}", flush=True)


def judge(hours: Any, half: int) -> None:
    """Print what the settings make of the second half, all nights and other towns."""
    towns = [drawn_town(1000 + seed) for seed in range(TOWNS)]
    crowded = [crowded_town(1000 + seed) for seed in range(TOWNS)]
    calm = [crowded_town(1000 + seed, 0.5) for seed in range(TOWNS)]
    # Two months before the half teach how the areas vary; no leak is planted in them.
    second = planted(hours[:, half - 60 :], range(200, 200 + SEEDS), 1)
    both = planted(hours, range(300, 300 + SPREAD), 2)
    for nights, cases, others in (
        ("second half", second, crowded),
        ("all nights", both[:SEEDS], crowded),
        ("all nights, half the noise", both[:SEEDS], calm),
    ):
        for name, detector in (("naive", naive), ("settings", by_settings())):
            made = [judged(one, detector) for one in (cases, towns, others)]
            print(_line(f"{nights}, {name}", made[0], made[1], made[2], SEEDS), flush=True)
    print(f"{f'real areas, {SPREAD} draws':<32}{spread(both, by_settings())}", flush=True)
    print(f"{'leaks that grow':<32}{grown(range(100, 100 + DRAWN), by_settings())}")
    print(f"{'':<32}{open_nights(towns, by_settings())}")


def main(folder: Path) -> None:
    """Print both tables."""
    hours, _days = measured_hours(folder)
    half = hours.shape[1] // 2
    head = f"{'':<32}real: found    false  again  delay   town: found   false  again  delay   crowded"
    print(f"CHOOSING: nights 1 to {half}, seeds 100 on\n{head}")
    choose(
        planted(hours[:, :half], range(100, 100 + SEEDS), 1),
        [drawn_town(50 + seed) for seed in range(CHOOSING_TOWNS)],
        [crowded_town(50 + seed) for seed in range(CHOOSING_TOWNS)],
    )
    print(f"\nJUDGING: nights {half} on, other seeds and towns\n{head}")
    judge(hours, half)


if __name__ == "__main__":
    base = Path(os.environ.get("WATERNET_DATA") or HERE.parent.parent.parent / "shared" / "data")
    main(base / "dma_flows")
