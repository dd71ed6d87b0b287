"""Run the EPANET model that is kept with a network with the crossings of proposed zones closed.

Pressures are those of one moment. The water age, which takes long, is computed for one solution alone.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Optional, Union

import numpy as np

from waternet_plugin.core.dma.dma_network import SYSTEMS
from waternet_plugin.core.dma.hydraulics import (
    EngineError,
    HydraulicCheck,
    HydraulicEngine,
    HydraulicModel,
    HydraulicRun,
    compare_runs,
    with_ages,
)
from waternet_plugin.core.dma.proposal.proposed_zones import CLOSE, Proposal
from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.exchange.epanet.reading.elements import Model
from waternet_plugin.core.exchange.epanet.reading.imported_file import ImportedFile, imported_file_of
from waternet_plugin.core.exchange.epanet.writing.closed_model import (
    ClosedModel,
    asking_ages,
    closed_model,
    links_of_pipes,
)
from waternet_plugin.core.exchange.model_files.model_text import MODEL_TABLE
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.hydraulics.engines.epanet_engine import found_engine
from waternet_plugin.operations.hydraulics.export_epanet import exported_model
from waternet_plugin.store.network import Network

_NAME = "model.inp"
Outcome = Union[HydraulicRun, EngineError]


@dataclass(frozen=True)
class _Work:
    """What computes, until when, and by which settings."""

    engine: HydraulicEngine
    settings: Settings
    until: float

    def runs(self, models: list[HydraulicModel], progress: Progress) -> list[Outcome]:
        """Return what the engine found for each model; whatever it fails with is a reason."""
        left_s = max(0.0, self.until - time.monotonic())
        try:
            return self.engine.run(models, left_s, progress)
        except EngineError as error:
            return [error] * len(models)
        except WaterNetError:
            raise
        except Exception as error:  # noqa: BLE001 (an engine is foreign code: the proposal is there without it)
            name = str(error) or type(error).__name__
            return [
                EngineError(tr("{engine} failed: {error}.").format(engine=self.engine.name, error=name))
            ] * len(models)


def unchecked(solutions: Mapping[str, Proposal], reason: str) -> dict[str, HydraulicCheck]:
    """Return for each solution that nothing was computed, and why."""
    return {name: HydraulicCheck(reason) for name in solutions}


def check_hydraulics(
    network: Network,
    solutions: Mapping[str, Proposal],
    progress: Progress = SILENT,
    *,
    looked_at: str = "",
    engine: Optional[HydraulicEngine] = None,
) -> dict[str, HydraulicCheck]:
    """Return what each solution does to pressure and water age; what can't be computed says why.

    Parameters
    ----------
    network
        The network; its model is the file that it was imported from, with what was edited since.
    solutions
        Proposed zones by name.
    looked_at
        The solution whose water ages are wanted, '' for none.
    engine
        What computes; the one that is installed if None.
    """
    kept = imported_file_of(network.read(MODEL_TABLE))
    if kept is None:
        return unchecked(
            solutions, tr("No EPANET model is kept with the network, which was not imported from one.")
        )
    engine = found_engine() if engine is None else engine
    if engine is None:
        return unchecked(solutions, tr("No EPANET engine is installed (Python package wntr)."))
    progress.at(0.0, tr("Computing pressures"))
    try:
        model = exported_model(network, SYSTEMS, _NAME, progress.part(0.0, 0.3)).model
    except InputError as error:
        return unchecked(solutions, error.message)
    settings = network.settings()
    work = _Work(engine, settings, time.monotonic() + settings.real("dma.hydraulics_limit_s"))
    bare = closed_model(model, set(), _NAME).model
    closed = {name: _closed(model, kept, solution) for name, solution in solutions.items()}
    found = _pressures(work, bare, closed, progress.part(0.3, 0.6))
    check, model_then = found.get(looked_at), closed.get(looked_at)
    if check is not None and not check.reason and check.dead_ends and isinstance(model_then, ClosedModel):
        progress.at(0.6, tr("Computing water ages"))
        found[looked_at] = _aged(work, bare, model_then, check, progress.part(0.6, 1.0))
    return found


def _closed(model: Model, kept: ImportedFile, solution: Proposal) -> Union[ClosedModel, EngineError]:
    """Return the model with what a solution closes; where it can't be made, the reason."""
    new = solution.boundary[(solution.boundary["existing"] == "no") & (solution.boundary["device"] == CLOSE)]
    try:
        return closed_model(model, links_of_pipes(new["pipe_id"].astype(str).tolist(), model, kept), _NAME)
    except EngineError as error:
        return error


def _pressures(
    work: _Work,
    bare: HydraulicModel,
    closed: Mapping[str, Union[ClosedModel, EngineError]],
    progress: Progress,
) -> dict[str, HydraulicCheck]:
    """Return the pressures of each solution beside those of today, which are computed once."""
    made = {name: one for name, one in closed.items() if isinstance(one, ClosedModel)}
    before, *runs = work.runs([bare, *(one.model for one in made.values())], progress)
    after = dict(zip(made, runs))
    return {name: _compared(work, bare, one, before, after.get(name)) for name, one in closed.items()}


def _compared(
    work: _Work,
    bare: HydraulicModel,
    closed: Union[ClosedModel, EngineError],
    before: Outcome,
    after: Optional[Outcome],
) -> HydraulicCheck:
    """Return what one solution does to pressures, or the first reason why that is not known."""
    if isinstance(closed, EngineError):
        return HydraulicCheck(closed.message)
    if isinstance(before, EngineError):
        return HydraulicCheck(before.message)
    if not isinstance(after, HydraulicRun):
        return HydraulicCheck("" if after is None else after.message)
    try:
        return compare_runs(
            before, _aligned(after, closed.model.nodes, bare.nodes), bare.nodes, closed.dead_ends,
            service_m=work.settings.real("dma.service_pressure_m"), engine=work.engine.name,
            stubs=closed.stubs,
        )  # fmt: skip
    except EngineError as error:
        return HydraulicCheck(error.message)


def _aged(
    work: _Work, bare: HydraulicModel, closed: ClosedModel, check: HydraulicCheck, progress: Progress
) -> HydraulicCheck:
    """Return a check with water ages; its pressures stay where those can't be computed."""
    asked = [
        asking_ages(
            model,
            closed.dead_ends,
            _NAME,
            duration_h=work.settings.real("dma.water_age_h"),
            step_min=work.settings.real("dma.water_age_step_min"),
        )
        for model in (bare, closed.model)
    ]
    before, after = work.runs(asked, progress)
    if isinstance(before, EngineError):
        return replace(check, age_reason=before.message)
    if isinstance(after, EngineError):
        return replace(check, age_reason=after.message)
    return with_ages(check, before, after)


def _aligned(run: HydraulicRun, nodes: tuple[str, ...], wanted: tuple[str, ...]) -> HydraulicRun:
    """Return a run in another order of nodes; where no pipe is left there is no pressure and no demand."""
    row = {node: number for number, node in enumerate(nodes)}
    there = np.array([row.get(node, -1) for node in wanted], dtype=np.int64)
    pressure_m = np.where(there >= 0, run.pressure_m[there], 0.0)
    demand = np.where(there >= 0, run.demand[there], 0.0)
    return replace(run, pressure_m=pressure_m, demand=demand)
