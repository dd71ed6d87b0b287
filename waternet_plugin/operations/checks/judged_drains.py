"""The drains with what crews and users left on record of compounds, as they are judged on a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.month_items import ITEM_COLUMNS
from waternet_plugin.core.drainage.compounds.scores.exit_samples import SAMPLES
from waternet_plugin.core.drainage.compounds.unsettled_misconnections import unsettled_misconnections
from waternet_plugin.core.drainage.zoning.blockers import blocking_rules
from waternet_plugin.core.frames import stacked
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.misconnected.sewage_seen import SEWAGE_SEEN
from waternet_plugin.operations.checks.check_network import read_drains
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class JudgedDrains:
    """The drains with what is on record of compounds, on a day.

    Parameters
    ----------
    subject
        The network.
    issues
        The misconnections that are joined for certain: issue_id, rule_id, state, assets, place in ``geom``.
    codes
        Code of the unsettled misconnection of each pipe, '' for none.
    """

    subject: CheckContext
    issues: pd.DataFrame
    codes: Array


def judged_drains(
    network: Network,
    day: datetime.date,
    progress: Progress = SILENT,
    *,
    columns: Optional[Mapping[str, Sequence[str]]] = None,
) -> JudgedDrains:
    """Return the drains of a network as they are judged on a day.

    Parameters
    ----------
    columns
        Those to read of each table, as `read_drains` takes them.
    """
    tables = _with_records(network, read_drains(network, progress, columns=columns))
    subject = CheckContext(tables, network.settings(), today=day)
    wanted = ["issue_id", "rule_id", "state", "assets"]
    issues = network.read("issue", wanted, where={"rule_id": list(blocking_rules())})
    return JudgedDrains(
        subject, issues, unsettled_misconnections(subject, issues).code_of(len(subject.pipes))
    )


def _with_records(network: Network, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of drains with work items, checklists, samples and what was seen at outfalls."""
    compounds = tables["compound"].sort_values("compound_id", kind="stable").reset_index(drop=True)
    nodes = tables["node"]
    outfalls = sorted(nodes.loc[nodes["kind"] == "outfall", "node_id"])
    more = [read_readings(network, tuple(SAMPLES)), read_readings(network, (SEWAGE_SEEN,), outfalls)]
    return {
        **tables,
        "compound": compounds,
        "reading": stacked([tables["reading"], *more]),
        "work_item": network.read("work_item", list(ITEM_COLUMNS)),
        "checklist": network.read("checklist", ["list", "asset", "item", "ticked_on"], geometry=False),
    }
