"""Sheets of projects: no page for a few rows, no label under what the page draws over its map."""

from dataclasses import replace

import pytest
import shapely

from waternet_plugin.atlas.pages import printed_tables
from waternet_plugin.atlas.pages.page import Imprint
from waternet_plugin.atlas.projects import project_contents, project_page
from waternet_plugin.atlas.projects.project_map import MapView, map_view_of
from waternet_plugin.atlas.projects.project_page import FRAME, Number

FIRST, LATER = 13, 50
# What a map gives way to.
FEW = int((FRAME.height - 64.0) / printed_tables.ROW_MM)


@pytest.mark.slow
@pytest.mark.parametrize("rows", range(2 * LATER + FIRST + 2))
def test_every_row_stands_on_one_page_and_no_page_has_few(rows):
    frame, parts = project_page.parted(rows, FIRST, LATER)
    assert [row for start, end in parts for row in range(start, end)] == list(range(rows))
    assert all(end - start > FEW for start, end in parts[1:])
    # What the first page has more of is what its map has less of.
    more = parts[0][1] - FIRST
    assert frame.height == pytest.approx(FRAME.height - max(more, 0) * printed_tables.ROW_MM)
    assert frame.height >= 64.0 and replace(frame, height=FRAME.height) == FRAME
    assert all(end - start <= LATER for start, end in parts[1:])


def test_without_rows_there_is_a_page():
    assert project_page.parted(0, FIRST, LATER) == (FRAME, [(0, 0)])


def _imprint():
    return Imprint(
        title="town", theme="plan", scale=500.0, crs="", height_datum="", secrecy="", drawn_by="",
        checked_by="", approved_by="", date="2026-01-01", edition="", pages=1, north_arrow=True,
    )  # fmt: skip


@pytest.fixture
def ground():
    shapes = [shapely.LineString([(1000.0, 1000.0), (1600.0, 1200.0)])]
    found = map_view_of(shapes, replace(FRAME, height=70.0))
    assert isinstance(found, MapView)
    return found


def test_a_place_on_paper_is_the_place_on_the_ground(ground):
    box = Number(*ground.on_paper(1300.0, 1100.0), "7").box
    west, south, east, north = ground.under(box)
    assert ((west + east) / 2, (south + north) / 2) == pytest.approx((1300.0, 1100.0))
    assert east - west == pytest.approx(box.width * ground.scale / 1000)
    assert ground.under(ground.frame) == pytest.approx(ground.bounds)


def test_labels_keep_off_numbers_failures_coordinates_and_north_arrow(ground):
    number, failure = Number(*ground.on_paper(1300.0, 1100.0), "7"), ground.on_paper(1500.0, 1150.0)
    free = [
        shapely.box(*each)
        for each in project_page.label_free_map_boxes(_imprint(), ground, [number], [failure])
    ]
    assert any(each.contains(shapely.Point(1300.0, 1100.0)) for each in free)
    assert any(each.contains(shapely.Point(1500.0, 1150.0)) for each in free)
    framed = project_page.label_free_map_boxes(_imprint(), ground, [])
    assert len(framed) == len(free) - 2 > 1
    assert all(shapely.box(*ground.bounds).contains(shapely.box(*each)) for each in framed)


def test_numbers_never_cover_each_other():
    wanted = [Number(10.0 + 0.7 * place, 10.0, str(place)) for place in range(40)]
    placed = [
        shapely.box(one.box.x, one.box.y, one.box.right, one.box.bottom) for one in project_page.apart(wanted)
    ]
    assert len(placed) > 5
    assert all(one.intersection(other).area < 1e-9 for one in placed for other in placed if one is not other)
    assert project_page.apart(wanted)[0].text == "0"


def test_the_list_has_no_page_for_few_rows_either():
    class One:
        def __init__(self, year):
            self.year = year

    for count in range(1, 140):
        frame, pages = project_contents.pages_of([One(2026 + place // 9) for place in range(count)])
        rows = [row for page in pages for row in page]
        assert [row.index for row in rows if row.index is not None] == list(range(count))
        assert all(len(page) > FEW for page in pages[1:])
        assert 64.0 <= frame.height <= FRAME.height
