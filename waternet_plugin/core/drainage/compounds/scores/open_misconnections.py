"""The drains that a misconnection names which nobody has settled: M1 to M8, joined for certain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.zoning.blockers import blocking_rules
from waternet_plugin.core.quality.checks import misconnections as check
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.issues.identity import issue_ids
from waternet_plugin.core.quality.misconnected.rules import misconnections
from waternet_plugin.core.quality.misconnected.table import RULES

OPEN, ACCEPTED = "open", "accepted"


def open_misconnections(subject: CheckContext, issues: pd.DataFrame) -> Array:
    """Return the rule of the misconnection of each pipe, '' for none.

    What the network shows now counts unless it was accepted, and what the list of issues has as open.

    Parameters
    ----------
    subject
        The network, with what misconnections rest on.
    issues
        issue_id, rule_id, state and assets of the rules of misconnections.
    """
    rule_of = np.full(len(subject.pipes), "", dtype=object)
    accepted = set(issues.loc[issues["state"] == ACCEPTED, "issue_id"])
    every, rules = subject.once(misconnections), blocking_rules()
    for found in check.found(subject):
        if found.rule in rules and found.rule in RULES:
            settled = np.isin(issue_ids(found).astype(str), list(accepted))
            rule_of[every.pipe[every.of(found.rule)][~settled]] = found.rule
    listed = issues[(issues["state"] == OPEN) & issues["rule_id"].isin(rules)]
    for rule, assets in zip(listed["rule_id"], listed["assets"]):
        pipes = subject.pipes.row_of(np.array(str(assets).split(";"), dtype=object))
        rule_of[pipes[pipes >= 0]] = rule
    return rule_of
