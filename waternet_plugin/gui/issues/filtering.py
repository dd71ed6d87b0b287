"""Which issues show, and under which headings."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.operations.checks.issue_rows import title_of
from waternet_plugin.operations.checks.recorded_issues import LOUD

if TYPE_CHECKING:
    from waternet_plugin.operations.checks.issue_rows import Issue, IssueRows
    from waternet_plugin.operations.checks.recorded_issues import RecordedIssues

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

    def of(self, issues: RecordedIssues) -> IssueRows:
        """Return the root issues that are wanted; one of whose followers has the text is, too."""
        rows = issues.roots
        if self.severity:
            rows = rows.of_severity(*(LOUD if self.severity == "loud" else (self.severity,)))
        if self.state:
            rows = rows.in_state(self.state)
        if self.rule:
            rows = rows.of_rules([self.rule])
        if self.family:
            rows = rows.of_rules(
                {rule_id for rule_id, rule in catalogue().items() if rule.family == self.family}
            )
        if self.box is not None:
            rows = rows.inside(self.box)
        words = self.text.casefold().split()
        return rows.having(words) if words else rows


@dataclass(frozen=True)
class Group:
    """Issues under a heading, '' for none."""

    title: str
    issues: IssueRows
    rule_id: str = ""
    severity: str = "info"


@dataclass(frozen=True)
class Shown:
    """What the list shows: groups, and the issues in their order."""

    groups: tuple[Group, ...]
    issues: IssueRows

    def after(self, issue_id: str, without: Collection[str] = ()) -> Issue | None:
        """Return the issue after another one, the first after the last; None where there is no other.

        Parameters
        ----------
        issue_id
            The one before, '' or one that is not listed for the first of all.
        without
            Ids that are passed over.
        """
        place = self.issues.place_of(issue_id)
        for step in range(len(self.issues)):
            issue = self.issues[(place + 1 + step) % len(self.issues)]
            if issue.issue_id != issue_id and issue.issue_id not in without:
                return issue
        return None


def shown(recorded: RecordedIssues, wanted: Filter, grouping: str) -> Shown:
    """Return the issues that are wanted, under their rules or one by one."""
    issues = wanted.of(recorded)
    if grouping == BY_ROOT or not len(issues):
        return Shown((Group("", issues),) if len(issues) else (), issues)
    groups = tuple(
        Group(title_of(rule_id), some, rule_id, some[0].severity)
        for rule_id, some in issues.by_rule().items()
    )
    return Shown(groups, groups[0].issues.joined([group.issues for group in groups[1:]]))
