"""Wall maps as a script asks for them: one sheet on which all fits, with the totals of the store."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from qgis.core import QgsProcessingProvider
from support.headless import must, run
from support.slow_cases import a_few_quick

from waternet_plugin.atlas.layouts.page_template import shipped_template
from waternet_plugin.atlas.pages.page_layout import PAPERS_MM, wall_plan
from waternet_plugin.atlas.sheets.wall_sheet import wall_paper
from waternet_plugin.store import create_network, open_network

CRS = "EPSG:4547"
DAY = "2026-10-05"
SCALES = (200, 250, 500, 1000, 2000, 5000, 10_000)
POINT_MM = 25.4 / 72.0


@pytest.fixture
def town(sample_town: Path) -> Path:
    """The sample town, which papers only read."""
    return sample_town / "en" / "sample_town.gpkg"


@pytest.fixture
def village(tmp_path: Path) -> Path:
    """A network of one pipe of 300 m beside a compound of 80 m and one without an area."""
    path = tmp_path / "village.gpkg"
    square = shapely.MultiPolygon([shapely.box(500_010, 2_500_010, 500_090, 2_500_090)])
    compounds = gpd.GeoDataFrame(
        {"compound_id": ["C1", "C2"], "name": ["[% 1+1 %]", "Lake"]}, geometry=[square, None], crs=CRS
    ).rename_geometry("geom")
    line = shapely.LineString([(500_000, 2_500_000, 0), (500_300, 2_500_000, 0)])
    pipes = gpd.GeoDataFrame(
        {"pipe_id": ["P"], "system": ["potable"], "status": ["in_use"]}, geometry=[line], crs=CRS
    ).rename_geometry("geom")
    with create_network(path, CRS) as network, network.write("adopt") as batch:
        batch.insert("compound", compounds)
        batch.insert("pipe", pipes)
    return path


def parameters(network: Path, output: Path, **given: Any) -> dict[str, Any]:
    """Return the parameters of a wall map."""
    return {"NETWORK": network, "KIND": "wall_map", "AS_OF": DAY, "LANGUAGE": "en", "OUTPUT": output, **given}


def figures_of(path: Path) -> dict[str, Any]:
    """Return the figures beside a paper."""
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def words(path: Path) -> str:
    """Return the words of a PDF."""
    command = ["pdftotext", "-layout", "-enc", "UTF-8", str(path), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode("utf-8")


def page_mm(path: Path) -> tuple[int, float, float]:
    """Return how many pages a PDF has, and width and height of the first."""
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True, text=True).stdout
    lines = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    wide, high = (float(part) * POINT_MM for part in lines["Page size"].split("pts")[0].split("x"))
    return int(lines["Pages"]), wide, high


def rows_of(network: Path, table: str) -> pd.DataFrame:
    """Return the rows of a table."""
    with open_network(network) as opened:
        return pd.DataFrame(opened.read(table))


def first_scale(paper: str, wide_m: float, high_m: float) -> int:
    """Return the first scale at which something fits, by hand."""
    frame = wall_plan(paper).page.frame
    fits = [one for one in SCALES if wide_m <= (frame.width - 6) * one / 1000
            and high_m <= (frame.height - 6) * one / 1000]  # fmt: skip
    return fits[0]


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "paper"), [("system", "A1"), ("health", "A3"), ("dma", "A2")])
def test_the_whole_town_is_on_one_sheet_with_its_totals(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path, theme: str, paper: str
) -> None:
    path = tmp_path / "wall.pdf"
    answer = must("exportpaper", **parameters(town, path, THEME=theme, PAPER=paper))
    assert (answer["PAGES"], answer["FILES"], answer["FAILED"]) == (1, 1, 0)
    count, wide, high = page_mm(path)
    assert count == 1 and (wide, high) == pytest.approx(PAPERS_MM[paper], abs=0.5)
    found, pipes = figures_of(path), rows_of(town, "pipe")
    west, south, east, north = shapely.total_bounds(pipes["geom"].to_numpy())
    assert found["scale"] == first_scale(paper, east - west, north - south)
    shown = pipes[(pipes["status"] != "removed") & (pipes["function"] != "connector")]
    assert found["pipe_count"] == len(shown)
    assert found["length_m"] == pytest.approx(shown["length_m"].sum(), abs=0.01)
    used = pipes[(pipes["status"] == "in_use") & (pipes["function"] != "connector")]
    sums = used.assign(code=used["owner"].fillna("unknown")).groupby("code")["length_m"].sum()
    assert {code: line["length_m"] for code, line in found["totals"].items()} == pytest.approx(sums.to_dict())
    text = words(path)
    assert f"{used['length_m'].sum():,.0f}" in text and f"{len(used):,}" in text
    assert f"1:{found['scale']:,.0f}" in text and "Qingyuan" in text


@pytest.mark.parametrize(
    ("scale", "wide_m", "high_m", "paper"),
    [
        # 1:1000 on A1 is filled; at 1:2000 only A0 takes it, which A1 at 1:5000 would leave white.
        pytest.param(0, 600.0, 400.0, "A1", id="A1 is full"),
        pytest.param(0, 1440.0, 1130.0, "A0", id="A1 would be white"),
        pytest.param(2000, 1440.0, 1130.0, "A0", id="scale that A1 has no room for"),
        pytest.param(5000, 1440.0, 1130.0, "A1", id="scale for both"),
        pytest.param(500, 1440.0, 1130.0, "A1", id="scale for none"),
        pytest.param(0, 300.0, 0.0, "A1", id="one street"),
    ],
)
def test_a_wall_map_is_on_the_paper_that_it_fills(
    scale: float, wide_m: float, high_m: float, paper: str
) -> None:
    assert wall_paper(scale, wide_m, high_m) == paper


@pytest.mark.slow
def test_a_programme_has_its_totals_by_unit(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    path = tmp_path / "wall.pdf"
    must("exportpaper", **parameters(town, path, THEME="programme", PAPER="A3"))
    found, items = figures_of(path), rows_of(town, "programme_item")
    items = items[items["programme"] == found["programme"]]
    counted = np.where(items["count_unit"] == "buildings", items["buildings"], items["households"])
    sums = items.assign(n=counted).groupby(["unit", "count_unit"])["n"].sum()
    assert {(one["unit"], one["count_unit"]): one["total"] for one in found["totals"]} == sums.to_dict()
    text = words(path)
    assert f"{sums.xs('households', level='count_unit').sum():,.0f}" in text
    for label in ("Done", "Late", "Later", "Refused"):
        assert label in text


@pytest.mark.slow
def test_subjects_get_a_map_each_or_one_of_all(
    provider: QgsProcessingProvider, village: Path, tmp_path: Path
) -> None:
    given = {"SUBJECT": "C1;C2", "PAPER": "A3"}
    answer = must("exportpaper", **parameters(village, tmp_path / "maps", **given))
    assert (answer["FILES"], answer["FAILED"]) == (1, 1)
    found = figures_of(tmp_path / "maps" / "C1.pdf")
    assert found["scale"] == first_scale("A3", 80.0, 80.0) == 500
    assert "C1" in words(tmp_path / "maps" / "C1.pdf")
    must("exportpaper", **parameters(village, tmp_path / "all.pdf", PAPER="A3", SCALE=2000))
    assert figures_of(tmp_path / "all.pdf")["scale"] == 2000


@pytest.mark.slow
def test_a_page_beside_the_network_is_taken(
    provider: QgsProcessingProvider, village: Path, tmp_path: Path
) -> None:
    text = shipped_template("wall_a3.qpt").read_text(encoding="utf-8")
    (village.parent / "wall_a3.qpt").write_text(text.replace("@wn_word_legend", "'Own ' || @wn_word_legend"))
    must("exportpaper", **parameters(village, tmp_path / "own.pdf", PAPER="A3"))
    assert "Own Legend" in words(tmp_path / "own.pdf")
    answer = run(
        "exportpaper", **parameters(village, tmp_path / "b.pdf", TEMPLATE=village.parent / "wall_a3.qpt")
    )
    assert answer.status == 1 and "320 × 235 mm" in answer.stderr and not (tmp_path / "b.pdf").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    a_few_quick(
        [
            pytest.param({"OUTPUT": "map.docx"}, ".pdf", id="ending"),
            pytest.param({"SUBJECT": "XQ-99"}, "XQ-99", id="subject"),
            pytest.param({"SUBJECT": "C2"}, "no area", id="no area"),
            pytest.param({"PAPER": "A3", "SCALE": 500}, "1:1000", id="too large"),
            pytest.param({"THEME": "programme"}, "no items of a programme", id="no programme"),
            pytest.param({"PAPER": "A7"}, "A0", id="paper"),
            pytest.param({"SCALE": 3}, "valid scale", id="scale"),
            pytest.param({"THEME": "moon"}, "moon", id="theme"),
            pytest.param({"TEMPLATE": "nowhere.qpt"}, "nowhere.qpt", id="template"),
        ],
        3,
        is_tuple_one_value=False,
    ),
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    provider: QgsProcessingProvider, village: Path, tmp_path: Path, given: dict[str, Any], told: str
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    name = given.get("OUTPUT", "map.pdf")
    answer = run("exportpaper", **{**parameters(village, made / name), **given, "OUTPUT": made / name})
    assert answer.status == 1 and told in answer.stderr
    assert list(made.iterdir()) == []
