"""What crews and users left on record of compounds: work items, samples, checklists, misconnections found."""

from __future__ import annotations

import pandas as pd

from waternet_plugin.core.drainage.compounds.month_items import ITEM_COLUMNS
from waternet_plugin.core.drainage.compounds.scores.exit_samples import SAMPLES
from waternet_plugin.core.drainage.zoning.blockers import blocking_rules
from waternet_plugin.core.frames import stacked
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.store.network import Network


def with_compound_records(network: Network, tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of drains with work items, checklists, and samples among the readings.

    Parameters
    ----------
    tables
        As `operations.checks.check_network.read_drains` has them.
    """
    compounds = tables["compound"].sort_values("compound_id", kind="stable").reset_index(drop=True)
    samples = read_readings(network, tuple(SAMPLES))
    return {
        **tables,
        "compound": compounds,
        "reading": stacked([tables["reading"], samples]) if len(samples) else tables["reading"],
        "work_item": network.read("work_item", list(ITEM_COLUMNS)),
        "checklist": network.read("checklist", ["list", "asset", "item", "ticked_on"], geometry=False),
    }


def read_misconnections(network: Network, *, geometry: bool = False) -> pd.DataFrame:
    """Return the issues of misconnections that are joined for certain: issue_id, rule_id, state, assets.

    With ``geometry`` their places are in ``geom``.
    """
    columns = ["issue_id", "rule_id", "state", "assets"]
    return network.read("issue", columns, where={"rule_id": list(blocking_rules())}, geometry=geometry)
