"""Which issues show, and under which headings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.operations.checks.recorded_issues import LOUD

if TYPE_CHECKING:
    from waternet_plugin.operations.checks.recorded_issues import Issue, RecordedIssues

BY_RULE, BY_ROOT = "rule", "root"
ANY = ""
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Filter:
    """What somebody wants to see.

    ``severity`` is a severity, ``loud`` for errors and warnings, '' for all; ``family`` and ``rule`` name
    one each; ``box`` is in the network's coordinates.
    """

    severity: str = "loud"
    family: str = ANY
    rule: str = ANY
    state: str = OPEN
    text: str = ""
    box: Box | None = None

    def shows(self, issue: Issue, issues: RecordedIssues) -> bool:
        """Return whether a root issue is wanted; one of whose followers has the text is, too."""
        if self.severity and issue.severity not in (LOUD if self.severity == "loud" else (self.severity,)):
            return False
        if self.state and issue.state != self.state:
            return False
        if self.rule and issue.rule_id != self.rule:
            return False
        if self.family and (issue.rule is None or issue.rule.family != self.family):
            return False
        if self.box is not None and not self._inside(issue):
            return False
        words = self.text.casefold().split()
        return not words or any(
            self._says(row, words) for row in (issue, *issues.followers.get(issue.issue_id, ()))
        )

    def _inside(self, issue: Issue) -> bool:
        if issue.xy is None or self.box is None:
            return False
        west, south, east, north = self.box
        return west <= issue.xy[0] <= east and south <= issue.xy[1] <= north

    @staticmethod
    def _says(issue: Issue, words: list[str]) -> bool:
        searched = " ".join((issue.text, issue.title, *issue.assets, issue.reason)).casefold()
        return all(word in searched for word in words)


@dataclass(frozen=True)
class Group:
    """Issues under a heading, '' for none."""

    title: str
    issues: tuple[Issue, ...]
    rule_id: str = ""
    severity: str = "info"


@dataclass(frozen=True)
class Shown:
    """What the list shows: groups, the issues in their order, and how many there are in all."""

    groups: tuple[Group, ...] = ()
    issues: tuple[Issue, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)

    def after(self, issue_id: str, step: int = 1) -> Issue | None:
        """Return the issue after another one, the first after the last; None where there is no other."""
        if not self.issues:
            return None
        row = self.rows.get(issue_id)
        if row is None:
            return self.issues[0]
        issue = self.issues[(row + step) % len(self.issues)]
        return None if issue.issue_id == issue_id else issue


def shown(recorded: RecordedIssues, wanted: Filter, grouping: str) -> Shown:
    """Return the issues that are wanted, under their rules or one by one."""
    issues = tuple(issue for issue in recorded.roots if wanted.shows(issue, recorded))
    row_of = {issue.issue_id: index for index, issue in enumerate(issues)}
    if grouping == BY_ROOT:
        return Shown((Group("", issues),) if issues else (), issues, row_of)
    rules: dict[str, list[Issue]] = {}
    for issue in issues:
        rules.setdefault(issue.rule_id, []).append(issue)
    groups = tuple(
        Group(some[0].title, tuple(some), rule_id, some[0].severity) for rule_id, some in rules.items()
    )
    ordered = tuple(issue for group in groups for issue in group.issues)
    return Shown(groups, ordered, {issue.issue_id: index for index, issue in enumerate(ordered)})
