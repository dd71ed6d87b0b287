"""The views that maps draw, as tables: whose rows they have, and the columns that others add."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from waternet_plugin.core.schema.tables import Field, Table, table

# Settings that choose the run, the plan and the programme that maps show.
SHOWN_RUN = "store.shown_run"
SHOWN_PLAN = "store.shown_plan"
SHOWN_PROGRAMME = "programme.shown"
LEAKAGE = "zone_leakage"
VERIFIED = "pipe_verified"
NODE_DUE = "node_due"
PROGRAMME = "compound_programme"
_LEFT_OUT = ("batch_id", "row_version", "edited_by", "edited_on")
_ASSESSED = (
    "run_id rate_per_100km_y health likelihood consequence risk class evidence reasons reason_facts policy"
    " likelihood_band consequence_band"
)
_OF_NIGHT = "night window_mean_m3h leak_m3h background_m3h excess_m3h inflow_m3 state:leak_state"
_OF_VERDICT = (
    "verification_id verdict off_line_m off_level_m cover_m surveyed_on backfilled_on reasons reason_facts"
    " override_by override_reason"
)
_OF_ALARM = (
    "alarm_id raised_on started_on rise_m3h kind:alarm_kind reason:alarm_reason reason_facts:alarm_facts"
)
_OF_BALANCE = "loss_m3 loss_rate from_date:balance_from to_date:balance_to state:rate_state"
_OF_TANK = (
    "persons cycle_d basis cleaned_on:last_cleaned_on due_on state:due_state reasons reason_facts as_of"
    " compound_id:due_compound_id"
)
_OF_ITEM = (
    "item_id programme unit street community count_unit households:item_households buildings planned_month"
    " phase urgency delivered_on agreement_on refused_on opted_out done_on transition_until"
    " state:programme_state reason:item_reason"
)
# What each view adds to the rows of its table: a column of another table, called as it is or as told.
_ADDED: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "pipe_health": ("pipe", (("assessment", _ASSESSED),)),
    "pipe_plan": ("pipe", (("project_pipe", "plan_id project_id year cost"),)),
    VERIFIED: ("pipe", (("verification", _OF_VERDICT),)),
    LEAKAGE: ("zone", (("zone_night", _OF_NIGHT), ("leak_alarm", _OF_ALARM), ("zone_balance", _OF_BALANCE))),
    NODE_DUE: ("node", (("tank_due", _OF_TANK),)),
    PROGRAMME: ("compound", (("programme_item", _OF_ITEM),)),
}


def views() -> tuple[str, ...]:
    """Return the names of the views."""
    return tuple(_ADDED)


def base_of(name: str) -> str:
    """Return the table whose rows a view has; a table is its own."""
    return _ADDED[name][0] if name in _ADDED else name


def columns_of(view: str) -> tuple[tuple[str, str, str], ...]:
    """Return the columns of a view without fid and geometry: table, its column, what the view calls it."""
    base, added = _ADDED[view]
    own = [(base, name, name) for name in table(base).field_names if name not in _LEFT_OUT]
    for owner, names in added:
        for one in names.split():
            column, _, alias = one.partition(":")
            own.append((owner, column, alias or column))
    return tuple(own)


def shown(record: str, id_field: str, key: str, place: str = "") -> str:
    """Return the SQL of the record that is shown: the one that a setting chose, else the newest.

    ``place`` stands before the names of tables, '' where they need none.
    """
    return (
        f"coalesce((SELECT r.{id_field} FROM {place}{record} r JOIN {place}setting s"
        f" ON s.value = r.{id_field} WHERE s.key = '{key}'),"
        f" (SELECT {id_field} FROM {place}{record} ORDER BY fid DESC LIMIT 1))"
    )


@lru_cache(maxsize=None)
def described(name: str) -> Table:
    """Return a view as a table, or a table; KeyError if there is neither."""
    if name not in _ADDED:
        return table(name)
    fields: list[Field] = [
        replace(table(owner).field(column), name=alias) for owner, column, alias in columns_of(name)
    ]
    return replace(table(base_of(name)), name=name, fields=tuple(fields))
