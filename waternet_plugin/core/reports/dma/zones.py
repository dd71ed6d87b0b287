"""The report of a check of metered areas: verdicts first, then a section an area."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.dma.second_proof.confirmation import confirmed_sentence, confirmed_word
from waternet_plugin.core.frames import PlainFrames, records, tuples
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.network.analysis.unjoined import Unjoined
from waternet_plugin.core.quality.issues.issue_lifecycle import placed
from waternet_plugin.core.quality.zones.judgement import ZoneJudgement, older_sentence
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.reports.network.people import not_recorded
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import joined, listed, tr, with_name

_MOST_FINDINGS = 60
_MOST_SECTIONS = 200


def _verdict(code: str) -> str:
    return label_of("zone_verdict", code)


def changes_since(zones: pd.DataFrame, causes: pd.DataFrame, earlier: Mapping[str, Any]) -> pd.Series:
    """Return in words what is different since the last check of each zone; None for its first one.

    Parameters
    ----------
    zones, causes
        Zones and the findings that stand by themselves, as the judgement has them.
    earlier
        Last row of zone_check by zone id.
    """
    now: dict[str, set[str]] = {}
    for row in tuples(causes):
        now.setdefault(str(row.zone_id), set()).add(str(row.issue_id))
    return pd.Series(
        [
            _changes(row, now.get(str(row.zone_id), set()), earlier.get(str(row.zone_id)))
            for row in tuples(zones)
        ],
        index=zones.index,
        dtype=object,
    )


def _changes(row: Any, causes: set[str], before: Any) -> str | None:
    if before is None:
        return None
    told = []
    if before.verdict != row.verdict:
        told.append(
            tr("verdict {old} → {new}").format(old=_verdict(before.verdict), new=_verdict(row.verdict))
        )
    for name, label in _labels().items():
        old, new = getattr(before, name), getattr(row, name)
        if old == old and new == new and old is not None and round(float(old)) != round(float(new)):
            told.append(
                tr("{label} {old} → {new}").format(
                    label=label, old=number(round(float(old))), new=number(round(float(new)))
                )
            )
    known = before.findings
    known = known if isinstance(known, dict) else stored_object(known)
    new_ones, gone = len(causes - set(known)), len(set(known) - causes)
    if new_ones:
        told.append(tr("{count} new findings").format(count=new_ones))
    if gone:
        told.append(tr("{count} findings gone").format(count=gone))
    return "; ".join(told)


def _labels() -> dict[str, str]:
    return {
        "customers": tr("Customers"),
        "households": tr("Households"),
        "length_m": tr("Length (m)"),
        "inlets": tr("Inlets"),
        "outlets": tr("Outlets"),
        "open_crossings": tr("Open crossings"),
        "parts": tr("Parts"),
        "unknown_valves": tr("Valves of unknown state"),
    }


@dataclass(frozen=True)
class AnsweredZones(PlainFrames):
    """The zones that were asked for.

    Parameters
    ----------
    zones
        As `ZoneJudgement.zones`, with changes (what is different since the last check) and the polygon.
    findings
        As `ZoneJudgement.findings`, with the place as a point.
    sentences
        The answer.
    """

    zones: gpd.GeoDataFrame
    findings: gpd.GeoDataFrame
    sentences: tuple[str, ...]


def answered_zones(
    judged: ZoneJudgement, outlines: gpd.GeoDataFrame, last: Mapping[str, Any], *, asked: tuple[str, ...]
) -> AnsweredZones:
    """Return the zones that were asked for as layers, and the answer in sentences.

    Parameters
    ----------
    outlines
        zone_id and polygon of the zones.
    last
        The newest check of each zone, as a row of zone_check.
    asked
        Ids of zones; all if empty.
    """
    zones, findings = judged.zones, judged.findings
    if asked:
        zones = zones[zones["zone_id"].isin(asked)].reset_index(drop=True)
        findings = findings[findings["zone_id"].isin(asked)].reset_index(drop=True)
    causes = findings[findings["root"].isna()]
    zones = zones.assign(changes=changes_since(zones, causes, last))
    shapes = dict(zip(outlines["zone_id"], outlines[GEOMETRY_COLUMN]))
    polygons = gpd.GeoSeries([shapes.get(name) for name in zones["zone_id"]], crs=outlines.crs)
    return AnsweredZones(
        gpd.GeoDataFrame(zones, geometry=polygons).rename_geometry(GEOMETRY_COLUMN),
        placed(findings, outlines.crs),
        (
            zones_lead(zones),
            confirmed_sentence(zones["confirmed"].tolist()),
            older_sentence(records(findings)),
        ),
    )


def zones_lead(zones: pd.DataFrame) -> str:
    """Return how many zones have which verdict, as a sentence."""
    many = zones["verdict"].value_counts()
    return tr(
        "{valid} of {count} metered areas are valid, {broken} are not, and {unknown} can’t be proven."
    ).format(
        valid=number(int(many.get("valid", 0))),
        count=number(len(zones)),
        broken=number(int(many.get("not_valid", 0))),
        unknown=number(int(many.get("not_provable", 0))),
    )


def _users(customers: float) -> int | str:
    """Return a number of customers, or in words that nobody recorded any."""
    return int(customers) if customers == customers else not_recorded()


def _overview(zones: pd.DataFrame) -> ReportSection:
    columns = (
        tr("Zone"), tr("Name"), tr("Verdict"), tr("Customers"), tr("Length (m)"), tr("Inlets"),
        tr("Open crossings"), tr("Parts"), tr("Valves of unknown state"), tr("Confirmed"),
    )  # fmt: skip
    rows = tuple(
        (
            row.zone_id, row.name or "", _verdict(row.verdict), _users(row.customers), float(row.length_m),
            int(row.inlets), int(row.open_crossings), int(row.parts), int(row.unknown_valves),
            confirmed_word(row.confirmed),
        )
        for row in tuples(zones)
    )  # fmt: skip
    note = tr(
        "Crossings without a node, duplicates, assets off their pipes and polygons (T3 to T5, D9, D10) are "
        "listed as the last check of the network found them. Pressures (D13) are not checked."
    )
    return ReportSection(tr("All metered areas"), table=ReportTable(columns, rows, decimals=0), note=note)


def _section(row: Any, mine: pd.DataFrame) -> ReportSection:
    """Return the section of a zone with its own findings."""
    causes = mine[mine["root"].isna()]
    follow = Counter(mine["root"].dropna().tolist())
    rows = tuple(
        (
            one.code, label_of("severity", one.severity), one.text, follow[one.issue_id], one.fix,
        )
        for one in tuples(causes.head(_MOST_FINDINGS))
    )  # fmt: skip
    users = _users(row.customers)
    if not isinstance(users, str):
        users = tr("{customers} customers, {households} households").format(
            customers=number(users), households=number(int(row.households))
        )
    facts = tr("{users}, {length} m of pipes, {volume} m³; {inlets} inlets, {outlets} outlets.").format(
        users=users,
        length=number(float(row.length_m)),
        volume=number(float(row.volume_m3)),
        inlets=int(row.inlets),
        outlets=int(row.outlets),
    )
    paragraphs = [facts, *([row.second_proof] if row.second_proof else [])]
    if isinstance(row.changes, str):
        since = row.changes or tr("nothing")
        paragraphs.append(tr("Since the last check: {changes}.").format(changes=since))
    note = (
        tr("The first {count} of {whole}; the others are in the list of issues.").format(
            count=number(_MOST_FINDINGS), whole=number(len(causes))
        )
        if len(causes) > _MOST_FINDINGS
        else ""
    )
    columns = (tr("Code"), tr("Severity"), tr("What"), tr("What follows"), tr("What to do"))
    title = with_name(row.zone_id, row.name) + f": {_verdict(row.verdict)}"
    table = ReportTable(columns, rows, decimals=0) if rows else None
    return ReportSection(title, tuple(paragraphs), table=table, note=note)


def zones_report(zones: pd.DataFrame, findings: pd.DataFrame, unjoined: Unjoined, *, network: str) -> Report:
    """Return the report of checked zones.

    Parameters
    ----------
    zones, findings
        As the judgement has them, zones with changes.
    unjoined
        What lies on or beside their pipes without being joined to them.
    network
        Title of the network.
    """
    order = {"not_valid": 0, "not_provable": 1, "valid": 2}
    worst = zones.sort_values("zone_id").sort_values("verdict", key=lambda one: one.map(order), kind="stable")
    shown = worst.head(_MOST_SECTIONS)
    of_zone = dict(list(findings.groupby("zone_id", sort=False)))
    sections = [
        _overview(worst),
        *(_section(row, of_zone.get(row.zone_id, findings[:0])) for row in tuples(shown)),
    ]
    if unjoined.notes:
        sections.insert(0, ReportSection(tr("Points to note"), unjoined.notes))
    if len(worst) > len(shown):
        left = listed(worst["zone_id"].tolist()[_MOST_SECTIONS : _MOST_SECTIONS + 10])
        sections.append(
            ReportSection(
                tr("Further metered areas"),
                (tr("{count} more, {zones} and others, are in the output.").format(
                    count=number(len(worst) - len(shown)), zones=left
                ),),
            )
        )  # fmt: skip
    return Report(
        title=tr("Check of metered areas"),
        lead=joined([zones_lead(zones), confirmed_sentence(zones["confirmed"].tolist())]),
        subtitle=network,
        sections=tuple(sections),
        figures={"zones": records(zones), "findings": records(findings), "unjoined": unjoined.rows},
    )
