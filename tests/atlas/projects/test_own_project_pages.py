"""A user's own pages of projects: each change is printed, or one sentence says why not."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from qgis.core import (
    QgsLayoutItem,
    QgsLayoutItemLabel,
    QgsLayoutItemMap,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsProject,
)
from support.headless import must, run
from support.plan_streets import assessed_streets
from support.river_behind import build_with_river

from waternet_plugin.atlas.layouts.own_page import begin_own_page, save_page
from waternet_plugin.atlas.layouts.page_sample import FILLED_IDS
from waternet_plugin.atlas.layouts.page_template import load_template
from waternet_plugin.atlas.pages.page_layout import PROJECT_LIST_MM, PROJECT_MAP_MM
from waternet_plugin.atlas.sheets.frames import PROJECT, PROJECT_LIST

PAGES = pytest.mark.parametrize("name", [PROJECT, PROJECT_LIST])
FRAMES_MM = {PROJECT: PROJECT_MAP_MM, PROJECT_LIST: PROJECT_LIST_MM}
# Written by QGIS 3.40.6.
LATER = Path(__file__).parents[1] / "layouts" / "page_of_qgis_3_40.qpt"


@pytest.fixture(scope="module")
def planned(provider, tmp_path_factory):
    """A network with a plan."""
    path = assessed_streets(tmp_path_factory.mktemp("pages") / "town.gpkg")
    must("planrenewal", NETWORK=path, BUDGET=1_000_000, START_YEAR=2027, YEARS=2)
    return path


@pytest.fixture
def own(planned, tmp_path):
    """A copy of it, with the shipped pages beside it."""
    network = Path(shutil.copy(planned, tmp_path / "小城.gpkg"))
    for name in FRAMES_MM:
        begin_own_page(f"{name}.qpt", network, QgsProject())
    return network


def change(network, name, how):
    """Change a page as a user does in QGIS."""
    page = network.with_name(f"{name}.qpt")
    layout = load_template(page)
    how(layout)
    save_page(layout, page, FILLED_IDS)


def item_of(layout, name):
    """The item of an id."""
    return next(item for item in layout.items() if isinstance(item, QgsLayoutItem) and item.id() == name)


def printed(network):
    """Print a list and the sheets of two projects; return each page's words with their corners in mm."""
    path = network.with_suffix(".pdf")
    must("exportprojects", NETWORK=network, PROJECTS="P-00-0;P-01-0", OUTPUT_SHEETS=path, LANGUAGE="en")
    told = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True)
    pattern = re.compile(r'xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)<')
    return [
        {text: (float(x) * 25.4 / 72, float(y) * 25.4 / 72) for x, y, text in pattern.findall(page)}
        for page in told.stdout.decode("utf-8").split("<page ")[1:]
    ]


def refusal(network):
    """Return the sentence that refuses to print."""
    path = network.with_suffix(".pdf")
    answer = run("exportprojects", NETWORK=network, PROJECTS="P-00-0;P-01-0", OUTPUT_SHEETS=path)
    assert answer.status == 1 and not path.exists()
    assert "Traceback" not in answer.stderr
    return answer.stderr


# A word of the legend of each page.
IN_LEGEND = {PROJECT: "This", PROJECT_LIST: "Projects"}


def pages_of(name, pages):
    """The pages of a template: the list is the first of three."""
    first, *sheets = pages
    return sheets if name == PROJECT else [first]


@pytest.mark.slow
@PAGES
def test_what_is_moved_added_and_deleted_is_on_each_page(own, name):
    def how(layout):
        item_of(layout, "north_letter").attemptMove(QgsLayoutPoint(40.0, 60.0))
        layout.removeLayoutItem(item_of(layout, "basis"))
        layout.removeLayoutItem(item_of(layout, "legend"))
        added = QgsLayoutItemLabel(layout)
        added.setText("[% 'Hotline-' || @wn_page_no %]")
        layout.addLayoutItem(added)
        added.attemptResize(QgsLayoutSize(60.0, 6.0))
        added.attemptMove(QgsLayoutPoint(20.0, 265.0))

    change(own, name, how)
    pages = printed(own)
    assert len(pages) == 3
    for page in pages_of(name, pages):
        assert abs(page["N"][1] - 60.0) < 3.0
        number = pages.index(page) + 1
        assert f"Hotline-{number}/3" in page
        assert "R0001," not in page and IN_LEGEND[name] not in page
    for page in pages:
        if page not in pages_of(name, pages):
            other = PROJECT if name == PROJECT_LIST else PROJECT_LIST
            assert IN_LEGEND[other] in page and not [word for word in page if word.startswith("Hotline")]


@pytest.mark.slow
@PAGES
def test_a_page_of_a_later_qgis_is_printed(own, name):
    text = LATER.read_text(encoding="utf-8")
    width, height = FRAMES_MM[name]
    assert text.count('size="205,165,mm"') == 1
    text = text.replace('size="205,165,mm"', f'size="{width},{height},mm"')
    text = text.replace('xmax="205" ymin="0" ymax="165"', f'xmax="{width}" ymin="0" ymax="{height}"')
    own.with_name(f"{name}.qpt").write_text(text, encoding="utf-8")
    # What it has no tables for follows it.
    on_later = ["3.40:" in page for page in printed(own)]
    assert sum(on_later) == (2 if name == PROJECT else 1)
    assert on_later[0] == (name == PROJECT_LIST)


@pytest.mark.slow
@PAGES
def test_a_map_that_is_too_small_gets_one_sentence(own, name):
    change(own, name, lambda layout: item_of(layout, "map").attemptResize(QgsLayoutSize(100.0, 50.0)))
    width, height = FRAMES_MM[name]
    assert f"{name}.qpt is 100 × 50 mm, but the sheets need {width} × {height} mm" in refusal(own)


@pytest.mark.slow
@PAGES
def test_a_page_without_a_map_gets_one_sentence(own, name):
    def how(layout):
        for item in layout.items():
            if isinstance(item, QgsLayoutItemMap):
                item.setId("")

    change(own, name, how)
    assert f"{name}.qpt has no map with the item id “map”" in refusal(own)


@pytest.mark.slow
@PAGES
def test_a_file_that_is_no_xml_gets_one_sentence(own, name):
    own.with_name(f"{name}.qpt").write_text("no XML at all", encoding="utf-8")
    assert f"{name}.qpt is not a page template" in refusal(own)


@pytest.mark.slow
def test_a_background_that_is_gone_is_named(own):
    build_with_river(own).unlink()
    answer = run("exportprojects", NETWORK=own, PROJECTS="P-00-0", OUTPUT_SHEETS=own.with_suffix(".pdf"))
    assert answer.status == 0 and own.with_suffix(".pdf").exists()
    # QGIS writes warnings to one or the other, as its version has it.
    assert "Not there, so not on the maps: base_water.geojson." in answer.stdout + answer.stderr
