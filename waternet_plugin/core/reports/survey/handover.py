"""The statement of quality that goes with handed over survey data, and what tables can't hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.quality.catalogue import SEVERITIES, catalogue
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.core.reports.document import (
    Report,
    ReportSection,
    ReportTable,
    length,
    number,
    percent,
    rows_of,
)
from waternet_plugin.core.reports.health import statistics
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.survey.handover.codes import assumed_subclasses
from waternet_plugin.core.survey.handover.points_lines import HandedOver
from waternet_plugin.core.texts import language, listed, shortened, tr

_GROUPS = ("system", "diameter", "material", "age")


@dataclass(frozen=True)
class LeftOut:
    """Ids of the pipes that are not handed over, by reason."""

    out_of_use: tuple[str, ...] = ()
    connectors: tuple[str, ...] = ()
    without_system: tuple[str, ...] = ()
    without_line: tuple[str, ...] = ()


@dataclass(frozen=True)
class HandoverStatement(PlainFrames):
    """What was handed over.

    Parameters
    ----------
    network
        Title of the network.
    files
        Names of the files.
    crs
        Code of the CRS of the places.
    points, lines
        How many rows or entities of each there are.
    pipes
        The pipes: `PIPE_COLUMNS`.
    issues
        rule_id, severity and assets of the issues that are open.
    handed
        Points and lines.
    left_out
        Pipes that are not among them.
    """

    network: str
    files: tuple[str, ...]
    crs: str
    points: int
    lines: int
    pipes: pd.DataFrame
    issues: pd.DataFrame
    handed: HandedOver
    left_out: LeftOut


def _lengths(pipes: pd.DataFrame) -> Array:
    return np.nan_to_num(pipes["length_m"].to_numpy(dtype=float))


def length_m(statement: HandoverStatement) -> float:
    """Return the length of all pipes that are handed over, m."""
    return float(_lengths(statement.pipes).sum())


def _shares(pipes: pd.DataFrame) -> dict[str, float]:
    """Return the lengths, m, of pipes that were surveyed, verified, and of those with estimated values."""
    lengths = _lengths(pipes)
    estimated = pipes["estimated"].notna().to_numpy() & pipes["estimated"].ne("").to_numpy()
    return {
        "surveyed_m": float(lengths[pipes["survey_batch"].notna().to_numpy()].sum()),
        "verified_m": float(lengths[pipes["verified_on"].notna().to_numpy()].sum()),
        "estimated_m": float(lengths[estimated].sum()),
    }


def _open_issues(statement: HandoverStatement) -> tuple[tuple[str, str, int], ...]:
    """Return rule, severity and number of the open issues of what is handed over, errors first."""
    points = statement.handed.points["point_no"]
    ids = {*statement.pipes["pipe_id"].tolist(), *points.tolist()}
    issues = statement.issues
    ours = np.array([not ids.isdisjoint(assets_of(text)) for text in issues["assets"].tolist()], dtype=bool)
    counts = issues[ours].groupby(["severity", "rule_id"]).size()
    rank = {name: place for place, name in enumerate(SEVERITIES)}
    found = [(str(rule), str(severity), int(count)) for (severity, rule), count in counts.items()]
    return tuple(sorted(found, key=lambda one: (rank.get(one[1], len(rank)), -one[2], one[0])))


def notes(statement: HandoverStatement) -> tuple[str, ...]:
    """Return sentences about what tables can't hold, and what is handed over otherwise than it is."""
    handed, left_out = statement.handed, statement.left_out
    ids = statement.pipes["pipe_id"].to_numpy(dtype=object)
    assumed = [subclass for subclass in assumed_subclasses() if (handed.lines["subclass"] == subclass).any()]
    said: tuple[tuple[str, Any], ...] = (
        (tr("Left out because they are not in use: {names}."), left_out.out_of_use),
        (tr("Left out because survey tables have no connectors: {names}."), left_out.connectors),
        (tr("Left out because their system is unknown: {names}."), left_out.without_system),
        (tr("Left out because they have no line: {names}."), left_out.without_line),
        (
            tr("Nodes left out because they have no place, or neither a system nor a pipe: {names}."),
            handed.lost_nodes,
        ),
        (
            tr(
                "These points were made for ends of pipes without a node; an import makes nodes of them: "
                "{names}."
            ),
            handed.made_ends,
        ),
        (
            tr("These pipes are drawn off their node and end exactly at it in the tables: {names}."),
            handed.moved_ends,
        ),
        (
            tr("Of these pipes the section is given and not the diameter: {names}."),
            tuple(ids[statement.pipes[["diameter_mm", "width_mm", "height_mm"]].notna().all(axis=1)]),
        ),
        (
            tr("Rising mains are given like other drains, with levels and depths of the invert: {names}."),
            tuple(ids[statement.pipes["function"].eq("rising_main")]),
        ),
        (
            tr("Levels are left out because the size is unknown: {names}."),
            tuple(ids[handed.levels.without_size]),
        ),
        (
            tr("Depths are left out because ground, depth and level disagree by more than 2 cm: {names}."),
            tuple(ids[handed.levels.contradicted]),
        ),
        (
            tr(
                "The codes of these sub-classes are taken from those of distribution pipes. Compare them "
                "with the standard: {names}."
            ),
            tuple(assumed),
        ),
    )
    return tuple(sentence.format(names=shortened(names)) for sentence, names in said if len(names))


def _length_section(group: str, shares: tuple[statistics.Share, ...]) -> ReportSection:
    names = [statistics.label(group, share.code, language()) for share in shares]
    rows = tuple((name, share.length_m, share.pipes) for name, share in zip(names, shares))
    return ReportSection(
        {
            "system": tr("Length by system"),
            "diameter": tr("Length by diameter"),
            "material": tr("Length by material"),
            "age": tr("Length by decade of construction"),
        }[group],
        table=ReportTable(("", tr("Length (m)"), tr("Pipes")), rows),
    )


def _quality_section(shares: dict[str, float], total_m: float) -> ReportSection:
    labels = {
        "surveyed_m": tr("Surveyed"),
        "verified_m": tr("Verified"),
        "estimated_m": tr("With estimated values"),
    }
    rows = tuple(
        (labels[name], metres, percent(metres / total_m if total_m else float("nan")))
        for name, metres in shares.items()
    )
    return ReportSection(
        tr("Origin of the data"),
        table=ReportTable(("", tr("Length (m)"), tr("Share (%)")), rows),
        note=tr(
            "Surveyed: imported from a survey file. Verified: with a date of verification. Estimated: at "
            "least one value was computed or taken from neighbours."
        ),
    )


def _issue_section(issues: tuple[tuple[str, str, int], ...]) -> ReportSection:
    if not issues:
        note = tr("No issue is open. Check the network before handing over, so that this says something.")
        return ReportSection(tr("Open issues by rule"), paragraphs=(note,))
    rules, severities = catalogue(), domain("severity")
    rows = tuple(
        (
            rules[rule].title if rule in rules else rule,
            severities[severity].label if severity in severities else severity,
            count,
        )
        for rule, severity, count in issues
    )
    return ReportSection(
        tr("Open issues by rule"), table=ReportTable((tr("Rule"), tr("Severity"), tr("Issues")), rows)
    )


def lead(statement: HandoverStatement) -> str:
    """Return what is handed over in one sentence."""
    return tr("{points} points and {lines} lines, {length} of pipes are handed over.").format(
        points=number(statement.points), lines=number(statement.lines), length=length(length_m(statement))
    )


def handover_report(statement: HandoverStatement, said: tuple[str, ...]) -> Report:
    """Return the statement of quality.

    Parameters
    ----------
    statement
        What was handed over.
    said
        Sentences about what is left out or otherwise.
    """
    found = statistics.of_pipes(statement.pipes)
    total_m, shares, issues = length_m(statement), _shares(statement.pipes), _open_issues(statement)
    facts = rows_of(((tr("Files"), listed(statement.files)), (tr("Coordinate system"), statement.crs)))
    sections = [
        ReportSection(tr("Handed over"), table=ReportTable(("", ""), facts)),
        _quality_section(shares, total_m),
        *(_length_section(group, found.shares[group]) for group in _GROUPS),
        _issue_section(issues),
    ]
    if said:
        sections.append(ReportSection(tr("What the tables do not hold"), paragraphs=said))
    return Report(
        title=tr("Data quality statement"),
        lead=lead(statement),
        subtitle=statement.network,
        sections=tuple(sections),
        figures=_figures(statement, found, shares, issues),
    )


def _figures(
    statement: HandoverStatement,
    found: statistics.Statistics,
    shares: dict[str, float],
    issues: tuple[tuple[str, str, int], ...],
) -> dict[str, Any]:
    handed, left_out = statement.handed, statement.left_out
    ids = statement.pipes["pipe_id"].to_numpy(dtype=object)
    return {
        "network": statement.network,
        "files": statement.files,
        "crs": statement.crs,
        "points": statement.points,
        "lines": statement.lines,
        "pipes": len(statement.pipes),
        "length_m": length_m(statement),
        **shares,
        **{
            f"length_by_{group}": [
                {"code": share.code or None, "length_m": share.length_m, "pipes": share.pipes}
                for share in found.shares[group]
            ]
            for group in _GROUPS
        },
        "issues": [
            {"rule_id": rule, "severity": severity, "issues": count} for rule, severity, count in issues
        ],
        "left_out": {
            "out_of_use": left_out.out_of_use,
            "connectors": left_out.connectors,
            "without_system": left_out.without_system,
            "without_line": left_out.without_line,
        },
        "nodes_left_out": handed.lost_nodes,
        "made_ends": handed.made_ends,
        "moved_ends": handed.moved_ends,
        "levels_without_size": tuple(ids[handed.levels.without_size]),
        "depths_contradicted": tuple(ids[handed.levels.contradicted]),
    }
