"""The reports of misconnections and of the search for a source."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from waternet_plugin.core.drainage.manhole_search import ManholeSearch
from waternet_plugin.core.drainage.misconnection_list import HEAVY, LIGHT, MEDIUM, MisconnectionList
from waternet_plugin.core.frames import records
from waternet_plugin.core.network.model.customers import BY_COMPOUND, BY_OUTLET, BY_PLACE
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.texts import listed, shortened, tr

# Where the finding is sure and its drain leads water the wrong way.
WRONG = ("M1", "M2", "M3", "M4", "M5", "M6", "M7", "M8")
_MOST_LISTED = 200


def severity_label(severity: str) -> str:
    """Return the word for how bad a misconnection is."""
    return {HEAVY: tr("heavy"), MEDIUM: tr("medium"), LIGHT: tr("light")}[severity]


def joined_misconnections(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are misconnections for certain: joined, M1 to M8."""
    wrong: pd.DataFrame = frame[frame["rule"].isin(WRONG) & (frame["certainty"] == "joined")]
    return wrong


def summary_lines(found: MisconnectionList) -> list[str]:
    """Return what was found in sentences, the answer first."""
    wrong = joined_misconnections(found.frame)
    others = len(found.frame) - len(wrong)
    if not found.drains:
        return [tr("The network has no drains in use.")]
    lines = [
        tr("Misconnections: {count} ({heavy} heavy); {others} further to look at.").format(
            count=number(len(wrong)),
            heavy=number(int((wrong["severity"] == HEAVY).sum())),
            others=number(others),
        )
        if len(found.frame)
        else tr("No misconnection was found.")
    ]
    if found.per_1000 == found.per_1000:
        lines.append(
            tr(
                "M1 to M5 joined: {rate} per 1,000 ends of sewage and storm drains; about 1 is usual in "
                "clean data."
            ).format(rate=number(found.per_1000, 1))
        )
    lines.append(flow_line(found.not_recorded, found.drains))
    if len(found.frame):
        lines.append(_users_line(found))
    return lines + to_come_lines(found.to_come)


def _users_line(found: MisconnectionList) -> str:
    """Return how it is known who lies behind."""
    return tr(
        "Users are households, one where unknown. It is known of {outlet} customers by their outlet where "
        "they drain, of {compound} by their compound, of {place} by the nearest sewer."
    ).format(
        outlet=number(found.users_by[BY_OUTLET]),
        compound=number(found.users_by[BY_COMPOUND]),
        place=number(found.users_by[BY_PLACE]),
    )


def to_come_lines(count: int) -> list[str]:
    """Return what is said of answers that are dated in the future."""
    if not count:
        return []
    return [
        tr(
            "Answers about sewage seen that are dated in the future: {count}. They don't count; check the "
            "dates."
        ).format(count=number(count))
    ]


def flow_line(not_recorded: int, drains: int) -> str:
    """Return how many drains have no recorded flow."""
    if not not_recorded:
        return tr("The flow of all {drains} drains is recorded.").format(drains=number(drains))
    return tr(
        "The flow of {count} of {drains} drains is not recorded: it follows from the inverts, else from the "
        "direction in which they are drawn."
    ).format(count=number(not_recorded), drains=number(drains))


def misconnections_report(found: MisconnectionList, *, network: str) -> Report:
    """Return the report: how many by rule, then each with its way and what lies behind."""
    frame = found.frame
    lead, *further = summary_lines(found)
    sections = [ReportSection(tr("How sure this is"), tuple(further))]
    if len(frame):
        sections = [_by_rule(frame), _each(frame, found.limits), *sections]
    wrong = joined_misconnections(frame)
    figures = {
        "misconnections": len(wrong),
        "findings": len(frame),
        "per_1000": found.per_1000,
        "by_rule": {str(rule): len(rows) for rule, rows in frame.groupby("rule")},
        "by_severity": {one: int((wrong["severity"] == one).sum()) for one in (HEAVY, MEDIUM, LIGHT)},
        "flow_not_recorded": found.not_recorded,
        "customers_by": dict(found.users_by),
    }
    return Report(tr("Misconnections"), lead, network, tuple(sections), figures)


def _by_rule(frame: pd.DataFrame) -> ReportSection:
    rows = []
    for rule_id in catalogue():
        mine = frame[frame["rule_id"] == rule_id]
        if len(mine):
            rule = catalogue()[rule_id]
            rows.append((rule.code, rule.title, len(mine), int(mine["users"].sum()), rule.fix))
    columns = (tr("Code"), tr("What"), tr("Number"), tr("Users behind"), tr("What to do"))
    return ReportSection(tr("By rule"), (), ReportTable(columns, tuple(rows), decimals=0))


def _each(frame: pd.DataFrame, limits: Mapping[str, tuple[float, float]]) -> ReportSection:
    rows = [
        (
            row["rule"], row["pipe_id"], row["node_id"] or "", row["compound_id"] or "",
            severity_label(str(row["severity"])), row["users"], row["length_m"], row["outfall_id"] or "",
        )
        for row in records(frame.head(_MOST_LISTED))
    ]  # fmt: skip
    columns = (
        tr("Code"), tr("Drain"), tr("Node"), tr("Compound"), tr("Severity"), tr("Users behind"),
        tr("Length behind, m"), tr("Outfall"),
    )  # fmt: skip
    note = tr(
        "Sorted by priority: users behind, times 3 for heavy, 2 for medium, 1 for light. Heavy: DN "
        "{heavy_mm} and more, or {heavy_m3d} m3/d; medium: DN {medium_mm} and more, or {medium_m3d} m3/d."
    ).format(
        **{
            f"{severity}_{unit}": f"{limit:g}"
            for severity, both in limits.items()
            for unit, limit in zip(("mm", "m3d"), both)
        }
    )
    return ReportSection(tr("Each of them"), (), ReportTable(columns, tuple(rows), decimals=0), note)


def search_lines(found: ManholeSearch) -> list[str]:
    """Return what a search has left, the next cover first."""
    if found.several:
        return [
            tr(
                "No single place leads to all of {dirty}: there are at least two sources. Search them one "
                "by one."
            ).format(dirty=listed(found.dirty)),
            flow_line(found.not_recorded, found.drains),
            *to_come_lines(found.to_come),
        ]
    users = int(found.candidates["users"].sum())
    known = []
    if found.known:
        text = tr("Known misconnections may explain it: {pipes}. Look there first.")
        known = [text.format(pipes=shortened(found.known))]
    lines = [
        tr("Sewage may enter at {count} places with {users} users.").format(
            count=number(len(found.candidates)), users=number(users)
        )
    ]
    if len(found.covers):
        first = found.covers.iloc[0]
        lines.insert(
            0,
            tr("Open {node} next; about {expected} openings are left.").format(
                node=first["node_id"], expected=number(max(found.expected, 1.0), 0)
            ),
        )
    else:
        lines.append(tr("Opening another manhole would not tell them apart: look upstream of what is left."))
    lines[1:1] = known
    lines.append(flow_line(found.not_recorded, found.drains))
    return lines + to_come_lines(found.to_come)
