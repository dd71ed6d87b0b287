"""Surveys that offices really send: refused by file, row and reason, or read as what they mean."""

from __future__ import annotations

import datetime
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pyproj
import pytest
import shapely
from support.workbook_files import DAY, Raw, plain_workbook

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.survey.import_survey import (
    ImportSurveyRequest,
    ImportSurveyResult,
    import_survey,
)
from waternet_plugin.store.network import Network

TODAY = datetime.date(2026, 11, 22)
EAST, NORTH = 501500.0, 2513600.0
_POINTS = ["物探点号", "特征", "附属物", "X", "Y", "地面高程", "测量日期"]


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """A network in a 3-degree zone with two nodes in the street."""
    rows = {"node_id": ["N1", "N2"], "kind": "junction", "system": "potable", "status": "in_use"}
    shapes = [shapely.Point(EAST - 300, NORTH, 0.0), shapely.Point(EAST - 250, NORTH, 0.0)]
    nodes = gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4547").rename_geometry("geom")
    with store.create_network(tmp_path / "n.gpkg", "EPSG:4547") as made:
        with made.write("adopt", name="street") as batch:
            batch.insert("node", nodes)
        yield made


def _run(network: Network, path: Path, **more: object) -> ImportSurveyResult:
    answers = json.dumps({"height_of": "ground", "level_of": "cjj61", "height_datum": "1985"})
    request = ImportSurveyRequest(str(path), decisions=answers, **more)  # type: ignore[arg-type]
    return import_survey(network, request, today=TODAY)


def _book(folder: Path, sheets: dict[str, list[list[object]]]) -> Path:
    path = folder / "JS.xlsx"
    path.write_bytes(plain_workbook(sheets))
    return path


def _row(number: str, step: float, height: object = 4.0, day: object = None) -> list[object]:
    return [number, "三通", None, NORTH + step, EAST + step, height, day]


def _csv(folder: Path, *lines: str) -> Path:
    path = folder / "JS.csv"
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(
    "sheets", [{"JSPoint": []}, {"JSPoint": [_POINTS]}, {"JSPoint": [], "JSLine": []}], ids=str
)
def test_a_workbook_without_rows_is_refused(network: Network, tmp_path: Path, sheets: dict) -> None:
    with pytest.raises(InputError, match=r"JS\.xlsx"):
        _run(network, _book(tmp_path, sheets))
    assert network.count("survey_row") == 0


@pytest.mark.slow
def test_an_empty_sheet_beside_a_full_one_is_nothing(network: Network, tmp_path: Path) -> None:
    path = _book(tmp_path, {"Sheet2": [], "JSPoint": [_POINTS, _row("JS1", 0), _row("JS2", 20)]})
    assert _run(network, path).counts == {"imported": 2, "merged": 0, "rejected": 0, "skipped": 1}


@pytest.mark.slow
def test_headings_alone_in_a_text_are_refused(network: Network, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"JS\.csv"):
        _run(network, _csv(tmp_path, ",".join(_POINTS)))


@pytest.mark.slow
def test_lines_without_points_are_refused_by_their_first_row(network: Network, tmp_path: Path) -> None:
    path = _csv(tmp_path, "起始点号,终止点号,材质,管径", "JS1,JS2,球墨铸铁,DN300")
    with pytest.raises(InputError, match=r"JS\.csv, row 2, JS1-JS2: .*JS1.*\[unknown_point\]"):
        _run(network, path)


@pytest.mark.slow
def test_three_points_with_one_number_are_three_errors(network: Network, tmp_path: Path) -> None:
    rows = [_row("JS1", 0), _row("JS1", 20), _row("JS1", 40), _row("JS2", 60)]
    path = _book(tmp_path, {"JSPoint": [_POINTS, *rows]})
    with pytest.raises(
        InputError, match=r"JS\.xlsx, JSPoint, row 2, JS1: .*row 3.*\[number_again\]"
    ) as refused:
        _run(network, path)
    assert [line.partition(": ")[0] for line in refused.value.details] == [
        "JS.xlsx, JSPoint, row 3, JS1",
        "JS.xlsx, JSPoint, row 4, JS1",
    ]
    done = _run(network, path, valid_only=True)
    assert done.counts == {"imported": 1, "merged": 0, "rejected": 3, "skipped": 1}


@pytest.mark.slow
def test_days_of_1900_are_unknown_and_told(network: Network, tmp_path: Path) -> None:
    first = Raw(f'<c r="{{r}}" s="{DAY}"><v>1</v></c>')
    rows = [
        _row("JS1", 0, 4.0, first),
        _row("JS2", 20, 4.0, "1900-01-01"),
        _row("JS3", 40, 4.0, "2026-11-20"),
    ]
    done = _run(network, _book(tmp_path, {"JSPoint": [_POINTS, *rows]}))
    told = done.checks[done.checks["rule_id"] == "unlikely_date"]
    assert told["point_no"].tolist() == ["JS1", "JS2"]
    days = network.read("node", ["node_id", "verified_on"], ids=["JS1", "JS2", "JS3"], geometry=False)
    assert days.set_index("node_id")["verified_on"].isna().to_dict() == {
        "JS1": True,
        "JS2": True,
        "JS3": False,
    }


@pytest.mark.slow
def test_a_6_degree_prefix_in_a_3_degree_network_is_moved_exactly(network: Network, tmp_path: Path) -> None:
    to_zone = pyproj.Transformer.from_crs(4547, 4497, always_xy=True)
    east, north = to_zone.transform([EAST, EAST + 20.0], [NORTH, NORTH + 5.0])
    assert 19e6 < east[0] < 20e6
    lines = [f"JS{one + 1},JS,{east[one]:.4f},{north[one]:.4f},4.5" for one in range(2)]
    path = tmp_path / "a.dat"
    path.write_text("\n".join([*lines, ""]), encoding="ascii")
    _run(network, path)
    places = network.read("node", ids=["JS1", "JS2"]).geometry
    assert places.x.tolist() == pytest.approx([EAST, EAST + 20.0], abs=1e-3)
    assert places.y.tolist() == pytest.approx([NORTH, NORTH + 5.0], abs=1e-3)


@pytest.mark.slow
def test_decimal_commas_are_decimals_in_heights_too(network: Network, tmp_path: Path) -> None:
    path = _csv(
        tmp_path, "物探点号;X;Y;地面高程", "JS1;2513600,125;501500,5;4,952", "JS2;2513620,0;501500,5;5,052"
    )
    _run(network, path)
    node = network.read("node", ids=["JS1"]).iloc[0]
    assert (node.geom.y, node.geom.x, node["ground_m"]) == pytest.approx((2513600.125, 501500.5, 4.952))


@pytest.mark.slow
@pytest.mark.parametrize("heading", ["地面高程", "H"])
def test_heights_all_0_are_unknown_and_told(network: Network, tmp_path: Path, heading: str) -> None:
    path = _csv(
        tmp_path, f"物探点号,X,Y,{heading}", "JS1,2513600.1,501500.5,0", "JS2,2513620.0,501500.5,0.000"
    )
    done = _run(network, path)
    assert "heights_zero" in set(done.checks["rule_id"])
    assert network.read("node", ids=["JS1", "JS2"])["ground_m"].isna().all()


@pytest.mark.slow
def test_a_dry_run_lists_all_questions_of_200_files_and_an_unreadable_one_is_one_entry(
    network: Network, tmp_path: Path
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(199):
        text = f"点号,X,Y,H\nJS{number},{NORTH + 9 * number:.3f},{EAST:.3f},4.0\n"
        (folder / f"JS{number:03d}.csv").write_text(text, encoding="utf-8")
    (folder / "broken.dwg").write_bytes(b"AC1032")
    done = import_survey(network, ImportSurveyRequest(str(folder), dry_run=True), today=TODAY)
    assert len(done.files) == 200
    assert [one.name for one in done.files if one.error] == ["broken.dwg"]
    assert {(one.file, one.key) for one in done.questions} == {
        (f"JS{number:03d}.csv", "height_of") for number in range(199)
    }
    assert network.count("survey_row") == 0


@pytest.mark.slow
def test_nodes_that_another_program_left_without_a_place_join_nothing(
    network: Network, tmp_path: Path
) -> None:
    # The first node has no place any more: the second one must not be taken for it.
    path = _csv(tmp_path, "物探点号,特征,X,Y,地面高程", f"T1,三通,{NORTH},{EAST - 250},4.0")
    with closing(sqlite3.connect(tmp_path / "n.gpkg")) as database:
        triggers = list(database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        for name, _sql in triggers:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE node SET geom = NULL WHERE node_id = 'N1'")
        for _name, sql in triggers:
            database.execute(sql)
        database.commit()
    done = _run(network, path)
    assert done.counts["merged"] == 1
    row = network.read("survey_row", ["asset"], geometry=False)
    assert row["asset"].dropna().tolist() == ["N2"]
