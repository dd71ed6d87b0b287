"""What the network keeps of its checks: issues with their roots and states, what changed since."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakValueDictionary

from waternet_plugin.core import texts
from waternet_plugin.core.frames import plain
from waternet_plugin.core.garbage import uncollected
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


class Issue(NamedTuple):
    """One finding; ``root`` is the id of the issue that it follows from, '' where it stands by itself.

    There may be hundreds of thousands, so they are plain tuples.
    """

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
    before all this was read, ``language`` that of the sentences.
    """

    issues: tuple[Issue, ...] = ()
    checked_on: datetime.datetime | None = None
    is_checked: bool = False
    changed: int = 0
    pipes: int = 0
    seen: str = ""
    language: str = ""
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
    return RecordedIssues(
        issues=ordered,
        by_id=by_id,
        followers={root: tuple(some) for root, some in below.items()},
        **facts,
    )


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _issues(network: Network) -> Iterator[Issue]:
    """Read the issues one by one."""
    frame = plain(with_xy(network.read("issue", [*ISSUE_COLUMNS])))
    names = ("issue_id", "rule_id", "severity", "assets", "text", "fix", "state", "state_reason", "root")
    columns = [frame[name].tolist() for name in (*names, "x", "y")]
    for issue_id, rule_id, severity, assets, text, fix, state, reason, root, x, y in zip(*columns):
        yield Issue(
            issue_id=str(issue_id),
            rule_id=str(rule_id),
            severity=_word(severity) or "info",
            assets=tuple(assets_of(_word(assets))),
            text=retold(str(rule_id), _word(text)),
            fix=_word(fix),
            state=_word(state) or OPEN,
            reason=_word(reason),
            root=_word(root),
            xy=(x, y) if x == x and y == y else None,
        )


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
                made = recorded(_issues(network), **facts)
        _LAST_READ[network.uri] = made
    # Known already where they are listed, which is in QGIS's own thread.
    _ = made.open_roots
    return made
