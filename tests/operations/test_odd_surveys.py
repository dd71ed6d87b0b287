"""Surveys of other programs and crews: told twice, coded otherwise, in another script; advice that works."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cad_drawing import CadDrawing, pipe_drawing
from support.slow_cases import a_few_quick
from support.small_surveys import empty_network, put_node
from support.survey_round_trip import there_and_back
from support.surveyed_pipes import photo

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.survey.import_survey import (
    ImportSurveyRequest,
    ImportSurveyResult,
    import_survey,
)
from waternet_plugin.store.network import Network

TODAY = datetime.date(2026, 11, 22)
CRS = "EPSG:4547"
EAST, NORTH = 502000.0, 2513300.0
KNOWN = {"crs": CRS, "axes": "x_north", "height_of": "ground", "level_of": "invert"}


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with empty_network(tmp_path / "n.gpkg") as made:
        yield made


def _run(network: Network, path: Path, mapping: object = None, **more: object) -> ImportSurveyResult:
    given = {"decisions": json.dumps(KNOWN), "mapping": json.dumps(mapping) if mapping else "", **more}
    return import_survey(network, ImportSurveyRequest(str(path), **given), today=TODAY)  # type: ignore[arg-type]


_XML = """<?xml version="1.0"?><LandXML version="1.2"><Units><Metric linearUnit="meter" diameterUnit="meter"/>
</Units>{points}<PipeNetworks><PipeNetwork pipeNetType="sanitary"><Structs>{structs}</Structs><Pipes>
<Pipe name="P1" refStart="S1" refEnd="S2" length="25"><CircPipe diameter="0.4" material="Concrete"/></Pipe>
</Pipes></PipeNetwork></PipeNetworks></LandXML>"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["污水.xml", "job.xml"])
@pytest.mark.parametrize("heights", [True, False])
def test_manholes_that_are_points_and_structures_are_one_each(
    network: Network, tmp_path: Path, name: str, heights: bool
) -> None:
    points, structs = "", ""
    for number in (1, 2):
        place = f"{NORTH + number:.3f} {EAST + 25 * number:.3f}"
        height = f" {31.3 - 0.1 * number:.3f}" if heights else ""
        points += f'<CgPoint name="S{number}">{place}{height}</CgPoint>'
        structs += (
            f'<Struct name="S{number}" elevRim="{31.3 - 0.1 * number:.3f}"><Center>{place}</Center>'
            f'<Invert elev="{29.5 - 0.1 * number:.3f}" refPipe="P1"/></Struct>'
        )
    path = tmp_path / name
    path.write_text(_XML.format(points=f"<CgPoints>{points}</CgPoints>", structs=structs), encoding="utf-8")
    done = _run(network, path)
    assert done.counts["merged"] == 2 and done.counts["rejected"] == 0
    nodes = network.read("node", ["node_id", "ground_m", "system"], geometry=False).sort_values("node_id")
    assert nodes.to_numpy(object).tolist() == [["S1", 31.2, "sewage"], ["S2", 31.1, "sewage"]]
    pipes = network.read("pipe", ["pipe_id", "invert_start_m", "invert_end_m"], geometry=False)
    assert pipes.to_numpy(object).tolist() == [["P1", 29.4, 29.3]]


def _csv(folder: Path, head: str, *rows: str, encoding: str = "utf-8") -> Path:
    path = folder / "JS.csv"
    path.write_bytes("\n".join([head, *rows, ""]).encode(encoding))
    return path


@pytest.mark.slow
def test_feature_and_appurtenance_together_are_a_warning(network: Network, tmp_path: Path) -> None:
    head = "物探点号,特征,附属物,X,Y,地面高程"
    rows = [f"A{k},检修井,检查井,{NORTH + 9 * k},{EAST + k},4.0" for k in range(3)]
    rows.append(f"A3,三通,,{NORTH + 40},{EAST},4.0")
    done = _run(network, _csv(tmp_path, head, *rows))
    found = done.checks[done.checks["rule_id"] == "feature_and_appurtenance"]
    assert len(found) == 3 and set(found["severity"]) == {"warning"}
    nodes = network.read("node", ["node_id", "kind", "feature"], geometry=False).set_index("node_id")
    assert nodes.loc["A1"].tolist() == ["manhole", "检修井"]


@pytest.mark.slow
def test_points_that_were_measured_again_are_led_to_the_recheck(network: Network, tmp_path: Path) -> None:
    put_node(network, "A0", 5.0, 0.0, status="in_use", system="potable")
    path = _csv(tmp_path, "物探点号,X,Y,地面高程", f"A0,{NORTH},{EAST + 5.4},4.0")
    with pytest.raises(InputError, match="PURPOSE=recheck"):
        _run(network, path)
    done = _run(network, path, purpose="recheck")
    assert "moved" in set(done.checks["rule_id"]) and "error" not in set(done.checks["severity"])


@pytest.mark.slow
def test_codes_of_another_notation_get_a_meaning_or_are_left_out(network: Network, tmp_path: Path) -> None:
    codes = {"WL": "potable", "GV": "valve", "TREE": None, "BM": None}
    rows = [f"{k},{NORTH + 9 * k},{EAST + k},4.0,{code}" for k, code in enumerate(codes)]
    path = _csv(tmp_path, "点号,X,Y,高程,编码", *rows)
    tables = [{"file": "*", "defaults": {"system": "potable"}}]
    with pytest.raises(InputError, match="in no code list"):
        _run(network, path, {"tables": tables})
    done = _run(network, path, {"tables": tables, "values": {"code": codes}})
    assert done.counts["imported"] == 2 and done.counts["skipped"] == 3
    left = done.rows[done.rows["reason_code"] == "left_out"]
    assert left["row_no"].tolist() == [4, 5] and set(left["reason"]) == {"Left out by its code"}
    nodes = network.read("node", ["node_id", "kind"], geometry=False).sort_values("node_id")
    assert nodes["kind"].tolist() == ["junction", "valve"]


@pytest.mark.parametrize(
    ("values", "said"),
    a_few_quick(
        [({"colour": {"a": "b"}}, "“values” names colour"), ({"code": "valve"}, "codes in braces")],
        1,
        is_tuple_one_value=False,
    ),
)
def test_meanings_of_what_no_survey_has_are_refused(
    network: Network, tmp_path: Path, values: object, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        _run(network, _csv(tmp_path, "点号,X,Y", f"1,{NORTH},{EAST}"), {"values": values})


@pytest.mark.slow
def test_attributes_of_cass_name_numbers_and_levels(network: Network, tmp_path: Path) -> None:
    drawing = CadDrawing()
    for k in range(2):
        drawing.block("WS点", "GC117", (EAST + 9 * k, NORTH), DH=f"W{k}", DMGC="5.2", TEZH="检修井")
    path = drawing.write(tmp_path / "a.dxf")
    done = _run(network, path, decisions=json.dumps({"crs": CRS, "height_of": "ground"}))
    assert done.counts["imported"] == 2
    nodes = network.read("node", ["node_id", "kind", "ground_m"], geometry=False).sort_values("node_id")
    assert nodes.to_numpy(object).tolist() == [["W0", "manhole", 5.2], ["W1", "manhole", 5.2]]


@pytest.mark.slow
def test_lines_of_a_drawing_are_pipes_of_the_size_that_stands_beside_them(
    network: Network, tmp_path: Path
) -> None:
    path = pipe_drawing(3, east=EAST, north=NORTH).write(tmp_path / "a.dxf")
    done = _run(network, path, valid_only=True, decisions=json.dumps({"crs": CRS}))
    assert (done.counts["imported"], done.counts["rejected"]) == (6, 1)
    pipes = network.read("pipe", ["system", "diameter_mm", "material"], geometry=False)
    assert sorted(pipes.fillna("").to_numpy().tolist()) == [
        ["potable", 110.0, "pe"],
        ["potable", 150.0, ""],
        ["potable", 300.0, "ductile_iron"],
        *[["sewage", 400.0, "concrete"]] * 3,
    ]


@pytest.mark.slow
def test_umlauts_are_read_as_such(network: Network, tmp_path: Path) -> None:
    rows = [f"{k};{EAST + 9 * k:.2f};{NORTH + k:.2f};4,25".replace(".", ",") for k in range(3)]
    path = _csv(tmp_path, "Punkt;Rechtswert;Hochwert;Höhe", *rows, encoding="latin-1")
    mapping = {
        "tables": [
            {
                "file": "*",
                "heading_row": 1,
                "fields": {"point_no": "Punkt", "x": "Hochwert", "y": "Rechtswert", "h": "Höhe"},
                "defaults": {"system": "storm"},
            }
        ]
    }
    done = _run(network, path, mapping)
    assert done.counts["imported"] == 3
    assert network.read("node", ["ground_m"], geometry=False)["ground_m"].tolist() == [4.25] * 3


@pytest.mark.slow
def test_photos_in_a_folder_beside_the_file_are_found(network: Network, tmp_path: Path) -> None:
    folder = tmp_path / "survey"
    (folder / "照片").mkdir(parents=True)
    photo(folder / "照片" / "阀门井 1#.jpg")
    head = "物探点号,X,Y,地面高程,照片"
    path = _csv(folder, head, f"A0,{NORTH},{EAST},4.0,阀门井 1#.jpg")
    done = _run(network, path)
    assert "photo_missing" not in set(done.checks["rule_id"])
    (folder / "照片2").mkdir()
    photo(folder / "照片2" / "阀门井 1#.jpg")
    again = _csv(folder, head, f"A1,{NORTH + 9},{EAST},4.0,阀门井 1#.jpg")
    with pytest.raises(InputError, match="lies in several folders: 照片, 照片2"):
        _run(network, again)


@pytest.mark.slow
def test_the_advice_on_an_encoding_works(network: Network, tmp_path: Path) -> None:
    rows = "".join(f"JS{n:02d},JS,{EAST + 30 * n:.0f}.12,{NORTH + 4 * n:.0f}.34,5.{n}\n" for n in range(1, 6))
    path = tmp_path / "points.dat"
    # One byte is lost of a letter.
    path.write_bytes(rows.encode("gbk").replace(b"JS03,JS", b"JS03,JS\x81"))
    with pytest.raises(InputError, match="encoding") as refused:
        _run(network, path)
    advice = re.search(r'("encoding": "[^"]+")', str(refused.value))
    assert advice is not None
    mapping = json.loads(f"{{{advice.group(1)}}}")
    known = json.dumps({"crs": CRS, "height_of": "ground"})
    done = _run(network, path, mapping, valid_only=True, decisions=known)
    assert done.counts["imported"] == 4
    assert done.checks["rule_id"].tolist().count("lost_characters") == 1


@pytest.mark.slow
def test_raw_measurements_are_told_as_such(network: Network, tmp_path: Path) -> None:
    path = _csv(tmp_path, "测站,仪器高,棱镜高,水平角,竖直角,斜距", "T1,1.55,1.80,90.1234,88.1,25.3")
    with pytest.raises(InputError, match="raw measurements without coordinates"):
        _run(network, path)


@pytest.mark.slow
def test_our_own_drawing_asks_nothing(sample_town: Path, tmp_path: Path) -> None:
    _done, back = there_and_back(sample_town / "zh_CN" / "sample_town.gpkg", tmp_path, "dxf")
    assert back.exists()
