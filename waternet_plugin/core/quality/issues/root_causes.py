"""Which finding is the root of which: what follows from a fault hangs under it, not beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.id_lookup import IdLookup
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.network.model.row_groups import gather, slices
from waternet_plugin.core.quality.catalogue import Rule, catalogue
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.quality.issues.identity import assets_of

# What is bad on an asset hides mere advice about it; these families say so.
_LOUD = ("doctor", "topology", "systems")
# Stands for a table where findings share words instead of assets.
_TOPIC = "topic"


@dataclass(frozen=True)
class _Touch:
    """Which findings name which assets: ``asset`` a number, ``finding`` a row, both as long."""

    asset: Array
    finding: Array


class AssetNeighbours:
    """The assets of a network by number, and which pipes end at which nodes.

    Parameters
    ----------
    pipes, nodes
        Pipes and nodes by their ids.
    vertex
        Vertex of each end, (pipes, 2); the first vertices are the nodes by row.
    """

    def __init__(self, pipes: IdLookup, nodes: IdLookup, vertex: Array) -> None:
        self.pipes = pipes
        self.nodes = nodes
        self.vertex = vertex
        self._gathered: tuple[Array, Array] | None = None

    def neighbours(self, table: str, ids: Array) -> tuple[str, Array, Array]:
        """Return table, ids and owners of what is joined to assets: nodes of pipes, pipes of nodes."""
        if table == "pipe" and self.pipes.is_unique:
            row = self.pipes.rows(ids)
            owner = np.repeat(np.flatnonzero(row >= 0), 2)
            vertex = self.vertex[row[row >= 0]].reshape(-1)
            named = vertex < len(self.nodes)
            return "node", self.nodes.ids[vertex[named]], owner[named]
        if table == "node" and self.nodes.is_unique:
            row = self.nodes.rows(ids)
            known = np.flatnonzero(row >= 0)
            if self._gathered is None:
                self._gathered = gather(self.vertex.reshape(-1), int(self.vertex.max(initial=-1)) + 1)
            indptr, ends = self._gathered
            used = row[known] < len(indptr) - 1
            known = known[used]
            owner = np.repeat(known, np.diff(indptr)[row[known]])
            return "pipe", self.pipes.ids[ends[slices(indptr, row[known])] >> 1], owner
        return table, ids[:0], np.empty(0, dtype=np.int64)


def _touches(founds: Sequence[RuleFindings], network: AssetNeighbours) -> tuple[_Touch, _Touch]:
    """Return every asset that a finding names, groups in full, and what is joined to these assets."""
    names: list[Array] = []
    tables: list[Array] = []
    rows: list[Array] = []
    further: list[Array] = []
    start = 0
    explains = {root for rule in catalogue().values() for root in rule.roots}
    for found in founds:
        rule = catalogue()[found.rule]
        for position, ids in enumerate(found.assets.values()):
            table = rule.tables[min(position, len(rule.tables) - 1)]
            if found.members is not None:
                ids = np.concatenate(found.members) if found.members else ids
                number = np.repeat(np.arange(len(found)), [len(member) for member in found.members])
            else:
                number = np.arange(len(found))
            names.append(ids)
            tables.append(np.full(len(ids), table, dtype=object))
            rows.append(start + number)
            further.append(np.zeros(len(ids), dtype=bool))
            if found.rule in explains and found.members is None:
                beside, near, owner = network.neighbours(table, ids)
                names.append(near)
                tables.append(np.full(len(near), beside, dtype=object))
                rows.append(start + number[owner])
                further.append(np.ones(len(near), dtype=bool))
        if found.topics is not None:
            words = [word for several in found.topics for word in several]
            names.append(np.array(words, dtype=object))
            tables.append(np.full(len(words), _TOPIC, dtype=object))
            rows.append(start + np.repeat(np.arange(len(found)), [len(topic) for topic in found.topics]))
            further.append(np.zeros(len(words), dtype=bool))
        start += len(found)
    if not names:
        nothing = _Touch(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
        return nothing, nothing
    asset = pd.factorize(np.concatenate(names))[0].astype(np.int64)
    table_of, kinds = pd.factorize(np.concatenate(tables))
    named = asset >= 0
    key, row = (asset * max(len(kinds), 1) + table_of)[named], np.concatenate(rows)[named]
    own = ~np.concatenate(further)[named]
    return _Touch(key[own], row[own]), _Touch(key, row)


def assign_roots(founds: Sequence[RuleFindings], network: AssetNeighbours, reach_m: float) -> Array:
    """Return the row of each finding's root, its own where it stands by itself.

    A finding hangs under one of its rule's roots that names one of its assets, else one that is joined to
    it, else one that lies within reach (words that both share count as assets); the
    rule's list decides which comes first. Advice hangs under whatever else is wrong with the same asset.

    Parameters
    ----------
    founds
        Findings, one rule after another.
    network
        The assets and how they are joined.
    reach_m
        Distance within which a place is the same, m.
    """
    rules: list[Rule] = [catalogue()[found.rule] for found in founds]
    sizes = [len(found) for found in founds]
    bounds = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    many = int(bounds[-1])
    root = np.arange(many)
    if not many:
        return root
    named, joined = (_by_finding(touch, many) for touch in _touches(founds, network))
    place = np.column_stack(
        [np.concatenate([found.x for found in founds]), np.concatenate([found.y for found in founds])]
    )
    rows_of: dict[str, list[Array]] = grouped(
        (rule.rule_id, np.arange(bounds[number], bounds[number + 1])) for number, rule in enumerate(rules)
    )
    loud = [
        rows
        for rule_id, lists in rows_of.items()
        if catalogue()[rule_id].family in _LOUD and catalogue()[rule_id].severity != "info"
        for rows in lists
    ]
    for rule_id, lists in rows_of.items():
        rule = catalogue()[rule_id]
        mine = np.concatenate(lists)
        best = np.full(len(mine), -1, dtype=np.int64)
        listed = [rows for wanted in rule.roots for rows in rows_of.get(wanted, [])]
        if listed:
            above = np.concatenate(listed)
            _hang_by_asset(mine, above, named, named, best)
            _hang_by_asset(mine, above, named, joined, best)
            _hang_by_place(mine, above, place, reach_m, best)
        # Advice about a whole metered area does not follow from one of its faults.
        if rule.severity == "info" and loud and rule.family != "dma":
            _hang_by_asset(mine, np.concatenate(loud), named, named, best)
        root[mine[best >= 0]] = best[best >= 0]
    # Roots of roots: rules' roots form no circle, so this ends after a few steps.
    while True:
        further = root[root]
        if np.array_equal(further, root):
            return root
        root = further


class KnownIssues:
    """Issues known before, that groups of pipes may hang under.

    Parameters
    ----------
    issues
        Open issues: issue_id, rule_id, assets, root.
    graph
        The pipes and nodes.
    """

    def __init__(self, issues: pd.DataFrame, graph: Graph) -> None:
        self._graph = graph
        explains = {root for rule in catalogue().values() if rule.is_group for root in rule.roots}
        ordered = issues[issues["rule_id"].isin(explains)].sort_values("issue_id")
        # For each rule the first issue that names a pipe, and the first at whose nodes a pipe ends.
        self._naming: dict[str, dict[str, str]] = {}
        self._beside: dict[str, dict[str, str]] = {}
        for one in tuples(ordered):
            above = str(one.issue_id if one.root is None or one.root != one.root else one.root)
            names = assets_of(one.assets)
            for index, pipes in ((self._naming, names), (self._beside, self._pipes_at(names))):
                first = index.setdefault(str(one.rule_id), {})
                for pipe in pipes:
                    first.setdefault(pipe, above)

    def _pipes_at(self, names: Sequence[str]) -> list[str]:
        """Return the pipes that end at the nodes among some assets."""
        indptr, _neighbour, pipe = self._graph.adjacency()
        nodes = [node for node in map(self._graph.vertex_of, names) if node >= 0]
        return [
            str(name) for node in nodes for name in self._graph.pipe_id[pipe[indptr[node] : indptr[node + 1]]]
        ]

    def root_of(self, rule_id: str, members: set[str]) -> str | None:
        """Return the id of the issue that a group of pipes hangs under, None for none."""
        for wanted in catalogue()[rule_id].roots:
            for index in (self._naming, self._beside):
                first = index.get(wanted, {})
                found = first.keys() & members
                if found:
                    return min(first[pipe] for pipe in found)
        return None


@dataclass(frozen=True)
class _Sorted:
    """Touches in the order of findings: those of finding ``f`` are ``asset[cut[f]:cut[f + 1]]``."""

    asset: Array
    cut: Array
    size: int


def _by_finding(touch: _Touch, many: int) -> _Sorted:
    order = np.argsort(touch.finding, kind="stable")
    cut = np.searchsorted(touch.finding[order], np.arange(many + 1))
    asset = touch.asset[order]
    return _Sorted(asset, cut, int(asset.max(initial=-1)) + 1)


def _members(rows: Array, touch: _Sorted) -> tuple[Array, Array]:
    """Return the assets of some findings, and which of the rows each belongs to."""
    size = touch.cut[rows + 1] - touch.cut[rows]
    owner = np.repeat(np.arange(len(rows)), size)
    return touch.asset[slices(touch.cut, rows)], owner


def _hang_by_asset(mine: Array, above: Array, names: _Sorted, touched: _Sorted, best: Array) -> None:
    """Fill what is left of ``best`` with the first of the findings above that touches one of the assets."""
    asset, owner = _members(above, touched)
    first = np.full(max(names.size, touched.size), len(above), dtype=np.int64)
    np.minimum.at(first, asset, owner)
    left = np.flatnonzero(best < 0)
    asset, owner = _members(mine[left], names)
    order = np.full(len(left), len(above), dtype=np.int64)
    np.minimum.at(order, owner, first[asset])
    found = order < len(above)
    chosen = above[order[found]]
    rows = left[found]
    apart = chosen != mine[rows]
    best[rows[apart]] = chosen[apart]


def _hang_by_place(mine: Array, above: Array, place: Array, reach_m: float, best: Array) -> None:
    """Fill what is left of ``best`` with the nearest of the findings above within reach."""
    left = np.flatnonzero((best < 0) & np.isfinite(place[mine]).all(axis=1))
    there = above[np.isfinite(place[above]).all(axis=1)]
    if not len(left) or not len(there):
        return
    distance, which = cKDTree(place[there]).query(place[mine[left]], distance_upper_bound=reach_m)
    near = np.isfinite(distance)
    chosen = there[which[near]]
    rows = left[near]
    apart = chosen != mine[rows]
    best[rows[apart]] = chosen[apart]
