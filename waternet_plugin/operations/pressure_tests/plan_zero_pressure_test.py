"""Plan the zero-pressure test of a zone: steps, customers without water, papers. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.pressure_test.plan import PressureTestPlan, plan_test
from waternet_plugin.core.dma.pressure_test.plan_words import warnings_of
from waternet_plugin.core.dma.second_proof.confirmation import (
    NO,
    YES,
    confirmation_of,
    confirmed_sentence,
)
from waternet_plugin.core.dma.second_proof.networkx_proof import prove_again
from waternet_plugin.core.dma.second_proof.zone_answer import answers_of
from waternet_plugin.core.dma.verdict.cut_off import find_cut_off
from waternet_plugin.core.dma.verdict.zone_faults import find_faults
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.model.customers import RECORDED, place_note
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.zones.proof_checks import PROOFS_DIFFER
from waternet_plugin.core.reports.dma.pressure_test_map import pressure_test_map
from waternet_plugin.core.reports.dma.pressure_test_plan import PlanContext, plan_paper, plan_report
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.dma.scenario_model import prepared_for_scenario
from waternet_plugin.store.network import Network

STEP_COLUMNS = (
    "step", "node_id", "role", "meter", "turns", "street", "device", "diameter_mm", "kind", "ground_m",
    "purposes", "watches", "doubts",
)  # fmt: skip
_MOST_ZONES = 12


@dataclass(frozen=True)
class PressureTestRequest:
    """Which zone is to be tested.

    Parameters
    ----------
    scenario
        Name or id of a scenario in which it is drawn; '' for the network as it is.
    with_papers
        Whether report and paper are wanted.
    map_colours
        Colours of the map, by the keys of `pressure_test_map.COLOURS`; None for no map.
    customers_file
        The file that gets all customers, for the papers to name; '' for none.

    Raises
    ------
    InputError
        Without a zone.
    """

    zone_id: str
    scenario: str = ""
    with_papers: bool = True
    map_colours: Optional[Mapping[str, str]] = None
    customers_file: str = ""

    def __post_init__(self) -> None:
        if not self.zone_id:
            raise InputError(tr("Give the zone to be tested: its id, in ZONE."))


@dataclass(frozen=True)
class PressureTestResult:
    """A planned test; frames with geometry have it in column ``geom``, in the network's CRS.

    Parameters
    ----------
    steps
        STEP_COLUMNS, lists as text, and the place of each step.
    customers
        Who is without water: customer_id, critical, name, households, pipe_id, in the order of the plan.
    warnings
        What stands in the way, in sentences.
    headline
        What it comes to.
    confirmed
        Whether both proofs of the zone's boundary say the same: yes, no, not_checked.
    report, paper
        The report, and what the crew takes along with the form; None where they are not wanted.
    """

    plan: PressureTestPlan
    steps: gpd.GeoDataFrame
    customers: pd.DataFrame
    warnings: tuple[str, ...]
    headline: str
    confirmed: str
    report: Optional[Report] = None
    paper: Optional[Report] = None

    @property
    def is_confirmed(self) -> bool:
        """Whether both proofs say the same."""
        return self.confirmed == YES

    @property
    def confirmation(self) -> str:
        """Say whether both proofs say the same, or that there is only one."""
        return confirmed_sentence([self.confirmed])


def plan_zero_pressure_test(
    network: Network, request: PressureTestRequest, progress: Progress = SILENT
) -> PressureTestResult:
    """Plan a test.

    Parameters
    ----------
    request
        Which zone.

    Raises
    ------
    InputError
        For a zone or scenario that is not there, and a zone without pipes.
    """
    settings = network.settings()
    with prepared_for_scenario(network, request.scenario, progress.part(0.0, 0.6)) as model:
        zone = zone_number(model, request.zone_id)
        refuse_empty(model, zone)
        confirmed, difference = _proven_twice(model, request.zone_id, progress.part(0.6, 0.9))
        progress.at(0.9, tr("Planning the test"))
        plan = plan_test(
            model, zone, settings=settings, pressure_node=pressure_node(network, request.zone_id)
        )
        return _result(model, plan, request, settings, network, (confirmed, difference))


def _proven_twice(model: DmaModel, zone_id: str, progress: Progress) -> tuple[str, tuple[str, ...]]:
    """Return whether both proofs of a zone say the same, and both answers in a sentence where they differ."""
    proof = prove_again(model, [zone_id], progress)
    if not proof.version:
        return confirmation_of(zone_id, {}, proof), ()
    answers = answers_of(find_faults(model.dma), find_cut_off(model.dma))
    confirmed = confirmation_of(zone_id, answers, proof)
    if confirmed != NO:
        return confirmed, ()
    sentence = catalogue()[PROOFS_DIFFER].text.format(
        zone=zone_id,
        first=answers[zone_id].text(),
        second=proof.of_zone[zone_id].answer.text(),
        version=proof.version,
    )
    return confirmed, (sentence,)


def zone_number(model: DmaModel, zone_id: str) -> int:
    """Return the number of a zone.

    Raises
    ------
    InputError
        When there is no such metered area.
    """
    known = [str(name) for name in model.dma.zones.zone_id]
    if zone_id in known:
        return known.index(zone_id)
    if not known:
        raise InputError(
            tr("This network has no metered areas. Draw one, or adopt them, before a test is planned.")
        )
    named = listed(known[:_MOST_ZONES]) if len(known) <= _MOST_ZONES else listed([*known[:_MOST_ZONES], "…"])
    raise InputError(
        tr("There is no metered area “{zone}”. This network has: {known}.").format(zone=zone_id, known=named)
    )


def refuse_empty(model: DmaModel, zone: int) -> None:
    """Raise an InputError for a zone without pipes."""
    if not (model.dma.zones.holds(zone, model.dma.zone) & model.dma.counts).any():
        raise InputError(
            tr(
                "Zone “{zone}” has no pipe of drinking or raw water in use: there is nothing to test. Assign "
                "its pipes first."
            ).format(zone=model.dma.zones.zone_id[zone])
        )


def pressure_node(network: Network, zone_id: str) -> str:
    """Return the node at which a zone's pressure is logged, '' for none."""
    rows = network.read("zone", ["zone_id", "pressure_node"], ids=[zone_id], geometry=False)
    known = [str(name) for name in rows["pressure_node"] if name is not None and name == name]
    return known[0] if known else ""


def _result(
    model: DmaModel,
    plan: PressureTestPlan,
    request: PressureTestRequest,
    settings: Settings,
    network: Network,
    proven: tuple[str, tuple[str, ...]],
) -> PressureTestResult:
    confirmed, difference = proven
    graph = model.graph
    crossings = [str(graph.node_id[node] or "?") for node in plan.cut.crossings.tolist()]
    closed = [str(graph.pipe_id[pipe]) for pipe in plan.cut.closed_pipes.tolist()]
    by_place = place_note(plan.figures["customers_by_place"], settings)
    warnings = (
        *difference,
        *warnings_of(plan, crossings, closed, settings),
        *((by_place,) if by_place else ()),
    )
    report = paper = None
    if request.with_papers:
        drawing = pressure_test_map(model, plan, request.map_colours) if request.map_colours else ""
        context = PlanContext(
            network.title,
            (*warnings, confirmed_sentence([confirmed])),
            _streets(model, plan),
            drawing,
            settings,
            str(network.crs.name),
            request.customers_file,
        )
        report, paper = plan_report(plan, context), plan_paper(plan, context)
    headline = (
        tr("{valves} boundary valves, {inlets} meters to shut off, {customers} customers without water")
        if plan.figures[RECORDED]
        else tr("{valves} boundary valves, {inlets} meters to shut off; no customers are recorded")
    )
    return PressureTestResult(
        plan=plan,
        steps=_placed(model, plan.steps, network.crs),
        customers=pd.DataFrame(plan.customers.drop(columns="row")),
        warnings=warnings,
        confirmed=confirmed,
        headline=headline.format(
            valves=plan.figures["valves"],
            inlets=plan.figures["inlets"] + plan.figures["outlets"],
            customers=plan.figures["customers"],
        ),
        report=report,
        paper=paper,
    )


def _streets(model: DmaModel, plan: PressureTestPlan) -> list[str]:
    """Return the streets whose customers are without water, the most customers first."""
    pipe = np.flatnonzero(plan.dry)
    named = pd.Series(column(model.pipes, "street")[model.graph.pipe_row[pipe]], dtype=object)
    count = pd.Series(model.dma.customers[pipe]).groupby(named.to_numpy()).sum()
    there = count[count > 0].reset_index()
    there.columns = pd.Index(["street", "customers"], dtype=object)
    ordered = there.sort_values(["customers", "street"], ascending=[False, True], kind="stable")
    return [str(name) for name in ordered["street"]]


def _placed(model: DmaModel, steps: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    node = steps["node"].to_numpy(dtype=np.int64)
    texts = {
        name: steps[name].map(lambda values: ";".join(values) or None)
        for name in ("purposes", "watches", "doubts")
    }
    frame = steps.assign(**texts)[list(STEP_COLUMNS)]
    points = shapely.force_3d(shapely.points(model.graph.x_m[node], model.graph.y_m[node]))
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(points, crs=crs)).rename_geometry("geom")
