"""What was edited since a position in the change log, and where that is and was."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.json_text import exact_object, stored_object
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.databases import Database, SchemaDatabase
from waternet_plugin.store.geopackage.log import write_conflicts
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.network_reading import EditsSince

# What checks write themselves is not an edit of the network, nor is a plan of areas.
_RESULTS = tuple(
    (
        "issue setting project zone_scenario scenario_zone scenario_pipe scenario_device zone_check zone_test"
        " zone_night leak_alarm zone_balance tank_due indicator checklist programme_item volume contract"
        " shutoff target verification attachment transform_set survey_batch"
    ).split()
)
# From here on an area takes as long as everything.
_MANY = 20_000


@lru_cache(maxsize=None)
def _edited() -> dict[str, Table]:
    """Return the tables whose rows people edit, by name."""
    return {name: each for name, each in all_tables().items() if each.is_editable and name not in _RESULTS}


@lru_cache(maxsize=None)
def entries_sql(rule: str, *, with_former: bool) -> str:
    """Return what asks the log for entries: table, asset, action, former values, new values of an update.

    Parameters
    ----------
    rule
        What they meet.
    with_former
        Ask for the former values, which are unknown else.
    """
    listed = ", ".join(map(literal, _edited()))
    former = "before" if with_former else "NULL"
    return (
        f'SELECT "table", asset, action, {former} AS former,'
        f" CASE WHEN action = 'update' THEN after END AS new FROM change_log WHERE {rule}"
        f" AND (action = 'gap' OR \"table\" IN ({listed})) ORDER BY seq LIMIT {_MANY + 1}"
    )


def _former(values: str | None) -> str | None:
    """Return the former geometry of an entry, None where it did not change."""
    if not values or f'"{GEOMETRY_COLUMN}"' not in values:
        return None
    blob = stored_object(values).get(GEOMETRY_COLUMN)
    return str(blob) if blob else None


def _new_id(values: str | None, id_field: str) -> str | None:
    """Return the id that a row was given by an update in place of the one it is logged under."""
    if not values or f'"{id_field}"' not in values:
        return None
    new = stored_object(values).get(id_field)
    return None if new is None else str(new)


def _updates(entries: Sequence[Sequence[Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the fields that were changed, as `EditsSince` has them; entries are the oldest first."""
    updates: dict[str, dict[str, dict[str, Any]]] = {}
    others: set[str] = set()
    for table, asset, _action, _before, after in entries:
        # None of other actions, and of what another program wrote into the log.
        new = exact_object(after)
        if not new or _edited()[table].id_field in new:
            others.add(table)
        updates.setdefault(table, {}).setdefault(str(asset), {}).update(new)
    return {table: rows for table, rows in updates.items() if table not in others}


def since(database: Database, position: str, *, boxes: bool) -> EditsSince:
    """Return what was edited after a position; see ``Network.changed``.

    Parameters
    ----------
    database
        The network.
    position
        Up to where is known what was edited.
    boxes
        Whether to look for where that is.
    """
    newest = write_conflicts.position(database)
    rows = _entries(database, position, boxes=boxes)
    if rows is None:
        return EditsSince(newest, False, {}, {}, np.empty((0, 4)), complete=True)
    if len(rows) > _MANY or any(action == "gap" for _table, _asset, action, _before, _new in rows):
        return EditsSince(newest, True, {}, {}, np.empty((0, 4)), complete=True)
    assets: dict[str, dict[str, None]] = {}
    former: list[Any] = []
    for table, asset, _action, before, after in rows:
        assets.setdefault(str(table), {})[str(asset)] = None
        new_id = _new_id(after, _edited()[str(table)].id_field)
        if new_id is not None:
            assets[str(table)][new_id] = None
        blob = _former(before) if boxes else None
        if blob is not None:
            former.append(blob)
    for name, ids in assets.items():
        if boxes and _edited()[name].has_geometry:
            former += _present(database, name, _edited()[name].id_field, list(ids))
    bounds = np.asarray(shapely.bounds(blobs.shapes_of(former)) if former else np.empty((0, 4)))
    return EditsSince(
        newest,
        True,
        {name: tuple(ids) for name, ids in assets.items()},
        _updates(rows),
        # What another program spoilt is nowhere.
        bounds[np.isfinite(bounds).all(axis=1)],
        complete=False,
    )


def _entries(database: Database, position: str, *, boxes: bool) -> Sequence[Sequence[Any]] | None:
    """Return what `entries_sql` asks for of what was written after a position; None where it is unknown."""
    if isinstance(database, SchemaDatabase):
        return database.entries_since(position, with_former=boxes)
    entry = write_conflicts.known_entry(database, position)
    if entry is None:
        return None
    sql = entries_sql("seq > ?", with_former=boxes)
    return list(database.execute(sql, (entry,)))


def _present(database: Any, table: str, id_field: str, ids: list[str]) -> list[Any]:
    """Return the geometries that rows have now, as blobs."""
    found: list[Any] = []
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        marks = ", ".join("?" * len(part))
        query = f"SELECT {GEOMETRY_COLUMN} FROM {quoted(table)}"
        query += f" WHERE {quoted(id_field)} IN ({marks}) AND {GEOMETRY_COLUMN} IS NOT NULL"
        found += [row[0] for row in database.execute(query, part)]
    return found
