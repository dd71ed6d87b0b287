"""How far an alarm is narrowed down in the sample town, by step tests that are simulated.

``python tests/realdata/narrowing.py [sample town]`` assesses the town as of a day and lets the pipes leak on
which failures happened later, each several times, and pipes anywhere, drawn by length: leaks of 2 to 8 m3/h,
known to 10 %, eight steps a night of half an hour, readings every 15 minutes, use at night that drifts and
varies, one valve in ten that passes 30 %. Ranks count from 1; by length is the longest pipe first. What is
left is the share of the zone's length on which 90 % of the chance lies, what is searched the share until the
leak is found.
"""

from __future__ import annotations

import datetime
import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE.parent), str(ROOT / "build" / "plugins")]

from support.simulated_narrowing import narrow, zone_cases  # noqa: E402

CUTOFF = datetime.date(2021, 12, 31)
REPEATS, DRAWN = 5, 60
STAGES = ("by length", "by assessment", "one night", "two nights")


def main(town: Path) -> None:
    """Print a table a zone and one of all."""
    with tempfile.TemporaryDirectory() as folder:
        cases = zone_cases(Path(shutil.copy(town, Path(folder) / "town.gpkg")), CUTOFF)
    dice = np.random.default_rng(0)
    later, anywhere = [], []
    began = time.perf_counter()
    for case in cases:
        later += [narrow(case, int(leak), dice) for leak in case.leaks for _ in range(REPEATS)]
        pipes = case.pipes
        share = pipes.length_m * pipes.is_main / (pipes.length_m * pipes.is_main).sum()
        drawn = dice.choice(pipes.count, DRAWN, p=share)
        found = [narrow(case, int(leak), dice) for leak in drawn]
        _table(f"{case.zone_id}, {pipes.count} pipes: leaks anywhere, by length", found)
        anywhere += found
    _table(f"all zones: {len(anywhere)} leaks anywhere, by length", anywhere)
    _table(f"all zones: {len(later)} leaks where failures happened later", later)
    print(f"\n{(time.perf_counter() - began) / (len(later) + len(anywhere)):.3f} s a leak")


def _table(title: str, found: list) -> None:  # type: ignore[type-arg]
    if not found:
        print(f"\n{title}")
        return
    names = ("ranks", "left", "searched")
    ranks, left, searched = (np.array([getattr(one, name) for one in found]) for name in names)
    print(f"\n{title}")
    print(f"{'':16}mean rank  median rank  left: mean  90 %   max   searched: mean")
    for number, stage in enumerate(STAGES):
        print(
            f"{stage:16}{ranks[:, number].mean():9.1f}{np.median(ranks[:, number]):13.1f}"
            f"{left[:, number].mean():12.1%}{np.quantile(left[:, number], 0.9):6.1%}"
            f"{left[:, number].max():7.1%}{searched[:, number].mean():14.1%}"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build/sample_town/en/sample_town.gpkg")
