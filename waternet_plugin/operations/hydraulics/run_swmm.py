"""Run SWMM on the drains as they are, or read a run that was made: depths of nodes, flows of pipes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.swmm.reading.swmm_results import (
    SwmmResults,
    read_swmm_results,
    worst_of_links,
    worst_of_nodes,
)
from waternet_plugin.core.exchange.swmm.writing.swmm_exporting import ExportedSwmm
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.network.model_files import shown
from waternet_plugin.core.reports.network.swmm import swmm_run_report, swmm_run_summary
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.hydraulics.engines.swmm_engine import ENGINE, swmm_results
from waternet_plugin.operations.hydraulics.export_swmm import exported_swmm
from waternet_plugin.operations.hydraulics.model_outputs import insert_run
from waternet_plugin.operations.hydraulics.model_sources import model_bytes
from waternet_plugin.operations.rows.newest_rows import finish, finish_without_batch, no_outputs
from waternet_plugin.operations.rows.placed_rows import placed_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_NAME = "model.inp"
_LIMIT = "exchange.swmm_limit_s"
# Results whose elements are others than those of the model are those of another model.
_LEAST_SHARE = 0.5
# Quantities that are kept of nodes and of pipes: the columns of their mean and highest value.
_OF_NODES = {"depth_m": ("mean_depth_m", "depth_m"), "surcharge_h": ("", "surcharge_h")}
_OF_PIPES = {"flow_m3h": ("mean_flow_m3h", "flow_m3h"), "filling": ("", "filling")}


@dataclass(frozen=True)
class RunSwmmRequest:
    """What to do with a run.

    Parameters
    ----------
    name
        What people see in the list of batches.
    results_path
        Results of a run that was made elsewhere (.out); '' to run the model now.
    store
        Whether the run is kept.
    """

    name: str
    results_path: str = ""
    store: bool = False


@dataclass(frozen=True)
class RunSwmmResult(Written, PlainFrames):
    """What SWMM computed over the whole run.

    Parameters
    ----------
    nodes
        node_id, depth_m (highest), surcharge_h of nodes of the map that are in the model, with the place in
        ``geom``.
    pipes
        pipe_id, flow_m3h (the largest, below 0 against the line), filling (highest, 0 to 1), with the line in
        ``geom``.
    run_id
        Id of the run that is kept, '' for none.
    lacks
        What the model lacks or assumes, in sentences.
    report, summary
        The worst nodes on a page, and the answer in sentences.
    """

    nodes: gpd.GeoDataFrame
    pipes: gpd.GeoDataFrame
    run_id: str
    lacks: tuple[str, ...]
    report: Report
    summary: tuple[str, ...]


def run_swmm(
    network: Network,
    request: RunSwmmRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[RunSwmmResult], Any] = no_outputs,
) -> RunSwmmResult:
    """Return what SWMM computes; with ``store`` the run is one batch.

    Raises
    ------
    InputError
        When no engine is installed, the network has no model, the model does not run, or results are those
        of another model.
    """
    seen = network.position()
    exported = exported_swmm(network, (), _NAME, fill_inverts=False, progress=progress.part(0.0, 0.3))
    progress.at(0.3, tr("SWMM computes"))
    results = _results(network, request, exported, progress.part(0.3, 0.8))
    progress.at(0.8, tr("Reading the network"))
    nodes = worst_of_nodes(results, exported.model).set_index("node_id")
    links = worst_of_links(results).set_index("link_id").rename_axis("pipe_id")
    on_map = (
        placed_rows(network, "node", _with_map_ids(nodes, exported.node_ids)),
        placed_rows(network, "pipe", _turned(_with_map_ids(links, exported.link_ids), network, exported)),
    )
    if on_map[0].empty or len(on_map[0]) < _LEAST_SHARE * len(results.node_ids):
        message = tr("{name} holds results of another model: its nodes are not those of the network.")
        raise InputError(message.format(name=Path(request.results_path or _NAME).name))
    lacks = tuple(shown(exported.notes))
    result = RunSwmmResult(
        "",
        on_map[0][["node_id", "depth_m", "surcharge_h", GEOMETRY_COLUMN]],
        on_map[1][["pipe_id", "flow_m3h", "filling", GEOMETRY_COLUMN]],
        "",
        lacks,
        swmm_run_report(on_map[0], on_map[1], lacks, network=network.title),
        tuple(swmm_run_summary(on_map[0], on_map[1])),
    )
    if not request.store:
        return finish_without_batch(result, before_commit)
    with network.write("edit", name=request.name, seen=seen, progress=progress.part(0.85, 0.98)) as batch:
        facts = {"results": Path(request.results_path).name, "lacks": list(lacks)}
        run_id = insert_run(batch, ENGINE, facts)
        for frame, key, quantities in zip(on_map, ("node_id", "pipe_id"), (_OF_NODES, _OF_PIPES)):
            batch.insert("model_result", _result_rows(run_id, frame, key, quantities))
        return finish(batch, replace(result, run_id=run_id), before_commit)


def _results(
    network: Network, request: RunSwmmRequest, exported: ExportedSwmm, progress: Progress
) -> SwmmResults:
    """Return the results of a file, or of a run that is made now."""
    if request.results_path:
        path = Path(request.results_path)
        return read_swmm_results(model_bytes(path), path.name)
    limit_s = network.settings().real(_LIMIT)
    return read_swmm_results(swmm_results(exported.data, _days(exported), limit_s, progress), "model.out")


def _days(exported: ExportedSwmm) -> float:
    """Return how long the run of a model goes on, in days; 1 where its options do not say."""
    text = exported.model.text
    try:
        start, end = (
            datetime.datetime.strptime(
                f"{text.option(f'{name}_DATE')} {text.option(f'{name}_TIME') or '0:00:00'}",
                "%m/%d/%Y %H:%M:%S",
            )
            for name in ("START", "END")
        )
    except ValueError:
        return 1.0
    return (end - start) / datetime.timedelta(days=1)


def _with_map_ids(frame: pd.DataFrame, map_ids: Mapping[str, str]) -> pd.DataFrame:
    """Return rows under the ids of the map."""
    ids = [map_ids.get(str(name), str(name)) for name in frame.index]
    return frame.set_axis(pd.Index(ids, dtype=object, name=frame.index.name))


def _turned(links: pd.DataFrame, network: Network, exported: ExportedSwmm) -> pd.DataFrame:
    """Return flows along the lines of the map: the model runs some pipes the other way round."""
    pipes = network.read("pipe", ["pipe_id", "from_node"], geometry=False).set_index("pipe_id")["from_node"]
    model = exported.model.links.set_index("link_id")["from_node"]
    first = [exported.node_ids.get(name, name) for name in model]
    ids = [exported.link_ids.get(name, name) for name in model.index]
    drawn = pipes.reindex(ids).to_numpy(dtype=object)
    against = {
        id_ for id_, mine, theirs in zip(ids, first, drawn) if isinstance(theirs, str) and theirs != mine
    }
    sign = np.where(links.index.isin(sorted(against)), -1.0, 1.0)
    return links.assign(flow_m3h=links["flow_m3h"] * sign, mean_flow_m3h=links["mean_flow_m3h"] * sign)


def _result_rows(
    run_id: str, frame: gpd.GeoDataFrame, key: str, quantities: Mapping[str, tuple[str, str]]
) -> pd.DataFrame:
    """Return rows of ``model_result``."""
    parts = []
    for quantity, (mean, highest) in quantities.items():
        values = {"mean": frame[mean] if mean else np.nan, "highest": frame[highest], "lowest": np.nan}
        parts.append(pd.DataFrame({"run_id": run_id, "asset": frame[key], "quantity": quantity, **values}))
    return pd.concat(parts, ignore_index=True)
