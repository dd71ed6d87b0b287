"""Repair issues: each by its rule's remedy, in the order of the catalogue; what is doubtful is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import shapely

from waternet_plugin.core.frames import BadText, PlainFrames, records
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.catalogue import catalogue, order
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.core.quality.repairs import attribute_repairs, topology_repairs
from waternet_plugin.core.quality.repairs.repair_draft import MISSING, Draft, Refusal, RepairStep
from waternet_plugin.core.quality.repairs.splitting import heirs_of, relinked, split_pipes
from waternet_plugin.core.quality.repairs.topology_repairs import Case
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr

# What is repaired to the best of knowledge, and listed.
_DOUBTFUL = "doubtful_end"
REPAIRS = {**topology_repairs.REPAIRS, **attribute_repairs.REPAIRS}


@dataclass(frozen=True)
class Repaired(PlainFrames):
    """What repairs make of a network.

    Parameters
    ----------
    added, updated
        Rows by table; of updated ones the id, the columns that change, and all of them for each row.
    deleted
        Ids by table.
    texts
        Texts that are not UTF-8 and are written as they are read.
    steps
        Every change of a field, with the issue it was made for.
    done, refused
        Issue ids of what was repaired; issue_id, rule_id and reason of what was not.
    doubtful
        Of what was repaired: pipe, node and issue id of ends that could mean another node as well.
    moot
        How many of those done needed no change any more.
    heirs
        Ids of the pipes that stand for one that is deleted, by its id.
    """

    added: Mapping[str, pd.DataFrame]
    updated: Mapping[str, pd.DataFrame]
    deleted: Mapping[str, tuple[str, ...]]
    texts: tuple[BadText, ...]
    steps: tuple[tuple[str, RepairStep], ...]
    done: tuple[str, ...]
    refused: pd.DataFrame
    doubtful: tuple[tuple[str, str, str], ...] = ()
    moot: int = 0
    heirs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return not (self.added or self.updated or self.deleted or self.texts)


def repairable(rule_id: str) -> bool:
    """Return whether issues of a rule have a remedy that can be run."""
    rule = catalogue().get(rule_id)
    return rule is not None and rule.repair in REPAIRS


def _case(row: Mapping[str, Any]) -> Case:
    rule = catalogue()[str(row["rule_id"])]
    issue_id = str(row["issue_id"])
    x, y = row["x"], row["y"]
    place = shapely.Point(x, y) if x == x and y == y and x is not None else None
    part = ""
    for end in ("start", "end"):
        if issue_id.endswith(f"-{end}"):
            part = end
    if not rule.tables:
        part = issue_id[len(rule.rule_id) + 1 :]
    return Case(issue_id, rule.rule_id, assets_of(row["assets"]), place, part)


def repair(
    issues: pd.DataFrame,
    subject: CheckContext,
    tables: Mapping[str, pd.DataFrame],
    *,
    progress: Progress = SILENT,
) -> Repaired:
    """Return what repairing some issues makes of a network; nothing is written.

    Parameters
    ----------
    issues
        issue_id, rule_id, assets, x, y; roots are repaired before what follows from them.
    subject
        The network, whole.
    tables
        The same network as frames with all columns: pipe and node, and what names pipes.
    """
    draft = Draft(tables)
    place = order()
    cases = sorted(
        (_case(row) for row in records(issues)),
        key=lambda case: (place[case.rule_id], case.issue_id),
    )
    done: list[str] = []
    doubtful: list[tuple[str, str, str]] = []
    moot = 0
    refused: list[tuple[str, str, str]] = []
    steps: list[tuple[str, RepairStep]] = []
    for number, case in enumerate(cases):
        progress.at(number / max(len(cases), 1))
        before = _Mark(draft)
        try:
            remedy = REPAIRS.get(catalogue()[case.rule_id].repair)
            if remedy is None:
                raise Refusal(tr("There is no automatic repair for this; correct it on the map."))
            remedy(draft, case, subject)
        except Refusal as refusal:
            before.restore(draft)
            refused.append((case.issue_id, case.rule_id, str(refusal)))
            continue
        steps += [(case.issue_id, step) for step in draft.steps[before.steps :]]
        done.append(case.issue_id)
        moot += before.is_of(draft)
        if case.rule_id == _DOUBTFUL:
            doubtful.append((case.assets[0], case.assets[1], case.issue_id))
    mark = len(draft.steps)
    split_pipes(draft)
    links = relinked(draft, tables)
    steps += [("", step) for step in draft.steps[mark:]]
    added, updated, deleted = _rows(draft)
    for name, frame in links.items():
        updated[name] = frame
    progress.at(1.0)
    return Repaired(
        added,
        updated,
        deleted,
        tuple(draft.texts),
        tuple(steps),
        tuple(done),
        pd.DataFrame(refused, columns=["issue_id", "rule_id", "reason"], dtype=object),
        tuple(doubtful),
        moot,
        {old: heirs_of(draft, old) for old in draft.heirs},
    )


class _Mark:
    """A draft as it was, to go back to when a repair is refused half way."""

    def __init__(self, draft: Draft) -> None:
        self.steps = len(draft.steps)
        self._journal = len(draft.journal)
        self._cuts = {pipe: dict(nodes) for pipe, nodes in draft.cuts.items()}
        self._heirs = dict(draft.heirs)

    def is_of(self, draft: Draft) -> bool:
        """Return whether nothing was done to the draft since."""
        return len(draft.steps) == self.steps and draft.cuts == self._cuts

    def restore(self, draft: Draft) -> None:
        del draft.steps[self.steps :]
        for key, row in reversed(draft.journal[self._journal :]):
            if row is MISSING:
                del draft.rows[key]
            else:
                draft.rows[key] = row
        del draft.journal[self._journal :]
        draft.cuts, draft.heirs = self._cuts, self._heirs


def _rows(
    draft: Draft,
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame], dict[str, tuple[str, ...]]]:
    """Return the rows that are added, updated and deleted, by table."""
    added: dict[str, pd.DataFrame] = {}
    updated: dict[str, pd.DataFrame] = {}
    deleted: dict[str, tuple[str, ...]] = {}
    for name in ("node", "pipe"):
        id_field = table(name).id_field
        there = set(draft.tables[name][id_field])
        mine = {
            asset: row
            for (of, asset), row in sorted(draft.rows.items(), key=lambda item: item[0])
            if of == name
        }
        new = [row for asset, row in mine.items() if row is not None and asset not in there]
        gone = tuple(asset for asset, row in mine.items() if row is None and asset in there)
        changed = {step.asset: None for step in draft.steps if step.table == name and step.field}
        kept = {
            asset: row
            for asset, row in mine.items()
            if row is not None and asset in there and asset in changed
        }
        columns = sorted(
            {step.field for step in draft.steps if step.table == name and step.field and step.asset in kept}
        )
        if new:
            added[name] = pd.DataFrame(new)
        if gone:
            deleted[name] = gone
        if kept:
            updated[name] = pd.DataFrame(
                [
                    {id_field: asset, **{column: row.get(column) for column in columns}}
                    for asset, row in kept.items()
                ]
            )
    return added, updated, deleted
