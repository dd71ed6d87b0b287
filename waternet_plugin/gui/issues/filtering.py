"""Which issues show, and under which headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from waternet_plugin.core.quality.catalogue import catalogue
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

    def of(self, issues: RecordedIssues) -> tuple[Issue, ...]:
        """Return the root issues that are wanted; one of whose followers has the text is, too."""
        rows: Iterable[Issue] = issues.roots
        if self.severity:
            severities = LOUD if self.severity == "loud" else (self.severity,)
            rows = (issue for issue in rows if issue.severity in severities)
        if self.state:
            rows = (issue for issue in rows if issue.state == self.state)
        if self.rule:
            rows = (issue for issue in rows if issue.rule_id == self.rule)
        if self.family:
            rules = {rule_id for rule_id, rule in catalogue().items() if rule.family == self.family}
            rows = (issue for issue in rows if issue.rule_id in rules)
        if self.box is not None:
            rows = (issue for issue in rows if self._inside(issue))
        if self.text.strip():
            search, followers = _Search(self.text), issues.followers
            rows = (
                issue
                for issue in rows
                if search.meets(issue) or any(map(search.meets, followers.get(issue.issue_id, ())))
            )
        return tuple(rows)

    def _inside(self, issue: Issue) -> bool:
        if issue.xy is None or self.box is None:
            return False
        west, south, east, north = self.box
        return west <= issue.xy[0] <= east and south <= issue.xy[1] <= north


class _Search:
    """Looks for words in issues; the title of a rule is looked through once, not with each of its issues."""

    def __init__(self, text: str) -> None:
        self._words = text.casefold().split()
        self._words_outside_title: dict[str, list[str]] = {}

    def meets(self, issue: Issue) -> bool:
        """Return whether an issue has all the words."""
        words = self._words_outside_title.get(issue.rule_id)
        if words is None:
            title = issue.title.casefold()
            words = self._words_outside_title[issue.rule_id] = [
                word for word in self._words if word not in title
            ]
        if not words:
            return True
        searched = f"{issue.text} {' '.join(issue.assets)} {issue.reason}".casefold()
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
    issues = wanted.of(recorded)
    if grouping == BY_ROOT:
        return Shown((Group("", issues),) if issues else (), issues, _rows_of(issues))
    rules: dict[str, list[Issue]] = {}
    for issue in issues:
        rules.setdefault(issue.rule_id, []).append(issue)
    groups = tuple(
        Group(some[0].title, tuple(some), rule_id, some[0].severity) for rule_id, some in rules.items()
    )
    ordered = tuple(issue for group in groups for issue in group.issues)
    return Shown(groups, ordered, _rows_of(ordered))


def _rows_of(issues: tuple[Issue, ...]) -> dict[str, int]:
    return {issue.issue_id: index for index, issue in enumerate(issues)}
