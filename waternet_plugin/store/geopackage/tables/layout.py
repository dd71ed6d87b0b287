"""How tables are laid out in the file beyond their fields: row numbers and indexes."""

from __future__ import annotations

from waternet_plugin.core.schema.tables import FID_COLUMN, Table, all_tables
from waternet_plugin.store.geopackage.sql import quoted

# Columns that are looked up, beside the unique index every id has.
_INDEXES = {
    # Who moves or renames a node asks for its pipes.
    "pipe": (("from_node",), ("to_node",), ("compound_id",)),
    "node": (("compound_id",), ("meter_parent",)),
    "customer": (("compound_id",), ("meter_id",)),
    # Whoever looks at a compound asks which drains some rules name.
    "issue": (("rule_id",),),
    # With the class: the map of a run asks nothing else of an assessment.
    "assessment": (("run_id", "pipe_id", "class"), ("pipe_id",), ("batch_id",)),
    "assessment_run": (("batch_id",),),
    "plan": (("batch_id",),),
    "project": (("plan_id",),),
    "project_pipe": (("plan_id", "pipe_id"), ("batch_id",)),
    "failure": (("pipe_id",),),
    "reading": (("node_id", "quantity", "time"), ("batch_id",)),
    "survey_row": (("survey_batch_id",), ("batch_id",)),
    "verification": (("pipe_id",), ("survey_batch",)),
    "attachment": (("asset",),),
    "defect": (("inspection_id",),),
    "inspection": (("pipe_id",),),
    "scenario_zone": (("scenario_id",),),
    # Whoever splits, merges or renames a pipe or a node asks for what names it.
    "scenario_pipe": (("scenario_id",), ("pipe_id",)),
    "scenario_device": (("scenario_id",), ("pipe_id",)),
    "zone_check": (("zone_id",),),
    "zone_test": (("zone_id",),),
    "zone_night": (("zone_id", "night"),),
    "zone_balance": (("zone_id", "to_date"),),
    "tank_due": (("node_id",),),
    "work_item": (("asset",), ("compound_id",)),
    "indicator": (("compound_id", "month"),),
    "checklist": (("asset",),),
    "programme_item": (("compound_id",), ("programme",)),
    "shutoff": (("pipe_id",),),
    "model_run": (("batch_id",),),
    "model_result": (("run_id", "quantity"), ("asset",), ("batch_id",)),
    "edition_sheet": (("edition_id",),),
    "field_package_row": (("package_id",), ("batch_id",)),
    "volume": (("customer_id",), ("node_id",)),
    "change_log": (("table", "asset"), ("batch",)),
}
# Indexes of few rows: name, column, which rows. Entries of a batch are found by their batch.
_PARTIAL_INDEXES = {
    "change_log": (("at", "at", "batch IS NULL"), ("gap", "table", "action = 'gap'")),
}


def fid_column(table: Table) -> str:
    """Return the name of a table's row number; the change log's is its sequence."""
    return "seq" if table.name == "change_log" else FID_COLUMN


def is_looked_up(table: str, column: str) -> bool:
    """Return whether an index of a table begins with a column."""
    return any(columns[0] == column for columns in _INDEXES.get(table, ()))


def id_index(table: str) -> str:
    """Return the name of the index that keeps the ids of a table unique."""
    return f"wn_{table}_id"


def indexes() -> dict[str, tuple[str, str]]:
    """Return table and SQL of each index by its name: the unique one of each id, and what is looked up."""
    result = {}
    for table in all_tables().values():
        if table.id_field in table.field_names:
            name = id_index(table.name)
            sql = f"CREATE UNIQUE INDEX {quoted(name)} ON {quoted(table.name)} ({quoted(table.id_field)})"
            result[name] = (table.name, sql)
        for columns in _INDEXES.get(table.name, ()):
            name = f"wn_{table.name}_by_{'_'.join(columns)}"
            listed = ", ".join(quoted(column) for column in columns)
            result[name] = (table.name, f"CREATE INDEX {quoted(name)} ON {quoted(table.name)} ({listed})")
        for suffix, column, rule in _PARTIAL_INDEXES.get(table.name, ()):
            name = f"wn_{table.name}_by_{suffix}"
            sql = f"CREATE INDEX {quoted(name)} ON {quoted(table.name)} ({quoted(column)}) WHERE {rule}"
            result[name] = (table.name, sql)
    return result
