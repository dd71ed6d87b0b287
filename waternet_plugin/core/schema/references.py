"""Which fields name rows of other tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from waternet_plugin.core.schema.tables import all_tables

# Fields that are not called like the id they hold.
_NAMED = {
    "from_node": ("node",),
    "to_node": ("node",),
    "dma_id": ("zone",),
    "pressure_zone_id": ("zone",),
    "parent_id": ("zone",),
    "meter_in": ("zone",),
    "meter_out": ("zone",),
    "grid_id": ("zone",),
    "zone_in": ("zone",),
    "zone_out": ("zone",),
    "pressure_node": ("node",),
    "fault_node": ("node",),
    "at_node": ("node",),
    "outlet_node": ("node",),
    "meter_parent": ("node",),
    "meter_id": ("node",),
    "asset": ("pipe", "node"),
    "pipe_ids": ("pipe",),
    # Runs of models have ids of their own.
    "run_id": ("assessment_run",),
    "survey_batch": ("survey_batch",),
    "photos": ("attachment",),
}
# Fields that name something else in one table than in the others.
_NAMED_BY = {
    ("zone_scenario", "parent_id"): ("zone_scenario",),
    ("checklist", "asset"): ("compound", "zone", "node"),
    ("programme_item", "asset"): ("node",),
    # Kept as it was given.
    ("field_package_row", "asset"): (),
    ("work_item", "asset"): ("pipe", "node", "customer", "failure"),
    ("work_item", "pipes"): ("pipe",),
    ("shutoff", "valves"): ("node",),
    ("shutoff", "customers"): ("customer",),
    ("model_result", "run_id"): ("model_run",),
    ("attachment", "asset"): (
        "pipe",
        "node",
        "compound",
        "zone",
        "customer",
        "failure",
        "inspection",
        "road_work",
        "work_item",
    ),
}
# Fields whose target another field of the same row says: that field, and the table of each of its codes where
# it is not the name of the table itself.
_CODES_BESIDE: dict[tuple[str, str], tuple[str, dict[str, str]]] = {
    ("attachment", "asset"): ("table", {}),
    ("checklist", "asset"): (
        "list",
        {
            "zero_discharge": "compound",
            "zone": "zone",
            "hand_over": "compound",
            "model": "compound",
            "first_entry": "compound",
            "intake_point": "node",
            "pump_room": "node",
        },
    ),
}
_LISTS = (
    ("project", "pipe_ids"),
    ("survey_row", "asset"),
    ("verification", "photos"),
    ("work_item", "pipes"),
    ("shutoff", "valves"),
    ("shutoff", "customers"),
)


@dataclass(frozen=True)
class Reference:
    """A field that holds the id of a row of one of the ``targets``; a list has several, with semicolons."""

    table: str
    field: str
    targets: tuple[str, ...]
    is_list: bool


def ids_in(name: str, field: str, value: Any) -> tuple[str, ...]:
    """Return the ids that a field of a table holds: several of a list, else the one that it is."""
    if value is None:
        return ()
    if (name, field) not in _LISTS:
        return (str(value),)
    return tuple(one for one in str(value).split(";") if one)


def target_codes(name: str, field: str, target: str) -> tuple[str, tuple[str, ...]]:
    """Return the field whose codes say that another field holds ids of a table, and these codes.

    ('', ()) where no field of the row says it.
    """
    code_field, tables = _CODES_BESIDE.get((name, field), ("", {}))
    codes = [code for code, table in tables.items() if table == target] if tables else [target]
    return (code_field, tuple(codes)) if code_field else ("", ())


def target_of(name: str, field: str, row: Mapping[str, Any]) -> str:
    """Return the table whose id a field of a row holds, '' where the row does not say it."""
    code_field, tables = _CODES_BESIDE.get((name, field), ("", {}))
    code = str(row.get(code_field) or "") if code_field else ""
    return tables.get(code, "") if tables else code


def is_list(name: str, field: str) -> bool:
    """Return whether a field of a table holds several ids, with semicolons between."""
    return (name, field) in _LISTS


@lru_cache(maxsize=1)
def references() -> tuple[Reference, ...]:
    """Return every such field; what a file reported (``reported_pipe_id``) and what a check found is none."""
    tables = {name: one for name, one in all_tables().items() if one.log != "none"}
    ids = {one.id_field: (name,) for name, one in tables.items() if one.id_field in one.field_names}
    # Findings of a check and settings name nothing that others could miss.
    ids.pop(tables["setting"].id_field)
    found = []
    for name, one in tables.items():
        for field in one.fields:
            named = _NAMED.get(field.name, ids.get(field.name, ()))
            targets = _NAMED_BY.get((name, field.name), named)
            if targets and field.name != one.id_field:
                found.append(Reference(name, field.name, targets, (name, field.name) in _LISTS))
    return tuple(found)
