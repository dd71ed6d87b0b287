"""Check metered areas: verdicts, findings, what changed; stored as one batch."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Optional

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.dma.scenario import Scenario
from waternet_plugin.core.dma.second_proof.confirmation import YES
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.unjoined import Unjoined
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.issues.issue_lifecycle import ISSUE_COLUMNS, reconcile_issues, with_xy
from waternet_plugin.core.quality.zone_check import check_zones
from waternet_plugin.core.quality.zones.stored_checks import check_rows, newest_checks
from waternet_plugin.core.reports.dma.zones import answered_zones, zones_report
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.operations.checks import rule_checks
from waternet_plugin.operations.checks.check_network import put_issues
from waternet_plugin.operations.dma.scenario_model import prepared_in_scenario
from waternet_plugin.operations.dma.stored_scenarios import scenario_named, scenario_rows
from waternet_plugin.operations.retests.mark_retests import mark_retests
from waternet_plugin.operations.rows.newest_rows import finish, finish_without_batch, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_ZONES = ("zone_id", "kind", "level", "parent_id", "name", "state")


@dataclass(frozen=True)
class ZoneCheckRequest:
    """What to check.

    Parameters
    ----------
    name
        What people see in the list of batches.
    zones
        Ids of the zones; empty for all.
    scenario
        Id or name of a scenario that is checked; '' for the network as it is.
    store
        Whether the check is written: verdicts, figures and issues, of a scenario the figures alone.
    today
        The day on which the network is judged; that of the computer if None.
    """

    name: str
    zones: tuple[str, ...] = ()
    scenario: str = ""
    store: bool = True
    today: Optional[datetime.date] = None


@dataclass(frozen=True)
class ZoneCheckResult(Written, PlainFrames):
    """The zones that were asked for, judged.

    Parameters
    ----------
    zones
        As `ZoneJudgement.zones`, with changes (text: what is different since the last check, None for the
        first one) and the polygon in column ``geom``.
    findings
        As `ZoneJudgement.findings`, with the place in column ``geom``.
    unjoined
        What lies on or beside the pipes of these zones without being joined to them.
    title
        Title of the network.
    summary
        The answer in sentences.
    """

    zones: gpd.GeoDataFrame
    findings: gpd.GeoDataFrame
    unjoined: Unjoined
    title: str
    summary: tuple[str, ...]

    @property
    def confirmed(self) -> int:
        """Of how many zones both proofs say the same."""
        return int((self.zones["confirmed"] == YES).sum())

    @cached_property
    def report(self) -> Report:
        """A section a zone; made when somebody wants it."""
        zones, findings = (
            pd.DataFrame(frame.drop(columns=GEOMETRY_COLUMN)) for frame in (self.zones, self.findings)
        )
        return zones_report(zones, findings, self.unjoined, network=self.title)


@dataclass(frozen=True)
class _ZoneCheckInput:
    """What a check of metered areas reads beside the network itself.

    Parameters
    ----------
    seen
        The position of the network before it was read.
    earlier
        The checks so far.
    outlines
        The zones with their polygons.
    existing
        The issues of the network.
    scenario
        The rows of a scenario, None for the network as it is.
    """

    seen: str
    title: str
    earlier: pd.DataFrame
    outlines: gpd.GeoDataFrame
    existing: pd.DataFrame
    scenario_id: str
    scenario: Optional[Scenario]
    settings: Settings


def check_dma(
    network: Network,
    request: ZoneCheckRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ZoneCheckResult], Any] = no_outputs,
) -> ZoneCheckResult:
    """Check metered areas.

    Raises
    ------
    InputError
        Where the network has no metered areas, or a zone that was asked for is none.
    """
    scenario_id = scenario_named(network, request.scenario) if request.scenario else ""
    scenario = scenario_rows(network, scenario_id) if scenario_id else None
    # A batch of its own: the position of the network is read behind it.
    retests = mark_retests(network).sentences if request.store else ()
    inputs = _ZoneCheckInput(
        network.position(),
        network.title,
        network.read("zone_check"),
        network.read("zone", [*_ZONES]),
        network.read("issue", [*ISSUE_COLUMNS]),
        scenario_id,
        scenario,
        network.settings(),
    )
    existing = with_xy(inputs.existing)
    day = request.today or datetime.date.today()
    with prepared_in_scenario(network, inputs.scenario, progress.part(0.0, 0.5)) as model:
        check = check_zones(
            model,
            inputs.outlines,
            existing,
            inputs.settings,
            asked=request.zones,
            is_live=inputs.scenario is None,
            today=day,
            progress=progress.part(0.5, 0.8),
        )
    last = newest_checks(inputs.earlier, inputs.scenario_id)
    answer = answered_zones(check.judged, inputs.outlines, last, asked=request.zones)
    sentences = (*retests, *answer.sentences, *check.unjoined.notes, check.place_note)
    summary = tuple(sentence for sentence in sentences if sentence)
    result = ZoneCheckResult("", answer.zones, answer.findings, check.unjoined, inputs.title, summary)
    if not request.store:
        return finish_without_batch(result, before_commit)
    rows = check_rows(
        answer.zones,
        answer.findings,
        inputs.earlier,
        check.hashes,
        entry=network.known_entry(inputs.seen),
        tolerance_m=inputs.settings.real("network.tolerance_m"),
        scenario_id=inputs.scenario_id,
    )
    changes = reconcile_issues(check.frame, existing, rules=check.rules)
    verdicts = pd.DataFrame(answer.zones[["zone_id", "verdict"]]).assign(checked_on=pd.Timestamp(day))
    facts: dict[str, Any] = {"zones": len(answer.zones)}
    if inputs.scenario is None:
        facts |= {**changes.counts, **rule_checks.looked_at(check.rules, inputs.seen)}
    with network.write("check", name=request.name, facts=facts, seen=inputs.seen, progress=progress) as batch:
        batch.insert("zone_check", rows)
        if inputs.scenario is None:
            put_issues(batch, changes)
            batch.update("zone", verdicts)
        return finish(batch, result, before_commit)
