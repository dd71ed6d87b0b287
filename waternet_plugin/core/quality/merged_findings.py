"""Findings of a check merged into the issues that are there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Optional

import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.model.strays import Box
from waternet_plugin.core.quality.checked_area import CheckedArea
from waternet_plugin.core.quality.checking import CheckFindings
from waternet_plugin.core.quality.grading import Grade
from waternet_plugin.core.quality.issues.issue_lifecycle import IssueChanges, reconcile_issues


@dataclass(frozen=True)
class Checked(PlainFrames):
    """A check of a network: what was found, what becomes of the issues, grades of areas.

    ``last`` is the position up to which this check saw edits, None for one that leaves them for the next
    check: of an area, or by some of the rules; ``complete`` whether all of the network was looked at;
    ``followed`` the rules about the whole network that ran though it was not; ``boxes`` where it was looked,
    None for everywhere; ``existing`` the issues as the network had them and ``seen`` its position before it
    was read.
    """

    findings: CheckFindings
    changes: IssueChanges
    grades: tuple[Grade, ...]
    last: Optional[str]
    complete: bool
    existing: pd.DataFrame
    seen: str
    followed: tuple[str, ...] = ()
    boxes: Optional[tuple[Box, ...]] = None

    def again(self, existing: pd.DataFrame, seen: str) -> Checked:
        """Return the same findings merged into issues as they are by now.

        What somebody decided about an issue since this check read it, or another check, stands.
        """
        columns = ["state", "state_reason"]
        then = self.existing.set_index("issue_id")[columns].reindex(existing["issue_id"])
        now = existing.set_index("issue_id")[columns]
        same = ((then == now) | (then.isna() & now.isna())).all(axis=1)
        settled = set(now.index[~same])
        changes = merge_findings(self.findings, existing, self.boxes, self.followed, settled=settled)
        return replace(self, changes=changes, existing=existing, seen=seen)


def merge_findings(
    findings: CheckFindings,
    existing: pd.DataFrame,
    boxes: Sequence[Box] | None,
    followed: Sequence[str],
    *,
    settled: Collection[str] = (),
) -> IssueChanges:
    """Return what findings make of issues; looked for were those in the boxes and of rules that followed."""
    looked_at = None
    if boxes is not None:
        looked_at = rows_inside(existing, boxes)
        looked_at |= existing["rule_id"].isin(followed).to_numpy(dtype=bool)
    return reconcile_issues(
        findings.frame, existing, rules=findings.rules, looked_at=looked_at, settled=settled
    )


def rows_inside(frame: pd.DataFrame, boxes: Sequence[Box]) -> Array:
    """Return which rows lie in one of some boxes."""
    return CheckedArea(boxes).inside(frame["x"].to_numpy(dtype=float), frame["y"].to_numpy(dtype=float))
