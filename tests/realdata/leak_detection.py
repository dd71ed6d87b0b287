"""Thresholds of leak alarms: chosen on the first half of measured night flow, judged on the second.

``python tests/realdata/leak_detection.py`` reads ``WATERNET_DATA``/dma_flows; two tables. In ten real
areas (their own rises count as false alarms, whatever they were) one leak an area is planted, 8 to 40 % of
night flow, half of them slow; in the drawn town three areas have 19 leaks in a year, many at once, each of
which must be found by an alarm of its own. Detection sees no night after the one it judges.

"again" counts alarms of leaks that have one. A third table counts them for leaks that grow in drawn areas,
ever slower, evenly and ever quicker.

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
    drawn_town,
    growing_leaks,
    measured_hours,
    naive_alarms,
    night_and_day,
    score,
    with_leaks,
)

SEEDS, TOWNS, DRAWN = 4, 12, 6
# Settings are so close to one another that a dozen towns don't tell them apart.
CHOOSING_TOWNS = 36
TOWN_LEAKS = 19
POWERS = (0.5, 1.0, 2.0)
# Nights of rest after which a leak has its size, and those of one that comes slowly.
RESTS = ((1, 14), (2, 14), (3, 3), (3, 7), (3, 14), (3, 28), (4, 14), (7, 14))
TRIED: tuple[tuple[str, tuple[float, ...]], ...] = (
    ("threshold", (2.0, 2.2, 2.3, 2.5, 2.75)),
    ("short_factor", (1.0, 1.25, 1.4, 1.6)),
    ("earlier_share", (0.0, 0.5, 0.7, 1.0)),
    ("drift_share", (0.0, 0.2, 0.3, 0.5, 1.0)),
    ("fall_threshold", (2.0, 2.5, 3.0, 4.0)),
    ("same_leak_nights", (2, 5, 10, 21)),
)
Detector = Callable[[Any, Any], list[tuple[int, int, int]]]


def by_settings(**changed: float) -> Detector:
    """Return the detector with the settings that ship, some of them changed."""
    from dataclasses import replace

    from waternet_plugin.core.leakage.leak_alarms import alarm_options
    from waternet_plugin.core.leakage.leak_detection import find_leaks
    from waternet_plugin.core.schema.settings import Settings

    options = replace(alarm_options(Settings()), **changed)  # type: ignore[arg-type]
    return lambda night, day: [
        (one.zone, one.raised, one.started) for one in find_leaks(night, day, options).alarms
    ]


def naive(night: Any, _day: Any) -> list[tuple[int, int, int]]:
    """Return the alarms of the naive rule."""
    return naive_alarms(night)


def judged(cases: list[Any], detector: Detector) -> Score:
    """Return the sum of what a detector makes of hours with leaks."""
    total = Score(0, 0, 0, ())
    for hours, leaks in cases:
        total = total + score(detector(*night_and_day(hours)), leaks)
    return total


def planted(hours: Any, seeds: range, each: int) -> list[Any]:
    """Return hours with leaks, once for each seed."""
    return [with_leaks(hours, seed, each=each) for seed in seeds]


def grown(seeds: range, detector: Detector) -> str:
    """Return for each way to grow how many leaks were found, and how many alarms were told beside them."""
    told = []
    for power in POWERS:
        found = further = 0
        for seed in seeds:
            nights = growing_leaks(seed, power)
            zones = [zone for zone, _raised, _started in detector(nights, nights + 10.0) if zone < GROWING]
            found += len(set(zones))
            further += len(zones) - len(set(zones))
        told.append(f"{found} of {GROWING * len(seeds)}, {further} further")
    return "   ".join(told)


def resting(nights: int, slow: int) -> Detector:
    """Return the detector of the settings with other nights of rest."""
    from waternet_plugin.core.leakage import leak_detection as detection

    def detect(night: Any, day: Any) -> list[tuple[int, int, int]]:
        usual = detection._RESTING_NIGHTS, detection._SLOW_RESTING_NIGHTS
        detection._RESTING_NIGHTS, detection._SLOW_RESTING_NIGHTS = nights, slow
        try:
            return by_settings()(night, day)
        finally:
            detection._RESTING_NIGHTS, detection._SLOW_RESTING_NIGHTS = usual

    return detect


def _line(name: str, real: Score, town: Score, series: int) -> str:
    parts = [
        f"{one.found / runs:6.1f} of {one.leaks / runs:4.1f} {one.false / runs:6.1f} "
        f"{one.again / runs:6.1f} {np.median(one.delays) if one.delays else float('nan'):6.1f}"
        for one, runs in ((real, series), (town, town.leaks // TOWN_LEAKS))
    ]
    return f"{name:<32}" + "   ".join(parts)


def main(folder: Path) -> None:
    """Print both tables."""
    hours, _days = measured_hours(folder)
    half = hours.shape[1] // 2
    towns = [drawn_town(50 + seed) for seed in range(CHOOSING_TOWNS)]
    first = planted(hours[:, :half], range(100, 100 + SEEDS), 1)
    head = f"{'':<32}real: found    false  again  delay   town: found   false  again  delay"
    print(f"CHOOSING: nights 1 to {half}, seeds 100 on\n{head}")
    print(_line("naive rule", judged(first, naive), judged(towns, naive), SEEDS))
    print(
        _line("as in the settings", judged(first, by_settings()), judged(towns, by_settings()), SEEDS),
        flush=True,
    )
    for name, values in TRIED:
        for value in values:
            detector = by_settings(**{name: value})
            print(
                _line(f"{name} {value:g}", judged(first, detector), judged(towns, detector), SEEDS),
                flush=True,
            )
    for nights, slow in RESTS:
        detector = resting(nights, slow)
        print(_line(f"rest {nights}, slow {slow}", judged(first, detector), judged(towns, detector), SEEDS))
        print(f"{'  leaks that grow':<32}{grown(range(DRAWN), detector)}", flush=True)
    others = [drawn_town(1000 + seed) for seed in range(TOWNS)]
    # Two months before the half teach how the areas vary; no leak is planted in them.
    second = planted(hours[:, half - 60 :], range(200, 200 + SEEDS), 1)
    both = planted(hours, range(300, 300 + SEEDS), 2)
    print(f"\nJUDGING: nights {half} on, other seeds and towns\n{head}")
    for name, detector in (("naive rule", naive), ("as in the settings", by_settings())):
        print(
            _line(f"second half, {name}", judged(second, detector), judged(others, detector), SEEDS),
            flush=True,
        )
    for name, detector in (("naive rule", naive), ("as in the settings", by_settings())):
        print(
            _line(f"all nights, {name}", judged(both, detector), judged(others, detector), SEEDS), flush=True
        )
    print(f"{'leaks that grow':<32}{grown(range(100, 100 + DRAWN), by_settings())}")


if __name__ == "__main__":
    base = Path(os.environ.get("WATERNET_DATA") or HERE.parent.parent.parent / "shared" / "data")
    main(base / "dma_flows")
