"""What scripts read from runs of printing, users, pressure and search: columns, counts, codes, tables."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support import sensible_runs

from waternet_plugin.core.schema import tables

# Columns of each table that an algorithm writes.
COLUMNS = {
    (
        "sheetindex",
        "OUTPUT",
    ): "sheet_no row col neighbours page pipe_count node_count length_m angle_deg changed",
    ("exportatlas", "LABELS"): "sheet_no asset text state number",
    ("schedulemeters", "OUTPUT"): "node_id customer_id compound_id diameter_mm meter_type verified_meter_on "
    "due_on basis state cost",
    ("rankusers", "OUTPUT"): "customer_id compound_id rank trade m3 share quota_use over_plan_m3 sub_metered "
    "coverage test_due_on reuse_share",
    (
        "screencompounds",
        "OUTPUT",
    ): "compound_id supply_m3 sold_m3 loss_m3 loss_rate coverage pressure quality "
    "must_renovate reasons pipes_m risers_m pump_rooms_due meters_due cost_leakage cost_works cost_meters "
    "cost_repairs cost_operation cost",
    ("comparecontract", "OUTPUT"): "contract_id baseline_m3 result_m3 saved_m3 baseline_rate result_rate "
    "target_m3 target_rate reached coverage",
    (
        "drawpressurezones",
        "OUTPUT",
    ): "zone_id pipe_count length_m doors sources feeds ground_min_m ground_max_m",
    ("drawpressurezones", "OUTPUT_PIPES"): "pipe_id zone_id",
    (
        "pressurepoints",
        "OUTPUT",
    ): "node_id zone_id lowest_mpa lowest_at mean_mpa night_mpa hours_below coverage",
    ("pressurepoints", "OUTPUT_ZONES"): "zone_id points worst_node lowest_mpa hours_below excess_m area_km2 "
    "km2_per_point lacks",
    ("siteloggers", "OUTPUT"): "node_id order covers_m covered_share",
    ("siteloggers", "OUTPUT_PIPES"): "pipe_id node_id distance_m",
    ("plansearch", "OUTPUT"): "run_id zone_id night crew length_m leaks_per_km last_on reason",
    ("plansearch", "OUTPUT_PIPES"): "pipe_id run_id",
    ("listshutoffs", "OUTPUT"): "shutoff_id other_id overlap customers critical starts_at ends_at",
    ("nightnorms", "OUTPUT"): "type households zones l_household_h lower upper",
    ("kpis", "OUTPUT"): "unit indicator numerator denominator value target reached",
    ("runepanet", "OUTPUT_NODES"): "node_id head_m pressure_mpa",
    ("runepanet", "OUTPUT_PIPES"): "pipe_id flow_m3h velocity_ms",
}
# What else a run says.
OUTPUTS = {
    "sheetindex": "SHEETS LENGTH_M",
    "exportatlas": "PAGES SHEETS RESUMED FAILED LENGTH_M LABELS_PLACED LABELS_LISTED",
    "exportpaper": "PAGES FILES FAILED",
    "schedulemeters": "OVERDUE DUE COST SMART_SHARE",
    "rankusers": "USERS M3",
    "plansearch": "KM SHORT_KM",
    "runepanet": "LACKS",
    "isolateburst": "SHUTOFF",
}
PAPERS = "A4 A3 A2 A1 A0 50x50 40x50"
CODES = {
    ("sheetindex", "PAPER"): PAPERS,
    ("sheetindex", "SERIES"): "grid strip compound zone project",
    ("sheetindex", "THEME"): "programme users meters pressure",
    ("exportatlas", "PAPER"): PAPERS,
    ("exportatlas", "SERIES"): "grid strip compound zone project",
    ("exportatlas", "THEME"): "programme users meters pressure",
    ("exportatlas", "TABLE"): "none summary assets",
    ("exportatlas", "FORMAT"): "pdf png geopdf",
    (
        "exportpaper",
        "KIND",
    ): "compound_book area_file monthly_report programme_ledger statistics network_page wall_map",
    ("exportpaper", "THEME"): "programme users meters pressure",
    ("buildproject", "THEME"): "programme users meters pressure",
    ("rankusers", "BY"): "customer compound",
    ("rankusers", "SUB_METERED"): "yes no",
    ("siteloggers", "KIND"): "noise pressure flow",
    ("kpis", "UNIT"): "district dma all",
}
TABLES = {
    "edition": "edition_id edition title made_on made_by batch_id log_seq parameters file_name pages",
    "edition_sheet": "edition_id sheet_no page words_sha256",
    "programme_item": "item_id programme name compound_id asset unit district street community count_unit "
    "households buildings planned_month delivered_on phase ease urgency reason_code developer "
    "developer_state contractor design_checked_on construction_checked_on accepted_on agreement_on "
    "owner_data_on refused_on takeover_on online_pay_on reading_on charging_on service_on opted_out "
    "done_on transition_until state budget_year cost cost_government cost_utility cost_residents reason note",
    "node": "meter_parent meter_type verified_meter_on meter_state water_use anti_theft",
    "customer": "meter_id quota_m3_y plan_m3_y level balance_tested_on reuse_m3_y trade",
    "compound": "pressure_flag quality_flag flag_reason built_year takeover_on",
    "contract": "contract_id kind party zone_id compound_id baseline_from baseline_to result_from result_to "
    "target_m3 target_rate note",
    "shutoff": "shutoff_id kind pipe_id starts_at ends_at closed_at reopened_at state valves customers "
    "critical hydrants drained_m3 failure_id note",
    "target": "target_id unit year indicator value",
    "model_run": "run_id engine made_on parameters",
    "model_result": "run_id asset quantity lowest mean highest",
    "pipe": "pressure_zone_id pressure_min_mpa pressure_max_mpa",
    "work_item": "pipes length_m contractor",
    "failure": "found_at stopped_at repaired_at date repaired_on leak_type hole_cm2 loss_m3",
    "project": "project_type fund_central fund_local fund_own fund_other",
}
VALUES = {
    ("programme_item", "programme"): "meter_to_household one_household_one_meter drinking_water_to_home "
    "secondary_supply community_network drainage_takeover",
    ("programme_item", "count_unit"): "households buildings",
    ("node", "meter_type"): "mechanical remote ultrasonic electromagnetic unknown",
    ("node", "meter_state"): "stock installed stopped scrapped",
    ("node", "water_use"): "fire greening sanitation river works other",
    (
        "customer",
        "trade",
    ): "car_wash bathing golf hotel catering hospital school government factory park other",
    ("contract", "kind"): "saving detection",
    ("shutoff", "kind"): "planned burst",
    ("shutoff", "state"): "planned running ended called_off",
    ("failure", "leak_type"): "visible hidden",
    ("project", "project_type"): "network metering pressure smart",
}
RUNS = [
    pytest.param(name, marks=pytest.mark.slow)
    for name in dict.fromkeys([*(name for name, _sink in COLUMNS), *OUTPUTS])
]


@pytest.mark.parametrize("name", RUNS)
def test_a_run_gives_the_columns_and_counts_that_scripts_read(
    provider: QgsProcessingProvider, sensible_inputs: Path, tmp_path: Path, name: str
) -> None:
    shutil.copytree(sensible_inputs, tmp_path / "inputs")
    (tmp_path / "made").mkdir()
    algorithm = provider.algorithm(name).create()
    given = sensible_runs.parameters(algorithm, tmp_path / "inputs", tmp_path / "made")
    more: dict[str, Any] = {"STORE": True, "FROM": "2026-03-01 01:00", "TO": "2026-03-01 03:00"}
    if name == "isolateburst":
        given |= more
    feedback = QgsProcessingFeedback(False)
    results, succeeded = algorithm.run(given, QgsProcessingContext(), feedback)
    assert succeeded, feedback.textLog()
    for (runs, sink), columns in COLUMNS.items():
        if runs == name:
            there = list(gpd.read_file(given[sink]).columns)
            assert [column for column in there if column in columns.split()] == columns.split(), sink
    assert set(OUTPUTS.get(name, "").split()) <= set(results)


@pytest.mark.parametrize(("name", "parameter"), CODES)
def test_choices_have_the_codes_that_scripts_give(
    provider: QgsProcessingProvider, name: str, parameter: str
) -> None:
    definition = provider.algorithm(name).parameterDefinition(parameter)
    assert set(CODES[(name, parameter)].split()) <= set(definition.options())


@pytest.mark.parametrize("table", TABLES)
def test_tables_have_the_columns_that_scripts_read(table: str) -> None:
    assert set(TABLES[table].split()) <= set(tables.table(table).field_names)


@pytest.mark.parametrize(("table", "column"), VALUES)
def test_lists_have_the_codes_that_scripts_write(table: str, column: str) -> None:
    assert set(VALUES[(table, column)].split()) <= set(tables.table(table).field(column).codes)
