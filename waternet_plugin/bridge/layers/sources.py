"""What each layer of a project shows of the network: a table, a view, or some rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.core.schema import map_views
from waternet_plugin.core.schema.use import TAKEN_OUT

if TYPE_CHECKING:
    from waternet_plugin.store.network import Network, ProviderSource

# Layers that only show, and the table whose rows they do.
SHOWN_ONLY = {
    **{view: map_views.base_of(view) for view in map_views.views()},
    "dma_way": "pipe",
    "dma_boundary": "node",
}


def _named_by(rule: str) -> str:
    """Return the query for all ids that the open issues of a rule name, as every SQLite knows it.

    No two bars in it: in the address of a layer they would end the file's name.
    """
    return (
        "WITH RECURSIVE part(word, rest) AS (SELECT '', printf('%s;', assets) FROM issue"
        f" WHERE rule_id = '{rule}' AND state = 'open'"
        " UNION ALL SELECT trim(substr(rest, 1, instr(rest, ';') - 1)), substr(rest, instr(rest, ';') + 1)"
        " FROM part WHERE rest <> '') SELECT word FROM part"
    )


# A closed valve is on a boundary where pipes of two zones, or of one and of none, meet.
_ZONES_THERE = (
    "SELECT count(DISTINCT coalesce(p.dma_id, '')) FROM pipe p WHERE (p.from_node = node_id OR"
    " p.to_node = node_id) AND p.system IN ('potable', 'raw_water')"
    f" AND coalesce(p.status, '') NOT IN {TAKEN_OUT}"
)
_ROWS = {
    # Every plan keeps its packages: as of pipes, those of the plan that is shown.
    "project": f"plan_id = {map_views.shown('plan', 'plan_id', map_views.SHOWN_PLAN)}",
    "dma_way": f"pipe_id IN ({_named_by('dma_unmetered_way')})",
    "dma_boundary": (
        f"coalesce(status, '') NOT IN {TAKEN_OUT} AND (meter_in IS NOT NULL OR meter_out IS NOT NULL"
        f" OR (valve_state = 'closed' AND ({_ZONES_THERE}) > 1)"
        f" OR node_id IN ({_named_by('dma_unknown_valve')}))"
    ),
}


def table_of(layer_key: str) -> str:
    """Return the table whose rows a layer shows."""
    return SHOWN_ONLY.get(layer_key, layer_key)


def layer_source(network: Network, layer_key: str) -> ProviderSource:
    """Return by what QGIS shows a layer of a network."""
    if layer_key in _ROWS:
        return network.layer_source(table_of(layer_key), _ROWS[layer_key])
    return network.layer_source(layer_key)
