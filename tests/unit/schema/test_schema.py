"""The data contract, declared as data."""

from __future__ import annotations

import pytest

from waternet_plugin.core import texts
from waternet_plugin.core.schema import domains, settings, tables

# DESIGN section 3 and CONTRACT section 4: columns that scripts rely on.
RELIED_ON = {
    "pipe": "pipe_id system function material diameter_mm width_mm height_mm length_m length_source "
    "install_year street status from_node to_node invert_start_m invert_end_m depth_start_m depth_end_m "
    "burial joint lining pressure_mpa soil road_class owner operator compound_id dma_id survey_batch "
    "verified_on verified_by row_version note retired_on lined_year pressure_min_mpa pressure_max_mpa "
    "transient_mpa map_class map_code map_width map_rank map_flow flow flow_source"
    " flow_confidence k_area t_soil",
    "node": "node_id system kind status ground_m depth_m install_year diameter_mm valve_state operable "
    "one_way feature survey_code meter_in meter_out tank_volume_m3 cleaned_on cleaning_interval_d serial "
    "compound_id owner operator row_version turns accessible operated_on angle_deg liquid_depth_m "
    "outfall_type outfall_form outfall_risk outflow bank safety_net sign",
    "compound": "compound_id name type households handover_mode status grid_id boundary_kind",
    "zone": "zone_id kind level parent_id name state verdict checked_on tested_on retest night_use_m3h "
    "night_use_on pressure_node team person",
    "zone_scenario": "scenario_id name parent_id created_on state adopted_on base_log",
    "scenario_zone": "scenario_id zone_id name level parent_id",
    "scenario_pipe": "scenario_id pipe_id zone_id",
    "scenario_device": "scenario_id kind pipe_id node_id at_node zone_in zone_out diameter_mm cost",
    "zone_check": "zone_id scenario_id checked_on verdict customers households length_m volume_m3 inlets "
    "outlets open_crossings parts unknown_valves findings",
    "zone_test": "zone_id started_on ended_on drained_at p_min_m rise_m hold_min verdict fault_node valves",
    "zone_night": "zone_id night window_mean_m3h minimum_hour_m3h minimum_at coverage night_use_m3h "
    "leak_m3h background_m3h excess_m3h inflow_m3 state reason",
    "leak_alarm": "alarm_id zone_id raised_on started_on ended_on rise_m3h kind reason",
    "volume": "volume_id zone_id node_id customer_id from_date to_date component volume_m3",
    "work_item": "item_id type zone_id alarm_id method flow_m3h found offset_m gis_checked_on "
    "compound_id street due_on source valid team person hours result visit note",
    "indicator": "compound_id month indicator value points source rules",
    "checklist": "list asset item ticked_on ticked_by note",
    "tank_due": "node_id compound_id persons cycle_d basis cleaned_on due_on state reasons",
    "customer": "customer_id pipe_id kind households demand_m3d critical permit_no permit_until compound_id "
    "trade key_user",
    "failure": "failure_id date kind cause street reported_pipe_id pipe_id match_state match_method "
    "match_distance_m match_reason repaired_on gis_checked_on",
    "assessment": "pipe_id rate_per_100km_y health likelihood consequence risk class evidence reasons",
    "change_log": "table asset action before after by at batch",
    "survey_batch": "survey_batch_id file_name file_hash format encoding decisions rows_in rows_written "
    "rows_merged rows_rejected rows_skipped",
    "survey_row": "survey_batch_id sheet row_no record point_no verdict reason_code reason raw asset",
    "verification": "verification_id pipe_id survey_batch verdict off_line_m off_level_m cover_m "
    "material_verified_by material_verified_on surveyed_on backfilled_on photos reasons override_by "
    "override_reason",
    "attachment": "attachment_id table asset survey_batch kind file taken_on x y note",
    "transform_set": "transform_set_id name pairs rms_m area valid_until",
    "issue": "issue_id rule_id severity assets text fix state",
    "setting": "key value unit source",
}


@pytest.mark.parametrize("name", RELIED_ON)
def test_columns_that_scripts_rely_on(name: str) -> None:
    assert set(RELIED_ON[name].split()) <= set(tables.table(name).field_names)


def test_every_domain_of_a_field_exists() -> None:
    named = {field.domain for table in tables.all_tables().values() for field in table.fields if field.domain}
    assert named <= set(domains.all_domains())


def test_editable_tables_have_the_editing_columns() -> None:
    for table in tables.all_tables().values():
        has = {"edited_by", "edited_on", "batch_id", "row_version"} <= set(table.field_names)
        assert has == table.is_editable


def test_every_label_is_there_in_both_languages() -> None:
    for table in tables.all_tables().values():
        assert table.label_en and table.label_zh
        for field in table.fields:
            assert field.label_en and field.label_zh, (table.name, field.name)
    for codes in domains.all_domains().values():
        for code in codes.values():
            assert code.label_en and code.label_zh, code
    for setting in settings.defaults().values():
        assert setting.label_en and setting.label_zh, setting.key


def test_every_setting_says_how_sure_it_is() -> None:
    for setting in settings.defaults().values():
        assert setting.certainty in domains.domain("certainty"), setting.key
        assert setting.type in ("real", "integer", "text", "list"), setting.key


def test_no_spelling_belongs_to_two_codes() -> None:
    for name, codes in domains.all_domains().items():
        owner: dict[str, str] = {}
        for code in codes.values():
            for spelling in (code.code, code.label_en, code.label_zh, *code.aliases):
                folded = domains.fold(spelling)
                assert owner.setdefault(folded, code.code) == code.code, (name, spelling)


@pytest.mark.parametrize(
    ("domain", "value", "code"),
    [
        ("material", "球墨铸铁管", "ductile_iron"),
        ("material", "Ｐ Ｅ", "pe"),
        ("material", "<blank>", "unknown"),
        ("material", "PVC-U", "pvc"),
        ("system", "WS", "sewage"),
        ("node_kind", "消防栓", "hydrant"),
        ("status", "在用", "in_use"),
        ("material", "plutonium", None),
    ],
)
def test_suggestions(domain: str, value: str, code: str | None) -> None:
    assert domains.suggest(domain, value) == code


@pytest.mark.parametrize(
    ("system", "status", "expected"),
    [
        ("potable", "in_use", "potable"),
        ("storm", "planned", "planned"),
        ("storm", "removed", "abandoned"),
        (None, None, None),
    ],
)
def test_map_class(system: str | None, status: str | None, expected: str | None) -> None:
    assert tables.map_class(system, status) == expected


def test_labels_follow_the_language() -> None:
    texts.set_translator(None, "zh_CN")
    try:
        assert tables.table("pipe").field("material").label == "管材"
        assert domains.domain("material")["pe"].label == "聚乙烯"
    finally:
        texts.set_translator(None, "en")
    assert tables.table("pipe").label == "Pipes"


def test_a_setting_of_a_network_wins_and_bad_numbers_are_named() -> None:
    from waternet_plugin.core.errors import InputError

    assert settings.Settings({"general.currency": "EUR"}).text("general.currency") == "EUR"
    number = next(key for key, setting in settings.defaults().items() if setting.type == "real")
    whole = next(key for key, setting in settings.defaults().items() if setting.type == "integer")
    for value in ("many", "", "nan", "inf"):
        wrong = settings.Settings({number: value})
        with pytest.raises(InputError, match=rf"Setting {number}: “{value}” is not a number\."):
            wrong.real(number)
        with pytest.raises(InputError, match="is not a number"):
            wrong.check([number])
        # Who does not read it is not stopped.
        assert wrong.integer(whole) == settings.Settings().integer(whole)
    both = settings.Settings({number: "many", whole: "1.5"})
    with pytest.raises(InputError) as refused:
        both.integer(whole)
    assert f"{number} “many”" in refused.value.message
    assert f"{whole} “1.5”" in refused.value.message
    assert both.real_or("no.such", 2.5) == 2.5
