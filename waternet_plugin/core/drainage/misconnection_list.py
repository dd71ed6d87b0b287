"""Misconnections explained: where the water goes, who lies behind, how bad it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.drained_customers import DrainedCustomers, drained_note
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.drain_flow import compound_membership, drain_flow
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.checks import misconnections as check
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.quality.issues.identity import issue_ids, sentences
from waternet_plugin.core.quality.misconnected.rules import SEWAGE, STORM, misconnections
from waternet_plugin.core.quality.misconnected.sewage_seen import answers_to_come
from waternet_plugin.core.quality.misconnected.table import NEAR_RULES_OF, RULES, Misconnections
from waternet_plugin.core.schema.flow import is_recorded
from waternet_plugin.core.texts import joined

COLUMNS = (
    "rule", "certainty", "pipe_id", "other_id", "node_id", "compound_id", "outfall_id", "way", "users",
    "length_m", "severity", "priority", "reasons", "rule_id", "issue_id", "x", "y",
)  # fmt: skip
HEAVY, MEDIUM, LIGHT = "heavy", "medium", "light"
# Joined drains that count against the background of clean data.
_COUNTED = ("M1", "M2", "M3", "M4", "M5")


@dataclass(frozen=True)
class MisconnectionList(PlainFrames):
    """Misconnections and doubts, the most urgent first.

    Parameters
    ----------
    frame
        One row a drain with `COLUMNS`: ``way`` the ids of the drains from it to the outfall with
        semicolons; ``users`` households of the customers behind, one where unknown; ``length_m`` of the
        drains behind, itself among them.
    per_1000
        Joined M1 to M5 per 1,000 lower ends of sewage and storm drains; NaN without any.
    not_recorded
        Drains in use whose flow is not recorded.
    drains
        Drains in use.
    limits
        Least DN, mm, and least demand behind, m3/d, of what is heavy and of what is medium.
    to_come
        Answers of crews that are dated in the future.
    users_by
        How many customers are known to drain by their outlet, by their compound, and by place.
    """

    frame: pd.DataFrame
    per_1000: float
    not_recorded: int
    drains: int
    limits: Mapping[str, tuple[float, float]]
    to_come: int
    users_by: Mapping[str, int]


def list_misconnections(subject: CheckContext) -> MisconnectionList:
    """Return the misconnections of a network with what explains them.

    Parameters
    ----------
    subject
        The network, with the tables pipe, node, compound, customer and reading (quantity ``sewage_seen``).
    """
    every, ways = subject.once(misconnections), subject.once(DrainWays)
    found = {one.rule: one for one in check.found(subject)}
    behind = _Behind(subject, ways)
    lists: list[dict[str, object]] = []
    for rule in RULES:
        lists += [
            {**_row(subject, ways, behind, every, row), **told}
            for row, told in zip(every.of(rule).tolist(), _told(rule, found[rule]))
        ]
    frame = pd.DataFrame(lists, columns=list(COLUMNS))
    frame = frame.sort_values(["priority", "pipe_id"], ascending=[False, True], kind="stable")
    joined = frame["rule"].isin(_COUNTED) & (frame["certainty"] == "joined")
    flow = subject.once(drain_flow)
    ends = int((flow.of[SEWAGE] | flow.of[STORM]).sum())
    live = subject.live & subject.is_drain
    recorded = is_recorded(flow=subject.pipes.text("flow"), function=subject.pipes.text("function"))
    return MisconnectionList(
        frame.reset_index(drop=True),
        1000 * int(joined.sum()) / ends if ends else float("nan"),
        int((live & ~recorded).sum()),
        int(live.sum()),
        _limits(subject),
        answers_to_come(subject),
        drained_note(subject.once(DrainedCustomers).found_by),
    )


def _told(rule: str, found: RuleFindings) -> list[dict[str, object]]:
    """Return ids and sentences of a rule's findings, in their order."""
    described = catalogue()[rule]
    near = rule in NEAR_RULES_OF.values()
    return [
        {
            "rule": described.code,
            "rule_id": rule,
            "certainty": "near" if near else "joined",
            "issue_id": issue_id,
            "reasons": joined((sentence, described.explanation)),
            "x": x,
            "y": y,
        }
        for issue_id, sentence, x, y in zip(issue_ids(found), sentences(found), found.x, found.y)
    ]


def _row(
    subject: CheckContext, ways: DrainWays, behind: _Behind, every: Misconnections, row: int
) -> Mapping[str, object]:
    pipes, nodes, areas = subject.pipes, subject.nodes, subject.rows("compound")
    pipe, other, vertex = int(every.pipe[row]), int(every.other[row]), int(every.vertex[row])
    member = subject.once(compound_membership).pipe
    compound = int(every.compound[row]) if every.compound[row] >= 0 else int(member[pipe])
    lower = int(subject.once(drain_flow).lower[pipe])
    # An end that is near leads on from what it lies beside.
    onward = int(subject.once(drain_flow).upper[other]) if every.distance_m[row] > 0 and other >= 0 else lower
    way = [pipe, *ways.way(onward).tolist()]
    outfall = int(ways.to_outfall[1][onward])
    users, demand_m3d, length_m = behind.of(pipe)
    severity = _severity(subject, float(pipes.number("diameter_mm")[pipe]), demand_m3d)
    return {
        "pipe_id": pipes.ids[pipe],
        "other_id": pipes.ids[other] if other >= 0 else None,
        "node_id": nodes.ids[vertex] if vertex < len(nodes) else None,
        "compound_id": areas.ids[compound] if compound >= 0 else None,
        "outfall_id": nodes.ids[outfall] if outfall >= 0 else None,
        "way": ";".join(pipes.ids[way].astype(str)),
        "users": users,
        "length_m": length_m,
        "severity": severity,
        "priority": round(max(1, users) * subject.settings.real(f"drainage.misconnection_weight.{severity}")),
    }


def _limits(subject: CheckContext) -> dict[str, tuple[float, float]]:
    def limit(severity: str, unit: str) -> float:
        return subject.real(f"misconnection_{severity}_{unit}")

    return {severity: (limit(severity, "mm"), limit(severity, "m3d")) for severity in (HEAVY, MEDIUM)}


def _severity(subject: CheckContext, diameter_mm: float, demand_m3d: float) -> str:
    """Return how bad a misconnection is, by its size and by the demand behind, the worse counts."""
    for severity, (size, demand) in _limits(subject).items():
        if diameter_mm >= size or demand_m3d >= demand:
            return severity
    return LIGHT


class _Behind:
    """What drains through a drain: households, the demand of the customers, and length."""

    def __init__(self, subject: CheckContext, ways: DrainWays) -> None:
        self._ways = ways
        self._flow = subject.once(drain_flow)
        self._length = ways.length_m
        self._users = subject.once(DrainedCustomers)
        self._demand = np.nan_to_num(subject.rows("customer").number("demand_m3d"))
        self._member = subject.once(compound_membership).pipe

    def of(self, pipe: int) -> tuple[int, float, float]:
        """Return households, demand, m3/d, and metres of drains behind a drain, itself among them."""
        above = self._ways.above(np.array([int(self._flow.upper[pipe])]))
        pipes = np.union1d(self._ways.pipes_into(above), [pipe])
        length = float(self._length[pipes].sum())
        # All exits of a compound lie above: none lies elsewhere. The drain may be the last of its compound.
        users, exits = self._users, self._users.exits
        own = (exits.compound == self._member[pipe]) & (exits.vertex == self._flow.lower[pipe])
        counts = users.inside(above, pipes, np.isin(exits.vertex, above) | own)
        return round(float(users.households[counts].sum())), float(self._demand[counts].sum()), length
