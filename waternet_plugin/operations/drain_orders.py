"""Work orders that let a crew mend a drain."""

from __future__ import annotations

import datetime
from typing import Optional

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.newest_rows import with_newest_rows
from waternet_plugin.store.network import Network

_TYPE = "repair"
_OPEN = ("open", "under_way")
_PREFIX = "W-"


def make_drain_order(
    network: Network, pipe_id: str, note: str, opened_on: Optional[datetime.date] = None
) -> tuple[str, str]:
    """Write a work order to mend a drain, as one batch, and return the ids of batch and order.

    Parameters
    ----------
    network
        The network.
    pipe_id
        The drain; the order lies in its middle.
    note
        What is to be done.
    opened_on
        The day of the order; None for today.

    Raises
    ------
    InputError
        For a drain that is not there, and for one that has an open order.
    """
    return with_newest_rows(lambda _again: _make(network, pipe_id, note, opened_on))


def _make(network: Network, pipe_id: str, note: str, opened_on: Optional[datetime.date]) -> tuple[str, str]:
    seen = network.position()
    pipes = network.read("pipe", ["pipe_id"], ids=[pipe_id])
    if not len(pipes):
        raise InputError(tr("There is no pipe {pipe} in this network any more.").format(pipe=pipe_id))
    where = {"type": _TYPE, "asset": [pipe_id]}
    items = network.read("work_item", ["item_id", "state"], where=where, geometry=False)
    running = items[items["state"].isin(_OPEN)]
    if len(running):
        message = tr("Pipe {pipe} has the open work order {item} already.")
        raise InputError(message.format(pipe=pipe_id, item=running["item_id"].iloc[0]))
    line = shapely.force_2d(pipes[GEOMETRY_COLUMN].to_numpy()[0])
    order = gpd.GeoDataFrame(
        {
            "type": [_TYPE],
            "state": ["open"],
            "opened_on": [pd.Timestamp(opened_on or datetime.date.today())],
            "asset": [pipe_id],
            "note": [note],
            GEOMETRY_COLUMN: [shapely.line_interpolate_point(line, 0.5, normalized=True)],
        },
        geometry=GEOMETRY_COLUMN,
        crs=network.crs,
    )
    with network.write("edit", name=tr("Work order for {pipe}").format(pipe=pipe_id), seen=seen) as batch:
        item = batch.next_id("work_item", _PREFIX)
        batch.insert("work_item", order.assign(item_id=[item]))
    return batch.batch_id, item
