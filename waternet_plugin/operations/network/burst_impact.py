"""Who loses water when each pipe fails: of the network kept in memory, else of what is read."""

from __future__ import annotations

from contextlib import nullcontext

import pandas as pd

from waternet_plugin.core.health.risk.impact import Impact, impact_of
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.isolation.isolation_model import CUSTOMER_COLUMNS, NODE_COLUMNS
from waternet_plugin.core.network.model.customers import are_recorded
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.network import live_network
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.store.network import Network


def read_impact(
    network: Network,
    pipes: pd.DataFrame,
    *,
    settings: Settings,
    progress: Progress = SILENT,
) -> Impact | None:
    """Return who loses water when each pipe fails, by row of the pipes; None where no customer has one.

    Parameters
    ----------
    pipes
        Its rows as they were read, as `impact_of` takes them.
    settings
        In force; a network kept by other ones does not answer.
    """
    ready = live_network.loaded_network(network.address)
    with nullcontext() if ready is None else ready.answering(progress):
        if ready is None or not ready.fits(settings):
            return _impact_as_read(network, pipes, settings, progress)
        held = ready.graph
        impact = impact_of(
            held.pipe_columns,
            held.node_columns,
            ready.supplied,
            settings=settings,
            connected=held.connected,
            progress=progress,
        )
        rows = rows_of_ids(held.graph.pipe_id, pipes["pipe_id"])
        return None if impact is None else impact.by_rows(rows)


def _impact_as_read(
    network: Network, pipes: pd.DataFrame, settings: Settings, progress: Progress
) -> Impact | None:
    customers = read_supplied(network, CUSTOMER_COLUMNS)
    if not are_recorded(customers):
        return None
    nodes = network.read("node", list(NODE_COLUMNS))
    return impact_of(pipes, nodes, customers, settings=settings, progress=progress)
