"""The volume that shut-offs drain: computed again when valves or times change, left alone where entered.

A volume is a computed one as long as it is what `drained_computed_m3` says, whatever program wrote it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.editing.row_edits import Row, RowEdit, is_same
from waternet_plugin.core.network.analysis.flow_elements import IsolationOptions
from waternet_plugin.core.network.isolation.isolate import shut_volume_m3
from waternet_plugin.core.network.isolation.shutoff_overlaps import shutoff_extent
from waternet_plugin.core.schema.references import ids_in
from waternet_plugin.operations.network.prepared_network import prepared_for_isolation
from waternet_plugin.store.network import Network

TABLE = "shutoff"
VOLUME, COMPUTED = "drained_m3", "drained_computed_m3"
# What says what is drained, and when.
_ASKING = ("pipe_id", "valves", "starts_at", "ends_at", "closed_at", "reopened_at")


def with_drained_volumes(
    network: Network, edits: tuple[RowEdit, ...], entered: tuple[RowEdit, ...]
) -> tuple[RowEdit, ...]:
    """Return edits in which shut-offs whose valves or times a person changed drain what is closed now.

    A volume that a person entered stays; one that is cleared is computed.

    Parameters
    ----------
    network
        The network, before the edits are written.
    edits
        What is about to be written, settled.
    entered
        What the person edited.
    """
    asking = {one.key for one in entered if one.table == TABLE and _asks(one)}
    return tuple(
        one
        if one.table != TABLE or one.key not in asking or one.now is None
        else RowEdit(TABLE, one.key, one.before, {**one.now, **computed_volume(network, one.now)})
        for one in edits
    )


def is_computed(row: Row) -> bool:
    """Return whether the volume of a shut-off is the one that was computed for it."""
    return is_same(row.get(VOLUME), row.get(COMPUTED))


def computed_volume(network: Network, row: Row) -> Mapping[str, Optional[float]]:
    """Return the volume that a shut-off drains in the network as it is, for both of its fields.

    Nothing where the pipe is not there or not in use, or a valve is gone: the volume stays.
    """
    with prepared_for_isolation(network, IsolationOptions()) as works:
        valves = ids_in(TABLE, "valves", _text(row.get("valves")))
        graph = works.connected.graph
        if any(graph.vertex_of(name) < 0 for name in valves):
            return {}
        extent = shutoff_extent(works, _text(row.get("pipe_id")), valves)
        if not extent.segments:
            return {}
        volume_m3 = shut_volume_m3(works, extent.segments)
    drained_m3 = float(volume_m3) if np.isfinite(volume_m3) else None
    return {VOLUME: drained_m3, COMPUTED: drained_m3}


def _asks(edit: RowEdit) -> bool:
    """Return whether an edit leaves the volume of a shut-off to be computed."""
    if edit.before is None or edit.now is None:
        return False
    if VOLUME in edit.changed_fields:
        return edit.now.get(VOLUME) is None
    return is_computed(edit.before) and not set(_ASKING).isdisjoint(edit.changed_fields)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
