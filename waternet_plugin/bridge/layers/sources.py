"""What each layer of a project shows of the network: a table, a view, or some rows of a table."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from waternet_plugin.core.schema import map_views
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.schema.use import TAKEN_OUT

if TYPE_CHECKING:
    from waternet_plugin.store.network import Network, ProviderSource

# Layers that only show, and the table whose rows they do.
SHOWN_ONLY = {
    **{view: map_views.base_of(view) for view in map_views.views()},
    "dma_way": "pipe",
    "dma_boundary": "node",
}

_NAME = re.compile(r"[a-z_]+")


def _named_in_file(rule: str) -> str:
    """Return the query for all ids that the open issues of a rule name, as every SQLite knows it.

    No two bars in it: in the address of a layer they would end the file's name.
    """
    return (
        "WITH RECURSIVE part(word, rest) AS (SELECT '', printf('%s;', assets) FROM issue"
        f" WHERE rule_id = '{rule}' AND state = 'open'"
        " UNION ALL SELECT trim(substr(rest, 1, instr(rest, ';') - 1)), substr(rest, instr(rest, ';') + 1)"
        " FROM part WHERE rest <> '') SELECT word FROM part"
    )


def _named_on_server(rule: str, place: str) -> str:
    """Return the same query for PostgreSQL, with what stands before the names of tables."""
    return (
        f"SELECT trim(unnest(string_to_array(assets, ';'))) FROM {place}issue"
        f" WHERE rule_id = '{rule}' AND state = 'open'"
    )


def _rows(named_by: Callable[[str], str], place: str = "") -> dict[str, str]:
    """Return the conditions of the layers that show some rows of a table, by their keys.

    Parameters
    ----------
    named_by
        Returns the query for the ids that the open issues of a rule name.
    place
        What stands before the names of tables, '' where they need nothing.
    """
    # A closed valve is on a boundary where pipes of two zones, or of one and of none, meet.
    zones_there = (
        f"SELECT count(DISTINCT coalesce(p.dma_id, '')) FROM {place}pipe p WHERE (p.from_node = node_id OR"
        " p.to_node = node_id) AND p.system IN ('potable', 'raw_water')"
        f" AND coalesce(p.status, '') NOT IN {TAKEN_OUT}"
    )
    return {
        # Every plan keeps its packages: as of pipes, those of the plan that is shown.
        "project": f"plan_id = {map_views.shown('plan', 'plan_id', map_views.SHOWN_PLAN, place)}",
        "dma_way": f"pipe_id IN ({named_by('dma_unmetered_way')})",
        "dma_boundary": (
            f"coalesce(status, '') NOT IN {TAKEN_OUT} AND (meter_in IS NOT NULL OR meter_out IS NOT NULL"
            f" OR (valve_state = 'closed' AND ({zones_there}) > 1)"
            f" OR node_id IN ({named_by('dma_unknown_valve')}))"
        ),
    }


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def table_of(layer_key: str) -> str:
    """Return the table whose rows a layer shows."""
    return SHOWN_ONLY.get(layer_key, layer_key)


@lru_cache(maxsize=64)
def tables_read(layer_key: str) -> frozenset[str]:
    """Return the tables whose rows decide what a layer shows."""
    from waternet_plugin.store.geopackage.tables import views

    # What the network keeps as a view has the same rows on a server.
    sql = {**views.expected(), **_rows(_named_in_file)}.get(layer_key, "")
    return frozenset(all_tables()) & {table_of(layer_key), *_NAME.findall(sql)}


def layer_source(network: Network, layer_key: str) -> ProviderSource:
    """Return by what QGIS shows a layer of a network."""
    address = network.address
    # The connections of layers know no schema of their own.
    place = "" if address.is_file else f"{_quoted(address.schema)}."
    rows = _rows(_named_in_file if address.is_file else partial(_named_on_server, place=place), place)
    if layer_key in rows:
        return network.layer_source(table_of(layer_key), rows[layer_key])
    return network.layer_source(layer_key)
