"""sheetindex and exportatlas as a script runs them."""

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from support import headless

CRS = "EPSG:4547"
WEST, SOUTH = 501_165.0, 2_513_000.0
COLUMNS = "sheet_no row col neighbours page pipe_count node_count length_m angle_deg changed".split()


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A network of two pipes on three sheets at 1:1000."""
    from waternet_plugin import store

    path = tmp_path_factory.mktemp("net") / "管网 a.gpkg"
    shapes = [
        shapely.LineString([(WEST + 20, SOUTH + 100, 0), (WEST + 600, SOUTH + 100, 0)]),
        shapely.LineString([(WEST + 100, SOUTH + 20, 0), (WEST + 100, SOUTH + 480, 0)]),
    ]
    frame = gpd.GeoDataFrame(
        {"pipe_id": ["P1", "P2"], "system": "potable", "status": "in_use", "material": "pe", "geom": shapes},
        geometry="geom",
        crs=CRS,
    )
    with store.create_network(path, CRS) as made, made.write("adopt") as batch:
        batch.insert("pipe", frame)
    return path


@pytest.fixture(scope="module")
def sheets(network, tmp_path_factory):
    """The sheet index as sheetindex writes it."""
    output = tmp_path_factory.mktemp("out") / "sheets.geojson"
    results = headless.must("sheetindex", NETWORK=network, SCALE=1000, OUTPUT=output)
    assert results["SHEETS"] == 3
    return gpd.read_file(output)


@pytest.mark.slow
def test_sheet_index_has_the_columns_of_the_contract(sheets):
    assert list(sheets.columns[:10]) == COLUMNS
    assert sheets[["page", "pipe_count", "node_count"]].to_numpy().tolist() == [
        [1, 1, 0],
        [2, 2, 0],
        [3, 1, 0],
    ]
    assert sheets["length_m"].sum() == pytest.approx(580.0 + 460.0, abs=0.01)
    assert sheets["sheet_no"].tolist() == ["2513.2-501.1", "2513.0-501.1", "2513.0-501.4"]
    assert sheets["neighbours"][1].split(";") == ["", "2513.2-501.1", "", "", "2513.0-501.4", "", "", ""]


@pytest.mark.slow
def test_strips_along_a_pipe(network, tmp_path):
    output = tmp_path / "strips.geojson"
    results = headless.must("sheetindex", NETWORK=network, SERIES="strip", SUBJECT="P1", OUTPUT=output)
    strips = gpd.read_file(output)
    assert results["SHEETS"] == len(strips) == 2
    assert strips["sheet_no"].tolist() == ["S01", "S02"]
    assert strips["neighbours"].tolist() == [";;;;S02;;;", ";;;S01;;;;"]


@pytest.mark.slow
def test_book_has_a_page_for_each_sheet(network, sheets, tmp_path):
    output, report = tmp_path / "图册.pdf", tmp_path / "图册.json"
    results = headless.must(
        "exportatlas",
        NETWORK=network,
        SCALE=1000,
        LANGUAGE="zh_CN",
        THEME="material",
        FRONT=False,
        OUTPUT=output,
        REPORT=report,
    )
    assert (results["PAGES"], results["SHEETS"], results["RESUMED"], results["FAILED"]) == (3, 3, 0, 0)
    assert results["LENGTH_M"] == pytest.approx(sheets["length_m"].sum())
    told = json.loads(report.read_text(encoding="utf-8"))
    assert [sheet["sheet_no"] for sheet in told["sheets"]] == sheets["sheet_no"].tolist()
    assert [sheet["pages"] for sheet in told["sheets"]] == [[1, 1], [2, 2], [3, 3]]
    assert {sheet["error"] for sheet in told["sheets"]} == {""}
    text = subprocess.run(["pdftotext", output, "-"], capture_output=True, check=True).stdout.decode("utf-8")
    pages = text.split("\f")[:-1]
    assert len(pages) == 3
    for page, number in zip(pages, sheets["sheet_no"]):
        assert number in page
        assert "管材分布图" in page


@pytest.mark.slow
def test_area_by_a_layer(network, tmp_path):
    area = tmp_path / "area.gpkg"
    box = shapely.box(WEST + 400, SOUTH, WEST + 500, SOUTH + 200)
    gpd.GeoDataFrame(geometry=[box], crs=CRS).to_file(area, layer="district", engine="pyogrio")
    output = tmp_path / "sheets.geojson"
    results = headless.must("sheetindex", NETWORK=network, AREA=f"{area}|layername=district", OUTPUT=output)
    assert results["SHEETS"] == 1


@pytest.mark.slow
def test_parameters_of_the_book_serve_the_index_too(network, tmp_path):
    output = tmp_path / "sheets.geojson"
    results = headless.must(
        "sheetindex",
        NETWORK=network,
        SCALE=1000,
        PAPER="A3",
        THEME="health",
        PALETTE="print",
        LANGUAGE="en",
        OUTPUT=output,
    )
    assert results["SHEETS"] == 3


@pytest.mark.slow
def test_some_sheets_in_an_edition_that_is_made_anew(network, sheets, tmp_path):
    path = Path(shutil.copy(network, tmp_path / "town.gpkg"))
    wanted = sheets["sheet_no"].tolist()[1:]
    for _time in range(2):
        results = headless.must(
            "exportatlas", NETWORK=path, SHEETS=";".join(wanted), EDITION="7", FRONT=False,
            OUTPUT=tmp_path / "book.pdf",
        )  # fmt: skip
        assert results["SHEETS"] == len(wanted)
    with closing(sqlite3.connect(path)) as database:
        printed = database.execute(
            "SELECT sheet_no FROM edition_sheet JOIN edition USING (edition_id) WHERE edition = 7"
            " ORDER BY page"
        ).fetchall()
        assert database.execute("SELECT count(*) FROM edition WHERE edition = 7").fetchall() == [(1,)]
    assert [number for (number,) in printed] == wanted


@pytest.mark.slow
def test_a_book_of_the_programme_says_how_its_compounds_stand(sample_town, tmp_path):
    from waternet_plugin.core.schema.domains import domain

    path = Path(shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path / "town.gpkg"))
    numbers = {}
    for theme in ("system", "programme"):
        index = tmp_path / f"{theme}.geojson"
        headless.must("sheetindex", NETWORK=path, SCALE=2000, THEME=theme, OUTPUT=index)
        numbers[theme] = gpd.read_file(index)["sheet_no"].tolist()
    # What is coloured chooses no sheet.
    assert numbers["programme"] == numbers["system"] != []
    book = tmp_path / "book.pdf"
    results = headless.must(
        "exportatlas", NETWORK=path, SCALE=2000, THEME="programme", LANGUAGE="en", FRONT=False, OUTPUT=book
    )  # fmt: skip
    assert (results["SHEETS"], results["FAILED"]) == (len(numbers["programme"]), 0)
    text = subprocess.run(["pdftotext", book, "-"], capture_output=True, check=True).stdout.decode("utf-8")
    words = " ".join(text.split())
    situations = domain("programme_situation")
    assert "Compounds of a programme" in words
    # In the legend, whatever day it is: the others go on to be late.
    assert all(situations[code].label_in("en") in words for code in ("done", "refused", "late"))
    with closing(sqlite3.connect(path)) as database:
        done = database.execute(
            "SELECT households FROM programme_item WHERE state = 'done' AND households > 0"
        ).fetchall()
    # Most names of compounds have room, with their households below.
    assert sum(f"{households} households" in words for (households,) in done) > len(done) / 2


@pytest.mark.slow
def test_one_sheet_alone_is_a_reprint_and_no_edition(network, sheets, tmp_path):
    path = Path(shutil.copy(network, tmp_path / "town.gpkg"))
    numbers, book = sheets["sheet_no"].tolist(), tmp_path / "book.pdf"
    # Other tests have printed it.
    with closing(sqlite3.connect(path)) as database:
        database.execute("DELETE FROM edition")
        database.commit()

    def printed(*chosen, language="en"):
        headless.must(
            "exportatlas", NETWORK=path, SHEETS=";".join(chosen), FRONT=False, LANGUAGE=language, OUTPUT=book
        )  # fmt: skip
        with closing(sqlite3.connect(path)) as database:
            kept = database.execute("SELECT edition FROM edition ORDER BY edition").fetchall()
        text = subprocess.run(["pdftotext", book, "-"], capture_output=True, check=True).stdout
        return [edition for (edition,) in kept], text.decode("utf-8")

    # Before any edition there is none that it belongs to.
    kept, text = printed(numbers[0])
    assert kept == [] and "reprint" not in text
    # All sheets by their numbers are a whole book.
    assert printed(*numbers)[0] == [1]
    kept, text = printed(numbers[0])
    assert kept == [1] and "1, reprint" in text
    kept, text = printed(numbers[-1], language="zh_CN")
    assert kept == [1] and "1（补印）" in text
    assert printed()[0] == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("algorithm", "parameters", "sentence"),
    [
        ("sheetindex", {"SCALE": "abc"}, "SCALE"),
        ("sheetindex", {"SCALE": 0}, "not for a grid"),
        ("sheetindex", {"SCALE": 40}, "SCALE"),
        ("sheetindex", {"SCALE": 750, "PAPER": "50x50"}, "1:500, 1:1000, 1:2000, 1:5000"),
        ("sheetindex", {"SINCE": "never"}, "SINCE"),
        ("sheetindex", {"SERIES": "spiral"}, "strip"),
        ("sheetindex", {"SERIES": "strip"}, "SUBJECT"),
        ("sheetindex", {"SERIES": "strip", "SUBJECT": "P1;P9"}, "no pipe P9"),
        ("sheetindex", {"SERIES": "compound"}, "no compounds"),
        ("sheetindex", {"PAPER": "A9"}, "A3"),
        ("sheetindex", {"AREA": "nowhere"}, "AREA"),
        ("exportatlas", {"AREA": "0,1,0,1"}, "There are no pipes in the area"),
        ("exportatlas", {"LANGUAGE": "fr"}, "zh_CN"),
        ("exportatlas", {"TEMPLATE": "/nowhere/sheet.qpt"}, "/nowhere/sheet.qpt"),
        ("exportatlas", {"TABLE": "lists"}, "summary"),
        ("exportatlas", {"FORMAT": "svg"}, "geopdf"),
        ("exportatlas", {"FORMAT": "png"}, "give a folder"),
        ("exportatlas", {"SHEETS": "9999.9-9.9"}, "there is no sheet 9999.9-9.9"),
        ("exportatlas", {"EDITION": "second"}, "EDITION “second”"),
        ("exportatlas", {"EDITION": "0"}, "EDITION “0”"),
        ("exportatlas", {"THEME": "mood"}, "health"),
    ],
)
def test_bad_input_gets_one_sentence(network, tmp_path, algorithm, parameters, sentence):
    ending = "geojson" if algorithm == "sheetindex" else "pdf"
    answer = headless.run(algorithm, NETWORK=network, OUTPUT=tmp_path / f"out.{ending}", **parameters)
    assert answer.status == 1
    assert sentence in answer.stderr
    assert "Traceback" not in answer.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_folder_gets_a_file_for_each_sheet(network, sheets, tmp_path):
    place, report = tmp_path / "sheets", tmp_path / "report.json"
    results = headless.must("exportatlas", NETWORK=network, FORMAT="png", DPI=72, OUTPUT=place, REPORT=report)
    assert (results["PAGES"], results["SHEETS"], results["OUTPUT"]) == (3, 3, str(place))
    told = json.loads(report.read_text(encoding="utf-8"))
    names = [f"{number}.png" for number in sheets["sheet_no"]]
    assert [sheet["file"] for sheet in told["sheets"]] == names
    assert sorted(path.name for path in place.iterdir()) == sorted(names)


@pytest.mark.slow
def test_nothing_changed_prints_nothing_and_reports_it(network, tmp_path):
    path = Path(shutil.copy(network, tmp_path / "town.gpkg"))
    headless.must("exportatlas", NETWORK=path, FRONT=False, OUTPUT=tmp_path / "first.pdf")
    report = tmp_path / "report.json"
    answer = headless.run(
        "exportatlas", NETWORK=path, SINCE="1", OUTPUT=tmp_path / "second.pdf", REPORT=report
    )
    assert answer.status == 0
    assert "No sheet was changed since then, so there is nothing to print." in answer.stderr + answer.stdout
    assert not (tmp_path / "second.pdf").exists()
    told = json.loads(report.read_text(encoding="utf-8"))
    assert (told["pages"], told["sheets"]) == (0, [])


def test_folder_that_is_not_there_is_named(network, tmp_path):
    answer = headless.run("exportatlas", NETWORK=network, OUTPUT=tmp_path / "none" / "book.pdf")
    assert answer.status == 1
    assert "none" in answer.stderr
