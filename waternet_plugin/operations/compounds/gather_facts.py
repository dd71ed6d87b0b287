"""Facts of compounds and grids; what names no compound gets the one around it, as one batch on request."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.drainage.compounds.facts.belonging import Belonging
from waternet_plugin.core.drainage.compounds.facts.unit_facts import (
    CompoundFacts,
    KnownFindings,
    compound_facts,
)
from waternet_plugin.core.drainage.compounds.tanks.tank_codes import OVERDUE
from waternet_plugin.core.drainage.compounds.tanks.tank_schedule import TANK_COLUMNS
from waternet_plugin.core.drainage.compounds.unsettled_misconnections import unsettled_misconnections
from waternet_plugin.core.drainage.zoning.blockers import blocking_rules
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.drain_flow import WAY_COLUMNS
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.compounds.facts import facts_report, summary_lines
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.compounds.schedule_tanks import tanks_of
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

# What is read of each table.
FACT_COLUMNS = {
    "pipe": (*WAY_COLUMNS["pipe"], "owner"),
    "node": (*WAY_COLUMNS["node"], *TANK_COLUMNS["node"], "outfall_type", "outfall_risk"),
    "compound": (*WAY_COLUMNS["compound"], *TANK_COLUMNS["compound"], "name", "grid_id"),
    "zone": ("zone_id", "kind", "name"),
    "customer": (*WAY_COLUMNS["customer"], *TANK_COLUMNS["customer"], "permit_no", "permit_until"),
}


@dataclass(frozen=True)
class FactsRequest:
    """What facts are asked for.

    Parameters
    ----------
    name
        What people see in the list of batches.
    as_of
        The day on which permits must be in force and tanks are judged; that of the computer if None.
    buildings
        Polygons of buildings in ``geom``, in the network's coordinates; None: not counted.
    store
        Whether what names no compound or grid gets the one around it.

    Raises
    ------
    InputError
        When the buildings have no polygons.
    """

    name: str
    as_of: Optional[datetime.date] = None
    buildings: Optional[gpd.GeoDataFrame] = None
    store: bool = False

    def __post_init__(self) -> None:
        if self.buildings is not None and not self.buildings.geometry.notna().any():
            raise InputError(tr("BUILDINGS has no polygons. Choose the layer of buildings, or nothing."))


@dataclass(frozen=True)
class FactsResult(Written, PlainFrames):
    """The facts, their frames with places as layers.

    Parameters
    ----------
    facts
        The facts.
    units, exits, left
        Those of the facts in the network's coordinates.
    report
        The same to read.
    summary
        The answer in sentences.
    notes
        What to know before the answer.
    """

    facts: CompoundFacts
    units: gpd.GeoDataFrame
    exits: gpd.GeoDataFrame
    left: gpd.GeoDataFrame
    report: Report
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()


def gather_facts(
    network: Network,
    request: FactsRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[FactsResult], Any] = no_outputs,
) -> FactsResult:
    """Tell what lies in each compound and grid; with ``store`` fill compound_id and grid_id as one batch.

    Raises
    ------
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda notes: _gather(network, request, progress, before_commit, notes), progress)


def _gather(
    network: Network,
    request: FactsRequest,
    progress: Progress,
    before_commit: Callable[[FactsResult], Any],
    notes: tuple[str, ...],
) -> FactsResult:
    seen = network.position()
    town = read_town(network, request.as_of or datetime.date.today(), progress.part(0.0, 0.5))
    known = _known(network, town, progress.part(0.5, 0.7))
    progress.at(0.7, tr("Counting what lies in compounds"))
    buildings = None if request.buildings is None else request.buildings[GEOMETRY_COLUMN].to_numpy(object)
    facts = compound_facts(town, known=known, buildings=buildings)
    names = dict(zip(town.compounds.ids.tolist(), town.compounds.text("name").tolist()))
    result = FactsResult(
        "",
        facts,
        _layer(facts.units, network.crs),
        _layer(facts.exits, network.crs),
        _layer(facts.left, network.crs),
        facts_report(facts, names, network=network.title, is_stored=request.store),
        tuple(summary_lines(facts, is_stored=request.store)),
        notes,
    )
    if not request.store or not facts.filled:
        return finish_without_batch(result, before_commit)
    with network.write(
        "drainage",
        name=request.name,
        facts={table: len(frame) for table, frame in facts.filled.items()},
        seen=seen,
        progress=progress.part(0.8, 0.95),
    ) as batch:
        for name, frame in facts.filled.items():
            batch.update(name, frame)
        return finish(batch, result, before_commit)


def read_town(network: Network, as_of: datetime.date, progress: Progress = SILENT) -> Belonging:
    """Return the assets of a network by the compounds and grids that they belong to."""
    tables = {}
    for number, (name, columns) in enumerate(FACT_COLUMNS.items()):
        progress.at(number / len(FACT_COLUMNS), table(name).label)
        tables[name] = network.read(name, list(columns))
    return Belonging(tables, network.settings(), as_of=as_of)


def _known(network: Network, town: Belonging, progress: Progress) -> KnownFindings:
    """Return the misconnections that are not settled, and the tanks that are overdue."""
    issues = network.read(
        "issue",
        ["issue_id", "rule_id", "state", "assets"],
        where={"rule_id": list(blocking_rules())},
        geometry=False,
    )
    tanks = tanks_of(network, town.drains, town.as_of, progress).frame
    overdue = tanks.loc[tanks["state"] == OVERDUE, "node_id"]
    return KnownFindings(unsettled_misconnections(town.drains, issues), tuple(overdue))


def _layer(frame: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    shapes = gpd.GeoSeries(frame[GEOMETRY_COLUMN], crs=crs)
    layer = gpd.GeoDataFrame(frame.drop(columns=GEOMETRY_COLUMN), geometry=shapes)
    return layer.rename_geometry(GEOMETRY_COLUMN)
