"""The views that maps draw: pipes with assessment, plan, verdict; areas with leakage; tanks; programmes."""

from __future__ import annotations

import sqlite3

from waternet_plugin.core.schema.map_views import (
    LEAKAGE,
    NODE_DUE,
    PROGRAMME,
    SHOWN_PLAN,
    SHOWN_PROGRAMME,
    SHOWN_RUN,
    VERIFIED,
    base_of,
    columns_of,
    shown,
)
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN
from waternet_plugin.store.geopackage.sql import quoted

# OGR takes the column of this name for the feature id of a view.
VIEW_FID = "OGC_FID"


def _head(view: str) -> str:
    """Return the beginning of a view's SQL up to its first table, which is called t0, the others t1, t2."""
    columns = columns_of(view)
    tables = list(dict.fromkeys(owner for owner, _column, _alias in columns))
    parts = [
        f"t{tables.index(owner)}.{quoted(column)} AS {quoted(alias)}" for owner, column, alias in columns
    ]
    return (
        f"CREATE VIEW {view} AS SELECT t0.{FID_COLUMN} AS {VIEW_FID},"
        f" t0.{GEOMETRY_COLUMN} AS {GEOMETRY_COLUMN}, {', '.join(parts)} FROM {base_of(view)} t0"
    )


def expected() -> dict[str, str]:
    """Return the views as SQL by name."""
    of_zone = "SELECT n.fid FROM zone_night n WHERE n.zone_id = t0.zone_id"
    # A night without data is the newest only where no night has any.
    newest_night = (
        f"coalesce(({of_zone} AND coalesce(n.state, '') <> 'no_data' ORDER BY n.night DESC LIMIT 1),"
        f" ({of_zone} ORDER BY n.night DESC LIMIT 1))"
    )
    worst_alarm = (
        "SELECT a.fid FROM leak_alarm a WHERE a.zone_id = t0.zone_id AND a.ended_on IS NULL"
        " ORDER BY a.rise_m3h DESC, a.fid LIMIT 1"
    )
    newest_balance = (
        "SELECT b.fid FROM zone_balance b WHERE b.zone_id = t0.zone_id"
        " ORDER BY b.to_date DESC, b.fid DESC LIMIT 1"
    )
    # The programme that the setting names, if it has items, else that of most items.
    programme = (
        "coalesce((SELECT p.programme FROM programme_item p JOIN setting s ON trim(s.value) = p.programme"
        f" WHERE s.key = '{SHOWN_PROGRAMME}' LIMIT 1), (SELECT p.programme FROM programme_item p"
        " GROUP BY p.programme ORDER BY count(*) DESC, p.programme LIMIT 1))"
    )
    # Of several items, such as one a phase, one that is not done tells more.
    item_of_compound = (
        "SELECT i.fid FROM programme_item i WHERE i.compound_id = t0.compound_id"
        f" AND i.programme = {programme} ORDER BY i.done_on IS NOT NULL, i.fid LIMIT 1"
    )
    return {
        "pipe_health": f"{_head('pipe_health')} LEFT JOIN assessment t1"
        f" ON t1.pipe_id = t0.pipe_id AND t1.run_id = {shown('assessment_run', 'run_id', SHOWN_RUN)}",
        "pipe_plan": f"{_head('pipe_plan')} JOIN project_pipe t1"
        f" ON t1.pipe_id = t0.pipe_id AND t1.year IS NOT NULL"
        f" AND t1.plan_id = {shown('plan', 'plan_id', SHOWN_PLAN)}",
        # By the verifications, of which there may be few, or by the pipes of a part of the map.
        VERIFIED: f"{_head(VERIFIED)} JOIN verification t1 ON t1.pipe_id = t0.pipe_id AND t1.fid ="
        " (SELECT max(v.fid) FROM verification v WHERE v.pipe_id = t1.pipe_id)",
        LEAKAGE: f"{_head(LEAKAGE)} LEFT JOIN zone_night t1 ON t1.fid = {newest_night}"
        f" LEFT JOIN leak_alarm t2 ON t2.fid = ({worst_alarm})"
        f" LEFT JOIN zone_balance t3 ON t3.fid = ({newest_balance})"
        " WHERE t0.kind = 'dma' AND coalesce(t0.state, '') <> 'retired'",
        NODE_DUE: f"{_head(NODE_DUE)} JOIN tank_due t1 ON t1.node_id = t0.node_id",
        PROGRAMME: f"{_head(PROGRAMME)} LEFT JOIN programme_item t1 ON t1.fid = ({item_of_compound})",
    }


def replace(connection: sqlite3.Connection, name: str) -> None:
    """Make a view anew; its entry as a layer stays, or is made where there is none."""
    connection.execute(f"DROP VIEW IF EXISTS {quoted(name)}")
    connection.execute(expected()[name])
    known = "SELECT count(*) FROM gpkg_contents WHERE table_name = ?"
    if not connection.execute(known, (name,)).fetchone()[0]:
        srs = "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = 'pipe'"
        _enter(connection, name, connection.execute(srs).fetchone()[0])


def register(connection: sqlite3.Connection, srs_id: int) -> None:
    """Make the views and enter them where GIS programs look for layers."""
    for name, sql in expected().items():
        connection.execute(sql)
        _enter(connection, name, srs_id)


def _enter(connection: sqlite3.Connection, name: str, srs_id: int) -> None:
    """Enter a view where GIS programs look for layers."""
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES (?, 'features', ?, ?)",
        (name, name, srs_id),
    )
    shape = {LEAKAGE: "MULTIPOLYGON", PROGRAMME: "MULTIPOLYGON", NODE_DUE: "POINT"}.get(name, "LINESTRING")
    connection.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, 2, 0)",
        (name, GEOMETRY_COLUMN, shape, srs_id),
    )
