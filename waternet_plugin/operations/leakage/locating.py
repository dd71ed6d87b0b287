"""The search for leaks by work orders: their type, the methods, and the orders of an alarm."""

from __future__ import annotations

import math
from typing import Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.references import ids_in
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.rows.work_items import RUNNING
from waternet_plugin.store.network import Network

LOCATE = "locate"


def refuse_method(method: str) -> None:
    """Refuse a method of locating that the domain does not have; '' is none."""
    methods = domain("locate_method")
    if method and method not in methods:
        message = tr("There is no method of locating “{method}”. Choose one of: {methods}.")
        raise InputError(message.format(method=method, methods=listed(methods)))


def refuse_length(length_m: Optional[float]) -> None:
    """Refuse a length searched, m, that is not 0 or more; None is unknown."""
    if length_m is not None and not (math.isfinite(length_m) and length_m >= 0):
        raise InputError(
            tr("The length searched is not 0 m or more: {length}. Correct it.").format(length=length_m)
        )


def searched_pipes(items: pd.DataFrame) -> pd.DataFrame:
    """Return work orders with a row for each pipe that they name, in ``pipe_id``.

    Orders of a plan list their pipes, others name one as their asset.

    Parameters
    ----------
    items
        Rows of ``work_item`` with asset and pipes; an order that names no pipe has no row.
    """
    names = []
    for asset, pipes in zip(items["asset"], items["pipes"]):
        listed_ids = () if pd.isna(pipes) else ids_in("work_item", "pipes", pipes)
        names.append(list(dict.fromkeys([*listed_ids, *([] if pd.isna(asset) else [str(asset)])])))
    rows: pd.DataFrame = items.assign(pipe_id=pd.Series(names, index=items.index, dtype=object))
    return rows.explode("pipe_id", ignore_index=True).dropna(subset=["pipe_id"]).reset_index(drop=True)


def open_orders(network: Network, alarm_id: str) -> list[tuple[str, str, str]]:
    """Return item, pipe and method of the open orders to locate the leak of an alarm, the newest first."""
    names = ["item_id", "type", "state", "asset", "method", "opened_on"]
    rows = network.read("work_item", names, where={"alarm_id": alarm_id}, geometry=False)
    rows = rows[(rows["type"] == LOCATE) & rows["state"].isin(RUNNING)]
    rows = rows.sort_values(["opened_on", "item_id"], ascending=False)
    return [
        (str(row["item_id"] or ""), str(row["asset"] or ""), str(row["method"] or ""))
        for row in records(rows)
    ]
