"""A backtest of five rankings with 200 bootstraps, against one assessment of the same pipes.

``python tests/bench/ladder_backtest.py [ROWS ...]``: pipes of the ladder of health, three failures for ten
pipes. Three cut-offs; the model is given. The last step has all
ten rankings, ours by the default model, on rolling cut-offs, for its time and memory alone.
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import Bench  # noqa: E402
from ladder_health import assess, prepare_assess  # noqa: E402

SIZES = (10_000, 100_000, 1_000_000)
RANKINGS = ("waternet", "random", "oldest", "past_count", "rate_table")
CUTOFFS = tuple(datetime.date(year, 12, 31) for year in (2018, 2019, 2020))
BOOTSTRAPS = 200


def backtest(data: tuple[Any, Any]) -> int:
    """Backtest five rankings on three cut-offs."""
    from waternet_plugin.core.health.evaluation.backtest import backtest as run
    from waternet_plugin.core.health.evaluation.scoring import BacktestOptions

    options = BacktestOptions(model="hierarchy", rankings=RANKINGS, bootstraps=BOOTSTRAPS)
    return len(run(data[0], data[1], cutoffs=CUTOFFS, options=options).tested)


def backtest_whole(data: tuple[Any, Any]) -> int:
    """Backtest all rankings on rolling cut-offs, ours by the default model."""
    from waternet_plugin.core.health.evaluation.backtest import backtest as run
    from waternet_plugin.core.health.evaluation.scoring import BacktestOptions

    return len(run(data[0], data[1], options=BacktestOptions(bootstraps=BOOTSTRAPS)).tested)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("backtest")
    for rows in sizes:
        bench.run("assess", assess, rows, rows=rows, prepare=prepare_assess, repeat=3)
        bench.run(
            "backtest, 3 cut-offs",
            backtest,
            rows,
            rows=rows,
            prepare=prepare_assess,
            floor="assess",
            limit=40.0,
            limit_mb=4096,
        )
        bench.run(
            "backtest, all there is",
            backtest_whole,
            rows,
            rows=rows,
            prepare=prepare_assess,
            floor="assess",
            limit_mb=6144,
        )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
