"""The chart of a backtest: later failures on the worst part of the length, by ranking of the pipes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from waternet_plugin.core.health.evaluation.rankings import (
    MATERIAL_AGE,
    OLDEST,
    OURS,
    PAST_COUNT,
    RANDOM,
    ranking_label,
)
from waternet_plugin.core.reports.charts import ChartLine, LineChart
from waternet_plugin.core.texts import tr

# The tables have them all; more lines than these lie on one another.
DRAWN = (OURS, PAST_COUNT, MATERIAL_AGE, OLDEST, RANDOM)
_LAST = 0.4
_POINT = 0.1


def capture_chart(curves: Sequence[Mapping[str, Sequence[float]]], shares: Sequence[float]) -> LineChart:
    """Return the shares of the later failures on the worst part of the length, means of the cut-offs.

    Parameters
    ----------
    curves
        Of each cut-off that was tested, at least one: shares of the failures (0-1) by ranking.
    shares
        The shares of the length (0-1) at which the curves are known, ascending.
    """
    count = sum(share <= _LAST + 1e-9 for share in shares)
    x = tuple(100 * share for share in shares[:count])
    lines = []
    for ranking in (name for name in DRAWN if name in curves[0]):
        columns = list(zip(*([100 * value for value in cutoff[ranking][:count]] for cutoff in curves)))
        ours = ranking == OURS
        lines.append(
            ChartLine(
                ranking_label(ranking),
                x,
                tuple(sum(column) / len(column) for column in columns),
                strong=ours,
                lower=tuple(min(column) for column in columns) if ours else (),
                upper=tuple(max(column) for column in columns) if ours else (),
            )
        )
    main = next((line for line in lines if line.strong), None)
    point = None
    if main is not None and x:
        index = min(range(count), key=lambda each: abs(shares[each] - _POINT))
        point = (x[index], main.y[index], f"{main.y[index]:.0f} %")
    return LineChart(
        tuple(lines),
        x_label=tr("Worst part of the length, %"),
        y_label=tr("Later failures on it, %"),
        title=tr("Failures caught by length"),
        point=point,
    )
