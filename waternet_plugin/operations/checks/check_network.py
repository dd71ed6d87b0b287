"""Check a network in its store: what to read for whom, and issues written as one batch."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.errors import ConflictError
from waternet_plugin.core.frames import BadText, read_only, stacked
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.checked_area import CheckedArea
from waternet_plugin.core.quality.checking import WIDESPREAD, CheckFindings, check
from waternet_plugin.core.quality.checks import network_parts, volumes
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.quality.grading import grade_areas
from waternet_plugin.core.quality.issues.identity import issue_ids
from waternet_plugin.core.quality.issues.issue_lifecycle import (
    FIXED,
    ISSUE_COLUMNS,
    IssueChanges,
    placed_issues,
    with_xy,
)
from waternet_plugin.core.quality.issues.root_causes import KnownIssues
from waternet_plugin.core.quality.merged_findings import Checked, merge_findings, rows_inside
from waternet_plugin.core.quality.misconnected.sewage_seen import SEWAGE_SEEN
from waternet_plugin.core.schema.settings import CHECKED_UP_TO, Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.schema.use import systems
from waternet_plugin.operations.checks import rule_checks
from waternet_plugin.operations.network import live_network
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import BEGINNING, Box

_ENCODING, _UNREADABLE = "doctor_encoding", "doctor_unreadable"
_TABLES = ("pipe", "node", "compound", "zone", "road_work", "customer", "failure", "inspection", "defect")
# What the checks look at of tables with many rows; of the others everything.
_UNUSED = {
    "pipe": (
        *("map_class", "map_width", "map_rank", "map_code", "map_flow"),
        *("survey_batch", "verified_on", "verified_by"),
    ),
    "node": ("survey_batch", "verified_on", "verified_by", "note"),
}
_OF_VOLUMES = frozenset(rule for one in volumes.CHECKS for rule in one.rules)
_VOLUMES = ("volume_id", "customer_id", "from_date", "to_date", "component", "volume_m3")
_EDITING = ("edited_by", "edited_on", "batch_id", "row_version")
_MOST_BOXES = 200


def _columns(name: str) -> list[str]:
    unused = {*_UNUSED.get(name, ()), *_EDITING}
    return [column for column in table(name).field_names if column not in unused]


def read_all(
    network: Network, rules: Collection[str], progress: Progress = SILENT
) -> dict[str, pd.DataFrame]:
    """Return every table that checks by some rules look at."""
    tables = {}
    for number, name in enumerate(_TABLES):
        progress.at(number / len(_TABLES), table(name).label)
        tables[name] = _read_table(network, name, rules)
    if _OF_VOLUMES & set(rules):
        # There may be millions of them.
        tables["volume"] = network.read("volume", list(_VOLUMES))
    return {**tables, "reading": _sewage_seen(network, tables["pipe"])}


def _read_table(network: Network, name: str, rules: Collection[str]) -> pd.DataFrame:
    """Return what checks look at of all rows of a table."""
    # What is read whole need not be searched for bad texts and values a second time, which costs more.
    is_searched = bool({_ENCODING, _UNREADABLE} & set(rules))
    rows = network.read_compact(name, None if is_searched else _columns(name))
    shapes = [GEOMETRY_COLUMN] if table(name).has_geometry else []
    return read_only(rows, [*_columns(name), *shapes])


def read_drains(
    network: Network, progress: Progress = SILENT, *, columns: Optional[Mapping[str, Sequence[str]]] = None
) -> dict[str, pd.DataFrame]:
    """Return the tables of drains, as `read_drain_tables` does, with what was seen of sewage."""
    tables = read_drain_tables(network, progress, columns=columns)
    return {**tables, "reading": _sewage_seen(network, tables["pipe"])}


def read_drain_tables(
    network: Network, progress: Progress = SILENT, *, columns: Optional[Mapping[str, Sequence[str]]] = None
) -> dict[str, pd.DataFrame]:
    """Return the drains, and the nodes, compounds and customers that belong to them.

    ``columns`` names those to read of each table, None for all that checks look at.
    """
    tables = {}
    for number, name in enumerate(("pipe", "node", "compound", "customer")):
        progress.at(number / 4, table(name).label)
        chosen = _columns(name) if columns is None else list(columns[name])
        where = {"system": list(systems("drain"))} if name == "pipe" else None
        tables[name] = network.read(name, chosen, where=where)
    return tables


def _sewage_seen(network: Network, pipes: pd.DataFrame) -> pd.DataFrame:
    """Return what crews saw in manholes of storm drains."""
    is_storm = pipes["system"] == "storm"
    nodes = sorted({*pipes["from_node"][is_storm].dropna(), *pipes["to_node"][is_storm].dropna()})
    return read_readings(network, (SEWAGE_SEEN,), nodes)


def _in_boxes(network: Network, name: str, boxes: Sequence[Box]) -> pd.DataFrame:
    """Return the rows that meet one of some boxes, each once, in the order of the table."""
    if len(boxes) == 1:
        # Read in the order of the table.
        return network.read(name, _columns(name), bbox=boxes[0])
    whole = stacked([network.read(name, ["fid", *_columns(name)], bbox=box) for box in boxes])
    return whole.drop_duplicates("fid").sort_values("fid").drop(columns="fid").reset_index(drop=True)


def _with_named(network: Network, name: str, frame: pd.DataFrame, ids: Iterable[object]) -> pd.DataFrame:
    """Return a frame with the rows that others name and that are not in it yet."""
    there = set(frame[table(name).id_field])
    wanted = sorted({str(one) for one in ids if one is not None and one == one} - there)
    return stacked([frame, network.read(name, _columns(name), ids=wanted)]) if wanted else frame


def read_area(network: Network, boxes: Sequence[Box], reach_m: float) -> dict[str, pd.DataFrame]:
    """Return what lies in some boxes and all that is needed to judge it: neighbours, and what is named."""
    first = [network.read("pipe", [], bbox=box)[GEOMETRY_COLUMN].to_numpy(dtype=object) for box in boxes]
    bounds = shapely.bounds(np.concatenate(first))
    around = _merged(np.vstack([np.array(boxes, dtype=float), bounds[np.isfinite(bounds).all(axis=1)]]))
    wide = _merged(grown(np.array(around, dtype=float), reach_m))
    tables = {"zone": network.read("zone", _columns("zone"))}
    pipes = _in_boxes(network, "pipe", around)
    tables["node"] = _in_boxes(network, "node", wide)
    tables["customer"] = _in_boxes(network, "customer", boxes)
    # Wider: of two that tell of one burst, one may lie outside.
    tables["failure"] = _in_boxes(network, "failure", _merged(grown(np.array(boxes, dtype=float), reach_m)))
    named = [*tables["customer"]["pipe_id"], *tables["failure"]["pipe_id"]]
    tables["pipe"] = pipes = _with_named(network, "pipe", pipes, named)
    tables["node"] = _with_named(network, "node", tables["node"], [*pipes["from_node"], *pipes["to_node"]])
    inside = [tables[name]["compound_id"] for name in ("pipe", "node", "customer")]
    compounds = _in_boxes(network, "compound", wide)
    compounds = _with_named(network, "compound", compounds, itertools.chain(*inside))
    # Pipes outside all areas are told where there are areas, also where none is near.
    tables["compound"] = compounds if len(compounds) else network.read("compound", _columns("compound"))
    return tables


def grown(boxes: np.ndarray, reach_m: float) -> np.ndarray:  # type: ignore[type-arg]
    """Return boxes made larger on all sides."""
    return boxes + np.array([-reach_m, -reach_m, reach_m, reach_m])


def _merged(boxes: np.ndarray) -> list[Box]:  # type: ignore[type-arg]
    """Return boxes with those that touch made one, so that nothing is read twice too often."""
    shapes = shapely.union_all(shapely.box(*boxes.T))
    parts = shapely.bounds(shapely.get_parts(shapes))
    if len(parts) > _MOST_BOXES:
        parts = shapely.bounds(shapes).reshape(1, 4)
    return [(float(a), float(b), float(c), float(d)) for a, b, c, d in parts]


def bad_texts(network: Network, rules: Collection[str]) -> tuple[BadText, ...]:
    """Return the texts that are not UTF-8, if a rule asks for them."""
    return network.bad_texts() if _ENCODING in rules else ()


def check_network(
    network: Network,
    *,
    rules: Sequence[str] | None = None,
    extent: Optional[Box] = None,
    only_changed: bool = False,
    today: Optional[datetime.date] = None,
    progress: Progress = SILENT,
) -> Checked:
    """Check a network, an area of it, or what was edited since the last check; nothing is written.

    Rules that look at the whole network run only where all of it is checked. What hangs together and is fed
    is judged after edits too, where the network is kept in memory.

    Parameters
    ----------
    rules
        Ids of the rules; the whole catalogue if None.
    extent
        Box to look at, in the network's CRS; everything if None.
    only_changed
        Look only around what was edited since the last check.
    today
        The day on which the network is judged; that of the computer if None.
    """
    chosen = tuple(catalogue()) if rules is None else tuple(rules)
    day = today or datetime.date.today()
    with network.reading_together():
        seen = network.position()
        settings = network.settings()
        boxes = [extent] if extent else None
        checked_up_to = network.facts().get(CHECKED_UP_TO, BEGINNING) if only_changed else BEGINNING
        if checked_up_to:
            changed = network.changed(checked_up_to)
            boxes = boxes if changed.complete else _boxes(extent, changed.boxes, settings)
        existing = with_xy(network.read("issue", [*ISSUE_COLUMNS]))
        # Edits that were looked at in part only wait for the next check.
        sees_edits = extent is None and set(chosen) >= set(catalogue())
        last = seen if sees_edits else None
        checked = partial(Checked, last=last, existing=existing, seen=seen)
        subject = partial(check, settings=settings, today=day, progress=progress.part(0.3, 0.9))
        if boxes is not None:
            wide = chosen if extent is None and only_changed else ()
            found, followed = _checked_boxes(network, boxes, chosen, wide, existing, settings, subject)
            changes = merge_findings(found, existing, boxes, followed)
            return checked(found, changes, (), complete=False, followed=followed, boxes=tuple(boxes))
        tables = read_all(network, chosen, progress.part(0.0, 0.3))
        unreadable = network.unreadable_values() if _UNREADABLE in chosen else ()
        bad = bad_texts(network, chosen)
    findings = subject(tables, rules=chosen, bad_texts=bad, unreadable=unreadable)
    grades = grade_areas(findings.frame, tables, settings)
    return checked(findings, merge_findings(findings, existing, None, ()), grades, complete=True)


def _checked_boxes(
    network: Network,
    boxes: Sequence[Box],
    rules: Sequence[str],
    wide: Sequence[str],
    existing: pd.DataFrame,
    settings: Settings,
    subject: Callable[..., CheckFindings],
) -> tuple[CheckFindings, tuple[str, ...]]:
    """Return what is found in some boxes, and the rules about the whole network that ran, those of ``wide``.

    ``subject`` checks tables.
    """
    if not boxes:
        return subject({}, rules=()), ()
    tables = read_area(network, boxes, settings.real("quality.hydrant_radius_m"))
    # What was not looked at stays, and what follows from it stays with it.
    beyond = existing[~rows_inside(existing, boxes) & (existing["state"] != FIXED)]
    besides, followed, roots = _parts_found(network, wide, settings, beyond)
    local = tuple(rule for rule in rules if catalogue()[rule].reach == "local")
    findings = subject(tables, rules=local, area=CheckedArea(boxes, besides, _heads(existing)))
    inside = rows_inside(findings.frame, boxes) | findings.frame["rule_id"].isin(followed).to_numpy(
        dtype=bool
    )
    frame = findings.frame[inside].reset_index(drop=True)
    if roots:
        frame["root"] = frame["root"].where(frame["root"].notna(), frame["issue_id"].map(roots))
    return CheckFindings(frame, findings.counts, (*local, *followed)), followed


def _heads(existing: pd.DataFrame) -> dict[str, str]:
    """Return by rule the issue that stands for all of its findings, as the last check of everything found."""
    start = f"{WIDESPREAD}-"
    there = existing["issue_id"][(existing["rule_id"] == WIDESPREAD) & (existing["state"] != FIXED)]
    return {str(name)[len(start) :]: str(name) for name in there}


def _parts_found(
    network: Network, rules: Sequence[str], settings: Settings, beyond: pd.DataFrame
) -> tuple[list[RuleFindings], tuple[str, ...], dict[str, str | None]]:
    """Return what rules about parts find in the network that is kept in memory, and the rules that ran.

    The last one returned are the roots of these findings among the issues ``beyond`` what is looked at.
    """
    wanted = tuple(rule for rule in rules if rule in network_parts.RULES)
    ready = live_network.loaded_network(network.address) if wanted else None
    if ready is None:
        return [], (), {}
    with ready.answering():
        found = ready.parts_found(settings, wanted)
        known = KnownIssues(beyond, ready.graph.graph)
        roots = {
            str(name): known.root_of(one.rule, set(members))
            for one in found
            if one.members is not None
            for name, members in zip(issue_ids(one), one.members)
        }
        return found, wanted, roots


def _boxes(extent: Optional[Box], edited: np.ndarray, settings: Settings) -> list[Box]:  # type: ignore[type-arg]
    """Return the areas around edits, within an extent if there is one."""
    if not len(edited):
        return []
    boxes = grown(edited[np.isfinite(edited).all(axis=1)], settings.real("quality.dirty_m"))
    if extent is not None:
        low, high = np.maximum(boxes[:, :2], extent[:2]), np.minimum(boxes[:, 2:], extent[2:])
        boxes = np.hstack([low, high])[(low <= high).all(axis=1)]
    return _merged(boxes) if len(boxes) else []


def put_issues(batch: Batch, changes: IssueChanges) -> None:
    """Write what becomes of the issues in a batch."""
    if len(changes.added):
        batch.insert("issue", placed_issues(changes.added))
    if len(changes.changed):
        batch.update("issue", placed_issues(changes.changed))


def write_issues(
    network: Network,
    checked: Checked,
    *,
    name: str,
    within: Optional[Callable[[Checked], None]] = None,
    progress: Progress = SILENT,
) -> str:
    """Write what becomes of the issues as one batch and return its id.

    Where issues were changed since the check read them, its findings are merged into them as they are by now.

    Parameters
    ----------
    checked
        A check of it.
    name
        What people see in the list of batches.
    within
        Called with what is written before the batch is committed: when it raises, nothing is written.

    Raises
    ------
    ConflictError
        When issues were changed a second time meanwhile.
    """
    is_merged_again = False
    while True:
        changes = checked.changes
        everywhere = checked.findings.rules if checked.boxes is None else checked.followed
        looked_at = rule_checks.looked_at(everywhere, checked.seen)
        facts = {**changes.counts, "findings": len(changes.frame), **looked_at}
        try:
            with network.write(
                "check", name=name, facts=facts, seen=checked.seen, progress=progress
            ) as batch:
                put_issues(batch, changes)
                if checked.last is not None:
                    batch.set_setting(CHECKED_UP_TO, checked.last, source=name)
                if within is not None:
                    batch.refuse_changed()
                    within(checked)
            return batch.batch_id
        except ConflictError:
            if is_merged_again:
                raise
        is_merged_again, seen = True, network.position()
        checked = checked.again(with_xy(network.read("issue", [*ISSUE_COLUMNS])), seen)
