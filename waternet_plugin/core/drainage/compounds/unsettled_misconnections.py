"""Misconnections that are not settled: M1 to M8, joined for certain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.zoning.blockers import blocking_rules
from waternet_plugin.core.network.analysis.drain_flow import compound_membership
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.checks import misconnections as check
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.issues.identity import assets_of, issue_ids
from waternet_plugin.core.quality.issues.issue_lifecycle import ACCEPTED, OPEN
from waternet_plugin.core.quality.misconnected.rules import misconnections


@dataclass(frozen=True)
class UnsettledMisconnections:
    """Misconnections, each with its wrong drain and the compound that it concerns, as rows; -1 for none.

    ``rule`` is the rule that each breaks.
    """

    pipe: Array
    compound: Array
    rule: Array

    def code_of(self, pipes: int) -> Array:
        """Return the code of the rule that each of so many pipes breaks, such as M4, '' for none."""
        codes, rules = np.full(pipes, "", dtype=object), catalogue()
        for pipe, rule in zip(self.pipe.tolist(), self.rule):
            if pipe >= 0:
                codes[pipe] = rules[rule].code
        return codes


def unsettled_misconnections(subject: CheckContext, issues: pd.DataFrame) -> UnsettledMisconnections:
    """Return the misconnections that the network shows and that are not accepted, and those listed as open.

    Parameters
    ----------
    subject
        The drains, with what misconnections rest on.
    issues
        issue_id, rule_id, state and assets; those of other rules are left out.
    """
    every, rules = subject.once(misconnections), blocking_rules()
    listed = issues[issues["rule_id"].isin(rules)]
    accepted = set(listed.loc[listed["state"] == ACCEPTED, "issue_id"])
    pipes, compounds, broken, known = [], [], [], set()
    for found in check.found(subject):
        if found.rule not in rules:
            continue
        rows, ids = every.of(found.rule), issue_ids(found)
        unsettled = np.array([name not in accepted for name in ids], dtype=bool)
        known.update(ids.tolist())
        pipes.append(every.pipe[rows[unsettled]])
        compounds.append(every.compound[rows[unsettled]])
        broken += [found.rule] * int(unsettled.sum())
    open_ = listed[(listed["state"] == OPEN) & ~listed["issue_id"].isin(known)]
    drains = [_first_pipe(subject, text) for text in open_["assets"]]
    pipe = np.concatenate([*pipes, np.array(drains, dtype=np.int64)])
    compound = np.concatenate([*compounds, np.full(len(drains), -1)])
    member = np.append(subject.once(compound_membership).pipe, -1)
    rule = np.array([*broken, *open_["rule_id"]], dtype=object)
    return UnsettledMisconnections(pipe, np.where(compound < 0, member[pipe], compound), rule)


def _first_pipe(subject: CheckContext, assets: str | None) -> int:
    """Return the row of the first drain that an issue names, -1 for none."""
    rows = subject.pipes.row_of(np.array(assets_of(assets), dtype=object))
    return int(rows[rows >= 0][0]) if (rows >= 0).any() else -1
