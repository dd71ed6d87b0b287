"""Issues as columns: chosen and counted by arrays; one becomes an object when somebody looks at it.

There may be hundreds of thousands, of which a window shows a few dozen. As objects they would all have to be
made, and looked through whenever Python looks for garbage.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, overload

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import plain
from waternet_plugin.core.network.model.row_groups import gather, words_as_numbers
from waternet_plugin.core.quality.catalogue import SEVERITIES, Rule, catalogue, order
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.core.quality.issues.retelling import retold

# By the fields of an issue; their values where unknown.
_COLUMNS = {
    "issue_id": "",
    "rule_id": "",
    "severity": "info",
    "assets": "",
    "text": "",
    "fix": "",
    "state": OPEN,
    "state_reason": "",
    "root": "",
}


class Issue(NamedTuple):
    """One finding; ``root`` is the id of the issue that it follows from, '' where it follows from none."""

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
        return title_of(self.rule_id)


def title_of(rule_id: str) -> str:
    """Return what is wrong where a rule is broken, its id where this catalogue does not know it."""
    rule = catalogue().get(rule_id)
    return rule.title if rule else rule_id


class IssueTable:
    """All issues of a network: errors first, then as the catalogue lists their rules, then by id.

    Parameters
    ----------
    issues
        `ISSUE_COLUMNS` with columns x and y (m), in any order; sentences in either language.
    """

    def __init__(self, issues: pd.DataFrame) -> None:
        frame = plain(issues)
        columns = {
            name: np.where(frame[name].isna(), unknown, frame[name].to_numpy(dtype=object))
            for name, unknown in _COLUMNS.items()
        }
        number, rules = pd.factorize(columns["rule_id"])
        self.rules: list[str] = rules.tolist()
        rank = np.array([order().get(rule, len(order())) for rule in self.rules], dtype=np.int64)
        severity = np.full(len(frame), len(SEVERITIES))
        for place, name in enumerate(SEVERITIES):
            severity[columns["severity"] == name] = place
        by_id = words_as_numbers(columns["issue_id"]) if len(frame) else []
        rows = np.lexsort([*by_id, rank[number], severity])
        self.columns = {name: column[rows] for name, column in columns.items()}
        self.xy = frame[["x", "y"]].to_numpy(dtype=float)[rows]
        # The place of each one's rule among `rules`.
        self.rule = number[rows]
        said = zip(self.columns["rule_id"].tolist(), self.columns["text"].tolist())
        self.columns["text"] = np.array([retold(rule, text) for rule, text in said], dtype=object)
        self._row_of = dict(zip(self.columns["issue_id"].tolist(), range(len(frame))))
        # The row of the issue that each one follows from, -1 where none is listed.
        self.root = np.array([self.row_of(name) for name in self.columns["root"].tolist()], dtype=np.int64)

    def row_of(self, issue_id: str) -> int:
        """Return the row of an issue, -1 where it is not listed."""
        return self._row_of.get(issue_id, -1)

    def rows_below(self, row: int) -> Array:
        """Return the rows of the issues that follow from one."""
        first, rows = self._below
        return np.asarray(self._follow[rows[first[row] : first[row + 1]]])

    @cached_property
    def has_below(self) -> list[bool]:
        """Whether others follow from an issue, by its row."""
        first, _rows = self._below
        return list((np.diff(first) > 0).tolist())

    @cached_property
    def _follow(self) -> Array:
        return np.flatnonzero(self.root >= 0)

    @cached_property
    def _below(self) -> tuple[Array, Array]:
        return gather(self.root[self._follow], len(self.root))

    @cached_property
    def searched(self) -> list[str]:
        """What is looked through for words besides the title of the rule, small letters alone."""
        parts = zip(*(self.columns[name].tolist() for name in ("text", "assets", "state_reason")))
        return [" ".join(words).casefold() for words in parts]

    def having(self, words: Sequence[str]) -> Array:
        """Return which issues (issues,) have all of some words in small letters."""
        titles = [title_of(rule).casefold() for rule in self.rules]
        have = np.ones(len(self.rule), dtype=bool)
        for word in words:
            is_in_title = np.array([word in title for title in titles], dtype=bool)
            rows = np.flatnonzero(have & ~is_in_title[self.rule])
            have[rows] = [word in self.searched[row] for row in rows.tolist()]
        return have

    def issue(self, row: int) -> Issue:
        """Return the issue of a row."""
        name, rule, severity, assets, text, fix, state, reason, root = (
            str(self.columns[column][row]) for column in _COLUMNS
        )
        x, y = self.xy[row].tolist()
        xy = (x, y) if x == x and y == y else None
        return Issue(name, rule, severity, tuple(assets_of(assets)), text, fix, state, reason, root, xy)


class IssueRows(Sequence[Issue]):
    """Some issues of a table, each made when it is asked for.

    Parameters
    ----------
    table
        All issues.
    rows
        Their rows in it.
    """

    def __init__(self, table: IssueTable, rows: Array) -> None:
        self._table = table
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Issue: ...
    @overload
    def __getitem__(self, place: slice) -> IssueRows: ...
    def __getitem__(self, place: int | slice) -> Issue | IssueRows:
        if isinstance(place, slice):
            return IssueRows(self._table, self.rows[place])
        return self._table.issue(int(self.rows[place]))

    def __iter__(self) -> Iterator[Issue]:
        return map(self._table.issue, self.rows.tolist())

    def has_below(self, place: int) -> bool:
        """Return whether others follow from the issue at a place."""
        return self._table.has_below[self.rows[place]]

    def below(self, place: int) -> IssueRows:
        """Return the issues that follow from the one at a place."""
        return IssueRows(self._table, self._table.rows_below(int(self.rows[place])))

    def place_of(self, issue_id: str) -> int:
        """Return the place of an issue among these, -1 where it is none of them."""
        places = np.flatnonzero(self.rows == self._table.row_of(issue_id))
        return int(places[0]) if len(places) else -1

    def _kept(self, keep: Array) -> IssueRows:
        return IssueRows(self._table, self.rows[keep])

    def _among(self, column: str, values: Collection[str]) -> IssueRows:
        found = self._table.columns[column][self.rows]
        keep = np.zeros(len(found), dtype=bool)
        for value in values:
            keep |= found == value
        return self._kept(keep)

    def of_severity(self, *severities: str) -> IssueRows:
        """Return those of some severities."""
        return self._among("severity", severities)

    def in_state(self, state: str) -> IssueRows:
        """Return those in a state."""
        return self._among("state", [state])

    def of_rules(self, rules: Collection[str]) -> IssueRows:
        """Return those of some rules."""
        wanted = np.array([rule in rules for rule in self._table.rules], dtype=bool)
        return self._kept(wanted[self._table.rule[self.rows]])

    def by_rule(self) -> dict[str, IssueRows]:
        """Return the issues of each rule, the rules as they first occur."""
        number = self._table.rule[self.rows]
        order = pd.unique(number).tolist()
        return {self._table.rules[each]: self._kept(number == each) for each in order}

    def inside(self, box: tuple[float, float, float, float]) -> IssueRows:
        """Return those that lie in a box of west, south, east and north."""
        west, south, east, north = box
        x, y = self._table.xy[self.rows].T
        return self._kept((west <= x) & (x <= east) & (south <= y) & (y <= north))

    def having(self, words: Sequence[str]) -> IssueRows:
        """Return those that have all of some words in small letters, or one of whose followers has them."""
        table = self._table
        have = table.having(words)
        have[table.root[have & (table.root >= 0)]] = True
        return self._kept(have[self.rows])

    def joined(self, others: Sequence[IssueRows]) -> IssueRows:
        """Return these and others of the same table, one after the other."""
        return IssueRows(self._table, np.concatenate([self.rows, *(other.rows for other in others)]))
