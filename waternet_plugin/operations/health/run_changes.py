"""Two assessments of a network as they are compared on a map: the runs, and the pipes that changed."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.risk.comparing import CHANGES, SAME
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.operations.health.compare_runs import CompareRequest, compare_runs
from waternet_plugin.operations.health.recorded_runs import Run, read_runs
from waternet_plugin.store.network import Network

_COLUMNS = ["pipe_id", "street", "diameter_mm", "material", "install_year", "length_m"]


@dataclass(frozen=True)
class RunChanges(PlainFrames):
    """What changed from one run to another.

    Parameters
    ----------
    first, second
        Ids of the runs.
    metres, counts
        Length in m and number of the pipes by change: worse, better, settings, same, new, gone.
    pipes
        Those that changed and are there: street, size, lines, classes and rates; the largest change of the
        rate first.
    other
        What was set otherwise, in a sentence; '' for nothing.
    """

    first: str
    second: str
    metres: Mapping[str, float]
    counts: Mapping[str, int]
    pipes: gpd.GeoDataFrame
    other: str


def runs_by_day(network: Network) -> tuple[Run, ...]:
    """Return the runs by the day that they are of: an earlier day may well be assessed later."""
    return tuple(sorted(read_runs(network).runs, key=lambda run: run.as_of or datetime.date.min))


def two_runs(runs: tuple[Run, ...], first: str, second: str) -> tuple[str, str]:
    """Return which of two or more runs are compared.

    Parameters
    ----------
    runs
        By their days.
    first, second
        Ids that are wanted; where they are not there, the run of the newest day and the one before it.
    """
    ids = [run.run_id for run in runs]
    later = second if second in ids else ids[-1]
    others = [run_id for run_id in ids if run_id != later]
    before = [run_id for run_id in others if ids.index(run_id) < ids.index(later)] or others
    return first if first in others else before[-1], later


def read_run_changes(network: Network, first: str, second: str, progress: Progress = SILENT) -> RunChanges:
    """Return what changed from one run to another.

    Parameters
    ----------
    first, second
        Ids of the earlier and the later run.
    """
    request = CompareRequest(first, second, with_geometry=False)
    answer = compare_runs(network, request, progress.part(0.0, 0.7))
    changes = answer.pipes
    lengths = network.read("pipe", ["pipe_id", "length_m"], geometry=False)
    metres = changes["pipe_id"].map(lengths.set_index("pipe_id")["length_m"]).fillna(0.0)
    sums = metres.groupby(changes["change"]).sum()
    progress.at(0.8)
    changed = changes[changes["change"] != SAME]
    return RunChanges(
        first,
        second,
        {code: float(sums.get(code, 0.0)) for code in CHANGES},
        answer.counts,
        _with_pipes(network, changed),
        answer.other,
    )


def _with_pipes(network: Network, changed: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return changed pipes with what the network says of them; one that was deleted since has no line."""
    pipes = network.read("pipe", _COLUMNS, ids=changed["pipe_id"].tolist())
    frame = pipes.merge(changed, on="pipe_id", how="inner")
    jump = (frame["rate_b"] - frame["rate_a"]).abs().fillna(0.0)
    return frame.assign(jump=jump).sort_values(
        ["jump", "pipe_id"], ascending=[False, True], ignore_index=True
    )
