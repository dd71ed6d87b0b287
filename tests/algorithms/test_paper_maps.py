"""Maps of compounds and zones in their papers: a page of a PDF, a picture elsewhere, from a template."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from qgis.core import QgsProcessingProvider
from support.headless import must, run, run_here
from support.paper_texts import page_sizes_mm, pdf_pages, unembedded_fonts
from support.river_behind import build_with_river
from support.slow_cases import a_few_quick

from waternet_plugin.atlas.pages.page_layout import PAPERS_MM
from waternet_plugin.atlas.sheets.frames import FITTING_SCALES, PAPER_MAP, sheet_frame
from waternet_plugin.paths import ROOT
from waternet_plugin.store import create_network

CRS = "EPSG:4547"
DAY = "2026-10-05"
SIDE_M = 150.0


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """A compound with a boundary and one without, each with a pipe, and one that has neither."""
    path = tmp_path / "town.gpkg"
    square = shapely.MultiPolygon([shapely.box(500_000, 2_500_000, 500_000 + SIDE_M, 2_500_000 + SIDE_M)])
    compounds = gpd.GeoDataFrame(
        {"compound_id": ["A", "B", "C"]}, geometry=[square, None, None], crs=CRS
    ).rename_geometry("geom")
    lines = [shapely.LineString([(x, 2_500_010, 0), (x + 120, 2_500_010, 0)]) for x in (500_010, 500_400)]
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": ["P1", "P2"], "system": "potable", "status": "in_use", "diameter_mm": [200.0, 300.0],
            "material": "ductile_iron", "compound_id": ["A", "B"], "street": "North",
        },
        geometry=lines, crs=CRS,
    ).rename_geometry("geom")  # fmt: skip
    with create_network(path, CRS) as made, made.write("adopt") as batch:
        batch.insert("compound", compounds)
        batch.insert("pipe", pipes)
    return path


def test_the_map_of_a_paper_has_the_frame_of_its_page() -> None:
    text = (ROOT / "styles" / "pages" / f"{PAPER_MAP}.qpt").read_text(encoding="utf-8")
    (item,) = [each for each in re.findall(r"<LayoutItem [^>]*>", text) if 'id="map"' in each]
    width, height = sheet_frame(PAPER_MAP, 1000)
    assert f'size="{width},{height},mm"' in item


@pytest.mark.slow
def test_each_compound_with_a_place_has_a_page_with_its_map(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    path = tmp_path / "books.pdf"
    answer = must("exportpaper", NETWORK=network, KIND="compound_book", AS_OF=DAY, LANGUAGE="en", OUTPUT=path)
    pages = pdf_pages(path)
    assert len(pages) == answer["PAGES"]
    maps = {
        name: [text for text in pages if text.split("\n")[0].split() == ["3.", "Plan", name]]
        for name in "ABC"
    }
    assert [len(maps[name]) for name in "ABC"] == [1, 1, 0]
    (of_a,), (of_b,) = maps["A"], maps["B"]
    # The first scale at which the boundary fits, with room around it.
    width, _height = sheet_frame(PAPER_MAP, 1000)
    scale = next(one for one in FITTING_SCALES if width / 1000 * one >= 1.08 * SIDE_M)
    assert f"1:{scale:,}" in of_a and "DN200" in of_a and "DN300" in of_b
    assert all(re.search(rf"Page \d+ of {len(pages)}", text) for text in pages)
    # Behind a map the text goes on.
    assert pages[pages.index(of_a) + 1].startswith("4. Agreements")
    assert any("Nothing of the compound has a place on the map." in text for text in pages)


@pytest.mark.slow
def test_documents_and_pages_show_maps_as_pictures(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    pytest.importorskip("docx", reason="needs python-docx")
    given = {"NETWORK": network, "KIND": "compound_book", "AS_OF": DAY, "LANGUAGE": "en"}
    for ending in ("docx", "html"):
        must("exportpaper", **given, OUTPUT=tmp_path / f"books.{ending}")
    with zipfile.ZipFile(tmp_path / "books.docx") as document:
        pictures = [name for name in document.namelist() if name.startswith("word/media/")]
    page = (tmp_path / "books.html").read_text(encoding="utf-8")
    assert len(pictures) == page.count('src="data:image/png;base64,') == 2


@pytest.mark.slow
def test_a_page_of_ones_own_beside_the_network_is_used(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    own = network.with_name(f"{PAPER_MAP}.qpt")
    shutil.copy(ROOT / "styles" / "pages" / own.name, own)
    text = own.read_text(encoding="utf-8").replace(
        'labelText="[% @wn_scale %]"', 'labelText="Ours [% @wn_scale %]"'
    )
    own.write_text(text, encoding="utf-8")
    path = tmp_path / "books.pdf"
    must("exportpaper", NETWORK=network, KIND="compound_book", SUBJECT="A", LANGUAGE="zh_CN", OUTPUT=path)
    pages = pdf_pages(path)
    (drawn,) = [page for page in pages if "Ours" in page]
    # In Chinese, too, all that stands there is found.
    assert "DN200" in drawn and "球墨铸铁" in " ".join(pages) and unembedded_fonts(path) == []


@pytest.mark.slow
def test_theme_paper_scale_and_page_are_those_of_the_maps_of_a_book(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    template, path = tmp_path / "ours.qpt", tmp_path / "books.pdf"
    text = (ROOT / "styles" / "pages" / "wall_a3.qpt").read_text(encoding="utf-8")
    template.write_text(text.replace("[% @wn_scale %]", "Ours [% @wn_scale %]"), encoding="utf-8")
    given = {"NETWORK": network, "KIND": "compound_book", "SUBJECT": "A", "LANGUAGE": "en", "OUTPUT": path}
    must("exportpaper", **given, THEME="material", PAPER="A3", SCALE=5000, TEMPLATE=template)
    pages = pdf_pages(path)
    (drawn,) = [text for text in pages if "Ours" in text]
    assert "1:5,000" in drawn
    assert "Ductile iron" in drawn and "Drinking water" not in drawn
    # The whole page is that of the wall map, with the foot of the paper at its edge.
    sizes = page_sizes_mm(path)
    assert sizes[pages.index(drawn)] == pytest.approx(PAPERS_MM["A3"], abs=0.5)
    assert all(size == pytest.approx((210, 297), abs=0.5) for size in sizes if size[0] < 400)
    (foot,) = re.findall(rf"Page \d+ of {len(pages)}", drawn)
    lines = drawn.rstrip().split("\n")
    # Nothing stands below it, so it crosses nothing.
    assert foot in lines[-1]
    # A scale at which the compound does not fit gives way.
    must("exportpaper", **given, SCALE=200)
    assert any("1:1,000" in text for text in pdf_pages(path))


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["pdf", "html"])
def test_a_map_that_can_not_be_drawn_is_a_page_that_says_so(
    provider: QgsProcessingProvider,
    network: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
) -> None:
    from waternet_plugin.atlas.layouts.sheet_layout import SheetLayout

    own = SheetLayout.fill

    def failing(layout: SheetLayout, page: Any, **given: Any) -> Any:
        if page.sheet_no == "A":
            raise OSError("the layer of pipes is gone")
        return own(layout, page, **given)

    monkeypatch.setattr(SheetLayout, "fill", failing)
    path = tmp_path / f"books.{ending}"
    given = {"NETWORK": network, "KIND": "compound_book", "LANGUAGE": "en", "OUTPUT": path}
    answer = run_here("exportpaper", {name: str(value) for name, value in given.items()})
    assert answer.status == 0 and answer.results["FAILED"] == 1
    figures = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["failed_maps"] == {"A": "the layer of pipes is gone"}
    if ending == "pdf":
        pages = pdf_pages(path)
        (told,) = [text for text in pages if "There is no map of A" in text]
        assert "the layer of pipes is gone" in told
        # The other map is drawn.
        assert any("DN300" in text for text in pages)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["compound_book", "wall_map"])
def test_a_background_that_is_gone_is_named(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path, kind: str
) -> None:
    river, path = build_with_river(network), tmp_path / "paper.pdf"
    wanted = {"NETWORK": network, "KIND": kind, "LANGUAGE": "en", "OUTPUT": path}
    given = {name: str(value) for name, value in wanted.items()}
    assert run_here("exportpaper", given).results["NOTE"] == ""
    assert "note" not in json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    river.unlink()
    answer = run_here("exportpaper", given)
    note = answer.results["NOTE"]
    assert note.startswith("Not there, so not on the maps: base_water.geojson.")
    assert answer.results["FAILED"] == 0 and path.exists() and note in answer.stderr
    assert json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["note"] == note


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "word"),
    a_few_quick(
        [
            ({"PAPER": "A9"}, "A9"),
            ({"KIND": "wall_map", "PAPER": "A4"}, "A0"),
            ({"THEME": "colour"}, "colour"),
            ({"SCALE": 7}, "SCALE"),
            ({"TEMPLATE": "none.qpt"}, "none.qpt"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_map_that_nobody_can_draw_is_refused_in_a_sentence(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path, wrong: dict[str, Any], word: str
) -> None:
    path = tmp_path / "out" / "books.pdf"
    path.parent.mkdir()
    answer = run("exportpaper", **{"NETWORK": network, "KIND": "compound_book", "OUTPUT": path, **wrong})
    assert answer.status == 1 and word in answer.stderr and "Traceback" not in answer.stderr
    assert list(path.parent.iterdir()) == []


@pytest.mark.slow
def test_a_network_without_the_layer_of_compounds_is_refused_in_a_sentence(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.gpkg"
    shutil.copy(network, broken)
    with closing(sqlite3.connect(broken)) as opened, opened:
        opened.execute("PRAGMA foreign_keys = OFF")
        opened.execute("DROP TABLE compound")
    path = tmp_path / "out" / "books.pdf"
    path.parent.mkdir()
    answer = run("exportpaper", NETWORK=broken, KIND="compound_book", LANGUAGE="en", OUTPUT=path)
    assert answer.status == 1 and "compound" in answer.stderr and "Traceback" not in answer.stderr
    assert "Unexpected error" not in answer.stderr and list(path.parent.iterdir()) == []
