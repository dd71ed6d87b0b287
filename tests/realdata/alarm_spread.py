"""Leak alarms over many draws: how many leaks are found and how many alarms are false, and how that spreads.

``python tests/realdata/alarm_spread.py [DRAWS [SEED]] [SETTING=VALUE ...]`` draws four kinds of towns and
plants leaks in the ten real areas of ``WATERNET_DATA``/dma_flows, once for a half on which thresholds may be
chosen and once for the half that judges them: other seeds, and of the real areas the later nights. Both are
printed, with the settings that ship or with some changed, such as ``threshold=2.3``; then what is missed in
the judging towns, by size and shape. Rises of the real areas themselves count as false alarms.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent / "build" / "plugins")]

from realdata.leak_detection import Detector, by_settings  # noqa: E402
from support.planted_leaks import (  # noqa: E402
    WINDOW,
    PlantedLeak,
    crowded_town,
    drawn_town,
    found_leaks,
    measured_hours,
    night_and_day,
    patterned_town,
    score,
    varied_town,
    with_leaks,
)

TOWNS = {"patterned": patterned_town, "varied": varied_town, "crowded": crowded_town, "drawn": drawn_town}
# Nights before the later half that teach how the areas vary.
TEACHING = 60
SIZES = (0.06, 0.1, 0.2, np.inf)
NIGHTS_BEFORE = 14


def spread(cases: list[Any], detector: Detector) -> str:
    """Return means, deviations and extremes of the leaks found and the alarms that are false."""
    scores = [score(detector(*night_and_day(hours)), leaks) for hours, leaks in cases]
    found, false, again = (
        np.array([getattr(one, name) for one in scores]) for name in ("found", "false", "again")
    )
    return (
        f"found {found.mean():5.2f} of {scores[0].leaks} (deviation {found.std():.2f}, least {found.min()}), "
        f"false {false.mean():5.2f} ({false.std():.2f}, most {false.max()}), again {again.mean():.2f}, "
        f"delay {np.median([one for some in scores for one in some.delays]):.0f} nights"
    )


def shape_of(leak: PlantedLeak, night: Any) -> tuple[str, str]:
    """Return size, as a share of the night flow when it began, and shape of a leak."""
    before = float(np.nanmedian(night[leak.zone, max(leak.start - NIGHTS_BEFORE, 0) : leak.start]))
    limit = next(one for one in SIZES if leak.flow_m3h / before < one)
    return (f"under {limit:.0%}" if np.isfinite(limit) else "larger"), "slow" if leak.is_slow else "at once"


def missed(cases: list[Any], detector: Detector) -> list[str]:
    """Return by size and shape how many leaks were found, of how many."""
    told, planted = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for hours, leaks in cases:
        found = found_leaks(detector(*night_and_day(hours)), leaks)
        for number, leak in enumerate(leaks):
            key = shape_of(leak, hours[:, :, WINDOW].mean(axis=2))
            planted[key] += 1
            told[key] += number in found
    return [
        f"{size:<10} {shape:<8} {told[size, shape]} of {planted[size, shape]}"
        for size, shape in sorted(planted)
    ]


def main(draws: int, seed: int, changed: dict[str, float], folder: Path) -> None:
    """Print both halves."""
    detector = by_settings(**changed)
    hours, _days = measured_hours(folder)
    half = hours.shape[1] // 2
    parts = {"CHOOSING": (seed, hours[:, :half]), "JUDGING": (seed + 100_000, hours[:, half - TEACHING :])}
    for name, (first, part) in parts.items():
        print(f"{name}: {draws} draws from seed {first}, {changed or 'settings that ship'}", flush=True)
        seeds = range(first, first + draws)
        cases = {kind: [draw(one) for one in seeds] for kind, draw in TOWNS.items()}
        cases["real, half"] = [with_leaks(part, one, each=1) for one in seeds]
        cases["real, all"] = [with_leaks(hours, one, each=2) for one in seeds]
        for kind, some in cases.items():
            print(f"  {kind:<11}{spread(some, detector)}", flush=True)
    for kind in ("patterned", "varied"):
        print(f"JUDGING, {kind}: found by size at the end and by shape")
        print("\n".join(f"  {line}" for line in missed(cases[kind], detector)), flush=True)


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:] if "=" not in one]
    given = dict(one.split("=") for one in sys.argv[1:] if "=" in one)
    base = Path(os.environ.get("WATERNET_DATA") or HERE.parent.parent.parent / "shared" / "data")
    main(
        *[*numbers, *(20, 1)[len(numbers) :]],
        {name: float(value) for name, value in given.items()},
        base / "dma_flows",
    )
