"""Check metered areas: verdicts, findings, what changed; stored as one batch."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.scenario import nodes_of_several_meters
from waternet_plugin.core.dma.scenario_view import in_scenario
from waternet_plugin.core.dma.second_proof.confirmation import YES, confirmed_sentence
from waternet_plugin.core.dma.second_proof.networkx_proof import prove_again
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, records, tuples
from waternet_plugin.core.network.analysis.unjoined import NearbyNetwork, Unjoined
from waternet_plugin.core.network.model.customers import BY_PLACE, FOUND_BY, place_note
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.checking import listed, run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.issues.issue_lifecycle import IssueChanges, reconcile_issues
from waternet_plugin.core.quality.zones.judgement import (
    ZoneJudgement,
    judge_zones,
    older_sentence,
    rules_to_run,
)
from waternet_plugin.core.quality.zones.proof_checks import PROOFS_DIFFER
from waternet_plugin.core.quality.zones.zone_context import dma_of, second_proof_of
from waternet_plugin.core.reports.dma.zones import changes_since, zones_lead, zones_report
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed as enumerated
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks import rule_checks
from waternet_plugin.operations.checks.check_network import existing_issues, put_issues
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.dma.scenario_model import prepared_for_scenario
from waternet_plugin.operations.dma.stored_scenarios import scenario_named, scenario_rows
from waternet_plugin.operations.retests.mark_retests import mark_retests
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network

_LAST_DIGITS = re.compile(r"\d+$")
_ZONES = ("zone_id", "kind", "level", "parent_id", "name", "state")
_FIGURES = (
    "verdict", "customers", "households", "length_m", "volume_m3", "inlets", "outlets", "open_crossings",
    "parts", "unknown_valves",
)  # fmt: skip


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


def check_dma(
    network: Network,
    request: ZoneCheckRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ZoneCheckResult], Any] = no_outputs,
) -> ZoneCheckResult:
    """Check metered areas.

    Parameters
    ----------
    request
        What to check.

    Raises
    ------
    InputError
        Where the network has no metered areas, or a zone that was asked for is none.
    """
    retests = mark_retests(network).sentences if request.store else ()
    seen, entry = network.position(), rule_checks.newest_entry(network)
    existing = existing_issues(network)
    earlier = network.read("zone_check")
    outlines = network.read("zone", [*_ZONES])
    settings = network.settings()
    rules = rules_to_run()
    scenario_id = scenario_named(network, request.scenario) if request.scenario else ""
    with prepared_for_dma(network, progress.part(0.0, 0.5)) as model:
        if scenario_id:
            model = read_scenario_view(network, model, scenario_id)
        _refuse_unknown(model, request.zones)
        subject = CheckContext(
            {
                "pipe": model.pipes,
                "node": model.nodes,
                "customer": model.customers,
                "zone": _with_outlines(model.zones, outlines),
            },
            settings,
            today=request.today or datetime.date.today(),
            connected=model.connected,
        )
        subject.give(dma_of, model.dma)
        proof = prove_again(model, progress=progress.part(0.5, 0.65))
        subject.give(second_proof_of, proof)
        if not proof.version:
            # What was found by a second proof before stays until there is one again.
            rules = tuple(rule for rule in rules if rule != PROOFS_DIFFER)
        founds = run(subject, rules, progress.part(0.65, 0.8))
        progress.at(0.8, tr("Judging the metered areas"))
        frame = listed(subject, founds)
        judged = judge_zones(subject, founds, frame, existing, is_live=not scenario_id)
        prints = _input_hashes(model) if request.store else {}
        unjoined = _unjoined(model, request.zones, settings)
        by_place = place_note(_counted_by_place(model), model.settings)
    result = _result(network, request, judged, outlines, _last_checks(earlier, scenario_id), unjoined)
    result = replace(result, summary=(*retests, *result.summary, *((by_place,) if by_place else ())))
    if not request.store:
        before_commit(result)
        return result
    changes = reconcile_issues(frame, existing, rules=rules)
    facts: dict[str, Any] = {"zones": len(result.zones)}
    if not scenario_id:
        facts.update(changes.counts, **rule_checks.looked_at(rules, entry))
    with network.write("check", name=request.name, facts=facts, seen=seen, progress=progress) as batch:
        rows = _check_rows(result, prints, entry, settings.real("network.tolerance_m"))
        rows.insert(0, "check_id", _check_ids(earlier, len(rows)))
        batch.insert("zone_check", rows.assign(scenario_id=scenario_id or None))
        if not scenario_id:
            _put_live(batch, network, request, result, changes)
        return finish(batch, result, before_commit)


def _put_live(
    batch: Batch, network: Network, request: ZoneCheckRequest, result: ZoneCheckResult, changes: IssueChanges
) -> None:
    """Write what a check of the network as it is says: issues, and the verdict of each zone."""
    put_issues(batch, changes, network.crs)
    day = pd.Timestamp(request.today or datetime.date.today())
    batch.update("zone", pd.DataFrame(result.zones[["zone_id", "verdict"]]).assign(checked_on=day))


def read_scenario_view(network: Network, model: DmaModel, scenario_id: str) -> DmaModel:
    """Return a network as a scenario has it; meters of several pipes at a node have nodes of their own."""
    rows = scenario_rows(network, scenario_id)
    meters = [
        (str(row["kind"]), str(row["at_node"] or ""), row["node_id"] is not None)
        for row in records(rows.devices)
    ]
    if not nodes_of_several_meters(meters):
        return in_scenario(model, rows)
    with prepared_for_scenario(network, scenario_id) as laid:
        return laid


def _unjoined(model: DmaModel, asked: tuple[str, ...], settings: Settings) -> Unjoined:
    """Return what lies beside the pipes of zones, of all where none is asked for."""
    dma = model.dma
    wanted = np.array([not asked or name in asked for name in dma.zones.zone_id], dtype=bool)
    rows = np.flatnonzero(dma.counts & (dma.zone >= 0))
    surroundings = NearbyNetwork(model.connected, model.pipes, model.nodes, settings)
    return surroundings.beside(rows[wanted[dma.zone[rows]]])


def _counted_by_place(model: DmaModel) -> int:
    """Return how many customers of zones count at the nearest pipe."""
    pipe = model.dma.customer_pipe
    inside = (pipe >= 0) & (np.append(model.dma.zone, -1)[pipe] >= 0)
    return int((model.customers[FOUND_BY].to_numpy(dtype=object)[inside] == BY_PLACE).sum())


def _refuse_unknown(model: DmaModel, asked: tuple[str, ...]) -> None:
    known = set(map(str, model.dma.zones.zone_id))
    if not known:
        raise InputError(
            tr(
                "This network has no metered area: no zone in use is of the kind dma. Draw one first, or "
                "adopt the zones that you have."
            )
        )
    strange = sorted(set(asked) - known)
    if strange:
        message = tr("There is no metered area {zones}. Give ids of zones of the kind dma, or none for all.")
        raise InputError(message.format(zones=enumerated(strange)))


def _with_outlines(zones: pd.DataFrame, outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return zones, row by row, with their polygons."""
    shapes = dict(zip(outlines["zone_id"], outlines[GEOMETRY_COLUMN]))
    column = gpd.GeoSeries(
        [shapes.get(name) for name in zones["zone_id"]], index=zones.index, crs=outlines.crs
    )
    return gpd.GeoDataFrame(zones.assign(**{GEOMETRY_COLUMN: column}), geometry=GEOMETRY_COLUMN)


def _result(
    network: Network,
    request: ZoneCheckRequest,
    judged: ZoneJudgement,
    outlines: gpd.GeoDataFrame,
    last: dict[str, Any],
    unjoined: Unjoined,
) -> ZoneCheckResult:
    zones, findings = judged.zones, judged.findings
    if request.zones:
        zones = zones[zones["zone_id"].isin(request.zones)].reset_index(drop=True)
        findings = findings[findings["zone_id"].isin(request.zones)].reset_index(drop=True)
    causes = findings[findings["root"].isna()]
    zones = zones.assign(changes=changes_since(zones, causes, last))
    shapes = dict(zip(outlines["zone_id"], outlines[GEOMETRY_COLUMN]))
    polygons = gpd.GeoSeries([shapes.get(name) for name in zones["zone_id"]], crs=network.crs)
    x, y = (findings[name].to_numpy(dtype=float) for name in "xy")
    there = np.isfinite(x) & np.isfinite(y)
    points = np.full(len(findings), None, dtype=object)
    points[there] = shapely.points(x[there], y[there])
    return ZoneCheckResult(
        "",
        gpd.GeoDataFrame(zones, geometry=polygons).rename_geometry(GEOMETRY_COLUMN),
        gpd.GeoDataFrame(findings, geometry=gpd.GeoSeries(points, crs=network.crs)).rename_geometry(
            GEOMETRY_COLUMN
        ),
        unjoined,
        network.title,
        tuple(
            one
            for one in (
                zones_lead(zones),
                confirmed_sentence(zones["confirmed"].tolist()),
                older_sentence(records(findings)),
                *unjoined.notes,
            )
            if one
        ),
    )


def _last_checks(earlier: pd.DataFrame, scenario_id: str) -> dict[str, Any]:
    """Return the newest check of each zone, of the network as it is or of the same scenario."""
    same = earlier["scenario_id"].fillna("") == scenario_id
    return {str(row.zone_id): row for row in tuples(earlier[same].sort_values("check_id", key=_numbers))}


def entry_of_checks(network: Network, zones: Collection[str]) -> Optional[int]:
    """Return the entry of the change log up to which the last checks of all of some zones saw edits.

    None where one of them never was checked.
    """
    last = _last_checks(network.read("zone_check"), "")
    entries = [getattr(last.get(zone), "base_log", None) for zone in zones]
    known = [int(one) for one in entries if one is not None and one == one]
    return min(known) if known and len(known) == len(entries) else None


def _numbers(ids: pd.Series) -> pd.Series:
    found = (_LAST_DIGITS.search(str(name)) for name in ids)
    return pd.Series([0.0 if one is None else float(one.group()) for one in found], index=ids.index)


def _check_ids(earlier: pd.DataFrame, many: int) -> list[str]:
    first = int(_numbers(earlier["check_id"]).max()) + 1 if len(earlier) else 1
    return [f"ZC{number:06d}" for number in range(first, first + many)]


def _input_hashes(model: DmaModel) -> dict[str, str]:
    """Return a hash of what each zone is made of: pipes, their ends and state, meters and valves."""
    dma = model.dma
    graph = dma.graph
    rows = np.flatnonzero(dma.counts & (dma.zone >= 0))
    key = pd.util.hash_array(graph.pipe_id[rows].astype(str).astype(object), categorize=False)
    for values in (graph.length_m, dma.diameter_mm, dma.open.astype(float), dma.customers):
        key = key * np.uint64(31) + pd.util.hash_array(np.nan_to_num(values[rows]).astype(float))
    sums = np.zeros(dma.zones.count, dtype=np.uint64)
    np.add.at(sums, dma.zone[rows], key)
    marks = [int(one) for one in sums]
    for node in np.flatnonzero(dma.meter).tolist():
        word = f"{graph.node_id[node]}|{dma.meter_in[node]}|{dma.meter_out[node]}"
        mark = hashlib.sha1(word.encode(), usedforsecurity=False).digest()[:8]
        for side in (int(dma.meter_in[node]), int(dma.meter_out[node])):
            if side >= 0:
                marks[side] += int.from_bytes(mark, "big")
    return {str(name): f"{value % 2**64:016x}" for name, value in zip(dma.zones.zone_id, marks)}


def _check_rows(
    result: ZoneCheckResult, prints: dict[str, str], entry: int, tolerance_m: float
) -> pd.DataFrame:
    """Return the rows of zone_check."""
    zones = result.zones
    causes = result.findings[result.findings["root"].isna()]
    findings = {
        str(zone): json.dumps(
            {str(row.issue_id): str(row.code) for row in tuples(mine)}, ensure_ascii=False, sort_keys=True
        )
        for zone, mine in causes.groupby("zone_id")
    }
    names = zones["zone_id"].tolist()
    rows: pd.DataFrame = pd.DataFrame(zones[["zone_id", *_FIGURES]])
    return rows.assign(
        checked_on=pd.Timestamp.now(tz="UTC").floor("s"),
        tolerance_m=tolerance_m,
        inputs_hash=[prints[name] for name in names],
        base_log=float(entry),
        findings=[findings.get(name, "{}") for name in names],
    )
