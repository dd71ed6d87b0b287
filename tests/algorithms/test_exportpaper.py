"""Papers as a script asks for them: their figures are those of the store, in every format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from qgis.core import QgsProcessingProvider
from support.headless import must, run, run_here
from support.paper_texts import pdf_pages, word_tables, workbook_rows
from support.slow_cases import a_few_quick

from waternet_plugin import dependencies
from waternet_plugin.core.reports.document import number
from waternet_plugin.store import create_network, open_network

CRS = "EPSG:4547"
DAY = "2026-10-05"
ODD_IDS = ("A/B", "<b>", "=1+1", "../x")


@pytest.fixture
def town(sample_town: Path) -> Path:
    """The sample town, which papers only read."""
    return sample_town / "en" / "sample_town.gpkg"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A network of four compounds with odd ids, two of like name, of which the first alone has a pipe."""
    path = tmp_path / "odd.gpkg"
    squares = [shapely.MultiPolygon([shapely.box(500_000 + 100 * x, 2_500_000, 500_080 + 100 * x, 2_500_080)])
               for x in range(len(ODD_IDS))]  # fmt: skip
    compounds = gpd.GeoDataFrame(
        {"compound_id": ODD_IDS, "name": ["=cmd()", "<i>Lake</i>", "Twin", "Twin"]}, geometry=squares, crs=CRS
    ).rename_geometry("geom")
    line = shapely.LineString([(500_010, 2_500_010, 0), (500_040, 2_500_050, 0)])
    pipes = gpd.GeoDataFrame(
        {"pipe_id": ["P"], "system": ["potable"], "status": ["in_use"], "compound_id": ["A/B"]},
        geometry=[line], crs=CRS,
    ).rename_geometry("geom")  # fmt: skip
    with create_network(path, CRS) as network, network.write("adopt") as batch:
        batch.insert("compound", compounds)
        batch.insert("pipe", pipes)
    return path


def rows_of(town: Path, table: str) -> pd.DataFrame:
    """Return the rows of a table."""
    with open_network(town) as network:
        return pd.DataFrame(network.read(table))


def counted(town: Path) -> pd.DataFrame:
    """Return the pipes that papers count, by plain pandas."""
    pipes = rows_of(town, "pipe")
    return pipes[(pipes["status"] == "in_use") & (pipes["function"] != "connector")]


def pdf_text(path: Path) -> str:
    """Return the words of a PDF."""
    return "\f".join(pdf_pages(path))


def word_cells(path: Path) -> list[list[str]]:
    """Return the rows of all tables of a document for Word."""
    return [row for table in word_tables(path) for row in table]


def sheet_values(path: Path) -> set[float]:
    """Return every number of a workbook."""
    rows = (row for sheet in workbook_rows(path).values() for row in sheet)
    return {cell for row in rows for cell in row if isinstance(cell, float)}


def figures_of(path: Path) -> dict[str, Any]:
    """Return the figures beside a paper."""
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


@pytest.mark.slow
def test_statistics_are_those_of_the_store_in_every_format(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    given = {"NETWORK": town, "KIND": "statistics", "AS_OF": DAY, "LANGUAGE": "en"}
    for ending in ("pdf", "xlsx", "docx", "html"):
        answer = must("exportpaper", **given, OUTPUT=tmp_path / f"year.{ending}")
        assert answer["FILES"] == 1 and answer["FAILED"] == 0
    pipes = counted(town)
    found = figures_of(tmp_path / "year.pdf")
    assert found["count"] == len(pipes)
    assert found["length_m"] == pytest.approx(pipes["length_m"].sum())
    for group in ("system", "material", "owner"):
        sums = (
            pipes.assign(code=pipes[group].fillna("unknown")).groupby("code")["length_m"].agg(["size", "sum"])
        )
        assert {code: line["count"] for code, line in found[group].items()} == sums["size"].to_dict()
        for code, line in found[group].items():
            assert line["length_m"] == pytest.approx(sums["sum"][code])
    decades = (pipes["install_year"] // 10 * 10).dropna().astype(int).astype(str)
    assert {code: line["count"] for code, line in found["decade"].items() if code != "unknown"} == (
        decades.value_counts().to_dict()
    )
    assert sum(line["count"] for line in found["dn_class"].values()) == len(pipes)
    zones = rows_of(town, "zone")
    for zone in zones[zones["kind"] == "district"].itertuples():
        part = shapely.length(shapely.intersection(shapely.force_2d(pipes["geom"].to_numpy()), zone.geom))
        inside = (part / shapely.length(pipes["geom"].to_numpy()) * pipes["length_m"]).sum()
        assert found["district"][zone.zone_id]["length_m"] == pytest.approx(inside)
    # The same figures stand on paper, in the workbook and in the document.
    text, numbers = pdf_text(tmp_path / "year.pdf"), sheet_values(tmp_path / "year.xlsx")
    cells = {cell for row in word_cells(tmp_path / "year.docx") for cell in row}
    for group in ("system", "material", "dn_class", "decade", "district"):
        for line in found[group].values():
            written = number(line["length_m"])
            assert written in text and written in cells
            assert any(value == line["length_m"] for value in numbers), "unrounded"
    page = (tmp_path / "year.html").read_text(encoding="utf-8")
    assert number(found["length_m"]) in page and "Page 1 of" in text and f"· {DAY} ·" in page


@pytest.mark.slow
def test_books_of_all_compounds_hold_the_figures_of_the_store(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    must(
        "exportpaper",
        NETWORK=town,
        KIND="compound_book",
        AS_OF=DAY,
        LANGUAGE="en",
        OUTPUT=tmp_path / "all.xlsx",
    )
    must("scheduletanks", NETWORK=town, AS_OF=DAY, OUTPUT=tmp_path / "tanks.gpkg")
    tanks = gpd.read_file(tmp_path / "tanks.gpkg")
    pipes, compounds, users = counted(town), rows_of(town, "compound"), rows_of(town, "customer")
    found = figures_of(tmp_path / "all.xlsx")
    assert [each["compound_id"] for each in found["compounds"]] == sorted(compounds["compound_id"])
    for each in found["compounds"]:
        key = each["compound_id"]
        own = pipes[pipes["compound_id"] == key]
        of_it, persons = tanks[tanks["compound_id"] == key], users[users["compound_id"] == key]
        households = compounds.set_index("compound_id")["households"][key]
        assert each["households"] == (None if np.isnan(households) else households)
        assert (each["pipe_count"], each["length_m"]) == (len(own), pytest.approx(own["length_m"].sum()))
        states = of_it["state"].value_counts()
        assert (each["tanks"], each["tanks_overdue"], each["tanks_unknown"]) == (
            len(of_it), states.get("overdue", 0), states.get("unknown", 0)
        )  # fmt: skip
        assert each["customers"] == len(persons)
        assert each["permits_expired"] == (persons["permit_until"] < pd.Timestamp(DAY)).sum()
    for name in ("pipe_count", "length_m", "tanks", "customers", "permits_expired"):
        assert found[name] == pytest.approx(sum(each[name] for each in found["compounds"]))
    assert not any(str(name) in json.dumps(found, ensure_ascii=False) for name in users["name"].dropna())


@pytest.mark.slow
def test_a_folder_gets_a_file_of_each_compound_whatever_its_id(
    provider: QgsProcessingProvider, odd: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "made" / "books"
    folder.parent.mkdir()
    given = {"NETWORK": odd, "KIND": "compound_book", "AS_OF": DAY, "LANGUAGE": "en"}
    answer = must("exportpaper", **given, OUTPUT=folder)
    assert (answer["FILES"], answer["FAILED"]) == (4, 0) and answer["PAGES"] >= 4
    assert sorted(path.name for path in folder.glob("*.pdf")) == ["=1+1.pdf", "A B.pdf", "b.pdf", "x.pdf"]
    assert [path.name for path in folder.parent.iterdir()] == ["books"], "nothing escapes the folder"
    text = pdf_text(folder / "b.pdf")
    assert "<i>Lake</i>" in text and "No pipes in use name this compound" in text
    assert "of 15 facts are missing" in text
    # What nobody recorded is neither 0 nor a dash.
    assert "Households: not recorded." in text and "Users: not recorded." in text
    assert figures_of(folder / "x.pdf")["compound_id"] == "../x"
    must("exportpaper", **given, OUTPUT=tmp_path / "all.xlsx")
    assert sheet_values(tmp_path / "all.xlsx")
    must("exportpaper", **given, OUTPUT=tmp_path / "all.docx")
    (row,) = (row for row in word_cells(tmp_path / "all.docx") if row[:2] == ["=1+1", "Twin"])
    assert row[8] != "0", "users that nobody recorded are not 0"


@pytest.mark.parametrize(
    ("given", "words"),
    a_few_quick(
        [
            pytest.param({"OUTPUT": "paper.odt"}, ".docx", id="ending"),
            pytest.param({"KIND": "compound_book", "SUBJECT": "XQ-99"}, "XQ-99", id="subject"),
            pytest.param({"KIND": "area_file", "SUBJECT": "DMA-1"}, "Draw them", id="no zones"),
            pytest.param({"MONTH": "2026-11"}, "still to come", id="month"),
            pytest.param({"LANGUAGE": "fr"}, "zh_CN", id="language"),
        ],
        3,
        is_tuple_one_value=False,
    ),
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    provider: QgsProcessingProvider, odd: Path, tmp_path: Path, given: dict[str, str], words: str
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    asked = {"NETWORK": odd, "AS_OF": DAY, "KIND": "statistics", **given}
    answer = run("exportpaper", **{**asked, "OUTPUT": made / given.get("OUTPUT", "paper.pdf")})
    assert answer.status == 1 and words in answer.stderr
    assert list(made.iterdir()) == []


def test_without_its_package_a_word_document_is_refused_with_the_command(
    provider: QgsProcessingProvider, odd: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dependencies.found_version
    monkeypatch.setattr(dependencies, "found_version", lambda name: "" if name == "docx" else before(name))
    given = {"NETWORK": str(odd), "KIND": "statistics", "OUTPUT": str(tmp_path / "paper.docx")}
    # Another process would have the package.
    answer = run_here("exportpaper", given)
    assert answer.status == 1 and "pip install" in answer.stderr and "python-docx" in answer.stderr
    assert ".html" in answer.stderr and not (tmp_path / "paper.docx").exists()


@pytest.mark.slow
def test_areas_count_what_lies_inside(provider: QgsProcessingProvider, town: Path, tmp_path: Path) -> None:
    given = {"NETWORK": town, "KIND": "area_file", "SUBJECT": "DMA-1;XZQ-2", "AS_OF": DAY, "LANGUAGE": "en"}
    must("exportpaper", **given, OUTPUT=tmp_path / "areas.pdf")
    found = {each["zone_id"]: each for each in figures_of(tmp_path / "areas.pdf")["zones"]}
    pipes, zones, failures = counted(town), rows_of(town, "zone"), rows_of(town, "failure")
    for key, each in found.items():
        shape = zones.set_index("zone_id")["geom"][key]
        lines = shapely.force_2d(pipes["geom"].to_numpy())
        metres = (
            shapely.length(shapely.intersection(lines, shape)) / shapely.length(lines) * pipes["length_m"]
        )
        assert each["length_m"] == pytest.approx(metres.sum()) and each["pipe_count"] == (metres > 0).sum()
        for material, line in each["material"].items():
            assert line["length_m"] == pytest.approx(
                metres[pipes["material"].fillna("unknown") == material].sum()
            )
        within = shapely.intersects(failures["geom"].to_numpy(), shape) & (failures["date"] <= DAY)
        assert each["failures"] == within.sum()
        assert number(each["length_m"]) in pdf_text(tmp_path / "areas.pdf")


@pytest.mark.slow
def test_the_network_at_a_glance_is_one_page(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    answer = must("exportpaper", NETWORK=town, KIND="network_page", AS_OF=DAY, OUTPUT=tmp_path / "page.pdf")
    assert answer["PAGES"] == 1
    found = figures_of(tmp_path / "page.pdf")
    assert found["length_m"] == pytest.approx(counted(town)["length_m"].sum())
    failures = rows_of(town, "failure")
    then = failures[(failures["date"].dt.year > 2021) & (failures["date"] <= DAY)]
    assert found["streets"][0]["failures"] >= then["street"].value_counts().iloc[0]
