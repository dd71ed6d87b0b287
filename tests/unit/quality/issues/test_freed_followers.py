"""What follows from an accepted issue and is of another family stands by itself, check after check."""

from __future__ import annotations

import pandas as pd

from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.issue_lifecycle import (
    ACCEPTED,
    ISSUE_COLUMNS,
    OPEN,
    goes_with,
    reconcile_issues,
)


def issues(*rows: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """Rows of id, rule, state and root."""
    frame = pd.DataFrame(rows, columns=["issue_id", "rule_id", "state", "root"], dtype=object)
    blank = {name: "" for name in ISSUE_COLUMNS if name not in frame}
    return frame.assign(**blank, x=0.0, y=0.0)


ROOT = ("end", "near_miss_end", OPEN, None)
FOLLOWERS = (("gap", "part_without_source", OPEN, "end"), ("near", "clearance_vertical", OPEN, "end"))


def roots(frame: pd.DataFrame) -> dict[str, str | None]:
    return {row.issue_id: row.root or None for row in frame.itertuples()}


def test_a_check_does_not_hang_them_below_the_accepted_root_again() -> None:
    found = issues(ROOT, *FOLLOWERS)
    existing = issues(
        (*ROOT[:2], ACCEPTED, None), (*FOLLOWERS[0][:2], ACCEPTED, "end"), (*FOLLOWERS[1][:2], OPEN, None)
    )
    changes = reconcile_issues(found, existing, rules=list(catalogue()))
    assert roots(changes.frame) == {"end": None, "gap": "end", "near": None}
    assert len(changes.changed) == 0


def test_a_root_outside_of_what_was_looked_at_counts_too() -> None:
    existing = issues((*ROOT[:2], ACCEPTED, None))
    changes = reconcile_issues(issues(*FOLLOWERS), existing, rules=[])
    assert roots(changes.added) == {"gap": "end", "near": None}


def test_below_an_open_root_everything_hangs() -> None:
    changes = reconcile_issues(issues(ROOT, *FOLLOWERS), issues(ROOT), rules=[])
    assert roots(changes.frame) == {"end": None, "gap": "end", "near": "end"}
    # Opened again, it takes back what follows from it.
    changes = reconcile_issues(
        issues(ROOT, *FOLLOWERS), issues(ROOT, (*FOLLOWERS[1][:2], OPEN, None)), rules=[]
    )
    assert roots(changes.changed)["near"] == "end"


def test_families_decide_for_all_pairs_of_rules() -> None:
    rules = catalogue()
    for one in rules.values():
        for other in rules.values():
            assert goes_with(one.rule_id, other.rule_id) == (one.family == other.family)
    assert not goes_with("gone", "near_miss_end")
