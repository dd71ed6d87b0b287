"""The volume that shut-offs drain: computed again when valves or times change, left alone where entered."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.network.analysis.flow_elements import IsolationOptions
from waternet_plugin.core.network.isolation.isolate import shut_volume_m3
from waternet_plugin.core.network.isolation.shutoff_overlaps import shutoff_extent
from waternet_plugin.core.network.isolation.shutoff_volumes import COMPUTED, TABLE, VOLUME
from waternet_plugin.core.schema.references import ids_in
from waternet_plugin.operations.network.prepared_network import prepared_for_isolation
from waternet_plugin.store.network import Network


def with_drained_volumes(
    network: Network, edits: tuple[RowEdit, ...], shutoffs: Collection[int]
) -> tuple[RowEdit, ...]:
    """Return edits in which some shut-offs drain what their valves close in the network as it is.

    Parameters
    ----------
    network
        The network, before the edits are written.
    edits
        What is about to be written, settled.
    shutoffs
        Those whose volume is computed, by ``fid``: see `volumes_to_compute`.
    """
    return tuple(
        edit
        if edit.table != TABLE or edit.key not in shutoffs or edit.now is None
        else RowEdit(TABLE, edit.key, edit.before, {**edit.now, **computed_volume(network, edit.now)})
        for edit in edits
    )


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


def _text(value: Any) -> str:
    return "" if value is None else str(value)
