"""Propose metered areas: three solutions side by side, one of them kept as a scenario where asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.hydraulics import HydraulicCheck, HydraulicEngine
from waternet_plugin.core.dma.proposal import proposal_shapes
from waternet_plugin.core.dma.proposal.proposal_options import ProposalOptions
from waternet_plugin.core.dma.proposal.proposing import Proposals, propose_zones, solution_name
from waternet_plugin.core.dma.proposal.stored_proposal import live_zones, scenario_tables
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.dma.zone_proposals import proposals_report
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.hydraulics.check_hydraulics import check_hydraulics, unchecked
from waternet_plugin.operations.rows.newest_rows import finish, finish_without_batch, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class ProposeDmaRequest:
    """What is asked of a proposal.

    Parameters
    ----------
    options
        Number and size of the zones, inlets, and what is best.
    scenario
        Name of the scenario to keep the chosen solution as; '' to keep none.
    title
        What people see in the list of batches.
    wants_pressures
        Whether EPANET computes what the solutions do to pressure and the chosen one to water age.
    """

    options: ProposalOptions
    scenario: str = ""
    title: str = ""
    wants_pressures: bool = True


@dataclass(frozen=True)
class ProposeDmaResult(Written):
    """The chosen solution and what it was compared with; tables as `Proposal` has them.

    Parameters
    ----------
    zones, pipes, boundary
        With geometry in column ``geom``.
    proposals
        All three solutions.
    hydraulics
        What each does to pressure and water age, by name.
    report
        The same on a page.
    currency
        In which costs are.
    scenario_id
        Id of the scenario that was stored, '' for none.
    """

    zones: gpd.GeoDataFrame
    pipes: gpd.GeoDataFrame
    boundary: gpd.GeoDataFrame
    proposals: Proposals
    hydraulics: Mapping[str, HydraulicCheck]
    report: Report
    currency: str
    scenario_id: str = ""


def propose_dma(
    network: Network,
    request: ProposeDmaRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ProposeDmaResult], Any] = no_outputs,
    engine: Optional[HydraulicEngine] = None,
) -> ProposeDmaResult:
    """Return proposals for a network; the chosen one is stored as a scenario where that has a name.

    Parameters
    ----------
    before_commit
        Called with the result before anything is stored: when it raises, nothing is.
    engine
        What computes the model that is kept with the network; the one that is installed if None.

    Raises
    ------
    InputError
        When no zones keep the bounds; names them.
    """
    request.options.check()
    seen = network.position()
    settings = network.settings()
    with prepared_for_dma(network, progress.part(0.0, 0.25)) as model:
        proposals = propose_zones(model, request.options, settings, progress.part(0.25, 0.8))
        if request.wants_pressures:
            progress.at(0.8, tr("The proposals are ready."))
            checks = check_hydraulics(
                network,
                proposals.solutions,
                progress.part(0.8, 0.95),
                looked_at=proposals.chosen,
                engine=engine,
            )
        else:
            checks = unchecked(proposals.solutions, tr("Pressures were not asked for."))
        progress.at(0.95, tr("Writing"))
        if not request.scenario:
            result = _result(network, model, proposals, checks)
            return finish_without_batch(result, before_commit)
        with network.write("dma", name=request.title, seen=seen) as batch:
            scenario_id = batch.next_id("zone_scenario", "S-")
            tables = scenario_tables(
                proposals.best,
                live_zones(model),
                scenario_id=scenario_id,
                name=request.scenario,
                note=solution_name(proposals.chosen),
                base_log=network.known_entry(seen),
            )
            for table, frame in tables.items():
                if len(frame):
                    batch.insert(table, frame)
            return finish(batch, _result(network, model, proposals, checks, scenario_id), before_commit)


def _result(
    network: Network,
    model: DmaModel,
    proposals: Proposals,
    hydraulics: Mapping[str, HydraulicCheck],
    scenario_id: str = "",
) -> ProposeDmaResult:
    best, currency = proposals.best, network.settings().text("general.currency")
    return ProposeDmaResult(
        batch_id="",
        zones=proposal_shapes.of_zones(model, best),
        pipes=proposal_shapes.of_pipes(model, best),
        boundary=proposal_shapes.of_boundary(model, best),
        proposals=proposals,
        hydraulics=hydraulics,
        report=proposals_report(
            proposals,
            hydraulics,
            network=network.title,
            currency=currency,
            scenario_id=scenario_id,
        ),
        currency=currency,
        scenario_id=scenario_id,
    )
