"""Adopting the messy sets that real utilities published, with the shipped mappings."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from support.slow_cases import a_few_quick

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, Destination, adopt
from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.mapping_file import parse
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.store.foreign.foreign import read_foreign

MAPPINGS = Path(__file__).parents[3] / "realdata" / "mappings"

pytestmark = pytest.mark.realdata


def adopt_file(data: Path, source: str, mapping: str, table: str, crs: str) -> AdoptionResult:
    return adopt(
        read_foreign(f"{data}/{source}"),
        parse(MAPPINGS / f"{mapping}.json"),
        table,
        into=Destination(crs, settings=Settings()),
        today=datetime.date(2026, 11, 20),
    )


def counts(result: AdoptionResult) -> tuple[int, int, int, int]:
    return result.rows_in, result.rows_written, result.rows_rejected, result.assets_written


@pytest.mark.slow
def test_kitchener_pipes(data_dir: Path) -> None:
    result = adopt_file(data_dir, "kitchener/pipes.gpkg", "kitchener_pipes", "pipe", "EPSG:26917")
    assert counts(result) == (13258, 13215, 43, 13215)
    assert result.rejected_by_reason() == {"no_geometry": 43}
    assert len(result.issues) == 69
    assert [(one.field, one.cause, one.count) for one in result.nulled] == [("diameter_mm", "zero", 3)]
    assert (result.rows["length_source"] == "given").all()
    assert result.rows["length_m"].sum() == pytest.approx(821_864.5, abs=1)
    assert (
        result.rows["system"].value_counts()["potable"] + result.rows["system"].value_counts()["raw_water"]
        == 13215
    )
    assert result.rows["install_year"].min() == 1889
    assert result.rows["lined_year"].notna().sum() == 42


@pytest.mark.slow
def test_kitchener_breaks(data_dir: Path) -> None:
    result = adopt_file(data_dir, "kitchener/breaks.csv", "kitchener_breaks", "failure", "EPSG:26917")
    assert counts(result) == (2158, 2158, 0, 2158)
    assert result.rows["kind"].value_counts().to_dict() == {"main_break": 2140, "service": 18}
    assert result.rows["reported_pipe_id"].isna().sum() == 10
    assert result.rows["date"].notna().all()


@pytest.mark.slow
def test_vancouver(data_dir: Path) -> None:
    result = adopt_file(data_dir, "vancouver_top5000/mains.geojson", "vancouver", "pipe", "EPSG:26910")
    assert counts(result) == (5000, 5000, 0, 5000)
    assert result.rows["length_m"].sum() == pytest.approx(376_100, abs=100)
    assert result.rows["material"].value_counts()["cast_iron"] == 3200
    assert result.rows["install_year"].isna().sum() == 72
    assert "accurate to 4 m" in result.transform


@pytest.mark.parametrize(
    ("layer", "table", "rows"),
    a_few_quick(
        [
            ("pipes", "pipe", 666),
            ("nodes", "node", 681),
            ("hydrants", "node", 142),
            ("fixed_head", "node", 1),
            ("valves", "node", 196),
            ("meter", "node", 1),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_subnet(data_dir: Path, layer: str, table: str, rows: int) -> None:
    source = f"kitchener_subnet/subnet.gpkg|layername={layer}"
    result = adopt_file(data_dir, source, f"subnet_{layer}", table, "EPSG:26917")
    assert counts(result) == (rows, rows, 0, rows)
    assert result.rows.geometry.geom_type.unique().tolist() == ["LineString" if table == "pipe" else "Point"]


def test_subnet_valves_are_points_with_their_state(data_dir: Path) -> None:
    source = "kitchener_subnet/subnet.gpkg|layername=valves"
    result = adopt_file(data_dir, source, "subnet_valves", "node", "EPSG:26917")
    assert result.rows["kind"].value_counts().to_dict() == {"valve": 192, "prv": 4}
    assert result.rows["valve_state"].value_counts().to_dict() == {"open": 188, "closed": 8}


@pytest.mark.parametrize(
    ("name", "table", "rows"),
    a_few_quick(
        [
            ("mains", "pipe", 1584),
            ("sanitary_mains", "pipe", 692),
            ("manholes", "node", 664),
            ("catchbasins", "node", 724),
            ("outfalls", "node", 37),
            ("sanitary_manholes", "node", 545),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_sudbury(data_dir: Path, name: str, table: str, rows: int) -> None:
    source = f"drainage/canada-sudbury/{name}.geojson"
    result = adopt_file(data_dir, source, f"sudbury_{name}", table, "EPSG:32617")
    assert counts(result) == (rows, rows, 0, rows)


@pytest.mark.slow
def test_sudbury_years_come_from_milliseconds(data_dir: Path) -> None:
    result = adopt_file(
        data_dir, "drainage/canada-sudbury/mains.geojson", "sudbury_mains", "pipe", "EPSG:32617"
    )
    assert result.rows["install_year"].isna().sum() == 191
    assert result.rows["invert_start_m"].isna().sum() == 313 + 168 + 1
    assert result.rows["length_m"].sum() == pytest.approx(32_070, abs=20)


@pytest.mark.slow
def test_zaatari_ids_twice(data_dir: Path) -> None:
    source = "drainage/zaatari/SepticTanks_2017_04.geojson"
    result = adopt_file(data_dir, source, "zaatari_septic_tanks", "node", "EPSG:32637")
    assert counts(result) == (2903, 2901, 2, 2901)
    assert result.rejected["source_id"].tolist() == ["BC-I03-T01", "D04-I13-T02"]


def test_zaatari_pipes_get_ids(data_dir: Path) -> None:
    source = "drainage/zaatari/Pipes_SolidFree_2017_03.geojson"
    result = adopt_file(data_dir, source, "zaatari_pipes", "pipe", "EPSG:32637")
    assert result.rows_written == 2096
    assert result.rows["pipe_id"].iloc[0] == "ZP-000001"
    assert result.rows["length_m"].sum() == pytest.approx(52_500, abs=100)


def test_zaatari_blocks_are_compounds(data_dir: Path) -> None:
    source = "drainage/zaatari/BlockBoundaries_2016_12.geojson"
    result = adopt_file(data_dir, source, "zaatari_blocks", "compound", "EPSG:32637")
    assert counts(result)[:2] == (193, 193)
    assert result.rows.geometry.geom_type.unique().tolist() == ["MultiPolygon"]


@pytest.mark.slow
def test_guess_for_kitchener_equals_the_shipped_mapping(data_dir: Path) -> None:
    guessed = guess(read_foreign(data_dir / "kitchener" / "pipes.gpkg"), name="pipes.gpkg")
    shipped = parse(MAPPINGS / "kitchener_pipes.json")
    assert (guessed.table, guessed.table_confidence) == ("pipe", "sure")
    for field, source in shipped.fields.items():
        assert guessed.mapping.fields[field] == source
    assert {**guessed.mapping.values["material"]} == {**shipped.values["material"]}
    assert [(code.field, code.value) for code in guessed.codes if code.suggestion is None] == [
        ("system", "ADDRESS")
    ]


@pytest.mark.slow
def test_guess_for_breaks(data_dir: Path) -> None:
    guessed = guess(
        read_foreign(data_dir / "kitchener" / "breaks.csv"), name="breaks.csv", target_crs="EPSG:26917"
    )
    assert guessed.table == "failure"
    assert guessed.mapping.crs == "EPSG:26917"
    assert dict(guessed.mapping.geometry) == {"x": "x", "y": "y"}
    assert dict(guessed.mapping.null) == {"reported_pipe_id": ("0",)}


@pytest.mark.slow
def test_guess_for_vancouver_knows_every_code(data_dir: Path) -> None:
    guessed = guess(read_foreign(data_dir / "vancouver_top5000" / "mains.geojson"), name="mains")
    assert all(code.suggestion is not None for code in guessed.codes)
    assert guessed.mapping.values["lining"]["CENT"] == "cement"
