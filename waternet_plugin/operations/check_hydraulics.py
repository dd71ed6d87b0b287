"""Run the EPANET model that is kept with a network with the crossings of proposed zones closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Optional

import numpy as np

from waternet_plugin.core.dma.dma_network import SYSTEMS
from waternet_plugin.core.dma.hydraulics import (
    EngineError,
    HydraulicCheck,
    HydraulicEngine,
    HydraulicRun,
    compare_runs,
)
from waternet_plugin.core.dma.proposal.proposed_zones import CLOSE, Proposal
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading.elements import Model
from waternet_plugin.core.exchange.epanet.reading.imported_file import TABLE, ImportedFile, imported_file_of
from waternet_plugin.core.exchange.epanet.writing.closed_model import closed_model, links_of_pipes, with_ages
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.epanet_engine import found_engine
from waternet_plugin.operations.export_epanet import exported_model
from waternet_plugin.store.network import Network

_NAME = "model.inp"


def check_hydraulics(
    network: Network,
    solutions: Mapping[str, Proposal],
    progress: Progress = SILENT,
    *,
    engine: Optional[HydraulicEngine] = None,
) -> dict[str, HydraulicCheck]:
    """Return what each solution does to pressure and water age; what can't be computed says why.

    Parameters
    ----------
    network
        The network; its model is the file that it was imported from, with what was edited since.
    solutions
        Proposed zones by name.
    progress
        Told of the steps; may cancel.
    engine
        What computes; the one that is installed if None.
    """
    kept = imported_file_of(network.read(TABLE))
    if kept is None:
        reason = tr("No EPANET model is kept with the network, which was not imported from one.")
        return {name: HydraulicCheck(reason) for name in solutions}
    engine = found_engine() if engine is None else engine
    if engine is None:
        reason = tr("No EPANET engine is installed (Python package wntr).")
        return {name: HydraulicCheck(reason) for name in solutions}
    progress.at(0.0, tr("Computing pressures"))
    try:
        model = exported_model(network, SYSTEMS, _NAME, progress.part(0.0, 0.3)).model
    except InputError as error:
        return {name: HydraulicCheck(error.message) for name in solutions}
    found = {}
    service_m = network.settings().real("dma.service_pressure_m")
    for number, (name, solution) in enumerate(solutions.items()):
        progress.at(0.3 + 0.7 * number / len(solutions))
        found[name] = _checked(engine, model, kept, solution, service_m)
    return found


def _checked(
    engine: HydraulicEngine, model: Model, kept: ImportedFile, solution: Proposal, service_m: float
) -> HydraulicCheck:
    """Return what one solution does; whatever an engine fails with is a reason."""
    new = solution.boundary[(solution.boundary["existing"] == "no") & (solution.boundary["device"] == CLOSE)]
    try:
        links = links_of_pipes(new["pipe_id"].astype(str).tolist(), model, kept)
        closed = closed_model(model, links, _NAME)
        bare = closed_model(model, set(), _NAME).model
        before = engine.run(with_ages(bare, closed.dead_ends, _NAME))
        after = engine.run(with_ages(closed.model, closed.dead_ends, _NAME))
        after = _aligned(after, closed.model.nodes, bare.nodes)
        return compare_runs(
            before, after, bare.nodes, closed.dead_ends, service_m=service_m, engine=engine.name,
            stubs=closed.stubs,
        )  # fmt: skip
    except EngineError as error:
        return HydraulicCheck(error.message)
    except Exception as error:  # noqa: BLE001 (an engine is foreign code: the proposal is there without it)
        text = tr("{engine} failed: {error}.")
        return HydraulicCheck(text.format(engine=engine.name, error=str(error) or type(error).__name__))


def _aligned(run: HydraulicRun, nodes: tuple[str, ...], wanted: tuple[str, ...]) -> HydraulicRun:
    """Return a run in another order of nodes; where no pipe is left there is no pressure and no demand."""
    row = {node: number for number, node in enumerate(nodes)}
    there = np.array([row.get(node, -1) for node in wanted], dtype=np.int64)
    pressure_m = np.where(there >= 0, run.pressure_m[there], 0.0)
    demand = np.where(there >= 0, run.demand[there], 0.0)
    return replace(run, pressure_m=pressure_m, demand=demand)
