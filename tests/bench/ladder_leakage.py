"""Night flow with alarms of 200 metered areas over two years of 15 minutes, from arrays.

python tests/bench/ladder_leakage.py [zones ...]
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from harness import Bench

SIZES = (20, 200)
DAYS, STEPS = 730, 96
# Against NumPy's median by day of the same values.
NIGHT_LIMIT = 15.0


def flows(zones: int) -> Any:
    """Return times (seconds) and flows (zones x times), a tenth of the zones with a leak."""
    dice = np.random.default_rng(4)
    count = DAYS * STEPS
    # Midnight in Shanghai.
    times = 1_700_000_000.0 // 86400.0 * 86400.0 - 8 * 3600.0 + 900.0 * np.arange(count)
    day = 1.0 + 0.8 * np.clip(np.sin((np.arange(count) % STEPS - 24) / 72.0 * np.pi), 0.0, 1.0)
    values = np.empty((zones, count))
    for zone in range(zones):
        values[zone] = 20.0 * day * (1.0 + 0.05 * dice.standard_normal(count))
        if zone % 10 == 0:
            values[zone, (300 + zone) * STEPS :] += 5.0
    return times, values


def median_by_day(made: Any) -> float:
    """Take the median of every day."""
    _times, values = made
    return float(np.median(values.reshape(len(values), DAYS, STEPS), axis=2).sum())


def night_flow(made: Any) -> int:
    """Make series, net inflow, nights and alarms; return how many alarms there are."""
    from waternet_plugin.core.leakage.detection.lasting_rises import find_leaks
    from waternet_plugin.core.leakage.detection.leak_alarms import AlarmOptions
    from waternet_plugin.core.leakage.night_figures import night_figures
    from waternet_plugin.core.leakage.zone_inflow import ZoneMeter, net_inflow
    from waternet_plugin.core.readings.clocks import clock_of
    from waternet_plugin.core.readings.local_clock import LocalClock, parse_window
    from waternet_plugin.core.readings.meter_series import series_of_flow

    times, values = made
    inflows = [net_inflow([ZoneMeter("m", 1)], {"m": series_of_flow(times, flow)}) for flow in values]
    clock = LocalClock(clock_of("general.time_zone", "Asia/Shanghai"))
    figures = night_figures(inflows, clock, parse_window("WINDOW", "02:00-05:00"), coverage=0.9)
    return len(find_leaks(figures.window_mean_m3h, figures.around_mean_m3h, AlarmOptions()).alarms)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("leakage")
    for zones in sizes:
        rows = zones * DAYS * STEPS
        floor = "median by day"
        bench.run(floor, median_by_day, zones, rows=rows, prepare=flows, repeat=3)
        limit = NIGHT_LIMIT if zones >= 200 else None
        bench.run(
            "night flow and alarms",
            night_flow,
            zones,
            rows=rows,
            prepare=flows,
            repeat=3,
            floor=floor,
            limit=limit,
        )
    return bench.finish()


if __name__ == "__main__":
    raise SystemExit(main(tuple(int(one) for one in sys.argv[1:]) or SIZES))
