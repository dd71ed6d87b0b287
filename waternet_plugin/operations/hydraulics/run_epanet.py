"""Run EPANET on a network as it is: heads and pressures of nodes, flows and velocities of pipes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.hydraulics import EngineError, HydraulicEngine, HydraulicModel, PeriodValues
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading.imported_file import imported_file_of
from waternet_plugin.core.exchange.epanet.writing.exporting import ExportedModel
from waternet_plugin.core.exchange.epanet.writing.run_roughness import (
    pipes_without_roughness,
    with_roughness,
)
from waternet_plugin.core.exchange.model_files.model_text import MODEL_TABLE
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.network.epanet import run_report, run_summary
from waternet_plugin.core.reports.network.model_files import shown
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.core.units import MPA_METRES
from waternet_plugin.operations.hydraulics.engines.epanet_engine import found_engine
from waternet_plugin.operations.hydraulics.export_epanet import exported_model
from waternet_plugin.operations.hydraulics.model_outputs import insert_run
from waternet_plugin.operations.rows.newest_rows import finish, finish_without_batch, no_outputs
from waternet_plugin.operations.rows.placed_rows import placed_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_NAME, _SYSTEMS = "model.inp", ("potable",)
_LIMIT = "dma.hydraulics_limit_s"
_DAY_H = 24.0


@dataclass(frozen=True)
class RunEpanetRequest:
    """What to do with a run.

    Parameters
    ----------
    name
        What people see in the list of batches.
    store
        Whether the run is kept, to be compared with others and with loggers.
    """

    name: str
    store: bool = False


@dataclass(frozen=True)
class RunEpanetResult(Written, PlainFrames):
    """What EPANET computed for the start of the model.

    Parameters
    ----------
    nodes
        node_id, head_m, pressure_mpa of nodes of the map that are in the model, with the place in ``geom``.
    pipes
        pipe_id, flow_m3h (below 0 against the line), velocity_ms, with the line in ``geom``.
    run_id
        Id of the run that is kept, '' for none.
    lacks
        What the model lacks or assumes, in sentences.
    lowest_mpa
        Lowest pressure of nodes that are neither sources nor tanks, MPa; NaN without any.
    report, summary
        The low points on a page, and the answer in sentences.
    """

    nodes: gpd.GeoDataFrame
    pipes: gpd.GeoDataFrame
    run_id: str
    lacks: tuple[str, ...]
    lowest_mpa: float
    report: Report
    summary: tuple[str, ...]


def run_epanet(
    network: Network,
    request: RunEpanetRequest,
    progress: Progress = SILENT,
    *,
    engine: Optional[HydraulicEngine] = None,
    before_commit: Callable[[RunEpanetResult], Any] = no_outputs,
) -> RunEpanetResult:
    """Return what EPANET computes; with ``store`` the run is one batch.

    Parameters
    ----------
    engine
        What computes; the one that is installed if None.

    Raises
    ------
    InputError
        When no engine is installed, the network has no model, or the model does not run: with the reason.
    """
    engine = found_engine() if engine is None else engine
    if engine is None:
        raise InputError(tr("No EPANET engine is installed (Python package wntr)."))
    seen = network.position()
    kept = imported_file_of(network.read(MODEL_TABLE))
    exported = _with_roughness(network, exported_model(network, _SYSTEMS, _NAME, progress.part(0.0, 0.3)))
    progress.at(0.3, tr("EPANET computes"))
    found = _computed(exported, engine, network.settings().real(_LIMIT), progress.part(0.3, 0.8))
    model, period = exported.model, found
    nodes = [exported.node_ids.get(name, name) for name in _node_order(exported)]
    links = [exported.link_ids.get(name, name) for name in model.links]
    per_hour = model.units.m3d / _DAY_H
    heads = _frame("node_id", nodes, {"head_m": period.head_m, "pressure_mpa": _pressure(period)})
    flows = _frame("pipe_id", links, {"flow_m3h": period.flow * per_hour, "velocity_ms": period.velocity_ms})
    if kept is not None:
        # A pump or valve of the file is a node with two pipes on the map.
        ends = {name: (rows.first, rows.second) for name, rows in kept.links.items()}
        parts = [flows]
        for end in (0, 1):
            named = pd.Index([ends.get(str(name), ("", ""))[end] for name in flows.index], dtype=object)
            parts.append(flows[named != ""].set_axis(named[named != ""]))
        flows = pd.concat(parts).rename_axis("pipe_id")
    progress.at(0.8, tr("Reading the network"))
    lacks = tuple(shown(exported.notes))
    on_map = [placed_rows(network, table, frame) for table, frame in (("node", heads), ("pipe", flows))]
    now = [frame.rename(columns=lambda name: name.removesuffix("/start")) for frame in on_map]
    served = now[0][now[0]["node_id"].isin(_served(exported))]
    report = run_report(served, lacks, network=network.title, engine=engine.name)
    lowest = float(served["pressure_mpa"].min())
    result = RunEpanetResult("", now[0], now[1], "", lacks, lowest, report, tuple(run_summary(served)))
    if not request.store:
        return finish_without_batch(result, before_commit)
    with network.write("edit", name=request.name, seen=seen, progress=progress.part(0.85, 0.98)) as batch:
        facts = {"systems": list(_SYSTEMS), "lacks": list(lacks)}
        run_id = insert_run(batch, engine.name, facts)
        batch.insert("model_result", _result_rows(run_id, on_map))
        return finish(batch, replace(result, run_id=run_id), before_commit)


def _with_roughness(network: Network, exported: ExportedModel) -> ExportedModel:
    """Return a model in which every pipe has a roughness that EPANET computes with."""
    names = pipes_without_roughness(exported, _NAME)
    if not names:
        return exported
    on_map = {name: exported.link_ids.get(name, name) for name in names}
    pipes = network.read("pipe", ["pipe_id", "material"], ids=list(on_map.values()), geometry=False)
    material = dict(zip(pipes["pipe_id"], pipes["material"]))
    return with_roughness(exported, _NAME, {name: material.get(own) for name, own in on_map.items()})


def _served(exported: ExportedModel) -> list[str]:
    """Return the ids that the junctions of a model have on the map."""
    nodes = exported.model.nodes.values()
    return [exported.node_ids.get(node.id, node.id) for node in nodes if node.kind == "junction"]


def _node_order(exported: ExportedModel) -> list[str]:
    """Return the ids of junctions, then of tanks and reservoirs, as EPANET numbers them."""
    nodes = exported.model.nodes.values()
    return [
        *(node.id for node in nodes if node.kind == "junction"),
        *(node.id for node in nodes if node.kind != "junction"),
    ]


def _computed(
    exported: ExportedModel, engine: HydraulicEngine, limit_s: float, progress: Progress
) -> PeriodValues:
    """Return what the engine computes.

    Raises
    ------
    InputError
        With the reason, where it computes nothing.
    """
    nodes = exported.model.nodes.values()
    model = HydraulicModel(
        exported.data,
        tuple(node.id for node in nodes if node.kind == "junction"),
        exported.model.units.metres,
        tanks=tuple(node.id for node in nodes if node.kind != "junction"),
        links=tuple(exported.model.links),
    )
    try:
        (run,) = engine.run([model], limit_s, progress)
    except EngineError as error:
        run = error
    if isinstance(run, EngineError):
        text = tr("The model does not run: {reason}").format(reason=run.message)
        lacks = shown([*_unsupplied(exported), *exported.notes])
        if lacks:
            text = joined((text, tr("What it lacks: {lacks}").format(lacks=joined(lacks))))
        raise InputError(text)
    if run.period is None or not np.isfinite(run.period.head_m).all():
        raise InputError(tr("{engine} found no pressures.").format(engine=engine.name))
    return run.period


def _unsupplied(exported: ExportedModel) -> list[str]:
    """Return the sentence about nodes that EPANET can't compute since no water comes to them."""
    names = exported.model.unsupplied()
    if not names:
        return []
    text = tr("%n node(s) have no path to a reservoir or tank, such as {id}.", "", len(names))
    return [text.format(id=exported.node_ids.get(names[0], names[0]))]


def _pressure(period: PeriodValues) -> Array:
    return np.asarray((period.head_m - period.ground_m) / MPA_METRES)


def _frame(key: str, ids: list[str], values: dict[str, Array]) -> pd.DataFrame:
    """Return start, lowest, mean and highest of quantities as columns, by id."""
    columns = {
        f"{name}/{part}": rows[number]
        for name, rows in values.items()
        for number, part in enumerate(("start", "lowest", "mean", "highest"))
    }
    return pd.DataFrame(columns, index=pd.Index(ids, dtype=object, name=key))


def _result_rows(run_id: str, on_map: list[gpd.GeoDataFrame]) -> pd.DataFrame:
    """Return rows of ``model_result``."""
    parts = []
    for frame, key, quantities in zip(
        on_map, ("node_id", "pipe_id"), (("head_m", "pressure_mpa"), ("flow_m3h", "velocity_ms"))
    ):
        for quantity in quantities:
            values = {part: frame[f"{quantity}/{part}"] for part in ("lowest", "mean", "highest")}
            parts.append(
                pd.DataFrame({"run_id": run_id, "asset": frame[key], "quantity": quantity, **values})
            )
    return pd.concat(parts, ignore_index=True)
