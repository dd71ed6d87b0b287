"""Every metered area with its verdict, figures and findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.boundary import OPEN, UNKNOWN
from waternet_plugin.core.dma.second_proof.confirmation import NO
from waternet_plugin.core.dma.verdict.zone_faults import NOT_PROVABLE
from waternet_plugin.core.frames import PlainFrames, stacked, tuples
from waternet_plugin.core.quality.catalogue import catalogue, coded_rules
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.quality.issues.identity import assets_of, issue_ids
from waternet_plugin.core.quality.issues.issue_lifecycle import ACCEPTED
from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN as STILL_OPEN
from waternet_plugin.core.quality.zones.zone_context import (
    FindingZones,
    confirmations_of,
    faults_of,
    second_proof_of,
)
from waternet_plugin.core.texts import tr

# They say nothing about a verdict, and some take longer than all others together: issues tell them.
TAKEN_FROM_ISSUES = (*coded_rules("T3", "T4", "T5", "D9", "D10"),)
# They compare polygons with zones of pipes, and a scenario has other zones.
_OF_LIVE_ZONES = (*coded_rules("D9", "D10"),)
# An end, a tee or a loose part that somebody accepted is none.
_ACCEPTABLE = ("T1", "T2", "T6")
FINDING_COLUMNS = (
    "code", "rule_id", "zone_id", "severity", "assets", "root", "text", "fix", "issue_id", "x", "y",
)  # fmt: skip


def rules_to_run() -> tuple[str, ...]:
    """Return the ids of the rules that a check of metered areas runs."""
    return tuple(name for name in coded_rules("T", "D") if name not in TAKEN_FROM_ISSUES)


def older_sentence(findings: Iterable[Mapping[str, Any]]) -> str:
    """Say of findings that no check of metered areas looks for anew where they come from; '' for none.

    Parameters
    ----------
    findings
        Rows with issue_id and rule_id.
    """
    older = {row["issue_id"] for row in findings if row["rule_id"] in TAKEN_FROM_ISSUES}
    text = tr(
        "%n finding(s) on crossings without a node, duplicates, assets off their pipes and polygons (T3 to "
        "T5, D9, D10) are from the last check of the network and may be out of date.",
        "",
        len(older),
    )
    return text if older else ""


@dataclass(frozen=True)
class ZoneJudgement(PlainFrames):
    """The zones judged.

    Parameters
    ----------
    zones
        One row a zone: zone_id, name, level, parent_id, verdict, customers, households, length_m, volume_m3,
        inlets, outlets, open_crossings, parts, unknown_valves, confirmed (yes, no, not_checked), second_proof
        (what NetworkX found, in a sentence, '' for nothing).
    findings
        One row a finding and zone, with FINDING_COLUMNS; root is the issue id of its cause, None for causes.
    """

    zones: pd.DataFrame
    findings: pd.DataFrame


def judge_zones(
    subject: CheckContext,
    founds: Sequence[RuleFindings],
    listed: pd.DataFrame,
    existing: pd.DataFrame,
    *,
    is_live: bool = True,
) -> ZoneJudgement:
    """Return the verdicts that findings make, and which zones each belongs to.

    Parameters
    ----------
    subject
        The network.
    founds
        What the rules of `rules_to_run` found.
    listed
        The same as issues: issue_id, rule_id, severity, assets, text, fix, root, x, y.
    existing
        Issues that the network has, with state.
    is_live
        Whether the network is judged as it is, not as a scenario has it.
    """
    faults = subject.once(faults_of)
    same = faults.dma.graph.pipe_id is subject.connected.graph.pipe_id
    belonging = FindingZones(faults.dma, subject.pipes.lookup if same else None)
    accepted = set(existing.loc[existing["state"] == ACCEPTED, "issue_id"])
    rules = catalogue()
    wrong: list[tuple[str, ...]] = []
    zones_of: dict[str, tuple[str, ...]] = {}
    for found in founds:
        told = dict(zip(issue_ids(found).tolist(), belonging.of(found)))
        zones_of.update(told)
        rule = rules[found.rule]
        if rule.code in _ACCEPTABLE and rule.severity == "error":
            wrong += [zones for name, zones in told.items() if name not in accepted]
    taken = [name for name in TAKEN_FROM_ISSUES if is_live or name not in _OF_LIVE_ZONES]
    older = _of_issues(existing[existing["rule_id"].isin(taken)], belonging)
    findings = stacked([_by_zone(listed, zones_of), older])
    return ZoneJudgement(_zones(subject, faults.verdicts(belonging.marked(wrong))), findings)


def _of_issues(existing: pd.DataFrame, belonging: FindingZones) -> pd.DataFrame:
    """Return those issues that are open, by zone."""
    chosen = existing[(existing["state"] == STILL_OPEN).to_numpy(dtype=bool)]
    zones_of = {str(row.issue_id): belonging.of_ids(assets_of(row.assets)) for row in tuples(chosen)}
    return _by_zone(chosen, zones_of)


def _by_zone(frame: pd.DataFrame, zones_of: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Return findings once for every zone that they belong to."""
    several = [zones_of.get(name, ()) for name in frame["issue_id"].tolist()]
    row = np.repeat(np.arange(len(frame)), [len(zones) for zones in several])
    found = frame.iloc[row].reset_index(drop=True)
    rules = catalogue()
    found = found.assign(
        zone_id=pd.Series([zone for zones in several for zone in zones], dtype=object),
        code=pd.Series([rules[rule].code for rule in found["rule_id"]], dtype=object),
    )
    chosen: pd.DataFrame = found[list(FINDING_COLUMNS)]
    return chosen


def _zones(subject: CheckContext, verdicts: Array) -> pd.DataFrame:
    faults = subject.once(faults_of)
    tree, boundary = faults.dma.zones, faults.boundary
    rows = subject.rows("zone")
    confirmed, proof = subject.once(confirmations_of), subject.once(second_proof_of)
    many = tree.count
    # Where nobody recorded customers their number is not known.
    customers, households = (
        sums.astype(int) if faults.dma.knows_users else np.full(many, np.nan)
        for sums in (boundary.customers, boundary.households)
    )
    frame: pd.DataFrame = pd.DataFrame(
        {
            "zone_id": tree.zone_id,
            "name": rows.text("name")[tree.row],
            "level": tree.level,
            "parent_id": rows.text("parent_id")[tree.row],
            "verdict": np.where(confirmed == NO, NOT_PROVABLE, verdicts),
            "customers": customers,
            "households": households,
            "length_m": boundary.length_m,
            "volume_m3": boundary.volume_m3,
            "inlets": boundary.inlets,
            "outlets": boundary.outlets,
            "open_crossings": boundary.crossings.counted(OPEN, many),
            "parts": boundary.parts.counted(many),
            "unknown_valves": boundary.crossings.counted(UNKNOWN, many),
            "confirmed": confirmed,
            "second_proof": [proof.text(str(name)) for name in tree.zone_id],
        }
    )
    ordered: pd.DataFrame = frame.sort_values("zone_id", ignore_index=True)
    return ordered
