"""A book of the changed sheets: clouds around what changed, a table behind each sheet, sheets to replace."""

import datetime
import re
import shutil
import subprocess

import pandas as pd
import pytest
import shapely
from qgis.core import QgsCoordinateReferenceSystem
from support.printed_sheets import read_sheets, sheet_hashes

from waternet_plugin import store
from waternet_plugin.atlas import book
from waternet_plugin.atlas.assembly.book_forms import BookForm
from waternet_plugin.atlas.assembly.cloud_layer import RevisionClouds
from waternet_plugin.atlas.book_report import book_report
from waternet_plugin.atlas.pages.page import SheetPage
from waternet_plugin.atlas.sheets.series_basis import read_series_basis
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.atlas.sheets.sheet_series import sheets_of
from waternet_plugin.operations.printing.changes_since import change_lines
from waternet_plugin.operations.printing.editions import editions

WEST, SOUTH = 501_165.0, 2_513_000.0
DAY = datetime.date(2026, 10, 2)


@pytest.fixture
def network(town_path, tmp_path):
    """A copy of the town, open; other tests may have printed editions of it."""
    copied = tmp_path / "town.gpkg"
    shutil.copy(town_path, copied)
    with store.open_network(copied) as opened:
        yield opened


def move_valve(network, east_m):
    """Move the valve, which no pipe ends at, by so many metres."""
    nodes = network.read("node", ["node_id"])
    valve = nodes[nodes["node_id"] == "V1"]
    (point,) = valve["geom"]
    moved = valve.assign(geom=[shapely.Point(point.x + east_m, point.y, point.z)])
    with network.write("edit") as batch:
        batch.update("node", moved)


def printed(network, path, number, **request):
    """Return a book in an edition."""
    form = BookForm(edition=number, front=bool(request))
    looks = book.MapLook(language="zh_CN")
    return book.export_book(network, path, SheetRequest(1000, **request), form=form, looks=looks, today=DAY)


def test_clouds_are_drawn_in_map_coordinates(town):
    sheets = read_sheets(town, SheetRequest(1000))
    point = shapely.Point(WEST + 100, SOUTH + 100)
    clouds = RevisionClouds(
        QgsCoordinateReferenceSystem(town.crs.to_string()), pd.DataFrame({"sheet": [1], "geom": [point]})
    )
    for number, count in ((1, 0), (2, 1)):
        outline = sheets.index["geom"].iloc[number - 1]
        bounds = tuple(shapely.bounds(outline).tolist())
        clouds.show(SheetPage(number, "", bounds, ("",) * 8, "", (), (), {}, scale=1000.0))
        lines = [shapely.from_wkt(each.geometry().asWkt()) for each in clouds.layer.getFeatures()]
        assert len(lines) == count
    assert shapely.Polygon(lines[0]).contains(point)
    assert shapely.hausdorff_distance(lines[0], point) < 10.0


@pytest.mark.slow
def test_one_moved_valve_changes_its_sheet_and_no_other(network, tmp_path):
    first = printed(network, tmp_path / "first.pdf", 1)
    again = printed(network, tmp_path / "again.pdf", 1)
    hashes = [[sheet.words_sha256 for sheet in made.printed] for made in (first, again)]
    assert hashes[0] == hashes[1]
    move_valve(network, 3.0)
    printed(network, tmp_path / "moved.pdf", 2)
    kept = {edition.edition: sheet_hashes(network, edition) for edition in editions(network)}
    was, now = kept[1], kept[2]
    assert {number for number in was if was[number] != now[number]} == {"2513.0-501.1"}
    index = read_sheets(network, SheetRequest(1000, since="1")).index
    assert index.loc[index["changed"] == 1, "sheet_no"].tolist() == ["2513.0-501.1"]


@pytest.mark.slow
def test_changes_follow_their_sheet(network, tmp_path, page_texts):
    printed(network, tmp_path / "first.pdf", 1)
    move_valve(network, 3.0)
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P4"], "diameter_mm": [300.0], "material": ["pe"]}))
    made = printed(network, tmp_path / "changed.pdf", 2, since="1")
    assert made.sheets["sheet_no"].tolist() == ["2513.0-501.1"]
    texts = page_texts(made.path)
    (sheet,) = book_report(made)["sheets"]
    first, last = sheet["pages"]
    assert last == first + 1
    changes = texts[last - 1].replace("\n", " ")
    assert "自 版次 1 以来的变更 2513.0-501.1" in " ".join(changes.split())
    for text in (
        "V1",
        "P4",
        "管材",
        "公称",
        "→ 300 mm",
        "聚乙烯",
        "501265.00, 2513100.00",
        "501268.00, 2513100.00",
    ):
        assert text in changes, text
    front = " ".join(" ".join(texts[: made.before]).split())
    assert "需更换的图幅" in front
    assert "2513.0-501.1" in front
    # A table with room on one page has letters of 3.1 mm there; the box of a word is half as high again.
    page = ["-f", str(last), "-l", str(last), "-bbox"]
    boxes = subprocess.run(["pdftotext", *page, str(made.path), "-"], capture_output=True, check=True)
    asset = re.search(r'yMin="([0-9.]+)"[^>]*yMax="([0-9.]+)">P4<', boxes.stdout.decode("utf-8"))
    assert asset is not None
    assert (float(asset[2]) - float(asset[1])) / 72 * 25.4 > 4.0
    # What is printed says so.
    assert any(user in changes for user in set(network.read("change_log")["by"].dropna()))


@pytest.mark.slow
def test_what_came_and_went_and_what_was_taken_back_is_no_change(network, tmp_path):
    printed(network, tmp_path / "first.pdf", 1)
    move_valve(network, 3.0)
    move_valve(network, -3.0)
    request = SheetRequest(1000, since="1")
    basis = read_series_basis(network, request)
    assert change_lines(network, basis.since.entries).rows.empty
    assert sheets_of(basis, request).changed == ("2513.0-501.1",)
