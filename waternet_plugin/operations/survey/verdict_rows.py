"""New rows of ``verification``: what was judged, on what evidence, and who overrides it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.editing.row_edits import Row, RowEdit, is_unknown
from waternet_plugin.core.facts import stored_text
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.verification import verdict_words
from waternet_plugin.core.survey.verification.known_of_pipe import PipeVerdict
from waternet_plugin.core.survey.verification.verdict import PASS, judge
from waternet_plugin.operations.checks.pipe_evidence import KnownPipe, known_pipe, newest_verification, text
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network

TABLE, PREFIX = "verification", "VF-"
PLANNED, IN_USE = "planned", "in_use"
# What people enter in a verification, and what of a pipe is evidence.
_ENTERED = (
    "material_verified_by",
    "material_verified_on",
    "surveyed_on",
    "backfilled_on",
    "override_by",
    "override_reason",
)
_OF_PIPE = tuple(
    (
        "system function material diameter_mm height_mm burial road_class depth_start_m depth_end_m"
        " invert_start_m invert_end_m verified_on survey_batch geom"
    ).split()
)


def verdict_row(
    known: KnownPipe, found: PipeVerdict, *, name: str, override: tuple[str, str]
) -> dict[str, Any]:
    """Return a row of ``verification`` without what the store fills.

    Parameters
    ----------
    known, found
        The pipe and the verdict on it.
    name
        Id of the row.
    override
        Who overrides the verdict, and why; '' for nobody.
    """
    evidence = known.evidence
    last: Row = known.newest or {}
    return {
        "verification_id": name,
        "pipe_id": known.pipe.get("pipe_id"),
        "survey_batch": text(known.pipe.get("survey_batch")) or text(last.get("survey_batch")) or None,
        "verdict": found.verdict,
        "off_line_m": _rounded(found.off_line_m),
        "off_level_m": _rounded(found.off_level_m),
        "cover_m": _rounded(found.cover_m),
        "material_verified_by": evidence.material_verified_by or None,
        "material_verified_on": evidence.material_verified_on,
        "surveyed_on": evidence.surveyed_on,
        "backfilled_on": evidence.backfilled_on,
        "photos": ";".join(photo.attachment_id for photo in evidence.photos) or None,
        "reasons": verdict_words.said(found.reasons) or None,
        "reason_facts": stored_text(found.reasons) if found.reasons else None,
        "override_by": override[0] or None,
        "override_reason": override[1] or None,
        "planned": None if evidence.planned is None else evidence.planned.as_json(),
    }


def _rounded(value: Optional[float]) -> Optional[float]:
    """Round to tenths of a millimetre: what is beyond is noise of the arithmetic."""
    return None if value is None else round(float(value), 4)


def is_enough(row: Mapping[str, Any]) -> bool:
    """Return whether a verification allows its pipe to be in use."""
    return row.get("verdict") == PASS or bool(
        text(row.get("override_by")) and text(row.get("override_reason"))
    )


def use_of(
    pipe: Row, surveyed_on: Optional[datetime.date], network: Network
) -> tuple[dict[str, Any], tuple[Row, ...]]:
    """Return what a planned pipe becomes that comes into use, and the planned nodes at its ends.

    Parameters
    ----------
    pipe
        Its row as it is, or is about to be.
    surveyed_on
        When it was surveyed: it was built in that year, where nobody knows better.
    """
    values: dict[str, Any] = {"status": IN_USE}
    if is_unknown(pipe.get("install_year")) and surveyed_on is not None:
        values["install_year"] = surveyed_on.year
    ends = [text(pipe.get(field)) for field in ("from_node", "to_node")]
    nodes = network.rows_where("node", "node_id", [one for one in ends if one])
    return values, tuple(row for row in nodes.values() if row.get("status") == PLANNED)


def put_into_use(
    batch: Batch, network: Network, pipes: Iterable[tuple[Row, Optional[datetime.date]]]
) -> None:
    """Write that planned pipes are in use, and the planned nodes at their ends with them.

    Parameters
    ----------
    batch
        In which it is written.
    pipes
        Row of each, and the day of its survey.
    """
    rows, nodes = [], {}
    for pipe, surveyed_on in pipes:
        values, ends = use_of(pipe, surveyed_on, network)
        year = values.get("install_year", pipe.get("install_year"))
        rows.append({"pipe_id": pipe["pipe_id"], "status": IN_USE, "install_year": year})
        nodes.update({str(row["node_id"]): IN_USE for row in ends})
    if rows:
        batch.update("pipe", pd.DataFrame(rows))
    if nodes:
        batch.update("node", pd.DataFrame({"node_id": list(nodes), "status": list(nodes.values())}))


def override_of(row: Optional[Row]) -> tuple[str, str]:
    """Return who overrides a verdict and why."""
    there: Row = row or {}
    return text(there.get("override_by")), text(there.get("override_reason"))


def with_verdicts(network: Network, edits: tuple[RowEdit, ...], settings: Settings) -> tuple[RowEdit, ...]:
    """Add the verdicts that edited rows ask for: of pipes that are being verified, with new evidence.

    Parameters
    ----------
    network
        The network, before the edits are written.
    edits
        What is about to be written, settled.

    Returns
    -------
    tuple
        The edits, verifications of new verdicts among them, and pipes that these take into use.
    """
    wanted = _asking(network, edits)
    if not wanted:
        return edits
    pipes = {one.key: one for one in edits if one.table == "pipe"}
    nodes = {one.key: one for one in edits if one.table == "node"}
    key = min((one.key for one in edits), default=0)
    number = int(network.next_id(TABLE, PREFIX).removeprefix(PREFIX))
    made, changed = [], dict(pipes)
    for fid, (row, newest) in wanted.items():
        known = known_pipe(network, row, newest)
        found = judge(known.evidence, settings)
        values = verdict_row(known, found, name=f"{PREFIX}{number:04d}", override=override_of(newest))
        key, number = min(key, 0) - 1, number + 1
        made.append(RowEdit(TABLE, key, None, values))
        if is_enough(values) and row.get("status") == PLANNED:
            before = pipes[fid].before if fid in pipes else row
            use, ends = use_of(row, known.evidence.surveyed_on, network)
            changed[fid] = RowEdit("pipe", fid, before, {**row, **use})
            _use_nodes(nodes, network, ends)
    others = [one for one in edits if one.table not in ("pipe", "node")]
    return (*changed.values(), *nodes.values(), *others, *made)


def _use_nodes(nodes: dict[int, RowEdit], network: Network, planned: tuple[Row, ...]) -> None:
    """Add to the edits of nodes that some are in use."""
    names = [str(row["node_id"]) for row in planned]
    for fid, row in network.rows_where("node", "node_id", names).items() if names else ():
        edit = nodes.get(fid, RowEdit("node", fid, row, row))
        if edit.now is not None:
            nodes[fid] = RowEdit("node", fid, edit.before, {**edit.now, "status": IN_USE})


def _asking(network: Network, edits: tuple[RowEdit, ...]) -> dict[int, tuple[Row, Row]]:
    """Return the rows of pipes whose evidence changed, by their number, with their newest verification."""
    # Parts of pipes that were split or merged keep the verdicts that were carried to them.
    carried = {text((one.now or {}).get("pipe_id")) for one in edits if one.table == TABLE and one.is_new}
    entered = {
        text(one.now.get("pipe_id")): one.now
        for one in edits
        if one.table == TABLE and one.now is not None and not set(_ENTERED).isdisjoint(one.changed_fields)
    }
    attached = {
        text(one.now.get("asset")) for one in edits if one.table == "attachment" and one.is_new and one.now
    }
    found: dict[int, tuple[Row, Row]] = {}
    names = (set(entered) | attached) - carried - {""}
    for one in edits:
        if one.table != "pipe" or one.before is None or one.now is None:
            continue
        name = text(one.now.get("pipe_id"))
        is_evidence = not set(_OF_PIPE).isdisjoint(one.changed_fields)
        if name in carried or not (is_evidence or name in names):
            continue
        names.discard(name)
        newest = entered.get(name) or newest_verification(network, text(one.before.get("pipe_id")))
        if newest is not None:
            found[one.key] = (one.now, newest)
    for name in sorted(names):
        newest = entered.get(name) or newest_verification(network, name)
        if newest is not None:
            rows = network.rows_where("pipe", "pipe_id", [name])
            found.update({fid: (row, newest) for fid, row in rows.items()})
    return found


def with_entries(known: KnownPipe, **values: Any) -> KnownPipe:
    """Return what is known of a pipe with evidence that was entered; unknown values change nothing."""
    given = {name: value for name, value in values.items() if value not in (None, "", ())}
    return replace(known, evidence=replace(known.evidence, **given))
