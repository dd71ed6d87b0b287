"""Run the catalogue on a network and list what was found, roots first."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import BadText, PlainFrames, UnreadableValue, made_of
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.catalogue import catalogue, family_label, network_rules, order
from waternet_plugin.core.quality.checked_area import CheckedArea
from waternet_plugin.core.quality.checks import (
    areas,
    attributes,
    clearances,
    doctor,
    hydrants,
    ledgers,
    meters,
    misconnections,
    network_parts,
    plausibility,
    systems,
    volumes,
)
from waternet_plugin.core.quality.checks.geometry import assets, gaps, junctions, linework, overlaps
from waternet_plugin.core.quality.checks.levels import heights, manholes
from waternet_plugin.core.quality.checks.levels import swapped as swapped_levels
from waternet_plugin.core.quality.checks.levels import unknown as unknown_levels
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings, summary
from waternet_plugin.core.quality.issues.identity import asset_texts, issue_ids, sentences
from waternet_plugin.core.quality.issues.root_causes import AssetNeighbours, assign_roots
from waternet_plugin.core.quality.zones import boundary_checks, dependence_checks, proof_checks, zone_checks
from waternet_plugin.core.schema.settings import Settings

_MODULES = (
    areas,
    assets,
    attributes,
    clearances,
    doctor,
    gaps,
    heights,
    hydrants,
    junctions,
    ledgers,
    linework,
    manholes,
    meters,
    overlaps,
    network_parts,
    plausibility,
    swapped_levels,
    systems,
    unknown_levels,
    misconnections,
    boundary_checks,
    dependence_checks,
    zone_checks,
    proof_checks,
    volumes,
)
WIDESPREAD = "doctor_widespread"
_NO_TEXTS, _NO_NUMBERS = np.empty(0, dtype=object), np.empty(0)


@dataclass(frozen=True)
class CheckFindings(PlainFrames):
    """What a check found.

    Parameters
    ----------
    frame
        One row a finding, in the order of the catalogue: issue_id, rule_id, severity, assets (ids with
        semicolons), text, fix, root (issue id of the root, None for roots), x, y.
    counts
        Findings of each rule that ran, all of them, also where fewer are listed.
    rules
        The rules that ran.
    scope
        Issues of these assets, by table, were looked for; None where everything was.
    """

    frame: pd.DataFrame
    counts: Mapping[str, int]
    rules: tuple[str, ...]
    scope: Mapping[str, Array] | None = None

    @property
    def roots(self) -> pd.DataFrame:
        """The findings that stand by themselves."""
        roots: pd.DataFrame = self.frame[self.frame["root"].isna()]
        return roots


@uncollected()
def check(
    tables: Mapping[str, pd.DataFrame],
    *,
    rules: Iterable[str] | None = None,
    settings: Settings | None = None,
    today: datetime.date,
    bad_texts: Sequence[BadText] = (),
    unreadable: Sequence[UnreadableValue] = (),
    area: CheckedArea | None = None,
    progress: Progress = SILENT,
) -> CheckFindings:
    """Check a network.

    Parameters
    ----------
    tables
        Frames by table, as ``core.frames`` says; a table or column that is missing counts as unknown.
    rules
        Ids of the rules to run, the whole catalogue if None; those of metered areas alone are left out.
    today
        The day on which the network is judged.
    bad_texts
        Texts of the network that are not UTF-8.
    unreadable
        Values of the network that are not of their column's type.
    area
        What is looked at, where the tables have what lies around it, too; None: all of them.
    """
    chosen = network_rules(rules)
    subject = CheckContext(
        tables,
        Settings() if settings is None else settings,
        today=today,
        bad_texts=bad_texts,
        unreadable=unreadable,
    )
    own = run(subject, chosen, progress.part(0.0, 0.85))
    founds = own if area is None else [*own, *area.besides]
    founds.sort(key=lambda found: order()[found.rule])
    progress.at(0.85)
    frame = listed(subject, founds, None if area is None else area.heads)
    counting = founds if area is None else area.counting(own)
    return CheckFindings(frame, _counts(counting, chosen), chosen)


def all_checks() -> list[Check]:
    """Return every check of every family."""
    return [check for module in _MODULES for check in module.CHECKS]


def run(subject: CheckContext, rules: Sequence[str], progress: Progress = SILENT) -> list[RuleFindings]:
    """Return what the checks of some rules find, in the order of the catalogue."""
    wanted = set(rules)
    checks = [each for each in all_checks() if _may_find(subject, wanted & set(each.rules))]
    place = order()
    checks.sort(key=lambda each: place[each.rules[0]])
    founds: list[RuleFindings] = []
    family = ""
    for number, each in enumerate(checks):
        now = catalogue()[each.rules[0]].family
        progress.at(number / len(checks), "" if now == family else family_label(now))
        family = now
        founds += [found for found in each.run(subject) if len(found) and found.rule in wanted]
    founds.sort(key=lambda found: place[found.rule])
    return founds


def _may_find(subject: CheckContext, rules: Collection[str]) -> bool:
    """Return whether one of some rules may find anything: one about single rows does where there are rows."""
    for rule in map(catalogue().__getitem__, rules):
        if rule.reach != "local" or not rule.tables or any(len(subject.rows(name)) for name in rule.tables):
            return True
    return False


def _counts(founds: Sequence[RuleFindings], rules: Sequence[str]) -> dict[str, int]:
    counts = dict.fromkeys(rules, 0)
    for found in founds:
        counts[found.rule] = counts.get(found.rule, 0) + len(found)
    return counts


def _first_of(found: RuleFindings, limit: int) -> RuleFindings:
    """Return the findings whose first asset comes first by its id: twice as many as are listed.

    So that ids of half a million findings are not made for the few thousand that are shown.
    """
    if len(found) <= 2 * limit or not found.assets:
        return found
    first = next(iter(found.assets.values())).astype(str)
    return found.take(first <= np.sort(first)[2 * limit - 1])


def _in_order(found: RuleFindings) -> tuple[RuleFindings, Array]:
    """Return findings in the order of their ids, each once, and the ids; rows have no order that counts."""
    ids = issue_ids(found)
    order = np.argsort(ids.astype(str), kind="stable")
    ids = ids[order]
    first = np.r_[True, ids[1:] != ids[:-1]]
    return found.take(order[first]), ids[first]


def listed(
    subject: CheckContext, founds: Sequence[RuleFindings], heads: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return findings as a frame with ids, sentences and roots.

    A rule that many rows break gets one finding of its own, the root of the single ones; beyond the limit
    of the list they are counted only. ``heads`` is as of `CheckedArea`, None where all of it is checked.
    """
    limit = subject.settings.integer("quality.list_limit")
    kept: list[RuleFindings] = []
    ids: list[Array] = []
    wide: list[tuple[RuleFindings, str]] = []
    for found in founds:
        whole = _widespread(subject, found) if heads is None else None
        if whole is not None:
            wide.append((whole, found.rule))
        shown, names = _in_order(_first_of(found, limit))
        kept.append(shown.take(np.arange(limit)) if len(shown) > limit else shown)
        ids.append(names[:limit])
    network = AssetNeighbours(subject.pipes.lookup, subject.nodes.lookup, subject.vertex)
    root = assign_roots(kept, network, subject.real("root_m"))
    names = np.concatenate([_NO_TEXTS, *ids])
    above = names[root] if len(root) else names.copy()
    above[root == np.arange(len(root))] = None
    own = [issue_ids(whole) for whole, _rule in wide]
    rule = np.repeat([one.rule for one in kept], [len(one) for one in kept])
    made = {rule_id: str(head) for (head,), (_whole, rule_id) in zip(own, wide)}
    _hang_under_heads(above, root, rule, made if heads is None else heads)
    severity = [catalogue()[rule].severity for _whole, rule in wide]
    severity += [catalogue()[found.rule].severity for found in kept]
    above = np.concatenate([np.full(len(wide), None, dtype=object), above])
    return _rows([*(whole for whole, _rule in wide), *kept], [*own, *ids], severity, above)


def _hang_under_heads(above: Array, root: Array, rule: Array, heads: Mapping[str, str]) -> None:
    """Hang the single findings of rules that many rows break under the one that stands for all of them.

    Given are the id of the root of each finding, None for none, the root's row, which is its own for none,
    its rule, and by rule what stands for all.
    """
    if not heads:
        return
    is_root = root == np.arange(len(root))
    for rule_id, head in heads.items():
        above[is_root & (rule == rule_id)] = head
    # Children of what now has a root itself hang under that one.
    further = above[root]
    above[:] = np.where(pd.isna(further), above, further)


def _widespread(subject: CheckContext, found: RuleFindings) -> RuleFindings | None:
    """Return the one finding that stands for very many, None where they are single cases."""
    rule = catalogue()[found.rule]
    if (
        not rule.tables
        or rule.reach not in ("local", "far")
        or len(found) < subject.settings.integer("quality.widespread_count")
    ):
        return None
    of = len(subject.rows(rule.tables[0]))
    share = len(found) / max(of, 1)
    if share < subject.real("widespread_share"):
        return None
    return summary(WIDESPREAD, part=found.rule, share=min(100.0, 100 * share), of=of, rule=rule.title)


def _rows(
    founds: Sequence[RuleFindings], ids: Sequence[Array], severity: Sequence[str], root: Array
) -> pd.DataFrame:
    """Return findings one below the other; columns are joined before they become a frame, not after."""
    rules = [catalogue()[found.rule] for found in founds]
    many = [len(found) for found in founds]
    texts: dict[str, Sequence[Sequence[Any] | Array]] = {
        "issue_id": ids,
        "rule_id": _repeated([found.rule for found in founds], many),
        "severity": _repeated(severity, many),
        "assets": [asset_texts(found) if found.assets else [None] * len(found) for found in founds],
        "text": [sentences(found) for found in founds],
        "fix": _repeated([rule.fix for rule in rules], many),
    }
    columns: dict[str, Array] = {}
    for name, parts in texts.items():
        columns[name] = np.concatenate([_NO_TEXTS, *(np.array(part, dtype=object) for part in parts)])
    columns["root"] = root
    columns["x"] = np.concatenate([_NO_NUMBERS, *(found.x for found in founds)])
    columns["y"] = np.concatenate([_NO_NUMBERS, *(found.y for found in founds)])
    return made_of(columns)


def _repeated(words: Sequence[str], many: Sequence[int]) -> list[list[str]]:
    return [[word] * times for word, times in zip(words, many)]
