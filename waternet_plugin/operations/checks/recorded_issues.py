"""What the network keeps of its checks: issues with their roots and states, what changed since."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.quality.catalogue import SEVERITIES, Rule, catalogue, network_rules, order
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.core.quality.issues.issue_lifecycle import ACCEPTED, FIXED, ISSUE_COLUMNS, OPEN, with_xy
from waternet_plugin.core.quality.issues.retelling import retold
from waternet_plugin.core.schema.settings import CHECKED_UP_TO

if TYPE_CHECKING:
    from waternet_plugin.store import Network

STATES = (OPEN, ACCEPTED, FIXED)
# What people mend; advice is only read.
LOUD = ("error", "warning")


@dataclass(frozen=True)
class Issue:
    """One finding; ``root`` is the id of the issue that it follows from, '' where it stands by itself."""

    issue_id: str
    rule_id: str
    severity: str
    assets: tuple[str, ...]
    text: str
    fix: str
    state: str
    reason: str
    root: str
    xy: tuple[float, float] | None = None

    @property
    def rule(self) -> Rule | None:
        """The rule that was broken, None where this catalogue does not know it."""
        return catalogue().get(self.rule_id)

    @property
    def title(self) -> str:
        """What is wrong, in a few words."""
        rule = self.rule
        return rule.title if rule else self.rule_id

    @property
    def order(self) -> tuple[int, int, str]:
        """What sorts issues: errors first, then as the catalogue lists them."""
        rank = SEVERITIES.index(self.severity) if self.severity in SEVERITIES else len(SEVERITIES)
        return rank, order().get(self.rule_id, len(order())), self.issue_id


@dataclass(frozen=True)
class RecordedIssues:
    """All issues in their order, when they were looked for, and what was edited since.

    ``checked_on`` is when the whole network was last checked by all rules, None where it never was;
    ``changed`` counts assets edited since, -1 where it can't be told; ``seen`` is the network's position
    before all this was read.
    """

    issues: tuple[Issue, ...] = ()
    checked_on: datetime.datetime | None = None
    is_checked: bool = False
    changed: int = 0
    pipes: int = 0
    seen: str = ""
    by_id: dict[str, Issue] = field(default_factory=dict)
    followers: dict[str, tuple[Issue, ...]] = field(default_factory=dict)

    def is_root(self, issue: Issue) -> bool:
        """Return whether an issue follows from none that is listed."""
        return issue.root not in self.by_id

    def state_of(self, issue: Issue) -> str:
        """Return an issue's state; what follows from a fault goes the way of its root."""
        above = self.by_id.get(issue.root)
        return above.state if above is not None and issue.state == OPEN else issue.state

    @cached_property
    def roots(self) -> list[Issue]:
        """Issues that stand by themselves, in their order."""
        return [issue for issue in self.issues if self.is_root(issue)]

    @cached_property
    def open_roots(self) -> list[Issue]:
        """Errors and warnings to mend, in their order."""
        return [issue for issue in self.roots if issue.state == OPEN and issue.severity in LOUD]

    @property
    def advice(self) -> int:
        """How many pieces of advice are open."""
        return sum(issue.state == OPEN and issue.severity not in LOUD for issue in self.roots)


def recorded(issues: Iterable[Issue], **facts: Any) -> RecordedIssues:
    """Return issues in their order, with what follows from which."""
    ordered = tuple(sorted(issues, key=lambda issue: issue.order))
    by_id = {issue.issue_id: issue for issue in ordered}
    below: dict[str, list[Issue]] = {}
    for issue in ordered:
        if issue.root in by_id:
            below.setdefault(issue.root, []).append(issue)
    made = RecordedIssues(
        issues=ordered,
        by_id=by_id,
        followers={root: tuple(some) for root, some in below.items()},
        **facts,
    )
    # Known already where they are listed, which is in QGIS's own thread.
    _ = made.open_roots
    return made


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _issue(row: dict[str, Any]) -> Issue:
    x, y = row["x"], row["y"]
    return Issue(
        issue_id=str(row["issue_id"]),
        rule_id=str(row["rule_id"]),
        severity=_word(row["severity"]) or "info",
        assets=tuple(assets_of(_word(row["assets"]))),
        text=retold(str(row["rule_id"]), _word(row["text"])),
        fix=_word(row["fix"]),
        state=_word(row["state"]) or OPEN,
        reason=_word(row["state_reason"]),
        root=_word(row["root"]),
        xy=(float(x), float(y)) if x == x and y == y else None,
    )


def read_issues(network: Network) -> RecordedIssues:
    """Read every issue, the last check, and how many assets were edited since."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.operations.checks import rule_checks

    seen = network.position()
    when = rule_checks.checked_on(network, network_rules())
    position = network.facts().get(CHECKED_UP_TO)
    changed = 0
    if when is not None and position is not None:
        since = network.changed(position)
        changed = -1 if since.complete else sum(len(ids) for ids in since.assets.values())
    return recorded(
        (_issue(row) for row in records(with_xy(network.read("issue", [*ISSUE_COLUMNS])))),
        checked_on=when,
        is_checked=when is not None,
        changed=changed,
        pipes=network.count("pipe"),
        seen=seen,
    )
