"""Customers along a trace: who is supplied by its pipes, and who drains into its drains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.drained_customers import DrainedCustomers
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.drain_flow import WAY_COLUMNS
from waternet_plugin.core.network.model.customers import (
    BY_PLACE,
    FOUND_BY,
    place_note,
    reach_m,
    with_supply,
)
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.tracing.trace import Trace
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.network.live_network import LiveNetwork
from waternet_plugin.operations.network.prepared_network import AnyNetwork


@dataclass(frozen=True)
class TracedCustomers(PlainFrames):
    """The customers along a trace.

    Parameters
    ----------
    customers
        Those on its pipes and drains, by id, with ``found_by``.
    is_recorded
        Whether it is known of any customer of the network what supplies it, or where it drains.
    notes
        How they were found, in sentences.
    """

    customers: pd.DataFrame
    is_recorded: bool
    notes: tuple[str, ...]


def traced_customers(network: AnyNetwork, ground: TraceableNetwork, found: Trace) -> TracedCustomers:
    """Return the customers along a trace.

    Parameters
    ----------
    ground
        The same, ready to be traced.
    found
        What a trace found.
    """
    live = network if isinstance(network, LiveNetwork) else None
    customers = _read(network)
    pipe = found.pipes["pipe"].to_numpy(dtype=np.int64)
    drains = pipe[ground.drains[pipe]]
    count = len(customers)
    inside, how = np.zeros(count, dtype=bool), np.full(count, None, dtype=object)
    notes: list[str] = []
    if len(drains) < len(pipe) or not len(pipe):
        supplied = with_supply(customers, ground.pipes, ground.settings) if live is None else live.supplied
        on = supplied["pipe_id"].isin(set(ground.graph.pipe_id[pipe])).to_numpy(dtype=bool)
        inside, how = _joined(inside, how, on, supplied[FOUND_BY].to_numpy(dtype=object))
        customers = customers.assign(pipe_id=supplied["pipe_id"])
        notes.append(place_note(int((how[inside] == BY_PLACE).sum()), ground.settings))
    if len(drains) and count:
        subject: NetworkFrame = live.drains() if live is not None else _subject(network, ground, customers)
        drained = subject.once(DrainedCustomers)
        at = found.nodes["node"].to_numpy(dtype=np.int64)
        into = drained.inside(at, ground.graph.pipe_row[drains])
        inside, how = _joined(inside, how, into, drained.found_by)
        notes += _drained_notes(drained.found_by, into, ground)
    reached = customers.assign(**{FOUND_BY: pd.Series(how, index=customers.index, dtype=object)})[inside]
    return TracedCustomers(
        reached.sort_values("customer_id", ignore_index=True),
        bool(pd.notna(pd.Series(how, dtype=object)).any()),
        tuple(note for note in notes if note),
    )


def _joined(inside: Array, how: Array, more: Array, how_else: Array) -> tuple[Array, Array]:
    """Return who is inside one way or the other, and how it is known."""
    return inside | more, np.where(pd.isna(pd.Series(how, dtype=object)), how_else, how)


def _drained_notes(found_by: Array, into: Array, ground: TraceableNetwork) -> list[str]:
    """Say how it is known who drains there."""
    if pd.isna(pd.Series(found_by, dtype=object)).all():
        return [
            tr(
                "It is not recorded where customers drain: they have no outlet and no compound, and no sewer "
                "lies within {reach} m."
            ).format(reach=f"{reach_m(ground.settings):g}")
        ]
    by_place = int((into & (found_by == BY_PLACE)).sum())
    text = tr(
        "%n customer(s) have no outlet on record: each counts at the nearest sewer within {reach} m.",
        "",
        by_place,
    )
    return [text.format(reach=f"{reach_m(ground.settings):g}")] if by_place else []


def _read(network: AnyNetwork) -> pd.DataFrame:
    if isinstance(network, LiveNetwork):
        return network.customers
    return network.read("customer", [*WAY_COLUMNS["customer"]])


def _subject(network: AnyNetwork, ground: TraceableNetwork, customers: pd.DataFrame) -> NetworkFrame:
    assert not isinstance(network, LiveNetwork)
    compounds = network.read("compound", list(WAY_COLUMNS["compound"]))
    return NetworkFrame(
        {"pipe": ground.pipes, "node": ground.nodes, "customer": customers, "compound": compounds},
        ground.settings,
        connected=ground.connected,
    )
