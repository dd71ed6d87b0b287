"""Which finding is the root of which: what follows from a fault hangs under it instead of standing beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from waternet_plugin.core.network.arrays import Array
from waternet_plugin.core.quality.catalogue import Rule, catalogue
from waternet_plugin.core.quality.found import Found

# What is bad on an asset hides mere advice about it; these families say so.
_LOUD = ("doctor", "topology", "systems")


@dataclass(frozen=True)
class _Touch:
    """Which findings name which assets: ``asset`` a number, ``finding`` a row, both as long."""

    asset: Array
    finding: Array


def _touches(founds: Sequence[Found]) -> _Touch:
    """Return every asset that a finding names, groups in full."""
    names: list[Array] = []
    tables: list[Array] = []
    rows: list[Array] = []
    start = 0
    for found in founds:
        rule = catalogue()[found.rule]
        for position, ids in enumerate(found.assets.values()):
            table = rule.tables[min(position, len(rule.tables) - 1)]
            if found.members is not None:
                ids = np.concatenate(found.members) if found.members else ids
                number = np.repeat(np.arange(len(found)), [len(one) for one in found.members])
            else:
                number = np.arange(len(found))
            names.append(ids)
            tables.append(np.full(len(ids), table, dtype=object))
            rows.append(start + number)
        start += len(found)
    if not names:
        return _Touch(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    asset = pd.factorize(np.concatenate(names))[0].astype(np.int64)
    table_of, kinds = pd.factorize(np.concatenate(tables))
    named = asset >= 0
    return _Touch((asset * max(len(kinds), 1) + table_of)[named], np.concatenate(rows)[named])


def assign_roots(founds: Sequence[Found], reach_m: float) -> Array:
    """Return the row of each finding's root, its own where it stands by itself.

    A finding hangs under one of its rule's roots that names one of its assets, else under one that lies
    within reach; the rule's list decides which comes first. Advice (severity info) also hangs under what
    is wrong with the same asset.

    Parameters
    ----------
    founds
        Findings, one rule after another.
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
    touch = _touches(founds)
    by_finding = np.argsort(touch.finding, kind="stable")
    touch = _Touch(touch.asset[by_finding], touch.finding[by_finding])
    cut = np.searchsorted(touch.finding, np.arange(many + 1))
    assets = int(touch.asset.max()) + 1 if len(touch.asset) else 0
    place = np.column_stack(
        [np.concatenate([found.x for found in founds]), np.concatenate([found.y for found in founds])]
    )
    rows_of: dict[str, list[Array]] = {}
    for number, rule in enumerate(rules):
        rows_of.setdefault(rule.rule_id, []).append(np.arange(bounds[number], bounds[number + 1]))
    loud = [
        rows
        for rule_id, lists in rows_of.items()
        if catalogue()[rule_id].family in _LOUD and catalogue()[rule_id].severity != "info"
        for rows in lists
    ]
    for rule_id, lists in rows_of.items():
        rule = catalogue()[rule_id]
        parents = [rows for wanted in rule.roots for rows in rows_of.get(wanted, [])]
        near = bool(parents)
        if rule.severity == "info":
            parents += loud
        if not parents:
            continue
        mine = np.concatenate(lists)
        above = np.concatenate(parents)
        best = np.full(len(mine), -1, dtype=np.int64)
        _hang_by_asset(mine, above, touch, cut, assets, best)
        if near:
            listed = [rows for wanted in rule.roots for rows in rows_of.get(wanted, [])]
            _hang_by_place(mine, np.concatenate(listed), place, reach_m, best)
        root[mine[best >= 0]] = best[best >= 0]
    # Roots of roots: rules' roots form no circle, so this ends after a few steps.
    while True:
        further = root[root]
        if np.array_equal(further, root):
            return root
        root = further


def _members(rows: Array, cut: Array) -> tuple[Array, Array]:
    """Return positions in the list of touches of some findings, and which of the rows each belongs to."""
    size = cut[rows + 1] - cut[rows]
    owner = np.repeat(np.arange(len(rows)), size)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(size) - size, size)
    return cut[rows][owner] + step, owner


def _hang_by_asset(mine: Array, above: Array, touch: _Touch, cut: Array, assets: int, best: Array) -> None:
    """Fill ``best`` with the first of the findings above that names one of the assets."""
    position, owner = _members(above, cut)
    first = np.full(assets, len(above), dtype=np.int64)
    np.minimum.at(first, touch.asset[position], owner)
    position, owner = _members(mine, cut)
    order = np.full(len(mine), len(above), dtype=np.int64)
    np.minimum.at(order, owner, first[touch.asset[position]])
    found = order < len(above)
    best[found] = above[order[found]]
    best[best == mine] = -1


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
