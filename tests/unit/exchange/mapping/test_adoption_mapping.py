"""Mappings: read, told all faults at once, written back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_tables
from waternet_plugin.core.exchange.mapping.mapping import TAKES, FieldSource
from waternet_plugin.core.exchange.mapping.mapping_check import for_columns, for_table
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError
from waternet_plugin.core.exchange.mapping.mapping_file import KEYS, MADE_PLACES, from_dict, parse
from waternet_plugin.core.schema.tables import table as table_of

WHOLE = {
    "fields": {"pipe_id": "ASSET_ID", "install_year": {"from": "INSTALLED", "take": "year"}},
    "values": {"material": {"CI": "cast_iron", "*": "unknown", "?": None}},
    "defaults": {"system": "potable"},
    "units": {"diameter_mm": "inch"},
    "null": {"diameter_mm": [0, "-"], "pipe_id": ["0"]},
    "geometry": {"x": "E", "y": "N"},
    "crs": "EPSG:26917",
    "encoding": "gbk",
    "id_prefix": "P",
}


def test_the_page_for_scripts_names_every_key(repo_root: Path) -> None:
    page = (repo_root / "docs" / "python.md").read_text(encoding="utf-8")
    part = page[page.index("## A MAPPING") : page.index("## The network as a graph")]
    wanted = {*KEYS, *TAKES, *map(json.dumps, MADE_PLACES), "wgs84", "within", "last_row"}
    assert {word for word in wanted if f"`{word}`" not in part} == set()


def test_text_and_file_give_the_same(tmp_path: Path) -> None:
    file = tmp_path / "映射 1.json"
    file.write_text(json.dumps(WHOLE), encoding="utf-8-sig")
    assert parse(json.dumps(WHOLE)) == parse(str(file)) == parse(file)


def test_saved_mapping_is_the_same_again(tmp_path: Path) -> None:
    mapping = from_dict(WHOLE)
    assert mapping.fields["install_year"] == FieldSource("INSTALLED", "year")
    assert mapping.null["diameter_mm"] == ("0", "-")
    mapping.save(tmp_path / "m.json")
    assert parse(tmp_path / "m.json") == mapping


def test_report_with_a_mapping_serves() -> None:
    assert parse(json.dumps({"rows_in": 3, "mapping": {"fields": {"pipe_id": "ID"}}})).fields == {
        "pipe_id": FieldSource("ID")
    }


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not valid JSON: line 1"),
        ("nowhere.json", "can't be read"),
        ('{"fields": {"a": "b", "a": "c"}}', "contains “a” twice"),
        ('{"felds": {}}', "“felds” has no meaning"),
        ('{"fields": []}', "“fields” must contain"),
        ('{"fields": {"pipe_id": 7}}', "must give a column"),
        ('{"fields": {"pipe_id": {"from": "A", "take": "half"}}}', "“half” is not known"),
        ('{"units": {"diameter_mm": "yard"}}', "Unit “yard”"),
        ('{"geometry": {"x": "E"}}', "“geometry” must be"),
        ('{"encoding": "klingon"}', "encoding “klingon”"),
        ('{"crs": 4547}', "“crs” must be text"),
    ],
)
def test_broken_mapping(text: str, sentence: str) -> None:
    with pytest.raises(MappingError, match=sentence):
        parse(text)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(MappingError) as caught:
        parse('{"felds": {}, "units": {"length_m": "ell"}, "fields": {"pipe_id": null}}')
    assert len(caught.value.details) == 3
    for word in ("felds", "ell", "pipe_id"):
        assert word in caught.value.message


def test_all_faults_of_a_table_are_told_at_once() -> None:
    broken = from_dict(
        {
            "fields": {"dn": "A", "batch_id": "B"},
            "values": {"material": {"x": "gold"}, "status": {"x": "used"}},
            "defaults": {"install_year": "old", "verified_on": "soon"},
            "units": {"install_year": "m"},
            "geometry": {"from": "midpoint"},
        }
    )
    with pytest.raises(MappingError) as caught:
        for_table(broken, table_of("pipe"))
    assert len(caught.value.details) == 8


def test_failure_names_the_reported_pipe() -> None:
    mapping = for_table(
        from_dict({"fields": {"pipe_id": "A"}, "null": {"pipe_id": [0]}}), table_of("failure")
    )
    assert mapping.fields == {"reported_pipe_id": FieldSource("A")}
    assert mapping.null == {"reported_pipe_id": ("0",)}


def test_failure_can_not_be_reported_twice() -> None:
    with pytest.raises(MappingError, match="same field"):
        for_table(from_dict({"fields": {"pipe_id": "A", "reported_pipe_id": "B"}}), table_of("failure"))


def test_match_of_a_failure_is_not_adopted() -> None:
    with pytest.raises(MappingError, match="match_state"):
        for_table(from_dict({"fields": {"match_state": "A"}}), table_of("failure"))


def test_columns_are_spelled_as_the_file_does() -> None:
    mapping = for_columns(
        from_dict({"fields": {"pipe_id": "id"}, "geometry": {"x": "x", "y": "Y"}}), ["ID", "X", "y"]
    )
    assert mapping.fields["pipe_id"].column == "ID"
    assert mapping.geometry == {"x": "X", "y": "y"}


def test_tables_that_take_rows() -> None:
    assert set(adoptable_tables()) == {
        "indicator",
        "checklist",
        "programme_item",
        "contract",
        "shutoff",
        "target",
        "pipe",
        "node",
        "compound",
        "zone",
        "customer",
        "failure",
        "inspection",
        "defect",
        "road_work",
        "reading",
        "work_item",
        "zone_scenario",
        "scenario_zone",
        "scenario_pipe",
        "scenario_device",
        "zone_check",
        "zone_test",
        "zone_night",
        "leak_alarm",
        "volume",
    }


@pytest.mark.parametrize("file", sorted((Path(__file__).parents[3] / "realdata" / "mappings").glob("*.json")))
def test_shipped_mappings_are_whole(file: Path) -> None:
    name = file.stem
    table = "failure" if "breaks" in name else "compound" if "blocks" in name else "node"
    if any(word in name for word in ("pipes", "mains", "vancouver", "halves")):
        table = "pipe"
    for_table(parse(file), table_of(table))
