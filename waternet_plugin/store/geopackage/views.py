"""The views that maps draw: pipes with their newest assessment, pipes of the newest plan."""

from __future__ import annotations

import sqlite3

from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, table
from waternet_plugin.store.geopackage.sql import quoted

SHOWN_RUN = "store.shown_run"
SHOWN_PLAN = "store.shown_plan"
_ASSESSED = (
    "run_id rate_per_100km_y health likelihood consequence risk class evidence reasons reason_facts policy"
    " likelihood_band consequence_band"
).split()
_PLANNED = "plan_id project_id year cost".split()
# OGR takes the column of this name for the feature id of a view.
VIEW_FID = "OGC_FID"
_LEFT_OUT = ("batch_id", "row_version", "edited_by", "edited_on")


def _shown(record: str, id_field: str, key: str) -> str:
    """Return the SQL of the record that is shown: the chosen one while it exists, else the newest."""
    return (
        f"coalesce((SELECT r.{id_field} FROM {record} r JOIN setting s ON s.value = r.{id_field}"
        f" WHERE s.key = '{key}'), (SELECT {id_field} FROM {record} ORDER BY fid DESC LIMIT 1))"
    )


def columns(view: str) -> tuple[str, ...]:
    """Return the columns of a view without fid and geometry."""
    pipe = tuple(name for name in table("pipe").field_names if name not in _LEFT_OUT)
    return pipe + tuple(_ASSESSED if view == "pipe_health" else _PLANNED)


def expected() -> dict[str, str]:
    """Return the views as SQL by name."""
    own = ", ".join(
        f"p.{quoted(name)} AS {quoted(name)}" for name in columns("pipe_health")[: -len(_ASSESSED)]
    )
    head = f"SELECT p.{FID_COLUMN} AS {VIEW_FID}, p.{GEOMETRY_COLUMN} AS {GEOMETRY_COLUMN}, {own}"
    assessed = ", ".join(f"a.{quoted(name)} AS {quoted(name)}" for name in _ASSESSED)
    planned = ", ".join(f"q.{quoted(name)} AS {quoted(name)}" for name in _PLANNED)
    return {
        "pipe_health": f"CREATE VIEW pipe_health AS {head}, {assessed} FROM pipe p LEFT JOIN assessment a"
        f" ON a.pipe_id = p.pipe_id AND a.run_id = {_shown('assessment_run', 'run_id', SHOWN_RUN)}",
        "pipe_plan": f"CREATE VIEW pipe_plan AS {head}, {planned} FROM pipe p JOIN project_pipe q"
        f" ON q.pipe_id = p.pipe_id AND q.year IS NOT NULL"
        f" AND q.plan_id = {_shown('plan', 'plan_id', SHOWN_PLAN)}",
    }


def replace(connection: sqlite3.Connection, name: str) -> None:
    """Make a view anew; its entry as a layer stays."""
    connection.execute(f"DROP VIEW IF EXISTS {quoted(name)}")
    connection.execute(expected()[name])


def register(connection: sqlite3.Connection, srs_id: int) -> None:
    """Make the views and enter them where GIS programs look for layers."""
    for name, sql in expected().items():
        connection.execute(sql)
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES (?, 'features', ?, ?)",
            (name, name, srs_id),
        )
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, ?, 'LINESTRING', ?, 2, 0)",
            (name, GEOMETRY_COLUMN, srs_id),
        )
