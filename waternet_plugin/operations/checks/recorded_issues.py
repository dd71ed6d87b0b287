"""What the network keeps of its checks: issues with their roots and states, what changed since."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import numpy as np

from waternet_plugin.core import texts
from waternet_plugin.core.arrays import Array
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.quality.catalogue import network_rules
from waternet_plugin.core.quality.issues.issue_lifecycle import ACCEPTED, FIXED, ISSUE_COLUMNS, OPEN, with_xy
from waternet_plugin.core.schema.settings import CHECKED_UP_TO
from waternet_plugin.operations.checks.issue_rows import Issue, IssueRows, IssueTable

if TYPE_CHECKING:
    from waternet_plugin.store import Network

STATES = (OPEN, ACCEPTED, FIXED)
# What people mend; advice is only read.
LOUD = ("error", "warning")
_NONE: Array = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class RecordedIssues:
    """All issues in their order, when they were looked for, and what was edited since.

    ``checked_on`` is when the whole network was last checked by all rules, None where it never was;
    ``changed`` counts assets edited since, -1 where it can't be told; ``seen`` is the network's position
    before all this was read, ``language`` that of the sentences.
    """

    table: IssueTable
    checked_on: datetime.datetime | None = None
    is_checked: bool = False
    changed: int = 0
    pipes: int = 0
    seen: str = ""
    language: str = ""

    def issue(self, issue_id: str) -> Issue | None:
        """Return an issue by its id, None where it is not listed."""
        row = self.table.row_of(issue_id)
        return self.table.issue(row) if row >= 0 else None

    def followers(self, issue_id: str) -> IssueRows:
        """Return the issues that follow from another one."""
        row = self.table.row_of(issue_id)
        return IssueRows(self.table, self.table.rows_below(row) if row >= 0 else _NONE)

    def state_of(self, issue: Issue) -> str:
        """Return an issue's state; what follows from a fault goes the way of its root."""
        above = self.issue(issue.root)
        return above.state if above is not None and issue.state == OPEN else issue.state

    @cached_property
    def issues(self) -> IssueRows:
        """All issues."""
        return IssueRows(self.table, np.arange(len(self.table.root)))

    @cached_property
    def roots(self) -> IssueRows:
        """Issues that follow from none."""
        return IssueRows(self.table, np.flatnonzero(self.table.root < 0))

    @cached_property
    def open_roots(self) -> IssueRows:
        """Errors and warnings to mend."""
        return self.roots.in_state(OPEN).of_severity(*LOUD)

    @cached_property
    def advice(self) -> int:
        """How many pieces of advice are open."""
        return len(self.roots.in_state(OPEN)) - len(self.open_roots)


# What was read last of each network, for as long as somebody shows it: the panel and the list show the same.
_LAST_READ: WeakValueDictionary[str, RecordedIssues] = WeakValueDictionary()
# Both read at once after a check: the second waits for the first.
_READING = Lock()


def read_issues(network: Network) -> RecordedIssues:
    """Read every issue, the last check, and how many assets were edited since.

    Where the log says that nothing was written since somebody read them, the issues are those.
    """
    from waternet_plugin.operations.checks import rule_checks

    seen, language = network.position(), texts.language()
    when = rule_checks.checked_on(network, network_rules())
    position = network.facts().get(CHECKED_UP_TO)
    changed = 0
    if when is not None and position is not None:
        since = network.changed(position)
        changed = -1 if since.complete else sum(len(ids) for ids in since.assets.values())
    facts: dict[str, Any] = {
        "checked_on": when,
        "is_checked": when is not None,
        "changed": changed,
        "pipes": network.count("pipe"),
        "seen": seen,
        "language": language,
    }
    with _READING:
        last = _LAST_READ.get(network.uri)
        if last is not None and (last.seen, last.language) == (seen, language):
            made = replace(last, **facts)
        else:
            with uncollected():
                table = IssueTable(with_xy(network.read("issue", [*ISSUE_COLUMNS])))
                made = RecordedIssues(table, **facts)
        _LAST_READ[network.uri] = made
    # Known already where they are listed, which is in QGIS's own thread.
    _ = made.open_roots, made.advice, made.table.searched
    return made
