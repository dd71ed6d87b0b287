"""What findings of checks ask crews to do: where, what kind of work, and what the crew is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.quality.catalogue import Rule, catalogue
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.core.quality.issues.order_types import order_type
from waternet_plugin.core.quality.issues.retelling import retold
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import joined, shortened, tr
from waternet_plugin.operations.work.ordered_assets import TABLES
from waternet_plugin.operations.work.write_orders import OrderRequest
from waternet_plugin.store.network import Network

_NAMED = 5


def request_of_issues(network: Network, issue_ids: Sequence[str], **further: Any) -> OrderRequest:
    """Return the request for orders at the assets of findings, one each, with the words of the finding.

    Parameters
    ----------
    network
        The network, with its findings.
    issue_ids
        Findings of one rule.
    further
        What else `OrderRequest` takes; a type stands above that of the rule.

    Raises
    ------
    InputError
        Without a finding, for one that is not there, for findings of several rules, and for one that names
        nothing where a crew can be sent; and as `OrderRequest`.
    """
    if not issue_ids:
        raise InputError(tr("Choose a finding."))
    columns = ["issue_id", "rule_id", "assets", "text"]
    issues = network.read("issue", columns, ids=list(issue_ids), geometry=False)
    missing = sorted(set(issue_ids) - set(issues["issue_id"]))
    if missing:
        message = tr("There is no finding “{issue}” in this network. Check the network first.")
        raise InputError(message.format(issue=shortened(missing, _NAMED)))
    rules = issues["rule_id"].unique().tolist()
    if len(rules) > 1:
        raise InputError(tr("These findings ask for different work. Choose findings of one rule."))
    rule = catalogue().get(rules[0])
    tables, assets = _first_assets(network, rule, [assets_of(text) for text in issues["assets"]])
    if None in assets:
        message = tr("{issue} names nothing where a crew can be sent. Choose another finding.")
        raise InputError(message.format(issue=issues["issue_id"].iloc[assets.index(None)]))
    notes = [_note(rule, str(text or "")) for text in issues["text"]]
    told = pd.Series(notes).groupby(pd.Series(assets)).agg(lambda texts: "\n".join(dict.fromkeys(texts)))
    wanted: Mapping[str, Any] = {"type": order_type(rules[0]), "table": tables, **further}
    return OrderRequest(tuple(told.index), notes=tuple(told), **wanted)


def _first_assets(network: Network, rule: Rule | None, names: list[list[str]]) -> tuple[str, list[Any]]:
    """Return of each finding the first asset that a crew can be sent to, None for none, and their table.

    The table is '' where they are of several.
    """
    wanted = [name for name in (rule.tables if rule else ()) if name in TABLES]
    every = sorted({name for some in names for name in some})
    table_of: dict[str, str] = {}
    for name in wanted:
        key = table(name).id_field
        for asset in network.read(name, [key], ids=every, geometry=False)[key]:
            table_of.setdefault(str(asset), name)
    chosen = [next((name for name in some if name in table_of), None) for some in names]
    found = {table_of[name] for name in chosen if name is not None}
    return (found.pop() if len(found) == 1 else ""), chosen


def _note(rule: Rule | None, text: str) -> str:
    if rule is None:
        return text
    return joined([tr("{title}: {text}").format(title=rule.title, text=retold(rule.rule_id, text)), rule.fix])
