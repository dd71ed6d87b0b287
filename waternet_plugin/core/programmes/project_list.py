"""The projects of a year by type, with their sources of money and the leakage of their zone."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from waternet_plugin.core.schema.domains import domain

FUNDS = ("fund_central", "fund_local", "fund_own", "fund_other")
PROJECT_COLUMNS = (
    "project_id", "project_type", "state", "length_m", "cost", *FUNDS, "zone_id", "loss_m3", "loss_rate",
)  # fmt: skip
SUM_COLUMNS = ("project_type", "projects", "length_m", "cost", *FUNDS)


def ranked_projects(
    projects: pd.DataFrame, zone_of: Mapping[str, str], balances: Mapping[str, tuple[float, float]]
) -> pd.DataFrame:
    """Return projects by type, within it those first whose zone loses most, then the higher rate.

    Parameters
    ----------
    projects
        project_id, project_type, state, length_m, cost and FUNDS.
    zone_of
        The zone in which most of a project lies, by its id; without an entry it lies outside all.
    balances
        Loss and supply of the time by zone, m3, NaN unknown.

    Returns
    -------
    pandas.DataFrame
        PROJECT_COLUMNS; loss_m3 and loss_rate (0-1) are those of the zone, NaN unknown; a project without a
        type comes last.
    """
    rows = projects.copy()
    rows["zone_id"] = rows["project_id"].map(dict(zone_of)).astype(object)
    nothing = (float("nan"), float("nan"))
    sides = [balances.get(zone, nothing) for zone in rows["zone_id"]]
    rows["loss_m3"] = [float(loss) for loss, _supply in sides]
    rows["loss_rate"] = [loss / supply if supply > 0 else float("nan") for loss, supply in sides]
    order = {code: number for number, code in enumerate(domain("project_type"))}
    rows["_type"] = rows["project_type"].map(order).fillna(len(order))
    rows = rows.sort_values(
        ["_type", "loss_m3", "loss_rate", "project_id"], ascending=[True, False, False, True], kind="stable",
        na_position="last", ignore_index=True,
    )  # fmt: skip
    ranked: pd.DataFrame = rows[list(PROJECT_COLUMNS)]
    return ranked


def type_sums(projects: pd.DataFrame) -> pd.DataFrame:
    """Return SUM_COLUMNS of each type in the order of its projects; a sum of unknown amounts is unknown."""
    rows = projects.assign(projects=1.0, project_type=projects["project_type"].fillna(""))
    by_type = rows.groupby("project_type", sort=False)
    sums = by_type[list(SUM_COLUMNS[1:])].sum(min_count=1).reset_index()
    ordered: pd.DataFrame = sums[list(SUM_COLUMNS)]
    return ordered
